package engine_test

import (
	"bytes"
	"errors"
	"slices"
	"sync"

	"docket/app/desk"
	"docket/sync/engine"
	"docket/sync/wire"
)

// model is a Store by the book, in memory and without any cleverness: the
// reference the real cache is compared with.
type model struct {
	changed func()

	mu      sync.Mutex // guards what follows
	cursors map[desk.LaneID]desk.Cursor
	shows   map[desk.LaneID]map[desk.TicketID]bool // which lane shows which tickets
	refs    map[desk.LaneID]map[string]desk.Ref
	tickets map[desk.TicketID]*modelTicket
	snaps   map[desk.LaneID]*modelSnap
	meta    map[string][]byte
	me      desk.Actor
	// gaps and fetched count what should be rare.
	gaps, fetched, pages int
}

type modelTicket struct {
	version uint64
	head    []byte
	entries [][]byte
	from    uint64 // the Seq of the first of them
	read    uint64
}

type modelSnap struct {
	asOf    uint64
	token   string
	tickets map[desk.TicketID]bool
	refs    map[string]desk.Ref
	total   int
	begun   bool
}

func newModel(changed func()) *model {
	return &model{
		changed: changed,
		cursors: map[desk.LaneID]desk.Cursor{}, shows: map[desk.LaneID]map[desk.TicketID]bool{},
		refs: map[desk.LaneID]map[string]desk.Ref{}, tickets: map[desk.TicketID]*modelTicket{},
		snaps: map[desk.LaneID]*modelSnap{}, meta: map[string][]byte{},
	}
}

func (m *model) Cursors() ([]desk.Cursor, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []desk.Cursor
	for id, c := range m.cursors {
		if m.snaps[id] == nil {
			out = append(out, c)
		}
	}
	return out, nil
}

// take stores what an item says of a ticket and reports whether it is whole.
func (m *model) take(it desk.Item) bool {
	t := m.tickets[it.Ticket]
	if t == nil {
		t = &modelTicket{}
		m.tickets[it.Ticket] = t
	}
	if it.Read > t.read {
		t.read = it.Read
	}
	if it.Version >= t.version {
		t.version, t.head = it.Version, it.Head
		if begins := t.begins(); begins != t.from {
			t.from, t.entries = begins, nil
		}
	}
	for i, e := range it.Entries {
		at := int(it.FromSeq) - int(t.from) + i
		if at == len(t.entries) {
			t.entries = append(t.entries, e)
		}
	}
	return t.whole()
}

func (m *model) show(lane desk.LaneID, id desk.TicketID) {
	if m.shows[lane] == nil {
		m.shows[lane] = map[desk.TicketID]bool{}
	}
	m.shows[lane][id] = true
}

func (m *model) purge() {
	for id := range m.tickets {
		shown := false
		for _, s := range m.shows {
			shown = shown || s[id]
		}
		for _, s := range m.snaps {
			shown = shown || s.tickets[id]
		}
		if !shown {
			delete(m.tickets, id)
		}
	}
}

func (m *model) Apply(b desk.Batch) ([]desk.TicketID, error) {
	defer m.changed()
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.cursors[b.Lane]
	if !ok || c.Epoch != b.Epoch || b.Prev > c.Seq || b.Last > c.Seq && b.Prev != c.Seq {
		m.gaps++
		return nil, engine.ErrGap
	}
	if b.Last <= c.Seq {
		return nil, nil
	}
	var missing []desk.TicketID
	for _, it := range b.Items {
		switch it.Kind {
		case desk.ItemEnter, desk.ItemDelta:
			m.show(b.Lane, it.Ticket)
			if !m.take(it) {
				missing = append(missing, it.Ticket)
			}
		case desk.ItemLeave:
			delete(m.shows[b.Lane], it.Ticket)
		case desk.ItemPurge:
			for _, s := range m.shows {
				delete(s, it.Ticket)
			}
		case desk.ItemRead:
			if t := m.tickets[it.Ticket]; t != nil && it.Read > t.read {
				t.read = it.Read
			}
		case desk.ItemRef:
			m.ref(b.Lane)[string(it.Ref.Kind)+"/"+it.Ref.ID] = *it.Ref
		case desk.ItemUnref:
			delete(m.ref(b.Lane), string(it.Ref.Kind)+"/"+it.Ref.ID)
		}
	}
	m.cursors[b.Lane] = desk.Cursor{Lane: b.Lane, Epoch: b.Epoch, Seq: b.Last, Hash: b.Hash}
	m.purge()
	return missing, nil
}

func (m *model) ref(lane desk.LaneID) map[string]desk.Ref {
	if m.refs[lane] == nil {
		m.refs[lane] = map[string]desk.Ref{}
	}
	return m.refs[lane]
}

func (m *model) PutWhole(items []desk.Item) ([]desk.TicketID, error) {
	defer m.changed()
	m.mu.Lock()
	defer m.mu.Unlock()
	var missing []desk.TicketID
	for _, it := range items {
		m.fetched++
		if it.Kind != desk.ItemEnter {
			delete(m.tickets, it.Ticket)
			for _, s := range m.shows {
				delete(s, it.Ticket)
			}
			continue
		}
		shown := false
		for _, s := range m.shows {
			shown = shown || s[it.Ticket]
		}
		for _, s := range m.snaps {
			shown = shown || s.tickets[it.Ticket]
		}
		if shown && !m.take(it) {
			missing = append(missing, it.Ticket)
		}
	}
	return missing, nil
}

func (m *model) SnapshotStart(lane desk.LaneID, resume bool) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.snaps[lane]; s != nil && resume {
		return s.token, nil
	}
	m.snaps[lane] = &modelSnap{tickets: map[desk.TicketID]bool{}, refs: map[string]desk.Ref{}}
	return "", nil
}

func (m *model) SnapshotPage(p desk.Page) ([]desk.TicketID, error) {
	defer m.changed()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pages++
	s := m.snaps[p.Lane]
	if s == nil || s.begun && s.asOf != p.AsOf {
		return nil, engine.ErrSnapshotChanged
	}
	s.begun, s.asOf, s.token, s.total = true, p.AsOf, p.Next, p.Total
	var missing []desk.TicketID
	for _, it := range p.Items {
		if it.Kind == desk.ItemRef {
			s.refs[string(it.Ref.Kind)+"/"+it.Ref.ID] = *it.Ref
			continue
		}
		s.tickets[it.Ticket] = true
		if !m.take(it) {
			missing = append(missing, it.Ticket)
		}
	}
	if p.Next == "" {
		m.shows[p.Lane], m.refs[p.Lane] = s.tickets, s.refs
		delete(m.snaps, p.Lane)
		m.cursors[p.Lane] = desk.Cursor{Lane: p.Lane, Epoch: p.Epoch, Seq: p.AsOf, Hash: p.Hash}
		m.purge()
	}
	return missing, nil
}

func (m *model) SnapshotProgress() (done, total int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.snaps {
		done, total = done+len(s.tickets), total+s.total
	}
	return done, total
}

func (m *model) KeepLanes(lanes []desk.LaneID) error {
	defer m.changed()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, drop := range []func(keep func(desk.LaneID) bool){
		func(keep func(desk.LaneID) bool) { dropFrom(m.cursors, keep) },
		func(keep func(desk.LaneID) bool) { dropFrom(m.shows, keep) },
		func(keep func(desk.LaneID) bool) { dropFrom(m.refs, keep) },
		func(keep func(desk.LaneID) bool) { dropFrom(m.snaps, keep) },
	} {
		drop(func(id desk.LaneID) bool { return slices.Contains(lanes, id) })
	}
	m.purge()
	return nil
}

func dropFrom[V any](m map[desk.LaneID]V, keep func(desk.LaneID) bool) {
	for id := range m {
		if !keep(id) {
			delete(m, id)
		}
	}
}

func (m *model) Missing() ([]desk.TicketID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []desk.TicketID
	for id, t := range m.tickets {
		if !t.whole() {
			out = append(out, id)
		}
	}
	return out, nil
}

func (t *modelTicket) now() (head desk.Ticket) {
	if err := wire.Unmarshal(t.head, &head); err != nil {
		panic(err)
	}
	return head
}

// begins is where its reader's part of the conversation begins (BEHAVIOURS 2.14).
func (t *modelTicket) begins() uint64 { return max(t.now().Begins, 1) }

func (t *modelTicket) whole() bool { return t.now().LastSeq < t.from+uint64(len(t.entries)) }

func (m *model) SetMe(a desk.Actor) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.me = a
	return nil
}

func (m *model) Meta(key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.meta[key], nil
}

func (m *model) SetMeta(key string, v []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.meta[key] = bytes.Clone(v)
	return nil
}

// Ticket and Entries are as the cache's.
func (m *model) Ticket(id desk.TicketID) (desk.Ticket, uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.tickets[id]
	if t == nil {
		return desk.Ticket{}, 0, desk.ErrNotFound
	}
	var head desk.Ticket
	err := wire.Unmarshal(t.head, &head)
	return head, t.read, err
}

func (m *model) Entries(id desk.TicketID, _ uint64, _ int) ([]desk.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.tickets[id]
	if t == nil {
		return nil, desk.ErrNotFound
	}
	out := make([]desk.Entry, len(t.entries))
	var errs []error
	for i, b := range t.entries {
		errs = append(errs, wire.Unmarshal(b, &out[i]))
	}
	return out, errors.Join(errs...)
}

// Place gives the reference data, later lanes over earlier ones.
func (m *model) Place() (desk.Place, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := desk.Desk{}.Place()
	var errs []error
	for _, refs := range m.refs {
		for _, r := range refs {
			switch r.Kind {
			case desk.RefDesk:
				var d desk.Desk
				errs = append(errs, wire.Unmarshal(r.Body, &d))
				people, orgs := p.People, p.Orgs
				p = d.Place()
				p.People, p.Orgs = people, orgs
			case desk.RefPerson:
				var x desk.Person
				errs = append(errs, wire.Unmarshal(r.Body, &x))
				p.People[x.ID] = x
			case desk.RefOrg:
				var x desk.Organization
				errs = append(errs, wire.Unmarshal(r.Body, &x))
				p.Orgs[x.ID] = x
			}
		}
	}
	return p, errors.Join(errs...)
}
