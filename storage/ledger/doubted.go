package ledger

import (
	"fmt"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// Doubted gives the tickets of a person whose urgency waits for the team's word.
// It looks through what lies in that person's lane: this is asked when a strike
// is taken back, which is rare, and an index would cost every write.
func (tx *Tx) Doubted(p desk.PersonID) (out []*desk.Ticket, err error) {
	var ids []desk.TicketID
	err = tx.each("SELECT ticket FROM lane_tickets WHERE lane = ? ORDER BY ticket", []any{"c/user/" + string(p)}, func(scan func(...any) error) error {
		var id desk.TicketID
		if err := scan((*string)(&id)); err != nil {
			return err
		}
		ids = append(ids, id)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the tickets of a person: %w", err)
	}
	for _, id := range ids {
		t, err := tx.Ticket(id)
		if err != nil {
			return nil, err
		}
		if t.Requester == p && policy.Doubted(t) {
			out = append(out, t)
		}
	}
	return out, nil
}
