package outbox

import "docket/app/desk"

// Refuse brings an item that was never sent back to its author, with the
// reason: a file of it is gone or cannot be sent. One that is not waiting to be
// sent is left as it is.
func (o *Outbox) Refuse(id desk.CommandID, e *desk.Error) error {
	defer o.tell()
	o.queueing.Lock()
	defer o.queueing.Unlock()
	it := o.byID[id]
	if it == nil || it.State != Queued {
		return nil
	}
	now := o.cfg.Now()
	return o.write(record{Op: opSettle, ID: id, At: now, Receipt: &desk.Receipt{
		Command: id, Outcome: desk.Refused, Ticket: it.Command.Ticket, At: now, Error: e,
	}})
}
