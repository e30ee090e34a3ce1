// Package policy says whose turn a ticket is, which views it lies in and in
// which order. It is pure; the client's cache builds its indexes on it.
package policy

import "docket/app/desk"

// Turn says whose turn it is, as the reader sees it.
type Turn string

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

// Section is a part of a view.
type Section string

// The turns.
const (
	Yours      Turn = "yours"
	Nobody     Turn = "nobody"
	Colleague  Turn = "colleague"
	TheirTurn  Turn = "customer"
	WithUs     Turn = "with_us"
	ThirdParty Turn = "third_party"
	Hold       Turn = "hold"
	Solved     Turn = "solved"
)

// The sections in their order.
const (
	Needs     Section = "needs"
	Waiting   Section = "waiting"
	SolvedSec Section = "solved"
)

// TurnOf says whose turn t is for me.
func TurnOf(t *desk.Ticket, me desk.Actor) Turn { return Nobody }

// SectionOf says in which part of a list t stands for me.
func SectionOf(t *desk.Ticket, me desk.Actor) Section { return Needs }

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
