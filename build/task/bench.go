package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// bench measures Docket and its peers; build/bench is a module of its own, so
// that the peers never enter ours. The words are passed on.
func bench(ctx context.Context, args []string) error {
	if runtime.GOOS != "linux" {
		return errors.New("the figures are read from /proc; run this on Linux")
	}
	root, err := filepath.Abs(".")
	if err != nil {
		return err
	}
	program := filepath.Join(root, outDir, "bench")
	// With a C compiler SQLite's full-text search is among the peers.
	build := exec.CommandContext(ctx, "go", "build", "-tags", "sqlite_fts5", "-o", program, ".")
	build.Dir, build.Stdout, build.Stderr = filepath.Join("build", "bench"), os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		return err
	}
	// Standard output is for the figures alone.
	cmd := exec.CommandContext(ctx, program, append([]string{"-root", root}, args...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}
