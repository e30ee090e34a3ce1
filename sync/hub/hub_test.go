package hub_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/sync/hub"
	"docket/sync/link"
	"docket/sync/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	hosting = desk.LaneID("s/dept/hosting")
	ticket  = desk.TicketID("019c0000-0000-7000-8001-000000000001")
)

// book is a ledger of lanes alone; every change is one delta of the ticket.
type book struct {
	mu      sync.Mutex
	heads   map[desk.LaneID]uint64
	actors  map[desk.PersonID]desk.Actor
	devices map[desk.DeviceID]desk.PersonID
	size    int // of a change
	rights  uint64
}

func hashOf(seq uint64) []byte { return binary.BigEndian.AppendUint64(make([]byte, 8), seq) }

func (b *book) Epoch() string { return "e" }

func (b *book) View(ctx context.Context, fn func(hub.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return fn(b)
}

func (b *book) Actor(p desk.PersonID) (desk.Actor, error) {
	a, ok := b.actors[p]
	if !ok {
		return a, desk.ErrNotFound
	}
	return a, nil
}

func (b *book) AuthEpoch(desk.PersonID) (uint64, error) { return 1, nil }
func (b *book) RightsRevision() (uint64, error)         { return 1 + b.rights, nil }
func (b *book) Device(d desk.DeviceID) (desk.Device, error) {
	return desk.Device{ID: d, Person: b.devices[d]}, nil
}
func (b *book) Results(desk.DeviceID, uint64) ([]desk.Receipt, error) { return nil, nil }

func (b *book) Heads(lanes []desk.LaneID) (map[desk.LaneID]desk.Cursor, error) {
	out := map[desk.LaneID]desk.Cursor{}
	for _, l := range lanes {
		out[l] = b.cursor(l, b.heads[l])
	}
	return out, nil
}

func (b *book) cursor(l desk.LaneID, seq uint64) desk.Cursor {
	c := desk.Cursor{Lane: l, Epoch: "e", Seq: seq}
	if seq > 0 {
		c.Hash = hashOf(seq)
	}
	return c
}

func (b *book) IsPlace(desk.LaneID, desk.Cursor) (bool, error) { return true, nil }

func (b *book) BatchBeside(l desk.LaneID, after desk.Cursor, _ desk.PersonID, most int, _ map[desk.TicketID]uint64) (desk.Batch, bool, error) {
	head := min(b.heads[l], after.Seq+uint64(most))
	out := desk.Batch{Lane: l, Epoch: "e", Prev: after.Seq, Last: head, Hash: hashOf(head)}
	if head > after.Seq {
		out.Items = []desk.Item{{Kind: desk.ItemDelta, Ticket: ticket, Version: head, Head: make([]byte, b.size), FromSeq: head}}
	}
	return out, true, nil
}

func (b *book) Page(desk.LaneID, string, int, desk.PersonID, desk.LaneID) (desk.Page, error) {
	return desk.Page{}, nil
}

func (b *book) Ticket(id desk.TicketID) (*desk.Ticket, error) {
	return &desk.Ticket{ID: id, Requester: "elif", Department: "hosting", Version: 1}, nil
}

func (b *book) Whole(desk.TicketID, bool, desk.PersonID) (desk.Item, error) { return desk.Item{}, nil }
func (b *book) Readers(desk.TicketID) (map[desk.PersonID]uint64, error)     { return nil, nil }
func (b *book) Elsewhere(time.Time) ([]desk.Present, error)                 { return nil, nil }

func (b *book) OnTicketElsewhere(desk.TicketID, time.Time) ([]desk.Present, error) { return nil, nil }

// conn is a connection that takes everything and remembers what it took.
type conn struct {
	mu     sync.Mutex
	own    [][]byte
	shared []*link.Shared
	queued int
	ended  []int
}

func (c *conn) Send(b []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.own = append(c.own, b)
	return nil
}

func (c *conn) SendShared(all ...*link.Shared) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shared = append(c.shared, all...)
	return nil
}

func (c *conn) Room(n int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.queued == 0 || c.queued+n <= 512<<10
}
func (c *conn) WaitRoom()                 {}
func (c *conn) Finish(code int, _ string) { c.end(code) }
func (c *conn) Fail(code int, _ string)   { c.end(code) }

func (c *conn) end(code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = append(c.ended, code)
}

func (c *conn) got() (shared []*link.Shared, bytes int, ended []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.shared {
		bytes += s.Len()
	}
	return slices.Clone(c.shared), bytes, slices.Clone(c.ended)
}

// rig is a hub over a book, in fake time.
type rig struct {
	*testing.T
	b *book
	h *hub.Hub

	collected atomic.Int64
}

func newRig(t *testing.T) *rig {
	b := &book{heads: map[desk.LaneID]uint64{}, actors: map[desk.PersonID]desk.Actor{}, devices: map[desk.DeviceID]desk.PersonID{}, size: 100}
	for _, p := range []desk.PersonID{"jonas", "lea", "sam"} {
		b.actors[p] = desk.Actor{Person: p, Role: desk.Engineer, Departments: []desk.DeptID{"hosting"}}
	}
	b.actors["elif"] = desk.Actor{Person: "elif", Role: desk.Customer}
	r := &rig{T: t, b: b}
	r.h = hub.New(hub.Config{Store: b, Clock: time.Now, Collect: func() { r.collected.Add(1) }})
	t.Cleanup(r.h.Close)
	return r
}

// joins connects somebody who has missed nothing.
func (r *rig) joins(p desk.PersonID) (*hub.Session, *conn) {
	r.Helper()
	c := &conn{}
	r.b.mu.Lock()
	dev := desk.DeviceID(fmt.Sprintf("019c0000-0000-7000-8002-%012x", len(r.b.devices)+1))
	r.b.devices[dev] = p
	r.b.mu.Unlock()
	s := r.h.Attach(c, desk.Device{ID: dev, Person: p}, r.b.actors[p])
	hello := wire.Hello{ProtoMin: wire.Oldest, ProtoMax: wire.Version, Device: dev, FirstUnsettled: 1}
	for _, l := range access.LanesFor(r.b.actors[p]) {
		hello.Lanes = append(hello.Lanes, r.b.cursor(l, r.b.heads[l]))
	}
	r.says(s, hello)
	synctest.Wait()
	return s, c
}

func (r *rig) says(s *hub.Session, f wire.Frame) {
	r.Helper()
	b, err := wire.EncodeFrame(f)
	if err != nil {
		r.Fatal(err)
	}
	if err := s.Frame(b); err != nil {
		r.Fatalf("%T: %v", f, err)
	}
}

// moves commits one change and waits until nobody has anything to do.
func (r *rig) moves() uint64 {
	r.b.mu.Lock()
	r.b.heads[hosting]++
	seq := r.b.heads[hosting]
	r.b.mu.Unlock()
	r.h.Moved([]desk.Move{{To: r.b.cursor(hosting, seq)}})
	synctest.Wait()
	return seq
}

// TestASlowReaderCostsItsBound has one of three acknowledge nothing. It is
// given eight batches and no more, and after a minute its connection ends; the
// others have everything the moment it is committed, each batch encoded once.
func TestASlowReaderCostsItsBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		jonas, jc := r.joins("jonas")
		lea, lc := r.joins("lea")
		sam, sc := r.joins("sam")
		const changes = 40
		for range changes {
			seq := r.moves()
			for _, s := range []*hub.Session{jonas, lea} {
				r.says(s, wire.Ack{Lane: hosting, Seq: seq})
			}
		}
		js, _, _ := jc.got()
		ls, _, _ := lc.got()
		ss, _, ended := sc.got()
		if len(js) != changes || len(ls) != changes {
			t.Errorf("the others got %d and %d batches of %d", len(js), len(ls), changes)
		}
		if len(ss) != 8 || len(ended) != 0 {
			t.Errorf("the slow one got %d batches and ended %v; want 8 and nothing yet", len(ss), ended)
		}
		for i := range min(len(js), len(ls)) {
			if js[i] != ls[i] || i < len(ss) && js[i] != ss[i] {
				t.Fatalf("batch %d is not shared", i)
			}
		}
		if c := r.h.Counters(); c.Encodes != changes || c.Reads != changes {
			t.Errorf("%d encoded and %d read for %d changes and three sessions", c.Encodes, c.Reads, changes)
		}
		time.Sleep(62 * time.Second)
		synctest.Wait()
		if _, _, ended := sc.got(); len(ended) == 0 || ended[0] != wire.CloseSlow {
			t.Fatalf("the slow one ended %v, want %d", ended, wire.CloseSlow)
		}
		sam.Closed(link.End{Code: wire.CloseSlow})
		seq := r.moves()
		r.says(jonas, wire.Ack{Lane: hosting, Seq: seq})
		r.says(lea, wire.Ack{Lane: hosting, Seq: seq})
		js, _, je := jc.got()
		ss, _, _ = sc.got()
		if c := r.h.Counters(); len(js) != changes+1 || len(je) != 0 || len(ss) != 8 || c.Sessions != 2 || c.SlowClosed != 1 {
			t.Errorf("afterwards: %d and %d batches, ended %v, %+v", len(js), len(ss), je, c)
		}
		for _, s := range []*hub.Session{jonas, lea} {
			s.Closed(link.End{})
		}
	})
}

// TestWhatTwoLanesTellComesOnce has a change in a lane elif shares and in her
// own. However the server comes to know of the two, together or one by one, its
// entries are sent once.
func TestWhatTwoLanesTellComesOnce(t *testing.T) {
	for _, apart := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t)
			r.b.actors["elif"] = desk.Actor{Person: "elif", Role: desk.Customer, Memberships: []desk.Membership{{Org: "acme", Access: desk.OrgComment}}}
			elif, c := r.joins("elif")
			const own, shared = desk.LaneID("c/user/elif"), desk.LaneID("c/org/acme")
			move := func(l desk.LaneID) desk.Move {
				r.b.mu.Lock()
				defer r.b.mu.Unlock()
				m := desk.Move{From: r.b.cursor(l, r.b.heads[l]), Known: true, Items: []desk.Item{
					{Kind: desk.ItemDelta, Ticket: ticket, Version: 7, Head: []byte{0}, FromSeq: 3, Entries: [][]byte{make([]byte, 1000)}},
				}}
				r.b.heads[l]++
				m.To = r.b.cursor(l, r.b.heads[l])
				return m
			}
			if mine, theirs := move(own), move(shared); apart {
				r.h.Moved([]desk.Move{theirs})
				synctest.Wait()
				r.h.Moved([]desk.Move{mine})
			} else {
				r.h.Moved([]desk.Move{mine, theirs})
			}
			synctest.Wait()
			got, n, _ := c.got()
			if len(got) != 2 || got[0].Len() < 1000 || n-got[0].Len() > 500 {
				t.Errorf("told apart %t: %d batches of %d bytes; want two, the first with the entry and the second without", apart, len(got), n)
			}
			elif.Closed(link.End{})
		})
	}
}

// TestAFullQueueWaits gives no second batch to a connection that has not even
// written the first, however large its window still is.
func TestAFullQueueWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.b.size = 200 << 10
		jonas, c := r.joins("jonas")
		c.mu.Lock()
		c.queued = 600 << 10
		c.mu.Unlock()
		for range 5 {
			r.moves()
		}
		if got, n, _ := c.got(); len(got) != 0 {
			t.Errorf("%d batches of %d bytes to a crowded connection", len(got), n)
		}
		c.mu.Lock()
		c.queued = 0
		c.mu.Unlock()
		time.Sleep(2 * time.Second) // no ack is to come; the poll looks
		// The five that waited come as one step: a batch tells the newest of each ticket.
		if got, _, _ := c.got(); len(got) != 1 {
			t.Errorf("%d batches after there was room", len(got))
		}
		// What is queued has room, and the next batch has not.
		c.mu.Lock()
		c.queued = 400 << 10
		c.mu.Unlock()
		seq := r.moves()
		if got, _, _ := c.got(); len(got) != 1 {
			t.Errorf("%d batches, the last of which the queue cannot take", len(got))
		}
		c.mu.Lock()
		c.queued = 0
		c.mu.Unlock()
		r.says(jonas, wire.Ack{Lane: hosting, Seq: seq - 1})
		synctest.Wait()
		if got, _, _ := c.got(); len(got) != 2 {
			t.Errorf("%d batches after the ack", len(got))
		}
		jonas.Closed(link.End{})
	})
}

// TestCustomersHearOfNoPresence has a customer look at their own ticket: they
// are told nothing, and nobody is told of them.
func TestCustomersHearOfNoPresence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		elif, ec := r.joins("elif")
		jonas, jc := r.joins("jonas")
		lea, lc := r.joins("lea")
		before := len(ec.own)
		r.says(elif, wire.Look{Ticket: ticket, Writing: true})
		r.says(jonas, wire.Look{Ticket: ticket})
		r.says(lea, wire.Look{Ticket: ticket, Writing: true})
		r.says(elif, wire.Look{})
		r.says(elif, wire.Look{Ticket: ticket})
		synctest.Wait()
		if got, _, _ := ec.got(); len(got) != 0 || len(ec.own) != before {
			t.Errorf("the customer was sent %d frames", len(got)+len(ec.own)-before)
		}
		want, err := wire.EncodeFrame(wire.Presence{Ticket: ticket, People: []wire.Present{{Person: "jonas"}, {Person: "lea", Writing: true}}})
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]*conn{"jonas": jc, "lea": lc} {
			got, _, _ := c.got()
			if len(got) == 0 || got[len(got)-1].Len() != len(want) {
				t.Errorf("%s was told of others than the two: %d frames", name, len(got))
			}
		}
		for _, s := range []*hub.Session{elif, jonas, lea} {
			s.Closed(link.End{})
		}
		if c := r.h.Counters(); c.Sessions != 0 || c.Lanes != 0 {
			t.Errorf("left over: %+v", c)
		}
	})
}

// TestAStepIsAsNewAsItsLane has somebody come back to a cursor from which a step
// was kept, after the lane has moved on: what they are sent is read anew, since
// the kept one may tell of what has left the lane.
func TestAStepIsAsNewAsItsLane(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		jonas, _ := r.joins("jonas")
		r.moves()
		seq := r.moves()
		r.says(jonas, wire.Ack{Lane: hosting, Seq: seq})
		c := &conn{} // of lea, who left before all that
		dev := desk.DeviceID("019c0000-0000-7000-8002-0000000000ff")
		r.b.devices[dev] = "lea"
		lea := r.h.Attach(c, desk.Device{ID: dev, Person: "lea"}, r.b.actors["lea"])
		hello := wire.Hello{ProtoMin: wire.Oldest, ProtoMax: wire.Version, Device: dev, FirstUnsettled: 1}
		for _, l := range access.LanesFor(r.b.actors["lea"]) {
			hello.Lanes = append(hello.Lanes, r.b.cursor(l, 0))
		}
		reads := r.h.Counters().Reads
		r.says(lea, hello)
		synctest.Wait()
		got, _, _ := c.got()
		if len(got) != 1 || r.h.Counters().Reads == reads {
			t.Errorf("%d batches, of which none was read anew", len(got))
		}
		for _, s := range []*hub.Session{jonas, lea} {
			s.Closed(link.End{})
		}
	})
}

// TestManySessionsShareOneEncoding counts what a change costs with few and
// with many listening.
func TestManySessionsShareOneEncoding(t *testing.T) {
	for _, n := range []int{2, 50} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				var all []*hub.Session
				for i := range n {
					p := desk.PersonID(fmt.Sprint("p", i))
					r.b.actors[p] = desk.Actor{Person: p, Role: desk.Engineer, Departments: []desk.DeptID{"hosting"}}
					s, _ := r.joins(p)
					all = append(all, s)
				}
				before := r.h.Counters()
				r.moves()
				c := r.h.Counters()
				if c.Encodes-before.Encodes != 1 || c.Reads-before.Reads != 1 || c.Sent-before.Sent != uint64(n) || c.Wakes-before.Wakes != uint64(n) {
					t.Errorf("before %+v, after %+v", before, c)
				}
				for _, s := range all {
					s.Closed(link.End{})
				}
			})
		})
	}
}

// TestAFrameHidesNoChange has sessions busy with a frame of their own in the
// moment a worker comes to bring them up to date: who lets go of a session
// calls back a worker that found it busy. Each frame is one chance of many for
// the two to meet.
func TestAFrameHidesNoChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		ping, err := wire.EncodeFrame(wire.Ping{N: 1})
		if err != nil {
			t.Fatal(err)
		}
		for n := range 600 {
			s, c := r.joins("jonas")
			r.b.mu.Lock()
			r.b.heads[hosting]++
			moved := []desk.Move{{To: r.b.cursor(hosting, r.b.heads[hosting])}}
			r.b.mu.Unlock()
			var talk sync.WaitGroup
			talk.Go(func() { r.h.Moved(moved) })
			for range 100 {
				_ = s.Frame(ping)
			}
			talk.Wait()
			synctest.Wait()
			if got, _, _ := c.got(); len(got) != 1 {
				t.Fatalf("session %d has %d batches of the one change", n, len(got))
			}
			s.Closed(link.End{})
		}
	})
}

// TestWhoComesTakesNoNewsFromOthers has somebody connect between a commit and
// the moment the hub is told of it. They see the new head first; those who were
// there before still hear of it.
func TestWhoComesTakesNoNewsFromOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		jonas, c := r.joins("jonas")
		r.b.mu.Lock()
		r.b.heads[hosting]++
		moved := []desk.Move{{To: r.b.cursor(hosting, r.b.heads[hosting])}}
		r.b.mu.Unlock()
		lea, _ := r.joins("lea")
		r.h.Moved(moved)
		synctest.Wait()
		if got, _, _ := c.got(); len(got) != 1 {
			t.Errorf("jonas has %d batches of the one change", len(got))
		}
		jonas.Closed(link.End{})
		lea.Closed(link.End{})
	})
}

// TestWhatACommitSaidIsGoodUntilSomethingFollows tells the hub of a change after
// another process has committed more, of which the hub has not heard: a later
// change of the lane is read with it, and who lost their rights gets neither.
func TestWhatACommitSaidIsGoodUntilSomethingFollows(t *testing.T) {
	for name, later := range map[string]struct {
		change       func(b *book)
		handed, read uint64
		batches      int
	}{
		"nothing":          {func(*book) {}, 1, 0, 1},
		"a later change":   {func(b *book) { b.heads[hosting]++ }, 0, 1, 1},
		"rights withdrawn": {func(b *book) { b.rights++; b.actors["jonas"] = desk.Actor{Person: "jonas", Role: desk.Engineer} }, 1, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				jonas, c := r.joins("jonas")
				before := r.h.Counters()
				r.b.mu.Lock()
				r.b.heads[hosting]++
				told := desk.Move{
					From: r.b.cursor(hosting, 0), To: r.b.cursor(hosting, 1), Known: true,
					Items: []desk.Item{{Kind: desk.ItemDelta, Ticket: ticket, Version: 1, Head: make([]byte, 10), FromSeq: 1}},
				}
				later.change(r.b)
				r.b.mu.Unlock()
				r.h.Moved([]desk.Move{told})
				synctest.Wait()
				now := r.h.Counters()
				got, _, _ := c.got()
				if h, n := now.Handed-before.Handed, now.Reads-before.Reads; h != later.handed || n != later.read || len(got) != later.batches {
					t.Errorf("%d steps as told, %d read, %d batches; want %d, %d, %d", h, n, len(got), later.handed, later.read, later.batches)
				}
				jonas.Closed(link.End{})
			})
		})
	}
}

// TestWhatWasVouchedForIsOldOnceTheLaneMovedOn has jonas wait with a full window
// while a commit is told, and then learns, from somebody who comes, of a change
// by another process: what jonas gets is read, not made of what was told.
func TestWhatWasVouchedForIsOldOnceTheLaneMovedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		jonas, c := r.joins("jonas")
		var seq uint64
		for range wire.Window {
			seq = r.moves()
		}
		r.b.mu.Lock()
		r.b.heads[hosting]++
		told := desk.Move{
			From: r.b.cursor(hosting, seq), To: r.b.cursor(hosting, seq+1), Known: true,
			Items: []desk.Item{{Kind: desk.ItemDelta, Ticket: ticket, Version: seq + 1, Head: make([]byte, 10), FromSeq: seq + 1}},
		}
		r.b.mu.Unlock()
		r.h.Moved([]desk.Move{told})
		synctest.Wait()
		r.b.mu.Lock()
		r.b.heads[hosting]++
		r.b.mu.Unlock()
		lea, _ := r.joins("lea")
		before := r.h.Counters()
		r.says(jonas, wire.Ack{Lane: hosting, Seq: seq})
		synctest.Wait()
		now := r.h.Counters()
		if got, _, _ := c.got(); len(got) != wire.Window+1 || now.Handed != before.Handed || now.Reads != before.Reads+1 {
			t.Errorf("%d batches, %d made of what was told, %d read", len(got), now.Handed-before.Handed, now.Reads-before.Reads)
		}
		for _, s := range []*hub.Session{jonas, lea} {
			s.Closed(link.End{})
		}
	})
}

// TestARushIsCleanedUpAfter counts collections: none for the few, none while
// they keep coming, one when no more come.
func TestARushIsCleanedUpAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		var all []*hub.Session
		come := func(n int) {
			for range n {
				p := desk.PersonID(fmt.Sprint("c", len(all)))
				r.b.mu.Lock()
				r.b.actors[p] = desk.Actor{Person: p, Role: desk.Customer}
				r.b.mu.Unlock()
				s, _ := r.joins(p)
				all = append(all, s)
			}
		}
		after := func(d time.Duration, want int64) {
			t.Helper()
			time.Sleep(d)
			synctest.Wait()
			if n := r.collected.Load(); n != want {
				t.Errorf("%d sessions, %d collections, want %d", len(all), n, want)
			}
		}
		come(200)
		after(time.Minute, 0)
		for range 10 {
			come(20)
			after(time.Second, 0)
		}
		after(2*time.Second, 1)
		come(200)
		after(time.Minute, 1)
		for _, s := range all {
			s.Closed(link.End{})
		}
	})
}
