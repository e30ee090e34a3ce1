package flow

import (
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// openWanted keeps by when it is needed, who approves, and what has to be done.
func (d *decision) openWanted(a desk.Open) error {
	form, topic := d.formOf(d.t.Topic), d.st.Place.Topics[d.t.Topic]
	if a.NeededBy != "" {
		need, ok := policy.Needed(d.st.Place.Departments[a.Department], topic, a.NeededBy, d.now)
		if !ok {
			return invalid("needed_by", "This is not a date.", "Choose a day, or leave it open.")
		}
		written := d.now
		if c := d.cmd.Composed; !c.IsZero() && c.Before(written) {
			written = c // a computer that was offline bounces nothing
		}
		if !need.By.After(written) {
			return invalid("needed_by", "This day is over.", "Choose today or a later day.")
		}
		need.Expedite = a.Expedite && need.Short()
		d.t.Need = need
	}
	if err := d.openApprover(a, form); err != nil {
		return err
	}
	d.checklist(form)
	return nil
}

// openApprover names who approves: where the form or the hurry needs somebody,
// it cannot be left out, except in an emergency.
func (d *decision) openApprover(a desk.Open, form desk.Form) error {
	hurry := d.t.Need.Expedite
	a.Approver = d.st.Place.Now(a.Approver)
	switch {
	case a.Approver != "" && a.Approver == d.t.Requester:
		return invalid("approver", "Nobody approves what they ask for themselves.", "Name somebody else.")
	case a.Approver != "":
		if err := d.mayFollow(a.Approver); err != nil {
			return invalid("approver", "The person who is to approve this is not known here.", "Name a colleague of the organization this request is for.")
		}
		d.t.Approval = desk.Approval{By: a.Approver, Name: d.nameOf(a.Approver)}
		if !slices.Contains(d.t.CCs, a.Approver) { // who approves it reads it
			d.t.CCs = append(d.t.CCs, a.Approver)
		}
		return d.checkCCs()
	case hurry:
		return invalid("approver", "Sooner than it can usually be there has to be approved.", "Name a colleague who approves it, or choose a later day.")
	case form.Approver && !d.ours() && a.Urgency != desk.UrgencyEmergency && a.Recurs == "" && a.Filled.Version == form.Version:
		return invalid("approver", "This has to be approved.", "Name a colleague who approves it.")
	}
	return nil
}

// checklist puts what a form lists on the ticket. What was done stays, whatever
// the form says now.
func (d *decision) checklist(form desk.Form) {
	kept := slices.DeleteFunc(slices.Clone(d.t.Checks), func(c desk.Check) bool { return !c.Done })
	for _, it := range form.Checklist {
		if !policy.Holds(form, it.When, d.t.Filled.Answers) || slices.ContainsFunc(kept, func(c desk.Check) bool { return c.Text == it.Text }) {
			continue
		}
		kept = append(kept, desk.Check{Text: it.Text})
	}
	d.t.Checks = nil
	if len(kept) > 0 {
		d.t.Checks = kept
	}
}

// tick says whether an item is done.
func (d *decision) tick(a desk.Tick) error {
	i := slices.IndexFunc(d.t.Checks, func(c desk.Check) bool { return c.Text == a.Item })
	if i < 0 {
		return invalid("item", "This is not on the list any more.", "Look at the list as it is now.")
	}
	if d.t.Checks[i].Done == a.Done {
		return nil
	}
	d.t.Checks = slices.Clone(d.t.Checks)
	c := &d.t.Checks[i]
	c.Done, c.Name, c.Shown, c.At = a.Done, d.nameOf(d.actor.Person), d.mask(d.actor.Person), d.now
	to := "done"
	if !a.Done {
		c.Name, c.Shown, c.At, to = "", "", time.Time{}, "open"
	}
	d.add(desk.Entry{Kind: desk.Ticked, From: a.Item, To: to}, desk.Public)
	return nil
}

// approve is the approver's decision, which they may take back while it is not
// done. It says what they decided, and does nothing else by itself.
func (d *decision) approve(a desk.Approve) error {
	reason, err := checkLine("reason", "reason", a.Reason, MaxReason)
	if err != nil {
		return err
	}
	if d.t.Status.Done() {
		return invalid("approval", "This is done, so there is nothing to approve any more.", "Write a message instead.")
	}
	to := desk.Declined
	if a.Yes {
		to = desk.Approved
	}
	if d.t.Approval.State == to {
		return nil
	}
	d.t.Approval.State, d.t.Approval.Reason, d.t.Approval.At = to, reason, d.now
	d.t.Approval.Name = d.nameOf(d.actor.Person)
	d.add(desk.Entry{Kind: desk.Decided, To: string(to), Reason: reason}, desk.Public)
	if !d.ours() {
		d.asked("", false)
	}
	return nil
}

// neededClock reminds the team of what is needed, counted backwards from then.
func (d *decision) neededClock(old *desk.Ticket, dept desk.Department) {
	t, c := &d.t, &d.t.Clocks
	if t.Status.Done() || t.Need.By.IsZero() {
		c.Needed, c.Alerts = time.Time{}, nil
		return
	}
	if old.Version > 0 && !old.Status.Done() && old.Approval.State == t.Approval.State && old.Department == t.Department {
		return
	}
	c.Needed = policy.Target(t)
	c.Alerts = policy.Alerts(t, dept, d.st.Place.Topics[t.Topic], d.now)
	d.inTime(desk.DueNeeded, c.Needed)
}

// alert asks whoever has it, or a lead, how far it is.
func (d *decision) alert() {
	c := &d.t.Clocks
	for len(c.Alerts) > 0 && !c.Alerts[0].After(d.now) {
		c.Alerts = c.Alerts[1:]
	}
	d.asksOf(desk.Entry{Reason: "needed"}, d.t.Assignee)
}
