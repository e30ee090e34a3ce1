package flow

import (
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
)

// MaxFollows is how much one person can follow.
const MaxFollows = 500

// following keeps how much the actor wants to hear. It moves nothing of the
// ticket; what they are told of is decided where they are told.
func (d *decision) following(a desk.SetFollow) error {
	f := a.Of(d.t.ID)
	switch a.What {
	case desk.FollowOver:
		return d.unfollow(a)
	case desk.FollowTicket, desk.FollowCopies:
	case desk.FollowService, desk.FollowOrganization:
		if a.Level == desk.FollowNone || a.Level == desk.FollowTurn {
			return invalid("level", "That is no level of this.", "Stop following it instead.")
		}
	default:
		return invalid("what", "That cannot be followed.", "Follow the request, a service or the organization it is for.")
	}
	switch a.Level {
	case desk.FollowUsual, desk.FollowAll, desk.FollowReplies, desk.FollowTurn, desk.FollowNone:
	default:
		return invalid("level", "There is no such level.", "Choose everything, replies and ends, my turn, or nothing.")
	}
	if a.Level != desk.FollowUsual {
		if err := d.about(f); err != nil {
			return err
		}
	}
	if len(a.Keys) > 0 {
		return invalid("keys", "This is followed by itself.", "Name nothing else with it.")
	}
	at := slices.IndexFunc(d.st.Follows, func(x desk.Follow) bool { return x.Key() == f.Key() })
	if at < 0 && f.Level == desk.FollowUsual || at >= 0 && d.st.Follows[at] == f {
		return nil
	}
	if at < 0 && len(d.st.Follows) >= MaxFollows {
		return invalid("what", "You follow {n} things, which is as many as can be.", "Stop following something first.").With("n", MaxFollows)
	}
	d.follow = []desk.Follow{f}
	return nil
}

// unfollow ends what is named, as far as it is followed or has ended. It asks
// about nothing else, so that nothing is learned by it.
func (d *decision) unfollow(a desk.SetFollow) error {
	switch {
	case len(a.Keys) == 0:
		return invalid("keys", "Nothing is named that is to end.", "Choose what you do not want to follow any more.")
	case len(a.Keys) > MaxFollows:
		return invalid("keys", "At most {n} things can end at once.", "Let some of them end first.").With("n", MaxFollows)
	case a.Level != desk.FollowUsual || a.Org != "" || a.Type != "" || a.Service != "":
		return invalid("what", "What is over has no level.", "Follow it by itself.")
	}
	for _, f := range d.st.Follows {
		if slices.Contains(a.Keys, f.Key()) {
			f.Level, f.Ended, f.Via = desk.FollowUsual, time.Time{}, ""
			d.follow = append(d.follow, f)
		}
	}
	return nil
}

// about refuses to follow what the ticket at hand is not about, or what the
// actor could not see more of than their own.
func (d *decision) about(f desk.Follow) error {
	switch f.What {
	case desk.FollowService:
		about := slices.ContainsFunc(d.t.Refs, func(r desk.Reference) bool { return r.Verified && r.Kind == f.Type && r.ID == f.Service })
		if f.Org == "" || f.Org != d.t.Org || !about {
			return invalid("service", "This request is not about that service.", "Follow it from a request that is.")
		}
	case desk.FollowOrganization:
		if f.Org == "" || f.Org != d.t.Org {
			return invalid("org", "This request is not one of that organization.", "Follow it from a request that is.")
		}
	}
	if !Follows(d.actor, f, &d.t) {
		return invalid("org", "You read only your own requests of this organization.", "Ask whoever manages it for access to your colleagues’.")
	}
	return nil
}

// Follows reports whether a may still follow f: whether they see the ticket t
// it is about (nil for what is not a ticket), take part in the organization, or
// read what their colleagues ask.
func Follows(a desk.Actor, f desk.Follow, t *desk.Ticket) bool {
	switch f.What {
	case desk.FollowTicket:
		return access.CanSee(a, t)
	case desk.FollowService:
		return a.Role.Staff() || slices.ContainsFunc(a.Memberships, func(m desk.Membership) bool { return m.Org == f.Org })
	case desk.FollowOrganization:
		x := a.OrgAccess(f.Org)
		return a.Role.Staff() || x == desk.OrgRead || x == desk.OrgComment
	}
	return true
}

// End is f once its person has lost the sight of it: nothing of what it was but
// that it was followed and ended.
func End(f desk.Follow, now time.Time) desk.Follow {
	f.Level, f.Ended = desk.FollowUsual, now.UTC().Truncate(time.Millisecond)
	return f
}
