package ledger

import (
	"context"
	"fmt"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// loadSchema keeps how many wait for each department's reply, and the most that
// waited in each hour of the last days, from 1 January 1970.
const loadSchema = `
CREATE TABLE awaited (department TEXT PRIMARY KEY, n BIGINT NOT NULL) WITHOUT ROWID;
CREATE TABLE loads (department TEXT NOT NULL, hour BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (department, hour)) WITHOUT ROWID;
`

const awaitedMoves = "INSERT INTO awaited (department, n) VALUES (?, ?) ON CONFLICT (department) DO UPDATE SET n = awaited.n + excluded.n"

// awaits counts a ticket for the department that owes it a reply now.
func (tx *Tx) awaits(was, is desk.DeptID) error {
	return tx.recount(awaitedMoves, string(was), string(is))
}

// fillAwaited counts who waits in a ledger that did not.
func fillAwaited(ctx context.Context, s *session, codec Codec) error {
	return fillCounts(ctx, s, codec, func(t *desk.Ticket) string { return string(policy.AwaitedOf(t)) }, awaitedMoves)
}

// Announce tells everybody what a lead says of how busy a department is, or
// that it is over.
func (tx *Tx) Announce(b desk.Busy) ([]desk.Cursor, error) {
	if !tx.write {
		return nil, errReadOnly
	}
	d, err := tx.Desk()
	if err != nil {
		return nil, err
	}
	for _, dept := range d.Departments {
		if dept.ID == b.Department {
			refs, err := tx.busyRefs(dept, b, b.Text != "")
			if err != nil {
				return nil, err
			}
			return tx.tellRefs(refs)
		}
	}
	return nil, nil
}

func (tx *Tx) busyRefs(d desk.Department, b desk.Busy, busy bool) ([]refChange, error) {
	refs := []refChange{{lane: "c/dir", kind: desk.RefBusy, id: string(d.ID)}, {lane: "s/dir", kind: desk.RefBusy, id: string(d.ID)}}
	if !busy {
		return refs, nil
	}
	body, err := tx.encode(b)
	if err != nil {
		return nil, fmt.Errorf("encode how busy it is: %w", err)
	}
	if refs[1].body = body; !d.Hidden {
		refs[0].body = body
	}
	return refs, nil
}

// load notes how many wait for the departments that are open, and gives which
// are busy from now on. What a lead said stands until it is over.
func (tx *Tx) load(all []desk.Department, now time.Time) ([]refChange, error) {
	hour := millis(now.Truncate(time.Hour)) / time.Hour.Milliseconds()
	if _, err := tx.exec("DELETE FROM loads WHERE hour <= ?", hour-policy.LoadDays*24); err != nil {
		return nil, fmt.Errorf("forget loads: %w", err)
	}
	var refs []refChange
	for _, d := range all {
		said, err := tx.busyNow(d.ID)
		if err != nil {
			return nil, err
		}
		if said.Text != "" && !said.Over(now) {
			continue
		}
		var waiting int
		if _, err := tx.one("SELECT n FROM awaited WHERE department = ?", []any{string(d.ID)}, &waiting); err != nil {
			return nil, fmt.Errorf("read who waits: %w", err)
		}
		loads, err := tx.loads(d, hour)
		if err != nil {
			return nil, err
		}
		already := said.Department != "" && said.Text == ""
		more, err := tx.busyRefs(d, desk.Busy{Department: d.ID}, policy.Swamped(waiting, loads, already))
		if err != nil {
			return nil, err
		}
		refs = append(refs, more...)
		if !policy.OpenNow(d, now) {
			continue
		}
		if _, err := tx.exec(`INSERT INTO loads (department, hour, n) VALUES (?, ?, ?)
			ON CONFLICT (department, hour) DO UPDATE SET n = CASE WHEN excluded.n > loads.n THEN excluded.n ELSE loads.n END`,
			string(d.ID), hour, waiting); err != nil {
			return nil, fmt.Errorf("note load: %w", err)
		}
	}
	return refs, nil
}

// busyNow is what is told of a department; the zero Busy for nothing.
func (tx *Tx) busyNow(d desk.DeptID) (b desk.Busy, err error) {
	var body []byte
	var sum int64
	ok, err := tx.one("SELECT body, sum FROM lane_refs WHERE lane = 's/dir' AND kind = ? AND id = ?", []any{string(desk.RefBusy), string(d)}, &body, &sum)
	if err != nil || !ok {
		return b, err
	}
	return b, tx.decode(body, sum, &b, "how busy it is")
}

// loads are how many waited in the hours before this one.
func (tx *Tx) loads(d desk.Department, hour int64) (out []int, err error) {
	err = tx.each("SELECT n FROM loads WHERE department = ? AND hour < ?", []any{string(d.ID), hour}, func(scan func(...any) error) error {
		var n int
		err := scan(&n)
		out = append(out, n)
		return err
	})
	return out, err
}
