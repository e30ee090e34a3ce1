//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// felt is what the page's own measurement says.
type felt struct {
	Browser                           string
	Scroll, Changes, Search, Composer spread
	Blank                             int
	Held                              bool
	Bundle                            map[string]struct{ Whole, Packed int }
}

// feel measures the built page in Chromium, over the desk in memory: what the
// page adds to what Go answers. The window's own engine is WebKit, which has no
// such instruments; the story plays there.
func (b *bench) feel() error {
	page := filepath.Join(b.root, "frontend")
	if _, err := os.Stat(filepath.Join(page, "dist", "index.html")); err != nil {
		return errors.New("the page is not built; go run ./build/task demo builds it")
	}
	m := watch()
	cmd := exec.CommandContext(b.ctx, "node", "bench/feel.mjs")
	cmd.Dir, cmd.Stderr = page, os.Stderr
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		return err
	}
	k := &kin{pid: cmd.Process.Pid, had: map[int]time.Duration{}}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for running := true; running; {
		select {
		case err := <-ended:
			if err != nil {
				return fmt.Errorf("measure the page: %w", err)
			}
			running = false
		case <-time.After(100 * time.Millisecond):
			k.look()
		}
	}
	var f felt
	if err := json.Unmarshal(out.Bytes(), &f); err != nil {
		return fmt.Errorf("what the page's measurement says: %w", err)
	}
	others := []float64{m.othersThan(k)}
	quiet := 0
	if others[0] <= busy {
		quiet = 1
	}
	const frame = 1000. / 60
	tell := func(name string, s spread, unit, goal string, ok bool, more map[string]any) {
		if more == nil {
			more = map[string]any{}
		}
		more["p50"], more["max"], more["n"], more["browser"] = s.P50, s.Max, s.N, f.Browser
		b.print(figure{Figure: name, Value: s.P99, Unit: unit, Goal: goal, Rounds: 1, Others: others, Detail: more}.judged(ok, quiet))
	}
	tell("F1", f.Scroll, "ms p99 between frames while 100,000 rows scroll", "≤ 2 frames, never a blank list", f.Scroll.P99 <= 2*frame && f.Blank == 0, map[string]any{"blank": f.Blank})
	tell("F2", f.Changes, "ms p99 between frames while 50 changes a second arrive", "≤ 2 frames, the list holds its place", f.Changes.P99 <= 2*frame && f.Held, map[string]any{"held": f.Held})
	tell("F3", f.Search, "ms p99 from a key in search to the frame after it", "≤ 2 frames", f.Search.P99 <= 2*frame, nil)
	tell("F4", f.Composer, "ms p99 from a key in the composer to the frame after it", "≤ 2 frames", f.Composer.P99 <= 2*frame, nil)
	js := f.Bundle["js"]
	ok := js.Packed <= 250_000
	b.print(figure{Figure: "F5", Value: float64(js.Packed) / 1000, Unit: "kB of script, packed", Goal: "≤ 250", OK: &ok, Rounds: 1, Detail: map[string]any{"kinds": f.Bundle}})
	return nil
}
