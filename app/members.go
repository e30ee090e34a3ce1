package app

import (
	"docket/app/desk"
	"docket/sync/wire"
)

// MemberInfo is a colleague as whoever manages their organization sees them.
type MemberInfo struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Title string `json:"title"`
	// Access is none, read or comment; Given says that it was given here and not
	// declared by the desk.
	Access string `json:"access"`
	Given  bool   `json:"given"`
	Admin  bool   `json:"admin"`
	Me     bool   `json:"me"`
}

// Members lists the people of an organization that the person manages. It asks
// the server, now.
func (a *API) Members(org string) ([]MemberInfo, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	if !desk.ValidSlug(org) {
		return nil, wrong("org", "That is not an organization.")
	}
	all, err := s.engine().Members(a.ctx, desk.OrgID(org))
	if err != nil {
		return nil, err
	}
	out := []MemberInfo{}
	for _, m := range all {
		out = append(out, MemberInfo{ID: string(m.Person), Name: m.Name, Title: m.Title, Access: string(m.Access), Given: m.Given, Admin: m.Admin, Me: m.Person == s.me().Person})
	}
	return out, nil
}

// SetMember gives a colleague access to what the others ask: none, read or
// comment, or "" for what the desk declared. It counts at once or not at all.
func (a *API) SetMember(org, who, access string) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	if !desk.ValidSlug(org) {
		return wrong("org", "That is not an organization.")
	}
	p, err := person("person", who)
	if err != nil {
		return err
	}
	return s.engine().SetMember(a.ctx, desk.OrgID(org), wire.SetMember{Person: p, Access: desk.OrgAccess(access)})
}
