package mutants_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"docket/build/prove/proof"
)

var only = flag.String("only", "", "build in the mutants whose name contains this")

// patience bounds one check of one mutant: a condition that is negated can
// make a loop endless, and a check that hangs has noticed.
const patience = 3 * time.Minute

// attempt is one run of a check: its package below build/prove and its flags.
type attempt struct {
	check string
	args  []string
}

func try(check string, args ...string) attempt { return attempt{check, args} }

// edit is a defect written by hand: a piece of a file, which must be there
// exactly once, and what stands there instead. The checks are tried in order,
// the cheapest first, until one fails.
type edit struct {
	name, file string
	old, new   string
	caught     []attempt
}

// mutant is a defect that is built in.
type mutant struct {
	name, what string
	condition  bool // of app/desk/access
	caught     []attempt
}

// build writes all mutants into one overlay.
func build(t *testing.T) (string, []mutant) {
	t.Helper()
	o := newOverlay(t)
	var all []mutant
	for _, s := range o.conditions(t, "app/desk/access") {
		all = append(all, mutant{s.name, s.text, true, access})
	}
	dirs := map[string]bool{}
	for _, e := range edits {
		src := o.read(t, e.file)
		if n := strings.Count(src, e.old); n != 1 {
			t.Fatalf("mutant %s: its place is %d times in %s, and must be there once:\n%s", e.name, n, e.file, e.old)
		}
		o.put(t, e.file, strings.Replace(src, e.old, e.new, 1))
		dirs[filepath.ToSlash(filepath.Dir(e.file))] = true
		if !slices.ContainsFunc(all, func(m mutant) bool { return m.name == e.name }) {
			all = append(all, mutant{e.name, e.file, false, e.caught})
		}
	}
	for d := range maps.Keys(dirs) {
		o.addSwitches(t, d)
	}
	return o.write(t), all
}

// compile builds the tests of every check that is needed.
func compile(t *testing.T, flags string, all []mutant) map[string]string {
	t.Helper()
	dir := t.TempDir()
	bins := map[string]string{}
	for _, m := range all {
		for _, a := range m.caught {
			if bins[a.check] != "" {
				continue
			}
			bin := filepath.Join(dir, a.check+".test")
			cmd := exec.Command("go", "test", "-c", "-o", bin, "docket/build/prove/"+a.check)
			cmd.Env = append(os.Environ(), "GOFLAGS="+flags)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("build of %s with the mutants: %v\n%s", a.check, err, out)
			}
			bins[a.check] = bin
		}
	}
	return bins
}

// run tells whether the check passes with the mutant of that name switched on.
func run(t *testing.T, flags string, bins map[string]string, name string, a attempt) bool {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	cmd := exec.CommandContext(ctx, bins[a.check], append([]string{"-test.failfast"}, a.args...)...)
	cmd.Dir = filepath.Join("..", a.check)
	cmd.WaitDelay = 10 * time.Second
	line := filepath.Join(t.TempDir(), "line")
	cmd.Env = append(os.Environ(), "GOFLAGS="+flags, variable+"="+name, proof.File+"="+line)
	out, err := cmd.CombinedOutput()
	var ended *exec.ExitError
	switch {
	case err == nil:
		if _, err := os.Stat(line); err != nil {
			t.Errorf("%s %v passed without doing anything", a.check, a.args)
		}
		return true
	case errors.As(err, &ended) || ctx.Err() != nil || errors.Is(err, exec.ErrWaitDelay):
		if name == "" {
			t.Logf("%s %v:\n%s", a.check, a.args, out)
		}
		return false
	default:
		t.Errorf("%s %v: %v", a.check, a.args, err)
		return true
	}
}

func TestEveryMutantIsCaught(t *testing.T) {
	r := proof.Start(t, "mutants")
	path, all := build(t)
	all = slices.DeleteFunc(all, func(m mutant) bool { return !strings.Contains(m.name, *only) })
	rng := rand.New(rand.NewPCG(r.Seed, 0))
	if r.N < len(all) {
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		all = all[:r.N]
	}
	if len(all) == 0 {
		t.Fatalf("no mutant is called %q", *only)
	}
	flags := strings.TrimSpace(os.Getenv("GOFLAGS") + " -overlay=" + path)
	bins := compile(t, flags, all)

	// Without a mutant every attempt passes; else being caught means nothing.
	whole := map[string]attempt{}
	for _, m := range all {
		for _, a := range m.caught {
			whole[fmt.Sprint(a)] = a
		}
	}
	for _, k := range slices.Sorted(maps.Keys(whole)) {
		if !run(t, flags, bins, "", whole[k]) {
			t.Fatalf("%s fails without any mutant", k)
		}
	}
	by := map[string]int{}
	var mu sync.Mutex
	judge := func(m mutant) {
		i := slices.IndexFunc(m.caught, func(a attempt) bool { return !run(t, flags, bins, m.name, a) })
		if i < 0 {
			r.Fail(fmt.Sprintf("-n 1 -only '%s'", m.name), "nobody noticed %s (%s)", m.name, m.what)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		by[m.caught[i].check]++
	}
	// A check waits more than it works, so a few go side by side. What is
	// written by hand may depend on the moment and goes alone.
	next := make(chan mutant)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for m := range next {
				judge(m)
			}
		})
	}
	for _, m := range all {
		if m.condition {
			next <- m
		}
	}
	close(next)
	wg.Wait()
	for _, m := range all {
		if !m.condition {
			judge(m)
		}
	}
	r.Figure("mutants", len(all))
	r.Figure("caught_by", by)
}
