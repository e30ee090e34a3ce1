package town

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
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

// Patience bounds every wait for an answer.
const Patience = 60 * time.Second

// Probe is a computer that speaks the protocol by hand, pulls and fetches by
// itself and keeps a Shelf. It complains about whatever a server must not do.
type Probe struct {
	Person desk.PersonID
	Device desk.DeviceID
	Token  string
	Ear    Ear

	w    *Town
	t    testing.TB
	conn *link.Conn

	mu       sync.Mutex // guards what follows
	shelf    *Shelf
	actor    desk.Actor
	epoch    string // the server's
	auth     uint64
	dseq     uint64
	welcomed bool
	owed     int // tickets to be fetched
	join     wire.JoinTickets
	asked    int // tickets asked for by Fetch
	fetched  []desk.Item
	receipts []*wire.Receipts
	presence []wire.Presence
	heard    func(wire.Frame)
	wrong    []string
	end      *link.End
	more     chan struct{}
}

// Probe signs a person in on a new device; it is not connected yet.
func (w *Town) Probe(person desk.PersonID, r *rand.Rand) *Probe {
	w.t.Helper()
	p := &Probe{Person: person, Device: desk.DeviceID(UUID(r, w.Now())), w: w, t: w.t, shelf: NewShelf(), more: make(chan struct{}, 1)}
	p.Token = w.SignIn(person, p.Device)
	return p
}

// OnFrame sets who hears every frame before the probe handles it.
func (p *Probe) OnFrame(fn func(wire.Frame)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard = fn
}

// Connect opens the socket and says hello with what the shelf has.
func (p *Probe) Connect() error {
	p.Hang()
	p.mu.Lock()
	p.shelf.Stop()
	p.welcomed, p.end, p.receipts, p.owed, p.asked, p.fetched, p.join = false, nil, nil, 0, 0, nil, wire.JoinTickets{}
	h := wire.Hello{ProtoMin: wire.Oldest, ProtoMax: wire.Version, App: "probe", Device: p.Device, FirstUnsettled: 1, Lanes: p.shelf.Cursors()}
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	conn, err := link.Dial(ctx, "ws"+strings.TrimPrefix(URL, "http")+wire.PathSync, link.DialOptions{
		Header: http.Header{"Authorization": {"Bearer " + p.Token}}, NetDial: p.Ear.Through(p.w.Dial),
	})
	if err != nil {
		return err
	}
	p.conn = conn
	conn.Start(p)
	return p.send(h)
}

// Hang ends the connection as a pulled cable does.
func (p *Probe) Hang() {
	if p.conn != nil {
		p.conn.Fail(0, "")
		<-p.conn.Done()
		p.conn = nil
	}
}

func (p *Probe) send(f wire.Frame) error {
	b, err := wire.EncodeFrame(f)
	if err != nil {
		return err
	}
	if p.conn == nil {
		return errors.New("not connected")
	}
	return p.conn.Send(b)
}

// Send sends any frame.
func (p *Probe) Send(f wire.Frame) error { return p.send(f) }

// Command gives a command the device's next number.
func (p *Probe) Command(cmd desk.Command) (wire.PushedCommand, error) {
	b, err := wire.EncodeCommand(cmd)
	if err != nil {
		return wire.PushedCommand{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dseq++
	return wire.PushedCommand{DSeq: p.dseq, Body: b}, nil
}

// Push sends commands and gives the receipts; an error when the connection
// ended instead.
func (p *Probe) Push(cmds ...wire.PushedCommand) ([]desk.Receipt, error) {
	if err := p.send(wire.Push{Commands: cmds}); err != nil {
		return nil, err
	}
	var got *wire.Receipts
	err := p.wait("receipts", func() bool {
		if len(p.receipts) > 0 {
			got, p.receipts = p.receipts[0], p.receipts[1:]
		}
		return got != nil
	})
	if err != nil {
		return nil, err
	}
	if got.Gap != 0 || got.Retry != nil || len(got.Receipts) != len(cmds) {
		return nil, fmt.Errorf("%d commands, and the answer is %+v", len(cmds), got)
	}
	return got.Receipts, nil
}

// Fetch asks for whole tickets and gives the answer; the shelf takes it too.
func (p *Probe) Fetch(ids ...desk.TicketID) ([]desk.Item, error) {
	// What the probe itself had to fetch comes first, so it is waited for.
	if err := p.wait("tickets", func() bool { return p.owed == 0 }); err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.asked, p.fetched = len(ids), nil
	err := p.fetch(ids)
	p.mu.Unlock()
	if err != nil {
		return nil, err
	}
	var got []desk.Item
	err = p.wait("tickets", func() bool {
		for _, it := range p.fetched {
			if slices.Contains(ids, it.Ticket) {
				got = append(got, it)
			}
		}
		p.fetched = nil
		if len(got) < len(ids) {
			return false
		}
		p.asked = 0
		return true
	})
	return got, err
}

// Welcomed waits for the answer to hello.
func (p *Probe) Welcomed() error {
	return p.wait("welcome", func() bool { return p.welcomed })
}

// wait waits until fn, which runs under the lock, is true.
func (p *Probe) wait(what string, fn func() bool) error {
	timer := time.NewTimer(Patience)
	defer timer.Stop()
	for {
		p.mu.Lock()
		ok, end := fn(), p.end
		p.mu.Unlock()
		switch {
		case ok:
			return nil
		case end != nil:
			return end
		}
		select {
		case <-p.more:
		case <-timer.C:
			return fmt.Errorf("%s waited for %s in vain", p.Person, what)
		}
	}
}

// At says whether the probe is connected and has everything there is for it.
func (p *Probe) At(place Place) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.welcomed || p.end != nil || p.auth != place.Epoch || p.owed > 0 || len(p.shelf.Lanes) != len(place.Lanes) {
		return false
	}
	for id, head := range place.Lanes {
		if l := p.shelf.Lanes[id]; l == nil || l.Loading || l.At.Seq != head.Seq || l.At.Epoch != head.Epoch {
			return false
		}
	}
	return true
}

// Ended is how the connection ended, nil while it lives.
func (p *Probe) Ended() *link.End {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.end
}

// Look reads the shelf.
func (p *Probe) Look(fn func(s *Shelf, me desk.Actor)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fn(p.shelf, p.actor)
}

// Presence takes what was told of who is on which ticket.
func (p *Probe) Presence() []wire.Presence {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.presence
	p.presence = nil
	return out
}

// Wrong takes the complaints.
func (p *Probe) Wrong() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.wrong
	p.wrong = nil
	return out
}

// String says how the probe stands.
func (p *Probe) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	loading := 0
	for _, l := range p.shelf.Lanes {
		if l.Loading {
			loading++
		}
	}
	return fmt.Sprintf("probe of %s: welcomed %v, end %v, rights of %d, owed %d, loading %d, cursors %v", p.Person, p.welcomed, p.end, p.auth, p.owed, loading, p.shelf.Cursors())
}

// Closed implements link.Handler.
func (p *Probe) Closed(e link.End) {
	p.mu.Lock()
	p.end = &e
	p.mu.Unlock()
	p.wake()
}

func (p *Probe) wake() {
	select {
	case p.more <- struct{}{}:
	default:
	}
}

// Frame implements link.Handler.
func (p *Probe) Frame(b []byte) error {
	f, err := wire.DecodeFrame(b, wire.FromServer)
	if err != nil {
		return err
	}
	p.mu.Lock()
	if p.heard != nil {
		p.heard(f)
	}
	var over *link.End
	if err := p.handle(f); err != nil && !errors.As(err, &over) {
		p.wrong = append(p.wrong, fmt.Sprintf("%s was sent %v", p.Person, err))
	}
	p.mu.Unlock()
	p.wake()
	return nil
}

func (p *Probe) handle(f wire.Frame) error {
	switch f := f.(type) {
	case *wire.Welcome:
		if p.epoch != "" && p.epoch != f.ServerEpoch {
			p.shelf.Keep(nil)
		}
		p.epoch, p.dseq, p.welcomed = f.ServerEpoch, f.LastDSeq, true
		return p.rights(f.Actor, f.AuthEpoch, f.Lanes)
	case *wire.Scopes:
		return p.rights(f.Actor, f.AuthEpoch, f.Lanes)
	case *wire.Batch:
		missing, err := p.shelf.Apply(desk.Batch(*f))
		return errors.Join(err, p.fetch(missing), p.send(wire.Ack{Lane: f.Lane, Seq: f.Last}))
	case *wire.Page:
		return p.page(f)
	case *wire.Tickets:
		items, err := p.join.Add(*f)
		p.owed -= len(items)
		if p.asked > 0 {
			p.fetched = append(p.fetched, items...)
		}
		return errors.Join(err, p.shelf.Whole(items))
	case *wire.Receipts:
		p.receipts = append(p.receipts, f)
	case *wire.Presence:
		p.presence = append(p.presence, *f)
	}
	return nil
}

func (p *Probe) rights(me desk.Actor, auth uint64, lanes []wire.LaneState) error {
	p.actor, p.auth = me, auth
	var keep []desk.LaneID
	for _, l := range lanes {
		keep = append(keep, l.Lane)
	}
	p.shelf.Keep(keep)
	for _, l := range lanes {
		have := p.shelf.Lanes[l.Lane]
		switch {
		case l.State == wire.LaneSnapshot && (have == nil || !have.Loading):
			p.shelf.Load(l.Lane)
			if err := p.send(wire.Pull{Lane: l.Lane}); err != nil {
				return err
			}
		case l.State == wire.LaneResume && (have == nil || have.Loading):
			return fmt.Errorf("lane %s to be resumed, which is not here", l.Lane)
		}
	}
	return nil
}

func (p *Probe) page(f *wire.Page) error {
	page, err := wire.DecodePage(f.Body)
	if err != nil {
		return err
	}
	again, missing, err := p.shelf.Page(page)
	if err != nil {
		return err
	}
	if l := p.shelf.Lanes[page.Lane]; l != nil && l.Loading {
		next := wire.Pull{Lane: page.Lane, Token: page.Next}
		if again {
			next.Token = ""
		}
		if err := p.send(next); err != nil {
			return err
		}
	}
	return p.fetch(missing)
}

func (p *Probe) fetch(ids []desk.TicketID) error {
	if len(ids) == 0 {
		return nil
	}
	p.owed += len(ids)
	return p.send(wire.Fetch{Tickets: ids})
}
