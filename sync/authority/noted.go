package authority

import (
	"context"
	"errors"
	"fmt"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
)

// Noted is the calls that were noted under the code of a ticket.
type Noted interface {
	NoteCall(n desk.NotedCall, into desk.TicketID) error
	NotedCall(desk.CommandID) (n desk.NotedCall, known, waits bool, err error)
	Calls(code string) ([]desk.NotedCall, error)
	CallEnds(id desk.CommandID, into desk.TicketID) error
	ByCode(code string, since time.Time) ([]desk.TicketID, error)
}

// noted keeps a call under the code its caller said (BEHAVIOURS N4). Whether a
// ticket of that code is there is not said: who noted it may not know of it.
func noted(tx Tx, n desk.NotedCall, place desk.Place, now time.Time) error {
	if _, known, _, err := tx.NotedCall(n.ID); known || err != nil {
		return err
	}
	ids, err := tx.ByCode(n.Code, now.Add(-desk.MaxNoted))
	if err != nil {
		return fmt.Errorf("look for the code: %w", err)
	}
	var fits []*desk.Ticket
	for _, id := range ids {
		t, err := tx.Ticket(id)
		if err != nil {
			return fmt.Errorf("read ticket: %w", err)
		}
		if flow.Joins(n, t, now) {
			fits = append(fits, t)
		}
	}
	if len(fits) != 1 { // of two that share a code somebody has to choose
		return tx.NoteCall(n, "")
	}
	if err := join(tx, fits[0], place, n, now); err != nil {
		return err
	}
	return tx.NoteCall(n, fits[0].ID)
}

// PutCall puts a call that waits on a ticket by hand; without a ticket it is
// dropped, because none will come.
func (a *Authority) PutCall(ctx context.Context, dev desk.Device, id desk.CommandID, on desk.TicketID) error {
	return a.called(ctx, dev, "put_call", func(tx Tx, actor desk.Actor, place desk.Place, now time.Time) (string, error) {
		n, known, waits, err := tx.NotedCall(id)
		if err != nil {
			return "", err
		}
		if !known || !flow.Knows(actor, n, place) {
			return "", access.NotFound()
		}
		if !waits {
			return "", &desk.Error{Code: desk.CodeConflict, Message: "This call waits no more: its ticket came, or a colleague was first.", Hint: "Look for it on the ticket."}
		}
		if on != "" {
			t, err := tx.Ticket(on)
			if errors.Is(err, desk.ErrNotFound) {
				return "", access.NotFound()
			}
			if err != nil {
				return "", fmt.Errorf("read ticket: %w", err)
			}
			if err := access.Can(actor, t, desk.CmdCall); err != nil {
				return "", err
			}
			if err := join(tx, t, place, n, now); err != nil {
				return "", err
			}
		}
		return string(n.ID), tx.CallEnds(n.ID, on)
	})
}

func join(tx Tx, t *desk.Ticket, place desk.Place, n desk.NotedCall, now time.Time) error {
	tail, err := tx.Tail(t.ID, 0)
	if err != nil {
		return fmt.Errorf("read conversation: %w", err)
	}
	if _, _, err := tx.Apply(flow.JoinCalls(desk.State{Ticket: t, Tail: tail, Place: place}, []desk.NotedCall{n}, now), n.By); err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	return nil
}

// called does something about a call that waits, and leaves a row of the audit
// for what do names.
func (a *Authority) called(ctx context.Context, dev desk.Device, action string, do func(Tx, desk.Actor, desk.Place, time.Time) (string, error)) error {
	now := a.cfg.Clock().UTC()
	var moved []desk.Move
	err := a.update(ctx, func(tx Tx) error {
		actor, err := tx.Actor(dev.Person)
		if err != nil {
			return err
		}
		place, err := tx.Place()
		if err != nil {
			return fmt.Errorf("read place: %w", err)
		}
		object, err := do(tx, actor, place, now)
		if err != nil || object == "" {
			return err
		}
		moved = nil
		for _, m := range tx.Moved() {
			moved = append(moved, desk.Move{To: m.To}) // without what it told: the committer tells beside it
		}
		return tx.Audit(Row{At: now, Person: actor.Person, Device: dev.ID, Action: action, Object: object, Outcome: string(desk.OK)})
	})
	if err != nil {
		return err
	}
	a.tell(moved)
	return nil
}
