package cache

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
	"docket/storage/terms"
)

// How much a segment is made of at most, which is what Index holds in memory;
// how much of its making those may be that become one, of their words; and how
// many of about one size there may be before they do.
const (
	segmentText    = 12 << 20
	segmentTickets = 4000
	mergedText     = 128 << 20
	segmentsAlike  = 8
)

// Index does what is left to do for the search index: it reads tickets that
// wait for it, makes segments without what was purged, and gathers small ones.
// Others read and write meanwhile. It is called again after changes.
func (c *Cache) Index(ctx context.Context) error {
	c.reading.Lock()
	defer c.reading.Unlock()
	for ctx.Err() == nil {
		more, err := c.indexStep(ctx)
		if err != nil || !more {
			return err
		}
	}
	return ctx.Err()
}

// indexStep makes at most one segment.
func (c *Cache) indexStep(ctx context.Context) (more bool, err error) {
	c.mu.RLock()
	if c.db == nil {
		c.mu.RUnlock()
		return false, errClosed
	}
	state, segs, pending, gone, tickets := c.terms.state, slices.Clone(c.terms.segs), c.terms.pending, c.terms.gone, c.totals.Tickets
	c.mu.RUnlock()
	switch {
	case !c.terms.usable():
		return true, c.renew()
	case len(state.Garbage) > 0:
		_, err := c.update((*writer).sweepTerms)
		return true, err
	}
	partial := slices.DeleteFunc(slices.Clone(segs), func(s segment) bool { return !s.Partial })
	switch {
	case gone > 0 && len(partial) == 0:
		return true, c.clean(ctx, segs)
	case gone == 0 && pending > 0:
		return true, c.readPending(ctx)
	case len(partial) > 0:
		return true, c.remake(ctx, partial, segs)
	}
	if set := gathered(segs, tickets); len(set) > 0 {
		return true, c.merge(ctx, set, segs)
	}
	return false, nil
}

// gathered are the segments, all of them with tickets whole, that are to become
// one.
func gathered(segs []segment, tickets int) []segment {
	tiers := map[int][]segment{}
	docs, largest := 0, -1
	for i, s := range segs {
		docs += s.Docs
		if largest < 0 || s.Docs > segs[largest].Docs {
			largest = i
		}
		if s.Text < mergedText/2 {
			tier := bits.Len(uint(s.Text>>16)) / 3 //nolint:gosec // not below 0
			tiers[tier] = append(tiers[tier], s)
		}
	}
	for _, t := range tiers {
		if len(t) < segmentsAlike {
			continue
		}
		slices.SortFunc(t, func(a, b segment) int { return a.Text - b.Text })
		n, text := 0, 0
		for n < len(t) && text+t[n].Text <= mergedText {
			text += t[n].Text
			n++
		}
		return t[:n]
	}
	if docs > 2*tickets+2000 && largest >= 0 {
		return segs[largest : largest+1]
	}
	return nil
}

// renew begins the index anew, because it is of another version or damaged. What
// is left of a damaged one goes unread.
func (c *Cache) renew() error {
	_, err := c.update(func(w *writer) error {
		broken := c.terms.broken.Load()
		if broken {
			if err := w.dropIndex(); err != nil {
				return err
			}
		}
		txn := c.db.NewTransaction(false)
		defer txn.Discard()
		it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{kindTicket}})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			k := it.Item().KeyCopy(nil)
			b, err := valueOf(txn, k, it.Item())
			if err != nil {
				return err
			}
			rec, err := decodeRecord(b)
			if err != nil {
				return err
			}
			head, err := c.head(rec)
			if err != nil {
				return err
			}
			if err := w.pend(tid(k[1:]), &head); err != nil {
				return err
			}
			if err := w.flushIfFull(); err != nil {
				return err
			}
		}
		state := c.terms.state
		all := map[uint32]bool{}
		for _, s := range c.terms.segs {
			all[s.No] = true
		}
		state.Version = terms.Version
		w.after = append(w.after, func() { c.terms.broken.Store(false) })
		return w.dropSegments(state, nil, all)
	})
	return err
}

// dropIndex removes all that is stored of the index.
func (w *writer) dropIndex() error {
	for _, kind := range indexKinds {
		for _, prefix := range [][]byte{{kind}, {kindPart, kind}} {
			if err := w.delPrefix(prefix); err != nil {
				return err
			}
		}
	}
	x := w.c.terms
	w.after = append(w.after, func() { x.segs, x.pending, x.gone, x.unread = nil, 0, 0, 0 })
	return w.flush()
}

// usable reports whether it can be asked.
func (x *termIndex) usable() bool { return x.state.Version == terms.Version && !x.broken.Load() }

// OnBroken has fn called when the index turned out to be damaged and is to be
// made anew by Index; meanwhile nothing is found.
func (c *Cache) OnBroken(fn func()) {
	c.subMu.Lock()
	c.onBroken = fn
	c.subMu.Unlock()
	if c.terms.broken.Load() {
		fn()
	}
}

// broke notes that the index is damaged. The error says so to whom it may
// concern; the tickets are as they were.
func (c *Cache) broke(err error) error {
	var already *desk.Error
	if errors.As(err, &already) {
		return err
	}
	c.terms.broken.Store(true)
	c.subMu.Lock()
	fn := c.onBroken
	c.subMu.Unlock()
	if fn != nil {
		fn()
	}
	return &desk.Error{Code: desk.CodeInternal, Message: "What the search knows is being made anew.", Hint: "Try again in a moment.", Err: err}
}

// dropSegments stores that segments are there no more, and others are.
func (w *writer) dropSegments(state termState, come []segment, drop map[uint32]bool) error {
	state.Garbage = slices.Clone(state.Garbage)
	for no := range drop {
		state.Garbage = append(state.Garbage, no)
		if err := w.del(segmentKey(no)); err != nil {
			return err
		}
	}
	return w.setTerms(state, come, drop)
}

// sweepTerms removes what is left of segments that are none.
func (w *writer) sweepTerms() error {
	for _, no := range w.c.terms.state.Garbage {
		for _, prefix := range [][]byte{blocksOfSegment(no), docsOf(no), key(kindPart, docsOf(no))} {
			if err := w.delPrefix(prefix); err != nil {
				return err
			}
		}
	}
	state := w.c.terms.state
	state.Garbage = nil
	return w.setTerms(state, nil, nil)
}

// waiting is a ticket that is to be read, and what its mark says.
type waiting struct {
	t    tid
	mark []byte
}

func (c *Cache) marks(kind byte) (out []waiting, err error) {
	err = c.view(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{kind}})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			k := it.Item().KeyCopy(nil)
			b, err := valueOf(txn, k, it.Item())
			if err != nil {
				return err
			}
			if len(k) != 17 || len(b) < 4 {
				return mismatch("mark", k)
			}
			out = append(out, waiting{tid(k[1:]), b})
		}
		return nil
	})
	return out, err
}

// readPending makes a segment of the newest tickets that wait for it.
func (c *Cache) readPending(ctx context.Context) error {
	ws, err := c.marks(kindPending)
	if err != nil {
		return err
	}
	slices.SortFunc(ws, func(a, b waiting) int {
		if n := bytes.Compare(b.mark, a.mark); n != 0 {
			return n
		}
		return bytes.Compare(b.t[:], a.t[:])
	})
	ids := make([]tid, 0, len(ws))
	for _, w := range ws {
		ids = append(ids, w.t)
	}
	if len(ws) == 0 {
		// What was counted is not there.
		return c.damagedIndex("tickets that wait")
	}
	return c.make(ctx, ids, nil, ws)
}

func (c *Cache) damagedIndex(what string) error {
	return c.check(fmt.Errorf("%s of the search index: %w", what, errIndex))
}

// make makes a segment of tickets, as many as it holds, in place of others. What
// is read of waiting ones waits no more; what did not fit in place of others
// waits.
func (c *Cache) make(ctx context.Context, ids []tid, drop []segment, ws []waiting) error {
	no, err := c.allot(false)
	if err != nil {
		return err
	}
	got, err := c.gather(ctx, ids, no)
	if err != nil {
		return err
	}
	n := got.n
	_, err = c.update(func(w *writer) error {
		s := segment{No: no, Newest: got.newest}
		var come []segment
		if got.b.Docs() > 0 {
			if err := w.putSegment(&s, got.b, w.flushIfFull); err != nil {
				return err
			}
			come = append(come, s)
		}
		for _, x := range got.unread {
			if rec, err := w.record(x.t); err != nil || rec == nil {
				if err != nil {
					return err
				}
				continue
			}
			if err := w.setUnread(x.t, x.mark); err != nil {
				return err
			}
		}
		for i := range ws[:min(n, len(ws))] {
			if err := w.unpend(ws[i]); err != nil {
				return err
			}
		}
		if len(ws) == 0 {
			for _, t := range ids[n:] {
				rec, err := w.record(t)
				if err != nil || rec == nil {
					return err
				}
				head, err := c.head(rec)
				if err != nil {
					return err
				}
				if err := w.pend(t, &head); err != nil {
					return err
				}
			}
		}
		return w.replace(no, come, drop)
	})
	return err
}

// allot gives the number of a segment that is to be made; 0 if only whole ones
// may be there and others are. Until it is a segment it is among Garbage.
func (c *Cache) allot(whole bool) (no uint32, err error) {
	_, err = c.update(func(w *writer) error {
		if whole && slices.ContainsFunc(c.terms.segs, func(s segment) bool { return s.Partial }) {
			return nil
		}
		state := c.terms.state
		no = state.Next
		state.Next++
		state.Garbage = append(slices.Clone(state.Garbage), no)
		return w.setTerms(state, nil, nil)
	})
	return no, err
}

// replace stores that a segment is there, unless it is empty, in place of others.
func (w *writer) replace(no uint32, come, drop []segment) error {
	state := w.c.terms.state
	state.Garbage = slices.DeleteFunc(slices.Clone(state.Garbage), func(g uint32) bool { return g == no && len(come) > 0 })
	gone := map[uint32]bool{}
	for _, s := range drop {
		gone[s.No] = true
	}
	return w.dropSegments(state, come, gone)
}

// unpend takes a mark away, unless it is another by now.
func (w *writer) unpend(x waiting) error {
	k := key(kindPending, x.t[:])
	w.c.work.Reads++
	is, err := get(w.txn, k)
	if err != nil || !bytes.Equal(is, x.mark) {
		return err
	}
	w.after = append(w.after, func() { w.c.terms.pending-- })
	return w.del(k)
}

// reading is what was read for a segment: of the first n tickets, and which of
// them name text files whose text is not here.
type reading struct {
	b      *terms.Builder
	newest int64
	n      int
	unread []waiting
}

// gather reads tickets, newest first, until a segment is full.
func (c *Cache) gather(ctx context.Context, ids []tid, no uint32) (*reading, error) {
	r := &reading{b: terms.NewBuilder()}
	for _, t := range ids {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		if r.b.Size() > segmentText || r.b.Docs() >= segmentTickets {
			break
		}
		r.n++
		err := c.view(func(txn *badger.Txn) error {
			rec, entries, texts, err := c.conversation(txn, t)
			if errors.Is(err, errMismatch) || errors.Is(err, errIndex) || rec == nil {
				return err
			}
			// What cannot be decoded cannot be shown either.
			if rec.Since > no {
				return nil
			}
			head, err := c.head(rec)
			if err != nil {
				return err
			}
			at := head.Updated.UnixMilli()
			r.newest = max(r.newest, at)
			addDoc(r.b, t, &head, entries, texts)
			if len(unread(entries, texts)) > 0 {
				r.unread = append(r.unread, waiting{t, u64(uint64(at))}) //nolint:gosec // a time
			}
			return nil
		})
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

// clean makes a segment anew that says something of a ticket that went, and
// ends when there is none.
func (c *Cache) clean(ctx context.Context, segs []segment) error {
	ws, err := c.marks(kindGone)
	if err != nil {
		return err
	}
	below := map[tid]uint32{}
	for _, w := range ws {
		below[w.t] = binary.BigEndian.Uint32(w.mark)
	}
	for _, s := range segs {
		has := false
		err := c.eachDoc(&s, func(_ int, d *terms.Doc) { has = has || s.No < below[d.Ticket] })
		if err != nil {
			return err
		}
		if has {
			return c.merge(ctx, []segment{s}, segs)
		}
	}
	_, err = c.update(func(w *writer) error {
		for _, x := range ws {
			k := key(kindGone, x.t[:])
			is, err := get(w.txn, k)
			if err != nil {
				return err
			}
			if !bytes.Equal(is, x.mark) {
				continue
			}
			w.after = append(w.after, func() { c.terms.gone-- })
			if err := w.del(k); err != nil {
				return err
			}
			if err := w.flushIfFull(); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && len(ws) == 0 {
		return c.damagedIndex("tickets that went")
	}
	return err
}

// eachDoc calls fn with every document of a segment and its number.
func (c *Cache) eachDoc(s *segment, fn func(int, *terms.Doc)) error {
	for i := 0; i*docsOfChunk < s.Docs; i++ {
		err := c.view(func(txn *badger.Txn) error {
			docs, err := docsAt(txn, s, i)
			for j := range docs {
				fn(i*docsOfChunk+j, &docs[j])
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// remake makes one segment of several, reading their tickets anew. A ticket
// that a newer segment has whole is left to that.
func (c *Cache) remake(ctx context.Context, set, all []segment) error {
	in := map[uint32]bool{}
	newest := uint32(0)
	for _, s := range set {
		in[s.No] = true
		newest = max(newest, s.No)
	}
	known := map[tid]bool{}
	for _, s := range all {
		if s.Partial || s.No < newest || in[s.No] {
			continue
		}
		if err := c.eachDoc(&s, func(_ int, d *terms.Doc) { known[d.Ticket] = true }); err != nil {
			return err
		}
	}
	var ids []tid
	for _, s := range set {
		no := s.No
		var of []tid
		if err := c.eachDoc(&s, func(_ int, d *terms.Doc) { of = append(of, d.Ticket) }); err != nil {
			return err
		}
		for _, t := range of {
			holds := false
			err := c.view(func(txn *badger.Txn) error {
				rec, err := getRecord(txn, t)
				holds = rec != nil && rec.Since <= no
				return err
			})
			if err != nil {
				return err
			}
			if holds && !known[t] {
				known[t] = true
				ids = append(ids, t)
			}
		}
	}
	if err := c.byActivity(ids); err != nil {
		return err
	}
	return c.make(ctx, ids, set, nil)
}

// byActivity sorts tickets, those in which something happened last first.
func (c *Cache) byActivity(ids []tid) error {
	at := map[tid]int64{}
	for _, t := range ids {
		err := c.view(func(txn *badger.Txn) error {
			rec, err := getRecord(txn, t)
			if rec == nil || err != nil {
				return err
			}
			head, err := c.head(rec)
			at[t] = head.Updated.UnixMilli()
			return err
		})
		if err != nil {
			return err
		}
	}
	slices.SortFunc(ids, func(a, b tid) int {
		if at[a] != at[b] {
			return -1 + 2*one(at[a] < at[b])
		}
		return bytes.Compare(b[:], a[:])
	})
	return nil
}
