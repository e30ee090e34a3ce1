package flow

import (
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
	t.DueKind = kindOf(t)
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
