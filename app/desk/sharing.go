package desk

import "slices"

// SharingMode says who of an organization reads what colleagues ask.
type SharingMode string

// The modes. Whatever the mode, a private request is nobody's but its people's.
const (
	ShareMembers  SharingMode = ""         // each member as their membership says
	ShareNone     SharingMode = "none"     // nobody, whatever their membership says
	ShareRole     SharingMode = "role"     // those with Sharing.Role
	ShareEveryone SharingMode = "everyone" // every member
)

// Sharing is who of an organization reads what colleagues ask, and whether they
// may write there (BEHAVIOURS 2.15). May belongs to ShareRole and ShareEveryone.
type Sharing struct {
	Who  SharingMode `json:"who,omitempty"`
	Role string      `json:"role,omitempty"`
	May  OrgAccess   `json:"may,omitempty"`
}

// Grants is what a member may do with colleagues' tickets. What the
// organization's own admin gave counts before what is declared, except where
// nobody is to read.
func (s Sharing) Grants(m Membership) OrgAccess {
	may := s.May
	if may == "" {
		may = OrgRead
	}
	switch {
	case s.Who == ShareNone:
		return OrgNone
	case m.Given != "":
		return m.Given
	case s.Who == ShareEveryone, s.Who == ShareRole && m.Role != "" && m.Role == s.Role:
		return may
	case s.Who == ShareMembers:
		return m.Access
	}
	return OrgNone
}

// Granted gives memberships as an Actor has them: with the access that counts,
// and without how it came about.
func Granted(orgs map[OrgID]Organization, declared []Membership) []Membership {
	out := slices.Clone(declared)
	for i, m := range out {
		out[i] = Membership{Org: m.Org, Access: orgs[m.Org].Sharing.Grants(m), Admin: m.Admin}
	}
	return out
}

// Member is a colleague as an organization's admin sees them.
type Member struct {
	Person PersonID  `json:"person"`
	Name   string    `json:"name"`
	Title  string    `json:"title,omitempty"`
	Role   string    `json:"role,omitempty"`
	Access OrgAccess `json:"access"`
	// Given says that the admin gave it; Admin that they manage access, too.
	Given bool `json:"given,omitempty"`
	Admin bool `json:"admin,omitempty"`
}
