package app

import (
	"slices"

	"docket/app/desk"
)

// Resembling is what the team has that is like a ticket: open ones that may be the
// same matter, whoever asked, and solved ones with what solved them.
type Resembling struct {
	Open   []ResemblingTicket `json:"open"`
	Solved []ResemblingTicket `json:"solved"`
}

// ResemblingTicket is one of them. Resolution is what solved it, "" for an open one
// and for one nobody said it of.
type ResemblingTicket struct {
	Ticket     string `json:"ticket"`
	Number     string `json:"number"`
	Subject    string `json:"subject"`
	Who        string `json:"who"`
	Resolution string `json:"resolution"`
	At         string `json:"at"`
}

// How like one another tickets are that are shown to the team, less than for who
// still writes, and how many are weighed for it.
const (
	resembles     = 0.34
	mostResembled = 40
)

// Resembles gives what is like a ticket of what its reader has; the team's alone.
// It is a call of its own, so that no ticket waits for it to open.
func (a *API) Resembles(ticket string) (Resembling, error) {
	s, l, err := a.on(ticket)
	if err != nil {
		return Resembling{}, err
	}
	out := Resembling{Open: []ResemblingTicket{}, Solved: []ResemblingTicket{}}
	t, r := &l.ticket, s.rower()
	if !r.me.Role.Staff() {
		return out, nil
	}
	this := s.asked(t)
	found, err := s.cache.Related(t.Subject+" "+this.Text, mostResembled)
	if err != nil {
		return Resembling{}, err
	}
	head, all := desk.Telling(t.Subject), desk.Telling(t.Subject+" "+this.Text)
	for _, f := range found {
		x := &f.Row.Ticket
		if x.ID == t.ID || x.Into != "" || belongs(t, x.ID) {
			continue
		}
		if max(desk.Similar(head, desk.Telling(x.Subject)), desk.Similar(all, desk.Telling(x.Subject+" "+s.asked(x).Text))) < resembles {
			continue
		}
		line := ResemblingTicket{Ticket: string(x.ID), Number: numberOf(x), Subject: x.Subject, Who: r.name(x, x.Requester), At: stamp(x.Updated)}
		if x.Status.Done() {
			line.Resolution = x.Resolution
			out.Solved = append(out.Solved, line)
		} else {
			out.Open = append(out.Open, line)
		}
	}
	// What solved it is what one looks for.
	slices.SortStableFunc(out.Solved, func(x, y ResemblingTicket) int { return one(x.Resolution == "") - one(y.Resolution == "") })
	out.Open, out.Solved = out.Open[:min(mostAlike, len(out.Open))], out.Solved[:min(mostAlike, len(out.Solved))]
	return out, nil
}

// belongs reports whether a ticket names another already.
func belongs(t *desk.Ticket, id desk.TicketID) bool {
	return t.Into == id || slices.Contains(mergedIDs(t), id) || slices.ContainsFunc(t.Links, func(l desk.Link) bool { return l.Ticket == id })
}
