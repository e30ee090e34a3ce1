package app

import (
	"slices"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// Entitlement is what the person or their organization may expect for a
// product.
type Entitlement struct {
	ID string `json:"id"`
	// Org is the organization that holds it, "" for the person themselves.
	Org            string   `json:"org"`
	Holder         string   `json:"holder"`
	Product        string   `json:"product"`
	Level          string   `json:"level"`
	Department     string   `json:"department"`
	DepartmentName string   `json:"departmentName"`
	Hours          string   `json:"hours"`
	Targets        []string `json:"targets"`
	// Quota is 0 for as many requests as come.
	Quota int    `json:"quota"`
	Used  int    `json:"used"`
	Start string `json:"start"`
	// End is the first moment it is not good any more.
	End      string   `json:"end"`
	Contacts []string `json:"contacts"`
	// Mine says whether the person may use it.
	Mine bool `json:"mine"`
	// Lapsed is ended or to_come for one that does not count now.
	Lapsed string `json:"lapsed"`
	// Warnings are quota, spent and ending.
	Warnings []string `json:"warnings"`
}

// CoverInfo is what a ticket was opened under.
type CoverInfo struct {
	Product string   `json:"product"`
	Level   string   `json:"level"`
	Release string   `json:"release"`
	Hours   string   `json:"hours"`
	Targets []string `json:"targets"`
	Until   string   `json:"until"`
	Lapsed  string   `json:"lapsed"`
	Why     string   `json:"why"`
	// Counts says whether the reply that is owed is due by it: "", entitlement
	// or department, where that is sooner.
	Counts string `json:"counts"`
}

// Entitlements gives what a request can be opened under: a customer's own and
// their organizations', or for staff those of whoever they open it for.
func (a *API) Entitlements(requester string) ([]Entitlement, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	me, place := s.me(), s.place()
	who, memberships := me.Person, me.Memberships
	if me.Role.Staff() {
		if requester == "" {
			return []Entitlement{}, nil
		}
		if who, err = person("requester", requester); err != nil {
			return nil, err
		}
		memberships = place.People[who].Memberships
	}
	uses, err := s.cache.Uses()
	if err != nil {
		return nil, err
	}
	out := []Entitlement{}
	for _, m := range append([]desk.Membership{{}}, memberships...) {
		for _, h := range policy.HeldFor(place, m.Org, who) {
			if m.Org == "" || h.Owner == desk.OwnerOrg(m.Org) {
				out = append(out, s.entitlement(place, h, m.Org, who, uses))
			}
		}
	}
	return out, nil
}

func (s *session) entitlement(place desk.Place, h policy.Held, org desk.OrgID, who desk.PersonID, uses []desk.Use) Entitlement {
	now := s.api.now()
	x := Entitlement{
		ID: string(h.ID), Org: string(org), Product: h.Product, Level: h.Level, Department: string(h.Department), DepartmentName: place.Departments[h.Department].Name,
		Hours: h.Hours, Targets: each(policy.Targets(h.Promises, h.Open)), Quota: h.Quota, Start: stamp(h.Start), End: stamp(h.End), Contacts: []string{},
		Mine: h.Allows(who), Lapsed: string(h.Lapsed(now)), Warnings: []string{},
	}
	if org != "" {
		x.Holder = nameOfOrg(place, org)
	}
	for _, u := range uses {
		if u.Owner == h.Owner && u.Entitlement == h.ID && u.Since.Equal(h.Start) {
			x.Used = u.Used
		}
	}
	for _, p := range h.Contacts {
		x.Contacts = append(x.Contacts, or(place.People[p].Name, string(p)))
	}
	slices.Sort(x.Contacts)
	for _, w := range policy.Warnings(h.Entitlement, x.Used, now) {
		x.Warnings = append(x.Warnings, string(w))
	}
	return x
}

// cover is what t was opened under; nil for nothing.
func (r *rower) cover(t *desk.Ticket) *CoverInfo {
	c := t.Cover
	if c.Entitlement == "" {
		return nil
	}
	x := &CoverInfo{
		Product: or(c.Product, string(c.Entitlement)), Level: c.Level, Release: c.Release, Hours: c.Hours, Targets: each(policy.Targets(c.Promises, c.Open)),
		Until: stamp(c.Until), Lapsed: string(c.Lapsed), Why: shown(c.Said, c.Why),
	}
	if c.Lapsed == "" && !t.Due.IsZero() {
		x.Counts = "department"
		if policy.ByCover(t, r.place.Departments[t.Department], t.Due) {
			x.Counts = "entitlement"
		}
	}
	return x
}

// under is the entitlement a new ticket names.
func under(t NewTicket, args *desk.Open) error {
	if t.Entitlement == "" {
		return nil
	}
	if !desk.ValidSlug(t.Entitlement) {
		return wrong("entitlement", "That is not an entitlement.")
	}
	release, err := line("release", t.Release, maxReason)
	args.Entitlement, args.Release = desk.EntitlementID(t.Entitlement), release
	return err
}
