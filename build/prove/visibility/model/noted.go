package model

import "docket/app/desk"

// mayNote answers who notes a call under a code: one of the team, whatever
// ticket it is given on, and nobody else is told that there is such a thing.
func (w *World) mayNote(p desk.PersonID) Answer {
	if !w.enabled(p) || !w.staff(p) {
		return NotThere
	}
	return Yes
}
