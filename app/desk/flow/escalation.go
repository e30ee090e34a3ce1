package flow

import (
	"slices"
	"strconv"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

const (
	// perLevel is for how long asking again goes no higher.
	perLevel = 24 * time.Hour
	// patience is how long somebody who was told of an escalation has to say that
	// they have it, and pagePatience who was called to an emergency.
	patience     = 30 * time.Minute
	pagePatience = 10 * time.Minute
)

// escalate asks for somebody higher up. Asked again within a day of the last
// step it is a further word to those who have it.
func (d *decision) escalate(a desk.Escalate) error {
	reason, err := checkLine("reason", "reason", a.Reason, MaxReason)
	if err != nil {
		return err
	}
	asked := d.cmd.Composed
	if asked.IsZero() {
		asked = d.now
	}
	switch {
	case reason == "":
		return invalid("reason", "There is no reason.", "Say what you need; the engineer and the duty manager read it.")
	case d.t.Status.Done():
		return invalid("status", "This is solved, so there is nothing to escalate.", "If it is not solved, write a message, which opens it again.")
	case !a.By.IsZero() && !a.By.After(asked):
		return invalid("by", "The time it is needed by has passed.", "Choose a later one, or leave it out.")
	}
	e := &d.t.Escalation
	under, last := e.Open(), e.At
	e.By, e.Reason, e.Needed = d.actor.Person, reason, a.By.UTC().Truncate(time.Millisecond)
	if a.By.IsZero() {
		e.Needed = time.Time{}
	}
	entry := desk.Entry{Kind: desk.Escalated, Text: reason, Until: e.Needed}
	if !last.IsZero() && d.now.Sub(last) < perLevel {
		entry.Reason = "again"
		d.add(entry, desk.Public)
		d.toldAgain(desk.ForEscalation, e.Told.To)
		return nil
	}
	from, s := 1, &e.Told
	if under {
		from = s.Level + 1
	} else {
		*s, e.Ended, e.Outcome = desk.Summons{Since: d.now}, time.Time{}, ""
	}
	r := policy.RotaOf(&d.t, d.st.Place.Departments)
	n, there := policy.Rung(r, policy.EscalationPath(r), from, d.now)
	e.At = d.now
	if under && !there { // at the top of what there is
		entry.Reason = "again"
		d.add(entry, desk.Public)
		d.toldAgain(desk.ForEscalation, s.To)
		return nil
	}
	entry.From, entry.To = step(from-1), step(n)
	d.summon(s, policy.EscalationPath(r), n, patience)
	entry.ToName = s.Name
	d.add(entry, desk.Public)
	d.summoned(desk.ForEscalation, s, "")
	return nil
}

func step(n int) string {
	if n < 1 {
		return ""
	}
	return strconv.Itoa(n)
}

// summon tells step n of a path, or, where that is 0, those who are there
// without being on duty. Who they are is not for a customer's client to say.
func (d *decision) summon(s *desk.Summons, path []desk.Level, n int, wait time.Duration) {
	s.Level, s.Name, s.At = n, "", d.now
	s.AckBy, s.AckAt = "", time.Time{}
	if n > 0 {
		s.Name = path[n-1].Name
	}
	if d.lesser {
		return
	}
	s.Due, s.To = d.now.Add(wait), nil
	d.whom(s, path, n)
}

// whom finds those a step means at this moment: who is on duty and, because an
// escalation is asked of them, the engineer who has it.
func (d *decision) whom(s *desk.Summons, path []desk.Level, n int) {
	var to []desk.PersonID
	r := policy.RotaOf(&d.t, d.st.Place.Departments)
	if n > 0 && n <= len(path) { // the rota may be another than when it began
		if duty, there := policy.OnDuty(r, path[n-1], d.now); there {
			to = append(to, policy.StandIn(d.st.Place.People, duty.Person, d.now))
		}
	}
	to = slices.DeleteFunc(to, func(p desk.PersonID) bool { return !d.serves(p) })
	if len(to) == 0 {
		to = d.leads()
	}
	if len(to) == 0 {
		to = d.admins()
	}
	if p := d.engineer(r); p != "" && !slices.Contains(to, p) {
		to = append(to, p)
	}
	s.To = to
}

// engineer is who has the ticket or, while their department is closed, who is on
// call in their place.
func (d *decision) engineer(r desk.Rota) desk.PersonID {
	if d.t.Assignee == "" {
		return ""
	}
	if !policy.Opens(d.st.Place.Departments[d.t.Department], d.now).IsZero() {
		if n, there := policy.Rung(r, r.OnCall, 1, d.now); there {
			duty, _ := policy.OnDuty(r, r.OnCall[n-1], d.now)
			if p := policy.StandIn(d.st.Place.People, duty.Person, d.now); d.serves(p) {
				return p
			}
		}
	}
	return policy.StandIn(d.st.Place.People, d.t.Assignee, d.now)
}

// serves reports whether somebody can be called.
func (d *decision) serves(p desk.PersonID) bool {
	x, known := d.st.Place.People[p]
	return known && x.Role.Staff() && !x.Disabled
}

func (d *decision) admins() []desk.PersonID {
	var out []desk.PersonID
	for id, p := range d.st.Place.People {
		if p.Role == desk.Admin && !p.Disabled {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// summoned tells the team whom by name; their clients ring.
func (d *decision) summoned(what string, s *desk.Summons, reason string) {
	if !d.lesser {
		d.add(desk.Entry{Kind: desk.Summoned, From: what, To: ids(s.To), ToName: d.names(s.To), Reason: reason}, desk.Internal)
	}
}

// toldAgain brings a further word to those who were told.
func (d *decision) toldAgain(what string, to []desk.PersonID) {
	if d.lesser {
		return
	}
	to = slices.Clone(to)
	for _, p := range []desk.PersonID{d.t.Assignee, d.t.Escalation.Told.AckBy} {
		p = policy.StandIn(d.st.Place.People, p, d.now)
		if p != "" && !slices.Contains(to, p) {
			to = append(to, p)
		}
	}
	d.summoned(what, &desk.Summons{To: to}, "again")
}

// passUp goes to the next step because nobody of this one said that they have
// it; at the top they are told again.
func (d *decision) passUp(what string, s *desk.Summons, path []desk.Level, wait time.Duration) {
	r := policy.RotaOf(&d.t, d.st.Place.Departments)
	was := s.Level
	n, there := policy.Rung(r, path, was+1, d.now)
	if !there {
		s.Due = d.now.Add(patience)
		d.whom(s, path, was)
		d.summoned(what, s, "again")
		return
	}
	d.summon(s, path, n, wait)
	e := desk.Entry{Kind: desk.Escalated, From: step(was), To: step(n), ToName: s.Name, Reason: "unanswered"}
	audience := desk.Public
	if what == desk.ForEmergency {
		e.Kind, audience = desk.Paged, d.pageAudience()
	}
	d.add(e, audience)
	d.summoned(what, s, "unanswered")
}

// pageUp and escalateUp are what the desk does by itself when their time comes.
func (d *decision) pageUp() {
	r := policy.RotaOf(&d.t, d.st.Place.Departments)
	d.passUp(desk.ForEmergency, &d.t.Page, policy.CallPath(r), pagePatience)
}

func (d *decision) escalateUp() {
	r := policy.RotaOf(&d.t, d.st.Place.Departments)
	d.passUp(desk.ForEscalation, &d.t.Escalation.Told, policy.EscalationPath(r), patience)
}

// page calls who is on call, if the desk has anybody to call.
func (d *decision) page() {
	r := policy.RotaOf(&d.t, d.st.Place.Departments)
	if !r.Any() {
		return
	}
	s, path := &d.t.Page, policy.CallPath(r)
	if s.Since.IsZero() || !s.AckAt.IsZero() {
		s.Since = d.now
	}
	n, _ := policy.Rung(r, path, 1, d.now)
	d.summon(s, path, n, pagePatience)
	d.add(desk.Entry{Kind: desk.Paged, To: step(n), ToName: s.Name}, d.pageAudience())
	d.summoned(desk.ForEmergency, s, "")
}

// pageAudience is who may know of a page: customers where the emergency is
// their own word, and otherwise the team alone.
func (d *decision) pageAudience() desk.Audience {
	if d.t.Urgency == desk.UrgencyEmergency {
		return desk.Public
	}
	return desk.Internal
}

// acknowledge says by name who has what somebody was called for.
func (d *decision) acknowledge() error {
	page, told := &d.t.Page, &d.t.Escalation.Told
	if d.ackPage() || d.t.Escalation.Open() && told.Rings() {
		if d.t.Escalation.Open() && told.Rings() {
			d.ack(told)
			d.add(desk.Entry{Kind: desk.Acknowledged, From: desk.ForEscalation, ToName: told.Name}, desk.Public)
		}
		return nil
	}
	by := told.AckBy
	if by == "" {
		by = page.AckBy
	}
	switch by {
	case "":
		return invalid("", "Nobody is called to this ticket.", "There is nothing to acknowledge.")
	case d.actor.Person:
		return nil
	}
	return conflict("acknowledge", "{who} has said so first.", string(by)).With("who", d.nameOf(by))
}

func (d *decision) ack(s *desk.Summons) {
	s.AckBy, s.AckAt, s.Due = d.actor.Person, d.now, time.Time{}
}

// ackPage does it for an emergency; whoever answers the customer has it, too.
func (d *decision) ackPage() bool {
	s := &d.t.Page
	if !s.Rings() {
		return false
	}
	d.ack(s)
	d.add(desk.Entry{Kind: desk.Acknowledged, From: desk.ForEmergency, ToName: s.Name}, d.pageAudience())
	return true
}

// deescalate ends an escalation with what came of it.
func (d *decision) deescalate(a desk.Deescalate) error {
	outcome, err := checkLine("outcome", "outcome", a.Outcome, MaxReason)
	if err != nil {
		return err
	}
	e := &d.t.Escalation
	switch {
	case outcome == "":
		return invalid("outcome", "There is no outcome.", "Say what came of it; the customer reads it.")
	case e.At.IsZero():
		return invalid("", "This ticket is not escalated.", "There is nothing to end.")
	case !e.Open():
		return nil
	}
	d.endEscalation(outcome)
	d.add(desk.Entry{Kind: desk.Deescalated, Text: outcome}, desk.Public)
	return nil
}

func (d *decision) endEscalation(outcome string) {
	e := &d.t.Escalation
	e.Ended, e.Outcome = d.now, outcome
	e.Told.To, e.Told.Due = nil, time.Time{}
}

// callsOff lets nobody be called to what is done.
func (d *decision) callsOff() {
	d.t.Page.To, d.t.Page.Due = nil, time.Time{}
	if d.t.Escalation.Open() {
		d.endEscalation("")
	}
}

// bypass reports whether an emergency goes to the department it is meant for at
// once: the one that receives is closed, and somebody there is on call
// (BEHAVIOURS 0.11).
func (d *decision) bypass(receives, meant desk.Department) bool {
	if d.t.Urgency != desk.UrgencyEmergency || policy.Opens(receives, d.now).IsZero() {
		return false
	}
	_, there := policy.Rung(meant.Rota, meant.Rota.OnCall, 1, d.now)
	return there
}
