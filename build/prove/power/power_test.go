package power_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"docket/build/prove/proof"
	"docket/storage/outbox/outboxtest"
)

func honest(*outboxtest.FS) {}

// TestPower cuts the power at every step of the run's script and at random
// ones of as many other scripts as the size says; the same number of copies of
// a cache lose what was not synced.
func TestPower(t *testing.T) {
	run := proof.Start(t, "power")
	everyStep(t, run)
	w := &worker{dir: t.TempDir()}
	l := live(t, w.dir)
	run.Figure("cache_calls", len(l.calls))
	run.Figure("copies_with_two_logs", len(l.Two))
	for i := range run.N {
		seed := run.Seed + uint64(i)
		args := fmt.Sprintf("-n 1 -seed %d", seed)
		if err := randomCuts(run, seed); err != nil {
			run.Fail(args, "outbox, seed %d: %v", seed, err)
		}
		outcome, err := w.clone(seed)
		if err != nil {
			run.Fail(args, "cache, seed %d: %v", seed, err)
		} else {
			run.Add("cache_"+outcome, 1)
		}
		if err := os.RemoveAll(filepath.Join(w.dir, "clone")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.stop(); err != nil {
		t.Error(err)
	}
	run.Figure("program_ended_and_started_again", w.deaths)
	if run.Failures() == 0 {
		controls(run)
	}
}

func everyStep(t *testing.T, run *proof.Run) {
	args := fmt.Sprintf("-n 1 -seed %d", run.Seed)
	s, err := newScript(run.Seed, 120, 256)
	if err != nil {
		t.Fatal(err)
	}
	if s.rewrites < 5 {
		t.Fatalf("got %d rewritten logs, want some: the script does too little", s.rewrites)
	}
	for at := 1; at <= s.steps; at++ {
		for v := range 3 {
			var r *rand.Rand
			if v > 0 {
				r = rand.New(rand.NewPCG(run.Seed, uint64(at*8+v)))
			}
			cuts, err := s.attack(at, honest, r)
			run.Add("power_cuts", cuts)
			if err != nil {
				run.Fail(args, "outbox, seed %d, cut at step %d, variant %d: %v", run.Seed, at, v, err)
			}
		}
	}
	run.Figure("disk_steps", s.steps)
	run.Figure("sync_points", len(s.syncs))
	run.Figure("rewritten_logs", s.rewrites)
}

func randomCuts(run *proof.Run, seed uint64) error {
	r := rand.New(rand.NewPCG(seed, 1))
	s, err := newScript(seed, 20+r.IntN(60), 1<<(9+r.IntN(8)))
	if err != nil {
		return err
	}
	cuts, err := s.attack(1+r.IntN(s.steps), honest, r)
	run.Add("power_cuts", cuts)
	return err
}

// controls shows that the check sees a loss: on a disk that does not sync
// files, and on one that does not sync directories, something must be lost.
func controls(run *proof.Run) {
	for _, c := range []struct {
		name string
		lie  func(*outboxtest.FS)
	}{
		{"without_fsync", func(f *outboxtest.FS) { f.NoSync = true }},
		{"without_dirsync", func(f *outboxtest.FS) { f.NoSyncDir = true }},
	} {
		s, err := newScript(run.Seed, 120, 256)
		lost := 0
		for at := 1; err == nil && at <= s.steps; at++ {
			if _, bad := s.attack(at, c.lie, nil); bad != nil {
				lost++
			}
		}
		run.Figure("lost_"+c.name, lost)
		if err != nil || lost == 0 {
			run.Fail(fmt.Sprintf("-n 1 -seed %d", run.Seed), "%s nothing was lost in %d power cuts (%v): the check is blind", c.name, s.steps, err)
		}
	}
}
