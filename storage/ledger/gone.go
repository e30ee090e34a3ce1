package ledger

import (
	"fmt"
	"time"

	"docket/app/desk"
)

// Gone is a ticket that was deleted after its time, and when.
type Gone struct {
	Ticket desk.TicketID
	Number desk.Number
	At     time.Time
}

// Purges counts the tickets that this process deleted.
func (l *Ledger) Purges() uint64 { return l.count.purges.Load() }

// Gone lists the tickets that were deleted, by their ids.
func (tx *Tx) Gone() (out []Gone, err error) {
	err = tx.each("SELECT ticket, number, at FROM purged ORDER BY ticket", nil, func(scan func(...any) error) error {
		var id string
		var number, at int64
		if err := scan(&id, &number, &at); err != nil {
			return err
		}
		out = append(out, Gone{desk.TicketID(id), desk.Number(number), time.UnixMilli(at).UTC()})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list what was deleted: %w", err)
	}
	return out, nil
}

// Bury deletes a ticket that was deleted before, as a backup has it that is older
// than that; of one that the backup does not know, it keeps that id and number
// are not to be used again. It reports whether there was a ticket.
func (tx *Tx) Bury(g Gone) (was bool, err error) {
	t, err := tx.before(g.Ticket)
	if err != nil {
		return false, err
	}
	if t != nil {
		return true, tx.Purge([]desk.TicketID{g.Ticket})
	}
	_, err = tx.exec("INSERT INTO purged (ticket, number, at) VALUES (?, ?, ?) ON CONFLICT (ticket) DO NOTHING", string(g.Ticket), int64(g.Number), millis(g.At))
	if err != nil {
		return false, fmt.Errorf("keep what was deleted: %w", err)
	}
	return false, nil
}
