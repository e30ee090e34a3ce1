package app

import (
	"slices"

	"docket/app/desk"
)

// ObjectInfo is something a ticket is about: as it was called when the ticket
// was opened, what became of it, and the newest other tickets about it.
type ObjectInfo struct {
	Kind     string `json:"kind"`
	ID       string `json:"id"`
	Label    string `json:"label"`
	Verified bool   `json:"verified"`
	// Now is what it is called by now, "" where that has not changed; Gone says
	// that it is held no more.
	Now     string       `json:"now"`
	Gone    bool         `json:"gone"`
	Tickets []ObjectLink `json:"tickets"`
}

// ObjectLink is another ticket about the same.
type ObjectLink struct {
	Ticket  string `json:"ticket"`
	Number  string `json:"number"`
	Subject string `json:"subject"`
	Status  string `json:"status"`
	Updated string `json:"updated"`
}

// mostAbout is how many other tickets about something are shown.
const mostAbout = 5

// Objects gives what a ticket is about (BEHAVIOURS 0.7), from what is here.
func (a *API) Objects(ticket string) ([]ObjectInfo, error) {
	s, l, err := a.on(ticket)
	if err != nil {
		return nil, err
	}
	t := &l.ticket
	org, known := s.place().Orgs[t.Org]
	out := []ObjectInfo{}
	for _, ref := range t.Refs {
		x := ObjectInfo{Kind: ref.Kind, ID: ref.ID, Label: or(ref.Label, ref.ID), Verified: ref.Verified, Tickets: []ObjectLink{}}
		if ref.Verified && known {
			i := slices.IndexFunc(org.Holds, func(h desk.Holding) bool { return h.Kind == ref.Kind && h.ID == ref.ID })
			if x.Gone = i < 0; !x.Gone && or(org.Holds[i].Label, ref.ID) != x.Label {
				x.Now = or(org.Holds[i].Label, ref.ID)
			}
		}
		rows, err := s.cache.About(t.Org, ref, t.ID, mostAbout)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			x.Tickets = append(x.Tickets, ObjectLink{
				Ticket: string(r.Ticket.ID), Number: numberOf(&r.Ticket), Subject: r.Ticket.Subject, Status: string(r.Ticket.Status), Updated: stamp(r.Ticket.Updated),
			})
		}
		out = append(out, x)
	}
	return out, nil
}
