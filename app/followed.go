package app

import (
	"cmp"
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// FollowedInfo is one thing that the person follows.
type FollowedInfo struct {
	FollowInfo
	// Key names it for ClearFollows.
	Key string `json:"key"`
	// Ticket is the one that is followed, if it can be opened; Subject what it is
	// about.
	Ticket  string `json:"ticket"`
	Subject string `json:"subject"`
	// On is a ticket through which it can be followed no longer; "" where there
	// is none.
	On string `json:"on"`
	// Ended is when its person lost the sight of it; "" while they have it.
	Ended string `json:"ended"`
	// Closed says that it is a ticket and closed for good.
	Closed bool `json:"closed"`
}

// Followed gives everything the person follows: tickets first, the newest of
// them first, then services, organizations and what they are in copy of; tickets
// that are closed and what ended come last.
func (a *API) Followed() ([]FollowedInfo, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	place, through := s.place(), s.anyTicket()
	out := []FollowedInfo{}
	for _, f := range s.follows() {
		if f.What == desk.FollowArticle || f.What == desk.FollowSection {
			continue // stand with the articles
		}
		x := FollowedInfo{FollowInfo: FollowInfo{What: string(f.What), Org: string(f.Org), Type: f.Type, Service: f.Service, Level: string(f.Level)}, Key: f.Key(), Ended: stamp(f.Ended)}
		switch f.What {
		case desk.FollowTicket:
			if l, err := s.lay(f.Ticket); err == nil && f.Ended.IsZero() {
				x.Ticket, x.On, x.Name, x.Subject = string(f.Ticket), string(f.Ticket), numberOf(&l.ticket), l.ticket.Subject
				x.Closed = l.ticket.Status == desk.Closed
			}
			x.Name = cmp.Or(x.Name, f.Ticket.Reference())
		case desk.FollowService:
			x.Name, x.On = serviceName(place, f), through
		case desk.FollowOrganization:
			x.Name, x.On = nameOfOrg(place, f.Org), through
		default:
			x.On = through
		}
		if f.Ended.IsZero() && f.Level == desk.FollowUsual {
			continue
		}
		out = append(out, x)
	}
	rank := map[string]int{string(desk.FollowTicket): 0, string(desk.FollowService): 1, string(desk.FollowOrganization): 2, string(desk.FollowCopies): 3}
	slices.SortStableFunc(out, func(x, y FollowedInfo) int {
		return cmp.Or(one(x.Ended != "")-one(y.Ended != ""), one(x.Closed)-one(y.Closed), rank[x.What]-rank[y.What], strings.Compare(y.Ticket, x.Ticket), strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)))
	})
	return out, nil
}

// ClearFollows queues that what the keys name is off the person's list: what they
// lost the sight of, and tickets that are closed.
func (a *API) ClearFollows(keys []string) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	through := s.anyTicket()
	if through == "" {
		return wrong("keys", "There is no request here that this could be said with. It goes once you have one.")
	}
	return a.do(through, func(*session, *desk.Ticket) (desk.Args, error) {
		for _, k := range keys {
			if _, err := line("keys", k, 4*maxReason); err != nil {
				return nil, err
			}
		}
		return desk.SetFollow{What: desk.FollowOver, Keys: keys}, nil
	})
}

// serviceName is what the organization calls a service it holds.
func serviceName(place desk.Place, f desk.Follow) string {
	for _, h := range place.Orgs[f.Org].Holds {
		if h.Kind == f.Type && h.ID == f.Service {
			return cmp.Or(h.Label, h.ID)
		}
	}
	return f.Service
}

// anyTicket is one that the person sees: what they follow beside tickets can be
// left on any.
func (s *session) anyTicket() string {
	view := policy.ViewMineAll
	if s.me().Role.Staff() {
		view = policy.ViewAllOpen
	}
	for _, v := range append([]policy.ViewID{view}, s.cache.Views()...) {
		if rows, err := s.cache.Rows(v, 0, 1); err == nil && len(rows) == 1 {
			return string(rows[0].Ticket.ID)
		}
	}
	return ""
}
