package main

import (
	"context"
	"errors"
	"strings"
)

// verify writes every golden file and generated file anew and fails when one
// differs from what is committed.
func verify(ctx context.Context, _ []string) error {
	packages, err := output(ctx, "git", "grep", "-l", `flag.Bool("update"`, "--", "*_test.go")
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for f := range strings.SplitSeq(packages, "\n") {
		dir := "./" + f[:strings.LastIndexByte(f, '/')]
		if seen[dir] {
			continue
		}
		seen[dir] = true
		if err := do(ctx, job{name: "regenerate " + dir, quiet: true, args: []string{"go", "test", "-count=1", dir, "-update"}}); err != nil {
			return err
		}
	}
	changed, err := output(ctx, "git", "status", "--porcelain", "--untracked-files=normal")
	if err != nil {
		return err
	}
	if changed != "" {
		return errors.New("what is committed is not what is generated:\n" + changed)
	}
	say("ok    verify")
	return nil
}
