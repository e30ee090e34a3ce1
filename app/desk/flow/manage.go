package flow

import (
	"cmp"
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/desk/access"
)

// Manages reports whether a looks after who reads what in the organization: one
// of its own people, never one of ours.
func Manages(a desk.Actor, o desk.OrgID) bool {
	return a.Role == desk.Customer && slices.ContainsFunc(a.Memberships, func(m desk.Membership) bool { return m.Org == o && o != "" && m.Admin })
}

// Members lists the people of an organization for who manages it, by name. For
// anybody else it is not there.
func Members(place desk.Place, a desk.Actor, o desk.OrgID) ([]desk.Member, error) {
	if !Manages(a, o) {
		return nil, access.NotFound()
	}
	var out []desk.Member
	for _, p := range place.People {
		if i := memberAt(p, o); i >= 0 {
			m := p.Memberships[i]
			out = append(out, desk.Member{
				Person: p.ID, Name: p.Name, Title: p.Title, Role: m.Role, Admin: m.Admin, Given: m.Given != "",
				Access: cmp.Or(place.Orgs[o].Sharing.Grants(m), desk.OrgNone),
			})
		}
	}
	slices.SortFunc(out, func(x, y desk.Member) int {
		return cmp.Or(strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)), cmp.Compare(x.Person, y.Person))
	})
	return out, nil
}

// Manage gives who as they are once a has given them a level of access to what
// their colleagues ask, or with "" taken back what was given.
func Manage(place desk.Place, a desk.Actor, o desk.OrgID, who desk.PersonID, level desk.OrgAccess) (desk.Person, error) {
	p := place.People[who]
	i := memberAt(p, o)
	if !Manages(a, o) || i < 0 {
		return desk.Person{}, access.NotFound()
	}
	switch level {
	case "", desk.OrgNone, desk.OrgRead, desk.OrgComment:
	default:
		return desk.Person{}, invalid("access", "There is no such access.", "Choose nothing, reading, or reading and writing.")
	}
	if place.Orgs[o].Sharing.Who == desk.ShareNone {
		return desk.Person{}, &desk.Error{
			Code: desk.CodeDenied, Field: "access", Message: "In this organization everybody reads their own requests only.",
			Hint: "Ask the support desk to change that first.",
		}
	}
	p.Memberships = slices.Clone(p.Memberships)
	p.Memberships[i].Given = level
	return p, nil
}

// memberAt is where p's membership of o stands; -1 for who is no member, is
// disabled, or is one of ours.
func memberAt(p desk.Person, o desk.OrgID) int {
	if p.Role != desk.Customer || p.Out() || o == "" {
		return -1
	}
	return slices.IndexFunc(p.Memberships, func(m desk.Membership) bool { return m.Org == o })
}
