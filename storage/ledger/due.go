package ledger

import (
	"fmt"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// Due lists the tickets that time has something to do to by now, what is due
// longest first, at most some of them.
func (tx *Tx) Due(now time.Time, most int) ([]desk.TicketID, error) {
	var out []desk.TicketID
	err := tx.each("SELECT ticket FROM staff_heads WHERE next_at > 0 AND next_at <= ? ORDER BY next_at LIMIT ?",
		[]any{millis(now), most}, func(scan func(...any) error) error {
			var id desk.TicketID
			if err := scan(&id); err != nil {
				return fmt.Errorf("read what is due: %w", err)
			}
			out = append(out, id)
			return nil
		})
	return out, err
}

// nextAt is when time does something to t, as it is kept beside the head.
func nextAt(t *desk.Ticket) int64 {
	if at := policy.Next(t); !at.IsZero() {
		return max(millis(at), 1)
	}
	return 0
}
