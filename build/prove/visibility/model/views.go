package model

import (
	"slices"

	"docket/app/desk"
)

// KeepView answers who keeps a view in the place of one that is there; was is nil
// for a new one. Their own is everybody's own affair and nobody else's; a
// department's is for who leads it, and only who works there is told that it is.
func (w *World) KeepView(p desk.PersonID, was *desk.SavedView, to desk.DeptID) Answer {
	x := w.People[p]
	if !w.enabled(p) || x.Role != desk.Customer && !w.staff(p) {
		return NotThere
	}
	if was != nil && was.Department == "" && was.By != p {
		return NotThere
	}
	var of []desk.DeptID
	if was != nil && was.Department != "" {
		of = append(of, was.Department)
	}
	if to != "" {
		of = append(of, to)
	}
	for _, d := range of {
		switch there := w.staff(p) && slices.Contains(x.Departments, d); {
		case x.Role == desk.Admin, there && x.Role == desk.Lead:
		case there:
			return Denied
		default:
			return NotThere
		}
	}
	return Yes
}
