package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
	"docket/app/desk/policy"
	lang "docket/app/desk/query"
)

// A view that a person wants in another order than the queue's is kept beside
// it as a view of its own, with an id by policy.ViewID.In, for as long as it is
// wanted: then a page of it costs what a page of any view costs. It is filled
// in steps of a few milliseconds. Between two of them others write as ever; a
// ticket they touch is kept in the new rows if the filling has come past it,
// and otherwise is met there later as it is then.
//
// Rejected: sorting when asked, which reads every ticket for one page; every
// order of every view at all times, which would write each change four times.

// partial is a sorted view that is being filled.
type partial struct {
	view viewNo
	upTo desk.TicketID // the last ticket filled in; ids compare as their keys
}

func (p *partial) reached(id desk.TicketID) bool { return id <= p.upTo }

// fillStep is how many tickets are looked at in one step. With their rows, and
// as many blocks at worst, it stays below what a commit may hold.
const fillStep = 1000

// errRebuilt says that the views were built anew while one was being filled.
var errRebuilt = errors.New("the views are others now")

// firstVersion begins the versions of a view's rows where no other view's are,
// so that two orders of one list are never taken for one another.
func firstVersion(no uint32) uint64 { return uint64(no)<<32 + 1 }

// sorted gives the ids of views with those that are kept in another order.
func (x *index) sorted(views []policy.View) []ViewID {
	var ids []ViewID
	for _, v := range views {
		ids = append(ids, v.ID)
	}
	plain := len(ids)
	for _, v := range x.state.Views {
		if base, by, ok := v.ID.Split(); lang.IsView(base) || ok && by != policy.ByQueue && slices.Contains(ids[:plain], base) {
			ids = append(ids, v.ID)
		}
	}
	return ids
}

// KeepSorted makes the views of want, by policy.ViewID.In or query.ViewID, the only
// ones that are kept by a query or in another order than the queue's. One that is new is filled before
// it is there, which Subscribe tells; ids of lists there are none of are passed
// over. It returns when all are there, or with ctx's error when it is to end.
// One call at a time does the work.
func (c *Cache) KeepSorted(ctx context.Context, want []ViewID) error {
	c.sorting.Lock()
	defer c.sorting.Unlock()
	for {
		// What is there answers until what takes its place is filled.
		missing, extra := c.compare(want)
		if len(missing) == 0 {
			if len(extra) == 0 {
				return nil
			}
			if _, err := c.update(func(w *writer) error { return w.dropViews(extra) }); err != nil {
				return err
			}
			continue
		}
		if err := c.fillView(ctx, missing[0]); err != nil && !errors.Is(err, errRebuilt) {
			return err
		}
	}
}

// compare says which sorted views are to be built and which are not wanted.
func (c *Cache) compare(want []ViewID) (missing, extra []ViewID) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	have := map[ViewID]bool{}
	for _, v := range c.index.state.Views {
		have[v.ID] = true
		if base, by, _ := v.ID.Split(); (lang.IsView(base) || by != policy.ByQueue) && !slices.Contains(want, v.ID) {
			extra = append(extra, v.ID)
		}
	}
	for _, v := range want {
		base, by, ok := v.Split()
		if ok && !have[v] && (lang.IsView(base) || by != policy.ByQueue && have[base]) {
			missing = append(missing, v)
		}
	}
	return missing, extra
}

// fillView builds a sorted view, step by step.
func (c *Cache) fillView(ctx context.Context, v ViewID) error {
	var p *partial
	if _, err := c.update(func(w *writer) error {
		var err error
		p, err = w.beginView(v)
		return err
	}); err != nil {
		return err
	}
	for done := false; !done; {
		_, err := c.update(func(w *writer) error {
			var err error
			if w.c.index.building != p {
				return errRebuilt
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if done, err = w.fillSome(p, fillStep); err != nil || !done {
				return err
			}
			return w.endView(p)
		})
		if err != nil {
			c.mu.Lock()
			if c.index.building == p {
				c.index.building = nil // its number is garbage, and swept as such
			}
			c.mu.Unlock()
			return err
		}
	}
	return nil
}

// beginView takes a number for the view. It counts as garbage until the view
// is whole, so that a crash leaves nothing behind.
func (w *writer) beginView(v ViewID) (*partial, error) {
	if err := w.sweepGarbage(); err != nil {
		return nil, err
	}
	if err := w.flush(); err != nil {
		return nil, err
	}
	x := w.c.index
	p := &partial{view: viewNo{v, x.next}}
	n := &Counts{Version: firstVersion(p.view.No)}
	d, err := w.fence(p.view.No, n)
	if err != nil {
		return nil, err
	}
	state := x.state
	state.Next = x.next + 1
	state.Garbage = append(slices.Clone(state.Garbage), p.view.No)
	w.after = append(w.after, func() {
		x.state, x.next, x.building = state, state.Next, p
		x.counts[p.view.No], x.dirs[p.view.No] = n, d
	})
	return p, w.putOwn(ownIndex, state)
}

// fillSome puts the rows of some more tickets in, all in one commit.
func (w *writer) fillSome(p *partial, n int) (done bool, err error) {
	base, by, _ := p.view.ID.Split()
	txn := w.c.db.NewTransaction(false)
	defer txn.Discard()
	it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{kindTicket}})
	defer it.Close()
	it.Rewind()
	if p.upTo != "" {
		t, err := packID(p.upTo)
		if err != nil {
			return false, err
		}
		it.Seek(append(ticketKey(t), 0))
	}
	upTo := p.upTo
	for range n {
		if !it.Valid() {
			done = true
			break
		}
		b, err := valueOf(txn, it.Item().KeyCopy(nil), it.Item())
		if err != nil {
			return false, err
		}
		rec, err := decodeRecord(b)
		if err != nil {
			return false, err
		}
		t, err := w.c.head(rec)
		if err != nil {
			return false, err
		}
		upTo = t.ID
		if w.c.in(base, &t, w.c.me, rec.unread()) {
			r := row{p.view.No, by.Key(&t, w.c.me)}
			if err := w.tally(r, rec.unread(), 1); err != nil {
				return false, err
			}
			if err := w.put(rowKey(r.no, r.sort), brief(&t, rec.unread())); err != nil {
				return false, err
			}
		}
		it.Next()
	}
	w.after = append(w.after, func() { p.upTo = upTo })
	return done, nil
}

// endView makes the filled view one of the views.
func (w *writer) endView(p *partial) error {
	x := w.c.index
	state := x.state
	state.Views = append(slices.Clone(state.Views), p.view)
	state.Garbage = slices.DeleteFunc(slices.Clone(state.Garbage), func(no uint32) bool { return no == p.view.No })
	w.views[p.view.No] = true
	w.after = append(w.after, func() { x.state, x.building = state, nil })
	return w.putOwn(ownIndex, state)
}

// dropViews ends sorted views and removes their rows.
func (w *writer) dropViews(ids []ViewID) error {
	x := w.c.index
	state := x.state
	state.Views, state.Garbage = nil, slices.Clone(state.Garbage)
	for _, v := range x.state.Views {
		if slices.Contains(ids, v.ID) {
			state.Garbage = append(state.Garbage, v.No)
		} else {
			state.Views = append(state.Views, v)
		}
	}
	w.after = append(w.after, func() {
		x.state = state
		for _, no := range state.Garbage {
			if b := x.building; b == nil || b.view.No != no {
				delete(x.counts, no)
				delete(x.dirs, no)
			}
		}
	})
	if err := w.putOwn(ownIndex, state); err != nil {
		return err
	}
	if err := w.flush(); err != nil {
		return fmt.Errorf("end a sorted list: %w", err)
	}
	return w.sweepGarbage()
}
