package policy

import (
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/hours"
)

// Owed reports whether our reply to t is expected now: one is owed, and it is
// not the customer's turn, on hold or done.
func Owed(t *desk.Ticket) bool {
	switch t.Status {
	case desk.WaitingCustomer, desk.OnHold, desk.Solved, desk.Closed:
		return false
	}
	return !t.DueSince.IsZero()
}

// ReplyKind says which reply is owed: the first of all and the first of a
// department that was just given the ticket, or a next one.
func ReplyKind(t *desk.Ticket) desk.DueKind {
	if !slices.ContainsFunc(t.Steps, func(s desk.Step) bool { return s.Kind == "answered" }) {
		return desk.DueFirstReply
	}
	if slices.ContainsFunc(t.Steps, func(s desk.Step) bool { return s.Kind == "referred" && s.At.Equal(t.DueSince) }) {
		return desk.DueFirstReply
	}
	return desk.DueNextReply
}

// Told is the deadline that customers are told for the reply owed to t; zero
// without a promise. It depends on nothing a customer may not know, so not on
// the priority: it is what the department promises to a normal ticket, or to a
// low one where the customer said that it is only a question.
func Told(t *desk.Ticket, d desk.Department) time.Time {
	return promised(t, d, toldBy(t.Urgency))
}

func toldBy(u desk.Urgency) desk.Priority {
	if u == desk.UrgencyQuestion {
		return desk.PriorityLow
	}
	return desk.PriorityNormal
}

// Due is the team's own deadline: by the priority, and never after what the
// customer was told.
func Due(t *desk.Ticket, d desk.Department, told time.Time) time.Time {
	due := promised(t, d, t.Priority)
	if due.IsZero() || !told.IsZero() && told.Before(due) {
		return told
	}
	return due
}

func promised(t *desk.Ticket, d desk.Department, p desk.Priority) time.Time {
	return ripe(t, d, p, t.DueSince, 1)
}

// ripe is when so many times what was promised has gone by, by the department
// or by what the customer is entitled to, whichever is sooner.
func ripe(t *desk.Ticket, d desk.Department, p desk.Priority, since time.Time, times int) time.Time {
	at := replyBy(t, d.Promise(p), d.Open, since, times)
	if by := replyBy(t, t.Cover.Promise(p), t.Cover.Open, since, times); at.IsZero() || !by.IsZero() && by.Before(at) {
		at = by
	}
	return at
}

// replyBy is ripe by one promise.
func replyBy(t *desk.Ticket, promise desk.Promise, open desk.Calendar, since time.Time, times int) time.Time {
	length := promise.NextReply
	if ReplyKind(t) == desk.DueFirstReply {
		length = promise.FirstReply
	}
	cal := opening(open, promise)
	if length <= 0 || cal == nil {
		return time.Time{}
	}
	return cal.Add(since, time.Duration(times)*length)
}

// Used is how much of the time from when a reply was owed until it is due is
// gone, 0 to 1, counted as the department's clock runs.
func Used(t *desk.Ticket, d desk.Department, due, now time.Time) float64 {
	if due.IsZero() {
		return 0
	}
	if !now.Before(due) {
		return 1
	}
	cal := opening(d.Open, d.Promise(t.Priority))
	if ByCover(t, d, due) {
		cal = opening(t.Cover.Open, t.Cover.Promise(t.Priority))
	}
	if cal == nil {
		cal = hours.Always()
	}
	whole := cal.Between(t.DueSince, due)
	if whole <= 0 {
		return 0
	}
	return min(max(float64(cal.Between(t.DueSince, now))/float64(whole), 0), 1)
}

// opening is the calendar a promise counts by; nil when it cannot be read,
// such as one with a zone this computer has not heard of.
func opening(open desk.Calendar, p desk.Promise) *hours.Calendar {
	if p.Always {
		return hours.Always()
	}
	cal, err := hours.New(open)
	if err != nil {
		return nil
	}
	return cal
}
