package model

import (
	"slices"

	"docket/app/desk"
)

// Noted is a call under the code of a ticket that is not there, with its words.
type Noted struct {
	By               desk.PersonID
	Code             string
	Public, Internal []string
}

// mayNote answers who notes a call under a code: one of the team, whatever
// ticket it is given on, and nobody else is told that there is such a thing.
func (w *World) mayNote(p desk.PersonID) Answer {
	if !w.enabled(p) || !w.staff(p) {
		return NotThere
	}
	return Yes
}

// KnowsCall says who knows of a call that waits: of the team who noted it, who
// works where they do, and the admin.
func (w *World) KnowsCall(p desk.PersonID, n Noted) bool {
	x, by := w.People[p], w.People[n.By]
	return w.enabled(p) && w.staff(p) && (p == n.By || x.Role == desk.Admin || slices.ContainsFunc(x.Departments, func(d desk.DeptID) bool { return slices.Contains(by.Departments, d) }))
}

// Note puts a call on the ticket of its code, or has it wait.
func (w *World) Note(n Noted) {
	for id, t := range w.Tickets {
		if id.Code() == n.Code {
			t.join(n)
			return
		}
	}
	w.Noted = append(w.Noted, n)
}

// awaited puts on a ticket that is opened what waited for it.
func (w *World) awaited(id desk.TicketID, t *Ticket) {
	w.Noted = slices.DeleteFunc(w.Noted, func(n Noted) bool {
		if n.Code != id.Code() {
			return false
		}
		t.join(n)
		return true
	})
}

func (t *Ticket) join(n Noted) {
	t.Public, t.Internal = append(t.Public, n.Public...), append(t.Internal, n.Internal...)
}
