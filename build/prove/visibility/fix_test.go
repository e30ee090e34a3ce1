package visibility_test

import (
	"docket/app/desk"
	"docket/build/prove/town"
	"docket/build/prove/visibility/model"
)

// problem is a problem that one of ours opens: the team's own, of which no
// customer hears, whoever of theirs waits for it. Now and then a customer tries.
func (m *machine) problem(a *asked) desk.Args {
	return desk.Open{
		Type: desk.Problem, Subject: m.say(a, true), Text: "behind it is " + m.say(a, true), Department: town.Pick(m.r, m.w.Desk.Desk.Departments).ID,
		Refs: []desk.Reference{{Kind: "text", ID: m.say(a, true)}},
	}
}

// problems are those there are; nothing else is done to them.
func (m *machine) problems() (out []desk.TicketID) {
	for _, id := range m.all {
		if m.m.Tickets[id].Problem {
			out = append(out, id)
		}
	}
	return out
}

// gathers has a ticket wait for a problem, or no longer (BEHAVIOURS 3.16).
func (m *machine) gathers(a *asked, t *model.Ticket) desk.Args {
	all := m.problems()
	behind := t.Behind != ""
	if behind && m.r.IntN(3) == 0 {
		return desk.SetFix{State: town.Pick(m.r, []desk.FixState{desk.FixDone, desk.FixNone}), Text: "says " + m.say(a, true)}
	}
	if len(all) == 0 || behind && m.r.IntN(2) == 0 {
		return desk.SetFix{Text: "waits no more " + m.say(a, true)}
	}
	m.figures["gathered"]++
	return desk.SetFix{Problem: town.Pick(m.r, all), Text: "waits for it " + m.say(a, true)}
}
