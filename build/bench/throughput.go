//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"docket/app/desk"
	"docket/build/crowd"
	"docket/storage/ledger"
	"docket/sync/cmd/docketd/run"
)

// screens is how many show one ticket in T1.
const screens = 10

// flow is what one round of one system gave.
type flow struct {
	rate, perDelivery, others float64 // replies/s, µs of the server's CPU
	commits, batch            float64 // transactions, replies in each
}

func (b *bench) throughput() error {
	groups, lasts := 100, 4*time.Second
	if b.standard {
		groups, lasts = 500, 10*time.Second
	}
	var ours, theirs []flow
	for r := range b.rounds {
		f, err := b.flowRound(b.docket(&ear{}), groups, lasts, r == 0)
		if err != nil {
			return err
		}
		ours = append(ours, f)
		b.say("T1 round %d docket: %.0f replies/s, %.1f µs per delivery, %.0f replies in a commit, others %.0f %%", r+1, f.rate, f.perDelivery, f.batch, f.others)
		if !b.standard {
			continue
		}
		if f, err = b.flowRound(b.centrifugo(&ear{}), groups, lasts, false); err != nil {
			return err
		}
		theirs = append(theirs, f)
		b.say("T1 round %d centrifugo: %.0f replies/s, %.1f µs per delivery, others %.0f %%", r+1, f.rate, f.perDelivery, f.others)
	}
	rate := func(f flow) result { return result{f.rate, f.others} }
	cost := func(f flow) result { return result{f.perDelivery, f.others} }
	t1 := figure{
		Figure: "T1", Unit: "durable replies/s", Goal: "≥ 0.6× Centrifugo not durable, ≥ 60× PocketBase, ≥ 100× Request Tracker",
		Detail: map[string]any{"clients": groups * screens, "commits": each(ours, func(f flow) float64 { return f.commits }), "replies in a commit": each(ours, func(f flow) float64 { return f.batch })},
		Versus: map[string]float64{"pocketbase (recorded)": 47, "request tracker (recorded)": 18},
	}
	b.compare(t1, apply(ours, rate), apply(theirs, rate), func(we, they float64) bool { return we >= 0.6*they && we >= 60*47 && we >= 100*18 })
	t3 := figure{Figure: "T3", Unit: "µs of server CPU per durable delivery", Goal: "≤ 1.3× Centrifugo not durable", Versus: map[string]float64{}}
	b.compare(t3, apply(ours, cost), apply(theirs, cost), func(we, they float64) bool { return we <= 1.3*they })
	return nil
}

func apply(all []flow, get func(flow) result) []result {
	var out []result
	for _, f := range all {
		out = append(out, get(f))
	}
	return out
}

func each(all []flow, get func(flow) float64) []float64 {
	var out []float64
	for _, f := range all {
		out = append(out, round(get(f)))
	}
	return out
}

// compare prints a figure of alternating rounds with Centrifugo.
func (b *bench) compare(f figure, ours, theirs []result, ok func(we, they float64) bool) {
	we, quiet := settle(ours)
	f.Value, f.Rounds, f.Others = we, len(ours), othersOf(append(append([]result{}, ours...), theirs...))
	if len(theirs) == 0 {
		f.note("smoke: no peer in this tier")
		b.print(f)
		return
	}
	they, calm := settle(theirs)
	f.Versus["centrifugo"] = they
	if f.Detail == nil {
		f.Detail = map[string]any{}
	}
	f.Detail["ratio"] = round(we / they)
	b.print(f.judged(ok(we, they), min(quiet, calm)))
}

// flowRound has the writer of every group send its next message when the last
// was confirmed. With kill, docketd is killed at the end and every
// acknowledged reply looked for.
func (b *bench) flowRound(s system, groups int, lasts time.Duration, kill bool) (f flow, err error) {
	e := s.earOf()
	if err := s.start(b.ctx, groups, screens); err != nil {
		return f, err
	}
	defer s.stop()
	if err := s.connect(b.ctx, 0, groups, nil); err != nil {
		return f, err
	}
	var heard, sent, answered atomic.Int64
	var over atomic.Bool
	body := text(0, replyBytes)
	next := func(g int) {
		if !over.Load() && s.send(g, body) == nil {
			sent.Add(1)
		}
	}
	var last atomic.Int64
	e.arrived = func(int, int, uint64) {
		heard.Add(1)
		last.Store(time.Now().UnixNano())
	}
	e.done = func(g int, _ uint64) { answered.Add(1); next(g) }
	ours, isOurs := s.(*docket)
	var before map[string]float64
	if isOurs {
		if before, err = ours.srv.metrics(); err != nil {
			return f, err
		}
	}
	profiled := func() {}
	if isOurs {
		profiled = ours.srv.profiled()
	}
	m, cpu, start := watch(s.pid()), cpuOf(s.pid()), time.Now()
	for g := range groups {
		next(g)
	}
	wait(b.ctx, lasts)
	over.Store(true)
	err = until(b.ctx, 30*time.Second, "every delivery", func() bool {
		return answered.Load() == sent.Load() && heard.Load() >= sent.Load()*screens
	})
	if err != nil || heard.Load() != sent.Load()*screens || e.wrong.Load() > 0 {
		return f, fmt.Errorf("%s: %d sent, %d answered, %d delivered, %d wrong: %w", s.name(), sent.Load(), answered.Load(), heard.Load(), e.wrong.Load(), err)
	}
	f.rate = float64(sent.Load()) / time.Unix(0, last.Load()).Sub(start).Seconds()
	f.perDelivery = float64(cpuOf(s.pid())-cpu) / 1e3 / float64(heard.Load())
	f.others = m.others()
	profiled()
	if !isOurs {
		return f, nil
	}
	after, err := ours.srv.metrics()
	if err != nil {
		return f, err
	}
	f.commits = after["docket_ledger_commits_total"] - before["docket_ledger_commits_total"]
	f.batch = float64(sent.Load()) / f.commits
	if c := ours.counts(); c.Missing+c.Doubled+c.Broken > 0 || ours.refused.Load() > 0 {
		return f, fmt.Errorf("docket was wrong: %+v, %d refused", c, ours.refused.Load())
	}
	if kill {
		return f, b.killed(ours, groups, body)
	}
	return f, nil
}

func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// killed sends on, kills docketd in the middle, and looks into the ledger for
// every reply that was acknowledged. Then it starts docketd again, and every
// client comes back, sends what it had no answer for, and has everything once.
func (b *bench) killed(d *docket, groups int, body string) error {
	var mu sync.Mutex
	acked := map[int]uint64{}
	var over atomic.Bool
	e := d.ear
	e.done = func(g int, n uint64) {
		mu.Lock()
		acked[g] = max(acked[g], n)
		mu.Unlock()
		if !over.Load() {
			_ = d.send(g, body)
		}
	}
	for g := range groups {
		if err := d.send(g, body); err != nil {
			return err
		}
	}
	wait(b.ctx, time.Second)
	d.srv.kill()
	over.Store(true)
	mu.Lock()
	n, lost := 0, 0
	l, err := run.Open(b.ctx, run.Config{Data: d.srv.data})
	if err != nil {
		mu.Unlock()
		return err
	}
	err = l.View(b.ctx, func(tx *ledger.Tx) error {
		for g, last := range acked {
			es, err := tx.Tail(d.ticket[g], 0)
			if err != nil {
				return err
			}
			n += int(last)
			if have := uint64(len(es)) - 1; have < last {
				lost += int(last - have)
			}
			for _, x := range es[1:] {
				if x.Text != body {
					lost++
				}
			}
		}
		return nil
	})
	mu.Unlock()
	if err := errors.Join(err, l.Close()); err != nil {
		return err
	}
	ok := lost == 0 && n > 0
	f := figure{Figure: "KILL", Value: float64(lost), Unit: "acknowledged replies lost by SIGKILL of docketd", Goal: "0", OK: &ok, Rounds: 1, Detail: map[string]any{"acknowledged": n}}
	if err := d.srv.start(b.ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	err = together(d.all, func(c *crowd.Client) error { return c.Connect(ctx) })
	if err == nil {
		err = until(ctx, 30*time.Second, "every client has everything", func() bool { return d.everywhere(groups) })
	}
	if c := d.counts(); c.Missing+c.Doubled+c.Broken > 0 || e.wrong.Load() > 0 {
		err = errors.Join(err, fmt.Errorf("after the kill: %+v, %d out of order", c, e.wrong.Load()))
	}
	if err != nil {
		ok = false
		f.note(err.Error())
	}
	b.print(f)
	return b.fsyncs()
}

// fsyncs counts, by strace, that every commit of docketd is an fsync.
func (b *bench) fsyncs() error {
	trace := filepath.Join(b.dir, "fsync")
	e := &ear{}
	d := b.docket(e)
	data, err := b.fresh("fsync")
	if err != nil {
		return err
	}
	passes, err := crowd.Furnish(b.ctx, data, crowd.Desk{Organizations: 1, Customers: 1})
	if err != nil {
		return err
	}
	if d.srv, err = b.newServer(data); err != nil {
		return err
	}
	d.srv.under = []string{"strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", trace}
	f := figure{Figure: "FSYNC", Unit: "fsyncs per acknowledged reply sent alone", Goal: "≥ 1", Rounds: 1}
	if err := d.srv.start(b.ctx); err != nil {
		f.note("skipped: " + err.Error())
		b.print(f)
		d.srv.kill()
		return nil
	}
	defer d.srv.kill()
	answers := make(chan desk.Receipt, 1)
	c := crowd.New(passes[0], crowd.Config{URL: d.srv.url(), Answered: func(_ *crowd.Client, r desk.Receipt) { answers <- r }})
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	if err := c.Connect(ctx); err != nil {
		return err
	}
	defer c.Close()
	id, before := desk.TicketID(crowd.UUID()), 0
	const replies = 50
	for i := range replies + 1 {
		var args desk.Args = desk.Reply{Text: "now"}
		if i == 0 {
			args = desk.Open{Subject: "fsync", Text: "now", Department: crowd.Department(0), Org: crowd.Org(0)}
		}
		if _, err := c.Do(id, uint64(i), args); err != nil {
			return err
		}
		select {
		case <-answers:
		case <-ctx.Done():
			return ctx.Err()
		}
		if i == 0 {
			before = lines(trace)
		}
	}
	f.Value = float64(lines(trace)-before) / replies
	ok := f.Value >= 1
	f.OK = &ok
	b.print(f)
	return nil
}

func lines(name string) int {
	b, err := os.ReadFile(name)
	if err != nil {
		return 0
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		if !strings.Contains(line, "resumed>") { // the second half of one counted before
			n++
		}
	}
	return n
}
