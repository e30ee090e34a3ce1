package ledger

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// checkedRows is how much of each lane's and the audit's chain the check at
// start follows (RELIABILITY 3.6).
const checkedRows = 1000

// maxProblems is how many problems a report lists; one is enough to stop.
const maxProblems = 50

// Check is the self-check at start: every lane ends where its newest row says
// and the last thousand rows are dense and chained, heads are where their
// entries end, no result is beyond its device's numbers. What it finds is in
// the report, and then the error is desk.ErrDamaged: the server must not serve.
func (l *Ledger) Check(ctx context.Context) (Report, error) { return l.check(ctx, false) }

// CheckAll checks everything: whole chains, every stored byte against its sum,
// that lanes hold what tickets say, and the database's own structure.
func (l *Ledger) CheckAll(ctx context.Context) (Report, error) { return l.check(ctx, true) }

func (l *Ledger) check(ctx context.Context, all bool) (Report, error) {
	start := l.now()
	c := &checker{all: all, r: Report{Epoch: l.epoch}}
	err := l.View(ctx, func(tx *Tx) error {
		c.tx = tx
		steps := []func() error{c.lanes, c.heads, c.results, c.audit, c.people}
		if all {
			steps = append(steps, c.bodies, c.membership, c.purged, c.structure)
		}
		for _, step := range steps {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	c.r.Took = l.now().Sub(start).Round(time.Millisecond)
	if err != nil {
		return c.r, fmt.Errorf("check: %w", err)
	}
	if n := len(c.r.Problems); n > 0 {
		return c.r, damaged(fmt.Sprintf("%d problems, the first: %s", n, c.r.Problems[0]))
	}
	return c.r, nil
}

type checker struct {
	tx  *Tx
	all bool
	r   Report
}

func (c *checker) bad(format string, args ...any) {
	if len(c.r.Problems) < maxProblems {
		c.r.Problems = append(c.r.Problems, fmt.Sprintf(format, args...))
	}
}

func (c *checker) lanes() error {
	lanes, err := c.tx.Lanes()
	if err != nil {
		return err
	}
	for _, id := range lanes {
		if err := c.lane(id); err != nil {
			return err
		}
		c.r.Lanes++
	}
	var orphans int
	if _, err := c.tx.one("SELECT count(*) FROM lane_items i WHERE NOT EXISTS (SELECT 1 FROM lanes l WHERE l.lane = i.lane)", nil, &orphans); c.all && err != nil {
		return err
	}
	if orphans > 0 {
		c.bad("%d rows belong to no lane", orphans)
	}
	return nil
}

func (c *checker) lane(id desk.LaneID) error {
	var head, floor uint64
	var hash, floorHash []byte
	if _, err := c.tx.one("SELECT seq, hash, floor, floor_hash FROM lanes WHERE lane = ?", []any{string(id)}, &head, &hash, &floor, &floorHash); err != nil {
		return err
	}
	from := floor
	before := floorHash
	if !c.all && head > checkedRows && head-checkedRows > floor {
		from = head - checkedRows
		ok, err := c.tx.one("SELECT hash FROM lane_items WHERE lane = ? AND seq = ?", []any{string(id), int64(from)}, &before)
		if err != nil {
			return err
		}
		if !ok {
			c.bad("lane %s lacks row %d", id, from)
			return nil
		}
	}
	at, broken := from, false
	err := c.tx.each(`SELECT seq, kind, ticket, version, from_seq, read_seq, ref_kind, ref_id, content, hash FROM lane_items
		WHERE lane = ? AND seq > ? ORDER BY seq`, []any{string(id), int64(from)}, func(scan func(...any) error) error {
		var r laneRow
		var h []byte
		if err := scan(&r.Seq, &r.Kind, &r.Ticket, &r.Version, &r.FromSeq, &r.Read, &r.RefKind, &r.RefID, &r.Content, &h); err != nil {
			return err
		}
		c.r.Items++
		at++
		if !broken && (r.Seq != at || !bytes.Equal(h, r.chain(before))) {
			c.bad("lane %s does not follow on itself at %d", id, at)
			broken = true
		}
		before = h
		return nil
	})
	if err != nil {
		return err
	}
	if !broken && (at != head || head > 0 && !bytes.Equal(before, hash)) {
		c.bad("lane %s ends at %d and says %d", id, at, head)
	}
	return nil
}

// heads looks whether every head ends where its conversation does and has seen
// every change its lanes tell of.
func (c *checker) heads() error {
	if _, err := c.tx.one("SELECT count(*) FROM staff_heads", nil, &c.r.Tickets); err != nil {
		return err
	}
	if _, err := c.tx.one("SELECT count(*) FROM staff_entries", nil, &c.r.Entries); err != nil {
		return err
	}
	var highest int64
	if _, err := c.tx.one("SELECT COALESCE(max(number), 0) FROM staff_heads", nil, &highest); err != nil {
		return err
	}
	var given int64
	if _, err := c.tx.one("SELECT number FROM state WHERE id = 1", nil, &given); err != nil {
		return err
	}
	if highest > given {
		c.bad("ticket number %d was never given; the last was %d", highest, given)
	}
	for _, a := range []*audience{staff, customer} {
		q := fmt.Sprintf(`SELECT h.ticket, h.last_seq, COALESCE(max(e.seq), 0), count(e.seq) FROM %s_heads h
			LEFT JOIN %s_entries e ON e.ticket = h.ticket GROUP BY h.ticket, h.last_seq
			HAVING h.last_seq <> COALESCE(max(e.seq), 0) OR h.last_seq <> count(e.seq) LIMIT 20`, a.name, a.name)
		err := c.tx.each(q, nil, func(scan func(...any) error) error {
			var id desk.TicketID
			var last, newest, n int64
			if err := scan(&id, &last, &newest, &n); err != nil {
				return err
			}
			c.bad("%s ticket %s ends at %d and has %d entries up to %d", a.name, id, last, n, newest)
			return nil
		})
		if err != nil {
			return err
		}
		lanes := "i.lane LIKE 's/%'"
		if a == customer {
			lanes = "i.lane LIKE 'c/%'"
		}
		q = fmt.Sprintf(`SELECT h.ticket, h.version, max(i.version) FROM lane_items i JOIN %s_heads h ON h.ticket = i.ticket
			WHERE %s GROUP BY h.ticket, h.version HAVING max(i.version) > h.version LIMIT 20`, a.name, lanes)
		err = c.tx.each(q, nil, func(scan func(...any) error) error {
			var id desk.TicketID
			var version, told int64
			if err := scan(&id, &version, &told); err != nil {
				return err
			}
			c.bad("%s ticket %s is at version %d and a lane tells of %d", a.name, id, version, told)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) results() error {
	if _, err := c.tx.one("SELECT count(*) FROM results", nil, &c.r.Results); err != nil {
		return err
	}
	return c.tx.each(`SELECT r.device, max(r.dseq), COALESCE(max(d.last_dseq), -1) FROM results r LEFT JOIN devices d ON d.id = r.device
		GROUP BY r.device HAVING max(r.dseq) > COALESCE(max(d.last_dseq), -1) LIMIT 20`, nil, func(scan func(...any) error) error {
		var id string
		var have, last int64
		if err := scan(&id, &have, &last); err != nil {
			return err
		}
		c.bad("device %s has result %d and spent %d numbers", id, have, last)
		return nil
	})
}

func (c *checker) audit() error {
	var end int64
	var hash []byte
	if _, err := c.tx.one("SELECT audit_seq, audit_hash FROM state WHERE id = 1", nil, &end, &hash); err != nil {
		return err
	}
	from := int64(0)
	var before []byte
	if !c.all && end > checkedRows {
		from = end - checkedRows
		if _, err := c.tx.one("SELECT hash FROM audit WHERE seq = ?", []any{from}, &before); err != nil {
			return err
		}
	}
	at := from
	err := c.tx.each("SELECT seq, at, person, device, action, object, outcome, hash FROM audit WHERE seq > ? ORDER BY seq", []any{from},
		func(scan func(...any) error) error {
			var r AuditRow
			var seq, when int64
			var h []byte
			if err := scan(&seq, &when, &r.Person, &r.Device, &r.Action, &r.Object, &r.Outcome, &h); err != nil {
				return err
			}
			r.At = fromMillis(when)
			at++
			if seq != at || !bytes.Equal(h, r.chain(before, seq)) {
				c.bad("the audit was changed at row %d", at)
				at = seq
			}
			before = h
			c.r.Audit++
			return nil
		})
	if err == nil && (at != end || !bytes.Equal(before, hash)) {
		c.bad("the audit ends at %d and says %d", at, end)
	}
	return err
}

func (c *checker) people() error {
	d, err := c.tx.directory()
	if err != nil {
		return err
	}
	c.r.People = len(d.people)
	return nil
}

// bodies reads every stored byte.
func (c *checker) bodies() error {
	for _, t := range []string{"staff_heads", "staff_entries", "customer_heads", "customer_entries", "results", "lane_refs", "orgs", "people", "articles"} {
		n := 0
		err := c.tx.each("SELECT body, sum FROM "+t, nil, func(scan func(...any) error) error {
			var body []byte
			var sum int64
			if err := scan(&body, &sum); err != nil {
				return err
			}
			if crc(body) != sum {
				n++
			}
			return nil
		})
		if err != nil {
			return err
		}
		if n > 0 {
			c.bad("%d rows of %s do not match their sums", n, t)
		}
	}
	return nil
}

// membership compares the lanes and queues tickets lie in with what their heads say.
func (c *checker) membership() error {
	want, later := map[[2]string]bool{}, map[[2]string]uint64{}
	outages, queued, tags, waits, planned := map[[2]string]bool{}, map[[2]string]bool{}, map[string]int64{}, map[string]int64{}, map[string]int64{}
	err := c.tx.each("SELECT ticket, body, sum FROM staff_heads", nil, func(scan func(...any) error) error {
		var id desk.TicketID
		var body []byte
		var sum int64
		if err := scan(&id, &body, &sum); err != nil {
			return err
		}
		var t desk.Ticket
		if err := c.tx.decode(body, sum, &t, "head of "+string(id)); err != nil {
			c.bad("%v", err)
			return nil
		}
		for _, lane := range lanesOf(&t) {
			k := [2]string{string(lane), string(id)}
			want[k], later[k] = true, know(&t, nil).laterIn(lane)
		}
		if at := spotOf(&t); at.place != nil {
			queued[[2]string{string(at.dept), string(at.place)}] = true
		}
		if at := outageOf(&t); at.place != nil {
			outages[[2]string{string(at.dept), string(at.place)}] = true
		}
		if d := policy.AwaitedOf(&t); d != "" {
			waits[string(d)]++
		}
		if p := policy.OnPlanned(&t); p != "" {
			planned[string(p)]++
		}
		for _, tag := range t.Tags {
			tags[tag]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = c.tx.each("SELECT lane, ticket, later FROM lane_tickets", nil, func(scan func(...any) error) error {
		var k [2]string
		var from uint64
		if err := scan(&k[0], &k[1], &from); err != nil {
			return err
		}
		if want[k] && from != later[k] {
			c.bad("ticket %s is read in lane %s after its entry %d, and should be after %d", k[1], k[0], from, later[k])
		}
		if !want[k] {
			c.bad("ticket %s lies in lane %s, where it does not belong", k[1], k[0])
		}
		delete(want, k)
		return nil
	})
	for k := range want {
		c.bad("ticket %s is missing in lane %s", k[1], k[0])
	}
	if err != nil {
		return err
	}
	if err := c.standing("SELECT department, place FROM queue", queued, "queue"); err != nil {
		return err
	}
	if err := c.standing("SELECT department, place FROM outages", outages, "outages"); err != nil {
		return err
	}
	if err := c.counted("SELECT department, n FROM awaited", waits, "%[2]d tickets are counted that wait for %[1]s, and there are %[3]d", "what waits for %s is not counted"); err != nil {
		return err
	}
	if err := c.counted("SELECT person, n FROM planned", planned, "planned work of %s is counted %d times, and it is on %d tickets", "planned work of %s is not counted"); err != nil {
		return err
	}
	return c.counted("SELECT tag, tickets FROM tags", tags, "the tag %q is counted %d times, and %d tickets have it", "the tag %q is not counted")
}

// structure asks SQLite to look at its own file; PostgreSQL has its own tools.
func (c *checker) structure() error {
	if c.tx.l.d.driver != "sqlite" {
		return nil
	}
	return c.tx.each("PRAGMA integrity_check(20)", nil, func(scan func(...any) error) error {
		var s string
		if err := scan(&s); err != nil {
			return err
		}
		if s != "ok" {
			c.bad("%s", s)
		}
		return nil
	})
}
