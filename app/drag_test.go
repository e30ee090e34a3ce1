package app_test

import (
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"docket/sync/cmd/docketd/runtest"
)

// A file that is drawn out of the window is given as a readable copy under its
// name, and none is left once nobody is signed in, whether they signed out, the
// program ended, or it could not end (BEHAVIOURS 1.32).
func TestNoReadableCopyIsLeft(t *testing.T) {
	srv, d := runtest.NewServer(t, ""), newDesktop(t)
	drag := func() string {
		t.Helper()
		d.signIn(srv.URL, "elif")
		info, err := d.api.AddFile("../till: 3.log", base64.StdEncoding.EncodeToString([]byte("one line\n")))
		if err != nil {
			t.Fatal(err)
		}
		n := newTicket()
		n.Files = []string{info.Hash}
		o := d.opens(n)
		d.confirmed(o.Ticket, "It says 502.")
		if err := d.api.DragFile(o.Ticket, info.Hash); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(d.shell.dragged); err != nil || string(b) != "one line\n" || filepath.Base(d.shell.dragged) != "till- 3.log" {
			t.Errorf("%s has %q, %v", d.shell.dragged, b, err)
		}
		if info, err := os.Stat(d.shell.dragged); err != nil || info.Mode() != 0o600 {
			t.Errorf("it is %v, %v", info.Mode(), err)
		}
		if err := d.api.DragFile(o.Ticket, base64.StdEncoding.EncodeToString([]byte("x"))); err == nil {
			t.Error("no file was dragged")
		}
		return d.shell.dragged
	}
	gone := func(path, when string) {
		t.Helper()
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s it is still there: %v", when, err)
		}
	}
	path := drag()
	if _, err := d.api.SignOut(true); err != nil {
		t.Fatal(err)
	}
	gone(path, "signed out")
	path = drag()
	d.p.Close()
	gone(path, "after the end")
	// As a run that was killed leaves it.
	left := filepath.Join(d.dir, "out", "x", "left.log")
	if err := errors.Join(os.MkdirAll(filepath.Dir(left), 0o700), os.WriteFile(left, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	d.start()
	if b := d.boot(); b.State != "ready" {
		t.Fatalf("it is %s", b.State)
	}
	gone(left, "after the start")
	if err := d.api.DragFile("x", "y"); err == nil {
		t.Error("what is no ticket has a file")
	}
}
