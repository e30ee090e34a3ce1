package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// SetMe stores the actor and, if the rights changed, builds the views anew.
// Readers go on with the old ones until then.
func (c *Cache) SetMe(a desk.Actor) error {
	if old, err := c.Me(); err != nil {
		return err
	} else if old.Person != "" && (old.Role.Staff() != a.Role.Staff() || old.Person != a.Person) {
		// What is here was told to somebody with other eyes.
		if _, err := c.KeepLanes(nil); err != nil {
			return err
		}
	}
	_, err := c.update(func(w *writer) error { return w.reindex(a) })
	return err
}

// fingerprint tells whether rows built by other rules, or for another actor,
// would stand elsewhere: it tries the rules on tickets of every kind.
func fingerprint(me desk.Actor, views []policy.View) []byte {
	h := sha256.New()
	me.Name, me.Device = "", ""
	// Marshalling these types cannot fail.
	b, _ := json.Marshal(me)
	h.Write(b)
	for i := range 8 * 3 * 2 * 4 * 3 {
		t := desk.Ticket{
			// Each its own, so that a key tells which of them it is made of.
			Created: time.UnixMilli(1), Updated: time.UnixMilli(2), PublicUpdated: time.UnixMilli(3), ClosedAt: time.UnixMilli(5), Number: 6, Due: time.UnixMilli(7),
			ID:         "00000000-0000-7000-8000-000000000000",
			Status:     []desk.Status{desk.New, desk.Triage, desk.InProgress, desk.WaitingCustomer, desk.WaitingThirdParty, desk.OnHold, desk.Solved, desk.Closed}[i%8],
			Assignee:   []desk.PersonID{"", me.Person, "another"}[i/8%3],
			Requester:  []desk.PersonID{me.Person, "another"}[i/24%2],
			Priority:   []desk.Priority{desk.PriorityLow, desk.PriorityNormal, desk.PriorityHigh, desk.PriorityEmergency}[i/48%4],
			Department: "department",
			// Who waits for us may do so by a message, or because they were passed on.
			WaitingSince: []time.Time{time.UnixMilli(4), {}, {}}[i/192],
			DueSince:     []time.Time{{}, time.UnixMilli(8), {}}[i/192],
		}
		for _, o := range policy.Orders() {
			h.Write(o.Key(&t, me))
		}
		for _, v := range views {
			h.Write([]byte{byte(one(policy.InView(v.ID, &t, me)))})
		}
	}
	for _, v := range views {
		h.Write([]byte(v.ID + "\n"))
	}
	return h.Sum(nil)
}

// reindex makes the stored views those of the actor and of the departments.
func (w *writer) reindex(me desk.Actor) error {
	if err := w.flush(); err != nil {
		return err
	}
	d, err := w.c.Desk()
	if err != nil {
		return err
	}
	var views []policy.View
	if me.Person != "" {
		views = policy.Views(me, d.Departments)
	}
	if err := w.refigures(me); err != nil {
		return err
	}
	rules := fingerprint(me, views)
	if bytes.Equal(rules, w.c.index.state.Rules) {
		if err := w.setMe(me); err != nil {
			return err
		}
	} else if err := w.rebuild(me, views, rules); err != nil {
		return err
	}
	return w.sweepGarbage()
}

func (w *writer) setMe(me desk.Actor) error {
	if fmt.Sprint(me) == fmt.Sprint(w.c.me) {
		return nil
	}
	w.after = append(w.after, func() { w.c.me = me })
	return w.putOwn(ownMe, me)
}

// rebuild writes the rows of new views under new numbers, and then in one
// commit makes them the views. Until then the numbers are listed as garbage,
// so that a crash leaves nothing behind.
func (w *writer) rebuild(me desk.Actor, views []policy.View, rules []byte) error {
	x := w.c.index
	ids := x.sorted(views)
	next := indexState{Rules: rules, Next: x.next + uint32(len(ids))}
	building := x.state
	building.Next = next.Next
	for i, id := range ids {
		no := x.next + uint32(i)
		next.Views = append(next.Views, viewNo{id, no})
		building.Garbage = append(slices.Clone(building.Garbage), no)
	}
	next.Garbage = slices.Clone(x.state.Garbage)
	for _, v := range x.state.Views {
		next.Garbage = append(next.Garbage, v.No)
	}
	if err := w.putOwn(ownIndex, building); err != nil {
		return err
	}
	w.after = append(w.after, func() { x.state, x.next = building, next.Next })
	if err := w.flush(); err != nil {
		return err
	}
	counts, err := w.fill(me, next.Views)
	if err != nil {
		return err
	}
	dirs := map[uint32]*directory{}
	for _, v := range next.Views {
		if dirs[v.No], err = w.fence(v.No, counts[v.No]); err != nil {
			return err
		}
		w.views[v.No] = true
	}
	if err := w.putOwn(ownIndex, next); err != nil {
		return err
	}
	if err := w.putOwn(ownMe, me); err != nil {
		return err
	}
	w.after = append(w.after, func() {
		x.state, x.counts, x.dirs, x.building, w.c.me = next, counts, dirs, nil, me
	})
	return w.flush()
}

// fill writes the rows of the new views and counts them.
func (w *writer) fill(me desk.Actor, views []viewNo) (map[uint32]*Counts, error) {
	counts := map[uint32]*Counts{}
	for _, v := range views {
		counts[v.No] = &Counts{Version: firstVersion(v.No)}
	}
	txn := w.c.db.NewTransaction(false)
	defer txn.Discard()
	it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{kindTicket}})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		b, err := valueOf(txn, it.Item().KeyCopy(nil), it.Item())
		if err != nil {
			return nil, err
		}
		rec, err := decodeRecord(b)
		if err != nil {
			return nil, err
		}
		t, err := w.c.head(rec)
		if err != nil {
			return nil, err
		}
		for _, v := range views {
			base, by, ok := v.ID.Split()
			if !ok || !w.c.in(base, &t, me, rec.unread()) {
				continue
			}
			sortKey := by.Key(&t, me)
			counts[v.No].add(sortKey[0], 1)
			counts[v.No].Unread += one(rec.unread())
			if err := w.put(rowKey(v.No, sortKey), brief(&t, rec.unread())); err != nil {
				return nil, err
			}
		}
		if err := w.flushIfFull(); err != nil {
			return nil, err
		}
	}
	return counts, w.flush()
}

// fence cuts the rows of a new view into blocks and stores its counts.
func (w *writer) fence(no uint32, n *Counts) (*directory, error) {
	d := &directory{fences: [][]byte{{}}, counts: []int{0}}
	if n.Total > 0 {
		fences, counts, err := w.cut(no, nil, n.Total)
		if err != nil {
			return nil, err
		}
		d.fences, d.counts = fences, counts
		d.fences[0] = []byte{}
	}
	for i := range d.fences {
		if err := w.put(blockKey(no, d.fences[i]), u32(uint32(d.counts[i]))); err != nil {
			return nil, err
		}
		if err := w.flushIfFull(); err != nil {
			return nil, err
		}
	}
	b, err := w.c.codec.Marshal(n)
	if err != nil {
		return nil, fmt.Errorf("encode counts: %w", err)
	}
	return d, w.put(countsKey(no), b)
}

// sweepGarbage removes the rows of numbers that are no view any more.
func (w *writer) sweepGarbage() error {
	x := w.c.index
	// What is being built is listed as garbage until it is a view.
	var keep, drop []uint32
	for _, no := range x.state.Garbage {
		if b := x.building; b != nil && b.view.No == no {
			keep = append(keep, no)
		} else {
			drop = append(drop, no)
		}
	}
	if len(drop) == 0 {
		return nil
	}
	for _, no := range drop {
		for _, prefix := range [][]byte{rowsOf(no), blocksOf(no), countsKey(no)} {
			if err := w.delPrefix(prefix); err != nil {
				return err
			}
		}
	}
	clean := x.state
	clean.Garbage = keep
	w.after = append(w.after, func() { x.state = clean })
	return w.putOwn(ownIndex, clean)
}

// delPrefix removes every key with a prefix, in as many commits as it takes.
func (w *writer) delPrefix(prefix []byte) error {
	txn := w.c.db.NewTransaction(false)
	defer txn.Discard()
	it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		if err := w.del(it.Item().KeyCopy(nil)); err != nil {
			return err
		}
		if err := w.flushIfFull(); err != nil {
			return err
		}
	}
	return nil
}
