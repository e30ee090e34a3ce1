package outbox_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/outbox"
	"docket/storage/outbox/outboxtest"
)

// ledger is what was promised to the author: kept apart from the outbox.
type ledger struct {
	adds   []desk.CommandID // acknowledged, in order
	trying desk.CommandID   // asked for and not acknowledged
	gone   desk.CommandID   // being discarded
	dseq   map[desk.CommandID]uint64
	settle map[desk.CommandID]bool
	draft  string
	next   string // a draft asked for and not acknowledged
}

// work drives an outbox through everything it does until it fails or is done,
// and writes down what was promised. The rewriting of the logs is part of it.
func work(cfg outbox.Config, l *ledger) error {
	o, _, err := outbox.Open(cfg)
	if err != nil {
		return err
	}
	for i := 1; i <= 12; i++ {
		cmd := reply(i, i)
		if i%4 == 0 {
			cmd.Args = desk.Reply{Text: strings.Repeat("long ", 1<<10)}
		}
		l.trying = cmd.ID
		if _, err := o.Add(cmd, time.Time{}); err != nil {
			return err
		}
		l.adds, l.trying = append(l.adds, cmd.ID), ""
		l.next = fmt.Sprint("draft ", i)
		if err := o.PutDraft(outbox.Draft{Key: "new/x", Text: l.next}); err != nil {
			return err
		}
		l.draft, l.next = l.next, ""
		items, err := o.Next(t0, 1, nil)
		if err != nil {
			return err
		}
		for _, it := range items {
			if i%3 == 0 {
				continue
			}
			l.dseq[it.ID] = it.DSeq
			oc := desk.OK
			if i%5 == 0 {
				oc = desk.Held
			}
			if _, err := o.Settle(desk.Receipt{Command: it.ID, DSeq: it.DSeq, Outcome: oc}); err != nil {
				return err
			}
			l.settle[it.ID] = true
			if oc == desk.Held {
				l.gone = it.ID
				if err := o.Discard(it.ID); err != nil {
					return err
				}
				l.adds = without(l.adds, it.ID)
				l.gone = ""
			}
		}
	}
	return nil
}

func without(ids []desk.CommandID, id desk.CommandID) []desk.CommandID {
	var out []desk.CommandID
	for _, x := range ids {
		if x != id {
			out = append(out, x)
		}
	}
	return out
}

// broken says which promise the outbox on fsys does not keep, or "".
func broken(cfg outbox.Config, l *ledger) string {
	o, opened, err := outbox.Open(cfg)
	if err != nil {
		return fmt.Sprintf("open: %v", err)
	}
	if len(opened.Quarantined) > 0 {
		return fmt.Sprintf("a power cut was taken for damage: %+v", opened)
	}
	var got []desk.CommandID
	numbers := map[uint64]desk.CommandID{}
	for _, it := range o.Items() {
		if it.DSeq > 0 && numbers[it.DSeq] != "" {
			return fmt.Sprintf("number %d twice", it.DSeq)
		}
		numbers[it.DSeq] = it.ID
		if want := l.dseq[it.ID]; want > 0 && it.DSeq != want {
			return fmt.Sprintf("%s had number %d, now %d", it.ID, want, it.DSeq)
		}
		if l.settle[it.ID] && it.State.Waiting() {
			return fmt.Sprintf("%s was answered and is %s", it.ID, it.State)
		}
		if it.ID != l.trying && it.ID != l.gone {
			got = append(got, it.ID)
		}
	}
	if want := without(l.adds, l.gone); fmt.Sprint(got) != fmt.Sprint(want) {
		return fmt.Sprintf("items: got %v, want %v", got, want)
	}
	if d, _ := o.Draft("new/x"); d.Text != l.draft && d.Text != l.next {
		return fmt.Sprintf("draft: got %q, want %q", d.Text, l.draft)
	}
	// What was found must be a place to go on from.
	if _, err := o.Add(reply(99, 99), time.Time{}); err != nil {
		return fmt.Sprintf("add after the crash: %v", err)
	}
	return ""
}

func newLedger() *ledger {
	return &ledger{dseq: map[desk.CommandID]uint64{}, settle: map[desk.CommandID]bool{}}
}

// crashAll cuts the power at every step of the work, and gives the first
// broken promise and the number of crashes tried.
func crashAll(noSync bool, variants int) (string, int) {
	now, tried := t0, 0
	cfg := func(fsys *outboxtest.FS) outbox.Config {
		c := config("/d", fsys, &now)
		c.Reserve, c.RewriteAt = -1, 16<<10
		return c
	}
	for at := 1; ; at++ {
		fsys := outboxtest.New()
		fsys.FailAt, fsys.NoSync = at, noSync
		l := newLedger()
		err := work(cfg(fsys), l)
		for v := range variants {
			var r *rand.Rand
			if v > 0 {
				r = rand.New(rand.NewPCG(uint64(at), uint64(v)))
			}
			tried++
			if bad := broken(cfg(fsys.Crash(r)), l); bad != "" {
				return fmt.Sprintf("power cut at step %d, variant %d: %s", at, v, bad), tried
			}
		}
		if err == nil {
			return "", tried
		}
	}
}

func TestPowerCutAtEveryStep(t *testing.T) {
	bad, tried := crashAll(false, 6)
	if bad != "" {
		t.Fatal(bad)
	}
	if tried < 500 {
		t.Fatalf("got %d power cuts, want at least 500: the work does too little", tried)
	}
	t.Logf("%d power cuts", tried)
}

// TestPowerCutWithoutSync shows that the harness sees a lost write.
func TestPowerCutWithoutSync(t *testing.T) {
	if bad, _ := crashAll(true, 1); bad == "" {
		t.Fatal("nothing was lost without sync: the harness is blind")
	}
}

func TestTornTailAtEveryByte(t *testing.T) {
	o, cfg, _ := open(t)
	mustAdd(t, o, reply(1, 1), reply(2, 2))
	name := filepath.Join(cfg.Dir, "outbox.log")
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	mustAdd(t, o, reply(3, 3))
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for end := len(before); end < len(whole); end++ {
		if err := os.WriteFile(name, whole[:end], 0o600); err != nil {
			t.Fatal(err)
		}
		o, opened, err := outbox.Open(cfg)
		if err != nil || len(opened.Quarantined) > 0 {
			t.Fatalf("cut at %d: got %+v, %v, want a torn tail", end, opened, err)
		}
		if n := len(o.Items()); n != 2 {
			t.Fatalf("cut at %d: got %d items, want 2", end, n)
		}
		mustAdd(t, o, reply(4, 4))
		o = mustOpen(t, closed(t, o, cfg))
		wantEqual(t, fmt.Sprintf("cut at %d", end), len(o.Items()), 3)
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEveryBitFlip(t *testing.T) {
	dir := t.TempDir()
	now := t0
	cfg := config(dir, nil, &now)
	o := mustOpen(t, cfg)
	mustAdd(t, o, reply(1, 1), reply(2, 2), reply(3, 3))
	o = reopen(t, o, cfg)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(dir, "outbox.log"))
	if err != nil {
		t.Fatal(err)
	}
	repaired := 0
	for bit := range len(whole) * 8 {
		fsys := outboxtest.New()
		b := bytes.Clone(whole)
		b[bit/8] ^= 1 << (bit % 8)
		f, _ := fsys.Open(filepath.Join(dir, "outbox.log"), true)
		if _, err := f.WriteAt(b, 0); err != nil {
			t.Fatal(err)
		}
		cfg.FS, cfg.Reserve = fsys, -1
		o, opened, err := outbox.Open(cfg)
		if err != nil {
			t.Fatalf("bit %d: %v", bit, err)
		}
		n := len(o.Items())
		if len(opened.Quarantined) != 1 || opened.Lost != (n < 3) {
			t.Fatalf("bit %d: got %d items and %+v, want the damage told", bit, n, opened)
		}
		for _, it := range o.Items() {
			if it.Command.Args.(desk.Reply).Text != "text of "+strings.TrimPrefix(string(it.ID), "c-") {
				t.Fatalf("bit %d: wrong text of %s", bit, it.ID)
			}
		}
		if n < 2 && bit/8 >= 48 {
			t.Fatalf("bit %d: only %d of 3 items are left", bit, n)
		}
		if n == 3 {
			repaired++
		}
	}
	t.Logf("%d flips, all told, nothing lost in %d", len(whole)*8, repaired)
}

func TestMoveOfRecords(t *testing.T) {
	o, cfg, _ := open(t)
	name := filepath.Join(cfg.Dir, "outbox.log")
	size := func() int64 {
		st, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		return st.Size()
	}
	a := size()
	mustAdd(t, o, reply(1, 1))
	b := size()
	mustAdd(t, o, reply(2, 2))
	c := size()
	if b-a != c-b {
		t.Fatal("the records must be of one length to be swapped")
	}
	cfg = closed(t, o, cfg)
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	swapped := bytes.Join([][]byte{raw[:a], raw[b:c], raw[a:b]}, nil)
	if err := os.WriteFile(name, swapped, 0o600); err != nil {
		t.Fatal(err)
	}
	o, opened, err := outbox.Open(cfg)
	if err != nil || !opened.Lost {
		t.Fatalf("swapped records: got %+v, %v, want them told", opened, err)
	}
	t.Cleanup(func() { _ = o.Close() })
}

func TestOtherKeyTouchesNothing(t *testing.T) {
	o, cfg, _ := open(t)
	mustAdd(t, o, reply(1, 1))
	cfg = closed(t, o, cfg)
	other := cfg
	other.Key[0]++
	for range 3 {
		if _, _, err := outbox.Open(other); !errors.Is(err, desk.ErrDamaged) {
			t.Fatalf("other key: got %v, want damaged", err)
		}
	}
	o = mustOpen(t, cfg)
	wantEqual(t, "items", len(o.Items()), 1)
}

func TestFullDisk(t *testing.T) {
	now := t0
	fsys := outboxtest.New()
	cfg := config("/d", fsys, &now)
	o := mustOpen(t, cfg)
	mustAdd(t, o, reply(1, 1))
	fsys.Limit = fsys.Used()
	long := func(i int) desk.Command {
		c := reply(i, i)
		c.Args = desk.Reply{Text: strings.Repeat("x", 150<<10)}
		return c
	}
	n := 2
	for ; ; n++ {
		if _, err := o.Add(long(n), time.Time{}); err != nil {
			if !errors.Is(err, desk.ErrDiskFull) {
				t.Fatalf("got %v, want disk_full", err)
			}
			break
		}
	}
	if n < 15 {
		t.Fatalf("the reserve took only %d messages", n)
	}
	before := state(t, o)
	if _, err := o.Add(long(n), time.Time{}); !errors.Is(err, desk.ErrDiskFull) {
		t.Fatalf("got %v, want disk_full", err)
	}
	wantEqual(t, "unchanged", state(t, o) == before, true)
	// Nothing that was acknowledged is lost by a power cut on the full disk.
	after := mustOpen(t, config("/d", fsys.Crash(nil), &now))
	wantEqual(t, "items after a power cut", len(after.Items()), n-1)
	fsys.Limit = 0
	if _, err := o.Add(long(n), time.Time{}); err != nil {
		t.Fatalf("after space was freed: %v", err)
	}
	o = mustOpen(t, closed(t, o, cfg))
	wantEqual(t, "items", len(o.Items()), n)
}

func TestRawFilesHoldNoText(t *testing.T) {
	o, cfg, now := open(t)
	const canary = "canary-7f3a91"
	c := reply(1, 1)
	c.Args = desk.Reply{Text: canary}
	mustAdd(t, o, c)
	sendAll(t, o, *now)
	if err := o.PutDraft(outbox.Draft{Key: "new/" + canary, Text: canary}); err != nil {
		t.Fatal(err)
	}
	closed(t, o, cfg)
	err := filepath.WalkDir(cfg.Dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		if bytes.Contains(b, []byte(canary)) || bytes.Contains(b, []byte("c-1")) {
			t.Errorf("%s holds plain text", filepath.Base(p))
		}
		if st, _ := d.Info(); st.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s may be read by others: %v", filepath.Base(p), st.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// BenchmarkC6 is the time from "send" until the message is durably queued.
func BenchmarkC6(b *testing.B) {
	now := t0
	o, _, err := outbox.Open(config(b.TempDir(), nil, &now))
	if err != nil {
		b.Fatal(err)
	}
	defer o.Close()
	i := 0
	for b.Loop() {
		i++
		if _, err := o.Add(reply(i, i), time.Time{}); err != nil {
			b.Fatal(err)
		}
	}
}

// fullNew is a disk with no room for what replaces a log.
type fullNew struct{ outbox.OS }

func (d fullNew) Open(name string, create bool) (outbox.File, error) {
	f, err := d.OS.Open(name, create)
	if err == nil && strings.HasSuffix(name, ".new") {
		return noRoom{f}, nil
	}
	return f, err
}

type noRoom struct{ outbox.File }

func (noRoom) WriteAt([]byte, int64) (int, error) { return 0, syscall.ENOSPC }

// TestTheOldNameOfALogIsNotWrittenOver: where a renaming is not one step for
// the disk, a power cut can leave the log under both names.
func TestTheOldNameOfALogIsNotWrittenOver(t *testing.T) {
	o, cfg, _ := open(t)
	mustAdd(t, o, reply(1, 1))
	cfg = closed(t, o, cfg)
	name := filepath.Join(cfg.Dir, "outbox.log")
	if err := os.Link(name, name+".new"); err != nil {
		t.Fatal("this needs a folder for temporary files with hard links:", err)
	}
	cfg.FS, cfg.RewriteAt = fullNew{}, 1
	o = mustOpen(t, cfg)
	for i := 2; i <= 9; i++ { // until most of the log is the past
		mustAdd(t, o, reply(i, i))
	}
	o = mustOpen(t, closed(t, o, cfg))
	wantEqual(t, "items", len(o.Items()), 9)
}
