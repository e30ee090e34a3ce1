package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/wire"
)

// killed gives the files of a ledger as they lie there when its process is
// killed, and what it holds.
func killed(t *testing.T) (files map[string][]byte, want string) {
	t.Helper()
	dir := t.TempDir()
	w := newWorld(t, "sqlite:"+filepath.Join(dir, "ledger.db"))
	w.lived()
	files = map[string][]byte{}
	for _, name := range []string{"ledger.db", "ledger.db-wal"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = b
	}
	return files, standing(t, w.l)
}

// standing is where everything ends.
func standing(t *testing.T, l *ledger.Ledger) (out string) {
	t.Helper()
	err := l.View(context.Background(), func(tx *ledger.Tx) error {
		lanes, err := tx.Lanes()
		if err != nil {
			return err
		}
		heads, err := tx.Heads(lanes)
		out = fmt.Sprint(heads)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// reopen opens copies of the files; "" when they are said to be damaged.
func reopen(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l, err := ledger.Open(context.Background(), "sqlite:"+filepath.Join(dir, "ledger.db"), wire.Codec{})
	if errors.Is(err, desk.ErrDamaged) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := l.CheckAll(context.Background()); err != nil {
		return ""
	}
	return standing(t, l)
}

// One flipped bit in the write-ahead log never takes back what was confirmed.
func TestAFlippedBitInTheLog(t *testing.T) {
	files, want := killed(t)
	good := files["ledger.db-wal"]
	r := rand.New(rand.NewPCG(1, 0))
	mended := 0
	for i := range 30 {
		b := append([]byte{}, good...)
		at := r.IntN(len(b))
		if i < 10 {
			at = r.IntN(32 + 24) // the headers
		}
		b[at] ^= 1 << r.IntN(8)
		files["ledger.db-wal"] = b
		switch got := reopen(t, files); got {
		case want:
			mended++
		case "":
		default:
			t.Errorf("byte %d: the ledger is another and says nothing", at)
		}
	}
	if mended < 25 {
		t.Errorf("%d of 30 were mended", mended)
	}
	// More than a bit: what is behind it was confirmed.
	b := append([]byte{}, good...)
	copy(b[len(b)/2:], "this is something else")
	files["ledger.db-wal"] = b
	if got := reopen(t, files); got != "" {
		t.Error("a log that is damaged in its middle was taken for whole")
	}
}

// A log that ends anywhere is one that was cut short: nothing is wrong with it.
func TestALogCutShortIsNoDamage(t *testing.T) {
	files, want := killed(t)
	good := files["ledger.db-wal"]
	for cut := len(good); cut > 0; cut -= 1 + len(good)/7 {
		for _, rest := range []int{0, len(good) - cut} { // of zeros, as some file systems leave them
			files["ledger.db-wal"] = append(append([]byte{}, good[:cut]...), make([]byte, rest)...)
			if got := reopen(t, files); got == "" {
				t.Errorf("cut at %d of %d: told as damage", cut, len(good))
			} else if cut == len(good) && got != want {
				t.Error("the whole log gives another ledger")
			}
		}
	}
}

// A database that was closed is opened only as it was left; one that another
// program wrote since is not held against its sum.
func TestADatabaseAtRest(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "ledger.db")
	w := newWorld(t, "sqlite:"+file)
	w.lived()
	if err := w.l.Close(); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	open := func() error {
		l, err := ledger.Open(context.Background(), "sqlite:"+file, wire.Codec{})
		if err == nil {
			err = l.Close()
		}
		return err
	}
	for i := range 40 {
		b := append([]byte{}, good...)
		b[i*len(b)/40+i] ^= 1 << (i % 8)
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, st.ModTime(), st.ModTime()); err != nil {
			t.Fatal(err)
		}
		if err := open(); !errors.Is(err, desk.ErrDamaged) {
			t.Fatalf("byte %d: %v", i*len(b)/40+i, err)
		}
	}
	if err := os.WriteFile(file, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := open(); err != nil {
		t.Errorf("a file that was copied back: %v", err)
	}
}
