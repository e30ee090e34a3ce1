package app

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// CallInfo is somebody being called to a ticket, as its reader may know it.
type CallInfo struct {
	// Name is the step of the path, "" where nobody on it was on duty.
	Name  string `json:"name"`
	Since string `json:"since"`
	At    string `json:"at"`
	// Told are those who were, by name; the team's.
	Told []string `json:"told"`
	// By is who acknowledged it.
	By      string `json:"by"`
	AckedAt string `json:"ackedAt"`
}

// EscalationInfo is where an escalation stands.
type EscalationInfo struct {
	By      string   `json:"by"`
	At      string   `json:"at"`
	Reason  string   `json:"reason"`
	Needed  string   `json:"needed"`
	Told    CallInfo `json:"told"`
	Open    bool     `json:"open"`
	Ended   string   `json:"ended"`
	Outcome string   `json:"outcome"`
	// Waits is set while it has not reached the desk.
	Waits bool `json:"waits"`
}

// PathStep is a step of the path an escalation goes.
type PathStep struct {
	Name string `json:"name"`
	// Who is on duty now, where the reader may know it; to the team who stands in
	// where that is somebody who is away, whom Away names.
	Who   string `json:"who"`
	Away  string `json:"away"`
	Phone string `json:"phone"`
	Dial  string `json:"dial"`
	// Own is the number of who is on duty; the team's.
	Own   string `json:"own"`
	There bool   `json:"there"`
	// Here is set on the step that was told last.
	Here bool `json:"here"`
}

// Escalate queues asking for somebody higher up. By is until when it is needed,
// "" for no time.
func (a *API) Escalate(ticket, reason, by string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		reason, err := text("reason", reason, maxReason)
		if err != nil {
			return nil, err
		}
		at, err := moment("by", by)
		return desk.Escalate{Reason: reason, By: at}, err
	})
}

// Acknowledge queues that the person has what somebody was called for.
func (a *API) Acknowledge(ticket string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) { return desk.Acknowledge{}, nil })
}

// Deescalate queues the end of an escalation with what came of it.
func (a *API) Deescalate(ticket, outcome string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		outcome, err := text("outcome", outcome, maxReason)
		return desk.Deescalate{Outcome: outcome}, err
	})
}

func (r *rower) callInfo(t *desk.Ticket, s desk.Summons) CallInfo {
	c := CallInfo{Name: s.Name, Since: stamp(s.Since), At: stamp(s.At), AckedAt: stamp(s.AckAt), Told: []string{}}
	if s.AckBy != "" {
		c.By = r.called(t, s.AckBy)
	}
	if r.me.Role.Staff() {
		for _, p := range s.To {
			c.Told = append(c.Told, r.called(t, p))
		}
	}
	return c
}

// called is a person's name, or "You".
func (r *rower) called(t *desk.Ticket, p desk.PersonID) string {
	if p == r.me.Person {
		return "You"
	}
	return r.name(t, p)
}

// page is who is called because it is an emergency; nil for nobody. What is not
// at the desk yet has called nobody.
func (r *rower) page(l laid) *CallInfo {
	t := &l.ticket
	mine := r.me.Role.Staff() || t.Urgency == desk.UrgencyEmergency
	if t.Page.At.IsZero() || !l.known || !mine || t.Status.Done() && t.Page.AckBy == "" {
		return nil
	}
	c := r.callInfo(t, t.Page)
	return &c
}

func (r *rower) escalation(l laid) *EscalationInfo {
	t := &l.ticket
	e := t.Escalation
	if e.At.IsZero() {
		return nil
	}
	return &EscalationInfo{
		By: r.called(t, e.By), At: stamp(e.At), Reason: e.Reason, Needed: stamp(e.Needed), Told: r.callInfo(t, e.Told), Open: e.Open(),
		Ended: stamp(e.Ended), Outcome: e.Outcome, Waits: waitsFor(l, desk.CmdEscalate),
	}
}

// waitsFor reports whether a command of the kind is laid over the ticket.
func waitsFor(l laid, k desk.CommandKind) bool {
	for _, p := range l.entries {
		if a := p.item.Command.Args; a != nil && a.Kind() == k {
			return true
		}
	}
	return false
}

// path is whom an escalation goes to, as it stands now: first who has the
// ticket, then step by step who is on duty.
func (r *rower) path(t *desk.Ticket) []PathStep {
	out := []PathStep{}
	rota := policy.RotaOf(t, r.place.Departments)
	levels := policy.EscalationPath(rota)
	if len(levels) == 0 {
		return out
	}
	first := PathStep{Name: say("Who has it"), There: t.Assignee != ""}
	if t.Assignee != "" {
		first.Who, first.Away = r.inPlaceOf(t, t.Assignee)
	}
	out = append(out, first)
	open := t.Escalation.Open()
	for i, l := range levels {
		s := PathStep{Name: l.Name, Phone: l.Phone, Here: open && t.Escalation.Told.Level == i+1}
		if l.Phone != "" {
			s.Dial = "tel:" + desk.Dialled(l.Phone)
		}
		if duty, there := policy.OnDuty(rota, l, r.now); there {
			s.There, s.Own = true, duty.Phone
			if duty.Person != "" {
				s.Who, s.Away = r.inPlaceOf(t, duty.Person)
			}
			if s.Away != "" { // the number is theirs who is away
				s.Own = r.place.People[policy.StandIn(r.place.People, duty.Person, r.now)].Phone
			}
		}
		out = append(out, s)
	}
	return out
}

// inPlaceOf is who is reached where p is meant, and for the team who is away and
// until when. Customers do not know who is.
func (r *rower) inPlaceOf(t *desk.Ticket, p desk.PersonID) (who, away string) {
	if !r.me.Role.Staff() || !policy.Absent(r.place.People, p, r.now) {
		return r.called(t, p), ""
	}
	if s := policy.StandIn(r.place.People, p, r.now); s != "" {
		who = r.called(nil, s)
	}
	return who, say("{who} {who, select, You {are} you {are} other {is}} away until {day}", "who", r.called(t, p), "day", weekday(r.place.People[p].Away.Until))
}

// rings reports whether somebody is called to t and it is for staff to say that
// they have it.
func (r *rower) rings(t *desk.Ticket) bool {
	return can(r.me, t, desk.CmdAcknowledge) && (t.Page.Rings() || t.Escalation.Open() && t.Escalation.Told.Rings())
}

// callMark is what a row shows of it: emergency, escalated or "".
func (r *rower) callMark(t *desk.Ticket) string {
	switch {
	case t.Status.Done():
		return ""
	case t.Page.Rings() && r.me.Role.Staff():
		return desk.ForEmergency
	case t.Escalation.Open():
		return "escalated"
	}
	return ""
}

// callLine is a line about calling somebody.
func (r *rower) callLine(e desk.Entry, who string) string {
	told := say("told {step}", "step", stepName(e.ToName))
	if e.ToName == "" {
		told = say("nobody on the path is on duty, so the leads were told")
	}
	switch e.Kind {
	case desk.Paged:
		if e.Reason == "unanswered" {
			return say("Nobody had answered: {told}", "told", told)
		}
		return say("Emergency: {told}", "told", told)
	case desk.Escalated:
		until := ""
		if !e.Until.IsZero() {
			until = ". " + say("Needed by {at, date, moment}", "at", e.Until.Local())
		}
		switch e.Reason {
		case "unanswered":
			return say("Nobody had answered: {told}", "told", told)
		case "again":
			return say("{who} added to the escalation: {why}", "who", who, "why", e.Text) + until
		}
		said := say("{who} escalated this: {why}", "who", who, "why", e.Text) + until + ". "
		if e.ToName == "" {
			return said + say("We told the leads; nobody on the path is on duty")
		}
		return said + say("We told {step}", "step", stepName(e.ToName))
	case desk.Summoned:
		names := and(strings.Split(e.ToName, ", "))
		if e.To == string(r.me.Person) {
			names = "you"
		}
		if e.Reason == "again" {
			return say("Called {names} again", "names", or(names, "nobody"))
		}
		return say("Called {names}", "names", or(names, "nobody"))
	case desk.Acknowledged:
		return say("{who} acknowledged it", "who", who)
	case desk.Deescalated:
		return say("{who} ended the escalation: {outcome}", "who", who, "outcome", e.Text)
	case desk.Bypassed:
		return say("An emergency, and nobody is there to receive it: it went straight to {department}", "department", or(e.ToName, e.To))
	}
	return unknownLine()
}

// stepName is a step's name within a sentence: "the duty manager".
func stepName(name string) string {
	first, n := utf8.DecodeRuneInString(name)
	second, _ := utf8.DecodeRuneInString(name[n:])
	if unicode.IsUpper(first) && unicode.IsLower(second) {
		name = string(unicode.ToLower(first)) + name[n:]
	}
	return say("the {step}", "step", name)
}
