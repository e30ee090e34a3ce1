package run

import (
	"slices"
	"strings"
	"unicode/utf8"

	"docket/app/desk"
)

// declaredSharing is who of an organization reads what colleagues ask.
type declaredSharing struct {
	Who  string `yaml:"who"`
	Role string `yaml:"role"`
	May  string `yaml:"may"`
}

// sharing reads org_access of an organization.
func (c *checker) sharing(x *declaredSharing, path ...any) desk.Sharing {
	if x == nil {
		return desk.Sharing{}
	}
	at := func(field string) []any { return append(slices.Clone(path), "org_access", field) }
	s := desk.Sharing{Who: desk.SharingMode(x.Who), Role: x.Role, May: desk.OrgAccess(x.May)}
	switch x.Who {
	case "", "members":
		s.Who = desk.ShareMembers
	case "none", "role", "everyone":
	default:
		c.bad("who is %q; it is none, role, members or everyone", a(x.Who), at("who")...)
	}
	switch {
	case s.Who == desk.ShareRole && x.Role == "":
		c.bad("role is missing; it says which members read what their colleagues ask, as in role: manager", nil, at("who")...)
	case s.Who != desk.ShareRole && x.Role != "":
		c.bad("role is for who: role", nil, at("role")...)
	}
	wide := s.Who == desk.ShareRole || s.Who == desk.ShareEveryone
	switch {
	case x.May == "" && wide:
		s.May = desk.OrgRead
	case x.May != "" && !wide:
		c.bad("may is for who: role and who: everyone; members have their own access", nil, at("may")...)
	case x.May != "" && s.May != desk.OrgRead && s.May != desk.OrgComment:
		c.bad("may is %q; it is read or comment", a(x.May), at("may")...)
	}
	return s
}

// maxMask is how long what customers read instead of names can be.
const maxMask = 60

// mask reads what customers read instead of the names of a department's people.
func (c *checker) mask(m string, path ...any) string {
	switch n := utf8.RuneCountInString(m); {
	case n > maxMask:
		c.bad("mask has %d characters; it is at most %d, as in The security team", a(n, maxMask), append(slices.Clone(path), "mask")...)
	case strings.TrimSpace(m) != m || strings.ContainsAny(m, "\n\r\t,"):
		c.bad("mask is %q; it is a name such as The security team, without commas", a(m), append(slices.Clone(path), "mask")...)
	}
	return m
}

// keepGiven keeps what an organization's admin gave: the declaration does not
// know of it.
func keepGiven(before desk.Person, x *desk.Person) {
	x.Memberships = slices.Clone(x.Memberships)
	for i := range x.Memberships {
		m := &x.Memberships[i]
		if j := slices.IndexFunc(before.Memberships, func(b desk.Membership) bool { return b.Org == m.Org }); j >= 0 {
			m.Given = before.Memberships[j].Given
		}
	}
}
