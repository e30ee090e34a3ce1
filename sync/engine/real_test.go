package engine_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/outbox"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/engine"
	"docket/sync/wire"
)

func TestRealRoundTrip(t *testing.T) {
	w := newTown(t)
	elif, jonas, lars := w.client("elif"), w.client("jonas"), w.client("lars")
	w.until("everybody is live", func() bool { return elif.live() && jonas.live() && lars.live() })
	id := elif.open("hosting", "Mail is slow")
	w.until("the engineer sees it", func() bool { return jonas.shows(id, "It does not work.") })
	w.until("it has a number", func() bool { h, _, err := elif.view.Ticket(id); return err == nil && h.Number > 0 })
	jonas.do(id, desk.AddNote{Text: "internal: the switch again"})
	jonas.do(id, desk.Reply{Text: "Try now."})
	w.until("the customer sees the answer", func() bool { return elif.shows(id, "Try now.") })
	if elif.shows(id, "internal: the switch again") {
		t.Error("the customer sees the note")
	}
	elif.do(id, desk.MarkRead{Seq: 2})
	w.until("read here", func() bool { _, read, err := elif.view.Ticket(id); return err == nil && read == 2 })
	if _, _, err := lars.view.Ticket(id); err == nil {
		t.Error("another organization sees it")
	}
}

func TestRealOfflineQueue(t *testing.T) {
	w := newTown(t)
	elif, jonas := w.client("elif"), w.client("jonas")
	w.until("live", func() bool { return elif.live() && jonas.live() })
	elif.eng.SetPaused(true)
	w.until("offline", func() bool { return elif.eng.Status().State == engine.Offline })
	id := elif.open("hosting", "Written on the train")
	for i := range 5 {
		elif.do(id, desk.Reply{Text: fmt.Sprintf("afterthought %d", i)})
	}
	elif.restart()
	elif.eng.SetPaused(false)
	want := []string{"It does not work.", "afterthought 0", "afterthought 1", "afterthought 2", "afterthought 3", "afterthought 4"}
	w.until("everything arrives, in order, once", func() bool { return slices.Equal(jonas.texts(id), want) && slices.Equal(elif.texts(id), want) })
}

// The connection dies in the moment the server has decided: the receipt never
// arrives. The message is there exactly once.
func TestRealLostReceipt(t *testing.T) {
	w := newTown(t)
	elif, jonas := w.client("elif"), w.client("jonas")
	w.until("live", func() bool { return elif.live() && jonas.live() })
	id := elif.open("hosting", "Once")
	w.until("there", func() bool { return jonas.shows(id, "It does not work.") })
	for i := range 10 {
		cut := func() { w.decide.Store(nil); w.network().Cut() }
		w.decide.Store(&cut)
		cmd := elif.do(id, desk.Reply{Text: fmt.Sprintf("message %d", i)})
		w.until("confirmed", func() bool { return elif.state(cmd) == outbox.Confirmed })
	}
	w.until("current", func() bool { return elif.current() && jonas.current() })
	if got := jonas.texts(id); len(got) != 11 {
		t.Errorf("got %q, want eleven messages", got)
	}
}

func TestRealServerRestart(t *testing.T) {
	w := newTown(t)
	elif, jonas := w.client("elif"), w.client("jonas")
	w.until("live", func() bool { return elif.live() && jonas.live() })
	id := elif.open("hosting", "Restarts")
	w.until("there", func() bool { return jonas.shows(id, "It does not work.") })
	for i := range 3 {
		text := fmt.Sprintf("across %d", i)
		elif.do(id, desk.Reply{Text: text})
		w.restart()
		w.until("both have it", func() bool { return jonas.shows(id, text) && elif.shows(id, text) && elif.settled() })
	}
	if got := jonas.texts(id); len(got) != 4 {
		t.Errorf("got %q, want four messages", got)
	}
}

func TestRealRevoked(t *testing.T) {
	w := newTown(t)
	elif := w.client("elif")
	w.until("live", elif.live)
	id := elif.open("hosting", "Kept")
	w.until("there", func() bool { return elif.shows(id, "It does not work.") })
	elif.eng.SetPaused(true)
	elif.do(id, desk.Reply{Text: "unsent"})
	web, err := engine.NewWeb(engine.WebConfig{Server: "http://localhost", Token: elif.token, NetDial: w.dial})
	if err != nil {
		t.Fatal(err)
	}
	defer web.Close()
	if err := web.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	elif.eng.SetPaused(false)
	w.until("refused", func() bool { return elif.eng.Status().State == engine.Refused })
	if e := elif.eng.Status().Err; e == nil || e.Code != desk.CodeSignIn {
		t.Errorf("got %+v", e)
	}
	if elif.settled() || !elif.shows(id, "It does not work.") {
		t.Error("what was here is gone")
	}
}

func TestRealSignIn(t *testing.T) {
	w := newTown(t)
	web, err := engine.NewWeb(engine.WebConfig{Server: "http://localhost", NetDial: w.dial})
	if err != nil {
		t.Fatal(err)
	}
	defer web.Close()
	info, err := web.Hello(t.Context())
	if err != nil || info.Desk != "Veldhost" {
		t.Errorf("hello: got %+v, %v", info, err)
	}
	in := wire.SignIn{Person: "elif", Password: "wrong", Device: desk.DeviceID(runtest.UUID()), Name: "laptop"}
	if _, err := web.SignIn(t.Context(), in); desk.AsError(err).Code != desk.CodeSignIn || desk.AsError(err).Message == "" {
		t.Errorf("wrong password: got %v", err)
	}
	in.Password = runtest.Password
	got, err := web.SignIn(t.Context(), in)
	if err != nil || got.Token == "" || got.Actor.Person != "elif" {
		t.Errorf("got %+v, %v", got, err)
	}
}

// The server comes back from last night's backup. What it had confirmed since
// is sent again by those who wrote it, once, and both sides agree again.
func TestRealRestoredBackup(t *testing.T) {
	w := newTown(t)
	elif, jonas := w.client("elif"), w.client("jonas")
	w.until("live", func() bool { return elif.live() && jonas.live() })
	id := elif.open("hosting", "Before the backup")
	w.until("there", func() bool { return jonas.shows(id, "It does not work.") && elif.settled() })
	backup := filepath.Join(t.TempDir(), "backup")
	if _, err := w.srv.Ledger.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	later := elif.open("billing", "After the backup")
	for i := range 3 {
		elif.do(id, desk.Reply{Text: fmt.Sprintf("after %d", i)})
		w.until("confirmed", elif.settled)
	}
	w.until("seen", func() bool { return jonas.shows(id, "after 2") })
	w.restore(backup)
	want := []string{"It does not work.", "after 0", "after 1", "after 2"}
	w.until("all is back, once", func() bool {
		return slices.Equal(jonas.texts(id), want) && slices.Equal(elif.texts(id), want) && elif.shows(later, "It does not work.") && elif.current() && jonas.current()
	})
	fresh := w.client("elif")
	w.until("a fresh one is current", fresh.current)
	if ids := []desk.TicketID{id, later}; !slices.Equal(elif.dump(ids), fresh.dump(ids)) {
		t.Error("the old client differs from a fresh one")
	}
}

// A file of the largest size goes up, and down to the other side, over a line
// that breaks at random bytes.
func TestRealAttachment(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	w := newTown(t)
	elif, jonas := w.client("elif"), w.client("jonas")
	w.until("live", func() bool { return elif.live() && jonas.live() })
	b := bytesOf(seed, desk.MaxAttachment)
	info, err := elif.files.Blobs.Put(bytes.NewReader(b), desk.MaxAttachment)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(seed, 2))
	var mu sync.Mutex
	w.network().CutEach(func() int {
		mu.Lock()
		defer mu.Unlock()
		return 20_000 + r.IntN(6_000_000)
	})
	w.network().Cut()
	att := desk.Attachment{Hash: info.Hash, Name: "video.bin", Size: int64(len(b))}
	id := desk.TicketID(runtest.UUID())
	cmd := elif.do(id, desk.Open{Subject: "Look", Text: "See the video.", Department: "hosting", Files: []desk.Attachment{att}})
	w.until("sent", func() bool { return elif.state(cmd) == outbox.Confirmed })
	w.until("seen", func() bool { return jonas.shows(id, "See the video.") })
	if err := jonas.eng.Download(t.Context(), id, att); err != nil {
		t.Fatal(err)
	}
	f, err := jonas.files.Open(att.Hash)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var got bytes.Buffer
	if _, err := got.ReadFrom(f); err != nil || !bytes.Equal(got.Bytes(), b) {
		t.Errorf("what came down is not what went up (%v)", err)
	}
	lars := w.client("lars")
	w.network().CutEach(nil)
	w.until("live", lars.live)
	if err := lars.eng.Download(t.Context(), id, att); desk.AsError(err).Code != desk.CodeNotFound {
		t.Errorf("a stranger: got %v, want not found", err)
	}
}

func TestRealTooLarge(t *testing.T) {
	w := newTown(t)
	elif := w.client("elif")
	w.until("live", elif.live)
	long := strings.Repeat("x", wire.MaxCommand)
	_, err := elif.out.Add(desk.Command{ID: desk.CommandID(runtest.UUID()), Ticket: desk.TicketID(runtest.UUID()), Args: desk.Open{Subject: "s", Text: long, Department: "hosting"}}, time.Time{})
	if desk.AsError(err).Code != desk.CodeTooLarge {
		t.Errorf("a text of %d bytes: got %v, want too large", len(long), err)
	}
	// A program that does not ask its own limits: the server does.
	b := bytesOf(1, desk.MaxAttachment+1)
	info, err := elif.files.Blobs.Put(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	id := desk.TicketID(runtest.UUID())
	cmd := elif.do(id, desk.Open{Subject: "s", Text: "kept", Department: "hosting", Files: []desk.Attachment{{Hash: info.Hash, Name: "big", Size: int64(len(b))}}})
	w.until("refused", func() bool { return elif.state(cmd) == outbox.Refused })
	it, _ := elif.out.Item(cmd)
	if it.Receipt == nil || it.Receipt.Error == nil || it.Receipt.Error.Code != desk.CodeTooLarge || it.Command.Args.(desk.Open).Text != "kept" {
		t.Errorf("got %+v", it)
	}
}

// A conversation of several megabytes, longer than any frame, comes whole to a
// client that was there and to one that is new.
func TestRealLongConversation(t *testing.T) {
	w := newTown(t)
	elif, jonas := w.client("elif"), w.client("jonas")
	w.until("live", func() bool { return elif.live() && jonas.live() })
	id := elif.open("hosting", "Long")
	w.until("there", func() bool { return jonas.shows(id, "It does not work.") })
	jonas.eng.SetPaused(true)
	const n = 150
	for i := range n {
		elif.do(id, desk.Reply{Text: fmt.Sprintf("%d %s", i, strings.Repeat("word ", 3_500))})
	}
	w.until("sent", elif.settled)
	jonas.eng.SetPaused(false)
	lea := w.client("lea")
	for name, c := range map[string]*client{"the author": elif, "who was away": jonas, "who is new": lea} {
		w.until(name+" has all", func() bool { return len(c.texts(id)) == n+1 && c.current() })
	}
	ids := []desk.TicketID{id}
	fresh := w.client("lea")
	w.until("the fresh one is current", fresh.current)
	if !slices.Equal(lea.dump(ids), fresh.dump(ids)) {
		t.Error("two computers of one person differ")
	}
}

// What no connection has any more must not be listened to for ever.
func TestRealHTTPOnly(t *testing.T) {
	w := newTown(t)
	c := http.Client{Transport: &http.Transport{DialContext: w.dial, DisableKeepAlives: true}}
	resp, err := c.Get("http://localhost" + wire.PathSync)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("got %d, want 401", resp.StatusCode)
	}
}

// What an engineer has of their own and their department has too is told once:
// it is whole on a new computer, and stays when it is somebody else's.
func TestRealTicketInTwoLanes(t *testing.T) {
	w := newTown(t)
	elif, jonas := w.client("elif"), w.client("jonas")
	w.until("live", func() bool { return elif.live() && jonas.live() })
	var ids []desk.TicketID
	for i := range 6 {
		id := elif.open("hosting", fmt.Sprint("About ", i))
		ids = append(ids, id)
		w.until("there", func() bool { return jonas.shows(id, "It does not work.") })
		if i%2 == 0 {
			jonas.do(id, desk.Reply{Text: "I look at it."})
			w.until("taken", func() bool { h, _, err := jonas.view.Ticket(id); return err == nil && h.Assignee == "jonas" })
		}
	}
	second := w.client("jonas")
	w.until("the new computer is current", second.current)
	same := func(when string) {
		t.Helper()
		for _, id := range ids {
			if got, want := second.texts(id), jonas.texts(id); !slices.Equal(got, want) || len(got) == 0 {
				t.Errorf("%s: the new computer has %q of %s, the old %q", when, got, id, want)
			}
		}
	}
	same("at once")
	jonas.do(ids[0], desk.Assign{From: "jonas", To: "lea"})
	w.until("it is lea's", func() bool { h, _, err := second.view.Ticket(ids[0]); return err == nil && h.Assignee == "lea" })
	elif.do(ids[0], desk.Reply{Text: "And now?"})
	w.until("it goes on", func() bool { return second.shows(ids[0], "And now?") && jonas.shows(ids[0], "And now?") })
	same("when it is somebody else's")
}
