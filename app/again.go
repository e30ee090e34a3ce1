package app

import (
	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
	"docket/storage/outbox"
)

// SameAgain begins a new request about trouble that was solved before: prefilled
// with what that was about, named as what it follows on, and without its words,
// which are another day's (BEHAVIOURS 1.8). It is a draft until it is sent.
func (a *API) SameAgain(ticket string) (Draft, error) {
	s, l, err := a.on(ticket)
	if err != nil {
		return Draft{}, err
	}
	t, me := &l.ticket, s.me()
	if !t.Status.Done() {
		return Draft{}, wrong("status", "This is not solved, so it goes on here. Write a message instead.")
	}
	if err := access.Can(me, t, desk.CmdReply); err != nil {
		return Draft{}, err
	}
	args := s.recurrence(t)
	d := outbox.Draft{
		Key: "new/" + newID(), Kind: outbox.DraftNew, Subject: args.Subject, Department: args.Department, Urgency: desk.UrgencyNormal, Type: args.Type,
		Topic: args.Topic, Filled: args.Filled, Private: args.Private, Recurs: t.ID, Org: args.Org, Refs: args.Refs, CCs: args.CCs, Updated: a.now(),
	}
	if me.Role.Staff() {
		d.Requester = t.Requester
	}
	if err := s.out.PutDraft(d); err != nil {
		return Draft{}, err
	}
	return s.viewDraft(d), nil
}

// recurrence is what a new request has of the earlier one it follows on.
func (s *session) recurrence(t *desk.Ticket) desk.Open {
	me := s.me()
	args := desk.Open{Subject: t.Subject, Department: t.Intended, Urgency: t.Urgency, Type: t.Type, Claim: t.Claim, Topic: t.Topic, Filled: t.Filled, Private: t.Private, Recurs: t.ID}
	if args.Department == "" {
		args.Department = t.Department
	}
	for _, m := range me.Memberships {
		if m.Org == t.Org {
			args.Org, args.Refs = t.Org, t.Refs
		}
	}
	if me.Role.Staff() {
		args.Org, args.Refs = t.Org, t.Refs
	}
	// Who followed the earlier one follows this, where its author may add them.
	if t.Requester == me.Person {
		args.CCs = t.CCs
		if _, err := flow.Decide(desk.State{Place: s.place()}, s.command(t.ID, 0, args), me, s.api.now()); err != nil && desk.AsError(err).Field == "ccs" {
			args.CCs = nil
		}
	}
	return args
}
