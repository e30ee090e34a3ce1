package policy

import (
	"strings"

	"docket/app/desk"
)

// Fill puts what a ticket has into the gaps of a macro's text. A gap for which
// it has nothing is refused with a sentence, and so nothing half is written.
func Fill(m desk.Macro, t *desk.Ticket, me desk.Actor, place desk.Place, d desk.Desk) (string, error) {
	parts, names, ok := desk.CutGaps(m.Text)
	if !ok {
		return "", unfilled("The macro “{title}” has an opening '{{' without its '}}'.").With("title", m.Title)
	}
	var b strings.Builder
	b.WriteString(parts[0])
	for i, name := range names {
		what, known := desk.GapWords(name)
		if !known {
			return "", unfilled("The macro “{title}” names '{{'{gap}'}}', which this version does not know.").With("title", m.Title, "gap", name)
		}
		value := gap(name, t, me, place, d)
		if value == "" {
			return "", unfilled("The macro “{title}” names the {what, select, other {{what}}}, and this ticket has none.").With("title", m.Title, "what", strings.TrimSuffix(what, " yet"))
		}
		b.WriteString(value)
		b.WriteString(parts[i+1])
	}
	return b.String(), nil
}

func unfilled(message string) *desk.Error {
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
