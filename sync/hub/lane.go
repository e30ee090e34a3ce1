package hub

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/sync/link"
	"docket/sync/wire"
)

const (
	stepItems = 200             // most items in a batch
	keptSteps = 16              // most steps kept for a lane
	keptBytes = 4 << 20         // and most bytes
	keptFor   = 5 * time.Second // sessions at one cursor come within moments or not at all
)

// lane is a lane that somebody listens to.
type lane struct {
	id desk.LaneID
	// reader is the one person who can listen, in a user lane.
	reader desk.PersonID
	head   atomic.Uint64

	sessions map[*Session]struct{} // guarded by Hub.mu

	mu    sync.Mutex // guards steps; held while one is read
	steps []*step
	bytes int

	told told
}

func newLane(id desk.LaneID) *lane {
	return &lane{id: id, reader: access.ReaderOf(id), sessions: map[*Session]struct{}{}}
}

// raise notes a new head and reports whether it was news.
func (l *lane) raise(seq uint64) bool {
	for {
		old := l.head.Load()
		if seq <= old {
			return false
		}
		if l.head.CompareAndSwap(old, seq) {
			return true
		}
	}
}

// step leads from one cursor of a lane to a later one. It is shared and never
// changed.
type step struct {
	from, to desk.Cursor
	rights   uint64 // of the snapshot it was read in
	frame    *link.Shared
	at       time.Time
	// head is the newest change of the lane it knows of. Once there is a newer
	// one the step may tell of what has left the lane since, and is read anew.
	head uint64
	// batch and readers are there when the batch makes tickets visible that
	// somebody has read: those people get a frame of their own, because an
	// entering ticket says how far its reader had read.
	batch   desk.Batch
	readers map[desk.TicketID]map[desk.PersonID]uint64
	// tells is which tickets of a shared lane it has, in which version.
	tells []version
}

type version struct {
	ticket desk.TicketID
	n      uint64
}

// step gives the way on from a cursor; nil and no error when the cursor is no
// place in the lane's history any more. told is what the reader of a lane of
// their own was told of late, from lanes they share with others.
func (h *Hub) step(l *lane, from desk.Cursor, told []version) (*step, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	head := l.head.Load()
	for _, s := range l.steps {
		if s.head >= head && s.from.Seq == from.Seq && s.from.Epoch == from.Epoch && bytes.Equal(s.from.Hash, from.Hash) {
			h.count.shared.Add(1)
			return s, nil
		}
	}
	var sent map[desk.TicketID]uint64
	if l.reader != "" && len(told) > 0 {
		sent = make(map[desk.TicketID]uint64, len(told))
		for _, v := range told {
			sent[v.ticket] = max(sent[v.ticket], v.n)
		}
	}
	s := &step{from: from, at: time.Now()}
	if way, rights, ok := l.told.way(from, head); ok {
		h.count.handed.Add(1)
		s.batch, s.rights = beside(batchOf(way), sent), rights
		return h.finish(l, s, head)
	}
	h.count.reads.Add(1)
	ok := false
	err := h.cfg.Store.View(h.ctx, func(tx Tx) (err error) {
		if s.rights, err = tx.RightsRevision(); err != nil {
			return err
		}
		if s.batch, ok, err = tx.BatchBeside(l.id, from, l.reader, stepItems, sent); err != nil || !ok {
			return err
		}
		s.readers, err = readersOf(tx, l, s.batch)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read lane %s: %w", l.id, err)
	}
	if !ok {
		return nil, nil
	}
	return h.finish(l, s, head)
}

// isPlace reports whether step would lead on from a cursor.
func (h *Hub) isPlace(l *lane, at desk.Cursor) (ok bool, err error) {
	err = h.cfg.Store.View(h.ctx, func(tx Tx) error {
		ok, err = tx.IsPlace(l.id, at)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look for a place in lane %s: %w", l.id, err)
	}
	return ok, nil
}

// finish makes a step of its batch.
func (h *Hub) finish(l *lane, s *step, head uint64) (_ *step, err error) {
	s.to = desk.Cursor{Lane: l.id, Epoch: s.batch.Epoch, Seq: s.batch.Last, Hash: s.batch.Hash}
	s.head = max(head, s.to.Seq)
	if s.to.Seq == s.from.Seq {
		return s, nil // nothing new; not worth keeping
	}
	if s.frame, err = h.encode(s.batch); err != nil {
		return nil, err
	}
	if l.reader == "" {
		for _, it := range s.batch.Items {
			if it.Kind == desk.ItemEnter || it.Kind == desk.ItemDelta {
				s.tells = append(s.tells, version{it.Ticket, it.Version})
			}
		}
	}
	if len(s.readers) == 0 {
		s.batch = desk.Batch{}
	}
	h.keep(l, s)
	return s, nil
}

// beside leaves the entries out that were sent, as the store does it.
func beside(b desk.Batch, sent map[desk.TicketID]uint64) desk.Batch {
	if len(sent) == 0 {
		return b
	}
	b.Items = slices.Clone(b.Items)
	for i := range b.Items {
		if it := &b.Items[i]; it.Kind == desk.ItemDelta && sent[it.Ticket] >= it.Version {
			it.FromSeq += uint64(len(it.Entries))
			it.Entries = nil
		}
	}
	return b
}

func (h *Hub) encode(b desk.Batch) (*link.Shared, error) {
	h.count.encodes.Add(1)
	raw, err := wire.EncodeFrame(wire.FitBatch(b))
	if err != nil {
		return nil, fmt.Errorf("encode batch of %s: %w", b.Lane, err)
	}
	return link.NewShared(raw), nil
}

// readersOf finds who has read what enters a shared lane. In a lane with one
// reader the store has filled it in.
func readersOf(tx Tx, l *lane, b desk.Batch) (map[desk.TicketID]map[desk.PersonID]uint64, error) {
	if l.reader != "" {
		return nil, nil
	}
	var out map[desk.TicketID]map[desk.PersonID]uint64
	for _, it := range b.Items {
		if it.Kind != desk.ItemEnter {
			continue
		}
		who, err := tx.Readers(it.Ticket)
		if err != nil {
			return nil, err
		}
		if len(who) > 0 {
			if out == nil {
				out = map[desk.TicketID]map[desk.PersonID]uint64{}
			}
			out[it.Ticket] = who
		}
	}
	return out, nil
}

// frameFor gives the shared frame, or one of its own to somebody who had read
// what enters.
func (h *Hub) frameFor(s *step, person desk.PersonID) (*link.Shared, error) {
	if len(s.readers) == 0 {
		return s.frame, nil
	}
	mine := map[desk.TicketID]uint64{}
	for t, who := range s.readers {
		if n := who[person]; n > 0 {
			mine[t] = n
		}
	}
	if len(mine) == 0 {
		return s.frame, nil
	}
	b := s.batch
	b.Items = append([]desk.Item(nil), b.Items...)
	for i := range b.Items {
		if b.Items[i].Kind == desk.ItemEnter {
			b.Items[i].Read = mine[b.Items[i].Ticket]
		}
	}
	return h.encode(b)
}

// keep holds a step for the other sessions at its cursor. A lane with one
// reader has none worth keeping for.
func (h *Hub) keep(l *lane, s *step) {
	if l.reader != "" {
		return
	}
	l.steps = append(l.steps, s)
	l.bytes += s.frame.Len()
	for len(l.steps) > keptSteps || l.bytes > keptBytes && len(l.steps) > 1 {
		l.dropFirst()
	}
	h.warmed(l)
}

func (h *Hub) warmed(l *lane) {
	h.warmMu.Lock()
	defer h.warmMu.Unlock()
	h.warm[l] = struct{}{}
}

func (l *lane) dropFirst() {
	l.bytes -= l.steps[0].frame.Len()
	l.steps[0] = nil
	l.steps = l.steps[1:]
}

// cool forgets steps nobody will ask for any more.
func (h *Hub) cool() {
	h.warmMu.Lock()
	lanes := maps.Clone(h.warm)
	h.warmMu.Unlock()
	for l := range lanes {
		l.mu.Lock()
		for len(l.steps) > 0 && time.Since(l.steps[0].at) > keptFor {
			l.dropFirst()
		}
		if cold := l.told.cool(); cold && len(l.steps) == 0 {
			l.steps = nil
			h.warmMu.Lock()
			delete(h.warm, l)
			h.warmMu.Unlock()
		}
		l.mu.Unlock()
	}
}
