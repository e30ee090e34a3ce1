package soak_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/cmd/docketd/run"
	"docket/sync/wire"
)

const (
	restart = wire.CloseRestart
	// freeWithin is when the server has let go of who fell silent.
	freeWithin = 75 * time.Second
	// heldSlow is what a connection whose peer does not read may cost in memory
	// (MiB), however much it asked for; heldElse is what one costs that asks for
	// nothing: its window of batches.
	heldSlow, heldElse = 1.5, 0.05
	// placesOfALane is how many places that readers were led to are looked up in
	// the ledger. All readers of a lane are held against each other anyway.
	placesOfALane = 5
	// pageCaches is what SQLite may keep of the ledger in memory (MiB): one cache
	// for each of four readers and the writer.
	pageCaches = 5 * 64
	// room is what the server's memory may rise besides (MiB).
	room = 24
)

func (w *world) ledger() *ledger.Ledger {
	w.t.Helper()
	l, err := run.Open(context.Background(), run.Config{Data: w.data})
	if err != nil {
		w.t.Fatal(err)
	}
	return l
}

func (w *world) view(l *ledger.Ledger, fn func(*ledger.Tx) error) {
	w.t.Helper()
	if err := l.View(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// compareWithLedger waits until everybody stands at the heads of their lanes,
// then holds what each has had against what is there.
func (w *world) compareWithLedger() {
	w.t.Helper()
	l := w.ledger()
	defer l.Close()
	heads := map[desk.LaneID]desk.Cursor{}
	w.view(l, func(tx *ledger.Tx) error {
		names, err := tx.Lanes()
		if err == nil {
			heads, err = tx.Heads(names)
		}
		return err
	})
	behind := func(b *body) (desk.Cursor, bool) {
		there := false
		for _, c := range b.Cursors() {
			h := heads[c.Lane]
			if c.Seq != h.Seq || string(c.Hash) != string(h.Hash) {
				return c, true
			}
			there = there || c.Lane == w.lane(b)
		}
		return desk.Cursor{Lane: w.lane(b)}, !there
	}
	err := wait(w.ctx, patience, func() bool {
		for _, b := range w.bodies {
			if _, yes := behind(b); yes {
				return false
			}
		}
		return true
	})
	for _, b := range w.bodies {
		if at, yes := behind(b); yes {
			w.run.Fail(w.again(), "%v: %s (part %d) stands in %s at %d %x; its head is %d %x", err, b.Person, b.part, at.Lane, at.Seq, at.Hash, heads[at.Lane].Seq, heads[at.Lane].Hash)
		}
	}
	w.view(l, func(tx *ledger.Tx) error { return w.compareTickets(tx) })
}

func (w *world) compareTickets(tx *ledger.Tx) error {
	last, public := map[desk.TicketID]uint64{}, map[desk.TicketID]uint64{}
	for _, t := range w.tickets {
		head, err := tx.Ticket(t.id)
		if err != nil {
			return err
		}
		last[t.id], public[t.id] = head.LastSeq, head.PublicSeq
	}
	for _, b := range w.bodies {
		seqs := public
		if b.staff {
			seqs = last
		}
		has := b.Tickets()
		mine := w.byPlace[b.staff][b.place]
		if len(has) != len(mine) {
			w.run.Fail(w.again(), "%s (part %d) has %d tickets, %d are theirs", b.Person, b.part, len(has), len(mine))
		}
		for _, i := range mine {
			if t := w.tickets[i].id; has[t] != seqs[t] {
				w.run.Fail(w.again(), "%s (part %d) has %d entries of ticket %s, of %d", b.Person, b.part, has[t], t, seqs[t])
			}
		}
	}
	w.run.Figure("tickets", len(w.tickets))
	return nil
}

// short reports whether there was so little of the machine that how long
// things took says nothing about the server: others had more than a tenth of
// the processors, the disk was busy with commits most of the time, this process
// was served late, or a request was that asks the server for nothing.
func (w *world) short() bool {
	n := len(w.samples)
	if n < 2 {
		return true
	}
	from, to := w.samples[0], w.samples[n-1]
	disk := (to.committing - from.committing) / to.at.Sub(from.at).Seconds()
	_, _, others := w.cores()
	return others > 0.1*float64(runtime.NumCPU()) || disk > 0.5 ||
		w.pacer[troubled].at(.99) > 500 || w.tick[troubled].at(.99) > 250 || w.health[troubled].at(.99) > 500
}

// cores is how many processors were busy during the load, and with what.
func (w *world) cores() (server, generator, others float64) {
	spent := w.cpu[1].at.Sub(w.cpu[0].at).Seconds()
	all, server, here := w.cpu[1].all-w.cpu[0].all, w.cpu[1].server-w.cpu[0].server, w.cpu[1].here-w.cpu[0].here
	return server / spent, here / spent, (all - server - here) / spent
}

// judgeDelivery is about what clients saw.
func (w *world) judgeDelivery() {
	w.t.Helper()
	for _, b := range w.bodies {
		if n := b.Counts(); n.Missing+n.Doubled+n.Broken > 0 {
			w.run.Fail(w.again(), "%s (part %d): %d entries were skipped, %d batches came twice, %d frames were nonsense", b.Person, b.part, n.Missing, n.Doubled, n.Broken)
		}
		// Once when it first came, for each lane; there is little in any, but for
		// what was put into a few departments later.
		if n := b.Counts().Pages; n > 6 {
			w.run.Fail(w.again(), "%s (part %d) took %d pages of lanes it could have been led on in", b.Person, b.part, n)
		}
	}
	for _, name := range []string{"entries_that_differ", "places_that_differ"} {
		if n := w.counted(name); n > 0 {
			w.run.Fail(w.again(), "%s: %d times two readers got something different at the same place", name, n)
		}
	}
	short := w.short()
	if n := w.counted("ordinary_ended"); n > 0 && !short {
		w.run.Fail(w.again(), "%d times the connection of somebody who reads at once ended", n)
	}
	before, after := w.sent[calm].at(.99), w.sent[troubled].at(.99)
	if after > 10*before && after > 2000 && !short {
		w.run.Fail(w.again(), "who reads at once waited %v ms (p99) while others did not read, and %v ms before", after, before)
	}
	sent, answered := 0, 0
	for _, c := range w.all {
		if c.sent {
			sent++
		}
		if c.answered {
			answered++
		}
	}
	if answered == 0 || w.counted("deliveries") == 0 {
		w.run.Fail(w.again(), "nothing happened: %d commands answered, %d entries delivered", answered, w.counted("deliveries"))
	}
	w.run.Figure("commands", map[string]any{"intended": len(w.all), "sent": sent, "answered": answered, "outcomes": w.outcomes})
	w.run.Figure("rate_achieved", round(float64(sent)/w.over.Sub(w.half.Add(-w.lasts/2)).Seconds()))
	w.run.Figure("deliveries", w.counted("deliveries"))
	w.run.Figure("gorged", w.counted("gorged"))
	w.run.Figure("ordinary_ended", w.counted("ordinary_ended"))
	for s, name := range []string{"calm", "troubled"} {
		w.run.Figure(name, map[string]any{
			"commit_to_delivery_ms": w.committed[s].line(), "intended_to_delivery_ms": w.sent[s].line(),
			"generator_late_ms": map[string]any{"send": w.pacer[s].line(), "tick": w.tick[s].line()}, "healthz_ms": w.health[s].line(),
		})
	}
	w.run.Figure("machine_short", short)
	if n := len(w.samples); n > 1 {
		from, to := w.samples[0], w.samples[n-1]
		if to.commits > from.commits {
			w.run.Figure("commits", map[string]float64{"mean_ms": round(1000 * (to.committing - from.committing) / (to.commits - from.commits)), "commands_each": round((to.commands - from.commands) / (to.commits - from.commits))})
		}
	}
	server, here, others := w.cores()
	w.run.Figure("cpu_cores", map[string]any{"server": round(server), "generator": round(here), "others": round(others)})
	if b, err := os.ReadFile("/proc/loadavg"); err == nil {
		w.run.Figure("load_average", strings.Join(strings.Fields(string(b))[:3], " "))
	}
}

// judgeServer is about what the server held. steps are its samples with none
// to all connected and at rest.
func (w *world) judgeServer(steps []sample) {
	w.t.Helper()
	first, last := steps[0], steps[len(steps)-1]
	perG := (last.goroutines - first.goroutines) / last.sessions
	perF := (last.files - first.files) / last.sessions
	for _, s := range steps {
		// One goroutine reads; who has nothing to send needs no second.
		if off := s.goroutines - first.goroutines - s.sessions; off > 10+s.sessions/50 {
			w.run.Fail(w.again(), "%v connections at rest cost %v goroutines", s.sessions, s.goroutines-first.goroutines)
		}
		if off := s.files - first.files - s.sessions; off > 8 || off < -8 {
			w.run.Fail(w.again(), "%v connections at rest cost %v files", s.sessions, s.files-first.files)
		}
	}
	w.run.Figure("goroutines", map[string]any{"alone": first.goroutines, "per_connection": round(perG)})
	w.run.Figure("files", map[string]any{"alone": first.files, "per_connection": round(perF)})
	w.run.Figure("rss_anon_per_idle_connection_kib", round((last.anon-first.anon)*1024/last.sessions))

	var anon, heap, cache, file, live, g, f, before []float64
	top := 0.
	for _, s := range w.samples {
		if s.at.Before(w.half.Add(-w.lasts / 4)) {
			before = append(before, s.live)
		} else {
			top = max(top, s.live)
		}
		if s.at.Before(w.half) {
			continue
		}
		anon, file, live = append(anon, s.anon), append(file, s.file), append(live, s.live)
		heap, cache = append(heap, s.heap), append(cache, max(s.anon-s.heap, 0))
		g, f = append(g, s.goroutines-first.goroutines-s.sessions), append(f, s.files-first.files-s.sessions)
	}
	// Sockets of who comes and goes are on their way in or out at any moment; who
	// does not read has a goroutine that waits to write.
	idle := map[part]int{}
	for _, b := range w.bodies {
		idle[b.part]++
	}
	coming := float64(2 * (idle[flapping] + idle[vanishing]))
	writing := float64(idle[slow] + idle[glutton] + idle[stalled])
	w.run.Figure("second_half", map[string]any{
		"rss_anon_mib": around(anon), "go_mib": around(heap), "sqlite_mib": around(cache), "rss_file_mib": around(file), "live_mib": around(live),
		"goroutines_over_a_plus_connections": around(g), "files_over_c_plus_connections": around(f),
	})
	if d := growth(heap); d > room+0.15*median(heap) {
		w.run.Fail(w.again(), "the server's memory rose by %.1f MiB in the second half: %v", d, heap)
	}
	// SQLite's caches fill while the ledger grows, up to what they may have.
	if m := median(cache); m > pageCaches+room {
		w.run.Fail(w.again(), "SQLite has %.1f MiB, of at most %d: %v", m, pageCaches, cache)
	}
	if d := growth(live); d > room/2+0.1*median(live) {
		w.run.Fail(w.again(), "what lives in the server's memory rose by %.1f MiB in the second half: %v", d, live)
	}
	// Files are mapped once by each reader and the writer; the program itself and
	// the logs' index are the rest.
	if fi, err := os.Stat(filepath.Join(w.data, "ledger.db")); err != nil {
		w.t.Fatal(err)
	} else if most := 5*min(float64(fi.Size())/(1<<20), 256) + 64 + room; median(file) > most {
		w.run.Fail(w.again(), "the server has %.1f MiB of files in memory, of at most %.1f: %v", median(file), most, file)
	}
	if m := median(g); m > 20+2*coming+writing {
		w.run.Fail(w.again(), "the server has %v goroutines more than one for each connection: %v", m, g)
	}
	if m := median(f); m > 8+coming || m < -8 {
		w.run.Fail(w.again(), "the server has %v files more than one for each connection: %v", m, f)
	}
	if d := growth(g); d > 20+coming/2 {
		w.run.Fail(w.again(), "goroutines rose by %v in the second half: %v", d, g)
	}
	if d := growth(f); d > 20+coming/2 {
		w.run.Fail(w.again(), "open files rose by %v in the second half: %v", d, f)
	}
	others := float64(idle[slow] + idle[stalled] + idle[flapping] + idle[vanishing])
	rise := top - median(before)
	if most := heldSlow*float64(idle[glutton]) + heldElse*others + room*2/3; rise > most {
		w.run.Fail(w.again(), "%d connections that ask and do not read, and %v others, cost %.1f MiB; at most %.1f", idle[glutton], others, rise, most)
	}
	w.run.Figure("live_rise_mib_with_trouble", round(rise))
	w.judgeClosing()
}

// around says how values lay and how they moved.
func around(v []float64) map[string]float64 {
	out := map[string]float64{"median": round(median(v)), "rise": round(growth(v))}
	for i, x := range v {
		if i == 0 || x > out["max"] {
			out["max"] = round(x)
		}
	}
	return out
}

// judgeClosing is about connections the server had to end by itself.
func (w *world) judgeClosing() {
	var bouts [vanishing + 1]int
	var freed spread
	due, never := 0, 0
	for _, b := range w.bodies {
		bouts[b.part] += b.bouts
		for _, p := range b.taps {
			switch took := p.freed(); {
			case took > 0:
				freed.add(took)
			case w.over.Sub(p.muted) > freeWithin:
				never++
			}
			if w.over.Sub(p.muted) > freeWithin && b.n%2 == 1 {
				due++
			}
		}
		if b.part == stalled && w.lasts*3/4 > freeWithin {
			// By what waits for them or by their silence, whichever comes first.
			if len(b.ends) == 0 || b.ends[0] != wire.CloseSlow && b.ends[0] != wire.CloseSilent {
				w.run.Fail(w.again(), "who stopped reading for good was closed with %v, want %d or %d", b.ends, wire.CloseSlow, wire.CloseSilent)
			}
		}
	}
	slowest := time.Duration(freed.at(1) * float64(time.Millisecond))
	if never > 0 || slowest > freeWithin {
		w.run.Fail(w.again(), "%d connections that fell silent were never let go of, and one only after %v; at most %v", never, slowest, freeWithin)
	}
	w.run.Figure("half_open", map[string]any{"let_go": freed.count(), "that_waited": due, "slowest_s": round(slowest.Seconds())})
	w.run.Figure("bouts", map[string]int{"slow": bouts[slow], "gluttons": bouts[glutton], "flapping": bouts[flapping], "vanishing": bouts[vanishing]})
	last, err := w.server.sample()
	if err != nil {
		w.t.Fatal(err)
	}
	w.run.Figure("closed_for_slowness", last.slow)
	if n := w.counted("gorged"); n > 0 && last.slow == 0 {
		w.run.Fail(w.again(), "%d connections asked for pages and read none, and none was closed for it before a write took too long: what waits for them has no bound", n)
	}
}

// judgeLedger is about what is on the disk when the server has ended: every
// acknowledged command once, no other, and the chains whole.
func (w *world) judgeLedger() {
	w.t.Helper()
	l := w.ledger()
	defer l.Close()
	report, err := l.CheckAll(context.Background())
	if err != nil || len(report.Problems) > 0 {
		w.run.Fail(w.again(), "the ledger is not sound: %v %v", report.Problems, err)
	}
	times := make([]int, len(w.all))
	places := 0
	w.view(l, func(tx *ledger.Tx) error {
		for _, t := range w.tickets {
			entries, err := tx.Tail(t.id, 0)
			if err != nil {
				return err
			}
			for _, e := range entries {
				if n, ok := marked([]byte(e.Text)); ok && n < len(times) {
					times[n]++
				}
			}
		}
		for lane, seqs := range w.cursors {
			head, err := tx.Head(lane)
			if err != nil {
				return err
			}
			looked := 0
			for seq, hash := range seqs {
				if looked++; looked > placesOfALane {
					break // of a map: any of them
				}
				at := desk.Cursor{Lane: lane, Epoch: head.Epoch, Seq: seq, Hash: hash[:]}
				if _, ok, err := tx.Batch(lane, at, "", 1); err != nil || !ok {
					w.run.Fail(w.again(), "somebody was led to %d %x in %s, which is no place there (%v)", seq, hash, lane, err)
				}
				places++
			}
		}
		return nil
	})
	ok := 0
	for n, c := range w.all {
		switch {
		case c.ok && times[n] != 1:
			w.run.Fail(w.again(), "command %d was acknowledged and is there %d times", n, times[n])
		case !c.ok && times[n] != 0:
			w.run.Fail(w.again(), "command %d was not accepted and is there %d times", n, times[n])
		case c.ok:
			ok++
		}
	}
	w.run.Figure("acknowledged_and_there_once", ok)
	w.run.Figure("places_checked", places)
}
