package desk

import "time"

// CmdFollow says how much one wants to hear; see SetFollow.
const CmdFollow CommandKind = "follow"

// FollowWhat is what somebody follows.
type FollowWhat string

// What can be followed: a ticket, every ticket about a service or of an
// organization, and every ticket one is in CC of. Only those one may see are
// meant: following gives no sight.
const (
	FollowTicket       FollowWhat = "ticket"
	FollowService      FollowWhat = "service"
	FollowOrganization FollowWhat = "organization"
	FollowCopies       FollowWhat = "copies"
)

// FollowOver is no thing to follow, but several that are followed no longer: what
// one lost the sight of, and tickets that are closed. SetFollow names them by
// their keys, because some cannot be come by in any other way.
const FollowOver FollowWhat = "over"

// FollowLevel is how much somebody wants to hear of what they follow.
type FollowLevel string

// The levels. Turn and None mean something for a ticket and for copies alone; of the
// wider ones it is no following.
const (
	FollowUsual   FollowLevel = ""        // as if it was not followed
	FollowAll     FollowLevel = "all"     // everything that happens
	FollowReplies FollowLevel = "replies" // what is written, and that it is over
	FollowTurn    FollowLevel = "turn"    // nothing until it is their turn
	FollowNone    FollowLevel = "none"    // nothing, except what names them
)

// SetFollow says how much its author wants to hear of the ticket it is given
// on, or of what that is about. Org, Type and Service name a service; Org alone
// an organization. It is its author's own affair and tells nobody else.
type SetFollow struct {
	What    FollowWhat  `json:"what"`
	Org     OrgID       `json:"org,omitempty"`
	Type    string      `json:"type,omitempty"`
	Service string      `json:"service,omitempty"`
	Level   FollowLevel `json:"level,omitempty"`
	// Keys are what is to be over; see FollowOver and Follow.Key.
	Keys []string `json:"keys,omitempty"`
}

// Kind implements Args.
func (SetFollow) Kind() CommandKind { return CmdFollow }

// Follow is what one person follows, kept for them alone and told to their
// computers in their own lane.
type Follow struct {
	What    FollowWhat  `json:"what"`
	Ticket  TicketID    `json:"ticket,omitempty"`
	Org     OrgID       `json:"org,omitempty"`
	Type    string      `json:"type,omitempty"`
	Service string      `json:"service,omitempty"`
	Article ArticleID   `json:"article,omitempty"`
	Section SectionID   `json:"section,omitempty"`
	Level   FollowLevel `json:"level,omitempty"`
	// Ended is when its person lost the sight of it.
	Ended time.Time `json:"ended,omitzero"`
	// Via is whose it was before they were merged into this person.
	Via PersonID `json:"via,omitempty"`
}

// Key names what is followed among all that a person follows.
func (f Follow) Key() string {
	switch f.What {
	case FollowTicket:
		return string(f.What) + "/" + string(f.Ticket)
	case FollowService:
		return string(f.What) + "/" + string(f.Org) + "/" + f.Type + "/" + f.Service
	case FollowOrganization:
		return string(f.What) + "/" + string(f.Org)
	case FollowArticle:
		return string(f.What) + "/" + string(f.Article)
	case FollowSection:
		return string(f.What) + "/" + string(f.Section)
	}
	return string(f.What)
}

// Of gives what an args on a ticket is about.
func (a SetFollow) Of(t TicketID) Follow {
	f := Follow{What: a.What, Level: a.Level}
	switch a.What {
	case FollowTicket:
		f.Ticket = t
	case FollowService:
		f.Org, f.Type, f.Service = a.Org, a.Type, a.Service
	case FollowOrganization:
		f.Org = a.Org
	}
	return f
}
