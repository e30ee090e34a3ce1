package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// check is one attack on what the program promises: a Go test in build/prove
// that takes its size and seed as flags and leaves one JSON line.
type check struct {
	name string
	does string
	// size is what `test` runs; n counts unit.
	size int
	unit string
	// race says whether it runs under the race detector. Checks that drive
	// separate processes and measure them do not.
	race bool
}

func checks() []check {
	return []check{
		{"reconnect", "whoever comes back, after however long, has what a new computer has", 1, "rounds", false},
		{"fuzz", "every decoder is given hostile bytes", 10, "seconds each", false},
		{"mutants", "defects are built in, and the checks must notice", 1000, "mutants", false},
		{"order", "what many people do at once has one order, and a command happens once", 200, "histories", false},
		{"sim", "twenty computers and a server in fake time, broken in every way, agree afterwards", 200, "seeds", false},
		{"visibility", "random desks and every short history against a model of who may see what", 100_000, "steps", false},
		{"crash", "server and clients are killed with -9 while people work; what anybody was told stays true", 30, "kills of the server, and as many of clients", false},
		{"power", "the power goes: at every step of the outbox, and under copies of the cache; nothing kept is lost", 100, "clones", false},
		{"twins", "worlds that differ only in what staff does among themselves send customers the same bytes", 200, "pairs", false},
	}
}

// prove runs one check at any size and seed. The last line on standard output
// is its JSON line; everything else goes to standard error.
func prove(ctx context.Context, args []string) error {
	usage := func(err error) error {
		fmt.Println("go run ./build/task prove CHECK [-n N] [-seed S] [more flags of the check], where CHECK is one of:")
		for _, c := range checks() {
			fmt.Printf("  %-11s %s [%d %s]\n", c.name, c.does, c.size, c.unit)
		}
		return err
	}
	if len(args) == 0 {
		return usage(errors.New("which check?"))
	}
	for _, c := range checks() {
		if c.name == args[0] {
			if err := ensure(ctx, toBuild(), toTest()); err != nil {
				return err
			}
			line, err := c.run(ctx, os.Stderr, args[1:])
			fmt.Println(line)
			return err
		}
	}
	return usage(fmt.Errorf("there is no check %q", args[0]))
}

// run does the check with the given flags and gives its line. Without -n it
// has the size `test` uses, without -seed the seed 1.
func (c check) run(ctx context.Context, log *os.File, args []string) (string, error) {
	if !given(args, "n") {
		args = append([]string{"-n", strconv.Itoa(c.size)}, args...)
	}
	dir, err := os.MkdirTemp("", "docket-prove-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "line.json")
	words := []string{"test", "-count=1", "-timeout=0"}
	if c.race {
		words = append(words, "-race")
	}
	words = append(append(words, "./build/prove/"+c.name, "-args"), args...)
	cmd := exec.CommandContext(ctx, "go", words...)
	cmd.Env = append(os.Environ(), "DOCKET_PROOF="+path)
	cmd.Stdout, cmd.Stderr = log, log
	started := time.Now()
	runErr := cmd.Run()
	b, err := os.ReadFile(path)
	if err != nil { // it did not build, or died
		b, err = json.Marshal(map[string]any{
			"check": c.name, "failures": 1, "seconds": time.Since(started).Seconds(),
			"replay": "go run ./build/task prove " + c.name + " " + strings.Join(args, " "),
		})
		if err != nil {
			return "", err
		}
		runErr = errors.Join(runErr, errors.New("the check ended without its line"))
	}
	if runErr != nil {
		runErr = fmt.Errorf("prove %s: %w", c.name, runErr)
	}
	return string(bytes.TrimSpace(b)), runErr
}

// given reports whether a flag stands among args.
func given(args []string, name string) bool {
	for _, a := range args {
		a, _, _ = strings.Cut(strings.TrimLeft(a, "-"), "=")
		if a == name {
			return true
		}
	}
	return false
}

// proveAll runs every check at the size of `test`, one after the other: some
// measure, and none shall fail because of another.
func proveAll(ctx context.Context) error {
	var errs []error
	for _, c := range checks() {
		log, err := os.CreateTemp("", "docket-prove-*.log")
		if err != nil {
			return err
		}
		line, err := c.run(ctx, log, nil)
		if err != nil {
			if b, readErr := os.ReadFile(log.Name()); readErr == nil {
				say("%s", bytes.TrimSpace(b))
			}
			say("FAIL  prove %s  %s", c.name, line)
			errs = append(errs, err)
		} else {
			say("ok    prove %s  %s", c.name, line)
		}
		errs = append(errs, log.Close(), os.Remove(log.Name()))
	}
	return errors.Join(errs...)
}
