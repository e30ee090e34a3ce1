package flow

import (
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

const (
	// grace is how long what should have ended while nobody looked is left open.
	grace = time.Hour
	// slept is how late a deadline may be looked at without anybody having slept.
	slept = time.Minute
	// mostDeeds bounds what one command does; the rest is for the next.
	mostDeeds = 16
)

// due does what is due by now, in order. What it does depends on the head
// alone, so that several servers that look at once do it once.
func (d *decision) due(a desk.RunDue) error {
	d.rekeep()
	for range mostDeeds {
		agenda := policy.Agenda(&d.t)
		if len(agenda) == 0 || agenda[0].At.After(d.now) {
			break
		}
		switch it := agenda[0]; it.Deed {
		case policy.DeedRemind:
			d.remind()
		case policy.DeedEnd:
			d.end(it.At, a.Woke)
		case policy.DeedSettle:
			d.t.Settles = time.Time{}
			d.setStatus(desk.Closed, "settled", "")
		case policy.DeedTakeUp:
			d.setStatus(d.takenUp(), "hold_over", "")
			d.owes(d.now)
		case policy.DeedLate:
			d.late(it.Kind)
		case policy.DeedNudge:
			d.nudge()
		case policy.DeedAlert:
			d.alert()
		case policy.DeedAge:
			d.age()
		case policy.DeedPromise:
			d.broken()
		case policy.DeedWake:
			d.woken()
		case policy.DeedHangUp:
			d.hangUp("silence")
		case policy.DeedLong:
			d.t.Clocks.Long, d.t.Clocks.Over = time.Time{}, true
			d.touched = true
		case policy.DeedPage:
			d.pageUp()
		case policy.DeedEscalate:
			d.escalateUp()
		case policy.DeedWork:
			d.workBegins()
		case policy.DeedNear:
			d.isNear()
		case policy.DeedTell:
			d.tell()
		case policy.DeedAnnounce:
			d.tellEnd()
		case policy.DeedFiles:
			d.dropFiles(it.At, a.Woke)
		case policy.DeedDelete:
			d.drop(it.At, a.Woke)
		}
		if len(d.purge) > 0 {
			return nil
		}
	}
	return nil
}

// remind tells the customer what is still open. Of several reminders that were
// missed, one goes out.
func (d *decision) remind() {
	w := &d.t.Waiting
	if !d.st.Unreached && d.quiet() {
		return
	}
	for len(w.Remind) > 0 && !w.Remind[0].After(d.now) {
		w.Remind = w.Remind[1:]
	}
	if d.st.Unreached { // whoever has it can telephone
		d.unreached()
		return
	}
	w.Sent++
	said := desk.Saying("We are still waiting for your answer.\n\nIf nothing is needed any more, you need not do anything.")
	if open := d.openAsks(); len(open) > 0 {
		said = desk.Saying("We are still waiting for your answer to:\n\n- {asks}\n\nIf nothing is needed any more, you need not do anything.", "asks", strings.Join(open, "\n- "))
	} else if last := d.t.PublicLast; last != "" {
		said = desk.Saying("We are still waiting for your answer to: “{last}”\n\nIf nothing is needed any more, you need not do anything.", "last", last)
	}
	d.writes(said, time.Time{})
}

// writes is the desk telling the customer something by itself.
func (d *decision) writes(said desk.Said, until time.Time) {
	d.add(desk.Entry{Kind: desk.Notice, Text: said.String(), Phrase: &said, Until: until}, desk.Public)
}

// unreached tells whoever has the ticket that its customer has no computer on
// which they would read what they are told.
func (d *decision) unreached() {
	d.asksOf(desk.Entry{Reason: "unreached", Text: d.nameOf(d.t.Requester)}, d.t.Assignee)
}

// quiet puts off reminders that would come in their customer's night or weekend
// until their next morning, as one, and the end with the last of them, so that
// nobody has less time after it. Only the desk knows everybody's zone, so this
// is found when the time has come. What its customer called an emergency is no
// reason to wait for a morning.
func (d *decision) quiet() bool {
	at := policy.Reminded(policy.ReminderZone(&d.t, d.st.Place), d.now)
	if !at.After(d.now) || d.t.Urgency == desk.UrgencyEmergency {
		return false
	}
	w := &d.t.Waiting
	last := w.Remind[len(w.Remind)-1]
	w.Remind = append([]time.Time{at}, slices.DeleteFunc(w.Remind, func(x time.Time) bool { return !x.After(at) })...)
	if by := w.Remind[len(w.Remind)-1].Sub(last); by > 0 && !w.Close.IsZero() {
		w.Close = w.Close.Add(by)
	}
	d.touched = true
	return true
}

// end solves what its customer did not answer. What is urgent does not end by
// itself: a lead is asked.
func (d *decision) end(at, woke time.Time) {
	dept := d.st.Place.Departments[d.t.Department]
	w := &d.t.Waiting
	switch {
	case at.Before(woke.Add(-slept)) && d.now.Before(woke.Add(grace)):
		w.Remind, w.Close = nil, woke.Add(grace).UTC().Truncate(time.Millisecond)
		d.touched = true
	case d.t.Priority == desk.PriorityEmergency:
		w.Remind, w.Close = nil, policy.Patient(dept, d.now, dept.Policy.Silent())
		d.asksOf(desk.Entry{Reason: "no_answer"}, "")
	case d.st.Unreached: // who was never asked has not kept silent
		w.Remind, w.Close = nil, policy.Patient(dept, d.now, dept.Policy.Silent())
		d.unreached()
	default:
		*w = desk.Waiting{}
		d.writes(desk.Saying("We have not heard from you, so this request is solved.\n\nIf it is not, answer here and it goes on where it was."), time.Time{})
		d.setStatus(desk.Solved, "no_answer", "")
	}
}

// late notes once that something was not done by its deadline, and who had it.
func (d *decision) late(kind desk.DueKind) {
	d.t.Clocks.Late = append(d.t.Clocks.Late, kind)
	e := desk.Entry{Kind: desk.Late, From: string(kind)}
	if p := d.t.Assignee; p != "" {
		to := d.whose(p)
		e.To, e.ToName = ids(to), d.names(to)
		if e.To != string(p) {
			e.Reason, e.Away = "stands_in", d.absent(d.meant(p), to)
		}
	}
	d.add(e, desk.Internal)
}

// age raises by one level what has waited too long, and tells the team.
func (d *decision) age() {
	d.t.Clocks.Age = time.Time{} // set anew with the priority
	if to, more := policy.Rise(d.t.Priority); more {
		d.add(desk.Entry{Kind: desk.Prioritied, From: string(d.t.Priority), To: string(to), Reason: "waited"}, desk.Internal)
		d.t.Priority, d.t.Lent = to, desk.Lent{}
	}
}

// The steps of the ladder for what nobody works on (BEHAVIOURS 4.11): whoever
// has it is asked twice, then a lead, then it goes back to the queue.
const (
	askOwner = 2
	askLead  = 3
)

func (d *decision) nudge() {
	c := &d.t.Clocks
	dept := d.st.Place.Departments[d.t.Department]
	if fixPending(&d.t) {
		d.askFix(dept)
		return
	}
	if d.t.Status == desk.WaitingCustomer { // an emergency whose customer is silent
		c.Stale = policy.Patient(dept, d.now, dept.Policy.Silent())
		d.asksOf(desk.Entry{Reason: "no_answer"}, "")
		return
	}
	if c.Nudges >= askLead && d.t.Assignee != "" {
		d.assignTo("")
		if d.t.Status == desk.InProgress {
			d.setStatus(desk.Triage, "stale", "")
		}
		c.Nudges, c.Stale = 0, policy.Stale(&d.t, dept, d.now)
		return
	}
	who := d.t.Assignee
	if c.Nudges >= askOwner {
		who = ""
	}
	c.Nudges++
	c.Stale = policy.NextDay(&d.t, dept, d.now)
	d.asksOf(desk.Entry{Reason: "stale"}, who)
}

// leads are those to ask of who leads the ticket's department: they, or who
// stands in while they are away. Where nobody is left, all of them are asked.
func (d *decision) leads() []desk.PersonID {
	all := d.whoLead()
	var out []desk.PersonID
	for _, p := range all {
		if p = policy.StandIn(d.st.Place.People, p, d.now); p != "" && !slices.Contains(out, p) {
			d.reaches(p)
			out = append(out, p)
		}
	}
	if len(out) == 0 {
		return all
	}
	slices.Sort(out)
	return out
}

// whoLead are the people who lead the ticket's department.
func (d *decision) whoLead() []desk.PersonID {
	var out []desk.PersonID
	for id, p := range d.st.Place.People {
		if p.Role == desk.Lead && !p.Disabled && slices.Contains(p.Departments, d.t.Department) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}
