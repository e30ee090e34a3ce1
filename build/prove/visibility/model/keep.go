package model

import (
	"slices"

	"docket/app/desk"
)

// mayKeep looks at what the team keeps of a ticket, and the customer's word on it.
func (w *World) mayKeep(p desk.PersonID, t *Ticket, args desk.Args) Answer {
	asks := !w.staff(p) || t.Requester == p
	switch a := args.(type) {
	case desk.MakePromise, desk.ProposeWorkaround:
		_, promise := a.(desk.MakePromise)
		switch {
		case t.Requester == p:
			return Denied
		case t.Status.Done() || promise && len(t.Pledges) >= 10:
			return Invalid
		}
	case desk.JudgeWorkaround:
		switch {
		case !asks:
			return Denied
		case !t.Workaround || !w.Reads(p, t, t.Proposed) || t.Status.Done() || a.Verdict == desk.VerdictStopped && !t.Worked:
			return Invalid
		}
	case desk.PlanWork:
		switch {
		case t.Requester == p:
			return Denied
		case t.Status.Done() || a.Approver != t.Requester && !slices.Contains(t.CCs, a.Approver) || t.awaitsOwn() && t.Approver != a.Approver:
			return Invalid
		}
	case desk.SetFix:
		return w.mayFix(p, t, a)
	case desk.SnoozeTicket:
		if t.Status.Done() {
			return Invalid
		}
	case desk.AskUpload: // for more than anybody here allows
		if !asks || t.Status.Done() {
			return Invalid
		}
	case desk.TakeAlong:
		if !a.Until.IsZero() && (t.Status.Done() || t.Assignee != p) {
			return Invalid
		}
	case desk.CountMisuse:
		return w.mayStrike(t)
	case desk.SetBan:
		if r := w.People[p].Role; r != desk.Lead && r != desk.Admin {
			return Denied
		}
		return Invalid
	}
	return Yes
}

// leads says whether somebody may say that a ticket has to be kept.
func (w *World) leads(p desk.PersonID) bool {
	return w.People[p].Role == desk.Lead || w.People[p].Role == desk.Admin
}

// awaitsOwn says whether the request itself waits for a yes.
func (t *Ticket) awaitsOwn() bool { return t.Approver != "" && t.Decided == "" && !t.ForWork }

// keep is what a promise, a workaround or its judgement makes of a ticket.
func (w *World) keep(p desk.PersonID, t *Ticket, args desk.Args) {
	switch a := args.(type) {
	case desk.ProposeWorkaround:
		t.Workaround, t.Worked, t.Verdict, t.Proposed = true, false, "", len(t.Public)+1
		w.reply(p, t, desk.Reply{Then: desk.WaitingCustomer})
	case desk.JudgeWorkaround:
		switch {
		case a.Verdict != desk.VerdictWorks:
			t.asked()
		case t.Verdict == a.Verdict: // said twice it is nothing new, and wakes nobody
			return
		default:
			t.Status = desk.OnHold
		}
		t.Snoozed = false
		t.Verdict, t.Worked = a.Verdict, a.Verdict == desk.VerdictWorks || a.Verdict == desk.VerdictStopped
	case desk.PlanWork:
		t.Approver, t.Decided, t.ForWork = a.Approver, "", !t.awaitsOwn()
		w.reply(p, t, desk.Reply{Then: desk.WaitingCustomer})
	case desk.SetFix:
		w.fix(t, a)
	case desk.SetPriority:
		t.judge(a.To)
	case desk.SnoozeTicket:
		t.Snoozed = true
	case desk.AskUpload:
		t.asked()
	case desk.MakePromise:
		t.Pledges = append(t.Pledges, Pledge{By: p})
	}
}

// decided says whether a handover decides on every promise of whoever had it;
// of everybody for "".
func (t *Ticket) decided(by desk.PersonID, with []desk.SettlePromise) bool {
	return !slices.ContainsFunc(t.Pledges, func(p Pledge) bool {
		return (by == "" || p.By == by) && !slices.ContainsFunc(with, func(x desk.SettlePromise) bool { return x.Promise == p.ID })
	})
}

// decide ends the promises that are not passed on.
func (t *Ticket) decide(with []desk.SettlePromise) {
	t.Pledges = slices.DeleteFunc(t.Pledges, func(p Pledge) bool {
		return slices.ContainsFunc(with, func(x desk.SettlePromise) bool { return x.Promise == p.ID && x.State != desk.PledgePassed })
	})
}

func (t *Ticket) inherit(from, to desk.PersonID) {
	t.Snoozed = false // whoever it changes hands to has it before their eyes
	for i := range t.Pledges {
		if p := &t.Pledges[i]; p.By == from || p.By == "" {
			p.By = to
		}
	}
}

func (t *Ticket) takeUp() {
	t.Status = desk.InProgress
	if t.Assignee == "" {
		t.Status = desk.Triage
	}
}

// asked is a word of the asking side: it takes up what waits, and brings back
// what was put aside.
func (t *Ticket) asked() {
	t.Snoozed = false
	if t.Status != desk.New && t.Status != desk.Triage && t.Status != desk.InProgress {
		t.takeUp()
	}
}

func (t *Ticket) settle(id desk.AskID) {
	for i := range t.Asks {
		if t.Asks[i].ID == id {
			t.Asks[i].Open = false
		}
	}
}
