package ledger

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/policy"
)

// known is what this transaction knows of a ticket as it is now in the ledger:
// enough to tell what the next change of it moves.
type known struct {
	version, lastSeq         uint64
	publicVersion, publicSeq uint64
	updated, publicUpdated   int64
	number                   desk.Number
	lanes                    []desk.LaneID
	spot, outage             spot
	tags                     []string
	asked                    policy.Awaited // the first reply that is owed
	awaited                  desk.DeptID    // who owes one
	planned                  desk.PersonID  // who works on it, if it is planned work
	head                     []byte         // staff's
	filesGone                time.Time
	later                    []desk.Since
	shared                   desk.OrgID // who reads it as a colleague
}

func know(t *desk.Ticket, head []byte) *known {
	shared := t.Org
	if t.Private {
		shared = ""
	}
	return &known{
		later: access.Later(t), shared: shared,
		head: head, tags: t.Tags, asked: policy.FirstAwaited(t), awaited: policy.AwaitedOf(t), planned: policy.OnPlanned(t), filesGone: t.FilesGone,
		version: t.Version, lastSeq: t.LastSeq, publicVersion: t.PublicVersion, publicSeq: t.PublicSeq,
		updated: hour(t.Updated), publicUpdated: hour(t.PublicUpdated), number: t.Number, lanes: lanesOf(t), spot: spotOf(t), outage: outageOf(t),
	}
}

// hour is how exactly lane_tickets knows when a ticket changed: a snapshot
// comes newest hour first. So a busy ticket moves in that index once an hour and
// not in each of its lanes with every word.
func hour(t time.Time) int64 { return millis(t.Truncate(time.Hour)) }

// lanesOf leaves out customers' lanes while customers know nothing of t.
func lanesOf(t *desk.Ticket) []desk.LaneID {
	lanes := access.LanesOf(t)
	if t.PublicVersion > 0 {
		return lanes
	}
	var staff []desk.LaneID
	for _, id := range lanes {
		if !access.IsCustomerLane(id) {
			staff = append(staff, id)
		}
	}
	return staff
}

const headOf = "SELECT body, sum FROM staff_heads WHERE ticket = ?"

// Ticket gives the staff record of a head, or desk.ErrNotFound.
func (tx *Tx) Ticket(id desk.TicketID) (*desk.Ticket, error) {
	if k := tx.ticketNow(id); k != nil {
		var t desk.Ticket
		return &t, tx.l.codec.Unmarshal(k.head, &t)
	}
	// What this transaction holds back of a ticket it knows.
	return tx.ticketBy(tx.get, headOf, string(id))
}

// TicketByNumber gives the staff record of a head, or desk.ErrNotFound.
func (tx *Tx) TicketByNumber(n desk.Number) (*desk.Ticket, error) {
	return tx.ticketBy(tx.one, "SELECT body, sum FROM staff_heads WHERE number = ?", int64(n))
}

func (tx *Tx) ticketBy(read func(string, []any, ...any) (bool, error), q string, key any) (*desk.Ticket, error) {
	var body []byte
	var sum int64
	ok, err := read(q, []any{key}, &body, &sum)
	if err != nil {
		return nil, fmt.Errorf("read ticket: %w", err)
	}
	if !ok {
		return nil, access.NotFound()
	}
	var t desk.Ticket
	if err := tx.decode(body, sum, &t, fmt.Sprintf("head of %v", key)); err != nil {
		return nil, err
	}
	if tx.write {
		tx.know(&t, body)
	}
	return &t, nil
}

func (tx *Tx) know(t *desk.Ticket, head []byte) *known {
	k := know(t, head)
	tx.now.tickets[t.ID] = k
	return k
}

// before is the ticket as it stands, nil when there is none.
func (tx *Tx) before(id desk.TicketID) (*known, error) {
	if k := tx.ticketNow(id); k != nil {
		return k, nil
	}
	_, err := tx.ticketBy(tx.get, headOf, string(id))
	if errors.Is(err, desk.ErrNotFound) {
		err = nil
	}
	return tx.ticketNow(id), err
}

// Tail gives the entries after a staff Seq, oldest first, as staff reads them.
func (tx *Tx) Tail(id desk.TicketID, after uint64) ([]desk.Entry, error) {
	bodies, _, err := tx.bodies(staff, id, after)
	if err != nil {
		return nil, err
	}
	out := make([]desk.Entry, len(bodies))
	for i, b := range bodies {
		if err := tx.l.codec.Unmarshal(b, &out[i]); err != nil {
			return nil, damaged(fmt.Sprintf("entry of %s: %v", id, err))
		}
	}
	return out, nil
}

// audience is a set of statements that see one audience's tables and no other.
type audience struct {
	name                   string
	entries, head          string
	newest, range_, marked string
	// For one wish, and for many.
	headsInLane, entriesOf [2]string
}

// wishes is how many tickets a statement is asked about that takes many.
const wishes = 32

// wished names the tickets a statement is asked about, and from where on. The
// join after it is written so that SQLite goes through these, not through a table.
func wished(n int, rest string) string {
	return "WITH w (ticket, after) AS (VALUES " + strings.Repeat("(CAST(? AS TEXT), CAST(? AS BIGINT)), ", n-1) + "(CAST(? AS TEXT), CAST(? AS BIGINT))) " + rest
}

func audienceOf(name string) *audience {
	heads, entries := name+"_heads", name+"_entries"
	both := func(rest string) [2]string { return [2]string{wished(1, rest), wished(wishes, rest)} }
	return &audience{
		name:    name,
		entries: "SELECT seq, body, sum FROM " + entries + " WHERE ticket = ? AND seq > ? ORDER BY seq",
		head:    "SELECT version, body, sum FROM " + heads + " WHERE ticket = ?",
		newest: `SELECT m.ticket, m.updated, m.later, h.version, h.last_seq, h.size, h.body, h.sum,
			CASE WHEN EXISTS (SELECT 1 FROM lane_tickets o WHERE o.lane = ? AND o.ticket = m.ticket AND o.later = 0) THEN 1 ELSE 0 END
			FROM lane_tickets m JOIN ` + heads + ` h ON h.ticket = m.ticket WHERE m.lane = ? AND (m.updated, m.ticket) < (?, ?) ORDER BY m.updated DESC, m.ticket DESC LIMIT ?`,
		range_: "SELECT e.ticket, e.seq, e.body, e.sum FROM lane_tickets m JOIN " + entries + ` e ON e.ticket = m.ticket
			WHERE m.lane = ? AND (m.updated, m.ticket) <= (?, ?) AND (m.updated, m.ticket) >= (?, ?)
			AND NOT EXISTS (SELECT 1 FROM lane_tickets o WHERE o.lane = ? AND o.ticket = m.ticket AND o.later = 0)
			ORDER BY m.updated DESC, m.ticket DESC, e.seq`,
		headsInLane: both("SELECT h.ticket, m.later, h.version, h.last_seq, h.body, h.sum FROM w CROSS JOIN lane_tickets m CROSS JOIN " + heads + ` h
			WHERE m.lane = ? AND m.ticket = w.ticket AND h.ticket = m.ticket`),
		entriesOf: both("SELECT e.ticket, e.seq, e.body, e.sum FROM w CROSS JOIN " + entries + ` e
			WHERE e.ticket = w.ticket AND e.seq > w.after ORDER BY e.ticket, e.seq`),
		marked: `SELECT m.ticket, r.seq FROM lane_tickets m JOIN read_marks r ON r.ticket = m.ticket AND r.person = ?
			WHERE m.lane = ? AND (m.updated, m.ticket) <= (?, ?) AND (m.updated, m.ticket) >= (?, ?)`,
	}
}

var staff, customer = audienceOf("staff"), audienceOf("customer")

func audienceFor(lane desk.LaneID) *audience {
	if access.IsCustomerLane(lane) {
		return customer
	}
	return staff
}

// bodies gives the encoded entries after a Seq of the audience, and the first's
// Seq.
func (tx *Tx) bodies(a *audience, id desk.TicketID, after uint64) (out [][]byte, from uint64, err error) {
	from = after + 1
	next := from
	if tx.held.headAt[formKey{a, id}] != nil {
		if err := tx.settle(); err != nil {
			return nil, 0, err
		}
	}
	err = tx.s.each(tx.ctx, a.entries, []any{string(id), int64(after)}, func(scan func(...any) error) error {
		var seq uint64
		var body []byte
		var sum int64
		if err := scan(&seq, &body, &sum); err != nil {
			return fmt.Errorf("read entry: %w", err)
		}
		if seq != next || crc(body) != sum {
			return damaged(fmt.Sprintf("entry %d of %s", next, id))
		}
		next++
		out = append(out, body)
		return nil
	})
	return out, from, err
}

// Whole gives a ticket with its whole conversation as one audience reads it,
// or desk.ErrNotFound. reader may be empty.
func (tx *Tx) Whole(id desk.TicketID, forCustomer bool, reader desk.PersonID) (desk.Item, error) {
	a := staff
	if forCustomer {
		a = customer
	}
	it := desk.Item{Kind: desk.ItemEnter, Ticket: id}
	var sum int64
	ok, err := tx.one(a.head, []any{string(id)}, &it.Version, &it.Head, &sum)
	if err != nil {
		return desk.Item{}, fmt.Errorf("read head: %w", err)
	}
	if !ok {
		return desk.Item{}, access.NotFound()
	}
	if err := tx.fill(a, &it, sum, 0, reader); err != nil || !forCustomer {
		return it, err
	}
	later, err := tx.comesLater(reader, id)
	if err != nil || !later {
		return it, err
	}
	return it, tx.fromHere(reader, &it)
}

// intact compares an item's head with its sum.
func (tx *Tx) intact(it *desk.Item, sum int64) error {
	if crc(it.Head) != sum {
		return damaged("head of " + string(it.Ticket))
	}
	return nil
}

// fill adds to an item that has its head the entries after a Seq, and the
// reader's position when the item lets a ticket in.
func (tx *Tx) fill(a *audience, it *desk.Item, sum int64, after uint64, reader desk.PersonID) (err error) {
	if err := tx.intact(it, sum); err != nil {
		return err
	}
	if it.Entries, it.FromSeq, err = tx.bodies(a, it.Ticket, after); err != nil {
		return err
	}
	if it.Kind == desk.ItemEnter && reader != "" {
		it.Read, err = tx.ReadUpTo(reader, it.Ticket)
	}
	return err
}

// ReadUpTo is how far the person has read the ticket, as a Seq of theirs.
func (tx *Tx) ReadUpTo(p desk.PersonID, id desk.TicketID) (uint64, error) {
	k := markKey{id, p}
	if seq, ok := tx.markNow(k); ok {
		return seq, nil
	}
	var seq uint64
	if _, err := tx.get("SELECT seq FROM read_marks WHERE ticket = ? AND person = ?", []any{string(id), string(p)}, &seq); err != nil {
		return 0, fmt.Errorf("read mark: %w", err)
	}
	if tx.write {
		tx.now.marks[k] = seq
	}
	return seq, nil
}

// Readers gives how far everybody who ever read the ticket has read it.
func (tx *Tx) Readers(id desk.TicketID) (map[desk.PersonID]uint64, error) {
	out := map[desk.PersonID]uint64{}
	err := tx.each("SELECT person, seq FROM read_marks WHERE ticket = ?", []any{string(id)}, func(scan func(...any) error) error {
		var p desk.PersonID
		var seq uint64
		if err := scan(&p, &seq); err != nil {
			return fmt.Errorf("read mark: %w", err)
		}
		out[p] = seq
		return nil
	})
	return out, err
}

// EachTicket gives every head to fn, in the order of their ids, until it fails.
// It reads the whole table: it is for an operator's questions.
func (tx *Tx) EachTicket(fn func(*desk.Ticket) error) error {
	var ids []desk.TicketID
	err := tx.each("SELECT ticket FROM staff_heads ORDER BY ticket", nil, func(scan func(...any) error) error {
		var id desk.TicketID
		err := scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("list tickets: %w", err)
	}
	for _, id := range ids {
		t, err := tx.Ticket(id)
		if err == nil {
			err = fn(t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
