package visibility_test

import (
	"bytes"

	"docket/app/desk"
	"docket/build/prove/town"
)

// masks has customers of every third town meet nobody of the team by name
// (BEHAVIOURS 4.8): then no name of theirs is in anything that a customer is
// sent, whatever happened.
func (m *machine) masks(d *town.Desk) {
	m.hidden = map[desk.PersonID]string{}
	if m.seed%3 != 1 {
		return
	}
	for i := range d.Desk.Departments {
		d.Desk.Departments[i].Policy.Mask = "Support"
	}
	for _, p := range d.People {
		if p.Role.Staff() && len(p.Departments) > 0 {
			m.hidden[p.ID] = p.Name
		}
	}
}

// uncovered is for who works nowhere any more: everybody may know of them then.
func (m *machine) uncovered(p desk.Person) {
	if len(p.Departments) == 0 {
		delete(m.hidden, p.ID)
	}
}

// named looks for the names of the team in what a customer was sent. Who was a
// customer once may have been met by name.
func (m *machine) named(p desk.PersonID, b []byte) {
	if m.m.People[p].Role.Staff() || m.before[p] != nil || m.ours[p] {
		return // who was of the team knows its names: what they asked then is answered once more
	}
	for who, name := range m.hidden {
		if i := bytes.Index(b, []byte(name)); i >= 0 && who != p {
			m.fail("the customer %s was sent the name of %s: %q", p, who, b[max(0, i-60):min(len(b), i+60)])
		}
	}
	m.figures["names_looked_for"] += len(m.hidden)
}
