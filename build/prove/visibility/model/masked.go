package model

import (
	"slices"

	"docket/app/desk"
)

// hidden says whether customers do not know of somebody of ours: all of their
// departments keep their people's names to themselves.
func (w *World) hidden(p desk.PersonID) bool {
	in := w.People[p].Departments
	return len(in) > 0 && !slices.ContainsFunc(in, func(d desk.DeptID) bool { return w.Departments[d].Policy.Mask == "" })
}
