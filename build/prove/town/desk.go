package town

import (
	"fmt"
	"math/rand/v2"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
)

// Desk is everybody and everything there is before the first ticket.
type Desk struct {
	Desk   desk.Desk
	Orgs   []desk.Organization
	People []desk.Person
}

// Declare puts the desk into a ledger.
func (d *Desk) Declare(tx *ledger.Tx) error {
	if _, err := tx.PutDesk(d.Desk); err != nil {
		return err
	}
	for _, o := range d.Orgs {
		if _, err := tx.PutOrg(o); err != nil {
			return err
		}
	}
	for _, p := range d.People {
		if _, err := tx.PutPerson(p); err != nil {
			return err
		}
	}
	return nil
}

// Person gives somebody of the desk.
func (d *Desk) Person(id desk.PersonID) *desk.Person {
	for i := range d.People {
		if d.People[i].ID == id {
			return &d.People[i]
		}
	}
	return nil
}

// Small is a desk of two organizations and four departments, with somebody of
// every kind.
func Small() *Desk {
	customer := func(id desk.PersonID, name string, org desk.OrgID, a desk.OrgAccess) desk.Person {
		return desk.Person{ID: id, Name: name, Email: string(id) + "@town.example", Role: desk.Customer, Memberships: []desk.Membership{{Org: org, Access: a}}}
	}
	staff := func(id desk.PersonID, name string, r desk.Role, in ...desk.DeptID) desk.Person {
		return desk.Person{ID: id, Name: name, Email: string(id) + "@town.example", Role: r, Departments: in}
	}
	return &Desk{
		Desk: desk.Desk{Name: "Town", Departments: departments()},
		Orgs: []desk.Organization{{ID: "bakery", Name: "Bakery"}, {ID: "studio", Name: "Studio"}},
		People: []desk.Person{
			customer("elif", "Elif", "bakery", desk.OrgComment), customer("max", "Max", "bakery", desk.OrgRead),
			customer("nina", "Nina", "bakery", desk.OrgNone), customer("lars", "Lars", "studio", desk.OrgComment),
			staff("jonas", "Jonas", desk.Engineer, "hosting", "triage"), staff("petra", "Petra", desk.Engineer, "billing"),
			staff("lea", "Lea", desk.Lead, "hosting"), staff("ada", "Ada", desk.Admin),
		},
	}
}

// departments are those of every town. Hosting promises everybody something,
// billing only the team, and only for what is urgent.
func departments() []desk.Department {
	return []desk.Department{
		{ID: "triage", Name: "Service desk", Triage: true},
		{ID: "hosting", Name: "Hosting", Entry: desk.EntryDirect, ReopenDays: 30, Promises: []desk.Promise{{FirstReply: time.Hour, NextReply: 4 * time.Hour}}},
		{ID: "billing", Name: "Billing", Entry: desk.EntryDirect, ReopenDays: 30, Promises: []desk.Promise{{Priority: desk.PriorityHigh, FirstReply: time.Hour, NextReply: time.Hour}}},
		{ID: "network", Name: "Network", ReopenDays: 30},
	}
}

// Grown is a random desk over the departments of Small: customers of one or
// two of the organizations with any access, engineers of one or two
// departments, every fifth of them a lead, and one admin.
func Grown(r *rand.Rand, orgs, customers, engineers int) *Desk {
	d := &Desk{Desk: desk.Desk{Name: "Town", Departments: departments()}}
	var ids []desk.OrgID
	for i := range orgs {
		id := desk.OrgID(fmt.Sprintf("org%d", i))
		ids = append(ids, id)
		d.Orgs = append(d.Orgs, desk.Organization{ID: id, Name: fmt.Sprintf("Org %d", i)})
	}
	for i := range customers {
		p := desk.Person{ID: desk.PersonID(fmt.Sprintf("c%d", i)), Name: fmt.Sprintf("Customer %d", i), Role: desk.Customer}
		p.Memberships = Memberships(r, ids)
		d.People = append(d.People, p)
	}
	for i := range engineers {
		p := desk.Person{ID: desk.PersonID(fmt.Sprintf("e%d", i)), Name: fmt.Sprintf("Engineer %d", i), Role: desk.Engineer}
		if i%5 == 4 {
			p.Role = desk.Lead
		}
		p.Departments = Departments(r)
		d.People = append(d.People, p)
	}
	d.People = append(d.People, desk.Person{ID: "admin", Name: "Admin", Role: desk.Admin})
	for i := range d.People {
		d.People[i].Email = string(d.People[i].ID) + "@town.example"
	}
	return d
}

// Memberships are one or two random ones, mostly one, seldom none.
func Memberships(r *rand.Rand, orgs []desk.OrgID) []desk.Membership {
	n := 1
	switch k := r.IntN(10); {
	case k < 2:
		n = 2
	case k == 9:
		n = 0
	}
	var out []desk.Membership
	for _, i := range r.Perm(len(orgs))[:min(n, len(orgs))] {
		out = append(out, desk.Membership{Org: orgs[i], Access: Pick(r, []desk.OrgAccess{desk.OrgNone, desk.OrgRead, desk.OrgComment})})
	}
	return out
}

// Departments are one or two random ones, seldom none.
func Departments(r *rand.Rand) []desk.DeptID {
	n := 1 + r.IntN(2)
	if r.IntN(12) == 0 {
		n = 0
	}
	var out []desk.DeptID
	all := departments()
	for _, i := range r.Perm(len(all))[:n] {
		out = append(out, all[i].ID)
	}
	return out
}
