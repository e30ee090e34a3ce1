package archive_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/archive"
	"docket/sync/wire"
)

var key = [32]byte{7}

func open(t *testing.T, dir string) *archive.Store {
	t.Helper()
	s, err := archive.Open(dir, key, wire.Codec{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const one, two = "0190a6b2-0000-7000-8000-000000000001", "0190a6b2-0000-7000-8000-000000000002"

func kept(id desk.TicketID, subject string, hash desk.BlobHash) archive.Kept {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	return archive.Kept{
		Ticket:  desk.Ticket{ID: id, Org: "bakery", Number: 1042, Subject: subject, Created: at},
		Entries: []desk.Entry{{ID: "e", Ticket: id, Text: "the canary sings", Files: []desk.Attachment{{Hash: hash, Name: "a.txt"}}}},
		At:      at,
	}
}

func TestWhatIsKeptStays(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if err := s.Keep(kept(one, "lost", "aa")); err == nil {
		t.Error("kept without an archive")
	}
	if err := s.Begin("bakery"); err != nil {
		t.Fatal(err)
	}
	for _, k := range []archive.Kept{kept(one, "first", "aa"), kept(two, "second", "bb"), kept(one, "first again", "cc")} {
		if err := s.Keep(k); err != nil {
			t.Fatal(err)
		}
	}
	s = open(t, dir) // as after a restart
	all, damaged, err := s.List("bakery")
	if err != nil || damaged != 0 || len(all) != 2 {
		t.Fatal(all, damaged, err)
	}
	k, err := s.Get("bakery", one)
	if err != nil || k.Ticket.Subject != "first again" || k.Entries[0].Text != "the canary sings" || !k.At.Equal(kept(one, "", "").At) {
		t.Error(k, err)
	}
	holds := func(h desk.BlobHash) bool {
		t.Helper()
		yes, err := s.Holds(h)
		if err != nil {
			t.Fatal(err)
		}
		return yes
	}
	if !s.Keeps("bakery") || s.Keeps("studio") || holds("aa") || !holds("bb") || !holds("cc") {
		t.Error("which files are held is not known after a restart")
	}
	if err := s.Keep(kept(one, "first a third time", "dd")); err != nil || holds("cc") || !holds("dd") {
		t.Error(err, "the files of a newer copy are not those held")
	}
	files, err := s.Drop(two)
	if err != nil || len(files) != 1 || files[0] != "bb" || holds("bb") {
		t.Error(files, err)
	}
	if _, err := s.Get("bakery", two); !errors.Is(err, desk.ErrNotFound) {
		t.Error(err)
	}
	if files, err = s.End("bakery"); err != nil || len(files) != 1 || s.Keeps("bakery") || len(open(t, dir).Orgs()) != 0 {
		t.Error(files, err)
	}
}

func TestNothingIsReadableOnDisk(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if err := errors.Join(s.Begin("bakery"), s.Keep(kept(one, "a secret matter", "aa"))); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "bakery", one+".kept"))
	if err != nil || bytes.Contains(b, []byte("canary")) || bytes.Contains(b, []byte("secret")) {
		t.Error(err, "the text stands in the file")
	}
	other, err := archive.Open(dir, [32]byte{8}, wire.Codec{})
	if err != nil {
		t.Fatal(err)
	}
	if all, damaged, err := other.List("bakery"); err != nil || len(all) != 0 || damaged != 1 {
		t.Error("with another key:", all, damaged, err)
	}
}

// A flipped bit, a cut file, one under another's name and one that a crash left
// unfinished are not taken for tickets, and the others stay readable.
func TestDamage(t *testing.T) {
	for what, harm := range map[string]func(path string, b []byte) error{
		"flipped":  func(p string, b []byte) error { b[len(b)/2] ^= 4; return os.WriteFile(p, b, 0o600) },
		"cut":      func(p string, b []byte) error { return os.WriteFile(p, b[:10], 0o600) },
		"empty":    func(p string, _ []byte) error { return os.WriteFile(p, nil, 0o600) },
		"exchange": func(p string, _ []byte) error { return os.Rename(strings.Replace(p, one, two, 1), p) },
	} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			if err := errors.Join(s.Begin("bakery"), s.Keep(kept(one, "first", "aa")), s.Keep(kept(two, "second", "bb"))); err != nil {
				t.Fatal(err)
			}
			p := filepath.Join(dir, "bakery", one+".kept")
			b, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			if err := harm(p, b); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "bakery", ".new-1"), []byte("half"), 0o600); err != nil {
				t.Fatal(err)
			}
			all, damaged, err := open(t, dir).List("bakery")
			left := 1
			if what == "exchange" {
				left = 0
			}
			if err != nil || damaged != 1 || len(all) != left {
				t.Errorf("%d left, %d damaged, %v", len(all), damaged, err)
			}
			if _, err := s.Get("bakery", one); err == nil {
				t.Error("the damaged one is given")
			}
		})
	}
}

func TestNamesFromOutside(t *testing.T) {
	s := open(t, t.TempDir())
	if err := s.Begin("../x"); err == nil {
		t.Error("began ../x")
	}
	for _, id := range []desk.TicketID{"../../etc/passwd", "", "x"} {
		if _, err := s.Get("bakery", id); !errors.Is(err, desk.ErrNotFound) {
			t.Error(id, err)
		}
	}
}
