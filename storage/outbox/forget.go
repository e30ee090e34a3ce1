package outbox

import (
	"time"

	"docket/app/desk"
)

// Forget drops what was confirmed of a ticket that is gone, so that its words
// are not kept for a server that will never ask for them: all of it, or only
// what was confirmed before a time. What is not settled, or came back, stays
// with its author. The words leave the file at once.
func (o *Outbox) Forget(t desk.TicketID, before time.Time) error {
	defer o.tell()
	o.queueing.Lock()
	defer o.queueing.Unlock()
	var ids []desk.CommandID
	for _, it := range o.items {
		if it.Command.Ticket == t && it.State == Confirmed && (before.IsZero() || it.SettledAt.Before(before)) {
			ids = append(ids, it.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if err := o.write(record{Op: opForget, IDs: ids}); err != nil {
		return err
	}
	return fault(o.compact(true))
}
