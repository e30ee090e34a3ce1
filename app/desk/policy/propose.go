package policy

import "docket/app/desk"

// Proposal is the priority that follows from what the customer said, and from
// what of it. Supposed is set where the questions were not answered and their
// urgency stands for the answers.
type Proposal struct {
	Priority desk.Priority
	Impact   desk.Impact
	Severity desk.Severity
	Supposed bool
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
	urgent := t.Urgency == desk.UrgencyHigh || t.Urgency == desk.UrgencyEmergency
	if t.Judged || t.Status.Done() || !urgent && (p.Impact == "" || p.Severity == "") {
		return Proposal{}, false
	}
	impact := desk.ImpactSeveral
	if t.Urgency == desk.UrgencyEmergency {
		impact = desk.ImpactEveryone
	}
	if p.Impact == "" {
		p.Impact, p.Supposed = impact, true
	}
	if p.Severity == "" {
		p.Severity, p.Supposed = desk.SeverityStopped, true
	}
	p.Priority = matrix[p.Severity][p.Impact]
	if t.Type == desk.Request && (p.Priority == desk.PriorityHigh || p.Priority == desk.PriorityEmergency) {
		p.Priority, p.Wanted = desk.PriorityNormal, true
	}
	return p, true
}
