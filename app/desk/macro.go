package desk

import (
	"maps"
	"slices"
	"strings"
)

// RefMacro is a ready answer; staff lanes only.
const RefMacro RefKind = "macro"

// Macro is a ready answer of the team's and what goes with it. Its text has
// gaps such as {{requester.first}}, which are filled when it is used; it is
// never run.
type Macro struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// Department narrows it to tickets there; "" is for the whole desk.
	Department DeptID   `json:"department,omitempty"`
	Text       string   `json:"text"`
	Then       Status   `json:"then,omitempty"`
	AddTags    []string `json:"add_tags,omitempty"`
	RemoveTags []string `json:"remove_tags,omitempty"`
	// Assign is who gets the ticket: a person, or MacroMe for who uses it.
	Assign   PersonID `json:"assign,omitempty"`
	Priority Priority `json:"priority,omitempty"`
}

// MacroMe stands in a macro for whoever uses it. It is nobody's id.
const MacroMe PersonID = "@me"

// The gaps a macro's text may have, by name, with what each is in words.
var macroGaps = map[string]string{
	"requester.name": "requester", "requester.first": "requester", "organization.name": "organization",
	"ticket.number": "number yet", "ticket.subject": "subject", "department.name": "department",
	"assignee.name": "owner", "assignee.first": "owner", "me.name": "name of yours", "me.first": "name of yours",
	"desk.name": "desk", "desk.phone": "telephone number of the desk",
}

// GapWords says what a gap is filled with, as in “This ticket has no …”; false
// for a name that is none.
func GapWords(name string) (string, bool) {
	w, ok := macroGaps[name]
	return w, ok
}

// GapNames lists the gaps there are.
func GapNames() []string { return slices.Sorted(maps.Keys(macroGaps)) }

// Gaps gives the names between double braces in their order, and false when a
// brace is opened and never closed.
func Gaps(text string) (names []string, ok bool) {
	_, names, ok = CutGaps(text)
	return names, ok
}

// CutGaps gives the texts around the gaps, one more than there are names.
func CutGaps(text string) (parts, names []string, ok bool) {
	for {
		before, rest, found := strings.Cut(text, "{{")
		parts = append(parts, before)
		if !found {
			return parts, names, true
		}
		name, after, closed := strings.Cut(rest, "}}")
		if !closed || strings.Contains(name, "\n") {
			return parts, names, false
		}
		names, text = append(names, strings.TrimSpace(name)), after
	}
}

// Also is what a reply of the team's does beside saying something, as a macro
// brings it. It is done with the reply or not at all.
type Also struct {
	Tags     SetTags     `json:"tags,omitzero"`
	Assign   Assign      `json:"assign,omitzero"`
	Priority SetPriority `json:"priority,omitzero"`
}

// None reports whether nothing is done beside.
func (a Also) None() bool {
	return len(a.Tags.Add)+len(a.Tags.Remove) == 0 && a.Assign.To == "" && a.Priority.To == ""
}
