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
	"sync"
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
	// alone is set for a check that measures, or kills at moments that depend
	// on how busy the machine is.
	alone bool
}

func checks() []check {
	// The longest first, so that the two chains end together.
	return []check{
		{name: "mutants", does: "defects are built in, and the checks must notice", size: 1000, unit: "mutants"},
		{name: "fuzz", does: "every decoder is given hostile bytes", size: 10, unit: "seconds each"},
		{name: "power", does: "the power goes: at every step of the outbox, and under copies of the cache; nothing kept is lost", size: 100, unit: "clones"},
		{name: "sim", does: "twenty computers and a server in fake time, broken in every way, agree afterwards", size: 200, unit: "seeds"},
		{name: "bitrot", does: "one bit flips in any file of a client or a server: told, mended or harmless, never just wrong", size: 300, unit: "flips"},
		{name: "diskfull", does: "the disk of a server or a client is full while people write; nothing crashes, nothing is lost, and it goes on by itself", size: 20, unit: "rounds"},
		{name: "visibility", does: "random desks and every short history against a model of who may see what", size: 100_000, unit: "steps"},
		{name: "reconnect", does: "whoever comes back, after however long, has what a new computer has", size: 1, unit: "rounds"},
		{name: "twins", does: "worlds that differ only in what staff does among themselves send customers the same bytes", size: 200, unit: "pairs"},
		{name: "order", does: "what many people do at once has one order, and a command happens once", size: 200, unit: "histories"},
		{name: "crash", does: "server and clients are killed with -9 while people work; what anybody was told stays true", size: 30, unit: "kills of the server, and as many of clients", alone: true},
		{name: "soak", does: "thousands of real sockets, some slow, some silent, some coming and going; the server holds no more than it says", size: 120, unit: "seconds", alone: true},
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
	// Cases wait for one another more than they work.
	words := []string{"test", "-count=1", "-timeout=0", "-parallel=6"}
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

// proveAll runs every check at the size of `test`: two at a time, and then
// those that must be alone.
func proveAll(ctx context.Context) error {
	var beside, alone []check
	for _, c := range checks() {
		if c.alone {
			alone = append(alone, c)
		} else {
			beside = append(beside, c)
		}
	}
	var mu sync.Mutex
	chain := func(rest *[]check) func() error {
		return func() error {
			var errs []error
			for {
				mu.Lock()
				if len(*rest) == 0 {
					mu.Unlock()
					return errors.Join(errs...)
				}
				c := (*rest)[0]
				*rest = (*rest)[1:]
				mu.Unlock()
				errs = append(errs, c.prove(ctx))
			}
		}
	}
	return errors.Join(sideBySide(chain(&beside), chain(&beside)), chain(&alone)())
}

// prove runs the check at the size of `test` and shows its log if it fails.
func (c check) prove(ctx context.Context) error {
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
	} else {
		say("ok    prove %s  %s", c.name, line)
	}
	return errors.Join(err, log.Close(), os.Remove(log.Name()))
}
