package policy

import (
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/hours"
)

// Await is how a ticket waits for its customer from a message of ours on: when
// they are reminded and when it is solved for want of an answer (BEHAVIOURS
// 1.30, 4.13, 4.14). What its customer called an emergency does not end so.
func Await(t *desk.Ticket, d desk.Department, since time.Time) desk.Waiting {
	w := await(d, since)
	if t.Urgency == desk.UrgencyEmergency {
		w.Close = time.Time{}
	}
	return w
}

func await(d desk.Department, since time.Time) desk.Waiting {
	w, p := desk.Waiting{Since: since}, d.Policy
	floor := Patient(d, since, p.Wait())
	switch p.AutoClose {
	case desk.CloseNever:
	case desk.CloseReminders:
		cal, last, gap := opening(d.Open, desk.Promise{}), time.Duration(0), time.Duration(0)
		if cal == nil {
			cal = hours.Always()
		}
		for _, after := range p.Reminders() {
			w.Remind = append(w.Remind, later(cal.Add(since, after), floor))
			last, gap = after, after-last
		}
		w.Remind = slices.CompactFunc(w.Remind, time.Time.Equal)
		w.Close = later(cal.Add(since, last+gap), floor)
	default:
		w.Close = Patient(d, since, p.Silent())
		half := Patient(d, since, p.Silent()/2)
		day := w.Close.Add(-24 * time.Hour)
		for _, at := range []time.Time{half, day} {
			if n := len(w.Remind); at.After(since) && at.Before(w.Close) && (n == 0 || at.After(w.Remind[n-1])) && !at.Before(floor) {
				w.Remind = append(w.Remind, at)
			}
		}
	}
	return w
}

// Patient is when a time that runs day and night is over, except on the days
// that the department declared closed: nobody's silence counts on a holiday.
func Patient(d desk.Department, since time.Time, length time.Duration) time.Time {
	if len(d.Open.Closed) > 0 {
		if cal, err := hours.New(desk.Calendar{Zone: d.Open.Zone, Closed: d.Open.Closed}); err == nil {
			return cal.Add(since, length)
		}
	}
	return since.Add(length)
}

// Assigned is by when somebody has to have a ticket that nobody has since then.
func Assigned(t *desk.Ticket, d desk.Department, since time.Time) time.Time {
	return within(d, d.Promise(t.Priority), d.Promise(t.Priority).Assign, since)
}

// Resolved is by when a ticket is solved whose clock runs since then, after
// some of its time was used before.
func Resolved(t *desk.Ticket, d desk.Department, since time.Time, used time.Duration) time.Time {
	p, open := solving(t, d)
	if p.Resolve <= used && p.Resolve > 0 {
		return since
	}
	if cal := opening(open, p); cal != nil && p.Resolve > 0 {
		return cal.Add(since, p.Resolve-used)
	}
	return time.Time{}
}

// Worked is how much of the time to resolve went by between two moments.
func Worked(t *desk.Ticket, d desk.Department, from, to time.Time) time.Duration {
	p, open := solving(t, d)
	cal := opening(open, p)
	if cal == nil || to.Before(from) {
		return 0
	}
	return cal.Between(from, to)
}

// Stale is when a ticket was left alone too long by the team (BEHAVIOURS 4.11).
func Stale(t *desk.Ticket, d desk.Department, since time.Time) time.Time {
	return within(d, d.Promise(t.Priority), d.Promise(t.Priority).Stale, since)
}

// NextDay is a day later, at a time the department is open.
func NextDay(t *desk.Ticket, d desk.Department, at time.Time) time.Time {
	at = at.Add(24 * time.Hour)
	if cal := opening(d.Open, d.Promise(t.Priority)); cal != nil {
		return cal.Next(at)
	}
	return at
}

func within(d desk.Department, p desk.Promise, length time.Duration, since time.Time) time.Time {
	cal := opening(d.Open, p)
	if length <= 0 || cal == nil {
		return time.Time{}
	}
	return cal.Add(since, length)
}

// Deed is what the desk itself does when its time has come.
type Deed string

// The deeds.
const (
	DeedRemind Deed = "remind" // the customer is reminded
	DeedEnd    Deed = "end"    // solved for want of an answer
	DeedSettle Deed = "settle" // closed
	DeedTakeUp Deed = "take_up"
	DeedLate   Deed = "late" // a deadline is noted as missed
	DeedNudge  Deed = "nudge"
	DeedAlert  Deed = "alert"   // somebody is reminded of what is needed
	DeedAge    Deed = "age"     // the priority rises
	DeedHangUp Deed = "hang_up" // a chat in which nobody writes ends
	DeedLong   Deed = "long"    // it stands among those that wait long
	// A promise was not kept in time, and what was put aside comes back.
	DeedPromise Deed = "promise"
	DeedWake    Deed = "wake"
	// The next are called, because nobody has said that they have it.
	DeedPage     Deed = "page"
	DeedEscalate Deed = "escalate"
	// Those who wait for a problem are told what became of it.
	DeedTell Deed = "tell"
	// Planned work begins.
	DeedWork Deed = "work"
	// The day of planned work or of a fix is near.
	DeedNear Deed = "near"
)

// Item is one thing that will happen to a ticket at a time if nothing else
// happens before. Kind belongs to DeedLate.
type Item struct {
	At   time.Time
	Deed Deed
	Kind desk.DueKind
}

// Agenda is what will happen to a ticket by itself, in order. It is a function
// of the head alone, so both ends show the same second (BEHAVIOURS N8).
func Agenda(t *desk.Ticket) []Item {
	if t.Into != "" {
		return nil // what goes on in another has its time there
	}
	var out []Item
	add := func(at time.Time, deed Deed, kind desk.DueKind) {
		if !at.IsZero() && !(deed == DeedLate && slices.Contains(t.Clocks.Late, kind)) {
			out = append(out, Item{at, deed, kind})
		}
	}
	if len(t.Waiting.Remind) > 0 {
		add(t.Waiting.Remind[0], DeedRemind, "")
	}
	add(t.Waiting.Close, DeedEnd, "")
	add(t.Settles, DeedSettle, "")
	if t.Status == desk.OnHold {
		add(t.HoldUntil, DeedTakeUp, "")
	}
	add(t.Clocks.Assign, DeedLate, desk.DueAssign)
	if Owed(t) {
		add(t.Due, DeedLate, t.DueKind)
	}
	add(t.Clocks.Resolve, DeedLate, desk.DueResolve)
	if len(t.Clocks.Alerts) > 0 {
		add(t.Clocks.Alerts[0], DeedAlert, "")
	}
	add(t.Clocks.Needed, DeedLate, desk.DueNeeded)
	add(t.Clocks.Stale, DeedNudge, "")
	add(t.Clocks.Age, DeedAge, "")
	add(t.Clocks.Long, DeedLong, "")
	add(t.Snooze.Until, DeedWake, "")
	add(t.Live.Ends, DeedHangUp, "")
	for _, p := range t.Pledges {
		if p.Open() && !p.Missed {
			add(p.Due, DeedPromise, "")
		}
	}
	add(t.Fix.Tell, DeedTell, "")
	if !t.Status.Done() {
		add(t.Clocks.Work, DeedWork, "")
		add(t.Clocks.Near, DeedNear, "")
	}
	if t.Fix.State == desk.FixPlanned && t.Fix.Problem == "" && !t.Status.Done() {
		add(t.Fix.Due, DeedLate, desk.DueFix)
	}
	add(t.Page.Due, DeedPage, "")
	add(t.Escalation.Told.Due, DeedEscalate, "")
	for _, it := range keeping(t) {
		add(it.At, it.Deed, "")
	}
	slices.SortStableFunc(out, func(x, y Item) int { return x.At.Compare(y.At) })
	return out
}

// Shown is what a list shows of the agenda: the deadline that runs out first
// and, where nothing of ours does, what comes next. In the team's form what
// somebody promised is a deadline, too; customers read it beside the request.
func Shown(t *desk.Ticket) (time.Time, desk.DueKind) {
	at, kind := Deadline(t)
	promised := Promised(t)
	next := kind == desk.DueClose || kind == desk.DueHold
	if t.PublicVersion > 0 && !promised.IsZero() && (at.IsZero() || next || promised.Before(at)) {
		return promised, desk.DuePromise
	}
	return at, kind
}

// Deadline is Shown without what somebody promised.
func Deadline(t *desk.Ticket) (time.Time, desk.DueKind) {
	switch c := t.Clocks; {
	case t.Into != "":
	case !c.Assign.IsZero() && (t.Due.IsZero() || c.Assign.Before(t.Due)):
		return c.Assign, desk.DueAssign
	case !t.Due.IsZero():
		return t.Due, t.DueKind
	case !t.Waiting.Close.IsZero():
		return t.Waiting.Close, desk.DueClose
	case t.Status == desk.OnHold && !t.HoldUntil.IsZero():
		return t.HoldUntil, desk.DueHold
	}
	return time.Time{}, ""
}

// Promised is when the next of the promises to the customer is due; zero
// without an open one.
func Promised(t *desk.Ticket) (at time.Time) {
	for _, p := range t.Pledges {
		if p.Open() && (at.IsZero() || p.Due.Before(at)) {
			at = p.Due
		}
	}
	return at
}

// Next is when something happens to a ticket by itself; zero for never.
func Next(t *desk.Ticket) time.Time {
	if a := Agenda(t); len(a) > 0 {
		return a[0].At
	}
	return time.Time{}
}
