package ledger

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/flow"
)

// notedSchema keeps calls that were noted under a code. ticket is where one
// went, "" while it waits and "-" once it was dropped: a request that is sent
// again finds it.
const notedSchema = `
CREATE TABLE noted_calls (id TEXT PRIMARY KEY, code TEXT NOT NULL, ticket TEXT NOT NULL, body BLOB NOT NULL, sum BIGINT NOT NULL) WITHOUT ROWID;
CREATE INDEX noted_code ON noted_calls (code) WHERE ticket = '';
`

const dropped = "-"

// NoteCall keeps a call until its ticket arrives and tells the colleagues of
// who noted it. into is where it went at once; empty if it waits.
func (tx *Tx) NoteCall(n desk.NotedCall, into desk.TicketID) error {
	body, err := tx.encode(n)
	if err != nil {
		return fmt.Errorf("encode call: %w", err)
	}
	if _, err := tx.exec("INSERT INTO noted_calls (id, code, ticket, body, sum) VALUES (?, ?, ?, ?, ?)",
		string(n.ID), n.Code, string(into), body, crc(body)); err != nil {
		return fmt.Errorf("write call: %w", err)
	}
	if into != "" {
		return nil
	}
	dir, err := tx.directory()
	if err != nil {
		return err
	}
	var refs []refChange
	for _, id := range slices.Sorted(maps.Keys(dir.people)) {
		a, err := tx.Actor(id)
		if err == nil && a.Person == id && flow.Knows(a, n, dir.place) {
			refs = append(refs, refChange{lane: ownLane(dir.people[id]), kind: desk.RefCall, id: string(n.ID), body: body})
		}
	}
	_, err = tx.tellRefs(refs)
	return err
}

// NotedCall gives a call that waits, or was noted before: then waits is false.
func (tx *Tx) NotedCall(id desk.CommandID) (n desk.NotedCall, known, waits bool, err error) {
	var body []byte
	var sum int64
	var into string
	known, err = tx.one("SELECT ticket, body, sum FROM noted_calls WHERE id = ?", []any{string(id)}, &into, &body, &sum)
	if err != nil || !known {
		return n, known, false, err
	}
	return n, true, into == "", tx.decode(body, sum, &n, "a call")
}

// Calls gives the calls that wait for a code, in the order they were noted.
func (tx *Tx) Calls(code string) (out []desk.NotedCall, err error) {
	err = tx.each("SELECT body, sum FROM noted_calls WHERE code = ? AND ticket = '' ORDER BY id", []any{code}, func(scan func(...any) error) error {
		var n desk.NotedCall
		err := tx.scanBody(scan, &n, "a call")
		out = append(out, n)
		return err
	})
	return out, err
}

// CallEnds notes that a call waits no more: it is on a ticket, or was dropped.
func (tx *Tx) CallEnds(id desk.CommandID, into desk.TicketID) error {
	if into == "" {
		into = dropped
	}
	if _, err := tx.exec("UPDATE noted_calls SET ticket = ? WHERE id = ?", string(into), string(id)); err != nil {
		return fmt.Errorf("write call: %w", err)
	}
	var refs []refChange
	err := tx.each("SELECT lane FROM lane_refs WHERE kind = ? AND id = ? ORDER BY lane", []any{string(desk.RefCall), string(id)}, func(scan func(...any) error) error {
		r := refChange{kind: desk.RefCall, id: string(id)}
		err := scan(&r.lane)
		refs = append(refs, r)
		return err
	})
	if err == nil {
		_, err = tx.tellRefs(refs)
	}
	return err
}

// ByCode gives the tickets of a code that are not older than since. It looks at
// the id of each that was made since then.
func (tx *Tx) ByCode(code string, since time.Time) (ids []desk.TicketID, err error) {
	ms := uint64(max(since.UnixMilli(), 0))
	from := fmt.Sprintf("%08x-%04x", ms>>16, ms&0xffff)
	err = tx.each("SELECT ticket FROM staff_heads WHERE ticket >= ? ORDER BY ticket", []any{from}, func(scan func(...any) error) error {
		var id desk.TicketID
		err := scan(&id)
		if err == nil && id.Code() == code {
			ids = append(ids, id)
		}
		return err
	})
	return ids, err
}
