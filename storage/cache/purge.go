package cache

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
)

// leave takes the ticket out of a lane and purges it when none is left.
func (w *writer) leave(lane *laneState, t tid) error {
	rec, err := w.record(t)
	if err != nil {
		return err
	}
	if err := w.del(memberKey(lane.No, t)); err != nil {
		return err
	}
	if rec == nil || !rec.in(lane.No) {
		return nil
	}
	left := *rec
	left.Lanes = slices.DeleteFunc(slices.Clone(rec.Lanes), func(n uint32) bool { return n == lane.No })
	if len(left.Lanes) == 0 {
		return w.purge(t, rec)
	}
	return w.put(ticketKey(t), left.encode())
}

// purge removes everything of a ticket and says which files it carried.
func (w *writer) purge(t tid, rec *record) error {
	if w.fresh[t] {
		if err := w.flush(); err != nil {
			return err
		}
	}
	r := Removal{Ticket: t.id()}
	keys, err := w.purgeEntries(t, &r)
	if err != nil {
		return err
	}
	if err := errors.Join(w.relist(rec, nil, t), w.forget(t, true)); err != nil {
		return err
	}
	if err := errors.Join(w.dropTexts(t, r.Files), w.setUnread(t, nil)); err != nil {
		return err
	}
	for _, l := range rec.Lanes {
		keys = append(keys, memberKey(l, t))
	}
	if rec.Missing {
		keys = append(keys, missingKey(t))
	}
	for _, k := range keys {
		if err := w.delLarge(k); err != nil {
			return err
		}
	}
	if err := w.delLarge(ticketKey(t)); err != nil {
		return err
	}
	w.changed[t], w.missing[t] = false, false
	w.removed = append(w.removed, r)
	return w.flushIfFull()
}

// purgeEntries gives the keys of a ticket's entries and notes their files.
func (w *writer) purgeEntries(t tid, r *Removal) ([][]byte, error) {
	txn := w.c.db.NewTransaction(false)
	defer txn.Discard()
	it := txn.NewIterator(badger.IteratorOptions{Prefix: entriesOf(t)})
	defer it.Close()
	var keys [][]byte
	for it.Rewind(); it.Valid(); it.Next() {
		k := it.Item().KeyCopy(nil)
		keys = append(keys, k)
		b, err := valueOf(txn, k, it.Item())
		if err != nil {
			return nil, err
		}
		chunk, err := decodeChunk(b)
		if err != nil {
			return nil, err
		}
		for _, e := range chunk {
			var entry struct {
				Files []desk.Attachment `json:"files"`
			}
			if err := w.c.codec.Unmarshal(e, &entry); err != nil {
				return nil, fmt.Errorf("decode entry: %w", err)
			}
			for _, f := range entry.Files {
				if !slices.Contains(r.Files, f.Hash) {
					r.Files = append(r.Files, f.Hash)
				}
			}
		}
	}
	return keys, nil
}
