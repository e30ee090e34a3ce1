package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"docket/app/desk"
	"docket/sync/cmd/docketd/run"
)

type applyCmd struct {
	store
	DryRun bool   `help:"Print what would change, and change nothing." name:"dry-run"`
	File   string `arg:"" help:"The declaration." placeholder:"desk.yaml" type:"existingfile"`
}

// Run applies the declaration and prints what changed.
func (a *applyCmd) Run(ctx context.Context, c console) error {
	f, err := os.Open(a.File)
	if err != nil {
		return fmt.Errorf("open declaration: %w", err)
	}
	defer f.Close()
	done, err := run.Apply(ctx, a.config(), f, a.DryRun)
	if err != nil {
		return inFile(filepath.Base(a.File), err)
	}
	for _, s := range done.Changes {
		fmt.Fprintln(c.out, s)
	}
	switch n := len(done.Changes); {
	case n == 0:
		fmt.Fprintln(c.out, "Nothing to change: the desk is as the file says.")
	case a.DryRun:
		fmt.Fprintf(c.out, "%s. Nothing was changed.\n", plural(n, "change would be made", "changes would be made"))
	default:
		fmt.Fprintf(c.out, "%s.\n", plural(n, "change", "changes"))
	}
	return nil
}

var line = regexp.MustCompile(`(?m)(^|[ ])line (\d+): `)

// inFile writes places in a declaration the way editors jump to them.
func inFile(name string, err error) error {
	var e *desk.Error
	if !errors.As(err, &e) {
		return err
	}
	with := *e
	with.Message = line.ReplaceAllString(e.Message, "${1}"+name+":$2: ")
	return &with
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
