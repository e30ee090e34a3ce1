package policy_test

import (
	"testing"

	"docket/app/desk"
	"docket/app/desk/policy"
)

var (
	impacts    = []desk.Impact{desk.ImpactOne, desk.ImpactSeveral, desk.ImpactSite, desk.ImpactEveryone}
	severities = []desk.Severity{desk.SeverityInconvenience, desk.SeverityDegraded, desk.SeverityStopped}
	rank       = map[desk.Priority]int{desk.PriorityLow: 1, desk.PriorityNormal: 2, desk.PriorityHigh: 3, desk.PriorityEmergency: 4}
)

// The matrix has every cell, falls in neither direction, and puts work that has
// stopped before everything that only bothers and before everything wanted.
func TestMatrix(t *testing.T) {
	of := func(i desk.Impact, s desk.Severity, k desk.Type) int {
		p, ok := policy.Propose(&desk.Ticket{Type: k, Claim: desk.Claim{Impact: i, Severity: s}})
		if !ok || rank[p.Priority] == 0 || p.Supposed {
			t.Errorf("%s %s: got %+v, %v", i, s, p, ok)
		}
		return rank[p.Priority]
	}
	for a, i := range impacts {
		for b, s := range severities {
			got := of(i, s, desk.Incident)
			if a > 0 && got < of(impacts[a-1], s, desk.Incident) || b > 0 && got < of(i, severities[b-1], desk.Incident) {
				t.Errorf("%s %s is less than what is less", i, s)
			}
			if stopped := of(desk.ImpactOne, desk.SeverityStopped, desk.Incident); of(i, desk.SeverityInconvenience, desk.Incident) >= stopped || of(i, s, desk.Request) >= stopped {
				t.Errorf("%s %s comes before somebody whose work has stopped", i, s)
			}
		}
	}
}

// Ten colleagues who have it too make one person a site, and never less than
// was claimed (BEHAVIOURS N14).
func TestJoinersRaiseWhatIsProposed(t *testing.T) {
	joined := func(n int) []desk.Joiner { return make([]desk.Joiner, n) }
	for name, c := range map[string]struct {
		t      desk.Ticket
		impact desk.Impact
		want   desk.Priority
	}{
		"one of one":            {desk.Ticket{Claim: desk.Claim{Impact: desk.ImpactOne, Severity: desk.SeverityStopped}}, desk.ImpactOne, desk.PriorityHigh},
		"one with another":      {desk.Ticket{Claim: desk.Claim{Impact: desk.ImpactOne, Severity: desk.SeverityStopped}, Joined: joined(1)}, desk.ImpactSeveral, desk.PriorityHigh},
		"nine":                  {desk.Ticket{Claim: desk.Claim{Impact: desk.ImpactOne, Severity: desk.SeverityStopped}, Joined: joined(9)}, desk.ImpactSeveral, desk.PriorityHigh},
		"ten":                   {desk.Ticket{Claim: desk.Claim{Impact: desk.ImpactOne, Severity: desk.SeverityStopped}, Joined: joined(10)}, desk.ImpactSite, desk.PriorityEmergency},
		"ten of a normal one":   {desk.Ticket{Priority: desk.PriorityNormal, Joined: joined(10)}, desk.ImpactSite, desk.PriorityHigh},
		"nine of a normal one":  {desk.Ticket{Priority: desk.PriorityNormal, Joined: joined(9)}, "", ""},
		"ten of a high one":     {desk.Ticket{Priority: desk.PriorityHigh, Joined: joined(10)}, "", ""},
		"everyone was claimed":  {desk.Ticket{Claim: desk.Claim{Impact: desk.ImpactEveryone, Severity: desk.SeverityDegraded}, Joined: joined(10)}, desk.ImpactEveryone, desk.PriorityHigh},
		"an emergency, nothing": {desk.Ticket{Urgency: desk.UrgencyEmergency, Joined: joined(1)}, desk.ImpactEveryone, desk.PriorityEmergency},
		"ten, judged":           {desk.Ticket{Joined: joined(10), Judged: true}, "", ""},
	} {
		if p, ok := policy.Propose(&c.t); p.Priority != c.want || ok != (c.want != "") || p.Impact != c.impact {
			t.Errorf("%s: got %+v, %v", name, p, ok)
		}
	}
}

// Without answers the urgency stands for them, and whoever claimed nothing, was
// judged or is done is proposed nothing.
func TestPropose(t *testing.T) {
	for name, c := range map[string]struct {
		t        desk.Ticket
		want     desk.Priority
		supposed bool
	}{
		"an emergency alone":  {desk.Ticket{Urgency: desk.UrgencyEmergency}, desk.PriorityEmergency, true},
		"high alone":          {desk.Ticket{Urgency: desk.UrgencyHigh}, desk.PriorityHigh, true},
		"one answer":          {desk.Ticket{Urgency: desk.UrgencyEmergency, Claim: desk.Claim{Impact: desk.ImpactOne}}, desk.PriorityHigh, true},
		"both answers":        {desk.Ticket{Urgency: desk.UrgencyEmergency, Claim: desk.Claim{Impact: desk.ImpactOne, Severity: desk.SeverityInconvenience}}, desk.PriorityLow, false},
		"normal":              {desk.Ticket{Urgency: desk.UrgencyNormal}, "", false},
		"normal, one answer":  {desk.Ticket{Urgency: desk.UrgencyNormal, Claim: desk.Claim{Impact: desk.ImpactOne}}, "", false},
		"judged":              {desk.Ticket{Urgency: desk.UrgencyEmergency, Judged: true}, "", false},
		"solved":              {desk.Ticket{Urgency: desk.UrgencyEmergency, Status: desk.Solved}, "", false},
		"wanted, not stopped": {desk.Ticket{Urgency: desk.UrgencyEmergency, Type: desk.Request}, desk.PriorityNormal, true},
	} {
		if p, ok := policy.Propose(&c.t); p.Priority != c.want || ok != (c.want != "") || p.Supposed != c.supposed {
			t.Errorf("%s: got %+v, %v", name, p, ok)
		}
	}
}
