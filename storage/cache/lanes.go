package cache

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
)

// laneState is what is stored of a lane.
type laneState struct {
	// No stands for the lane in keys.
	No uint32 `json:"no"`
	// Whole is set once a snapshot was complete; Epoch, Seq and Hash are the
	// cursor from then on.
	Whole bool   `json:"whole"`
	Epoch string `json:"epoch"`
	Seq   uint64 `json:"seq"`
	Hash  []byte `json:"hash,omitempty"`
	// Gen is the generation of the newest snapshot begun. What a snapshot
	// shows is marked with its generation; what is not marked at its end is
	// not in the lane any more.
	Gen  uint32    `json:"gen"`
	Snap *snapshot `json:"snap,omitempty"`
	// Dropping is set while the lane is being removed.
	Dropping bool `json:"dropping,omitempty"`
}

// snapshot is one under way.
type snapshot struct {
	Token    string `json:"token"`
	Epoch    string `json:"epoch"`
	AsOf     uint64 `json:"as_of"`
	Hash     []byte `json:"hash,omitempty"`
	Total    int    `json:"total"`
	Done     int    `json:"done"`
	Begun    bool   `json:"begun"`
	Sweeping bool   `json:"sweeping"`
}

func (c *Cache) loadLanes(txn *badger.Txn) error {
	it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{kindLane}})
	defer it.Close()
	numbers := map[uint32]bool{}
	for it.Rewind(); it.Valid(); it.Next() {
		k := it.Item().KeyCopy(nil)
		b, err := valueOf(txn, k, it.Item())
		if err != nil {
			return err
		}
		st := &laneState{}
		if err := c.codec.Unmarshal(b, st); err != nil {
			return fmt.Errorf("decode lane: %w", err)
		}
		if st.No == 0 || numbers[st.No] {
			return fmt.Errorf("two lanes of one number: %w", errMismatch)
		}
		numbers[st.No] = true
		c.lanes[desk.LaneID(k[1:])] = st
	}
	return nil
}

// putLane stores a lane and brings the memory to it at the commit.
func (w *writer) putLane(lane desk.LaneID, st laneState) error {
	b, err := w.c.codec.Marshal(st)
	if err != nil {
		return fmt.Errorf("encode lane: %w", err)
	}
	if w.c.lanes[lane] == nil {
		w.total.Lanes++
	}
	w.after = append(w.after, func() { w.c.lanes[lane] = &st })
	return w.put(laneKey(lane), b)
}

// Cursors gives where every lane stands. Lanes whose first snapshot is not
// complete are not listed.
func (c *Cache) Cursors() ([]desk.Cursor, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.db == nil {
		return nil, errClosed
	}
	var out []desk.Cursor
	for _, lane := range slices.Sorted(maps.Keys(c.lanes)) {
		st := c.lanes[lane]
		if st.Whole && st.Snap == nil && !st.Dropping {
			out = append(out, desk.Cursor{Lane: lane, Epoch: st.Epoch, Seq: st.Seq, Hash: st.Hash})
		}
	}
	return out, nil
}

// Apply commits a batch and its cursor together; a batch too large for one
// commit is cut, and the cursor goes with the last piece. Doing it twice is
// doing it once: a batch that lies behind the cursor changes nothing.
func (c *Cache) Apply(b desk.Batch) (Applied, error) {
	return c.update(func(w *writer) error {
		st := c.lanes[b.Lane]
		if st == nil || !st.Whole || st.Dropping || st.Snap != nil || st.Epoch != b.Epoch || b.Prev > st.Seq || b.Last < b.Prev {
			return ErrGap
		}
		if b.Last <= st.Seq {
			return nil
		}
		for _, it := range b.Items {
			if err := w.item(st, st.Gen, it); err != nil {
				return err
			}
			if err := w.flushIfFull(); err != nil {
				return err
			}
		}
		next := *st
		next.Seq, next.Hash = b.Last, b.Hash
		return w.putLane(b.Lane, next)
	})
}

// item applies one lane item.
func (w *writer) item(lane *laneState, gen uint32, it desk.Item) error {
	switch it.Kind {
	case desk.ItemEnter, desk.ItemDelta:
		return w.ticket(lane, gen, it)
	case desk.ItemRef, desk.ItemUnref:
		return w.ref(lane, gen, it)
	}
	t, err := packID(it.Ticket)
	if err != nil {
		return badItem(err)
	}
	switch it.Kind {
	case desk.ItemLeave:
		return w.leave(lane, t)
	case desk.ItemPurge:
		rec, err := w.record(t)
		if rec == nil || err != nil {
			return err
		}
		return w.deleted(t, rec)
	case desk.ItemRead:
		return w.read(t, func(r *record) { r.Read = max(r.Read, it.Read) })
	}
	// A kind of a newer server. What it means is not known, so it may not be
	// passed over: the cursor stays.
	return badItem(fmt.Errorf("item of kind %.20q", it.Kind))
}

// deleted purges a ticket that is gone for everybody.
func (w *writer) deleted(t tid, rec *record) error {
	if w.c.onPurge != nil {
		if err := w.flush(); err != nil { // so that it is read as it is
			return err
		}
		head, err := w.c.head(rec)
		if err != nil {
			return err
		}
		entries, err := w.c.EntriesAfter(head.ID, 0)
		if err != nil {
			return err
		}
		if err := w.c.onPurge(head, entries); err != nil {
			return err
		}
	}
	if err := w.purge(t, rec); err != nil {
		return err
	}
	w.removed[len(w.removed)-1].Purged = true
	return nil
}

// read changes how far the person has read.
func (w *writer) read(t tid, change func(*record)) error {
	old, err := w.record(t)
	if old == nil || err != nil {
		return err
	}
	rec := *old
	change(&rec)
	if same(old, &rec) {
		return nil
	}
	return w.store(t, old, &rec)
}

// SetRead moves the read position forward on this computer, ahead of the server.
func (c *Cache) SetRead(id desk.TicketID, seq uint64) (Applied, error) {
	return c.setRead(id, func(r *record) {
		r.Read, r.Unread = max(r.Read, min(seq, r.LastSeq)), false
	})
}

// SetUnread marks a ticket unread on this computer until SetRead.
func (c *Cache) SetUnread(id desk.TicketID) (Applied, error) {
	return c.setRead(id, func(r *record) { r.Unread = true })
}

func (c *Cache) setRead(id desk.TicketID, change func(*record)) (Applied, error) {
	t, err := packID(id)
	if err != nil {
		return Applied{}, notHere()
	}
	return c.update(func(w *writer) error { return w.read(t, change) })
}

// PutWhole stores whole tickets as fetched; kind leave or purge removes one. A
// ticket that no lane shows is not kept.
func (c *Cache) PutWhole(items []desk.Item) (Applied, error) {
	return c.update(func(w *writer) error {
		for _, it := range items {
			t, err := packID(it.Ticket)
			if err != nil {
				return badItem(err)
			}
			old, err := w.record(t)
			if err != nil {
				return err
			}
			switch {
			case old == nil:
			case it.Kind == desk.ItemLeave || it.Kind == desk.ItemPurge:
				err = w.purge(t, old)
			default:
				err = w.ticket(nil, 0, it)
			}
			if err != nil {
				return err
			}
			if err := w.flushIfFull(); err != nil {
				return err
			}
		}
		return nil
	})
}

// Missing lists the tickets whose entries do not join up and which are to be
// fetched; it is kept over a restart.
func (c *Cache) Missing() ([]desk.TicketID, error) {
	var out []desk.TicketID
	err := c.view(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{kindMissing}})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			if k := it.Item().Key(); len(k) == 17 {
				out = append(out, tid(k[1:]).id())
			}
		}
		return nil
	})
	return out, err
}

// SnapshotStart begins a lane's snapshot and gives the token to pull with. If
// resume is set and one was begun earlier, also before a restart, it is
// continued with its token.
func (c *Cache) SnapshotStart(lane desk.LaneID, resume bool) (token string, err error) {
	_, err = c.update(func(w *writer) error {
		st := laneState{}
		if old := c.lanes[lane]; old != nil {
			st = *old
		} else {
			for _, l := range c.lanes {
				st.No = max(st.No, l.No)
			}
			st.No++
		}
		if resume && st.Snap != nil {
			token = st.Snap.Token
			return nil
		}
		st.Gen++
		st.Snap = &snapshot{}
		return w.putLane(lane, st)
	})
	return token, err
}

// SnapshotPage commits a page and the token of the next. The page without one
// ends the snapshot: what the lane no longer holds leaves, and the cursor moves.
func (c *Cache) SnapshotPage(p desk.Page) (Applied, error) {
	return c.update(func(w *writer) error {
		w.snapshot, w.bulk = true, p.Total > mostInline
		st := c.lanes[p.Lane]
		if st == nil || st.Snap == nil {
			return ErrSnapshotChanged
		}
		snap := *st.Snap
		if !snap.Begun {
			snap = snapshot{Begun: true, Epoch: p.Epoch, AsOf: p.AsOf, Hash: p.Hash}
		}
		if snap.Epoch != p.Epoch || snap.AsOf != p.AsOf || snap.Sweeping {
			return ErrSnapshotChanged
		}
		for _, it := range p.Items {
			if err := w.item(st, st.Gen, it); err != nil {
				return err
			}
			if it.Ticket != "" {
				snap.Done++
			}
			if err := w.flushIfFull(); err != nil {
				return err
			}
		}
		snap.Token, snap.Total, snap.Sweeping = p.Next, p.Total, p.Next == ""
		next := *st
		next.Snap = &snap
		if err := w.putLane(p.Lane, next); err != nil || !snap.Sweeping {
			return err
		}
		if err := w.flush(); err != nil {
			return err
		}
		return w.sweep(p.Lane)
	})
}

// sweep ends a snapshot: what it did not show leaves the lane, and then the
// cursor moves. It begins again if it was interrupted.
func (w *writer) sweep(lane desk.LaneID) error {
	st := w.c.lanes[lane]
	stale := func(b []byte) bool { return len(b) < 4 || binary.BigEndian.Uint32(b) != st.Gen }
	if err := w.clearLane(st, stale); err != nil {
		return err
	}
	next := *st
	next.Whole, next.Epoch, next.Seq, next.Hash, next.Snap = true, st.Snap.Epoch, st.Snap.AsOf, st.Snap.Hash, nil
	w.snapshot, w.done = true, true
	return w.putLane(lane, next)
}

// clearLane lets the tickets and references of a lane go whose value says so.
func (w *writer) clearLane(st *laneState, gone func(value []byte) bool) error {
	txn := w.c.db.NewTransaction(false)
	defer txn.Discard()
	for _, prefix := range [][]byte{membersOf(st.No), refsOf(st.No)} {
		if err := w.clearPrefix(txn, st, prefix, gone); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) clearPrefix(txn *badger.Txn, st *laneState, prefix []byte, gone func([]byte) bool) error {
	it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		w.c.work.Steps++
		k := it.Item().KeyCopy(nil)
		b, err := valueOf(txn, k, it.Item())
		if err != nil {
			return err
		}
		if !gone(b) {
			continue
		}
		if k[0] == kindMember && len(k) == 21 {
			err = w.leave(st, tid(k[5:]))
		} else {
			w.refsChanged()
			w.helpChanged(nil, true)
			err = w.delLarge(k)
		}
		if err != nil {
			return err
		}
		if err := w.flushIfFull(); err != nil {
			return err
		}
	}
	return nil
}

// Adopt takes in a ticket that was found on the server before the snapshot of
// its lane has come to it: its head, with its conversation missing. What is in
// a lane that is whole comes by itself. Before the snapshot's first page nothing
// is taken in: what left the lane after the search and before that page would
// never be said to have left.
func (c *Cache) Adopt(f desk.Found) (Applied, error) {
	return c.update(func(w *writer) error {
		st := c.lanes[f.Lane]
		if st == nil || st.Snap == nil || !st.Snap.Begun || st.Snap.Sweeping {
			return nil
		}
		head, err := w.c.head(&record{Head: f.Head})
		if err != nil || head.ID != f.Ticket {
			return badItem(errors.Join(errors.New("a head of another ticket"), err))
		}
		return w.item(st, st.Gen, desk.Item{Kind: desk.ItemEnter, Ticket: f.Ticket, Version: f.Version, Head: f.Head, FromSeq: head.LastSeq + 1, Read: f.Read})
	})
}

// SnapshotProgress tells how many tickets of the lanes being loaded are here
// and how many there are; both 0 when no snapshot is under way.
func (c *Cache) SnapshotProgress() (done, total int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, st := range c.lanes {
		if st.Snap != nil {
			done += st.Snap.Done
			total += st.Snap.Total
		}
	}
	return done, max(done, total)
}

// KeepLanes drops every lane not listed and purges the tickets that no lane
// shows any more.
func (c *Cache) KeepLanes(lanes []desk.LaneID) (Applied, error) {
	return c.update(func(w *writer) error {
		for _, lane := range slices.Sorted(maps.Keys(c.lanes)) {
			if slices.Contains(lanes, lane) {
				continue
			}
			if err := w.dropLane(lane); err != nil {
				return err
			}
		}
		return nil
	})
}

// dropLane removes a lane. That it is being removed is stored first, so that
// nobody resumes one that is half gone.
func (w *writer) dropLane(lane desk.LaneID) error {
	st := *w.c.lanes[lane]
	st.Dropping = true
	if err := w.putLane(lane, st); err != nil {
		return err
	}
	if err := w.flush(); err != nil {
		return err
	}
	if err := w.clearLane(&st, func([]byte) bool { return true }); err != nil {
		return err
	}
	w.total.Lanes--
	w.after = append(w.after, func() { delete(w.c.lanes, lane) })
	if err := w.del(laneKey(lane)); err != nil {
		return err
	}
	return w.flush()
}

// ref stores or removes a piece of reference data of a lane.
func (w *writer) ref(lane *laneState, gen uint32, it desk.Item) error {
	if it.Ref == nil {
		return badItem(errors.New("a reference without its data"))
	}
	if isHelp(it.Ref.Kind) {
		w.helpChanged(it.Ref, it.Kind == desk.ItemUnref)
	} else {
		w.refsChanged()
	}
	k := refKey(lane.No, it.Ref)
	if it.Kind == desk.ItemUnref {
		return w.delLarge(k)
	}
	return w.put(k, append(u32(gen), it.Ref.Body...))
}

func (w *writer) refsChanged() {
	w.refs = true
	w.after = append(w.after, func() { w.c.place = nil })
}
