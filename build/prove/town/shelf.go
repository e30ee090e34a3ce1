package town

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"docket/app/desk"
	"docket/sync/wire"
)

// Shelf is a client's copy by the book: plain maps and no cleverness. It
// refuses what a server must not send. It is not safe for several goroutines.
type Shelf struct {
	Lanes   map[desk.LaneID]*ShelfLane
	Tickets map[desk.TicketID]*ShelfTicket
}

// ShelfLane is where a lane stands and what it shows.
type ShelfLane struct {
	At      desk.Cursor
	Loading bool // a snapshot is under way
	Shows   map[desk.TicketID]bool
	Refs    map[string]desk.Ref

	asOf    uint64
	begun   bool
	showing map[desk.TicketID]bool // by the snapshot
	refs    map[string]desk.Ref
}

// ShelfTicket is a ticket as it came.
type ShelfTicket struct {
	Version uint64
	Head    []byte
	// From is the Seq of the first of Entries.
	From    int
	Entries [][]byte
	Read    uint64
}

// NewShelf gives an empty one.
func NewShelf() *Shelf {
	return &Shelf{Lanes: map[desk.LaneID]*ShelfLane{}, Tickets: map[desk.TicketID]*ShelfTicket{}}
}

// Clone copies it; what came is shared, since it never changes.
func (s *Shelf) Clone() *Shelf {
	c := NewShelf()
	for id, l := range s.Lanes {
		x := *l
		x.Shows, x.Refs, x.showing, x.refs = maps.Clone(l.Shows), maps.Clone(l.Refs), maps.Clone(l.showing), maps.Clone(l.refs)
		c.Lanes[id] = &x
	}
	for id, t := range s.Tickets {
		x := *t
		x.Entries = slices.Clip(t.Entries)
		c.Tickets[id] = &x
	}
	return c
}

// Cursors gives where the complete lanes stand, sorted.
func (s *Shelf) Cursors() []desk.Cursor {
	var out []desk.Cursor
	for _, id := range slices.Sorted(maps.Keys(s.Lanes)) {
		if l := s.Lanes[id]; !l.Loading {
			out = append(out, l.At)
		}
	}
	return out
}

// Keep drops every other lane and what no lane shows any more.
func (s *Shelf) Keep(lanes []desk.LaneID) {
	maps.DeleteFunc(s.Lanes, func(id desk.LaneID, _ *ShelfLane) bool { return !slices.Contains(lanes, id) })
	s.purge()
}

func (s *Shelf) purge() {
	maps.DeleteFunc(s.Tickets, func(id desk.TicketID, _ *ShelfTicket) bool { return !s.shown(id) })
}

func (s *Shelf) shown(id desk.TicketID) bool {
	for _, l := range s.Lanes {
		if l.Shows[id] || l.showing[id] {
			return true
		}
	}
	return false
}

// Load begins a lane's snapshot.
func (s *Shelf) Load(id desk.LaneID) {
	l := s.Lanes[id]
	if l == nil {
		l = &ShelfLane{Shows: map[desk.TicketID]bool{}, Refs: map[string]desk.Ref{}}
		s.Lanes[id] = l
	}
	l.Loading, l.begun, l.showing, l.refs = true, false, map[desk.TicketID]bool{}, map[string]desk.Ref{}
}

// Stop gives up the snapshots under way; they begin anew.
func (s *Shelf) Stop() {
	maps.DeleteFunc(s.Lanes, func(_ desk.LaneID, l *ShelfLane) bool { return l.Loading })
	s.purge()
}

// Page takes a page of a snapshot. again says that the snapshot has to begin
// anew, missing are tickets to be fetched whole.
func (s *Shelf) Page(p desk.Page) (again bool, missing []desk.TicketID, err error) {
	l := s.Lanes[p.Lane]
	if l == nil || !l.Loading {
		return false, nil, nil // it was dropped since
	}
	if l.begun && l.asOf != p.AsOf {
		s.Load(p.Lane)
		return true, nil, nil
	}
	l.begun, l.asOf = true, p.AsOf
	for _, it := range p.Items {
		if it.Kind == desk.ItemRef {
			l.refs[refName(it.Ref)] = *it.Ref
			continue
		}
		l.showing[it.Ticket] = true
		whole, err := s.take(it)
		if err != nil {
			return false, nil, err
		}
		if !whole {
			missing = append(missing, it.Ticket)
		}
	}
	if p.Next == "" {
		l.Shows, l.Refs, l.showing, l.refs, l.Loading = l.showing, l.refs, nil, nil, false
		l.At = desk.Cursor{Lane: p.Lane, Epoch: p.Epoch, Seq: p.AsOf, Hash: p.Hash}
		s.purge()
	}
	return false, missing, nil
}

// Apply takes a batch.
func (s *Shelf) Apply(b desk.Batch) (missing []desk.TicketID, err error) {
	l := s.Lanes[b.Lane]
	switch {
	case l == nil:
		return nil, fmt.Errorf("a batch of %s, which is not ours", b.Lane)
	case l.Loading:
		return nil, nil // it was on its way when the snapshot was asked for
	case l.At.Epoch != b.Epoch || l.At.Seq != b.Prev || b.Last <= b.Prev:
		return nil, fmt.Errorf("a batch of %s from %d to %d where %d stands", b.Lane, b.Prev, b.Last, l.At.Seq)
	}
	for _, it := range b.Items {
		switch it.Kind {
		case desk.ItemEnter, desk.ItemDelta:
			l.Shows[it.Ticket] = true
			whole, err := s.take(it)
			if err != nil {
				return nil, err
			}
			if !whole {
				missing = append(missing, it.Ticket)
			}
		case desk.ItemLeave:
			delete(l.Shows, it.Ticket)
		case desk.ItemPurge:
			for _, x := range s.Lanes {
				delete(x.Shows, it.Ticket)
				delete(x.showing, it.Ticket)
			}
		case desk.ItemRead:
			if t := s.Tickets[it.Ticket]; t != nil {
				t.Read = max(t.Read, it.Read)
			}
		case desk.ItemRef:
			l.Refs[refName(it.Ref)] = *it.Ref
		case desk.ItemUnref:
			delete(l.Refs, refName(it.Ref))
		}
	}
	l.At = desk.Cursor{Lane: b.Lane, Epoch: b.Epoch, Seq: b.Last, Hash: b.Hash}
	s.purge()
	return missing, nil
}

// Whole takes tickets as fetched.
func (s *Shelf) Whole(items []desk.Item) error {
	for _, it := range items {
		if it.Kind != desk.ItemEnter {
			for _, l := range s.Lanes {
				delete(l.Shows, it.Ticket)
				delete(l.showing, it.Ticket)
			}
			delete(s.Tickets, it.Ticket)
			continue
		}
		if s.shown(it.Ticket) {
			if _, err := s.take(it); err != nil {
				return err
			}
		}
	}
	return nil
}

func refName(r *desk.Ref) string { return string(r.Kind) + "/" + r.ID }

// take keeps what an item says of a ticket and reports whether it is whole.
func (s *Shelf) take(it desk.Item) (bool, error) {
	t := s.Tickets[it.Ticket]
	if t == nil {
		t = &ShelfTicket{}
		s.Tickets[it.Ticket] = t
	}
	t.Read = max(t.Read, it.Read)
	if it.Version >= t.Version {
		t.Version, t.Head = it.Version, it.Head
	}
	var head desk.Ticket
	if err := wire.Unmarshal(t.Head, &head); err != nil {
		return false, err
	}
	if begins := max(int(head.Begins), 1); begins != t.From {
		t.From, t.Entries = begins, nil
	}
	for i, e := range it.Entries {
		switch at := int(it.FromSeq) - t.From + i; {
		case at < 0:
			return false, fmt.Errorf("entry %d of %s came, which begins at %d", int(it.FromSeq)+i, it.Ticket, t.From)
		case at == len(t.Entries):
			t.Entries = append(t.Entries, e)
		case at < len(t.Entries) && !bytes.Equal(t.Entries[at], e):
			return false, fmt.Errorf("entry %d of %s came with two contents", at+1, it.Ticket)
		}
	}
	return int(head.LastSeq) < t.From+len(t.Entries), nil
}

// Text is everything on the shelf, for a search.
func (s *Shelf) Text() []byte {
	var b bytes.Buffer
	for _, t := range s.Tickets {
		b.Write(t.Head)
		b.WriteByte('\n')
		for _, e := range t.Entries {
			b.Write(e)
			b.WriteByte('\n')
		}
	}
	for _, l := range s.Lanes {
		for _, r := range l.Refs {
			b.Write(r.Body)
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}
