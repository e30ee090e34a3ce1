package app

import (
	"cmp"
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/notify"
)

// FollowInfo is how much the person hears of one thing that a ticket is about.
type FollowInfo struct {
	// What is ticket, service, organization or copies.
	What string `json:"what"`
	// Org, Type and Service name a service, Org an organization, as Follow takes them.
	Org     string `json:"org"`
	Type    string `json:"type"`
	Service string `json:"service"`
	// Name is how it is called.
	Name string `json:"name"`
	// Level is "", all, replies or none.
	Level string `json:"level"`
}

// Follow queues how much the person wants to hear of a ticket or of what it is
// about. It is their own affair, on all of their computers.
func (a *API) Follow(ticket, what, org, kind, service, level string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		if org != "" && !desk.ValidSlug(org) {
			return nil, wrong("org", "That is not an organization.")
		}
		kind, err := line("type", kind, maxReason)
		if err != nil {
			return nil, err
		}
		service, err = line("service", service, maxReason)
		return desk.SetFollow{What: desk.FollowWhat(what), Org: desk.OrgID(org), Type: kind, Service: service, Level: desk.FollowLevel(level)}, err
	})
}

// follows is what the person follows, with what is pending laid over it.
func (s *session) follows() []desk.Follow {
	all, err := s.cache.Follows()
	if err != nil {
		return nil
	}
	type pending struct {
		at   time.Time
		f    desk.Follow
		over []string
	}
	var over []pending
	s.mu.RLock()
	for id, items := range s.pending {
		for _, it := range items {
			if a, ok := it.Command.Args.(desk.SetFollow); ok && !it.State.NeedsPerson() {
				over = append(over, pending{it.QueuedAt, a.Of(id), a.Keys})
			}
		}
	}
	s.mu.RUnlock()
	if len(over) == 0 {
		return all
	}
	slices.SortStableFunc(over, func(x, y pending) int { return x.at.Compare(y.at) })
	all = slices.Clone(all)
	for _, p := range over {
		all = slices.DeleteFunc(all, func(x desk.Follow) bool { return x.Key() == p.f.Key() || slices.Contains(p.over, x.Key()) })
		if p.f.Level != desk.FollowUsual {
			all = append(all, p.f)
		}
	}
	return all
}

// following is what can be followed from a ticket: itself, what it is about, the
// organization where its person reads what colleagues ask, and what they are in
// copy of.
func (r *rower) following(t *desk.Ticket) []FollowInfo {
	level := map[string]desk.FollowLevel{}
	for _, f := range r.s.follows() {
		level[f.Key()] = f.Level
	}
	out := []FollowInfo{}
	add := func(f desk.Follow, name string) {
		out = append(out, FollowInfo{What: string(f.What), Org: string(f.Org), Type: f.Type, Service: f.Service, Name: name, Level: string(level[f.Key()])})
	}
	add(desk.Follow{What: desk.FollowTicket, Ticket: t.ID}, numberOf(t))
	if slices.Contains(t.CCs, r.me.Person) && t.Requester != r.me.Person {
		add(desk.Follow{What: desk.FollowCopies}, "")
	}
	for _, x := range t.Refs {
		if x.Verified && t.Org != "" {
			add(desk.Follow{What: desk.FollowService, Org: t.Org, Type: x.Kind, Service: x.ID}, cmp.Or(x.Label, x.ID))
		}
	}
	access := r.me.OrgAccess(t.Org)
	if t.Org != "" && (r.me.Role.Staff() || access == desk.OrgRead || access == desk.OrgComment) {
		add(desk.Follow{What: desk.FollowOrganization, Org: t.Org}, cmp.Or(t.OrgName, nameOfOrg(r.place, t.Org)))
	}
	return out
}

// endings is when what the person followed ended, by its key.
func (s *session) endings() map[string]time.Time {
	out := map[string]time.Time{}
	all, err := s.cache.Follows()
	if err != nil {
		return out
	}
	for _, f := range all {
		if !f.Ended.IsZero() {
			out[f.Key()] = f.Ended
		}
	}
	return out
}

// endings tells once of each thing that was followed and cannot be seen any
// more, and of no more than that it was.
func (t *teller) endings() {
	before := t.endedAt
	t.endedAt = t.s.endings()
	all, err := t.s.cache.Follows()
	if err != nil || t.fresh {
		return
	}
	for _, f := range all {
		if at, told := before[f.Key()]; !f.Ended.IsZero() && (!told || !at.Equal(f.Ended)) {
			t.s.notice(false, notify.EndedOf(f))
		}
	}
}
