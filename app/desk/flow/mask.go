package flow

import (
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/desk/access"
)

// mask is what customers of this ticket meet somebody of ours as; "" for their
// own name. Who was met by name stays so, and who was not does, too: a ticket
// that is passed on uncovers nobody.
func (d *decision) mask(id desk.PersonID) string {
	if d.lesser || id == "" || id == desk.System || !d.maskable() {
		return ""
	}
	if t := d.st.Ticket; t != nil && access.PublicRefs(t)[id] {
		if i := slices.IndexFunc(t.People, func(n desk.Named) bool { return n.ID == id }); i >= 0 {
			return t.People[i].Mask
		}
	}
	p, ok := d.st.Place.People[id]
	if !ok && id == d.actor.Person {
		p.Role, p.Departments = d.actor.Role, d.actor.Departments
	}
	if !p.Role.Staff() {
		return ""
	}
	at, in := d.st.Place.Departments, d.t.Department
	if t := d.st.Ticket; t != nil && id == d.actor.Person {
		in = t.Department // who passes it on does so from there
	}
	if m := at[in].Policy.Mask; m != "" {
		return m
	}
	return access.Hidden(p, at)
}

// maskable reports whether anybody wears a mask here at all.
func (d *decision) maskable() bool {
	for _, x := range d.st.Place.Departments {
		if x.Policy.Mask != "" {
			return true
		}
	}
	return slices.ContainsFunc(d.t.People, func(n desk.Named) bool { return n.Mask != "" })
}

// covers marks in the entries whom customers meet by a mask.
func (d *decision) covers() {
	if d.lesser || !d.maskable() {
		return
	}
	for i := range d.entries {
		e := &d.entries[i]
		if e.PublicSeq == 0 {
			continue
		}
		for _, id := range whom(e) {
			m := d.mask(id)
			if m == "" || slices.ContainsFunc(e.Masks, func(n desk.Named) bool { return n.ID == id }) {
				continue
			}
			e.Masks = append(e.Masks, desk.Named{ID: id, Name: d.nameOf(id), Staff: true, Mask: m})
		}
		switch e.Kind {
		case desk.Assigned, desk.HelpersSet, desk.CCsSet, desk.WorkPlanned:
			e.ShownTo = d.met(people(e.To))
		}
	}
}

func people(list string) (out []desk.PersonID) {
	for id := range strings.SplitSeq(list, ",") {
		if id != "" {
			out = append(out, desk.PersonID(id))
		}
	}
	return out
}

// whom lists everybody an entry names by id. From and To hold other ids, too,
// of whom none is one of ours.
func whom(e *desk.Entry) []desk.PersonID {
	out := []desk.PersonID{e.Author, e.Talk.With, e.Pledge.By}
	for _, a := range slices.Concat(e.Asks, e.Answers) {
		out = append(out, a.AnsweredBy)
	}
	return slices.Concat(out, people(e.From), people(e.To))
}

// met is what customers read for the names of people, "" where it is the same.
func (d *decision) met(people []desk.PersonID) string {
	var out []string
	masked := false
	for _, p := range people {
		name := d.mask(p)
		if masked = masked || name != ""; name == "" {
			name = d.names([]desk.PersonID{p})
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if !masked {
		return ""
	}
	return strings.Join(out, ", ")
}
