package app

import (
	"docket/app/desk"
	"docket/app/desk/policy"
)

// SetType queues the team's word on whether it is something that broke or
// something wanted.
func (a *API) SetType(ticket, to string) error {
	return a.do(ticket, func(_ *session, t *desk.Ticket) (desk.Args, error) {
		k, err := kindOf(to)
		return desk.SetType{From: t.Type, To: k}, err
	})
}

func kindOf(s string) (desk.Type, error) {
	switch t := desk.Type(s); t {
	case "", desk.Incident, desk.Request:
		return t, nil
	}
	return "", wrong("type", "That is not a kind of request.")
}

// claimOf reads a claim of the page; its rules are flow's.
func claimOf(c ClaimInfo) (desk.Claim, error) {
	down, err := line("claim", c.Down, maxReason)
	if err != nil {
		return desk.Claim{}, err
	}
	since, err := line("claim", c.Since, maxReason)
	return desk.Claim{Down: down, Since: since, Impact: desk.Impact(c.Impact), Severity: desk.Severity(c.Severity)}, err
}

func viewClaim(c desk.Claim) ClaimInfo {
	return ClaimInfo{Down: c.Down, Since: c.Since, Impact: string(c.Impact), Severity: string(c.Severity)}
}

var impactWords = map[desk.Impact]string{
	desk.ImpactOne: "One person", desk.ImpactSeveral: "Several people", desk.ImpactSite: "A whole site", desk.ImpactEveryone: "Everyone",
}

var severityWords = map[desk.Severity]string{
	desk.SeverityInconvenience: "work goes on", desk.SeverityDegraded: "work is slow or clumsy", desk.SeverityStopped: "work has stopped",
}

// proposal is what whoever decides the priority is asked to confirm.
func (r *rower) proposal(t *desk.Ticket) *Proposal {
	p, ok := policy.Propose(t)
	if !ok || !can(r.me, t, desk.CmdPriority) {
		return nil
	}
	why := say(impactWords[p.Impact]) + ", " + say(severityWords[p.Severity])
	if p.Joined > 0 {
		why += "; " + say("{n} with the same trouble joined", "n", p.Joined)
	}
	if p.Supposed {
		why += ", " + say("as far as the urgency tells")
	}
	if p.Wanted {
		why += "; " + say("it is something new, so it comes after what is down")
	}
	return &Proposal{Priority: string(p.Priority), Why: why}
}
