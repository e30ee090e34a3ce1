// Package policy says whose turn a ticket is, which views it lies in and in
// which order. It is pure and takes no clock: the client's cache builds its
// indexes on it, and an index must not change by waiting.
package policy

import (
	"encoding/binary"
	"math"
	"slices"
	"time"

	"docket/app/desk"
)

// Whose says whose turn it is, as the reader sees it.
type Whose string

// The turns. Staff never sees WithUs; customers never see Nobody or TheirTurn.
const (
	Yours      Whose = "yours"
	Nobody     Whose = "nobody"
	Colleague  Whose = "colleague"
	TheirTurn  Whose = "customer"
	WithUs     Whose = "with_us"
	ThirdParty Whose = "third_party"
	Hold       Whose = "hold"
	Solved     Whose = "solved"
	Aside      Whose = "snoozed" // the team has put it aside
)

// Turn says whose turn t is for me.
func Turn(t *desk.Ticket, me desk.Actor) Whose {
	if t.Into != "" { // it goes on in another, and nobody's turn is here
		return Solved
	}
	switch t.Status {
	case desk.Solved, desk.Closed:
		return Solved
	case desk.WaitingThirdParty:
		return ThirdParty
	case desk.OnHold:
		return Hold
	case desk.WaitingCustomer:
		switch {
		case t.Requester == me.Person:
			return Yours
		case me.Role.Staff():
			return TheirTurn
		}
		return Colleague
	}
	switch {
	case !me.Role.Staff() || t.Requester == me.Person:
		return WithUs
	case Snoozed(t):
		return Aside
	case t.Assignee == "":
		return Nobody
	case t.Assignee == me.Person:
		return Yours
	}
	return Colleague
}

// Part is a section of a view.
type Part string

// The sections in the order they stand.
const (
	Needs   Part = "needs"   // needs us; for a customer: waits on me
	Waiting Part = "waiting" // waits on others; for a customer: is with them
	Done    Part = "solved"
)

// Section says in which part of a list t stands for me.
func Section(t *desk.Ticket, me desk.Actor) Part {
	turn := Turn(t, me)
	switch turn {
	case Solved:
		return Done
	case Yours:
		return Needs
	case Nobody, Colleague:
		if me.Role.Staff() {
			return Needs
		}
	}
	return Waiting
}

// SortKey orders tickets within a view for me; bytes compare as the list is
// ordered. It ends in the ticket's id, so no two are equal.
//
// Staff: section, then as in the queue; what waits on others, by priority and
// when the customer last heard something. Customers: section, newest first.
// Solved tickets: newest first for all.
func SortKey(t *desk.Ticket, me desk.Actor) []byte {
	part := Section(t, me)
	key := append(make([]byte, 0, 10+len(t.ID)), sectionByte(part))
	at, newest := t.Updated, true
	switch {
	case part == Needs && me.Role.Staff():
		return append(key, Place(t)...)
	case part == Done && !t.ClosedAt.IsZero():
		at = t.ClosedAt
	case me.Role.Staff():
		at = heard(t)
		if part != Done {
			key, newest = append(key, urgencyRank(t.Priority)), false
		}
	}
	key = binary.BigEndian.AppendUint64(key, moment(at, newest))
	return append(key, t.ID...)
}

// moment maps a time to a number that grows with it, or shrinks if newest
// times are to stand first. Times before 1970 count as 1970.
func moment(at time.Time, newest bool) uint64 {
	n := uint64(max(at.UnixMilli(), 0))
	if newest {
		return math.MaxUint64 - n
	}
	return n
}

// Above reports whether p comes before q.
func Above(p, q desk.Priority) bool { return urgencyRank(p) < urgencyRank(q) }

func urgencyRank(p desk.Priority) byte {
	switch p {
	case desk.PriorityEmergency:
		return 1
	case desk.PriorityHigh:
		return 2
	case desk.PriorityLow:
		return 4
	}
	return 3
}

// Less reports whether x stands before y for me.
func Less(x, y *desk.Ticket, me desk.Actor) bool {
	return slices.Compare(SortKey(x, me), SortKey(y, me)) < 0
}
