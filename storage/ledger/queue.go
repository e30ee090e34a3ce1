package ledger

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/policy"
)

// queueSchema keeps what waits in the departments' queues, so that the head of
// some of them is found without a look at the tickets. A place is
// policy.Place's, which ends in the ticket's id.
const queueSchema = `
CREATE TABLE queue (department TEXT NOT NULL, place BLOB NOT NULL, PRIMARY KEY (department, place)) WITHOUT ROWID;
`

// spot is where a ticket stands in a queue; the zero spot is none.
type spot struct {
	dept  desk.DeptID
	place []byte
}

func spotOf(t *desk.Ticket) spot {
	if !policy.Queued(t) {
		return spot{}
	}
	return spot{t.Department, policy.Place(t)}
}

// outageOf is where an emergency stands that waits or is worked on.
func outageOf(t *desk.Ticket) spot {
	if !policy.Outage(t) {
		return spot{}
	}
	return spot{t.Department, policy.Place(t)}
}

func (s spot) is(x spot) bool { return s.dept == x.dept && bytes.Equal(s.place, x.place) }

const (
	queueInsert  = "INSERT INTO queue (department, place) VALUES "
	outageInsert = "INSERT INTO outages (department, place) VALUES "
)

// queue takes a ticket from one spot to another.
func (tx *Tx) queue(was, is spot) error {
	return tx.stands(was, is, "DELETE FROM queue WHERE department = ? AND place = ?", queueInsert)
}

// outage notes an emergency at another spot.
func (tx *Tx) outage(was, is spot) error {
	return tx.stands(was, is, "DELETE FROM outages WHERE department = ? AND place = ?", outageInsert)
}

func (tx *Tx) stands(was, is spot, leave, enter string) error {
	if was.is(is) {
		return nil
	}
	if was.place != nil {
		if _, err := tx.put(leave, string(was.dept), was.place); err != nil {
			return fmt.Errorf("leave queue: %w", err)
		}
	}
	if is.place == nil {
		return nil
	}
	if _, err := tx.put(enter+"(?, ?)", string(is.dept), is.place); err != nil {
		return fmt.Errorf("enter queue: %w", err)
	}
	return nil
}

// QueueHead gives the first ticket that fits of those waiting in the queues of
// the departments, as one queue; desk.ErrNotFound if there is none. It reads a
// row for each department and the tickets that do not fit.
func (tx *Tx) QueueHead(depts []desk.DeptID, fits func(*desk.Ticket) bool) (*desk.Ticket, error) {
	heads := make([]spot, 0, len(depts))
	for _, d := range depts {
		if err := tx.nextInto(&heads, spot{d, []byte{}}); err != nil {
			return nil, err
		}
	}
	for len(heads) > 0 {
		i := 0
		for j := range heads {
			if bytes.Compare(heads[j].place, heads[i].place) < 0 {
				i = j
			}
		}
		head := heads[i]
		t, err := tx.Ticket(ticketAt(head.place))
		if err != nil {
			return nil, fmt.Errorf("read head of the queue: %w", err)
		}
		if !spotOf(t).is(head) {
			return nil, damaged(fmt.Sprintf("ticket %s stands where it does not belong in the queue of %s", t.ID, head.dept))
		}
		if fits(t) {
			return t, nil
		}
		heads = slices.Delete(heads, i, i+1)
		if err := tx.nextInto(&heads, head); err != nil {
			return nil, err
		}
	}
	return nil, access.NotFound()
}

// nextInto appends the spot after one of the same department, if there is one.
func (tx *Tx) nextInto(heads *[]spot, after spot) error {
	next := spot{dept: after.dept}
	ok, err := tx.get("SELECT place FROM queue WHERE department = ? AND place > ? ORDER BY place LIMIT 1",
		[]any{string(after.dept), after.place}, &next.place)
	if err != nil {
		return fmt.Errorf("read queue: %w", err)
	}
	if ok {
		*heads = append(*heads, next)
	}
	return nil
}

// ticketAt is the ticket at a place.
func ticketAt(place []byte) desk.TicketID {
	return desk.TicketID(place[min(policy.PlaceID, len(place)):])
}

// fillQueue sets up the queues of a ledger that had none.
func fillQueue(ctx context.Context, s *session, codec Codec) error {
	return fillSpots(ctx, s, codec, spotOf, queueInsert)
}

// fillOutages notes the emergencies of a ledger that did not.
func fillOutages(ctx context.Context, s *session, codec Codec) error {
	return fillSpots(ctx, s, codec, outageOf, outageInsert)
}
