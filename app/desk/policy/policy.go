// Package policy says whose turn a ticket is, which views it lies in and in
// which order. It is pure; the client's cache builds its indexes on it.
package policy

import "docket/app/desk"

// Whose says whose turn it is, as the reader sees it.
type Whose string

// ViewID names a view, such as "needs_me" or "dept:mail".
type ViewID string

// View is a list of tickets as the rail shows it.
type View struct {
	ID    ViewID
	Title string
	Icon  string
	// Group is the rail's group: "" (top), "waiting", "departments" or "shared".
	Group string
	// Empty is what the list says when nothing is in it.
	Empty string
}

// Part is a section of a view.
type Part string

// The turns.
const (
	Yours      Whose = "yours"
	Nobody     Whose = "nobody"
	Colleague  Whose = "colleague"
	TheirTurn  Whose = "customer"
	WithUs     Whose = "with_us"
	ThirdParty Whose = "third_party"
	Hold       Whose = "hold"
	Solved     Whose = "solved"
)

// The sections in their order.
const (
	Needs     Part = "needs"
	Waiting   Part = "waiting"
	SolvedSec Part = "solved"
)

// Turn says whose turn t is for me.
func Turn(t *desk.Ticket, me desk.Actor) Whose { return Nobody }

// Section says in which part of a list t stands for me.
func Section(t *desk.Ticket, me desk.Actor) Part { return Needs }

// SortKey orders tickets for me: bytes compare as the list is ordered. It ends
// in the ticket's id, so no two are equal.
func SortKey(t *desk.Ticket, me desk.Actor) []byte { return []byte(t.ID) }

// Less reports whether x stands before y for me.
func Less(x, y *desk.Ticket, me desk.Actor) bool {
	return string(SortKey(x, me)) < string(SortKey(y, me))
}

// Views gives me's views in the rail's order.
func Views(me desk.Actor, departments []desk.Department) []View { return nil }

// InView reports whether t lies in the view for me.
func InView(v ViewID, t *desk.Ticket, me desk.Actor) bool { return false }
