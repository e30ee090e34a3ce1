package outbox

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/wire"
)

// quick is this computer's file system without waiting for the disk: what
// these tests try is reading.
type quick struct{ OS }

type quickFile struct{ File }

func (quickFile) Sync() error      { return nil }
func (quick) SyncDir(string) error { return nil }
func (quick) Open(name string, create bool) (File, error) {
	f, err := OS{}.Open(name, create)
	return quickFile{f}, err
}

func fuzzConfig(dir string) Config {
	return Config{
		Dir: dir, Key: [32]byte{1, 2, 3}, Codec: wire.Codec{}, Encode: wire.EncodeCommand, Decode: wire.DecodeCommand,
		Now: func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }, Reserve: 1, FS: quick{},
	}
}

// written gives both files of an outbox with something in each.
func written(f *testing.F) (log, drafts []byte) {
	f.Helper()
	dir := f.TempDir()
	o, _, err := Open(fuzzConfig(dir))
	if err != nil {
		f.Fatal(err)
	}
	for _, id := range []string{"018f0000-0000-7000-8000-00000000000a", "018f0000-0000-7000-8000-00000000000b"} {
		if _, err := o.Add(desk.Command{ID: desk.CommandID(id), Ticket: "018f0000-0000-7000-8000-0000000000ff", Args: desk.Reply{Text: "hello"}}, time.Time{}); err != nil {
			f.Fatal(err)
		}
	}
	if err := o.PutDraft(Draft{Key: "ticket/x/reply", Text: "half a sentence"}); err != nil {
		f.Fatal(err)
	}
	if err := o.Close(); err != nil {
		f.Fatal(err)
	}
	for name, b := range map[string]*[]byte{"outbox.log": &log, "drafts.log": &drafts} {
		if *b, err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			f.Fatal(err)
		}
	}
	return log, drafts
}

// usable opens what was left in dir, twice, and wants the same both times: what
// could be read is kept, what could not is told once.
func usable(t *testing.T, dir string) {
	t.Helper()
	var before []Item
	for i := range 2 {
		o, told, err := Open(fuzzConfig(dir))
		if err != nil {
			if e := desk.AsError(err); e.Message == "" {
				t.Fatalf("refused without a word: %v", err)
			}
			return
		}
		items := o.Items()
		if i > 0 && (!reflect.DeepEqual(items, before) || told.Lost) {
			t.Errorf("the second time: %d items, lost %v; the first: %d", len(items), told.Lost, len(before))
		}
		if _, err := o.Add(desk.Command{ID: desk.CommandID("018f0000-0000-7000-8000-00000000010" + string("cd"[i])), Ticket: "018f0000-0000-7000-8000-0000000000ff", Args: desk.Reply{Text: "after"}}, time.Time{}); err != nil {
			t.Errorf("cannot be written to: %v", err)
		}
		before = o.Items()
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	}
}

// FuzzFile opens an outbox whose files hold anything.
func FuzzFile(f *testing.F) {
	log, drafts := written(f)
	f.Add(log, drafts)
	f.Add(log[:len(log)-5], drafts[:20])
	f.Add(drafts, log)
	f.Add([]byte{}, []byte(strings.Repeat("\x00", 600)))
	f.Fuzz(func(t *testing.T, log, drafts []byte) {
		dir := t.TempDir()
		for name, b := range map[string][]byte{"outbox.log": log, "drafts.log": drafts} {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		usable(t, dir)
	})
}

// FuzzRecord opens an outbox with records that are sealed as they should be and
// hold anything.
func FuzzRecord(f *testing.F) {
	for _, r := range []any{record{}, draftRecord{}} {
		b, err := wire.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, b)
	}
	f.Fuzz(func(t *testing.T, rec, draft []byte) {
		dir := t.TempDir()
		for name, b := range map[string][]byte{"outbox.log": rec, "drafts.log": draft} {
			l, _, err := openLog(quick{}, filepath.Join(dir, name), fuzzConfig(dir).Key, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := l.append(b); err != nil && len(b) <= maxRecord {
				t.Fatal(err)
			}
			if err := l.close(); err != nil {
				t.Fatal(err)
			}
		}
		usable(t, dir)
	})
}
