package engine_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
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
const patience = 2 * time.Minute

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

// restore puts the server back to a backup, in another folder.
func (w *town) restore(backup string) {
	w.t.Helper()
	if err := w.srv.Server.Close(); err != nil {
		w.t.Fatal(err)
	}
	dir := w.t.TempDir()
	if _, err := ledger.Restore(context.Background(), backup, "sqlite:"+filepath.Join(dir, "ledger.db"), wire.Codec{}); err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	w.net = linktest.New()
	w.srv.Config.Data, w.srv.Config.Listener = dir, w.net
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
	c.out.Subscribe(func([]desk.TicketID) { c.w.ring() })
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
