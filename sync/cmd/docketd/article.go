package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"docket/app/desk"
	"docket/sync/cmd/docketd/importer"
	"docket/sync/cmd/docketd/run"
)

type articleCmd struct {
	Import articleImportCmd `cmd:"" help:"Make articles of a folder of Markdown, or change those it became before."`
}

type articleImportCmd struct {
	store
	Dir string `arg:"" help:"Folder with files of Markdown, with front matter, and sections.yaml." type:"existingdir"`
}

// Run imports the folder, or nothing of it.
func (i *articleImportCmd) Run(ctx context.Context, c console) (err error) {
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
	r, err := importer.Articles(ctx, l, files, os.DirFS(i.Dir), time.Now())
	var bad importer.Mistakes
	if errors.As(err, &bad) {
		for _, m := range bad {
			fmt.Fprintln(c.err, m)
		}
		return &desk.Error{
			Code: desk.CodeInvalid, Message: plural(len(bad), "mistake was", "mistakes were") + " found, and nothing was imported.",
			Hint: "Mend them and import the folder again.",
		}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s new, %d changed, %d as they were, in %s.\n", plural(r.New, "article", "articles"), r.Changed, r.Same, plural(r.Sections, "section", "sections"))
	return nil
}
