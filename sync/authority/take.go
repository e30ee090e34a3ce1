package authority

import (
	"context"
	"errors"
	"fmt"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/sync/wire"
)

// Take gives the device's person the head of their queues, which one person at
// a time is given: it is found and assigned in the transaction of a commit. It
// takes no number of the device and leaves no receipt, because nobody may ask
// again later for what was the head then. The error is a *desk.Error for the
// person, or the context's when that ends first; it may have happened then.
func (a *Authority) Take(ctx context.Context, device desk.DeviceID, ask wire.Take) (wire.Taken, error) {
	if !desk.ValidUUID(string(ask.ID)) || ask.Skip != "" && !desk.ValidUUID(string(ask.Skip)) {
		return wire.Taken{}, &desk.Error{Code: desk.CodeInvalid, Message: "The request cannot be read."}
	}
	j := &job{device: device, take: &ask, done: make(chan struct{})}
	if !a.enqueue(ctx, j) {
		if err := ctx.Err(); err != nil {
			return wire.Taken{}, err
		}
		return wire.Taken{}, notNow(errStopping)
	}
	select {
	case <-j.done:
		return j.taken, j.err
	case <-ctx.Done():
		return wire.Taken{}, ctx.Err()
	}
}

// take passes over what is to be skipped, keeping the reason, and assigns the
// head of what is left. What the rules answer is in the step; an error is the
// store's.
func (a *Authority) take(tx Tx, dev desk.Device, actor desk.Actor, ask wire.Take) (step, error) {
	now := a.cfg.Clock().UTC()
	if !actor.Role.Staff() {
		return step{err: &desk.Error{Code: desk.CodeDenied, Message: "Only the support desk can do that."}}, nil
	}
	place, err := tx.Place()
	if err != nil {
		return step{}, fmt.Errorf("read place: %w", err)
	}
	if policy.Absent(place.People, actor.Person, now) {
		return step{err: awayNow()}, nil
	}
	if ask.Skip != "" {
		e, err := a.taking(tx, dev, desk.Command{ID: ask.ID, Ticket: ask.Skip, Args: desk.Skip{Reason: ask.Reason}}, actor, now)
		// One that somebody else has by now needs no skipping.
		if err != nil || e != nil && e.Code != desk.CodeConflict {
			return refusedWith(e), err
		}
	}
	passed := 0
	keep := &reserve{tx: tx, actor: actor, place: place, now: now, full: map[desk.DeptID]bool{}}
	if a.cfg.Here != nil {
		keep.here = a.cfg.Here()
	}
	head, err := tx.QueueHead(actor.Departments, func(t *desk.Ticket) bool {
		if !policy.For(t, actor) {
			passed++
			return false
		}
		return keep.spares(t)
	})
	if keep.err != nil {
		return step{}, keep.err
	}
	if errors.Is(err, desk.ErrNotFound) && keep.kept > 0 {
		return step{err: keptFree(keep.kept)}, nil
	}
	if errors.Is(err, desk.ErrNotFound) {
		return step{err: nothingWaits(passed, ask.Skip != "")}, nil
	}
	if err != nil {
		return step{}, fmt.Errorf("read queue: %w", err)
	}
	e, err := a.taking(tx, dev, desk.Command{ID: ask.ID, Ticket: head.ID, Basis: head.LastSeq, Args: desk.Assign{To: actor.Person}}, actor, now)
	if err != nil || e != nil {
		return refusedWith(e), err
	}
	return step{taken: wire.Taken{Ticket: head.ID, Number: head.Number}}, nil
}

// taking gives one of the commands that taking consists of.
func (a *Authority) taking(tx Tx, dev desk.Device, cmd desk.Command, actor desk.Actor, now time.Time) (*desk.Error, error) {
	r := desk.Receipt{Command: cmd.ID, At: now, Outcome: desk.OK}
	if err := a.effect(tx, actor, cmd, now, &r); err != nil {
		return nil, err
	}
	return r.Error, tx.Audit(Row{
		At: now, Person: actor.Person, Device: dev.ID, Action: "take/" + string(cmd.Args.Kind()), Object: string(cmd.Ticket), Outcome: string(r.Outcome),
	})
}

// notNow is an outage for who asked for a ticket: nothing waits to be sent again.
func notNow(err error) error {
	return desk.AsError(err).Advising("No ticket was taken. Try again in a moment.")
}

func refusedWith(e *desk.Error) step {
	if e == nil {
		return step{}
	}
	return step{err: e}
}

func nothingWaits(passed int, skipped bool) *desk.Error {
	e := &desk.Error{Code: desk.CodeNotFound, Message: "Nothing waits in your queues.", Hint: "Somebody has every ticket that needs you."}
	switch {
	case skipped && passed == 1:
		e.Message, e.Hint = "It is skipped, and nothing else waits in your queues.", "You still find it under Unassigned."
	case passed == 1:
		e.Message, e.Hint = "Nothing else waits in your queues.", "One ticket is left, which you skipped or opened yourself; you find it under Unassigned."
	case passed > 1:
		e.Message, e.Hint = "Nothing else waits in your queues.", "{n} tickets are left, which you skipped or opened yourself; you find them under Unassigned."
		return e.With("n", passed)
	}
	return e
}
