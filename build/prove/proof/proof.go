// Package proof is what every check of `go run ./build/task prove` has in
// common: its size and seed, its count of failures, the figures it adds and the
// one JSON line it ends with. A check is a Go test in a package of its own
// beside this one; without a size it is skipped, so that `go test ./...` stays
// quick.
package proof

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"sync"
	"testing"
	"time"
)

var (
	size = flag.Int("n", 0, "how much to check; 0 skips")
	seed = flag.Uint64("seed", 1, "where the random choices start")
)

// File names the variable with the path the line is written to; without it the
// line goes into the test's log.
const File = "DOCKET_PROOF"

// Run is one run of a check.
type Run struct {
	// N is how much to check, in the check's own unit, at least 1.
	N int
	// Seed is where the random choices start. Case i of a run uses Seed+i, so
	// that a single failing case can be replayed with a size of its own.
	Seed uint64

	t       *testing.T
	check   string
	started time.Time

	mu       sync.Mutex
	failures int
	replay   string
	figures  map[string]any
}

// Start begins the check of that name, or skips the test when no size was
// given. The line is written when the test ends, however it ends.
func Start(t *testing.T, check string) *Run {
	t.Helper()
	if *size <= 0 {
		t.Skipf("run it with: go run ./build/task prove %s", check)
	}
	r := &Run{N: *size, Seed: *seed, t: t, check: check, started: time.Now(), figures: map[string]any{}}
	t.Cleanup(r.end)
	return r
}

// Fail counts a failure and keeps the first command that replays one: args are
// the flags after `prove CHECK`, for a case of its own normally "-n 1 -seed S".
func (r *Run) Fail(args, format string, a ...any) {
	r.t.Helper()
	r.mu.Lock()
	r.failures++
	if r.replay == "" {
		r.replay = "go run ./build/task prove " + r.check + " " + args
	}
	shown := r.failures <= 20
	r.mu.Unlock()
	if shown {
		r.t.Errorf(format, a...)
	} else {
		r.t.Fail()
	}
}

// Failures says how many there were so far.
func (r *Run) Failures() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failures
}

// Figure adds something measured or counted to the line.
func (r *Run) Figure(name string, value any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.figures[name] = value
}

// Add counts up a figure.
func (r *Run) Add(name string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	old, _ := r.figures[name].(int)
	r.figures[name] = old + n
}

func (r *Run) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.t.Failed() && r.failures == 0 {
		r.failures = 1 // something else than Fail ended it: a fatal error, a race
	}
	line := maps.Clone(r.figures)
	line["check"], line["n"], line["seed"] = r.check, r.N, r.Seed
	line["failures"], line["seconds"] = r.failures, float64(time.Since(r.started).Milliseconds())/1000
	if r.failures > 0 {
		if r.replay == "" {
			r.replay = fmt.Sprintf("go run ./build/task prove %s -n %d -seed %d", r.check, r.N, r.Seed)
		}
		line["replay"] = r.replay
	}
	b, err := json.Marshal(line)
	if err != nil {
		r.t.Errorf("the line cannot be written: %v", err)
		return
	}
	if path := os.Getenv(File); path != "" {
		if err := os.WriteFile(path, append(b, '\n'), 0o600); err != nil {
			r.t.Error(err)
		}
		return
	}
	r.t.Logf("%s", b)
}
