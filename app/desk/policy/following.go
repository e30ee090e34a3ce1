package policy

import (
	"slices"

	"docket/app/desk"
)

// Level is how much somebody who follows all that wants to hear of t. The ticket
// itself counts before that one is in CC, and that before what the ticket is
// about. firm says that it may be less than usual: who follows a service is told
// more, never less, of their own tickets on it.
func Level(t *desk.Ticket, me desk.Actor, all []desk.Follow) (level desk.FollowLevel, firm bool) {
	copied := slices.Contains(t.CCs, me.Person) && t.Requester != me.Person
	wide, copies := desk.FollowUsual, desk.FollowUsual
	for _, f := range all {
		if !f.Ended.IsZero() {
			continue
		}
		switch f.What {
		case desk.FollowTicket:
			if f.Ticket == t.ID && f.Level != desk.FollowUsual {
				return f.Level, true
			}
		case desk.FollowCopies:
			if copied {
				copies = f.Level
			}
		case desk.FollowService:
			if f.Org == t.Org && slices.ContainsFunc(t.Refs, func(r desk.Reference) bool { return r.Verified && r.Kind == f.Type && r.ID == f.Service }) {
				wide = wider(wide, f.Level)
			}
		case desk.FollowOrganization:
			if f.Org == t.Org {
				wide = wider(wide, f.Level)
			}
		}
	}
	if copies != desk.FollowUsual {
		return copies, true
	}
	return wide, false
}

func wider(a, b desk.FollowLevel) desk.FollowLevel {
	if a == desk.FollowAll || b != desk.FollowAll && a == desk.FollowReplies {
		return a
	}
	return b
}
