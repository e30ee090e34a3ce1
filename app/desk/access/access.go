// Package access says who may see and do what, and turns a staff record into
// what a customer may know of it. It is pure: the server asks it before every
// frame and inside every commit, the client asks it to know which buttons to
// offer.
//
// Seeing and hearing are one rule. A ticket lies in lanes ([LanesOf]), a
// person listens to lanes ([LanesFor]), and [CanSee] is true exactly when the
// two meet; a test holds them together.
package access

import (
	"sort"
	"strings"

	"docket/app/desk"
)

// Lane prefixes. A name after the prefix is a person, organization or
// department id, and ids contain no slash.
const (
	cUser = "c/user/"
	cOrg  = "c/org/"
	cDir  = "c/dir"
	sUser = "s/user/"
	sDept = "s/dept/"
	sDir  = "s/dir"
)

// CanSee reports whether a may read t in the audience of a's role.
func CanSee(a desk.Actor, t *desk.Ticket) bool {
	switch {
	case t == nil || a.Person == "":
		return false
	case a.Role.Staff():
		return a.Role == desk.Admin || worksOn(a, t) || follows(a, t) || takesPart(a, t)
	case a.Role == desk.Customer:
		return takesPart(a, t) || colleague(a, t) != desk.OrgNone
	}
	return false
}

// worksOn reports whether a may do everything with t that staff does.
func worksOn(a desk.Actor, t *desk.Ticket) bool {
	return a.Role.Staff() && (a.Role == desk.Admin || a.In(t.Department) || t.Assignee == a.Person || has(t.Helpers, a.Person) || called(a, t))
}

// called reports whether a was called to t: whoever is on duty works on it,
// wherever it lies.
func called(a desk.Actor, t *desk.Ticket) bool {
	return has(t.Page.To, a.Person) || has(t.Escalation.Told.To, a.Person)
}

// follows reports whether a is staff who was mentioned in t.
func follows(a desk.Actor, t *desk.Ticket) bool {
	return a.Role.Staff() && has(t.Followers, a.Person)
}

// takesPart reports whether a asked for t or is in CC. Somebody who was staff
// then and is a customer now, or the other way round, takes no part: what they
// may read changed with their role, and the ticket lies in the other lane.
func takesPart(a desk.Actor, t *desk.Ticket) bool {
	if t.Requester != a.Person && !has(t.CCs, a.Person) {
		return false
	}
	return staffIn(t, a.Person) == a.Role.Staff()
}

// colleague is what a may do with t as a member of the same organization.
func colleague(a desk.Actor, t *desk.Ticket) desk.OrgAccess {
	if a.Role != desk.Customer || t.Org == "" || t.Private {
		return desk.OrgNone
	}
	switch x := a.OrgAccess(t.Org); x {
	case desk.OrgRead, desk.OrgComment:
		return x
	}
	return desk.OrgNone
}

// staffIn reports whether the ticket knows the person as one of ours.
func staffIn(t *desk.Ticket, p desk.PersonID) bool {
	for i := range t.People {
		if t.People[i].ID == p {
			return t.People[i].Staff
		}
	}
	return false
}

// LanesOf gives the lanes t lies in, sorted.
func LanesOf(t *desk.Ticket) []desk.LaneID {
	var lanes []desk.LaneID
	part := func(p desk.PersonID) {
		switch {
		case p == "":
		case staffIn(t, p):
			lanes = append(lanes, sUser+desk.LaneID(p))
		default:
			lanes = append(lanes, cUser+desk.LaneID(p))
		}
	}
	part(t.Requester)
	for _, p := range t.CCs {
		part(p)
	}
	if t.Org != "" && !t.Private {
		lanes = append(lanes, cOrg+desk.LaneID(t.Org))
	}
	if t.Department != "" {
		lanes = append(lanes, sDept+desk.LaneID(t.Department))
	}
	if t.Assignee != "" {
		lanes = append(lanes, sUser+desk.LaneID(t.Assignee))
	}
	for _, list := range [][]desk.PersonID{t.Helpers, t.Followers, t.Page.To, t.Escalation.Told.To} {
		for _, p := range list {
			lanes = append(lanes, sUser+desk.LaneID(p))
		}
	}
	return tidy(lanes)
}

// LanesFor gives the lanes a session of a listens to, sorted. An admin's
// Departments hold every department.
func LanesFor(a desk.Actor) []desk.LaneID {
	var lanes []desk.LaneID
	switch {
	case a.Person == "":
	case a.Role.Staff():
		lanes = append(lanes, sDir, sUser+desk.LaneID(a.Person))
		for _, d := range a.Departments {
			lanes = append(lanes, sDept+desk.LaneID(d))
		}
		lanes = append(lanes, helpFor(a)...)
	case a.Role == desk.Customer:
		lanes = append(lanes, cDir, cUser+desk.LaneID(a.Person))
		for _, m := range a.Memberships {
			if m.Org == "" {
				continue
			}
			lanes = append(lanes, cDir+"/"+desk.LaneID(m.Org))
			if m.Access == desk.OrgRead || m.Access == desk.OrgComment {
				lanes = append(lanes, cOrg+desk.LaneID(m.Org))
			}
		}
		lanes = append(lanes, helpFor(a)...)
	}
	return tidy(lanes)
}

// IsCustomerLane reports whether what lies in the lane is in the customer's
// form. What is not a staff lane by name is a customer lane, so that a lane
// nobody knows carries the lesser form.
func IsCustomerLane(l desk.LaneID) bool { return !strings.HasPrefix(string(l), "s/") }

// ReaderOf is who alone reads a lane of one person's own; "" for a lane of several.
func ReaderOf(l desk.LaneID) desk.PersonID {
	_, p, _ := strings.Cut(string(l), "/user/") // ids contain no slash
	return desk.PersonID(p)
}

// tidy sorts and drops doubles.
func tidy(lanes []desk.LaneID) []desk.LaneID {
	sort.Slice(lanes, func(i, j int) bool { return lanes[i] < lanes[j] })
	out := lanes[:0]
	for i, l := range lanes {
		if i == 0 || l != lanes[i-1] {
			out = append(out, l)
		}
	}
	return out
}

func has(list []desk.PersonID, p desk.PersonID) bool {
	for _, x := range list {
		if x == p {
			return p != ""
		}
	}
	return false
}
