package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// buildFolder builds the folder a file is dragged out of.
func buildFolder(ctx context.Context, out string) error {
	flags, err := output(ctx, "pkg-config", "--cflags", "--libs", "gtk+-3.0")
	if err != nil {
		return err
	}
	args := []string{"gcc", "-O1", "-o", out, filepath.Join("build", "task", "folder", "folder.c")}
	return do(ctx, job{name: "build folder", quiet: true, args: append(args, strings.Fields(flags)...)})
}

// drag opens a folder with a file in it at a place of the screen, draws the file
// onto a part of the window with the pointer held down, and lets it go there.
func (w *window) drag(ctx context.Context, folder, file string, x, y int, selector string) error {
	source, err := w.desk.spawn(ctx, nil, folder, file, "Files", strconv.Itoa(x), strconv.Itoa(y))
	if err != nil {
		return err
	}
	var from string
	if err := w.desk.until(ctx, 10*time.Second, "the folder", func() bool {
		from, err = w.desk.output(ctx, "xdotool", "search", "--onlyvisible", "--pid", strconv.Itoa(source.Process.Pid))
		return err == nil && from != ""
	}); err != nil {
		return err
	}
	to, err := w.see(ctx, selector)
	if err != nil {
		return err
	}
	if err := w.draw(ctx, from, to); err != nil {
		return err
	}
	_, err = w.see(ctx, id("file-chip"), filepath.Base(file))
	killGroup(source)
	return errors.Join(err, ended(source.Wait()))
}

// dragOut draws a part of the window into an empty folder at a place of the
// screen, and gives what came there once it is of some size.
func (w *window) dragOut(ctx context.Context, folder, dir string, x, y int, from part) ([]byte, error) {
	target, err := w.desk.spawn(ctx, nil, folder, dir, "Folder", strconv.Itoa(x), strconv.Itoa(y))
	if err != nil {
		return nil, err
	}
	defer func() {
		killGroup(target)
		_ = ended(target.Wait())
	}()
	var to string
	if err := w.desk.until(ctx, 10*time.Second, "the folder", func() bool {
		to, err = w.desk.output(ctx, "xdotool", "search", "--onlyvisible", "--pid", strconv.Itoa(target.Process.Pid))
		return err == nil && to != ""
	}); err != nil {
		return nil, err
	}
	args := []string{"xdotool", "mousemove", "--window", w.id, strconv.Itoa(from.X + 30), strconv.Itoa(from.Y + from.H/2), "sleep", "0.1", "mousedown", "1", "sleep", "0.1"}
	for range 12 {
		args = append(args, "mousemove_relative", "--", "4", "3", "sleep", "0.05")
	}
	for i := 10; i >= 0; i-- {
		args = append(args, "mousemove", "--window", to, strconv.Itoa(120-3*i), strconv.Itoa(80-2*i), "sleep", "0.05")
	}
	args = append(args, "sleep", "0.5", "mouseup", "1")
	if _, err := w.desk.output(ctx, args...); err != nil {
		return nil, err
	}
	var got []byte
	err = w.desk.until(ctx, 10*time.Second, "what was dragged out", func() bool {
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil || len(files) != 1 {
			return false
		}
		got, err = os.ReadFile(files[0])
		return err == nil && len(got) > 0
	})
	return got, err
}

// draw moves as a hand does: a press, a little way so that the drag begins, the
// way across in steps, and a moment on the spot before letting go. The pauses
// are the hand's; the two programs talk to each other meanwhile.
func (w *window) draw(ctx context.Context, from string, to part) error {
	place := func(x, y int) []string {
		return []string{"mousemove", "--window", w.id, strconv.Itoa(x), strconv.Itoa(y), "sleep", "0.03"}
	}
	x, y := to.X+to.W/2, to.Y+to.H/2
	args := []string{"xdotool", "mousemove", "--window", from, "130", "60", "sleep", "0.1", "mousedown", "1", "sleep", "0.1"}
	for range 10 {
		args = append(args, "mousemove_relative", "--", "-4", "-3", "sleep", "0.03")
	}
	for i := 10; i >= 0; i-- {
		args = append(args, place(x+24*i, y+6*i)...)
	}
	args = append(args, "sleep", "0.3", "mouseup", "1")
	_, err := w.desk.output(ctx, args...)
	return err
}

// ended takes a program that was killed for one that ended.
func ended(err error) error {
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return nil
	}
	return err
}
