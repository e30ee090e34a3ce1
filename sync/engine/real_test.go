package engine_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
	"docket/app/seam"
	"docket/storage/cache"
	"docket/storage/ledger"
	"docket/storage/outbox"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/engine"
	"docket/sync/link/linktest"
	"docket/sync/wire"
)

// patience bounds every wait of the tests against the real server.
const patience = 30 * time.Second

// town is a real server with real clients, over a network in memory.
type town struct {
	t      *testing.T
	srv    *runtest.Server
	bell   chan struct{} // something changed somewhere
	decide atomic.Pointer[func()]

	clients []*client

	mu  sync.Mutex // guards net
	net *linktest.Net
}

func newTown(t *testing.T) *town {
	t.Helper()
	w := &town{t: t, bell: make(chan struct{}, 1), net: linktest.New()}
	w.srv = runtest.NewServer(t, "", func(c *run.Config) {
		c.Listener = w.net
		c.Decide = func(st desk.State, cmd desk.Command, a desk.Actor, now time.Time) (desk.Change, error) {
			if fn := w.decide.Load(); fn != nil {
				(*fn)()
			}
			return flow.Decide(st, cmd, a, now)
		}
	})
	return w
}

func (w *town) ring() {
	select {
	case w.bell <- struct{}{}:
	default:
	}
}

func (w *town) network() *linktest.Net {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.net
}

// dial reaches whatever network there is now.
func (w *town) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	return w.network().Dial(ctx, network, addr)
}

// restart ends the server and starts it again over the same folder.
func (w *town) restart() {
	w.t.Helper()
	if err := w.srv.Server.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	w.net = linktest.New()
	w.srv.Config.Listener = w.net
	w.mu.Unlock()
	w.srv.Start()
}

// until waits for something that some change will make true.
func (w *town) until(what string, fn func() bool) {
	w.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	// What changed without a bell, such as the server's side, is looked for
	// now and then.
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for !fn() {
		select {
		case <-w.bell:
		case <-again.C:
		case <-deadline.C:
			w.t.Fatalf("%s did not happen\n%s", what, w.describe())
		}
	}
}

// viewer is what a test reads of a local store; *cache.Cache is one.
type viewer interface {
	Ticket(desk.TicketID) (desk.Ticket, uint64, error)
	Entries(id desk.TicketID, before uint64, limit int) ([]desk.Entry, error)
	Place() (desk.Place, error)
}

// client is a person's computer.
type client struct {
	w      *town
	person desk.PersonID
	token  string
	device desk.DeviceID
	dir    string
	store  engine.Store
	mem    engine.Memory
	view   viewer
	out    *outbox.Outbox
	files  *seam.Files
	eng    *engine.Engine
	cache  *cache.Cache // nil with the model
	model  bool
}

// client signs a person in on a new computer and starts it.
func (w *town) client(person desk.PersonID) *client { return w.sign(person, false) }

// reference is a client with the model for a store.
func (w *town) reference(person desk.PersonID) *client { return w.sign(person, true) }

func (w *town) sign(person desk.PersonID, model bool) *client {
	w.t.Helper()
	token, dev := w.srv.Token(person)
	c := &client{w: w, person: person, token: token, device: dev, dir: w.t.TempDir(), model: model}
	c.openStore()
	c.openRest()
	w.clients = append(w.clients, c)
	w.t.Cleanup(func() {
		c.eng.Close()
		_ = c.out.Close()
		_ = c.files.Close()
		c.closeStore()
	})
	return c
}

// openStore opens the real cache, or the model it is compared with.
func (c *client) openStore() {
	c.w.t.Helper()
	if c.model {
		m := newModel(c.w.ring)
		c.store, c.mem, c.view = m, m, m
		return
	}
	k, _, err := cache.Open(filepath.Join(c.dir, "cache"), [32]byte{3}, wire.Codec{}, time.Now())
	if err != nil {
		c.w.t.Fatal(err)
	}
	k.Subscribe(func(cache.Applied) { c.w.ring() })
	c.cache, c.store, c.mem, c.view = k, seam.Store{Cache: k}, k, k
}

func (c *client) closeStore() {
	if c.cache != nil {
		if err := c.cache.Close(); err != nil {
			c.w.t.Error(err)
		}
	}
}

func (c *client) openRest() {
	c.w.t.Helper()
	var err error
	c.out, _, err = outbox.Open(outbox.Config{
		Dir: filepath.Join(c.dir, "outbox"), Key: [32]byte{1}, Codec: wire.Codec{}, Encode: wire.EncodeCommand, Decode: wire.DecodeCommand,
	})
	if err != nil {
		c.w.t.Fatal(err)
	}
	c.out.Subscribe(c.w.ring)
	if c.files, err = seam.OpenFiles(filepath.Join(c.dir, "files"), [32]byte{2}); err != nil {
		c.w.t.Fatal(err)
	}
	c.start()
}

func (c *client) start() {
	c.w.t.Helper()
	eng, err := engine.New(engine.Config{
		Server: "http://localhost", Token: c.token, Device: c.device, App: "test",
		Store: c.store, Memory: c.mem, Outbox: seam.Outbox{Outbox: c.out}, Files: c.files,
		NetDial: c.w.dial, Rand: func() float64 { return 0.02 * rand.Float64() }, // impatient
		OnStatus: func(engine.Status) { c.w.ring() },
	})
	if err != nil {
		c.w.t.Fatal(err)
	}
	c.eng = eng
	eng.Start()
}

// restart ends the program and starts it again over the same files.
func (c *client) restart() {
	c.w.t.Helper()
	c.eng.Close()
	if err := c.out.Close(); err != nil {
		c.w.t.Fatal(err)
	}
	_ = c.files.Close()
	if !c.model {
		c.closeStore()
		c.openStore()
	}
	c.openRest()
}

// do queues a command and gives its id.
func (c *client) do(ticket desk.TicketID, args desk.Args) desk.CommandID {
	c.w.t.Helper()
	cmd := desk.Command{ID: desk.CommandID(runtest.UUID()), Ticket: ticket, Composed: time.Now(), Args: args}
	if t, _, err := c.view.Ticket(ticket); err == nil {
		cmd.Basis = t.LastSeq
	}
	if _, err := c.out.Add(cmd, time.Time{}); err != nil {
		c.w.t.Fatal(err)
	}
	c.eng.Kick()
	return cmd.ID
}

// open files a request and gives its id.
func (c *client) open(dept desk.DeptID, subject string) desk.TicketID {
	c.w.t.Helper()
	id := desk.TicketID(runtest.UUID())
	c.do(id, desk.Open{Subject: subject, Text: "It does not work.", Department: dept})
	return id
}

func (c *client) live() bool { return c.eng.Status().State == engine.Live }

// settled reports whether everything queued has its answer.
func (c *client) settled() bool {
	for _, it := range c.out.Items() {
		if it.State.Waiting() {
			return false
		}
	}
	return true
}

func (c *client) state(id desk.CommandID) outbox.State {
	it, ok := c.out.Item(id)
	if !ok {
		return outbox.Discarded
	}
	return it.State
}

// texts gives what a client shows of a conversation.
func (c *client) texts(id desk.TicketID) []string {
	es, err := c.view.Entries(id, 0, 10_000)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range es {
		if e.Text != "" {
			out = append(out, e.Text)
		}
	}
	return out
}

func (c *client) shows(id desk.TicketID, text string) bool { return slices.Contains(c.texts(id), text) }

// current reports whether the client stands at the head of each of its lanes.
func (c *client) current() bool {
	if !c.live() || !c.settled() {
		return false
	}
	cursors, err := c.store.Cursors()
	if err != nil {
		c.w.t.Fatal(err)
	}
	have := map[desk.LaneID]desk.Cursor{}
	for _, x := range cursors {
		have[x.Lane] = x
	}
	same := true
	err = c.w.srv.Ledger.View(context.Background(), func(tx *ledger.Tx) error {
		a, err := tx.Actor(c.person)
		if err != nil {
			return err
		}
		for _, lane := range access.LanesFor(a) {
			head, err := tx.Head(lane)
			if err != nil {
				return err
			}
			same = same && have[lane].Seq == head.Seq && bytes.Equal(have[lane].Hash, head.Hash)
			delete(have, lane)
		}
		same = same && len(have) == 0
		return nil
	})
	if err != nil {
		c.w.t.Fatal(err)
	}
	return same
}

// dump is everything the client knows of the tickets, in one form.
func (c *client) dump(ids []desk.TicketID) []string {
	c.w.t.Helper()
	var out []string
	add := func(what string, v any) {
		b, err := wire.Marshal(v)
		if err != nil {
			c.w.t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s %x", what, b))
	}
	for _, id := range ids {
		t, read, err := c.view.Ticket(id)
		if err != nil {
			continue
		}
		es, err := c.view.Entries(id, 0, 10_000)
		if err != nil {
			c.w.t.Fatal(err)
		}
		add(fmt.Sprintf("ticket %s read %d", id, read), t)
		for _, e := range es {
			add(fmt.Sprintf("entry %s", e.ID), e)
		}
	}
	p, err := c.view.Place()
	if err != nil {
		c.w.t.Fatal(err)
	}
	add("place", p)
	return out
}

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

// describe says how each client stands, for a wait that was in vain.
func (w *town) describe() string {
	var b strings.Builder
	for _, c := range w.clients {
		waiting, needs := c.out.Counts()
		st := c.eng.Status()
		cursors, _ := c.store.Cursors()
		if m, ok := c.store.(*model); ok {
			m.mu.Lock()
			fmt.Fprintf(&b, "%d pages, %d fetched, %d gaps; ", m.pages, m.fetched, m.gaps)
			for id, t := range m.tickets {
				fmt.Fprintf(&b, "%s version %d with %d entries; ", id, t.version, len(t.entries))
			}
			m.mu.Unlock()
		}
		fmt.Fprintf(&b, "%s: %s (%v), %d waiting, %d need their author, current %v, cursors %v\n", c.person, st.State, st.Err, waiting, needs, c.current(), cursors)
	}
	return b.String()
}
