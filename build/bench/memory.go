//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"docket/build/crowd"
)

// memory measures M1: what an idle connection costs the server.
func (b *bench) memory() error {
	steps, rest := []int{1000}, 2*time.Second
	if b.standard {
		steps, rest = []int{5000, 10000}, 5*time.Second
	}
	ours, busyOurs, err := b.idle(b.docket(&ear{}), steps, rest)
	if err != nil {
		return err
	}
	f := figure{
		Figure: "M1", Value: ours[len(ours)-1].anon, Unit: "KiB of the server's own memory per idle connection", Goal: "≤ 0.5× Centrifugo at 5,000 and 10,000",
		Rounds: 1, Others: []float64{busyOurs}, Detail: map[string]any{"connections": steps, "docket": fmt.Sprintf("%+v", ours)},
	}
	if !b.standard {
		f.note("smoke: no peer in this tier; recorded here before: Centrifugo 28")
		b.print(f)
		return nil
	}
	theirs, _, err := b.idle(b.centrifugo(&ear{}), steps, rest)
	if err != nil {
		return err
	}
	f.Versus = map[string]float64{}
	ok := true
	for i, n := range steps {
		f.Versus[fmt.Sprintf("centrifugo at %d", n)] = theirs[i].anon
		ok = ok && ours[i].anon <= .5*theirs[i].anon
	}
	f.Detail["centrifugo"] = fmt.Sprintf("%+v", theirs)
	// Memory does not depend on who else uses the processor.
	b.print(f.judged(ok, 1))
	return nil
}

// held is memory per connection in KiB, of its own and mapped files.
type held struct{ anon, file float64 }

func (b *bench) idle(s system, steps []int, rest time.Duration) (out []held, others float64, err error) {
	const size = 10
	if err := s.start(b.ctx, steps[len(steps)-1]/size, size); err != nil {
		return nil, 0, err
	}
	defer s.stop() // after the profile, if one is taken
	if d, ok := s.(*docket); ok {
		d.silent = true
		stop := d.srv.profiled()
		defer stop()
	}
	wait(b.ctx, rest)
	anon, file := memOf(s.pid())
	m, from := watch(s.pid()), 0
	for _, n := range steps {
		if err := s.connect(b.ctx, from, n/size, nil); err != nil {
			return nil, 0, err
		}
		from = n / size
		wait(b.ctx, rest)
		a, f := memOf(s.pid())
		out = append(out, held{round(float64(a-anon) / float64(n) / 1024), round(float64(f-file) / float64(n) / 1024)})
		b.say("M1 %s: %d connections, %.1f KiB each", s.name(), n, out[len(out)-1].anon)
	}
	return out, m.others(), nil
}

// storm measures S4: docketd is killed while everybody is connected and some
// write, and started again; everybody comes back as the program does, after a
// random wait that grows.
func (b *bench) storm() error {
	clients := 1000
	if b.standard {
		clients = 5000
	}
	groups := clients / screens
	e := &ear{}
	d := b.docket(e)
	if err := d.start(b.ctx, groups, screens); err != nil {
		return err
	}
	defer d.stop()
	if err := d.connect(b.ctx, 0, groups, nil); err != nil {
		return err
	}
	body := text(0, replyBytes)
	for g := range groups {
		for range 2 {
			if err := d.send(g, body); err != nil {
				return err
			}
		}
	}
	d.srv.kill()
	start := time.Now()
	if err := d.srv.start(b.ctx); err != nil {
		return err
	}
	m, ready := watch(d.pid()), time.Since(start)
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	var tries atomic.Int64
	back := make(chan error, clients)
	for _, c := range d.all {
		go func() { back <- comeBack(ctx, c, &tries) }()
	}
	for range clients {
		if err := <-back; err != nil {
			return err
		}
	}
	err := until(ctx, 30*time.Second, "everybody is current", func() bool { return d.everywhere(groups) })
	took := time.Since(start)
	n := d.counts()
	f := figure{
		Figure: "S4", Value: took.Seconds(), Unit: fmt.Sprintf("s from the start of docketd until all %d are current", clients), Goal: "≤ 5 s, nothing lost or doubled",
		Rounds: 1, Others: []float64{m.others()}, Detail: map[string]any{"ready after": ready.Seconds(), "dials": tries.Load(), "clients": clients},
	}
	right := err == nil && n.Missing+n.Doubled+n.Broken == 0 && e.wrong.Load() == 0 && d.refused.Load() == 0
	if !right {
		f.note(fmt.Sprintf("%v; %+v, %d out of order, %d refused", err, n, e.wrong.Load(), d.refused.Load()))
		f.OK = &right // what is wrong is wrong on a busy machine too
		b.print(f)
		return nil
	}
	quiet := 0
	if f.Others[0] <= busy {
		quiet = 1
	}
	b.print(f.judged(took <= 5*time.Second, quiet))
	return nil
}

// everywhere reports whether every client has everything that was sent.
func (d *docket) everywhere(groups int) bool {
	for g := range groups {
		for m := range d.size {
			if c := d.all[g*d.size+m]; c != nil && (c.Have(d.ticket[g]) != d.sent[g]+1 || c.Unanswered() > 0) {
				return false
			}
		}
	}
	return true
}

// comeBack dials again after a random part of half a second, a second, two …
func comeBack(ctx context.Context, c *crowd.Client, tries *atomic.Int64) error {
	for most := 500 * time.Millisecond; ; most = min(2*most, 30*time.Second) {
		wait(ctx, time.Duration(rand.Int64N(int64(most))))
		tries.Add(1)
		one, cancel := context.WithTimeout(ctx, 15*time.Second)
		err := c.Connect(one)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
	}
}
