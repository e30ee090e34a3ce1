package app

import (
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/policy"
	"docket/storage/cache"
)

// rower makes rows; it looks up once what all of them need.
type rower struct {
	s      *session
	me     desk.Actor
	place  desk.Place
	drafts map[desk.TicketID]bool
	now    time.Time
	heads  map[desk.TicketID]*desk.Ticket
}

func (s *session) rower() *rower {
	r := &rower{s: s, me: s.me(), place: s.place(), drafts: map[desk.TicketID]bool{}, now: s.api.now(), heads: map[desk.TicketID]*desk.Ticket{}}
	for _, d := range s.out.Drafts() {
		if d.Ticket != "" && !d.Empty() {
			r.drafts[d.Ticket] = true
		}
	}
	return r
}

// head gives a ticket with what is pending laid over it, nil when it is not
// here. It is laid once for all the lines of a list that name it.
func (r *rower) head(id desk.TicketID) *desk.Ticket {
	h, ok := r.heads[id]
	if !ok {
		if l, err := r.s.lay(id); err == nil {
			h = &l.ticket
		}
		r.heads[id] = h
	}
	return h
}

// row gives a cached ticket, with what is pending laid over it.
func (r *rower) row(c cache.Row) Row {
	if len(r.s.items(c.Ticket.ID)) > 0 || len(r.s.touching(c.Ticket.ID)) > 0 {
		if l, err := r.s.lay(c.Ticket.ID); err == nil {
			return r.laid(l, c.Unread)
		}
	}
	return r.of(&c.Ticket, c.Unread)
}

func (r *rower) laid(l laid, unread bool) Row {
	row := r.of(&l.ticket, unread)
	row.Queued, row.Attention = l.waiting > 0, l.attention > 0
	return row
}

func (r *rower) of(t *desk.Ticket, unread bool) Row {
	due, kind := r.due(t)
	row := Row{
		ID: string(t.ID), Number: numberOf(t), Subject: t.Subject, Status: string(t.Status), Turn: string(policy.Turn(t, r.me)),
		Priority: string(t.Priority), Org: t.OrgName, Department: r.deptName(t.Department), Updated: stamp(t.Updated),
		WaitingSince: stamp(t.WaitingSince), Due: stamp(due), DueKind: string(kind), DueUsed: r.used(t, due, kind),
		Unread: unread, Draft: r.drafts[t.ID], Files: t.Files, Private: t.Private, Story: "", Tags: tagsOf(t), Called: r.callMark(t),
	}
	if row.Org == "" && t.Org != "" {
		row.Org = nameOfOrg(r.place, t.Org)
	}
	if t.Requester != r.me.Person {
		row.Who = r.name(t, t.Requester)
	}
	if t.Assignee != "" {
		name := r.name(t, t.Assignee)
		row.Owner = &Owner{ID: string(t.Assignee), Name: name, Initials: initials(name), Mine: t.Assignee == r.me.Person}
	}
	if !r.me.Role.Staff() {
		row.Story = r.story(t)
	}
	return row
}

func numberOf(t *desk.Ticket) string {
	if t.Number == 0 {
		return t.ID.Reference()
	}
	return "#" + t.Number.String()
}

// due is the deadline as its reader may know it. On a customer's computer what
// was opened there has the team's form until the server has answered.
func (r *rower) due(t *desk.Ticket) (time.Time, desk.DueKind) {
	if !r.me.Role.Staff() && t.PublicVersion > 0 {
		c := access.Customer(t)
		t = &desk.Ticket{Status: c.Status, Due: c.Due, DueKind: c.DueKind, Waiting: c.Waiting, HoldUntil: c.HoldUntil}
	}
	return policy.Shown(t)
}

// used is how much of the time until a deadline is gone; what merely comes next
// uses none up.
func (r *rower) used(t *desk.Ticket, due time.Time, kind desk.DueKind) float64 {
	switch kind {
	case desk.DueClose, desk.DueHold:
		return 0
	}
	return policy.Used(t, r.place.Departments[t.Department], due, r.now)
}

// name is how a ticket, or the directory, calls somebody.
func (r *rower) name(t *desk.Ticket, p desk.PersonID) string {
	if p == desk.System {
		return "Docket"
	}
	if t != nil {
		for _, n := range t.People {
			if n.ID == p && n.Name != "" {
				return n.Name
			}
		}
	}
	if n := r.place.People[p].Name; n != "" {
		return n
	}
	if p == r.me.Person && r.me.Name != "" {
		return r.me.Name
	}
	return string(p)
}

func (r *rower) deptName(d desk.DeptID) string {
	if n := r.place.Departments[d].Name; n != "" {
		return n
	}
	return string(d)
}

// story is the plain line a customer reads under the subject.
func (r *rower) story(t *desk.Ticket) string {
	owner := ""
	if t.Assignee != "" {
		owner = r.briefly(t, t.Assignee)
	}
	if t.Into != "" {
		x, _ := r.s.linkTo("into", t.Into)
		return say("Goes on in {number}", "number", or(x.Number, say("another request")))
	}
	switch t.Status {
	case desk.New:
		return say("Nobody has looked at it yet")
	case desk.Triage:
		return say("{name} has it, nobody in particular yet", "name", r.deptName(t.Department))
	case desk.WaitingCustomer:
		if t.Requester == r.me.Person {
			if i := slices.IndexFunc(t.Asks, func(a desk.Ask) bool { return a.Required && a.Open() }); i >= 0 {
				return say("{name} asks: {question}", "name", or(owner, r.deptName(t.Department)), "question", t.Asks[i].Text)
			}
			return say("{name} waits for your answer", "name", or(owner, r.deptName(t.Department)))
		}
		return say("Waits for {name}", "name", r.briefly(t, t.Requester))
	case desk.WaitingThirdParty:
		return say("{name} waits for somebody outside", "name", or(owner, r.deptName(t.Department)))
	case desk.OnHold:
		if s := fixStory(t, r.now); s != "" {
			return s
		}
		if !t.HoldUntil.IsZero() {
			return say("On hold until {day}", "day", day(t.HoldUntil))
		}
		return say("On hold")
	case desk.Solved:
		return say("Solved")
	case desk.Closed:
		return say("Closed")
	}
	return say("{name} is looking at it", "name", or(owner, r.deptName(t.Department)))
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
