package main

import (
	"context"
	"flag"
	"os"
	"path/filepath"
)

// gallery draws every view and state of the window in both themes, three sizes
// and two languages, judged by axe on the way, or keeps what it draws as looked at.
func gallery(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("gallery", flag.ContinueOnError)
	out := fs.String("out", "out/gallery", "where the pictures go")
	only := fs.String("only", "", "draw the states whose name fits this pattern")
	lang := fs.String("lang", "", "draw the window in this language only; without, English and German")
	accept := fs.Bool("accept", false, "keep what is drawn as what was looked at, for the test to compare with")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if err := ensure(ctx, toTest()[:1]); err != nil {
		return err
	}
	if err := ensureNode(ctx); err != nil {
		return err
	}
	if err := npmInstall(ctx); err != nil {
		return err
	}
	if err := buildPage(ctx); err != nil {
		return err
	}
	more := []string{"--only", *only, "--lang", *lang}
	if *accept {
		more = append(more, "--accept")
	}
	return drawGallery(ctx, *out, more...)
}

// testGallery draws a part of it, small in dark and usual in light, and fails
// on what changed since somebody looked at it. The pictures stay where it says.
func testGallery(ctx context.Context) error {
	out, err := os.MkdirTemp("", "docket-gallery-")
	if err != nil {
		return err
	}
	if err := drawGallery(ctx, out, "--check"); err != nil {
		return err
	}
	return os.RemoveAll(out)
}

func drawGallery(ctx context.Context, out string, more ...string) error {
	out, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	return do(ctx, job{name: "gallery", dir: frontend, args: append([]string{"node", "gallery/run.mjs", "--out", out}, more...)})
}
