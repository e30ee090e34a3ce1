package visibility_test

import (
	"strings"

	"docket/app/desk"
	"docket/build/prove/town"
	"docket/build/prove/visibility/model"
)

// counts has every fourth desk count misuse (BEHAVIOURS 1.12). Nothing follows
// from it but that somebody is told.
func (m *machine) counts(d *town.Desk, w *model.World) {
	w.Strikes = map[desk.TicketID]model.Strike{}
	if w.Misuse = m.seed%4 == 1; w.Misuse {
		d.Desk.Misuse = desk.Misuse{Ladder: []desk.Sanction{{Does: desk.SanctionWarn}}, Appeal: d.Desk.Departments[0].ID}
	}
}

// cried is a ticket somebody of the team sees that its customer called urgent.
func (m *machine) cried(p desk.PersonID) (desk.TicketID, bool) {
	if !m.m.Misuse || !m.m.People[p].Role.Staff() {
		return "", false
	}
	var all []desk.TicketID
	for _, id := range m.all {
		t := m.m.Tickets[id]
		if t.Urgency == desk.UrgencyEmergency && t.Opened == t.Requester && !t.Workaround && m.m.Sees(p, t) {
			all = append(all, id)
		}
	}
	if len(all) == 0 {
		return "", false
	}
	return town.Pick(m.r, all), true
}

// strike says that something was not urgent, or counts it, or takes that back.
func (m *machine) strike(a *asked) desk.Args {
	switch m.r.IntN(5) {
	case 0:
		return desk.UncountMisuse{Reason: m.say(a, false)}
	case 1, 2:
		return desk.SetPriority{From: m.m.priority[a.ticket], To: desk.PriorityLow, Reason: m.say(a, false)}
	}
	c := desk.CountMisuse{Reason: m.say(a, false)}
	w := m.words[c.Reason]
	w.scope, w.public = "strike "+c.Reason, true
	return c
}

// struck is what becomes of what counts.
func (m *machine) struck(a *asked) {
	switch x := a.args.(type) {
	case desk.CountMisuse:
		m.m.Count(a.ticket, x.Reason)
		m.figures["strikes"]++
	case desk.UncountMisuse:
		m.m.Count(a.ticket, "")
	default:
		return
	}
	for p := range m.m.People {
		m.sawStrikes(p)
	}
}

// sawReasons is for who reads a ticket as one of the team: it says there why it
// was counted, also what was taken back since.
func (m *machine) sawReasons(p desk.PersonID, t *model.Ticket, now sight) {
	for _, s := range t.Internal {
		if w := m.words[s]; strings.HasPrefix(w.scope, "strike ") {
			m.ever[p][w.scope] = now
		}
	}
}

func (m *machine) sawStrikes(p desk.PersonID) {
	for _, s := range m.m.Strikes {
		if m.m.KnowsStrike(p, s) {
			m.ever[p][m.words[s.Reason].scope] = sight{seq: m.seq, step: m.step}
		}
	}
}
