package ledger

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"docket/app/desk"
)

// Batch gives what a lane tells after a cursor, at most maxItems of it,
// collapsed to one item per ticket in its newest state. false means that the
// cursor is no place in the lane's kept history and a snapshot is needed. It
// costs what changed, never what is there.
//
// What the lane holds now decides, not what its row said: a head is the newest,
// and a ticket that has left the lane since is told as gone at once, because its
// newest head is nothing for this lane's readers any more. A later batch then
// repeats itself harmlessly.
func (tx *Tx) Batch(lane desk.LaneID, after desk.Cursor, reader desk.PersonID, maxItems int) (desk.Batch, bool, error) {
	return tx.BatchBeside(lane, after, reader, maxItems, nil)
}

// BatchBeside is Batch for who is just being sent another lane with some of the
// same tickets: sent is up to which version. A change of one of those in the
// state that was sent goes without its entries, as one that does not fit a frame
// does, and so says of itself whether anything is missing.
func (tx *Tx) BatchBeside(
	lane desk.LaneID, after desk.Cursor, reader desk.PersonID, maxItems int, sent map[desk.TicketID]uint64,
) (desk.Batch, bool, error) {
	head, err := tx.Head(lane)
	if err != nil {
		return desk.Batch{}, false, err
	}
	known, err := tx.isPlace(lane, after, head)
	if err != nil || !known {
		return desk.Batch{}, false, err
	}
	out := desk.Batch{Lane: lane, Epoch: head.Epoch, Prev: after.Seq, Last: after.Seq, Hash: after.Hash}
	if after.Seq == head.Seq {
		return out, true, nil
	}
	rows, last, err := tx.laneRows(lane, after, max(maxItems, 1))
	if err != nil {
		return desk.Batch{}, false, err
	}
	out.Last, out.Hash = last.Seq, last.Hash
	if out.Items, err = tx.items(lane, collapse(rows), reader, sent); err != nil {
		return desk.Batch{}, false, err
	}
	return out, true, nil
}

// IsPlace reports whether a cursor is a place in the lane's kept history, from
// which Batch leads on.
func (tx *Tx) IsPlace(lane desk.LaneID, at desk.Cursor) (bool, error) {
	head, err := tx.Head(lane)
	if err != nil {
		return false, err
	}
	return tx.isPlace(lane, at, head)
}

// isPlace reports whether a cursor lies in the lane's chain, at or above its
// floor.
func (tx *Tx) isPlace(lane desk.LaneID, at, head desk.Cursor) (bool, error) {
	if at.Epoch != head.Epoch || at.Seq > head.Seq {
		return false, nil
	}
	if at.Seq == head.Seq {
		return bytes.Equal(at.Hash, head.Hash), nil
	}
	if at.Seq > 0 {
		var hash []byte
		found, err := tx.one("SELECT hash FROM lane_items WHERE lane = ? AND seq = ?", []any{string(lane), int64(at.Seq)}, &hash)
		if err != nil {
			return false, fmt.Errorf("read lane row: %w", err)
		}
		if found {
			return bytes.Equal(hash, at.Hash), nil
		}
	}
	var floor uint64
	var hash []byte
	if _, err := tx.one("SELECT floor, floor_hash FROM lanes WHERE lane = ?", []any{string(lane)}, &floor, &hash); err != nil {
		return false, fmt.Errorf("read floor: %w", err)
	}
	return at.Seq == floor && bytes.Equal(hash, nonNil(at.Hash)), nil
}

// laneRows reads rows after a cursor until maxItems different things are told,
// and checks that they follow on each other without a gap.
func (tx *Tx) laneRows(lane desk.LaneID, after desk.Cursor, maxItems int) ([]laneRow, desk.Cursor, error) {
	var rows []laneRow
	seen := map[string]bool{}
	last := after
	for {
		n := 0
		full := false
		err := tx.each(`SELECT seq, kind, ticket, version, from_seq, read_seq, ref_kind, ref_id, content, hash FROM lane_items
			WHERE lane = ? AND seq > ? ORDER BY seq LIMIT ?`, []any{string(lane), int64(last.Seq), maxItems}, func(scan func(...any) error) error {
			n++
			var r laneRow
			var hash []byte
			if err := scan(&r.Seq, &r.Kind, &r.Ticket, &r.Version, &r.FromSeq, &r.Read, &r.RefKind, &r.RefID, &r.Content, &hash); err != nil {
				return fmt.Errorf("read lane row: %w", err)
			}
			if full {
				return nil
			}
			if !seen[r.about()] && len(seen) == maxItems {
				full = true
				return nil
			}
			if r.Seq != last.Seq+1 || !bytes.Equal(hash, r.chain(last.Hash)) {
				return damaged(fmt.Sprintf("lane %s at %d", lane, last.Seq+1))
			}
			seen[r.about()] = true
			last.Seq, last.Hash = r.Seq, hash
			rows = append(rows, r)
			return nil
		})
		// A ticket that changed a thousand times is one item, but reading on for
		// ever because of it would not be a bounded batch.
		if err != nil || full || n < maxItems || len(rows) >= 4*maxItems {
			return rows, last, err
		}
	}
}

// about names what a row is about: rows about the same thing become one item.
func (r *laneRow) about() string {
	switch r.Kind {
	case desk.ItemRead:
		return "read " + string(r.Ticket)
	case desk.ItemRef, desk.ItemUnref:
		return "ref " + string(r.RefKind) + " " + r.RefID
	default:
		return string(r.Ticket)
	}
}

// collapse keeps one row per thing, in the order of their last rows. A ticket
// that came in within the batch is told whole; of one that only changed, the
// first missed entry on.
func collapse(rows []laneRow) []laneRow {
	at := map[string]int{}
	var out []laneRow
	for _, r := range rows {
		i, again := at[r.about()]
		if !again {
			at[r.about()] = len(out)
			out = append(out, r)
			continue
		}
		old := out[i]
		if r.Kind == desk.ItemDelta {
			r.FromSeq = min(r.FromSeq, old.FromSeq)
			if old.Kind != desk.ItemDelta {
				r.Kind, r.FromSeq = desk.ItemEnter, 1
			}
		}
		out[i] = r
	}
	slices.SortStableFunc(out, func(a, b laneRow) int { return cmp.Compare(a.Seq, b.Seq) })
	return out
}
