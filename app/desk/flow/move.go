package flow

import (
	"slices"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// close solves the ticket.
func (d *decision) close(a desk.CloseTicket) error {
	reason, err := checkLine("reason", "reason", a.Reason, MaxReason)
	if err != nil {
		return err
	}
	resolution, err := checkText("resolution", a.Resolution)
	if err != nil {
		return err
	}
	if !d.ours() {
		if resolution != "" || !slices.Contains([]string{"", "worked", "self", "not_needed"}, reason) {
			return invalid("reason", "This reason is not known.", "Choose one of those offered, or write a message.")
		}
	}
	if a.Cause != "" && (!d.ours() || a.Cause.Words() == "") {
		return invalid("cause", "This cause is not known.", "Choose one of those offered.")
	}
	if d.t.Status.Done() {
		return nil
	}
	if err := d.held("close"); err != nil {
		return err
	}
	if err := d.patient(a); err != nil {
		return err
	}
	if err := d.waitedFor(desk.Solved); err != nil {
		return err
	}
	if reason == "" {
		reason = string(a.Cause)
	}
	d.t.Resolution, d.t.Cause = resolution, a.Cause
	d.setStatus(desk.Solved, reason, resolution)
	return nil
}

// reopen takes up again what was done.
func (d *decision) reopen(a desk.Reopen) error {
	reason, err := checkLine("reason", "reason", a.Reason, MaxReason)
	if err != nil {
		return err
	}
	if !d.t.Status.Done() {
		return nil
	}
	if !d.ours() && !d.reopenable() {
		return tooLate()
	}
	d.setStatus(d.takenUp(), reason, "")
	d.waits()
	return nil
}

// status is staff saying where the ticket stands.
func (d *decision) status(a desk.SetStatus) error {
	reason, err := checkLine("reason", "reason", a.Reason, MaxReason)
	if err != nil {
		return err
	}
	if a.To == desk.New || !validStatus(a.To) {
		return invalid("status", "A ticket cannot become new again.", "Choose another status.")
	}
	until := a.Until.UTC()
	if a.To != desk.OnHold && !a.Until.IsZero() {
		return invalid("until", "Only a ticket on hold has a date.", "Choose On hold, or leave the date out.")
	}
	if a.To == desk.OnHold && !a.Until.IsZero() && !until.After(d.now) {
		return invalid("until", "The date it is on hold until has passed.", "Choose a later one.")
	}
	same := d.t.Status == a.To
	if same && (a.To != desk.OnHold || d.t.HoldUntil.Equal(a.Until)) {
		return nil
	}
	if err := d.held("change of status"); err != nil {
		return err
	}
	if d.t.Status != a.From {
		return conflict("status", "The status has been changed in the meantime.", string(d.t.Status))
	}
	if err := d.waitedFor(a.To); err != nil {
		return err
	}
	if same {
		d.add(desk.Entry{Kind: desk.StatusSet, From: string(a.From), To: string(a.To), Reason: reason}, desk.Public)
	} else {
		d.setStatus(a.To, reason, "")
		if d.reopened {
			d.waits()
		}
	}
	if a.To == desk.OnHold && !a.Until.IsZero() {
		d.t.HoldUntil = until
	}
	return nil
}

// assign gives the ticket to somebody or to nobody.
func (d *decision) assign(a desk.Assign) error {
	reason, err := checkLine("reason", "reason", a.Reason, MaxReason)
	if err != nil {
		return err
	}
	if a.To != "" {
		p, ok := d.st.Place.People[a.To]
		if !ok || !p.Role.Staff() || p.Disabled {
			return invalid("assignee", "The ticket can only be given to somebody on the team.", "Choose somebody from the list.")
		}
	}
	if d.t.Assignee == a.To {
		return nil
	}
	if d.t.Assignee != a.From {
		who := "nobody"
		if d.t.Assignee != "" {
			who = d.nameOf(d.t.Assignee)
		}
		return conflict("assignee", "In the meantime {who} has it.", string(d.t.Assignee)).With("who", who)
	}
	had := d.t.Assignee
	if err := d.handOver(a.Promises, func(p desk.Pledge) bool { return had != "" && p.By == had }); err != nil {
		return err
	}
	d.assignFor(a.To, reason)
	d.standsIn()
	switch {
	case a.To == "" && d.t.Status == desk.InProgress:
		d.setStatus(desk.Triage, "", "")
	case a.To != "" && (d.t.Status == desk.New || d.t.Status == desk.Triage):
		d.setStatus(desk.InProgress, "", "")
	}
	return nil
}

// assignTo changes who has it; customers learn whom to expect (BEHAVIOURS 4.8).
func (d *decision) assignTo(to desk.PersonID) { d.assignFor(to, "") }

func (d *decision) assignFor(to desk.PersonID, reason string) {
	from := d.t.Assignee
	d.t.Assignee = to
	d.released(from)
	d.t.Helpers = slices.DeleteFunc(d.t.Helpers, func(p desk.PersonID) bool { return p == to })
	if len(d.t.Helpers) == 0 {
		d.t.Helpers = nil
	}
	d.inherit(from, to)
	d.wake()
	e := desk.Entry{Kind: desk.Assigned, From: string(from), To: string(to), Reason: reason}
	if to != "" {
		e.ToName = d.nameOf(to)
		d.t.Passed = nil
		d.step("assigned", string(to))
	} else {
		d.t.Steps = slices.DeleteFunc(d.t.Steps, func(s desk.Step) bool { return s.Kind == "assigned" })
	}
	d.t.Followers = slices.DeleteFunc(d.t.Followers, func(p desk.PersonID) bool { return p == to })
	d.add(e, desk.Public)
}

// refer passes the ticket on: one event with from, to, why and what was tried.
func (d *decision) refer(a desk.Refer) error {
	reason, err := checkLine("reason", "reason", a.Reason, MaxReason)
	if err != nil {
		return err
	}
	tried, err := checkText("tried", a.Tried)
	if err != nil {
		return err
	}
	to, ok := d.st.Place.Departments[a.To]
	if !ok {
		return invalid("department", "This department is not known.", "Choose one from the list.")
	}
	if d.t.Department == a.To {
		return nil
	}
	if d.t.Department != a.From {
		name := d.st.Place.Departments[d.t.Department].Name
		return conflict("department", "In the meantime it has been passed to {department}.", string(d.t.Department)).With("department", name)
	}
	switch {
	case reason == "":
		return invalid("reason", "There is no reason.", "Say why it belongs there; the customer reads it too.")
	case d.t.Status.Done():
		return invalid("department", "This ticket is solved.", "Reopen it before passing it on.")
	case d.referrals() >= 2 && d.actor.Role != desk.Lead && d.actor.Role != desk.Admin:
		return &desk.Error{
			Code: desk.CodeDenied, Field: "department", Message: "This ticket has been passed on twice already.",
			Hint: "Ask a lead to pass it on, so that it does not go round in circles.",
		}
	}
	if err := d.handOver(a.Promises, nil); err != nil {
		return err
	}
	d.passPledges()
	d.wake()
	if w, owed := d.t.WaitingSince, d.t.DueSince; w.IsZero() || !owed.IsZero() && owed.Before(w) {
		d.t.WaitingSince = owed // whoever was owed a reply keeps their place
	}
	d.t.Helpers, d.t.Engaged = nil, nil
	d.t.Department, d.t.Assignee, d.t.DueSince = a.To, "", d.now // the new department's clock starts
	d.t.Passed = nil
	d.t.Steps = slices.DeleteFunc(d.t.Steps, func(s desk.Step) bool { return s.Kind == "assigned" })
	d.once("triaged", string(a.From))
	d.mark("referred", string(a.To))
	if d.referrals() > maxReferred {
		i := slices.IndexFunc(d.t.Steps, func(s desk.Step) bool { return s.Kind == "referred" })
		d.t.Steps = slices.Delete(d.t.Steps, i, i+1)
	}
	e := desk.Entry{
		Kind: desk.Referred, From: string(a.From), To: string(a.To), ToName: to.Name, Reason: reason, Text: tried,
		Usual: to.Reply, Opens: policy.Opens(to, d.now),
	}
	if usual := policy.Usual(to, d.t.Urgency); e.Usual == "" && usual.Message != "" {
		e.Usual, e.Phrase = usual.String(), &usual
	}
	d.add(e, desk.Public)
	d.setStatus(desk.Triage, "", "")
	if d.t.Page.Rings() {
		d.page() // by the rota of the other department
	}
	return nil
}

func (d *decision) referrals() int {
	n := 0
	for _, s := range d.t.Steps {
		if s.Kind == "referred" {
			n++
		}
	}
	return n
}

// priority is staff's own order of work; customers have their urgency. What is
// proposed from their claim is confirmed by setting it, and set aside with a
// reason (BEHAVIOURS 4.2).
func (d *decision) priority(a desk.SetPriority) error {
	reason, err := checkLine("reason", "reason", a.Reason, MaxReason)
	if err != nil {
		return err
	}
	if !validPriority(a.To) {
		return invalid("priority", "This priority is not known.", "Choose one of those offered.")
	}
	proposal, proposed := policy.Propose(&d.t)
	if proposed && a.To != proposal.Priority && reason == "" {
		return invalid("reason", "This is not the priority that was proposed.", "Say why; the team reads it.")
	}
	if d.t.Priority == a.To && !proposed {
		return nil
	}
	if d.t.Priority != a.To && d.t.Priority != a.From {
		return conflict("priority", "The priority has been changed in the meantime.", string(d.t.Priority))
	}
	tell, err := d.lowers(a)
	if err != nil {
		return err
	}
	from := d.t.Priority
	d.t.Lent = desk.Lent{} // the team's word holds, whatever is taken apart later
	d.t.Priority, d.t.Judged = a.To, d.t.Judged || proposed
	d.add(desk.Entry{Kind: desk.Prioritied, From: string(from), To: string(a.To), Reason: reason}, desk.Internal)
	tell()
	d.believed(a.To)
	// What its customer called an emergency has called somebody already.
	if a.To == desk.PriorityEmergency && from != a.To && d.t.Urgency != desk.UrgencyEmergency && !d.t.Status.Done() && !d.t.Page.Rings() {
		d.page()
	}
	return nil
}

// rename gives a better subject.
func (d *decision) rename(a desk.Rename) error {
	to, err := checkSubject(a.To)
	if err != nil {
		return err
	}
	if d.t.Subject == to {
		return nil
	}
	if d.t.Subject != a.From {
		return conflict("subject", "The subject has been changed in the meantime.", d.t.Subject)
	}
	d.t.Subject = to
	d.add(desk.Entry{Kind: desk.Renamed, From: a.From, To: to}, desk.Public)
	return nil
}

// private hides the ticket from the requester's colleagues, or shows it.
func (d *decision) private(a desk.SetPrivate) error {
	if d.t.Private == a.Private {
		return nil
	}
	to := "private"
	if !a.Private {
		if err := d.elsewhere("private"); err != nil {
			return err
		}
		d.loosened()
		to = "shared"
	}
	d.t.Private = a.Private
	d.add(desk.Entry{Kind: desk.PrivacySet, To: to}, desk.Public)
	return nil
}
