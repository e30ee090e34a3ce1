package outbox_test

import (
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/outbox"
)

// slowDisk is a disk whose Sync of one file can be held up, or fail.
type slowDisk struct {
	outbox.OS
	name string
	hold atomic.Pointer[chan struct{}] // Sync waits until it is closed
	in   chan struct{}                 // told when a Sync waits
	bad  atomic.Bool
}

func (d *slowDisk) Open(name string, create bool) (outbox.File, error) {
	f, err := d.OS.Open(name, create)
	if err == nil && filepath.Base(name) == d.name {
		return slowFile{f, d}, nil
	}
	return f, err
}

// release lets what waits go on; it may come twice.
func (d *slowDisk) release(hold chan struct{}) {
	if d.hold.Swap(nil) != nil {
		close(hold)
	}
}

type slowFile struct {
	outbox.File
	d *slowDisk
}

func (f slowFile) Sync() error {
	if f.d.bad.Load() {
		return errors.New("input/output error")
	}
	if hold := f.d.hold.Load(); hold != nil {
		f.d.in <- struct{}{}
		<-*hold
	}
	return f.File.Sync()
}

// within fails when fn waits for something.
func within(t *testing.T, what string, fn func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); fn() }()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatalf("%s waits for the disk", what)
	}
}

// A person reads and types on while a command is being written.
func TestNobodyWaitsForTheDiskToRead(t *testing.T) {
	now, disk := t0, &slowDisk{name: "outbox.log", in: make(chan struct{})}
	o := mustOpen(t, config(t.TempDir(), disk, &now))
	mustAdd(t, o, reply(1, 1))
	hold := make(chan struct{})
	disk.hold.Store(&hold)
	added := make(chan error)
	go func() { _, err := o.Add(reply(2, 1), time.Time{}); added <- err }()
	within(t, "the write", func() { <-disk.in })
	t.Cleanup(func() { disk.release(hold) })
	within(t, "reading the items", func() { wantEqual(t, "items not yet durable", len(o.Items()), 1) })
	within(t, "reading one", func() { o.Item(cid(1)); o.Counts(); o.OfTicket(tid(1)); o.FirstUnsettled() })
	within(t, "a draft", func() {
		if err := o.PutDraft(outbox.Draft{Key: "new/a", Text: "typing"}); err != nil {
			t.Error(err)
		}
		o.Draft("new/a")
	})
	disk.release(hold)
	if err := <-added; err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "items", len(o.Items()), 2)
}

func TestTheDraftOfWhatWasSent(t *testing.T) {
	now, disk := t0, &slowDisk{name: "drafts.log", in: make(chan struct{})}
	cfg := config(t.TempDir(), disk, &now)
	o := mustOpen(t, cfg)
	put := func(key string) {
		t.Helper()
		if err := o.PutDraft(outbox.Draft{Key: key, Text: "text of " + key}); err != nil {
			t.Fatal(err)
		}
	}
	there := func(when string, want bool, key string) {
		t.Helper()
		if _, ok := o.Draft(key); ok != want {
			t.Errorf("%s: draft %s there: %v, want %v", when, key, ok, want)
		}
	}
	put("new/a")
	put("new/b")
	hold := make(chan struct{})
	disk.hold.Store(&hold)
	within(t, "sending", func() { o.DropSentDraft("new/a") })
	there("at once", false, "new/a")
	within(t, "the drop", func() { <-disk.in })
	disk.release(hold)
	o = reopen(t, o, cfg)
	there("after a restart", false, "new/a")
	there("after a restart", true, "new/b")
	wantEqual(t, "versions kept", len(o.Versions("new/a")), 1)

	// A disk that fails meanwhile: it is made up for before the next change, and
	// what is written under the name later is another draft.
	disk.bad.Store(true)
	o.DropSentDraft("new/b")
	within(t, "a draft on a bad disk", func() {
		if err := o.PutDraft(outbox.Draft{Key: "new/c", Text: "x"}); err == nil {
			t.Error("a draft that is not durable is called kept")
		}
	})
	disk.bad.Store(false)
	put("new/b")
	o.DropSentDraft("new/b")
	put("new/b")
	put("new/c")
	o = reopen(t, o, cfg)
	there("in the end", true, "new/b")
	there("in the end", true, "new/c")
}

// Whoever shows one ticket hears of that ticket.
func TestSubscribersHearWhichTickets(t *testing.T) {
	o, _, now := open(t)
	var told [][]desk.TicketID
	o.Subscribe(func(ids []desk.TicketID) { told = append(told, ids) })
	mustAdd(t, o, reply(1, 1), reply(2, 2))
	sendAll(t, o, *now)
	settle(t, o, cid(2), desk.Held)
	if err := o.Discard(cid(2)); err != nil {
		t.Fatal(err)
	}
	if err := o.Fork(); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "told", told, [][]desk.TicketID{{tid(1)}, {tid(2)}, {tid(1), tid(2)}, {tid(2)}, {tid(2)}, {tid(1)}})
}
