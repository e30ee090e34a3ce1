package app_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"docket/app"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
)

// random writes a file that nothing can make smaller.
func random(t *testing.T, dir, name string, size int) (string, []byte) {
	t.Helper()
	b := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b)
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, b
}

// TestALargeFileGoesOnWhereItWas: a real file above the limit is asked for,
// allowed, sent in the background over a line that breaks, a program that ends
// and a server that is killed, and arrives whole (BEHAVIOURS 2.5, N11).
func TestALargeFileGoesOnWhereItWas(t *testing.T) {
	srv, elif, jonas, o := aTicket(t)
	path, big := random(t, t.TempDir(), "dump.bin", 24_000_000)
	if err := elif.api.Looking(o.Ticket, false); err != nil {
		t.Fatal(err)
	}
	elif.shell.files = []string{path}
	picked, err := elif.api.PickFiles()
	if err != nil || len(picked.Files) != 0 || len(picked.Faults) != 1 || len(picked.Large) != 1 || picked.Large[0].Text {
		t.Fatalf("picked %+v, %v", picked, err)
	}
	if want := "“dump.bin” has 24,000,000 bytes; at most 20,000,000 can be sent."; picked.Faults[0].Message != want {
		t.Errorf("got %q, want %q", picked.Faults[0].Message, want)
	}
	if err := elif.api.AskLarge(o.Ticket, picked.Large[0].Handle); err != nil {
		t.Fatal(err)
	}
	line := func(d *desktop) string {
		e := d.ticket(o.Ticket).Entries
		return e[len(e)-1].Line
	}
	until(t, "jonas reads what is asked", func() bool { return line(jonas) == "Elif Brandt asks to send “dump.bin”, 24,000,000 bytes" })
	if v := jonas.ticket(o.Ticket); !v.Can.Grant || v.Can.AskLarge {
		t.Errorf("jonas can %+v", v.Can)
	}
	if err := jonas.api.GrantUpload(o.Ticket, 30_000_000, 7); err != nil {
		t.Fatal(err)
	}
	until(t, "elif may", func() bool {
		g := elif.ticket(o.Ticket).Grant
		return g != nil && g.Left == 30_000_000 && g.By == "Jonas Vos"
	})

	if picked, err = elif.api.PickFiles(); err != nil || len(picked.Files) != 1 || len(picked.Faults) > 0 {
		t.Fatalf("picked %+v, %v", picked, err)
	}
	hash := picked.Files[0].Hash
	limit := new(atomic.Int64)
	limit.Store(9_000_000)
	elif.line.left.Store(limit)
	if err := elif.api.Reply(o.Ticket, "The dump", []string{hash}, elif.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	staged := func() int64 {
		n, err := srv.Files.Staged(strings.ToLower("elif." + hash))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	until(t, "the line breaks in the middle", func() bool { elif.line.mu.Lock(); defer elif.line.mu.Unlock(); return elif.line.down })
	have := staged()
	if have == 0 || have >= int64(len(big)) {
		t.Fatalf("the server has %d bytes", have)
	}
	srv.Restart()
	elif.p.Close()
	elif.line.left.Store(nil)
	elif.line.mend()
	if err := os.Remove(path); err != nil { // what goes out is what was attached
		t.Fatal(err)
	}
	limit = new(atomic.Int64)
	limit.Store(6_000_000)
	elif.line.left.Store(limit)
	elif.start()
	until(t, "it goes on and breaks again", func() bool { elif.line.mu.Lock(); defer elif.line.mu.Unlock(); return elif.line.down })
	if now := staged(); now <= have {
		t.Fatalf("the server has %d bytes after %d", now, have)
	}
	// What is written meanwhile does not wait for it.
	if err := elif.api.Reply(o.Ticket, "It is still on its way", []string{}, elif.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	elif.line.left.Store(nil)
	elif.line.mend()
	until(t, "jonas has both", func() bool { return jonas.has(o.Ticket, "The dump") && jonas.has(o.Ticket, "It is still on its way") })
	dest := filepath.Join(t.TempDir(), "got.bin")
	jonas.shell.dest = dest
	if err := jonas.api.SaveFile(o.Ticket, hash); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(dest); err != nil || sha256.Sum256(got) != sha256.Sum256(big) {
		t.Errorf("jonas has %d bytes, %v", len(got), err)
	}
	if g := elif.ticket(o.Ticket).Grant; g == nil || g.Used != 24_000_000 || g.Left != 6_000_000 {
		t.Errorf("left of the grant: %+v", g)
	}
}

// TestAGrantThatEndsMidWayLosesNothing: the message comes back with its text and
// its file, says why, and goes on where it was once more is allowed.
func TestAGrantThatEndsMidWayLosesNothing(t *testing.T) {
	var ahead atomic.Int64
	srv := runtest.NewServer(t, "", func(c *run.Config) {
		c.Clock = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	elif, jonas := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	o := elif.opens(newTicket())
	elif.confirmed(o.Ticket, "It says 502.")
	until(t, "jonas sees it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	if err := jonas.api.GrantUpload(o.Ticket, 30_000_000, 1); err != nil {
		t.Fatal(err)
	}
	until(t, "elif may", func() bool { return elif.ticket(o.Ticket).Grant != nil })
	path, _ := random(t, t.TempDir(), "dump.bin", 24_000_000)
	if err := elif.api.Looking(o.Ticket, false); err != nil {
		t.Fatal(err)
	}
	elif.shell.files = []string{path}
	picked, err := elif.api.PickFiles()
	if err != nil || len(picked.Files) != 1 {
		t.Fatalf("picked %+v, %v", picked, err)
	}
	limit := new(atomic.Int64)
	limit.Store(9_000_000)
	elif.line.left.Store(limit)
	if err := elif.api.Reply(o.Ticket, "The dump", []string{picked.Files[0].Hash}, elif.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "the line breaks in the middle", func() bool { elif.line.mu.Lock(); defer elif.line.mu.Unlock(); return elif.line.down })
	ahead.Store(int64(25 * time.Hour))
	elif.line.left.Store(nil)
	elif.line.mend()
	var back app.OutboxItem
	until(t, "it comes back", func() bool {
		items, err := elif.api.Outbox()
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range items {
			if it.Text == "The dump" && it.State == "refused" {
				back = it
				return true
			}
		}
		return false
	})
	if back.Fault == nil || !strings.Contains(back.Fault.Message, "large files could be sent until") || !strings.Contains(back.Fault.Hint, "are kept") || len(back.Files) != 1 {
		t.Fatalf("it says %+v", back)
	}
	if err := jonas.api.GrantUpload(o.Ticket, 24_000_000, 7); err != nil {
		t.Fatal(err)
	}
	until(t, "elif may again", func() bool { return elif.ticket(o.Ticket).Grant.Bytes == 24_000_000 })
	have, err := srv.Files.Staged(strings.ToLower("elif." + picked.Files[0].Hash))
	if err != nil || have == 0 {
		t.Fatalf("of the file %d bytes are left, %v", have, err)
	}
	if err := elif.api.RetryItem(back.ID); err != nil {
		t.Fatal(err)
	}
	until(t, "jonas has it", func() bool { return jonas.has(o.Ticket, "The dump") })
}

// TestWhatChangesWhileItIsReadIsNotAttached: a file that somebody still writes to.
func TestWhatChangesWhileItIsReadIsNotAttached(t *testing.T) {
	_, elif, _, o := aTicket(t)
	if err := elif.api.Looking(o.Ticket, false); err != nil {
		t.Fatal(err)
	}
	path, _ := random(t, t.TempDir(), "shop.log", 19_000_000)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for at := time.Now(); ; at = at.Add(time.Second) {
			select {
			case <-stop:
				return
			default:
				_ = os.Chtimes(path, at, at)
			}
		}
	}()
	elif.shell.files = []string{path}
	picked, err := elif.api.PickFiles()
	close(stop)
	<-done
	if err != nil || len(picked.Files) != 0 || len(picked.Faults) != 1 || !strings.Contains(picked.Faults[0].Message, "changed while it was read") || len(picked.Large) != 0 {
		t.Errorf("picked %+v, %v", picked, err)
	}
}

// TestAnOfferToCompress: a text that is too large fits once it is compressed, and
// its name says so.
func TestAnOfferToCompress(t *testing.T) {
	_, elif, _, o := aTicket(t)
	if err := elif.api.Looking(o.Ticket, false); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var log bytes.Buffer
	for i := 0; log.Len() < 21_000_000; i++ {
		fmt.Fprintf(&log, "2026-11-29 05:00:00 request %d took too long\n", i)
	}
	path := filepath.Join(dir, "shop.log")
	if err := os.WriteFile(path, log.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	binary, _ := random(t, dir, "dump.bin", 21_000_000)
	elif.shell.files = []string{path, binary}
	picked, err := elif.api.PickFiles()
	if err != nil || len(picked.Large) != 2 || !picked.Large[0].Text || picked.Large[1].Text {
		t.Fatalf("picked %+v, %v", picked, err)
	}
	f, err := elif.api.Compress(picked.Large[0].Handle)
	if err != nil || f.Name != "shop.log.gz" || f.Size > 20_000_000 {
		t.Fatalf("compressed %+v, %v", f, err)
	}
	if _, err := elif.api.Compress(picked.Large[1].Handle); err == nil || !strings.Contains(err.Error(), "at most 20,000,000") {
		t.Errorf("what does not become smaller: %v", err)
	}
	if _, err := elif.api.Compress("99"); err == nil {
		t.Error("a file nobody chose was compressed")
	}
	if err := elif.api.Reply(o.Ticket, "The log", []string{f.Hash}, elif.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	elif.confirmed(o.Ticket, "The log")
	elif.shell.dest = filepath.Join(dir, "got.gz")
	if err := elif.api.SaveFile(o.Ticket, f.Hash); err != nil {
		t.Fatal(err)
	}
	r, err := os.Open(elif.shell.dest)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	z, err := gzip.NewReader(r)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, log.Bytes()) {
		t.Errorf("it holds %d bytes, %v", len(got), err)
	}
}
