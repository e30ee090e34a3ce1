package visibility_test

import (
	"slices"
	"time"

	"docket/app/desk"
	"docket/build/prove/town"
	"docket/build/prove/visibility/model"
)

// noting is a call under a code (BEHAVIOURS N4): that of a ticket which is there,
// whether or not its author sees it, or of one that may come. It was over before
// anything was opened, so that it answers nothing.
func (m *machine) noting(a *asked) desk.Args {
	id, any := m.ticket(a.person)
	if !any || m.r.IntN(2) == 0 {
		if len(m.expected) == 0 || m.r.IntN(2) == 0 {
			m.expected = append(m.expected, desk.TicketID(town.UUID(m.r, m.w.Now())))
		}
		id = town.Pick(m.r, m.expected)
	}
	a.ticket = id
	code := id.Code()
	if m.r.IntN(2) == 0 {
		code = id.Reference()
	}
	return desk.NoteCall{
		Code: code, Talk: desk.Talk{WithName: "Somebody", Started: town.Start.Add(-time.Hour)},
		Text: "told us " + m.say(a, true), Note: "between us " + m.say(a, false),
	}
}

// awaited is now and then the id of a ticket under whose code somebody called,
// for who opens one; else a new one.
func (m *machine) awaited() desk.TicketID {
	if len(m.expected) > 0 && m.r.IntN(2) == 0 {
		i := m.r.IntN(len(m.expected))
		id := m.expected[i]
		m.expected = slices.Delete(m.expected, i, i+1)
		return id
	}
	return desk.TicketID(town.UUID(m.r, m.w.Now()))
}

// noted is what becomes of a call that was taken.
func (m *machine) noted(a *asked) {
	for _, s := range slices.Concat(a.public, a.internal) {
		m.words[s].kept = true
	}
	m.m.Note(model.Noted{By: a.person, Code: a.ticket.Code(), Public: a.public, Internal: a.internal})
	m.last[a.ticket] = append(slices.Clip(m.last[a.ticket]), a.public...)
	m.figures["calls_noted"]++
	for p := range m.m.People {
		m.sawTicket(p, a.ticket, m.m.Tickets[a.ticket])
		m.sawCalls(p)
	}
}

// sawCalls notes of which calls that wait a person knows now.
func (m *machine) sawCalls(p desk.PersonID) {
	for _, n := range m.m.Noted {
		if !m.m.KnowsCall(p, n) {
			continue
		}
		scope := m.words[n.Public[0]].scope
		now := sight{seq: m.seq, step: m.step}
		m.ever[p][scope], m.ever[p][notesScope(scope)] = now, now
	}
}
