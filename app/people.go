package app

import (
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// Departments gives the departments a new ticket can go to.
func (a *API) Departments() ([]DepartmentCard, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	d, err := s.cache.Desk()
	if err != nil {
		return nil, err
	}
	staff := s.me().Role.Staff()
	out := []DepartmentCard{}
	for _, x := range d.Departments {
		if x.Hidden && !staff {
			continue
		}
		out = append(out, DepartmentCard{ID: string(x.ID), Name: x.Name, For: x.For, Icon: x.Icon, Hours: x.Hours, Reply: x.Reply, Phone: or(x.Phone, d.Phone), Opens: stamp(policy.Opens(x, a.now())), Receives: receives(x, d.Departments), Languages: languageNames(x.Policy.Languages), Answers: s.answers(x), Busy: s.busy(x.ID), Announce: s.announces(x.ID)})
	}
	return out, nil
}

// receives is the department that gets first what a customer opens in x.
func receives(x desk.Department, all []desk.Department) string {
	for _, d := range all {
		if d.Triage && x.Entry != desk.EntryDirect {
			return string(d.ID)
		}
	}
	return string(x.ID)
}

// Staff gives whom a ticket can be assigned to.
func (a *API) Staff(department string) ([]Option, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	if department != "" && !desk.ValidSlug(department) {
		return nil, wrong("department", "That is not a department.")
	}
	place := s.place()
	out := []Option{}
	for _, p := range place.People {
		if p.Role.Staff() && !p.Disabled && (department == "" || slices.Contains(p.Departments, desk.DeptID(department))) {
			out = append(out, Option{ID: string(p.ID), Name: p.Name, Hint: or(awayHint(p, s.api.now()), hint(place, p))})
		}
	}
	sortOptions(out)
	return out, nil
}

// hint tells two people of the same name apart.
func hint(place desk.Place, p desk.Person) string {
	if p.Title != "" {
		return p.Title
	}
	var names []string
	for _, d := range p.Departments {
		names = append(names, or(place.Departments[d].Name, string(d)))
	}
	for _, m := range p.Memberships {
		names = append(names, nameOfOrg(place, m.Org))
	}
	return strings.Join(names, ", ")
}

func sortOptions(o []Option) {
	slices.SortFunc(o, func(x, y Option) int {
		if c := strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)); c != 0 {
			return c
		}
		return strings.Compare(x.ID, y.ID)
	})
}

// People finds people to follow a conversation.
func (a *API) People(query string) ([]Option, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	query, err = line("query", query, 400)
	if err != nil {
		return nil, err
	}
	found, err := s.cache.People(query, maxFound)
	if err != nil {
		return nil, err
	}
	place := s.place()
	out := []Option{}
	for _, p := range found {
		if !p.Out() {
			out = append(out, Option{ID: string(p.ID), Name: p.Name, Hint: hint(place, p)})
		}
	}
	return out, nil
}

// Holdings gives what the person's organizations hold.
func (a *API) Holdings() ([]Ref, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	place := s.place()
	out := []Ref{}
	for _, m := range s.me().Memberships {
		for _, h := range place.Orgs[m.Org].Holds {
			out = append(out, Ref{Kind: h.Kind, ID: h.ID, Label: or(h.Label, h.ID), Verified: true})
		}
	}
	return out, nil
}
