package desk

// Type tells what broke from what is wanted (BEHAVIOURS 3.13). It is public;
// "" while nobody has said.
type Type string

// The types.
const (
	Incident Type = "incident" // it worked before
	Request  Type = "request"  // something new or changed
)

// SetType is the team's word on which it is; staff only. Nothing else of the
// ticket changes with it.
type SetType struct {
	From Type `json:"from,omitempty"`
	To   Type `json:"to"`
}

// Kind implements Args.
func (SetType) Kind() CommandKind { return CmdType }

// Impact is how many cannot work as they should.
type Impact string

// Severity is how much it keeps them from their work: with a way around it,
// with a clumsy one, with none.
type Severity string

// Impacts and severities from least to most.
const (
	ImpactOne      Impact = "one"
	ImpactSeveral  Impact = "several"
	ImpactSite     Impact = "site"
	ImpactEveryone Impact = "everyone"

	SeverityInconvenience Severity = "inconvenience"
	SeverityDegraded      Severity = "degraded"
	SeverityStopped       Severity = "stopped"
)

// Claim is what the customer answered when they chose a high urgency, in their
// own words (BEHAVIOURS 1.10, 4.2, 4.4). It is public, no answer is needed, and
// nobody changes it: the team's judgement is the priority.
type Claim struct {
	Down     string   `json:"down,omitempty"`
	Since    string   `json:"since,omitempty"`
	Impact   Impact   `json:"impact,omitempty"`
	Severity Severity `json:"severity,omitempty"`
}
