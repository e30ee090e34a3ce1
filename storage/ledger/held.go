package ledger

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"docket/app/desk"
)

// held is what a transaction has decided to write and not written: rows of many
// commands go into a table together, and a head that changes twice goes once.
// Whatever reads or writes by hand settles it first.
type held struct {
	heads     []*headRow // in the order in which they first changed
	headAt    map[formKey]*headRow
	entries   []any // of staff
	shown     []any // of customers
	marks     map[markKey]uint64
	lanes     []any // rows of lane_items
	devices   map[desk.DeviceID]uint64
	results   []any
	answers   []any                     // those results that hold words
	ended     map[endedKey]desk.Receipt // the results held back
	audit     []any
	something bool // is held back
}

type endedKey struct {
	person  desk.PersonID
	command desk.CommandID
}

// headRow is one audience's head of a ticket.
type headRow struct {
	a                        *audience
	t                        *desk.Ticket
	fresh                    bool   // not in the table yet
	was                      uint64 // the version in the table
	version, lastSeq         uint64 // as this audience counts
	publicVersion, publicSeq uint64 // in staff's table alone
	nextAt                   int64  // likewise
	size                     int    // what its conversation grew by
	body                     []byte
}

// holdHead holds a head back, in place of an earlier one of this transaction.
func (tx *Tx) holdHead(r headRow) {
	k := formKey{r.a, r.t.ID}
	if old := tx.held.headAt[k]; old != nil {
		r.fresh, r.was, r.size = old.fresh, old.was, old.size+r.size
		*old = r
		return
	}
	if tx.held.headAt == nil {
		tx.held.headAt = map[formKey]*headRow{}
	}
	tx.held.headAt[k] = &r
	tx.held.heads = append(tx.held.heads, &r)
	tx.held.something = true
}

// holdResult holds back how a command ended.
func (tx *Tx) holdResult(d desk.Device, r desk.Receipt, body []byte) {
	h := &tx.held
	if h.devices == nil {
		h.devices, h.ended = map[desk.DeviceID]uint64{}, map[endedKey]desk.Receipt{}
	}
	h.devices[d.ID] = d.LastDSeq
	h.results = append(h.results, string(d.ID), int64(d.LastDSeq), string(d.Person), string(r.Command), body, crc(body))
	if wordy(r) {
		h.answers = append(h.answers, string(r.Ticket), string(d.ID), int64(d.LastDSeq))
	}
	if k := (endedKey{d.Person, r.Command}); h.ended[k].Command == "" {
		h.ended[k] = r
	}
	h.something = true
}

const (
	staffHeadInsert = `INSERT INTO staff_heads (ticket, number, version, last_seq, public_version, public_seq, size, body, sum, next_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	staffHeadUpdate = `UPDATE staff_heads SET version = ?, last_seq = ?, public_version = ?, public_seq = ?, size = size + ?,
		body = ?, sum = ?, next_at = ? WHERE ticket = ? AND version = ?`
	customerHeadInsert  = "INSERT INTO customer_heads (ticket, version, last_seq, size, body, sum) VALUES (?, ?, ?, ?, ?, ?)"
	customerHeadUpdate  = "UPDATE customer_heads SET version = ?, last_seq = ?, size = size + ?, body = ?, sum = ? WHERE ticket = ? AND version = ?"
	staffEntryInsert    = "INSERT INTO staff_entries (ticket, seq, public_seq, body, sum) VALUES "
	customerEntryInsert = "INSERT INTO customer_entries (ticket, seq, body, sum) VALUES "
	markInsert          = "INSERT INTO read_marks (ticket, person, seq) VALUES "
	markMoves           = " ON CONFLICT (ticket, person) DO UPDATE SET seq = excluded.seq"
	laneInsert          = "INSERT INTO lane_items (lane, seq, kind, ticket, version, from_seq, read_seq, ref_kind, ref_id, content, hash, at) VALUES "
	laneHeadInsert      = "INSERT INTO lanes (lane, seq, hash, floor, floor_hash, tickets) VALUES "
	laneHeadMoves       = " ON CONFLICT (lane) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, tickets = excluded.tickets"
	numberSpent         = "UPDATE devices SET last_dseq = ? WHERE id = ? AND last_dseq < ?"
	resultInsert        = "INSERT INTO results (device, dseq, person, command, body, sum) VALUES "
)

func (tx *Tx) writeHead(r *headRow) error {
	var n int64
	var err error
	version, last, was := int64(r.version), int64(r.lastSeq), int64(r.was)
	public, shown := int64(r.publicVersion), int64(r.publicSeq)
	id, sum := string(r.t.ID), crc(r.body)
	switch {
	case r.a == staff && r.fresh:
		n, err = tx.put(staffHeadInsert, id, int64(r.t.Number), version, last, public, shown, r.size, r.body, sum, r.nextAt)
	case r.a == staff:
		n, err = tx.put(staffHeadUpdate, version, last, public, shown, r.size, r.body, sum, r.nextAt, id, was)
	case r.fresh:
		n, err = tx.put(customerHeadInsert, id, version, last, r.size, r.body, sum)
	default:
		n, err = tx.put(customerHeadUpdate, version, last, r.size, r.body, sum, id, was)
	}
	if err == nil && n != 1 {
		err = fmt.Errorf("version %d of %s is gone", r.was, id)
	}
	if err != nil {
		return fmt.Errorf("write %s head: %w", r.a.name, err)
	}
	return nil
}

// settle writes what is held back. A transaction that could not write it must
// not commit, also when whoever asked did not mind.
func (tx *Tx) settle() error {
	if tx.failed == nil && tx.held.something {
		h := tx.held
		tx.held = held{}
		tx.failed = tx.writeHeld(&h)
	}
	return tx.failed
}

func (tx *Tx) writeHeld(h *held) error {
	for _, r := range h.heads {
		if err := tx.writeHead(r); err != nil {
			return err
		}
	}
	var marks []any
	for _, k := range slices.SortedFunc(maps.Keys(h.marks), func(a, b markKey) int {
		return cmp.Or(cmp.Compare(a.ticket, b.ticket), cmp.Compare(a.person, b.person))
	}) {
		marks = append(marks, string(k.ticket), string(k.person), int64(h.marks[k]))
	}
	var heads []any
	for _, id := range slices.Sorted(maps.Keys(tx.lanes)) {
		if st := tx.lanes[id]; st.moved {
			heads = append(heads, string(id), int64(st.seq), st.hash, 0, []byte{}, st.tickets)
			st.moved = false
		}
	}
	for _, d := range slices.Sorted(maps.Keys(h.devices)) {
		last := int64(h.devices[d])
		n, err := tx.put(numberSpent, last, string(d), last)
		if err == nil && n != 1 {
			err = fmt.Errorf("number %d of device %s was spent before", last, d)
		}
		if err != nil {
			return fmt.Errorf("spend number: %w", err)
		}
	}
	for _, rows := range []struct {
		what, head, tail string
		width            int
		flat             []any
	}{
		{"entries", staffEntryInsert, "", 5, h.entries},
		{"customer entries", customerEntryInsert, "", 4, h.shown},
		{"read marks", markInsert, markMoves, 3, marks},
		{"lane rows", laneInsert, "", 12, h.lanes},
		{"lane heads", laneHeadInsert, laneHeadMoves, 6, heads},
		{"results", resultInsert, "", 6, h.results},
		{"answers", answerInsert, "", 3, h.answers},
		{"audit", auditInsert, "", 8, h.audit},
	} {
		if err := tx.insertMany(rows.head, rows.tail, rows.width, rows.flat); err != nil {
			return fmt.Errorf("write %s: %w", rows.what, err)
		}
	}
	return nil
}

// flush writes what was held back for the end.
func (tx *Tx) flush() error {
	if err := tx.settle(); err != nil {
		return err
	}
	if !tx.dirty {
		return nil
	}
	st := tx.state
	if _, err := tx.put(`UPDATE state SET number = ?, directory = ?, rights = ?, audit_seq = ?, audit_hash = ? WHERE id = 1`,
		st.number, st.directory, st.rights, st.auditSeq, nonNil(st.auditHash)); err != nil {
		return fmt.Errorf("write state: %w", err)
	}
	tx.dirty = false
	return nil
}

// chunks are how many rows one INSERT carries; each is a prepared statement.
var chunks = []int{32, 16, 8, 4, 2, 1}

// insertMany writes rows given as one flat list of width values each.
func (tx *Tx) insertMany(head, tail string, width int, flat []any) error {
	for _, n := range chunks {
		q := ""
		for len(flat) >= n*width {
			if q == "" {
				q = head + manyValues(n, width) + tail
			}
			if _, err := tx.put(q, flat[:n*width]...); err != nil {
				return err
			}
			flat = flat[n*width:]
		}
	}
	return nil
}

func manyValues(n, width int) string {
	row := "(" + strings.TrimSuffix(strings.Repeat("?, ", width), ", ") + ")"
	return strings.TrimSuffix(strings.Repeat(row+", ", n), ", ")
}
