package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// demo opens the two windows, or plays the story where there is no screen.
func demo(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("demo", flag.ContinueOnError)
	headless := fs.Bool("headless", false, "play the story on a virtual display")
	out := fs.String("out", "out/demo", "where the story's pictures go")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" && !*headless {
		say("there is no screen here: playing the story on a virtual one")
		*headless = true
	}
	if *headless {
		if err := ensure(ctx, toBuild(), toPlay()); err != nil {
			return err
		}
		if err := ensureNode(ctx); err != nil {
			return err
		}
		if err := npmInstall(ctx); err != nil {
			return err
		}
		return playStory(ctx, *out)
	}
	if err := ensure(ctx, toBuild()); err != nil {
		return err
	}
	if err := ensureNode(ctx); err != nil {
		return err
	}
	return openDemo(ctx)
}

func openDemo(ctx context.Context) error {
	window, docketd := filepath.Join(outDir, exe("docket")), filepath.Join(outDir, exe("docketd"))
	for _, step := range []func() error{
		func() error { return npmInstall(ctx) },
		func() error { return buildPage(ctx) },
		func() error { return buildServer(ctx, docketd) },
		func() error { return buildWindow(ctx, window, "") },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp("", "docket-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	w, err := newWorld(ctx, dir, docketd)
	if err != nil {
		return err
	}
	if err := w.start(ctx); err != nil {
		return err
	}
	defer w.kill()
	fmt.Printf("\nThe server is at %s. Sign in as %q (a customer) and %q (an engineer), password %q.\nClose both windows to end.\n\n", w.url(), customerID, engineerID, password)
	var open []*exec.Cmd
	for _, one := range []struct{ who, side string }{{customerID, "left"}, {engineerID, "right"}} {
		who := one.who
		cmd := exec.CommandContext(ctx, window, "--side", one.side, "--profile", "demo-"+who, "--data", filepath.Join(dir, who), "--server", w.url(), "--person", who)
		cmd.Stderr = w.log
		if err := cmd.Start(); err != nil {
			return fmt.Errorf("open the window of %s: %w", who, err)
		}
		open = append(open, cmd)
	}
	for _, cmd := range open {
		_ = cmd.Wait()
	}
	return nil
}
