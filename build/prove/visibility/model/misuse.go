package model

import "docket/app/desk"

// Strike is one time that somebody called urgent what was not, with its reason.
type Strike struct {
	Person desk.PersonID
	Reason string
}

// KnowsStrike says who reads why it was counted: the team, and whom it counts
// against.
func (w *World) KnowsStrike(p desk.PersonID, s Strike) bool {
	return w.enabled(p) && (w.staff(p) || p == s.Person)
}

// mayStrike answers who counts a ticket against its customer: one that they
// opened themselves, called urgent, and that the team looked at and holds to be
// less.
func (w *World) mayStrike(t *Ticket) Answer {
	lowered := t.Judged && t.Urgency == desk.UrgencyEmergency && (t.Priority == desk.PriorityLow || t.Priority == desk.PriorityNormal)
	if !w.Misuse || w.staff(t.Requester) || t.Opened != t.Requester || !lowered {
		return Invalid
	}
	return Yes
}

// judge is the team's word on how urgent a ticket is.
func (t *Ticket) judge(to desk.Priority) {
	if t.Urgency == desk.UrgencyEmergency && !t.Status.Done() {
		t.Judged = true
	}
	t.Priority = to
}

// Count counts a ticket against its customer; without a reason it does no more.
func (w *World) Count(id desk.TicketID, reason string) {
	if reason == "" {
		delete(w.Strikes, id)
	} else if _, counted := w.Strikes[id]; !counted {
		w.Strikes[id] = Strike{Person: w.Tickets[id].Requester, Reason: reason}
	}
}
