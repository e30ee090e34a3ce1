package flow_test

import (
	"fmt"
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/desk/flow"
)

// sharing sets who of an organization reads what colleagues ask: none,
// members, everyone or role=manager, may=comment, and what single people are
// there: rene.role=manager, rita.admin=true.
func (w *world) sharing(words []string) error {
	o := w.place.Orgs[desk.OrgID(words[0])]
	o.Sharing = desk.Sharing{}
	for _, word := range words[1:] {
		k, v, _ := strings.Cut(word, "=")
		who, what, single := strings.Cut(k, ".")
		switch {
		case single:
			p := w.place.People[desk.PersonID(who)]
			p.Memberships = slices.Clone(p.Memberships)
			for i := range p.Memberships {
				if m := &p.Memberships[i]; m.Org == o.ID && what == "admin" {
					m.Admin = v == "true"
				} else if m.Org == o.ID {
					m.Role = v
				}
			}
			w.place.People[p.ID] = p
		case k == "may":
			o.Sharing.May = desk.OrgAccess(v)
		case k == "role":
			o.Sharing.Who, o.Sharing.Role = desk.ShareRole, v
		case k != "members":
			o.Sharing.Who = desk.SharingMode(k)
		}
	}
	w.place.Orgs[o.ID] = o
	return nil
}

// manages has somebody give access; "list" shows what who manages would see.
func (w *world) manages(words []string) error {
	a, o := w.actor(desk.PersonID(words[0])), desk.OrgID(words[1])
	got, want := "ok", "ok"
	if i := slices.Index(words, "->"); i >= 0 {
		want, words = strings.Join(words[i+1:], " "), words[:i]
	}
	if words[2] == "list" {
		all, err := flow.Members(w.place, a, o)
		var out []string
		for _, m := range all {
			out = append(out, strings.TrimSuffix(fmt.Sprintf("%s=%s%s", m.Person, m.Access, map[bool]string{true: "!"}[m.Given]), "="))
		}
		if got = strings.Join(out, " "); err != nil {
			got = string(desk.AsError(err).Code)
		}
	} else {
		level := ""
		if len(words) > 3 {
			level = words[3]
		}
		p, err := flow.Manage(w.place, a, o, desk.PersonID(words[2]), desk.OrgAccess(level))
		if err != nil {
			got = string(desk.AsError(err).Code)
		} else {
			w.place.People[p.ID] = p
		}
	}
	if got != want {
		return fmt.Errorf("got %s", got)
	}
	return nil
}
