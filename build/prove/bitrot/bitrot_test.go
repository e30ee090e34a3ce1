package bitrot_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"docket/build/prove/proof"
)

// TestBitRot flips a bit in every case, on a world that is the same for all.
func TestBitRot(t *testing.T) {
	run := proof.Start(t, "bitrot")
	w := newWorld(t, 1)
	tr, err := w.learn()
	if err != nil {
		t.Fatal(err)
	}
	want, places, err := w.reference()
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]map[string]int{}
	for i := range run.N {
		seed := run.Seed + uint64(i)
		r := rand.New(rand.NewPCG(seed, 2))
		side, which := "client", r.IntN(2)
		at := w.client[which].pick(r, clientKind)
		if from := w.server[which].pick(r, serverKind); at.name == "" || from.name != "" && r.IntN(3) == 0 {
			side, at = "server", from
		}
		if at.name == "" {
			continue // there is none of the kind in a folder that was left so
		}
		var outcome string
		var err error
		if side == "client" {
			outcome, err = w.damagedClient(which, at, tr)
		} else {
			outcome, err = w.serve(which, at, want, places)
		}
		if err != nil {
			outcome = "wrong"
			run.Fail(fmt.Sprintf("-n 1 -seed %d", seed), "case %d: %s of a %s that was %s: %v", seed, at, side, [...]string{"closed", "killed"}[which], err)
		}
		if counts[at.kind] == nil {
			counts[at.kind] = map[string]int{}
		}
		counts[at.kind][outcome]++
		run.Add(outcome, 1)
	}
	if len(counts) == 0 {
		t.Errorf("nothing was flipped: is %q a kind of file?", *only)
	}
	run.Figure("kinds", counts)
	run.Figure("tickets", len(w.tickets))
	run.Figure("questions", len(tr.questions))
}
