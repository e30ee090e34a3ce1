package crash_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"docket/build/prove/proof"
)

func TestMain(m *testing.M) {
	if spec := os.Getenv(orderEnv); spec != "" {
		if err := client(spec); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if spec := os.Getenv(uploadEnv); spec != "" {
		if err := uploader(spec); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// perWorld is how many kills of each side a world sees before it is judged.
const perWorld = 30

// TestCrash kills the server as often as the size says, and the clients as often.
func TestCrash(t *testing.T) {
	run := proof.Start(t, "crash")
	docketd := build(t, t.TempDir())
	for done := 0; done < run.N; done += perWorld {
		seed, n := run.Seed+uint64(done/perWorld), min(perWorld, run.N-done)
		args := fmt.Sprintf("-n %d -seed %d", n, seed)
		ok := t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			w := newWorld(t, docketd)
			if err := w.play(run, seed, n); err != nil {
				run.Fail(args, "seed %d: %v", seed, err)
			}
			for i, bad := range w.judge(run) {
				if i < 20 {
					run.Fail(args, "seed %d: %s", seed, bad)
				}
			}
			if t.Failed() {
				w.keep()
			}
		})
		if !ok {
			return
		}
	}
}

// keep leaves what was said and the logs where they can be read.
func (w *world) keep() {
	dir, err := os.MkdirTemp("", "docket-crash-")
	if err != nil {
		return
	}
	for _, name := range []string{"said.jsonl", "server.log", "client-0.log", "client-1.log", "client-2.log"} {
		if b, err := os.ReadFile(filepath.Join(w.dir, name)); err == nil {
			_ = os.WriteFile(filepath.Join(dir, name), b, 0o600)
		}
	}
	w.t.Logf("what was said is in %s", dir)
}

// play is n kills of the server and n of clients, in random order.
func (w *world) play(run *proof.Run, seed uint64, n int) error {
	r := rand.New(rand.NewPCG(seed, 99))
	w.startServer()
	if err := w.ready(); err != nil {
		return err
	}
	for _, k := range w.kids {
		k.start(order{Seed: r.Uint64()})
	}
	servers, clients := n, n
	declared := 0
	for servers+clients > 0 {
		pause(r, 250*time.Millisecond, 1200*time.Millisecond)
		if r.IntN(5) == 0 { // rights change under everybody
			declared = 1 - declared
			w.run("apply", "--data", w.data(), w.desks[declared])
			run.Add("rights_changed", 1)
			pause(r, 0+1, 60*time.Millisecond)
		}
		if w.heard() > 0 {
			return errors.New("the kills end here")
		}
		if r.IntN(servers+clients) < servers {
			servers--
			if err := w.hitServer(run, r); err != nil {
				return err
			}
			continue
		}
		clients--
		w.hitClient(run, r)
	}
	return w.settle(r)
}

func (w *world) heard() int {
	w.book.mu.Lock()
	defer w.book.mu.Unlock()
	return len(w.book.wrong)
}

// hitServer kills docketd and starts it again; now and then once more while it
// is starting.
func (w *world) hitServer(run *proof.Run, r *rand.Rand) error {
	w.killServer()
	run.Add("server_kills", 1)
	if r.IntN(4) == 0 {
		w.startServer()
		pause(r, 1, 150*time.Millisecond)
		w.killServer()
		run.Add("server_kills_at_start", 1)
	}
	if r.IntN(3) == 0 {
		pause(r, 1, 400*time.Millisecond) // people go on working meanwhile
	}
	w.startServer()
	return w.ready()
}

var steps = []string{"half", "unsynced", "synced", "begun", "written", "renaming", "renamed"}

// hitClient kills a client process and starts it again: in a way of its own
// for the next kill, or with a cache to be loaded anew.
func (w *world) hitClient(run *proof.Run, r *rand.Rand) {
	k := w.kids[r.IntN(len(w.kids))]
	if k.kill() {
		run.Add("client_kills_at_a_step", 1)
	}
	run.Add("client_kills", 1)
	if r.IntN(4) == 0 { // killed again while it loads everything, or opens
		for _, p := range k.people() {
			if r.IntN(2) == 0 {
				_ = os.RemoveAll(filepath.Join(p.Dir, "cache"))
			}
		}
		k.start(order{Seed: r.Uint64()})
		pause(r, 1, 500*time.Millisecond)
		k.kill()
		run.Add("client_kills_at_start", 1)
	}
	die := plan{}
	if r.IntN(2) == 0 {
		die = plan{Step: steps[r.IntN(len(steps))]}
		switch die.Step {
		case "half", "unsynced", "synced":
			die.After = 1 + r.IntN(25)
		default:
			die.After = r.IntN(3)
		}
	}
	k.start(order{Seed: r.Uint64(), Die: die})
}

// settle ends the kills: every process is started once more, nobody does
// anything new, and everything asked for must come to its end.
func (w *world) settle(r *rand.Rand) error {
	for _, k := range w.kids {
		k.kill()
		k.start(order{Seed: r.Uint64(), Quiet: true})
	}
	if err := w.quiet(everybody()); err != nil {
		return err
	}
	for _, k := range w.kids {
		if err := k.end(); err != nil {
			return err
		}
	}
	// Everybody once more, on a computer that knows nothing.
	fresh := &kid{w: w, group: len(groups)}
	w.kids = append(w.kids, fresh)
	var people []someone
	for _, p := range everybody() {
		people = append(people, someone{p, w.freshDir(p)})
	}
	w.book.mu.Lock()
	clear(w.book.drafts) // they are the other computers'
	asked := w.book.commands
	w.book.commands = map[string]*command{}
	w.book.mu.Unlock()
	w.book.forgetStands()
	fresh.start(order{Seed: r.Uint64(), Quiet: true, People: people})
	err := w.quiet(everybody())
	if err == nil {
		err = fresh.end()
	}
	w.book.mu.Lock()
	w.book.commands = asked
	w.book.mu.Unlock()
	w.killServer()
	return err
}

func (w *world) freshDir(p string) string { return filepath.Join(w.dir, "fresh", p) }

// quiet waits until nothing waits anywhere and every client says it is current
// as of some time after that.
func (w *world) quiet(people []string) error {
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	var since time.Time
	for {
		settled := w.book.all(people, func(s said) bool { return s.State == "live" && s.Wait == 0 })
		switch {
		case !settled:
			since = time.Time{}
		case since.IsZero():
			since = time.Now()
		case w.book.all(people, func(s said) bool { return s.asOf().After(since.Add(2 * time.Second)) }):
			return nil
		}
		select {
		case <-tick.C:
		case <-deadline.C:
			return fmt.Errorf("after the last kill it does not become quiet within %v:\n%s", patience, w.book)
		}
	}
}
