package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"docket/sync/cmd/docketd/importer"
	"docket/sync/cmd/docketd/run"
)

type importCmd struct {
	store
	File         string        `arg:"" help:"Conversations, one JSON object per line, gzipped or not." type:"existingfile"`
	Department   string        `help:"Where conversations go that do not say it; the triage department if empty." placeholder:"ID"`
	Organization string        `help:"Whose conversations are that do not say it." placeholder:"ID"`
	CloseAfter   time.Duration `help:"Close what ended longer ago and does not say its status." default:"720h" name:"close-after"`
	Quiet        bool          `help:"No progress." short:"q"`
}

// Run imports. Broken off anywhere, it goes on where it stopped.
func (i *importCmd) Run(ctx context.Context, c console) (err error) {
	f, err := os.Open(i.File)
	if err != nil {
		return fmt.Errorf("open conversations: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("stat conversations: %w", err)
	}
	l, err := run.Open(ctx, i.config())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	files, err := run.OpenFiles(ctx, i.config())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	began, shown := time.Now(), time.Now()
	opt := importer.Options{
		Department: i.Department, Organization: i.Organization, CloseAfter: i.CloseAfter,
		Bad: func(line int, reason string) { fmt.Fprintf(c.err, "line %d skipped: %s\n", line, reason) },
		Progress: func(read int64, r importer.Report) {
			if !i.Quiet && time.Since(shown) > time.Second {
				shown = time.Now()
				fmt.Fprintf(c.err, "%3d %%  %d conversations\n", read*100/max(info.Size(), 1), r.Lines)
			}
		},
	}
	r, err := importer.Run(ctx, l, files, f, time.Now(), opt)
	fmt.Fprintf(c.out, "%s added with %s, %d there already, %d skipped; %s new. %s.\n",
		plural(r.Added, "conversation", "conversations"), plural(r.Entries, "entry", "entries"), r.Known, r.Bad,
		plural(r.People, "person", "people"), time.Since(began).Round(time.Millisecond))
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(c.err, "Stopped. Run the same import again; it goes on here.")
	}
	return err
}
