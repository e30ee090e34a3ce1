package flow

import (
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// owes starts the clock of a reply, which a further message does not start
// again: the deadline counts from when the waiting began.
func (d *decision) owes(since time.Time) {
	if d.t.DueSince.IsZero() {
		d.t.DueSince = since
	}
}

// owesNot stops it: somebody of ours has answered, or nothing is left to say.
func (d *decision) owesNot() {
	d.t.WaitingSince, d.t.DueSince = time.Time{}, time.Time{}
}

// deadlines sets when the reply that is owed is due. What stands there stays
// while nothing it follows from has changed, so that a promise that is changed
// later moves no clock that runs. What customers are told follows from what
// they may know alone, and stays when only the priority changes.
func (d *decision) deadlines() {
	old := d.st.Ticket
	if old == nil {
		old = &desk.Ticket{}
	}
	t, dept := &d.t, d.st.Place.Departments[d.t.Department]
	owed := policy.Owed(t)
	if t.Priority != old.Priority && old.Version > 0 && !d.lesser {
		t.Clocks.Ranked = d.now
	}
	public := owed != policy.Owed(old) || !t.DueSince.Equal(old.DueSince) || t.Department != old.Department
	if !public && (t.Priority == old.Priority || !owed) {
		return
	}
	if d.lesser {
		t.Due = time.Time{}
		if owed {
			t.Due = policy.Told(t, dept)
		}
		t.DueKind = kindOf(t)
		return
	}
	if public {
		t.PublicDue = time.Time{}
		if owed {
			t.PublicDue = policy.Told(t, dept)
		}
	}
	t.Due = time.Time{}
	if owed {
		t.Due = policy.Due(t, dept, t.PublicDue)
	}
	if public || t.DueKind == "" || t.Due.IsZero() { // a priority says nothing of which reply it is
		t.DueKind = kindOf(t)
	}
	if paused := !owed && !t.DueSince.IsZero(); !paused { // what was missed before a pause was missed after it
		d.inTime(desk.DueFirstReply, t.Due)
		d.inTime(desk.DueNextReply, t.Due)
	}
	t.Clocks.Age = time.Time{}
	if owed {
		since := t.DueSince
		if t.Clocks.Ranked.After(since) {
			since = t.Clocks.Ranked
		}
		t.Clocks.Age = policy.Ages(t, dept, since)
	}
}

// clocks sets what else has its time: the customer's answer, the closing of
// what is solved, and the team's own deadlines.
func (d *decision) clocks() {
	old := d.st.Ticket
	if old == nil {
		old = &desk.Ticket{}
	}
	t, dept := &d.t, d.st.Place.Departments[d.t.Department]
	if t.Status != desk.WaitingCustomer {
		t.Waiting = desk.Waiting{}
	} else if old.Status != desk.WaitingCustomer || d.saidAnything() {
		t.Waiting = policy.Await(t, dept, d.now)
	}
	if t.Status != desk.Solved {
		t.Settles = time.Time{}
	} else if old.Status != desk.Solved {
		t.Settles = d.now.Add(dept.Policy.SettleAfter())
	}
	if d.lesser {
		return
	}
	d.longClock(old)
	d.assignClock(old, dept)
	d.resolveClock(old, dept)
	d.staleClock(old, dept)
	d.neededClock(old, dept)
}

// saidAnything reports whether somebody said something to the other side: who
// answers some of what is asked has as long for the rest as from its asking.
func (d *decision) saidAnything() bool {
	return d.spoken || !d.clerk() && slices.ContainsFunc(d.entries, func(e desk.Entry) bool {
		return e.Audience == desk.Public && speaks(e.Kind)
	})
}

// clerk reports whether the desk itself acts.
func (d *decision) clerk() bool { return d.actor.Person == desk.System }

// assignClock runs while nobody has the ticket. It never pauses.
func (d *decision) assignClock(old *desk.Ticket, dept desk.Department) {
	t := &d.t
	free := t.Assignee == "" && !t.Status.Done()
	begun := old.Assignee != "" || old.Status.Done() || old.Version == 0 || t.Department != old.Department
	switch {
	case !free:
		t.Clocks.Assign = time.Time{}
	case begun || t.Priority != old.Priority:
		since := d.now
		if !t.DueSince.IsZero() && old.Assignee == "" {
			since = t.DueSince
		}
		t.Clocks.Assign = policy.Assigned(t, dept, since)
		d.inTime(desk.DueAssign, t.Clocks.Assign)
	}
}

// resolveClock runs while it is our turn. What it is counted by changes with
// the department and the priority; what it has counted stays.
func (d *decision) resolveClock(old *desk.Ticket, dept desk.Department) {
	t, c := &d.t, &d.t.Clocks
	runs := t.Status == desk.New || t.Status == desk.Triage || t.Status == desk.InProgress
	other := t.Department != old.Department || t.Priority != old.Priority
	if !c.Since.IsZero() && (!runs || other) {
		c.Used += policy.Worked(old, d.st.Place.Departments[old.Department], c.Since, d.now)
		c.Since, c.Resolve = time.Time{}, time.Time{}
	}
	if runs && c.Since.IsZero() {
		c.Since = d.now
		c.Resolve = policy.Resolved(t, dept, d.now, c.Used)
		d.inTime(desk.DueResolve, c.Resolve)
	}
}

// staleClock starts again with everything the team does, and stands still
// while others have to do something.
func (d *decision) staleClock(old *desk.Ticket, dept desk.Department) {
	t, c := &d.t, &d.t.Clocks
	idle := func(t *desk.Ticket) bool {
		return policy.Snoozed(t) || t.Status.Done() || t.Status == desk.WaitingCustomer || t.Status == desk.OnHold && !t.HoldUntil.IsZero()
	}
	acted := d.actor.Role.Staff() && !d.clerk() && (len(d.entries) > 0 || d.spoken)
	switch {
	case fixPending(t):
		if acted || old.Status != t.Status {
			d.fixClock(dept)
		}
	case t.Status == desk.WaitingCustomer && t.Urgency == desk.UrgencyEmergency:
		if c.Nudges = 0; old.Status != t.Status || d.saidAnything() {
			c.Stale = policy.Patient(dept, d.now, dept.Policy.Silent())
		}
	case idle(t):
		c.Stale, c.Nudges = time.Time{}, 0
	case acted || idle(old) || old.Version == 0:
		c.Stale, c.Nudges = policy.Stale(t, dept, d.now), 0
	}
}

// inTime forgets that a deadline was missed which is later now.
func (d *decision) inTime(kind desk.DueKind, due time.Time) {
	if due.IsZero() || due.After(d.now) {
		d.t.Clocks.Late = slices.DeleteFunc(d.t.Clocks.Late, func(k desk.DueKind) bool { return k == kind })
	}
}

// Rest lets nothing happen to a ticket by itself that should have happened
// before now, as for an archive that is taken over: it begins to move when
// somebody does something with it.
func Rest(t desk.Ticket, now time.Time) desk.Ticket {
	if !t.Waiting.Close.IsZero() && !t.Waiting.Close.After(now) {
		t.Waiting.Remind, t.Waiting.Close = nil, time.Time{}
	}
	t.Waiting.Remind = slices.DeleteFunc(slices.Clone(t.Waiting.Remind), func(at time.Time) bool { return !at.After(now) })
	if !t.Settles.After(now) {
		t.Settles = time.Time{}
	}
	if !t.Clocks.Stale.After(now) {
		t.Clocks.Stale = time.Time{}
	}
	if !t.Clocks.Age.After(now) {
		t.Clocks.Age = time.Time{}
	}
	if !t.Clocks.Long.IsZero() && !t.Clocks.Long.After(now) {
		t.Clocks.Long, t.Clocks.Over = time.Time{}, true
	}
	if !t.Snooze.Until.After(now) {
		t.Snooze = desk.Snooze{}
	}
	t.Pledges = slices.Clone(t.Pledges)
	for i := range t.Pledges {
		t.Pledges[i].Missed = t.Pledges[i].Missed || t.Pledges[i].Open() && !t.Pledges[i].Due.After(now)
	}
	t.Clocks.Alerts = slices.DeleteFunc(slices.Clone(t.Clocks.Alerts), func(at time.Time) bool { return !at.After(now) })
	if !t.Page.Due.After(now) {
		t.Page.Due = time.Time{}
	}
	if !t.Escalation.Told.Due.After(now) {
		t.Escalation.Told.Due = time.Time{}
	}
	late := slices.Clone(t.Clocks.Late)
	for _, it := range policy.Agenda(&t) {
		if it.Deed == policy.DeedLate && !it.At.After(now) {
			late = append(late, it.Kind)
		}
	}
	t.Clocks.Late = late
	return t
}

func kindOf(t *desk.Ticket) desk.DueKind {
	if t.Due.IsZero() {
		return ""
	}
	return policy.ReplyKind(t)
}

// Place puts a ticket into a department that no command sent it to, as an
// import does, and counts its deadline anew.
func Place(t desk.Ticket, dept desk.DeptID, place desk.Place) desk.Ticket {
	d := decision{st: desk.State{Ticket: &t, Place: place}, t: t}
	d.t.Department = dept
	d.deadlines()
	return d.t
}
