//go:build linux

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"docket/app"
	"docket/build/crowd"
)

// What P1 asks for: a thousand connected, in groups of three, 200 replies a
// second of 300 bytes. A quarter of them go to two groups whose readers are
// whole clients with a cache on disk.
const (
	latencyGroups = 334
	latencyRate   = 200
	seatGroups    = 2
	seatShare     = 4
	groupSize     = 3
	replyBytes    = 300
)

// delays is what one round of one system gave.
type delays struct {
	seen, socket times // to the page or, at a peer, its client; to the socket
	cpu          time.Duration
	delivered    int64
	others       float64
	commits      float64
}

func (b *bench) latency() error {
	var ours, theirs []*delays
	var setting string
	for r := range b.rounds {
		d, err := b.latencyRound(func(e *ear) system { return b.docket(e) }, &setting)
		if err != nil {
			return err
		}
		ours = append(ours, d)
		s := d.seen.spread()
		b.say("P1 round %d docket: seen p50 %.2f p99 %.2f ms, socket p50 %.2f ms, others %.0f %%", r+1, s.P50, s.P99, d.socket.spread().P50, d.others)
		if !b.standard {
			continue
		}
		d, err = b.latencyRound(func(e *ear) system { return b.centrifugo(e) }, &setting)
		if err != nil {
			return err
		}
		theirs = append(theirs, d)
		s = d.seen.spread()
		b.say("P1 round %d centrifugo: p50 %.2f p99 %.2f ms, others %.0f %%", r+1, s.P50, s.P99, d.others)
	}
	b.tellLatency(ours, theirs, setting)
	return nil
}

// pick gives one number of each round.
func pick(all []*delays, get func(*delays) float64) []result {
	var out []result
	for _, d := range all {
		out = append(out, result{get(d), d.others})
	}
	return out
}

func (b *bench) tellLatency(ours, theirs []*delays, setting string) {
	p50 := pick(ours, func(d *delays) float64 { return d.seen.spread().P50 })
	p99 := pick(ours, func(d *delays) float64 { return d.seen.spread().P99 })
	mid, quiet := settle(p50)
	high, _ := settle(p99)
	f := figure{
		Figure: "P1", Value: mid, Unit: "ms p50", Goal: "p50 ≤ 2×, p99 ≤ 3× Centrifugo, not durable", Rounds: len(ours), Others: othersOf(p50),
		Detail: map[string]any{"p99": high, "seen": spreads(ours, func(d *delays) *times { return &d.seen }), "socket": spreads(ours, func(d *delays) *times { return &d.socket }), "setting": setting},
	}
	if len(theirs) == 0 {
		f.note("smoke: no peer in this tier; recorded here before: Centrifugo 0.63–0.72 / 1.1–1.7")
		b.print(f)
	} else {
		their50 := pick(theirs, func(d *delays) float64 { return d.seen.spread().P50 })
		peer, calm := settle(their50)
		peer99, _ := settle(pick(theirs, func(d *delays) float64 { return d.seen.spread().P99 }))
		f.Versus = map[string]float64{"centrifugo": peer, "centrifugo p99": peer99}
		f.Detail["centrifugo"] = spreads(theirs, func(d *delays) *times { return &d.seen })
		b.print(f.judged(mid <= 2*peer && high <= 3*peer99, min(quiet, calm)))
	}
	p2 := figure{
		Figure: "P2", Value: mid, Unit: "ms p50", Goal: "≤ 1/4 PouchDB, ≤ 1/40 Request Tracker, ≤ 1/50 PocketBase", Rounds: len(ours), Others: othersOf(p50),
		Versus: map[string]float64{"pouchdb (recorded)": 11, "request tracker (recorded)": 82, "pocketbase (recorded)": 127},
		Note:   "these peers are not installed; their figures were recorded on a machine of this class",
	}
	b.print(p2.judged(mid <= 11./4 && mid <= 82./40 && mid <= 127./50, quiet))
}

func spreads(all []*delays, get func(*delays) *times) []spread {
	var out []spread
	for _, d := range all {
		out = append(out, get(d).spread())
	}
	return out
}

// plan says which group a message goes to.
func plan(n int) []int {
	out := make([]int, n)
	rest := 0
	for i := range out {
		if i%seatShare == 0 {
			out[i] = i / seatShare % seatGroups
		} else {
			out[i] = seatGroups + rest%(latencyGroups-seatGroups)
			rest++
		}
	}
	return out
}

func (b *bench) latencyRound(of func(*ear) system, setting *string) (*delays, error) {
	lasts := 3 * time.Second
	if b.standard {
		lasts = 10 * time.Second
	}
	e, d := &ear{}, &delays{}
	s := of(e)
	ours, isOurs := s.(*docket)
	*setting += s.name() + ": " + s.setting() + ". "
	if err := s.start(b.ctx, latencyGroups, groupSize); err != nil {
		return nil, err
	}
	defer s.stop()
	seated := func(group, member int) bool { return isOurs && group < seatGroups && member > 0 }
	if err := s.connect(b.ctx, 0, latencyGroups, seated); err != nil {
		return nil, err
	}
	n := int(lasts.Seconds() * latencyRate)
	groups := plan(n)
	clock := newClock(groups)
	var heard atomic.Int64
	e.arrived = func(group, member int, m uint64) {
		heard.Add(1)
		if member > 0 {
			late := time.Since(clock.intended(group, m))
			d.socket.add(late)
			if !isOurs && group < seatGroups {
				d.seen.add(late)
			}
		}
	}
	var seats *seating
	if isOurs {
		var err error
		if seats, err = b.seat(ours, func(group int, m uint64, at time.Time) {
			heard.Add(1)
			d.seen.add(at.Sub(clock.intended(group, m)))
		}); err != nil {
			return nil, err
		}
		defer seats.close()
	}
	var before map[string]float64
	if isOurs {
		before, _ = ours.srv.metrics()
	}
	if isOurs {
		defer ours.srv.profiled()()
	}
	m, cpu := watch(s.pid()), cpuOf(s.pid())
	var failed error
	body := text(0, replyBytes)
	pace(time.Now().Add(50*time.Millisecond), time.Second/latencyRate, n, func(i int, at time.Time) {
		clock.next(groups[i], at)
		if err := s.send(groups[i], body); err != nil {
			failed = err
		}
	})
	if failed != nil {
		return nil, failed
	}
	want := int64(n * groupSize)
	err := until(b.ctx, 10*time.Second, "every delivery", func() bool { return heard.Load() >= want })
	d.cpu, d.others, d.delivered = cpuOf(s.pid())-cpu, m.others(), heard.Load()
	if isOurs {
		after, _ := ours.srv.metrics()
		d.commits = after["docket_ledger_commits_total"] - before["docket_ledger_commits_total"]
		if c := ours.counts(); c.Missing+c.Doubled+c.Broken > 0 || ours.refused.Load() > 0 {
			return nil, fmt.Errorf("docket was wrong: %+v, %d refused", c, ours.refused.Load())
		}
	}
	if err != nil || heard.Load() != want || e.wrong.Load() > 0 {
		return nil, fmt.Errorf("%s delivered %d of %d, %d wrong", s.name(), heard.Load(), want, e.wrong.Load())
	}
	return d, nil
}

// clock knows when each message was meant to be sent.
type clock struct {
	at   [][]time.Time
	made []atomic.Int64
}

func newClock(groups []int) *clock {
	count := map[int]int{}
	most := 0
	for _, g := range groups {
		count[g]++
		most = max(most, g)
	}
	c := &clock{at: make([][]time.Time, most+1), made: make([]atomic.Int64, most+1)}
	for g, n := range count {
		c.at[g] = make([]time.Time, n)
	}
	return c
}

func (c *clock) next(group int, at time.Time) {
	n := c.made[group].Load()
	c.at[group][n] = at
	c.made[group].Store(n + 1)
}

func (c *clock) intended(group int, n uint64) time.Time {
	if int64(n) > c.made[group].Load() {
		return time.Now() // heard before it was sent: the count tells
	}
	return c.at[group][n-1]
}

// seating is the whole clients of a round.
type seating struct {
	all []*seat
	wg  sync.WaitGroup
	in  []chan time.Time
}

// seat signs whole clients in for the readers of the first groups and tells
// when their page could show a message.
func (b *bench) seat(d *docket, saw func(group int, n uint64, at time.Time)) (*seating, error) {
	s := &seating{}
	for g := range seatGroups {
		for m := 1; m < groupSize; m++ {
			dir, err := b.fresh("seat")
			if err != nil {
				return s, err
			}
			told := make(chan time.Time, 4096)
			id := string(d.ticket[g])
			one := sit(dir, nil, func(event string, payload any) {
				if t, ok := payload.(app.TicketEvent); ok && event == app.EvTicket && t.ID == id {
					told <- time.Now()
				}
			}, nil)
			s.all, s.in = append(s.all, one), append(s.in, told)
			if err := one.signIn(b, d.srv.url(), string(crowd.Customer(g, m)), crowd.Password, 30*time.Second); err != nil {
				return s, err
			}
			last := d.sent[g]
			s.wg.Go(func() {
				for at := range told {
					// The page asks for the newest entries when it hears of a change.
					es, err := one.api.Entries(id, 1<<30, 20)
					if err != nil || len(es) == 0 {
						continue
					}
					for newest := uint64(es[len(es)-1].Seq) - 1; last < newest; {
						last++
						saw(g, last, at)
					}
				}
			})
		}
	}
	return s, nil
}

func (s *seating) close() {
	for i, one := range s.all {
		one.close()
		close(s.in[i])
	}
	s.wg.Wait()
}
