package visibility_test

import (
	"time"

	"docket/app/desk"
	"docket/build/prove/town"
	"docket/build/prove/visibility/model"
)

// pledges is now and then something of what the team keeps: a promise, or a ticket
// put aside.
func (m *machine) pledges(a *asked, t *model.Ticket, staff bool) desk.Args {
	if staff && m.r.IntN(14) == 0 {
		return m.gathers(a, t)
	}
	if n := m.r.IntN(100); n >= 8 || !staff && n > 3 {
		return nil
	}
	switch n := m.r.IntN(8); {
	case n == 7 && staff:
		return desk.GrantUpload{Bytes: 30_000_000, Days: 7}
	case n >= 5 && !staff:
		return desk.AskUpload{Name: m.say(a, true), Bytes: 40_000_000_000}
	case n == 6 && staff:
		return desk.SetHold{On: m.r.IntN(2) == 0, Reason: m.say(a, false)}
	case n == 5 && staff:
		from := m.w.Now().Add(4000 * time.Hour)
		return desk.PlanWork{Risk: "risks " + m.say(a, true), From: from, Until: from.Add(time.Hour), Approver: town.Pick(m.r, append([]desk.PersonID{t.Requester}, t.CCs...))}
	case n == 4 && staff:
		return desk.SetFix{State: town.Pick(m.r, []desk.FixState{desk.FixDone, desk.FixNone}), Text: "says " + m.say(a, true)}
	case n == 3 || !staff && m.r.IntN(4) > 0:
		return desk.JudgeWorkaround{Verdict: town.Pick(m.r, []desk.Verdict{desk.VerdictWorks, desk.VerdictPartly, desk.VerdictCannot, desk.VerdictStopped}), Why: "finds " + m.say(a, true)}
	case n == 2:
		return desk.ProposeWorkaround{Text: "proposes " + m.say(a, true)}
	case n == 0:
		return desk.MakePromise{Text: "promises " + m.say(a, true), Due: m.w.Now().Add(4500 * time.Hour)}
	default:
		return desk.SnoozeTicket{Answer: true, Reason: m.say(a, false)}
	}
}

// decide says of most promises what becomes of them at a handover.
func (m *machine) decide(t *model.Ticket) (out []desk.SettlePromise) {
	for _, p := range t.Pledges {
		if m.r.IntN(4) > 0 {
			out = append(out, desk.SettlePromise{Promise: p.ID, State: town.Pick(m.r, []desk.PledgeState{desk.PledgePassed, desk.PledgeKept})})
		}
	}
	return out
}
