package app

import (
	"errors"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/app/desk/policy"
	"docket/app/language"
)

// Expectation is what whoever writes a request can expect, as far as this
// computer knows.
type Expectation struct {
	// Team has it first; Opens is when it is there again, "" while it is.
	Team  string `json:"team"`
	Opens string `json:"opens"`
	// By is by when an answer is promised, for each urgency; "" for none.
	By []PromisedBy `json:"by"`
}

// PromisedBy is when an answer to something of an urgency is promised by, and
// how soon it usually comes. The one never stands in for the other.
type PromisedBy struct {
	Urgency string `json:"urgency"`
	At      string `json:"at"`
	Usual   string `json:"usual"`
}

var urgencies = []desk.Urgency{desk.UrgencyQuestion, desk.UrgencyNormal, desk.UrgencyHigh, desk.UrgencyEmergency}

// Expected gives what a request for a department, under an entitlement or none,
// can expect if it is sent now. It is what the rules would tell on opening it,
// so nothing is promised here that is not kept there; it works offline.
func (a *API) Expected(dept, entitlement, org, requester string) (Expectation, error) {
	s, err := a.session()
	if err != nil {
		return Expectation{}, err
	}
	out := Expectation{By: []PromisedBy{}}
	open := desk.Open{Subject: "?", Text: "?"}
	if open.Department, err = department(dept); err != nil {
		return out, err
	}
	for _, x := range []struct {
		s  string
		to func(string)
	}{
		{entitlement, func(s string) { open.Entitlement = desk.EntitlementID(s) }},
		{org, func(s string) { open.Org = desk.OrgID(s) }},
		{requester, func(s string) { open.Requester = desk.PersonID(s) }},
	} {
		if desk.ValidSlug(x.s) {
			x.to(x.s)
		}
	}
	me, place, now := s.me(), s.place(), a.now()
	for _, u := range urgencies {
		open.Urgency = u
		ch, err := flow.Decide(desk.State{Place: place}, s.command(desk.TicketID(newID()), 0, open), me, now)
		if errors.Is(err, desk.ErrDenied) {
			continue // what they may not choose now
		}
		if err != nil {
			return out, nil //nolint:nilerr // what cannot be sent yet can expect nothing yet
		}
		d := place.Departments[ch.Ticket.Department]
		out.Team, out.Opens = d.Name, stamp(policy.Opens(d, now))
		out.By = append(out.By, PromisedBy{Urgency: string(u), At: stamp(ch.Ticket.PublicDue), Usual: language.Said(policy.Expected(d, s.outlook(d.ID), u))})
	}
	return out, nil
}
