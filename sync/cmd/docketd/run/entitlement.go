package run

import (
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/hours"
)

// declaredEntitlement is what an organization or a person may expect. Its hours
// in words are called as a department's are, and so is when it is counted.
type declaredEntitlement struct {
	ID         string   `yaml:"id"`
	Product    string   `yaml:"product"`
	Level      string   `yaml:"level"`
	Department string   `yaml:"department"`
	Hours      string   `yaml:"hours"`
	Quota      int      `yaml:"quota"`
	Start      string   `yaml:"start"`
	End        string   `yaml:"end"`
	Contacts   []string `yaml:"contacts"`

	declaredHours `yaml:",inline"`
}

const mostQuota = 1_000_000

// entitlements reads what a holder is entitled to; at is where the holder is
// declared.
func (c *checker) entitlements(declared []declaredEntitlement, departments map[string]bool, at ...any) []desk.Entitlement {
	var out []desk.Entitlement
	seen := map[string]bool{}
	for i, d := range declared {
		here := sub(at, "entitlements", i)
		c.slug("an entitlement", d.ID, seen, here...)
		if strings.TrimSpace(d.Product) == "" {
			c.bad("entitlement %q has no product; say what it is for", a(d.ID), here...)
		}
		if len(d.Product) > 200 || len(d.Level) > 200 || len(d.Hours) > 200 {
			c.bad("product, level and hours of entitlement %q have at most 200 bytes each", a(d.ID), here...)
		}
		if !departments[d.Department] {
			c.bad("there is no department %q for entitlement %q%s", a(d.Department, d.ID, suggest(d.Department, names(departments))), sub(here, "department")...)
		}
		if d.Quota < 0 || d.Quota > mostQuota {
			c.bad("quota is %d; it is 1 to %d requests, or left out for as many as come", a(d.Quota, mostQuota), sub(here, "quota")...)
		}
		e := desk.Entitlement{
			ID: desk.EntitlementID(d.ID), Product: d.Product, Level: d.Level, Department: desk.DeptID(d.Department), Hours: d.Hours, Quota: d.Quota,
			Open: c.calendar(d.declaredHours, here...), Promises: c.promises(d.Promises, here...),
			Start: c.date("start", d.Start, d.Zone, here, 0), End: c.date("end", d.End, d.Zone, here, 1), // its last day is part of it
		}
		if !e.Start.IsZero() && !e.End.IsZero() && !e.Start.Before(e.End) {
			c.bad("it ends on %s, before it begins", a(d.End), sub(here, "end")...)
		}
		for j, p := range d.Promises {
			if p.Assign+p.Stale != "" {
				c.bad("assign and stale are the team's own affair; an entitlement promises first_reply, next_reply and resolve", nil, sub(here, "promises", j)...)
			}
		}
		for j, p := range d.Contacts {
			if slices.Contains(d.Contacts[:j], p) {
				c.bad("%q is a contact twice", a(p), sub(here, "contacts", j)...)
			}
			e.Contacts = append(e.Contacts, desk.PersonID(p))
		}
		out = append(out, e)
	}
	return out
}

// date reads 2026-12-31 as the midnight that so many days after it begin with,
// in its zone or in UTC.
func (c *checker) date(field, text, zone string, at []any, days int) time.Time {
	if text == "" {
		return time.Time{}
	}
	in := time.UTC
	if z, err := hours.Zone(zone); err == nil && zone != "" {
		in = z
	}
	t, err := time.ParseInLocation(time.DateOnly, text, in)
	if err != nil {
		c.bad("%s is %q; dates are written as 2026-12-31", a(field, text), sub(at, field)...)
		return time.Time{}
	}
	return t.AddDate(0, 0, days).UTC()
}

// contacts checks that who may use an entitlement can be whom it is for.
func (c *checker) contacts(p *plan) {
	people := map[desk.PersonID]desk.Person{}
	known := map[string]bool{}
	for _, x := range p.people {
		people[x.ID], known[string(x.ID)] = x, true
	}
	for i, o := range p.orgs {
		for j, e := range o.Entitlements {
			for k, id := range e.Contacts {
				at := []any{"organizations", i, "entitlements", j, "contacts", k}
				x, ok := people[id]
				switch {
				case !ok:
					c.bad("there is no person %q%s", a(id, suggest(string(id), names(known))), at...)
				case !slices.ContainsFunc(x.Memberships, func(m desk.Membership) bool { return m.Org == o.ID }):
					c.bad("%q does not belong to %q, so cannot be a contact of it", a(id, o.ID), at...)
				}
			}
		}
	}
	for i, x := range p.people {
		for j, e := range x.Entitlements {
			if len(e.Contacts) > 0 {
				c.bad("what a person holds is for them alone; leave contacts out", nil, "people", i, "entitlements", j, "contacts")
			}
		}
	}
}
