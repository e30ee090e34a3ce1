package query

import (
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// Scope is for whom and when a query is asked.
type Scope struct {
	// Me is who reads; "me" is them.
	Me desk.Actor
	// Now and Zone say which day today is; Zone nil is UTC.
	Now  time.Time
	Zone *time.Location
	// Place knows names of departments and people beside those a head has; the
	// zero Place knows none, and ids are found all the same.
	Place desk.Place
	// Unread says whether the reader has not seen the newest of the ticket.
	Unread bool
	// Text decides the nodes that Query.Texts lists. Where it is nil, words and
	// phrases are looked up in what the head says, and no name of a file is found.
	Text func(Node) bool
}

// Match reports whether a ticket, in the form its reader has, is what was asked
// for. That the reader may see it is taken for granted.
func (q Query) Match(t *desk.Ticket, s Scope) bool {
	if s.Zone == nil {
		s.Zone = time.UTC
	}
	m := matcher{t: t, s: &s}
	return q.Node == nil || m.node(q.Node)
}

type matcher struct {
	t    *desk.Ticket
	s    *Scope
	head string // what the head says, folded; made when it is first needed
}

func (m *matcher) node(n Node) bool {
	switch x := n.(type) {
	case And:
		return !slices.ContainsFunc(x.Nodes, func(n Node) bool { return !m.node(n) })
	case Or:
		return slices.ContainsFunc(x.Nodes, m.node)
	case Not:
		return !m.node(x.Node)
	case Field:
		if x.Op == File {
			return m.s.Text != nil && m.s.Text(n)
		}
		return m.field(x)
	}
	if m.s.Text != nil {
		return m.s.Text(n)
	}
	switch x := n.(type) {
	case Term:
		return begins(m.says(), fold(x.Text)) || m.numbered(x.Text)
	case Phrase:
		return begins(m.says(), fold(x.Text))
	}
	return false
}

func (m *matcher) numbered(text string) bool {
	n, err := desk.ParseNumber(text)
	if err == nil && n == m.t.Number && strings.TrimLeft(text, "#0123456789") == "" {
		return true
	}
	code, err := desk.ParseReference(text)
	return err == nil && code == m.t.ID.Code()
}

// says is what a head says: its parts each in a line of their own, so that no
// phrase is found across two.
func (m *matcher) says() string {
	if m.head == "" {
		t := m.t
		parts := []string{t.Subject, t.OrgName, t.TopicName}
		for _, p := range t.People {
			parts = append(parts, p.Name)
		}
		parts = append(parts, t.Tags...)
		for _, r := range t.Refs {
			parts = append(parts, r.Label, r.ID)
		}
		for i, p := range parts {
			parts[i] = fold(p)
		}
		m.head = strings.Join(parts, "\n") + "\n"
	}
	return m.head
}

func (m *matcher) field(f Field) bool {
	t, v := m.t, f.Value
	switch f.Op {
	case Is:
		return is(t, m.s, v)
	case From:
		return m.person(t.Requester, v)
	case CC:
		return m.anybody(t.CCs, v)
	case To:
		return v != None && (m.person(t.Assignee, v) || m.anybody(t.Helpers, v) || m.anybody(t.CCs, v) || m.dept(t.Department, v) || m.dept(t.Intended, v))
	case Assignee:
		return m.person(t.Assignee, v)
	case Org:
		return m.org(v)
	case Dept:
		return m.dept(t.Department, v)
	case Tag:
		return slices.Contains(t.Tags, v) || v == None && len(t.Tags) == 0
	case Priority:
		if !m.s.Me.Role.Staff() { // the word that customers read of theirs
			return string(t.Urgency) == v || t.Urgency == "" && v == string(desk.UrgencyNormal)
		}
		return string(t.Priority) == v || t.Priority == "" && v == string(desk.PriorityNormal)
	case Urgency:
		return string(t.Urgency) == v || t.Urgency == "" && v == string(desk.UrgencyNormal)
	case Type:
		return string(t.Type) == v
	case Topic:
		return v == None && t.Topic == "" || string(t.Topic) == strings.ToLower(v) || v != None && t.TopicName != "" && everyWord(fold(t.TopicName), fold(v))
	case Ref:
		return m.about(v)
	case Has:
		return m.has(v)
	}
	return m.dated(f)
}

func (m *matcher) dated(f Field) bool {
	from, until := span(f.Op, f.Value, m.s.Now, m.s.Zone)
	at := m.t.Created
	switch f.Op {
	case Before:
		return at.Before(from)
	case After:
		return !at.Before(from)
	case Updated:
		at = m.t.Updated
	case Due:
		at, _ = policy.Shown(m.t)
	}
	return !at.IsZero() && !at.Before(from) && at.Before(until)
}

// person reports whether somebody is who is asked for: by id, by the words of
// their name, or as whoever reads.
func (m *matcher) person(p desk.PersonID, v string) bool {
	switch {
	case v == None:
		return p == ""
	case p == "":
		return false
	case v == Me:
		return p == m.s.Me.Person
	case strings.EqualFold(string(p), v):
		return true
	}
	want := fold(v)
	for _, n := range m.t.People {
		if n.ID == p && everyWord(fold(n.Name), want) {
			return true
		}
	}
	known, ok := m.s.Place.People[p]
	return ok && (everyWord(fold(known.Name), want) || strings.EqualFold(known.Email, v))
}

func (m *matcher) anybody(all []desk.PersonID, v string) bool {
	if v == None {
		return len(all) == 0
	}
	return slices.ContainsFunc(all, func(p desk.PersonID) bool { return m.person(p, v) })
}

func (m *matcher) org(v string) bool {
	t := m.t
	if v == None {
		return t.Org == ""
	}
	if v == Me {
		return t.Org != "" && slices.ContainsFunc(m.s.Me.Memberships, func(x desk.Membership) bool { return x.Org == t.Org })
	}
	name := t.OrgName
	if name == "" {
		name = m.s.Place.Orgs[t.Org].Name
	}
	return t.Org != "" && (strings.EqualFold(string(t.Org), v) || name != "" && everyWord(fold(name), fold(v)))
}

func (m *matcher) dept(d desk.DeptID, v string) bool {
	switch {
	case d == "":
		return false
	case v == Me || v == "mine":
		return m.s.Me.In(d)
	case strings.EqualFold(string(d), v):
		return true
	}
	name := m.s.Place.Departments[d].Name
	return name != "" && fold(name) == fold(v)
}

func (m *matcher) about(v string) bool {
	if v == None {
		return len(m.t.Refs) == 0
	}
	want := fold(v)
	return slices.ContainsFunc(m.t.Refs, func(r desk.Reference) bool {
		return strings.EqualFold(r.ID, v) || strings.EqualFold(r.Kind, v) || strings.Contains(fold(r.Label), want)
	})
}

func (m *matcher) has(v string) bool {
	t := m.t
	switch v {
	case hasFile:
		return t.Files
	case hasTag:
		return len(t.Tags) > 0
	case hasDue:
		at, _ := policy.Shown(t)
		return !at.IsZero()
	case hasQuestion:
		return slices.ContainsFunc(t.Asks, func(a desk.Ask) bool { return a.Open() })
	case hasPromise:
		return slices.ContainsFunc(t.Pledges, func(p desk.Pledge) bool { return p.Open() })
	case hasWorkaround:
		return t.Workaround.Text != ""
	case hasLink:
		return len(t.Links) > 0
	case hasRating:
		return t.Rating.Score != ""
	case hasRef:
		return len(t.Refs) > 0
	}
	return false
}
