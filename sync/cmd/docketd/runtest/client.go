package runtest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/link"
	"docket/sync/wire"
)

// Patience is how long a client waits for a frame before the test fails.
const Patience = 10 * time.Second

// Client speaks the protocol by hand, one frame at a time, and keeps every byte
// it was sent.
type Client struct {
	Person desk.PersonID
	Device desk.DeviceID
	Token  string
	// Cursors is where it stands, as batches and last pages said.
	Cursors map[desk.LaneID]desk.Cursor
	// Manual clients do not acknowledge by themselves.
	Manual bool

	t    testing.TB
	s    *Server
	conn *link.Conn
	dseq uint64

	mu     sync.Mutex // guards what follows
	frames []wire.Frame
	raw    []byte
	ended  *link.End
	more   chan struct{}
}

// Client makes a client of a person on a new device; it is not connected yet.
func (s *Server) Client(person desk.PersonID) *Client {
	s.t.Helper()
	token, dev := s.Token(person)
	return &Client{Person: person, Device: dev, Token: token, Cursors: map[desk.LaneID]desk.Cursor{}, t: s.t, s: s, more: make(chan struct{}, 1)}
}

// Connect makes a client, connects it, takes the snapshots it is told to take
// and returns when it is live.
func (s *Server) Connect(person desk.PersonID) *Client {
	s.t.Helper()
	c := s.Client(person)
	c.Sync()
	return c
}

// Frame implements link.Handler.
func (c *Client) Frame(b []byte) error {
	f, err := wire.DecodeFrame(b, wire.FromServer)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.raw = append(c.raw, b...)
	if p, ok := f.(*wire.Page); ok {
		// What a page says is compressed; the canaries are looked for in it too.
		if page, err := wire.DecodePage(p.Body); err == nil {
			if clear, err := wire.Marshal(page); err == nil {
				c.raw = append(c.raw, clear...)
			}
		}
	}
	c.frames = append(c.frames, f)
	c.mu.Unlock()
	c.wake()
	return nil
}

// Closed implements link.Handler.
func (c *Client) Closed(e link.End) {
	c.mu.Lock()
	c.ended = &e
	c.mu.Unlock()
	c.wake()
}

func (c *Client) wake() {
	select {
	case c.more <- struct{}{}:
	default:
	}
}

// Dial opens the socket and says nothing yet.
func (c *Client) Dial() error {
	if c.conn != nil {
		c.conn.Close(wire.CloseNormal, "") // a client has one socket
	}
	c.mu.Lock()
	c.ended, c.frames = nil, nil
	c.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	conn, err := link.Dial(ctx, "ws"+strings.TrimPrefix(c.s.URL, "http")+wire.PathSync, link.DialOptions{
		Header: http.Header{"Authorization": {"Bearer " + c.Token}},
	})
	if err != nil {
		return err
	}
	c.conn = conn
	conn.Start(c)
	c.t.Cleanup(func() { conn.Close(wire.CloseNormal, "") })
	return nil
}

// Send sends a frame.
func (c *Client) Send(f wire.Frame) {
	c.t.Helper()
	b, err := wire.EncodeFrame(f)
	if err != nil {
		c.t.Fatal(err)
	}
	_ = c.conn.Send(b)
}

// SendRaw sends bytes that may be no frame.
func (c *Client) SendRaw(b []byte) { _ = c.conn.Send(b) }

// Hello connects, says hello with the cursors the client has, and gives the
// welcome.
func (c *Client) Hello() *wire.Welcome {
	c.t.Helper()
	if err := c.Dial(); err != nil {
		c.t.Fatal(err)
	}
	h := wire.Hello{ProtoMin: wire.Oldest, ProtoMax: wire.Version, App: "test", Device: c.Device, FirstUnsettled: 1}
	for _, cur := range c.Cursors {
		h.Lanes = append(h.Lanes, cur)
	}
	c.Send(h)
	w := Next[*wire.Welcome](c)
	c.dseq = w.LastDSeq
	return w
}

// Sync is Hello and every snapshot asked for.
func (c *Client) Sync() *wire.Welcome {
	c.t.Helper()
	w := c.Hello()
	c.Snapshots(w.Lanes)
	return w
}

// Snapshots pulls every lane whose state says so and gives the items.
func (c *Client) Snapshots(lanes []wire.LaneState) []desk.Item {
	c.t.Helper()
	var items []desk.Item
	for _, l := range lanes {
		if l.State == wire.LaneSnapshot {
			items = append(items, c.Pull(l.Lane)...)
		}
	}
	return items
}

// Pull takes a lane's snapshot.
func (c *Client) Pull(lane desk.LaneID) []desk.Item {
	c.t.Helper()
	var items []desk.Item
	token := ""
	for {
		c.Send(wire.Pull{Lane: lane, Token: token})
		f := Next[*wire.Page](c)
		page, err := wire.DecodePage(f.Body)
		if err != nil {
			c.t.Fatal(err)
		}
		items = append(items, page.Items...)
		if token = page.Next; token == "" {
			c.Cursors[lane] = desk.Cursor{Lane: lane, Epoch: page.Epoch, Seq: page.AsOf, Hash: page.Hash}
			return items
		}
	}
}

// Do sends a command and gives its receipt.
func (c *Client) Do(ticket desk.TicketID, basis uint64, args desk.Args) desk.Receipt {
	c.t.Helper()
	r := c.Push(c.Command(ticket, basis, args))
	if len(r.Receipts) != 1 {
		c.t.Fatalf("got %+v, want one receipt", r)
	}
	return r.Receipts[0]
}

// Must is Do that fails the test unless the outcome is OK.
func (c *Client) Must(ticket desk.TicketID, basis uint64, args desk.Args) desk.Receipt {
	c.t.Helper()
	r := c.Do(ticket, basis, args)
	if r.Outcome != desk.OK {
		c.t.Fatalf("%s by %s: %s %v", args.Kind(), c.Person, r.Outcome, r.Error)
	}
	return r
}

// Command encodes a command under the device's next number.
func (c *Client) Command(ticket desk.TicketID, basis uint64, args desk.Args) wire.PushedCommand {
	c.t.Helper()
	b, err := wire.EncodeCommand(desk.Command{ID: desk.CommandID(UUID()), Ticket: ticket, Basis: basis, Composed: time.Now().UTC(), Args: args})
	if err != nil {
		c.t.Fatal(err)
	}
	c.dseq++
	return wire.PushedCommand{DSeq: c.dseq, Body: b}
}

// Push sends commands and gives the answer.
func (c *Client) Push(cmds ...wire.PushedCommand) *wire.Receipts {
	c.t.Helper()
	c.Send(wire.Push{Commands: cmds})
	return Next[*wire.Receipts](c)
}

// Open opens a request and gives its id.
func (c *Client) Open(text string, department desk.DeptID, org desk.OrgID) desk.TicketID {
	c.t.Helper()
	id := desk.TicketID(UUID())
	c.Must(id, 0, desk.Open{Subject: "About " + text, Text: text, Department: department, Org: org})
	return id
}

// Until takes batches until one is there that f likes, and gives its item.
func (c *Client) Until(what string, f func(desk.Item) bool) desk.Item {
	c.t.Helper()
	for {
		b := Next[*wire.Batch](c)
		for _, it := range b.Items {
			if f(it) {
				return it
			}
		}
	}
}

// Has waits for a batch whose heads or entries contain the text.
func (c *Client) Has(text string) desk.Item {
	c.t.Helper()
	return c.Until(text, func(it desk.Item) bool { return ItemHas(it, text) })
}

// ItemHas reports whether the text stands in an item.
func ItemHas(it desk.Item, text string) bool {
	if strings.Contains(string(it.Head), text) {
		return true
	}
	for _, e := range it.Entries {
		if strings.Contains(string(e), text) {
			return true
		}
	}
	return false
}

// CatchUp takes batches until the client is where the ledger is in each of its
// lanes, and gives their items lane by lane.
func (c *Client) CatchUp() []desk.Item {
	c.t.Helper()
	heads := c.s.Heads(slices.Collect(maps.Keys(c.Cursors)))
	items := map[desk.LaneID][]desk.Item{}
	behind := func() bool {
		for lane, h := range heads {
			if c.Cursors[lane].Seq < h.Seq {
				return true
			}
		}
		return false
	}
	for behind() {
		b := Next[*wire.Batch](c)
		items[b.Lane] = append(items[b.Lane], b.Items...)
	}
	var out []desk.Item
	for _, lane := range slices.Sorted(maps.Keys(items)) {
		out = append(out, items[lane]...)
	}
	return out
}

// Quiet waits until the server has answered everything the client sent, so that
// what was on its way before is here.
func (c *Client) Quiet() {
	c.t.Helper()
	n := uint64(time.Now().UnixNano())
	c.Send(wire.Ping{N: n})
	for {
		if p := Next[*wire.Pong](c); p.N == n {
			return
		}
	}
}

// End waits until the connection is over and says how.
func (c *Client) End() link.End {
	c.t.Helper()
	t := time.NewTimer(Patience)
	defer t.Stop()
	for {
		c.mu.Lock()
		e := c.ended
		c.mu.Unlock()
		if e != nil {
			return *e
		}
		select {
		case <-c.more:
		case <-t.C:
			c.t.Fatal("the connection did not end")
		}
	}
}

// Close ends the connection.
func (c *Client) Close() { c.conn.Close(wire.CloseNormal, "") }

// Raw is every byte the client was ever sent, pages unpacked.
func (c *Client) Raw() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.raw)
}

// RawLen is how long Raw is.
func (c *Client) RawLen() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.raw)
}

// Next gives the next frame of a type, waiting for it. Batches met on the way
// are applied to the cursors and acknowledged, then kept for later; so is
// everything else.
func Next[F wire.Frame](c *Client) F {
	c.t.Helper()
	t := time.NewTimer(Patience)
	defer t.Stop()
	for {
		if f, ok := take[F](c); ok {
			if b, ok := any(f).(*wire.Batch); ok {
				c.applied(b)
			}
			return f
		}
		c.mu.Lock()
		ended, kinds := c.ended, kindsOf(c.frames)
		c.mu.Unlock()
		var want F
		if ended != nil {
			c.t.Fatalf("%s waits for %T, but the connection ended: %v (has %s)", c.Person, want, ended, kinds)
		}
		select {
		case <-c.more:
		case <-t.C:
			c.t.Fatalf("%s waits for %T in vain (has %s)", c.Person, want, kinds)
		}
	}
}

func kindsOf(frames []wire.Frame) string {
	var kinds []string
	for _, f := range frames {
		kinds = append(kinds, string(f.Type()))
	}
	return fmt.Sprint(kinds)
}

func take[F wire.Frame](c *Client) (F, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, f := range c.frames {
		if g, ok := f.(F); ok {
			c.frames = append(c.frames[:i:i], c.frames[i+1:]...)
			return g, true
		}
	}
	var none F
	return none, false
}

// Peek gives the frames of a type that have come and were not taken.
func Peek[F wire.Frame](c *Client) []F {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []F
	for _, f := range c.frames {
		if g, ok := f.(F); ok {
			out = append(out, g)
		}
	}
	return out
}

// applied moves the cursor, refusing a gap, and acknowledges.
func (c *Client) applied(b *wire.Batch) {
	c.t.Helper()
	if cur := c.Cursors[b.Lane]; cur.Seq != b.Prev {
		c.t.Fatalf("%s has lane %s up to %d and got a batch after %d", c.Person, b.Lane, cur.Seq, b.Prev)
	}
	c.Cursors[b.Lane] = desk.Cursor{Lane: b.Lane, Epoch: b.Epoch, Seq: b.Last, Hash: b.Hash}
	if !c.Manual {
		c.Send(wire.Ack{Lane: b.Lane, Seq: b.Last})
	}
}
