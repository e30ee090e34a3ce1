package ledger

import (
	"context"
	"fmt"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// plannedSchema keeps who works on how much that is planned, so that some can
// be kept out of it.
const plannedSchema = `
CREATE TABLE planned (person TEXT PRIMARY KEY, n BIGINT NOT NULL) WITHOUT ROWID;
`

const plannedMoves = "INSERT INTO planned (person, n) VALUES (?, ?) ON CONFLICT (person) DO UPDATE SET n = planned.n + excluded.n"

// plans counts a ticket for who works on it, if that is planned.
func (tx *Tx) plans(was, is desk.PersonID) error {
	if was == is {
		return nil
	}
	for _, m := range []struct {
		who desk.PersonID
		by  int
	}{{was, -1}, {is, 1}} {
		if m.who == "" {
			continue
		}
		if _, err := tx.put(plannedMoves, string(m.who), m.by); err != nil {
			return fmt.Errorf("count planned work: %w", err)
		}
	}
	return nil
}

// OnPlanned reports whether somebody works on something that is planned.
func (tx *Tx) OnPlanned(p desk.PersonID) (bool, error) {
	var n int64
	if _, err := tx.get("SELECT n FROM planned WHERE person = ?", []any{string(p)}, &n); err != nil {
		return false, fmt.Errorf("read planned work: %w", err)
	}
	return n > 0, nil
}

// fillPlanned counts what is planned in a ledger that did not.
func fillPlanned(ctx context.Context, s *session, codec Codec) error {
	counts := map[desk.PersonID]int{}
	err := s.each(ctx, "SELECT body, sum FROM staff_heads", nil, func(scan func(...any) error) error {
		var body []byte
		var sum int64
		var t desk.Ticket
		if err := scan(&body, &sum); err != nil {
			return err
		}
		if crc(body) != sum || codec.Unmarshal(body, &t) != nil {
			return damaged("a head that is planned work or not")
		}
		if p := policy.OnPlanned(&t); p != "" {
			counts[p]++
		}
		return nil
	})
	for p, n := range counts {
		if err != nil {
			break
		}
		_, err = s.exec(ctx, plannedMoves, string(p), n)
	}
	return err
}

// planned compares what the counts say with what the heads have.
func (c *checker) planned(want map[desk.PersonID]int64) error {
	err := c.tx.each("SELECT person, n FROM planned", nil, func(scan func(...any) error) error {
		var p desk.PersonID
		var n int64
		if err := scan(&p, &n); err != nil {
			return err
		}
		if want[p] != n {
			c.bad("planned work of %s is counted %d times, and it is on %d tickets", p, n, want[p])
		}
		delete(want, p)
		return nil
	})
	for p, n := range want {
		if n > 0 {
			c.bad("planned work of %s is not counted", p)
		}
	}
	return err
}
