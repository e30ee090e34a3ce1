// Package flow holds every rule of a ticket's life in one pure function.
package flow

import (
	"time"

	"docket/app/desk"
)

// Decide gives what cmd does to st when actor gives it at now, or a
// *desk.Error saying why it does nothing.
func Decide(st desk.State, cmd desk.Command, actor desk.Actor, now time.Time) (desk.Change, error) {
	return desk.Change{}, &desk.Error{Code: desk.CodeInternal, Message: "not built yet"}
}

// Newer gives the entries of tail a held command has to be read against.
func Newer(tail []desk.Entry, actor desk.Actor) []desk.Entry { return nil }
