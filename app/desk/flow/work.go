package flow

import (
	"slices"
	"time"

	"docket/app/desk"
)

// longestWork is how long planned work may take.
const longestWork = 30 * 24 * time.Hour

// work plans a change, with its risk and its time, and asks for a yes to it. A
// yes was to what stood there then, so another plan asks anew.
func (d *decision) work(a desk.PlanWork) error {
	if err := d.oursOnly(); err != nil {
		return err
	}
	risk, err := checkLine("risk", "risk", a.Risk, MaxReason)
	if err != nil {
		return err
	}
	from, until := a.From.UTC().Truncate(time.Minute), a.Until.UTC().Truncate(time.Minute)
	who := a.Approver
	if who == "" {
		who = d.t.Requester
	}
	w := d.t.Work
	switch {
	case a.From.IsZero() && a.Until.IsZero():
		return d.workOff(risk)
	case d.t.Status.Done():
		return invalid("", "This ticket is solved.", "Reopen it before planning anything.")
	case risk == "":
		return invalid("risk", "It does not say what it risks.", "Say what can go wrong, or what stands still meanwhile; the customer reads it.")
	case a.From.IsZero() || !from.After(d.now):
		return invalid("from", "That time has passed.", "Choose a later one.")
	case !until.After(from):
		return invalid("until", "It would be over before it begins.", "Look at the two times.")
	case until.Sub(from) > longestWork || from.Sub(d.now) > maxPledgeAhead:
		return invalid("until", "That is more than a month of work, or more than a year ahead.", "Look at the dates.")
	case who != d.t.Requester && !slices.Contains(d.t.CCs, who):
		return invalid("approver", "The person who is to approve this does not read it.", "Add them in copy first, or ask who opened it.")
	case ownApproval(&d.t) && d.t.Approval.By != who:
		return invalid("approver", "{who} has yet to approve the request itself.", "Wait for that, or ask them for this, too.").With("who", d.t.Approval.Name)
	case w.Risk == risk && w.From.Equal(from) && w.Until.Equal(until) && d.t.Approval.By == who:
		return nil
	}
	if err := d.held("plan"); err != nil {
		return err
	}
	d.t.Work = desk.Work{Risk: risk, From: from, Until: until, By: d.actor.Person}
	d.t.Approval = desk.Approval{By: who, Name: d.nameOf(who), Work: !ownApproval(&d.t)}
	d.t.Clocks.Work = from
	d.nears()
	d.add(desk.Entry{Kind: desk.WorkPlanned, Text: risk, Opens: from, Until: until, To: string(who), ToName: d.nameOf(who)}, desk.Public)
	d.answered(desk.WaitingCustomer, false)
	return nil
}

// workOff takes the plan back; nothing is left to approve then.
func (d *decision) workOff(why string) error {
	if d.t.Work.From.IsZero() {
		return nil
	}
	if why == "" {
		return invalid("risk", "It does not say why the plan is taken back.", "Say why; the customer reads it.")
	}
	d.t.Work, d.t.Clocks.Work = desk.Work{}, time.Time{}
	d.nears()
	if d.t.Approval.State == "" && !ownApproval(&d.t) {
		d.t.Approval = desk.Approval{}
	}
	d.add(desk.Entry{Kind: desk.WorkPlanned, Text: why}, desk.Public)
	if d.t.Status == desk.WaitingCustomer {
		d.setStatus(d.takenUp(), "", "")
	}
	return nil
}

// workBegins reminds whoever has it, or the leads, that the planned time is
// there, and whether it may be done.
func (d *decision) workBegins() {
	d.t.Clocks.Work = time.Time{}
	d.asksOf(desk.Entry{Reason: "work", From: string(d.t.Approval.State)}, d.t.Assignee)
}

// ownApproval reports whether the request itself waits for somebody's yes, which
// a plan must not take from it.
func ownApproval(t *desk.Ticket) bool {
	a := t.Approval
	return a.By != "" && a.State == "" && !a.Work
}

// before is how long before a planned day whoever has it is reminded.
const before = 24 * time.Hour

// nears sets when somebody is reminded that a planned day is near: of what
// begins sooner than that they are not, it was planned a moment ago. Who waits
// for a problem's fix does not plan it.
func (d *decision) nears() {
	t := &d.t
	if t.Clocks.Near = (time.Time{}); d.lesser || t.Status.Done() {
		return
	}
	days := []time.Time{t.Work.From}
	if t.Fix.State == desk.FixPlanned && t.Fix.Problem == "" {
		days = append(days, t.Fix.Due)
	}
	for _, day := range days {
		at := day.Add(-before)
		if !day.IsZero() && at.After(d.now) && (t.Clocks.Near.IsZero() || at.Before(t.Clocks.Near)) {
			t.Clocks.Near = at
		}
	}
}

// isNear reminds of it, with the day, and looks for the next one.
func (d *decision) isNear() {
	e := desk.Entry{Reason: "near", Until: d.t.Clocks.Near.Add(before)}
	if e.Until.Equal(d.t.Work.From) {
		e.From = string(desk.WorkPlanned)
	}
	d.asksOf(e, d.t.Assignee)
	d.nears()
}
