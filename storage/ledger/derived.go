package ledger

import (
	"context"
	"fmt"

	"docket/app/desk"
)

// What is kept beside the heads follows from them: places in a line, and counts.
// Here is what those have in common.

// recount counts a ticket for is that was counted for was; either may be nobody.
func (tx *Tx) recount(moves, was, is string) error {
	if was == is {
		return nil
	}
	for _, m := range []struct {
		of string
		by int
	}{{was, -1}, {is, 1}} {
		if m.of == "" {
			continue
		}
		if _, err := tx.put(moves, m.of, m.by); err != nil {
			return fmt.Errorf("count for %s: %w", m.of, err)
		}
	}
	return nil
}

// eachHead gives every ticket of a ledger that is being brought up to date.
func eachHead(ctx context.Context, s *session, codec Codec, do func(*desk.Ticket)) error {
	return s.each(ctx, "SELECT body, sum FROM staff_heads", nil, func(scan func(...any) error) error {
		var body []byte
		var sum int64
		var t desk.Ticket
		if err := scan(&body, &sum); err != nil {
			return err
		}
		if crc(body) != sum || codec.Unmarshal(body, &t) != nil {
			return damaged("a head that something is made from")
		}
		do(&t)
		return nil
	})
}

// fillSpots notes the places of a ledger that had none.
func fillSpots(ctx context.Context, s *session, codec Codec, of func(*desk.Ticket) spot, enter string) error {
	var found []spot
	err := eachHead(ctx, s, codec, func(t *desk.Ticket) {
		if at := of(t); at.place != nil {
			found = append(found, at)
		}
	})
	for _, at := range found {
		if err != nil {
			break
		}
		_, err = s.exec(ctx, enter+"(?, ?)", string(at.dept), at.place)
	}
	return err
}

// fillCounts counts in a ledger that did not.
func fillCounts(ctx context.Context, s *session, codec Codec, of func(*desk.Ticket) string, moves string) error {
	counts := map[string]int{}
	err := eachHead(ctx, s, codec, func(t *desk.Ticket) {
		if k := of(t); k != "" {
			counts[k]++
		}
	})
	for k, n := range counts {
		if err != nil {
			break
		}
		_, err = s.exec(ctx, moves, k, n)
	}
	return err
}

// counted compares what query says, a name and a number in each row, with what
// the heads have. wrong is said of a name, its number and the right one, missing
// of a name that has none.
func (c *checker) counted(query string, want map[string]int64, wrong, missing string) error {
	err := c.tx.each(query, nil, func(scan func(...any) error) error {
		var k string
		var n int64
		if err := scan(&k, &n); err != nil {
			return err
		}
		if want[k] != n {
			c.bad(wrong, k, n, want[k])
		}
		delete(want, k)
		return nil
	})
	for k := range want {
		c.bad(missing, k)
	}
	return err
}

// standing compares the places that query gives, a department and a place in
// each row, with what the heads say. line is what they stand in.
func (c *checker) standing(query string, want map[[2]string]bool, line string) error {
	err := c.tx.each(query, nil, func(scan func(...any) error) error {
		var dept string
		var place []byte
		if err := scan(&dept, &place); err != nil {
			return err
		}
		k := [2]string{dept, string(place)}
		if !want[k] {
			c.bad("ticket %s stands in the %s of %s, where it does not belong", ticketAt(place), line, dept)
		}
		delete(want, k)
		return nil
	})
	for k := range want {
		c.bad("ticket %s is missing in the %s of %s", ticketAt([]byte(k[1])), line, k[0])
	}
	return err
}
