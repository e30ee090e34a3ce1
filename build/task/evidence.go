package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// engineerTakesPicture lets the program read the screen while its window is out
// of the way, and thinks better of it.
func (s *story) engineerTakesPicture(ctx context.Context) error {
	e := s.engineer
	if err := e.click(ctx, id("evidence-open")); err != nil {
		return err
	}
	if err := e.tap(ctx, id("shot-screen")); err != nil {
		return err
	}
	part, err := e.see(ctx, id("shot-stage"))
	if err != nil {
		return err
	}
	if part.W < 400 || part.H < 100 {
		return fmt.Errorf("the picture is %d × %d", part.W, part.H)
	}
	if err := e.picture(ctx, filepath.Join(s.out, "07-screen.png")); err != nil {
		return err
	}
	if err := e.press(ctx, "Escape"); err != nil {
		return err
	}
	return e.gone(ctx, "dialog")
}

// customerDragsOut draws the file that came with the reply into a folder, where
// it is the same, and where the program keeps no copy that others could read.
func (s *story) customerDragsOut(ctx context.Context) error {
	c := s.customer
	dir := filepath.Join(s.desk.dir, "home", "came")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	if err := c.front(ctx); err != nil {
		return err
	}
	chip, err := c.see(ctx, id("file-chip"), filepath.Base(s.dropped))
	if err != nil {
		return err
	}
	got, err := c.dragOut(ctx, s.folder, dir, 2000, 700, chip)
	want, readErr := os.ReadFile(s.dropped)
	if err = errors.Join(err, readErr); err == nil && !bytes.Equal(got, want) {
		err = errors.New("what came is not what was sent")
	}
	return err
}
