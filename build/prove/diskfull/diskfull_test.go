//go:build linux

package diskfull_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"docket/build/prove/proof"
)

func TestMain(m *testing.M) {
	if spec := os.Getenv(orderEnv); spec != "" {
		if err := live(spec); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// The client's disk is larger than what Docket leaves free on it, the server's
// small. Both are memory, taken only as far as it is written.
const (
	clientDisk = 600 << 20
	serverDisk = 256 << 20
)

// TestDiskFull takes the room away as often as the size says, in one world.
func TestDiskFull(t *testing.T) {
	run := proof.Start(t, "diskfull")
	client, err := newDisk(t, clientDisk)
	if err != nil {
		run.Figure("disk", "none")
		t.Skipf("only root can mount a disk of its own, and a full one cannot be played to a process otherwise: %v", err)
	}
	server, err := newDisk(t, serverDisk)
	if err != nil {
		t.Fatal(err)
	}
	run.Figure("disk", "tmpfs")
	w := newWorld(t, run, client, server)
	if err := w.settled(); err != nil { // who has only just signed in knows no department yet
		t.Fatal(err)
	}
	for i := range run.N {
		seed := run.Seed + uint64(i)
		if err := w.round(rand.New(rand.NewPCG(seed, 3))); err != nil {
			run.Fail(fmt.Sprintf("-n %d -seed %d", i+1, run.Seed), "round %d: %v", i, err)
			w.logs()
			return
		}
	}
	if err := w.judge(); err != nil {
		run.Fail(fmt.Sprintf("-n %d -seed %d", run.N, run.Seed), "%v", err)
		w.logs()
	}
	run.Figure("queued", len(w.queued))
	if len(w.queued) == 0 {
		t.Error("nothing was queued")
	}
}

// watermark is how much room is left: mostly next to none, sometimes just about
// what a store asks for.
func watermark(r *rand.Rand, client bool) int64 {
	switch n := r.IntN(10); {
	case n < 2:
		return 0
	case n < 5:
		return r.Int64N(64 << 10)
	case n < 8 || !client:
		return r.Int64N(4 << 20)
	case n == 8:
		return 48<<20 + r.Int64N(32<<20) // what opening asks for
	default:
		return 190<<20 + r.Int64N(20<<20) // what writing asks for
	}
}

// round takes the room from one of the two or from both while the client
// works, mostly starts who has no room again and again, and gives it back.
func (w *world) round(r *rand.Rand) error {
	which := r.IntN(3)
	small := map[*disk]int64{}
	if which != 1 {
		small[w.server.disk] = watermark(r, false)
	}
	if which != 0 {
		small[w.client.disk] = watermark(r, true)
	}
	if err := w.work(3 + r.IntN(8)); err != nil {
		return err
	}
	for d, free := range small {
		d.leave(free)
		w.run.Add("watermarks", 1)
	}
	if err := w.work(10 + r.IntN(15)); err != nil {
		return err
	}
	for _, p := range []*process{w.server, w.client} {
		if _, full := small[p.disk]; !full || r.IntN(3) == 0 {
			continue
		}
		for range 3 {
			if err := w.again(p, r.IntN(2) == 0); err != nil {
				return err
			}
		}
	}
	if err := w.work(5 + r.IntN(10)); err != nil {
		return err
	}
	for d := range small {
		d.free()
	}
	// Only a process that would not even start is started by somebody.
	for _, p := range []*process{w.server, w.client} {
		if p.over() {
			w.run.Add("waited for room before it started", 1)
			if err := w.start(p); err != nil {
				return fmt.Errorf("with room again: %w", err)
			}
		}
	}
	return w.settled()
}

// again ends a process, by kill -9 or politely, and starts it on its full disk.
// It may then serve what it can, or say in words why it does not.
func (w *world) again(p *process, kill bool) error {
	if err := w.end(p, kill); err != nil {
		return err
	}
	w.run.Add("starts on a full disk", 1)
	err := w.start(p)
	if err == nil {
		return nil
	}
	if !p.over() {
		return fmt.Errorf("started on a full disk: %w", err)
	}
	if why := p.why(); !strings.Contains(why, "disk") && !strings.Contains(why, "room") {
		return fmt.Errorf("%s does not start on a full disk and says only: %s", p.name, why)
	}
	return nil
}

const patience = 60 * time.Second
