package soak_test

import (
	"context"
	"encoding/base64"
	"flag"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"docket/app/desk"
	"docket/build/crowd"
	"docket/build/prove/proof"
)

var (
	sockets = flag.Int("sockets", 2000, "how many sockets there are")
	rate    = flag.Int("rate", 200, "how many commands are sent in a second")
)

func TestSoak(t *testing.T) {
	r := proof.Start(t, "soak")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	lasts := time.Duration(r.N) * time.Second
	w := &world{
		t: t, run: r, seed: r.Seed, rng: rand.New(rand.NewPCG(r.Seed, 1)), desk: size(*sockets), data: t.TempDir(), ctx: ctx,
		lasts: lasts, rate: max(*rate, 1), every: 1 + r.N**rate/1_000_000,
		byID: map[desk.CommandID]int{}, decided: map[int]time.Time{}, early: map[int][]time.Time{},
		byPlace: map[bool][][]int{}, pending: map[desk.CommandID]ticket{}, entries: map[place]uint64{},
		cursors: map[desk.LaneID]map[uint64][16]byte{}, counts: map[string]int{}, outcomes: map[desk.Outcome]int{},
	}
	w.byPlace[true], w.byPlace[false] = make([][]int, w.desk.Departments), make([][]int, w.desk.Organizations)
	passes, err := crowd.Furnish(ctx, w.data, w.desk)
	if err != nil {
		t.Fatal(err)
	}
	w.server = startServer(t, build(t, t.TempDir()), w.data)
	w.cast(passes)
	r.Figure("sockets", len(w.bodies))
	r.Figure("people", len(w.bodies)/devices)

	began := time.Now()
	said := func(what string) { t.Logf("%5.1f s: %s", time.Since(began).Seconds(), what) }
	alone := w.server.settled(t, 0)
	steps := w.gather(alone)
	said("everybody is here")
	w.furnishTickets()
	said("the load begins")
	w.load()
	said("the load has ended")
	w.settle()
	said("everybody has everything")
	w.judgeDelivery()
	w.judgeServer(steps)
	w.leave(alone)
	said("everybody has left")
	w.drain()
	said("the server has ended")
	w.judgeLedger()
}

// gather connects everybody in four steps and says what the server has after
// each.
func (w *world) gather(alone sample) []sample {
	steps := []sample{alone}
	const parts = 4
	for i := range parts {
		from, to := i*len(w.bodies)/parts, (i+1)*len(w.bodies)/parts
		each(w.bodies[from:to], func(b *body) { b.home(w.ctx) })
		steps = append(steps, w.server.settled(w.t, to))
	}
	return steps
}

// furnishTickets opens a few requests in every organization, and puts much
// into the departments of the gluttons.
func (w *world) furnishTickets() {
	w.t.Helper()
	must := func(err error) {
		if err != nil {
			w.t.Fatal(err)
		}
	}
	by := map[int]*body{} // a customer of every organization
	w.large = map[int][]desk.TicketID{}
	eater := map[int]*body{}
	for _, b := range w.bodies {
		if !b.staff && b.part == ordinary {
			by[b.place] = b
		}
		if b.part == glutton {
			eater[b.place] = b
		}
	}
	for org := range w.desk.Organizations {
		for range 2 {
			if b := by[org]; b != nil {
				must(w.begin(b, -1, org, words))
			}
		}
	}
	quiet := func() bool {
		for _, b := range w.bodies {
			if b.Unanswered() > 0 {
				return false
			}
		}
		return true
	}
	until(w.t, "the first requests are there", quiet)
	for dept, b := range eater {
		for _, i := range w.byPlace[true][dept] {
			t := w.tickets[i]
			w.large[dept] = append(w.large[dept], t.id)
			much := make([]byte, 60_000)
			for i := range much {
				much[i] = byte(w.rng.Uint32())
			}
			_, err := b.Do(t.id, 1, desk.AddNote{Text: base64.StdEncoding.EncodeToString(much)})
			must(err)
		}
	}
	until(w.t, "much is there", quiet)
}

// load is a quarter in which everybody reads, and three in which some do not.
func (w *world) load() {
	watch, stop := context.WithCancel(w.ctx)
	trouble, end := context.WithCancel(w.ctx)
	w.tasks.Go(func() { w.watch(watch) })
	w.tasks.Go(func() { w.beat(watch) })
	w.open.Store(true)
	start := time.Now()
	w.half = start.Add(w.lasts / 2)
	w.cpu[0] = cpu(w.server.cmd.Process.Pid)
	turn := time.AfterFunc(w.lasts/4, func() {
		w.now.Store(int32(troubled))
		for _, b := range w.bodies {
			if b.part != ordinary {
				w.tasks.Go(func() { b.trouble(trouble) })
			}
		}
	})
	w.pace(start)
	turn.Stop()
	w.cpu[1] = cpu(w.server.cmd.Process.Pid)
	w.over = time.Now()
	end()
	stop()
}

// settle waits until everybody is back, every command is answered and all
// stand where the ledger stands.
func (w *world) settle() {
	w.t.Helper()
	until(w.t, "every command is answered", func() bool {
		w.mu.Lock()
		left := len(w.byID)
		w.mu.Unlock()
		return left == 0
	})
	w.run.Figure("settled_after_s", round(time.Since(w.over).Seconds()))
	w.open.Store(false)
	w.tasks.Wait()
	w.compareWithLedger()
}

// leave has everybody go, and the server must have nothing of them left.
func (w *world) leave(alone sample) {
	w.t.Helper()
	each(w.bodies, func(b *body) { b.Close() })
	s := w.server.settled(w.t, 0)
	w.run.Figure("alone", map[string]any{"goroutines": []float64{alone.goroutines, s.goroutines}, "files": []float64{alone.files, s.files}})
	// The runtime starts a few of its own, and the pool of readers may have grown.
	if s.goroutines > alone.goroutines+6 {
		w.run.Fail(w.again(), "with nobody connected the server had %v goroutines; after everybody left it has %v", alone.goroutines, s.goroutines)
	}
	if s.files > alone.files+6 {
		w.run.Fail(w.again(), "with nobody connected the server had %v files open; after everybody left it has %v", alone.files, s.files)
	}
}

// drain has everybody come back once more and the server told to end.
func (w *world) drain() {
	w.t.Helper()
	each(w.bodies, func(b *body) {
		b.home(w.ctx)
		b.mu.Lock()
		b.ends = nil
		b.mu.Unlock()
		if b.part == stalled {
			b.socket().set(stalls)
		}
	})
	w.server.settled(w.t, len(w.bodies))
	began := time.Now()
	if err := w.server.stop(patience); err != nil {
		w.run.Fail(w.again(), "told to end, docketd ended with: %v", err)
	}
	w.run.Figure("drained_in_s", round(time.Since(began).Seconds()))
	codes := map[int]int{}
	for _, b := range w.bodies {
		if b.part == stalled {
			b.socket().set(reads)
		}
		until(w.t, "a socket has ended", func() bool {
			b.mu.Lock()
			defer b.mu.Unlock()
			return len(b.ends) > 0
		})
		b.mu.Lock()
		codes[b.ends[0]]++
		b.mu.Unlock()
	}
	w.run.Figure("drained_with", codes)
	if codes[restart] != len(w.bodies) {
		w.run.Fail(w.again(), "of %d sockets %d were closed with %d when the server ended: %v", len(w.bodies), codes[restart], restart, codes)
	}
	for _, l := range w.server.said("ERROR") {
		w.run.Fail(w.again(), "docketd says: %s", l)
	}
	w.run.Figure("cpus", runtime.NumCPU())
}
