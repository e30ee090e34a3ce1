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
	return tx.tellCall(n, body, "")
}

// tellCall has everybody know of a call that waits, or one person, as far as they
// may now.
func (tx *Tx) tellCall(n desk.NotedCall, body []byte, only desk.PersonID) error {
	dir, err := tx.directory()
	if err != nil {
		return err
	}
	who := []desk.PersonID{only}
	if only == "" {
		who = slices.Sorted(maps.Keys(dir.people))
	}
	var refs []refChange
	for _, id := range who {
		r := refChange{lane: ownLane(dir.people[id]), kind: desk.RefCall, id: string(n.ID)}
		if a, err := tx.Actor(id); err == nil && a.Person == id && flow.Knows(a, n, dir.place) {
			r.body = body
		}
		refs = append(refs, r)
	}
	_, err = tx.tellRefs(refs)
	return err
}

// reviewCalls is for a person whose rights moved: of what waits they know what
// they may know now, and of what they noted themselves their colleagues of now do.
func (tx *Tx) reviewCalls(before, after desk.Person) error {
	var calls []desk.NotedCall
	err := tx.each("SELECT body, sum FROM noted_calls WHERE ticket = '' ORDER BY id", nil, func(scan func(...any) error) error {
		var n desk.NotedCall
		err := tx.scanBody(scan, &n, "a call")
		calls = append(calls, n)
		return err
	})
	if err != nil {
		return fmt.Errorf("read calls: %w", err)
	}
	for _, n := range calls {
		only := after.ID
		if n.By == after.ID {
			only = ""
		}
		if was := ownLane(before); before.ID != "" && was != ownLane(after) {
			if _, err := tx.tellRefs([]refChange{{lane: was, kind: desk.RefCall, id: string(n.ID)}}); err != nil {
				return err
			}
		}
		body, err := tx.encode(n)
		if err != nil {
			return fmt.Errorf("encode call: %w", err)
		}
		if err := tx.tellCall(n, body, only); err != nil {
			return err
		}
	}
	return nil
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
