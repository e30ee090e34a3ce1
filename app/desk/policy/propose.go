package policy

import (
	"slices"

	"docket/app/desk"
)

// Proposal is the priority that follows from what the customer said, and from
// what of it. Supposed is set where the questions were not answered and their
// urgency stands for the answers.
type Proposal struct {
	Priority desk.Priority
	Impact   desk.Impact
	Severity desk.Severity
	Supposed bool
	// Joined is how many others have the same trouble, where that made it more.
	Joined int
	// Wanted is set where it is something new, which no stopped work waits for.
	Wanted bool
}

// matrix gives a priority by severity and impact. Work that has stopped, for
// one person as for all, comes before what only bothers (BEHAVIOURS 4.3).
var matrix = map[desk.Severity]map[desk.Impact]desk.Priority{
	desk.SeverityInconvenience: {
		desk.ImpactOne: desk.PriorityLow, desk.ImpactSeveral: desk.PriorityLow,
		desk.ImpactSite: desk.PriorityNormal, desk.ImpactEveryone: desk.PriorityNormal,
	},
	desk.SeverityDegraded: {
		desk.ImpactOne: desk.PriorityNormal, desk.ImpactSeveral: desk.PriorityNormal,
		desk.ImpactSite: desk.PriorityHigh, desk.ImpactEveryone: desk.PriorityHigh,
	},
	desk.SeverityStopped: {
		desk.ImpactOne: desk.PriorityHigh, desk.ImpactSeveral: desk.PriorityHigh,
		desk.ImpactSite: desk.PriorityEmergency, desk.ImpactEveryone: desk.PriorityEmergency,
	},
}

// Propose gives the priority that the team is asked to confirm; false when the
// customer claimed nothing, the team has judged it, or it is over. It is a
// function of the head, so both ends propose the same.
func Propose(t *desk.Ticket) (Proposal, bool) {
	p := Proposal{Impact: t.Claim.Impact, Severity: t.Claim.Severity}
	u := Claimed(t)
	urgent := Urgent(u)
	claimed := urgent || p.Impact != "" && p.Severity != ""
	if t.Judged || t.Status.Done() || !claimed && len(t.Joined) == 0 {
		return Proposal{}, false
	}
	if urgent {
		p.suppose(u)
	}
	p.reach(t)
	p.Priority = matrix[p.Severity][p.Impact]
	if t.Type == desk.Request && (p.Priority == desk.PriorityHigh || p.Priority == desk.PriorityEmergency) {
		p.Priority, p.Wanted = desk.PriorityNormal, true
	}
	if !claimed && !Above(p.Priority, t.Priority) {
		return Proposal{}, false // that others have it, too, makes it no more than it is
	}
	return p, true
}

// suppose answers for a customer what they left open, by their urgency.
func (p *Proposal) suppose(u desk.Urgency) {
	impact := desk.ImpactSeveral
	if u == desk.UrgencyEmergency {
		impact = desk.ImpactEveryone
	}
	if p.Impact == "" {
		p.Impact, p.Supposed = impact, true
	}
	if p.Severity == "" {
		p.Severity, p.Supposed = desk.SeverityStopped, true
	}
}

// How many who joined make it several, and the whole site (BEHAVIOURS N14).
const (
	joinedSeveral = 1
	joinedSite    = 10
)

// reach adds what those say who have the same trouble. That there are ten of
// them says more than any of them could know; how badly they are hit nobody
// has to say, and then it is taken to be in between.
func (p *Proposal) reach(t *desk.Ticket) {
	n := len(t.Joined)
	if n < joinedSeveral {
		return
	}
	impact, severity := desk.ImpactSeveral, p.Severity
	if n >= joinedSite {
		impact = desk.ImpactSite
	}
	for _, j := range t.Joined {
		impact, severity = more(impacts, impact, j.Impact), more(severities, severity, j.Severity)
	}
	if severity == "" {
		severity, p.Supposed = desk.SeverityDegraded, true
	}
	if impact = more(impacts, p.Impact, impact); impact != p.Impact || severity != p.Severity {
		p.Joined = n
	}
	p.Impact, p.Severity = impact, severity
}

var (
	impacts    = []desk.Impact{"", desk.ImpactOne, desk.ImpactSeveral, desk.ImpactSite, desk.ImpactEveryone}
	severities = []desk.Severity{"", desk.SeverityInconvenience, desk.SeverityDegraded, desk.SeverityStopped}
)

// more is the higher of two on a scale.
func more[T comparable](scale []T, a, b T) T {
	if slices.Index(scale, b) > slices.Index(scale, a) {
		return b
	}
	return a
}
