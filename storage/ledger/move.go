package ledger

import (
	"maps"
	"slices"

	"docket/app/desk"
)

const (
	knownRows  = 100     // of a lane in one transaction; more have to be read
	knownBytes = 4 << 20 // of heads and entries of a transaction
)

// form is one audience's bytes of a ticket as this transaction wrote them.
type form struct {
	version uint64
	head    []byte
	from    uint64 // Seq of entries[0]
	entries [][]byte
}

type formKey struct {
	a  *audience
	id desk.TicketID
}

// wrote keeps what was written for Moved: the newest head and every entry.
func (tx *Tx) wrote(a *audience, id desk.TicketID, version uint64, head []byte, from uint64, entries [][]byte) {
	if tx.forms == nil {
		tx.forms = map[formKey]*form{}
	}
	f := tx.forms[formKey{a, id}]
	if f == nil {
		f = &form{from: from}
		tx.forms[formKey{a, id}] = f
	}
	f.version, f.head = version, head
	f.entries = append(f.entries, entries...)
	tx.formBytes += len(head)
	for _, e := range entries {
		tx.formBytes += len(e)
	}
	if tx.formBytes > knownBytes { // a large import; nobody waits for each of it
		clear(tx.forms)
		tx.formBytes = 0
	}
}

// Moved gives the way of every lane this transaction moved, sorted, as it is if
// nothing follows before the commit.
func (tx *Tx) Moved() []desk.Move {
	var out []desk.Move
	for _, id := range slices.Sorted(maps.Keys(tx.lanes)) {
		st := tx.lanes[id]
		if len(st.told) == 0 {
			continue
		}
		m := desk.Move{From: tx.cursor(id, st.fromSeq, st.fromHash), To: tx.cursor(id, st.seq, st.hash)}
		if !tx.cutFor(id, st.told) {
			m.Items, m.Known = tx.told(audienceFor(id), st.told)
		}
		out = append(out, m)
	}
	return out
}

// told makes of a lane's rows what items would read for them. A ticket that
// enters has a past and readers of its own, and reference data its own bytes:
// those are read.
func (tx *Tx) told(a *audience, rows []laneRow) ([]desk.Item, bool) {
	if len(rows) > knownRows {
		return nil, false
	}
	var items []desk.Item
	for _, r := range collapse(rows) {
		switch r.Kind {
		case desk.ItemRead:
			items = append(items, desk.Item{Kind: desk.ItemRead, Ticket: r.Ticket, Read: r.Read})
		case desk.ItemLeave, desk.ItemPurge:
			items = append(items, desk.Item{Kind: r.Kind, Ticket: r.Ticket, Version: r.Version})
		case desk.ItemDelta:
			f := tx.forms[formKey{a, r.Ticket}]
			if f == nil || r.FromSeq < f.from {
				return nil, false
			}
			items = append(items, desk.Item{
				Kind: desk.ItemDelta, Ticket: r.Ticket, Version: f.version, Head: f.head, FromSeq: r.FromSeq, Entries: slices.Clip(f.entries[r.FromSeq-f.from:]),
			})
		default:
			return nil, false
		}
	}
	return items, true
}
