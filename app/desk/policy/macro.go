package policy

import (
	"fmt"
	"strings"

	"docket/app/desk"
)

// Fill puts what a ticket has into the gaps of a macro's text. A gap for which
// it has nothing is refused with a sentence, and so nothing half is written.
func Fill(m desk.Macro, t *desk.Ticket, me desk.Actor, place desk.Place, d desk.Desk) (string, error) {
	parts, names, ok := desk.CutGaps(m.Text)
	if !ok {
		return "", unfilled(fmt.Sprintf("The macro “%s” has an opening {{ without its }}.", m.Title))
	}
	var b strings.Builder
	b.WriteString(parts[0])
	for i, name := range names {
		what, known := desk.GapWords(name)
		if !known {
			return "", unfilled(fmt.Sprintf("The macro “%s” names {{%s}}, which this version does not know.", m.Title, name))
		}
		value := gap(name, t, me, place, d)
		if value == "" {
			return "", unfilled(fmt.Sprintf("The macro “%s” names the %s, and this ticket has none.", m.Title, strings.TrimSuffix(what, " yet")))
		}
		b.WriteString(value)
		b.WriteString(parts[i+1])
	}
	return b.String(), nil
}

func unfilled(message string) error {
	return &desk.Error{Code: desk.CodeInvalid, Field: "macro", Message: message, Hint: "Nothing was written. Write it yourself, or choose another one."}
}

func gap(name string, t *desk.Ticket, me desk.Actor, place desk.Place, d desk.Desk) string {
	switch name {
	case "requester.name":
		return called(t, place, t.Requester)
	case "requester.first":
		return firstName(called(t, place, t.Requester))
	case "organization.name":
		if t.OrgName != "" {
			return t.OrgName
		}
		return place.Orgs[t.Org].Name
	case "ticket.number":
		if t.Number == 0 {
			return ""
		}
		return "#" + t.Number.String()
	case "ticket.subject":
		return t.Subject
	case "department.name":
		return place.Departments[t.Department].Name
	case "assignee.name":
		return called(t, place, t.Assignee)
	case "assignee.first":
		return firstName(called(t, place, t.Assignee))
	case "me.name":
		return me.Name
	case "me.first":
		return firstName(me.Name)
	case "desk.name":
		return d.Name
	case "desk.phone":
		if p := place.Departments[t.Department].Phone; p != "" {
			return p
		}
		return d.Phone
	}
	return ""
}

func called(t *desk.Ticket, place desk.Place, p desk.PersonID) string {
	if p == "" {
		return ""
	}
	for _, n := range t.People {
		if n.ID == p && n.Name != "" {
			return n.Name
		}
	}
	return place.People[p].Name
}

func firstName(name string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	return first
}
