package model

import "docket/app/desk"

// mayFix answers who says what becomes of a fix, or that a ticket waits for a
// problem's: one that they see, and one at a time.
func (w *World) mayFix(p desk.PersonID, t *Ticket, a desk.SetFix) Answer {
	behind := t.Behind != ""
	switch {
	case t.Requester == p:
		return Denied
	case a.Problem != "":
		x := w.Tickets[a.Problem]
		switch {
		case !w.Sees(p, x) || !x.Problem:
			return Invalid
		case t.Behind == a.Problem:
			return Yes
		case behind, t.Status.Done():
			return Invalid
		}
		return Yes
	case a.State == "" && t.Fix == "":
		return Yes
	case a.State != "" && behind, t.Status.Done() && a.State != desk.FixDone:
		return Invalid
	}
	return Yes
}

// fix is what becomes of a ticket by it. Of the problem nothing does that anybody
// outside the team could see.
func (w *World) fix(t *Ticket, a desk.SetFix) {
	if a.Problem != "" && t.Behind == a.Problem || a.Problem == "" && a.State == "" && t.Fix == "" {
		return
	}
	t.Snoozed = false
	t.Fix, t.Behind = a.State, a.Problem
	if a.Problem != "" {
		t.Fix = desk.FixPlanned
	}
	if t.Status.Done() {
		return
	}
	switch t.Fix {
	case desk.FixPlanned:
		bad := t.Urgency == desk.UrgencyEmergency && t.Verdict != desk.VerdictWorks
		if !bad && t.Status != desk.WaitingCustomer {
			t.Status = desk.OnHold
		}
	case desk.FixDone:
		t.Status = desk.WaitingCustomer
	default:
		t.takeUp()
	}
}
