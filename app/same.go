package app

import (
	"docket/app/desk"
)

// also gives whom else the requester was here, because they were merged with
// them, and how those are reached. Customers' heads do not say.
func (r *rower) also(t *desk.Ticket) (names, ways []string) {
	names = []string{}
	for _, h := range t.Handed {
		if h.Into == t.Requester {
			p := r.place.People[h.From]
			names = append(names, or(p.Name, string(h.From)))
			ways = append(ways, reach(p)...)
			if p.Phone != "" {
				ways = append(ways, p.Phone)
			}
		}
	}
	return names, ways
}
