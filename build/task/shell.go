package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// job is one program to run: its words, where, with which variables on top.
type job struct {
	name string
	dir  string
	env  []string
	args []string
	// quiet keeps the output back unless the job fails.
	quiet bool
}

// outMu keeps the lines of jobs that run side by side whole.
var outMu sync.Mutex

func say(format string, a ...any) {
	outMu.Lock()
	defer outMu.Unlock()
	fmt.Printf(format+"\n", a...)
}

// do runs a job and prints its name, its time and, where asked or on failure,
// what it wrote.
func do(ctx context.Context, j job) error {
	start := time.Now()
	cmd := exec.CommandContext(ctx, j.args[0], j.args[1:]...)
	cmd.Dir, cmd.Env = j.dir, append(os.Environ(), j.env...)
	var kept bytes.Buffer
	if j.quiet {
		cmd.Stdout, cmd.Stderr = &kept, &kept
	} else {
		w := &lineWriter{to: os.Stdout}
		defer w.flush()
		cmd.Stdout, cmd.Stderr = w, w
	}
	err := cmd.Run()
	took := time.Since(start).Round(100 * time.Millisecond)
	if err != nil {
		say("%s", strings.TrimRight(kept.String(), "\n"))
		say("FAIL  %s  %s  (%s)", j.name, took, strings.Join(j.args, " "))
		return fmt.Errorf("%s: %w", j.name, err)
	}
	say("ok    %s  %s", j.name, took)
	return nil
}

// output runs a program and gives what it printed, trimmed.
func output(ctx context.Context, args ...string) (string, error) {
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(errs.String()))
	}
	return strings.TrimSpace(out.String()), nil
}

func has(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// lineWriter passes whole lines on, so that two jobs never share one.
type lineWriter struct {
	to  io.Writer
	buf []byte
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.buf = append(w.buf, p...)
	if i := bytes.LastIndexByte(w.buf, '\n'); i >= 0 {
		outMu.Lock()
		_, err := w.to.Write(w.buf[:i+1])
		outMu.Unlock()
		w.buf = append(w.buf[:0], w.buf[i+1:]...)
		return len(p), err
	}
	return len(p), nil
}

func (w *lineWriter) flush() {
	if len(w.buf) > 0 {
		outMu.Lock()
		defer outMu.Unlock()
		_, _ = w.to.Write(append(w.buf, '\n'))
		w.buf = nil
	}
}

// sideBySide runs chains of steps at the same time and gives the first error
// of each; a failing chain does not stop the others, so that one run tells all.
func sideBySide(chains ...func() error) error {
	var wg sync.WaitGroup
	errs := make([]error, len(chains))
	for i, c := range chains {
		wg.Go(func() { errs[i] = c() })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
