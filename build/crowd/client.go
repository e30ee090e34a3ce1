package crowd

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"docket/app/desk"
	"docket/sync/link"
	"docket/sync/wire"
)

// Counts is what thin clients saw. Missing, Doubled and Broken stay 0 with a
// correct server.
type Counts struct {
	Frames, Bytes int64 // received
	Batches       int64
	Entries       int64 // new to the client that got them
	Again         int64 // came by a second lane of the same client; expected
	Fetched       int64 // tickets asked for whole, because a batch had no room
	Receipts      int64
	Missing       int64 // entries skipped by what came after them
	Doubled       int64 // batches that moved a lane to where it was or back
	Broken        int64 // frames nobody can read, or answers to nothing
	Pages         int64 // of lanes taken whole
}

// Config is what the clients of a crowd share. All functions may be nil, are
// called on the reader's goroutine of a client and must not block.
type Config struct {
	URL string // of the server, http://…
	// Arrived hears of every entry that is new to the client, in order, but
	// not of those in a snapshot.
	Arrived func(c *Client, ticket desk.TicketID, seq uint64, entry []byte)
	// Answered hears every receipt once.
	Answered func(c *Client, r desk.Receipt)
	// Moved hears of every place in a lane a batch led to.
	Moved func(c *Client, at desk.Cursor)
	// Dial replaces the network.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Ended hears of the end of every connection.
	Ended func(c *Client, e link.End)
	// Deaf clients acknowledge nothing, as a reader that hangs.
	Deaf bool
}

// Client is one computer of one person. It speaks the protocol and keeps no
// tickets, only how many entries of each it has had.
type Client struct {
	Pass
	cfg Config

	frames, bytes, batches, entries, again, fetched, receipts, missing, doubled, broken, pages atomic.Int64

	mu      sync.Mutex // guards what follows
	conn    *link.Conn
	cursors map[desk.LaneID]desk.Cursor
	heads   map[desk.LaneID]uint64 // where the server stood at the welcome
	loading map[desk.LaneID]bool
	have    map[desk.TicketID]uint64 // newest entry
	welcome bool
	current chan struct{} // closed when all lanes are where they were at the welcome
	join    wire.JoinTickets
	acks    wire.Acks
	late    bool                 // a timer will acknowledge
	dseq    uint64               // last given
	settled uint64               // last answered
	sent    []wire.PushedCommand // not answered
}

// New makes a client that is not connected.
func New(p Pass, cfg Config) *Client {
	return &Client{
		Pass: p, cfg: cfg, cursors: map[desk.LaneID]desk.Cursor{}, have: map[desk.TicketID]uint64{},
	}
}

// Connect dials, says hello with what the client has, and returns when it is
// current. A client that was connected before comes back where it stood, and
// sends again what was not answered.
func (c *Client) Connect(ctx context.Context) error {
	conn, err := link.Dial(ctx, "ws"+strings.TrimPrefix(c.cfg.URL, "http")+wire.PathSync, link.DialOptions{
		Header: http.Header{"Authorization": {"Bearer " + c.Token}}, NetDial: c.cfg.Dial,
	})
	if err != nil {
		return fmt.Errorf("%s: %w", c.Person, err)
	}
	c.mu.Lock()
	c.conn, c.welcome, c.current = conn, false, make(chan struct{})
	c.heads, c.loading, c.join = map[desk.LaneID]uint64{}, map[desk.LaneID]bool{}, wire.JoinTickets{}
	c.acks = wire.Acks{}
	h := wire.Hello{
		ProtoMin: wire.Oldest, ProtoMax: wire.Version, App: "crowd", Device: c.Device, Brief: true,
		FirstUnsettled: c.settled + 1, LastSent: c.dseq, SettledUpTo: c.settled,
	}
	for _, cur := range c.cursors {
		h.Lanes = append(h.Lanes, cur)
	}
	current := c.current
	c.mu.Unlock()
	conn.Start(&reader{c, conn})
	if err := send(conn, h); err != nil {
		return err
	}
	select {
	case <-current:
		return nil
	case <-conn.Done():
		return fmt.Errorf("%s: the connection ended before it was current", c.Person)
	case <-ctx.Done():
		conn.Fail(wire.CloseNormal, "")
		return fmt.Errorf("%s is not current: %w", c.Person, ctx.Err())
	}
}

// Close ends the connection, if there is one, and waits for its end.
func (c *Client) Close() {
	c.mu.Lock()
	conn := c.conn
	c.mu.Unlock()
	if conn != nil {
		conn.Close(wire.CloseNormal, "")
	}
}

// Counts gives what was seen so far.
func (c *Client) Counts() Counts {
	return Counts{
		Frames: c.frames.Load(), Bytes: c.bytes.Load(), Batches: c.batches.Load(), Entries: c.entries.Load(),
		Again: c.again.Load(), Fetched: c.fetched.Load(), Receipts: c.receipts.Load(), Missing: c.missing.Load(),
		Doubled: c.doubled.Load(), Broken: c.broken.Load(), Pages: c.pages.Load(),
	}
}

// Add sums counts.
func (n *Counts) Add(m Counts) {
	n.Frames += m.Frames
	n.Bytes += m.Bytes
	n.Batches += m.Batches
	n.Entries += m.Entries
	n.Again += m.Again
	n.Fetched += m.Fetched
	n.Receipts += m.Receipts
	n.Missing += m.Missing
	n.Doubled += m.Doubled
	n.Broken += m.Broken
	n.Pages += m.Pages
}

// Have is the newest entry of a ticket the client has had.
func (c *Client) Have(t desk.TicketID) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.have[t]
}

// Tickets gives the newest entry of every ticket the client has had.
func (c *Client) Tickets() map[desk.TicketID]uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.have)
}

// Cursors gives where the client stands.
func (c *Client) Cursors() []desk.Cursor {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]desk.Cursor, 0, len(c.cursors))
	for _, cur := range c.cursors {
		out = append(out, cur)
	}
	return out
}

// Unanswered is how many commands have no receipt.
func (c *Client) Unanswered() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.sent)
}

// Push sends a command under the device's next number. It is kept until its
// receipt came, over any number of connections.
func (c *Client) Push(cmd desk.Command) error {
	body, err := wire.EncodeCommand(cmd)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dseq++
	p := wire.PushedCommand{DSeq: c.dseq, Body: body}
	c.sent = append(c.sent, p)
	if c.welcome {
		// What a connection that just ended does not take goes out after the
		// next welcome.
		_ = send(c.conn, wire.Push{Commands: []wire.PushedCommand{p}})
	}
	return nil
}

// Ask sends a frame of one's own. Whoever asks for pages the client has no use
// for has it connect anew afterwards: the server holds a lane's batches back
// from the first page to the last.
func (c *Client) Ask(f wire.Frame) error {
	c.mu.Lock()
	conn := c.conn
	c.mu.Unlock()
	return send(conn, f)
}

// Do makes a command of its arguments and pushes it.
func (c *Client) Do(ticket desk.TicketID, basis uint64, args desk.Args) (desk.CommandID, error) {
	id := desk.CommandID(UUID())
	return id, c.Push(desk.Command{ID: id, Ticket: ticket, Basis: basis, Composed: time.Now().UTC(), Args: args})
}

func send(conn *link.Conn, f wire.Frame) error {
	b, err := wire.EncodeFrame(f)
	if err != nil {
		return err
	}
	return conn.Send(b)
}

// reader is the handler of one connection; what comes over an older one is no
// longer of interest.
type reader struct {
	c    *Client
	conn *link.Conn
}

// Closed implements link.Handler.
func (r *reader) Closed(e link.End) {
	c := r.c
	c.mu.Lock()
	if c.conn == r.conn {
		c.welcome = false
	}
	c.mu.Unlock()
	if c.cfg.Ended != nil {
		c.cfg.Ended(c, e)
	}
}

var errStale = errors.New("an older connection")

// Frame implements link.Handler.
func (r *reader) Frame(b []byte) error {
	c := r.c
	c.frames.Add(1)
	c.bytes.Add(int64(len(b)))
	f, err := wire.DecodeFrame(b, wire.FromServer)
	if err != nil {
		c.broken.Add(1)
		return err
	}
	c.mu.Lock()
	if c.conn != r.conn {
		c.mu.Unlock()
		return errStale
	}
	var tell news
	switch f := f.(type) {
	case *wire.Welcome:
		err = c.welcomed(f, &tell)
	case *wire.Scopes:
		err = c.lanes(f.Lanes)
	case *wire.Page:
		err = c.page(f)
	case *wire.Batch:
		err = c.batch(f, len(b), &tell)
	case *wire.Tickets:
		err = c.tickets(f, &tell)
	case *wire.Receipts:
		err = c.answers(f, &tell)
	}
	c.mu.Unlock()
	for _, n := range tell.entries {
		c.cfg.Arrived(c, n.ticket, n.seq, n.entry)
	}
	for _, at := range tell.moved {
		c.cfg.Moved(c, at)
	}
	for _, x := range tell.receipts {
		c.cfg.Answered(c, x)
	}
	return err
}

// news is told after mu is let go.
type news struct {
	entries  []arrival
	moved    []desk.Cursor
	receipts []desk.Receipt
}

type arrival struct {
	ticket desk.TicketID
	seq    uint64
	entry  []byte
}
