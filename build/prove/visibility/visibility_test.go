// Package visibility holds the check of who may see what: random runs of a
// whole desk against package model, a search of every byte anybody is sent for
// words that are not theirs, and every short history of a small desk.
package visibility_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"docket/build/prove/proof"
)

// perRun is how many steps a town lives.
const perRun = 500

func TestVisibility(t *testing.T) {
	run := proof.Start(t, "visibility")
	exhaustive(t, run)
	later(run)
	everySaving(t, run)
	articles(run)
	t.Run("run", func(t *testing.T) {
		for i := 0; i*perRun < run.N; i++ {
			n := min(perRun, run.N-i*perRun)
			seed := run.Seed + uint64(i)
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				random(t, run, seed, n)
			})
		}
	})
}

func random(t *testing.T, run *proof.Run, seed uint64, n int) {
	m := newMachine(t, run, seed, n)
	next := 40
	for m.step < n && !m.failed {
		m.w.Pass(time.Second)
		m.step += m.act()
		m.hearAll()
		if m.step >= next {
			m.quiet()
			next = m.step + 40
		}
	}
	m.end()
	for k, v := range m.figures {
		run.Add(k, v)
	}
	run.Add("steps", m.step)
	run.Add("runs", 1)
	if m.figures["acknowledged"] == 0 && n > 50 {
		m.fail("nothing was acknowledged")
	}
}

// writeAll writes a value with everything in it.
func writeAll(b *bytes.Buffer, v any) { fmt.Fprintf(b, "%+v\n", v) }
