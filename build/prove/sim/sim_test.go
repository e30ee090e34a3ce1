package sim

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"docket/build/prove/proof"
	"docket/build/prove/simnet"
)

// steps is how much happens in one seed; a step is a few commands or a fault.
const steps = 130

// stuck is how long, in real time, a seed may take: in a bubble one that hangs
// on a lock while time stands still would hang for ever.
const stuck = 3 * time.Minute

// TestSim is the check.
func TestSim(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	r := proof.Start(t, "sim")
	r.Figure("computers", 2*len(people))
	var at atomic.Uint64
	var wg sync.WaitGroup
	var worst atomic.Int64
	for range min(runtime.GOMAXPROCS(0), r.N) {
		wg.Go(func() {
			for i := at.Add(1) - 1; i < uint64(r.N); i = at.Add(1) - 1 {
				seed := r.Seed + i
				took := one(t, r, seed)
				for old := worst.Load(); int64(took) > old && !worst.CompareAndSwap(old, int64(took)); old = worst.Load() {
				}
			}
		})
	}
	wg.Wait()
	r.Figure("slowest_to_converge", time.Duration(worst.Load()).String())
}

// pause lets fake time pass.
func pause(d time.Duration) { time.Sleep(d) }

// one plays a seed and gives how long everybody took to be current.
func one(t *testing.T, r *proof.Run, seed uint64) (took time.Duration) {
	replay := fmt.Sprintf("-n 1 -seed %d", seed)
	dir, err := os.MkdirTemp(simnet.Scratch(), "docket-sim-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	dog := time.AfterFunc(stuck, func() {
		b := make([]byte, 4<<20)
		fmt.Fprintf(os.Stderr, "seed %d is stuck; replay with %s\n%s\n", seed, replay, b[:runtime.Stack(b, true)])
		os.Exit(1)
	})
	defer dog.Stop()
	ok := t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, seed, dir)
			s := &script{world: w}
			s.play(steps)
			took = s.converge()
			tr := s.truth()
			s.same(tr)
			s.once(tr)
			s.sound()
			for _, c := range s.computers {
				c.stop()
				_ = c.files.Close()
			}
			if err := s.srv.Close(); err != nil {
				s.broke("close: %v", err)
			}
			if s.count["confirmed"] == 0 {
				s.broke("nothing was confirmed: this proves nothing")
			}
			for _, what := range s.trouble {
				r.Fail(replay, "seed %d: %s", seed, what)
			}
			for name, n := range s.count {
				r.Add(name, n)
			}
			r.Add("pushed_twice", int(w.again.Load()))
			r.Add("fetched_again", int(w.gaps.Load()))
		})
	})
	if !ok {
		r.Fail(replay, "seed %d failed", seed)
	}
	return took
}
