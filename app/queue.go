package app

import (
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/storage/cache"
	"docket/sync/wire"
)

// TakeNext takes the head of the person's queues and gives the ticket. It
// happens at the server now, or not at all: it never goes into the outbox, so
// that nobody claims a ticket by coming back (BEHAVIOURS 4.6, N5). skip, if
// given, is passed over first for a reason.
func (a *API) TakeNext(skip, reason string) (string, error) {
	s, err := a.session()
	if err != nil {
		return "", err
	}
	ask := wire.Take{ID: desk.CommandID(newID())}
	if skip != "" {
		if ask.Skip, err = ticketID(skip); err != nil {
			return "", err
		}
		if ask.Reason, err = text("reason", reason, maxReason); err != nil {
			return "", err
		}
	}
	taken, err := s.engine().Take(a.ctx, ask)
	if err != nil {
		return "", err
	}
	s.awaitMine(taken.Ticket)
	return string(taken.Ticket), nil
}

// arrives is how long a ticket that was just taken may be on its way here.
const arrives = 3 * time.Second

// awaitMine waits until the cache has a ticket as the person's own, so that
// opening it shows whose it is. It comes with the next batch; if not in time,
// the window shows what there is.
func (s *session) awaitMine(id desk.TicketID) {
	wake := make(chan struct{}, 1)
	defer s.cache.Subscribe(func(cache.Applied) {
		select {
		case wake <- struct{}{}:
		default:
		}
	})()
	late := time.NewTimer(arrives)
	defer late.Stop()
	for {
		if t, _, err := s.cache.Ticket(id); err == nil && t.Assignee == s.me().Person {
			return
		}
		select {
		case <-wake:
		case <-late.C:
			return
		case <-s.api.ctx.Done():
			return
		}
	}
}

// maySkip reports whether t can be passed over: it waits in a queue, or I have
// it and could put it back.
func (r *rower) maySkip(t *desk.Ticket) bool {
	back := *t
	if back.Assignee == r.me.Person {
		back.Assignee = ""
	}
	return can(r.me, t, desk.CmdSkip) && policy.Queued(&back) && t.Requester != r.me.Person
}
