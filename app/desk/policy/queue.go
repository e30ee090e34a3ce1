package policy

import (
	"encoding/binary"
	"time"

	"docket/app/desk"
)

// Snoozed reports whether the team has put t aside.
func Snoozed(t *desk.Ticket) bool { return !t.Snooze.Until.IsZero() }

// Queued reports whether t stands in its department's queue: it is our turn,
// nobody has it and it was not put aside, and it does not go on in another.
func Queued(t *desk.Ticket) bool {
	if Snoozed(t) {
		return false
	}
	switch t.Status {
	case desk.New, desk.Triage, desk.InProgress:
		return t.Assignee == "" && t.Into == ""
	}
	return false
}

// For reports whether t, which stands in a queue, may be the next one of me:
// not what I ask for myself, and not what I passed over.
func For(t *desk.Ticket, me desk.Actor) bool {
	if t.Requester == me.Person {
		return false
	}
	for _, p := range t.Passed {
		if p == me.Person {
			return false
		}
	}
	return true
}

// behind is what sets tickets where nobody waits for us behind the others of
// their priority.
const behind = 1 << 63

// PlaceID is where the ticket's id begins in a Place.
const PlaceID = 9

// Place orders tickets that need us, as bytes compare: by priority, then who
// has waited longest (BEHAVIOURS 4.6); where nobody waits, by when the customer
// last heard something. It ends in the ticket's id, so no two are equal.
//
// Nothing about who asks is in it, so that work that has stopped precedes a
// request whoever's it is (4.3). A further message moves nobody back (1.22): the
// first unanswered one counts, and a ticket without one stands behind.
func Place(t *desk.Ticket) []byte {
	key := append(make([]byte, 0, PlaceID+len(t.ID)), urgencyRank(t.Priority))
	n := behind | moment(heard(t), false)
	if since := waits(t); !since.IsZero() {
		n = moment(since, false)
	}
	return append(binary.BigEndian.AppendUint64(key, n), t.ID...)
}

// patience is how many times its target a ticket waits before it rises.
const patience = 3

// Rise is the priority above p that waiting alone can bring a ticket to; none
// above high, because emergency is for work that has stopped and somebody has
// to have said so (BEHAVIOURS 4.3).
func Rise(p desk.Priority) (desk.Priority, bool) {
	switch p {
	case desk.PriorityLow:
		return desk.PriorityNormal, true
	case desk.PriorityHigh, desk.PriorityEmergency:
		return p, false
	}
	return desk.PriorityHigh, true
}

// Ages is when t has waited three times as long as it should, counted from a
// moment and as the department's clock runs; zero without a target and for what
// rises no further. Customers' waiting is counted by what they were told, too.
func Ages(t *desk.Ticket, d desk.Department, since time.Time) time.Time {
	if _, more := Rise(t.Priority); !more {
		return time.Time{}
	}
	at := ripe(t, d, t.Priority, since, patience)
	if told := ripe(t, d, toldBy(t.Urgency), since, patience); at.IsZero() || !told.IsZero() && told.Before(at) {
		at = told
	}
	return at
}

// waits is since when somebody waits for us: since their first unanswered
// message, or since a department was given the ticket, whichever was first.
func waits(t *desk.Ticket) time.Time {
	w, owed := t.WaitingSince, t.DueSince
	if w.IsZero() || !owed.IsZero() && owed.Before(w) {
		return owed
	}
	return w
}

// heard is when the customer last heard something: a note moves no row.
func heard(t *desk.Ticket) time.Time {
	if t.PublicUpdated.IsZero() {
		return t.Updated
	}
	return t.PublicUpdated
}
