package ledger

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
)

// laterSchema keeps, in the lane of somebody who was put into CC, after which
// entry for customers they came in (BEHAVIOURS 2.14); 0 for everybody else.
// Whether their organization lets them read more is asked when they are sent
// something.
const laterSchema = `
ALTER TABLE lane_tickets ADD COLUMN later BIGINT NOT NULL DEFAULT 0;
`

// laterIn is what lane_tickets says of the ticket in a lane.
func (k *known) laterIn(lane desk.LaneID) uint64 {
	if len(k.later) == 0 {
		return 0
	}
	i := slices.IndexFunc(k.later, func(s desk.Since) bool { return s.Person == access.ReaderOf(lane) })
	if i < 0 || !access.IsCustomerLane(lane) {
		return 0
	}
	return k.later[i].Seq
}

// readsOtherwise reports whether the reader of a lane begins elsewhere in the
// conversation than before, so that they have to be told all of it anew.
func (k *known) readsOtherwise(was *known, lane desk.LaneID) bool {
	a, b := was.laterIn(lane), k.laterIn(lane)
	return a != b || a > 0 && was.shared != k.shared
}

// cutFor reports whether rows of a lane speak of a ticket of which its reader
// does not have all, and so have to be made for them.
func (tx *Tx) cutFor(lane desk.LaneID, rows []laneRow) bool {
	if !strings.HasPrefix(string(lane), "c/user/") {
		return false
	}
	return slices.ContainsFunc(rows, func(r laneRow) bool {
		k := tx.ticketNow(r.Ticket) // forgotten after a write by hand
		return r.Ticket != "" && (k == nil || k.laterIn(lane) > 0)
	})
}

// comesLater reports whether a customer has a ticket only from where they came
// in, if their organization lets them read no more.
func (tx *Tx) comesLater(p desk.PersonID, id desk.TicketID) (bool, error) {
	found, err := tx.one("SELECT 1 FROM lane_tickets WHERE lane = ? AND ticket = ? AND later > 0", []any{"c/user/" + string(p), string(id)}, new(int))
	if err != nil {
		return false, fmt.Errorf("read where they came in: %w", err)
	}
	return found, nil
}

// beginsFor is the Seq of the first entry for customers that a customer may read.
func (tx *Tx) beginsFor(p desk.PersonID, id desk.TicketID) (uint64, error) {
	d, err := tx.directory()
	if err != nil {
		return 0, err
	}
	p = d.goesOnAs(p)
	later, err := tx.comesLater(p, id)
	if err != nil || !later {
		return 1, err
	}
	begins, _, err := tx.beginsOf(p, id)
	return begins, err
}

// beginsOf asks the rule.
func (tx *Tx) beginsOf(p desk.PersonID, id desk.TicketID) (begins uint64, at time.Time, err error) {
	t, err := tx.Ticket(id)
	if err != nil {
		return 0, at, err
	}
	a, err := tx.Actor(p)
	if errors.Is(err, desk.ErrNotFound) {
		a = desk.Actor{Person: p, Role: desk.Customer} // disabled: no organization lets them read more
	} else if err != nil {
		return 0, at, err
	}
	begins, at = access.Begins(a, t)
	return begins, at, nil
}

// fromHere takes out of a ticket's item what was said before its reader came in.
func (tx *Tx) fromHere(p desk.PersonID, it *desk.Item) error {
	if it == nil || len(it.Head) == 0 {
		return nil
	}
	begins, at, err := tx.beginsOf(p, it.Ticket)
	if err != nil {
		return err
	}
	if begins <= 1 {
		return nil
	}
	var head desk.CustomerTicket
	if err := tx.l.codec.Unmarshal(it.Head, &head); err != nil {
		return damaged("head of " + string(it.Ticket))
	}
	if it.Head, err = tx.encode(access.LaterForm(head, begins, at)); err != nil {
		return fmt.Errorf("encode head: %w", err)
	}
	if it.FromSeq < begins {
		it.Entries = it.Entries[min(begins-max(it.FromSeq, 1), uint64(len(it.Entries))):]
		it.FromSeq = begins
	}
	return nil
}

// retellLater tells a person anew, whose organizations let them read other things
// than before, what they have only from where they came in.
func (tx *Tx) retellLater(p desk.PersonID) error {
	lane := desk.LaneID("c/user/" + string(p))
	var rows []laneRow
	err := tx.each(`SELECT m.ticket, h.version FROM lane_tickets m JOIN customer_heads h ON h.ticket = m.ticket
		WHERE m.lane = ? AND m.later > 0 ORDER BY m.ticket`, []any{string(lane)}, func(scan func(...any) error) error {
		r := laneRow{Kind: desk.ItemEnter, FromSeq: 1}
		err := scan(&r.Ticket, &r.Version)
		rows = append(rows, r)
		return err
	})
	if err != nil || len(rows) == 0 {
		return err
	}
	if err := tx.takeLanes([]desk.LaneID{lane}); err != nil {
		return err
	}
	for _, r := range rows {
		tx.tell(lane, r)
	}
	return nil
}
