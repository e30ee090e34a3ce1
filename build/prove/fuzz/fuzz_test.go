package fuzz_test

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"docket/build/prove/proof"
)

// decoders are what must be among the targets: everything that reads bytes
// somebody else made.
var decoders = map[string]string{
	"websocket frame":          "sync/link.FuzzServerReads",
	"frame from a client":      "sync/wire.FuzzClientFrame",
	"frame from a server":      "sync/wire.FuzzServerFrame",
	"command":                  "sync/wire.FuzzCommand",
	"snapshot page":            "sync/wire.FuzzPage",
	"cursor and page token":    "storage/ledger.FuzzPlace",
	"file of the outbox":       "storage/outbox.FuzzFile",
	"record of the outbox":     "storage/outbox.FuzzRecord",
	"desk.yaml":                "sync/cmd/docketd/run.FuzzDesk",
	"file of holidays":         "sync/cmd/docketd/run.FuzzHolidays",
	"line of an import":        "sync/cmd/docketd/importer.FuzzParse",
	"deep link":                "app/shell.FuzzParseLink",
	"text of a notification":   "app/notify.FuzzClean",
	"bound method":             "app.FuzzBoundMethods",
	"bound method of the door": "app.FuzzDoors",
	"text of a message":        "app/prose.FuzzParse",
	"name of a file":           "app.FuzzCleanName",
}

type target struct{ dir, name string }

func (g target) String() string { return g.dir + "." + g.name }

// targets finds every fuzz test of the repository.
func targets(t *testing.T, root string) []target {
	t.Helper()
	out, err := exec.Command("git", "-C", root, "ls-files", "--", "*_test.go").Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	head := regexp.MustCompile(`(?m)^func (Fuzz\w+)\(\w+ \*testing\.F\)`)
	var all []target
	for f := range strings.Lines(string(out)) {
		f = strings.TrimSpace(f)
		b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(f)))
		if err != nil {
			continue // removed and not committed yet
		}
		for _, m := range head.FindAllSubmatch(b, -1) {
			all = append(all, target{f[:strings.LastIndexByte(f, '/')], string(m[1])})
		}
	}
	return all
}

// attack fuzzes one target and gives how often it was called, and whether its
// last call still went on when the time was up: the fuzzer itself calls that a
// pass.
func attack(t *testing.T, root string, g target, seconds int) (execs int, hung bool, log string, err error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "test", "-run=^$", "-fuzz=^"+g.name+"$", fmt.Sprintf("-fuzztime=%ds", seconds),
		"-fuzzminimizetime=10x", "-parallel=1", "./"+g.dir)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	said := []int{-1, -1, -1} // told every three seconds, and at the end
	for _, m := range regexp.MustCompile(`execs: (\d+)`).FindAllSubmatch(out, -1) {
		execs, _ = strconv.Atoi(string(m[1]))
		said = append(said, execs)
	}
	hung = execs == 0 || said[len(said)-3] == execs
	var kept strings.Builder
	for s := bufio.NewScanner(strings.NewReader(string(out))); s.Scan(); {
		if !strings.HasPrefix(s.Text(), "fuzz: elapsed") {
			fmt.Fprintln(&kept, s.Text())
		}
	}
	return execs, hung, kept.String(), err
}

// ownDeadline says whether the fuzzer itself came too late to its end, which it
// reports as a failure without an input (go.dev/issue/75804). A call that hangs
// or fails is reported in other words and with the input that did it.
func ownDeadline(log string) bool {
	return strings.Contains(log, "\n    context deadline exceeded\n") && !strings.Contains(log, "Failing input") && !strings.Contains(log, "fuzzing process")
}

// TestHostileBytes gives every target n seconds, two at a time. Go's fuzzer
// takes no seed: what it found is written as a file of its own, which an
// ordinary `go test` runs again.
func TestHostileBytes(t *testing.T) {
	r := proof.Start(t, "fuzz")
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	all := targets(t, root)
	for what, name := range decoders {
		if !slices.ContainsFunc(all, func(g target) bool { return g.String() == name }) {
			r.Fail(fmt.Sprintf("-n %d", r.N), "nothing fuzzes the %s: %s is not there", what, name)
		}
	}
	calls := map[string]int{}
	var mu sync.Mutex
	next := make(chan target)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for g := range next {
				var n int
				var hung bool
				var log string
				var err error
				for _, times := range []int{1, 6, 30} { // the machine may be busy, and some targets start a whole desk first
					n, hung, log, err = attack(t, root, g, times*r.N)
					if err == nil && !hung || err != nil && !ownDeadline(log) {
						break
					}
				}
				mu.Lock()
				calls[g.String()] = n
				mu.Unlock()
				switch {
				case err != nil:
					r.Fail(fmt.Sprintf("-n %d", r.N), "%s: %v\n%s", g, err, log)
				case hung:
					r.Fail(fmt.Sprintf("-n %d", r.N), "%s: call %d never came back\n%s", g, n+1, log)
				}
			}
		})
	}
	for _, g := range all {
		next <- g
	}
	close(next)
	wg.Wait()
	total := 0
	for n := range maps.Values(calls) {
		total += n
	}
	r.Figure("targets", len(all))
	r.Figure("calls", total)
	r.Figure("calls_by_target", calls)
}
