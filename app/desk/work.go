package desk

import "time"

// Work is a change that is planned because doing it at once would be a risk
// (BEHAVIOURS 3.18). It is public; whether it may be done is the Approval.
type Work struct {
	// Risk says in words what can go wrong, or what stands still meanwhile.
	Risk  string    `json:"risk,omitempty"`
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
	By    PersonID  `json:"by,omitempty"`
}

// CmdWork plans it; see PlanWork.
const CmdWork CommandKind = "work"

// PlanWork tells the customer when something is changed and what it risks, and
// asks Approver for their yes: the requester if empty, or somebody in copy.
// Without times it is taken back. Staff only.
type PlanWork struct {
	Risk     string    `json:"risk,omitempty"`
	From     time.Time `json:"from,omitzero"`
	Until    time.Time `json:"until,omitzero"`
	Approver PersonID  `json:"approver,omitempty"`
}

// Kind implements Args.
func (PlanWork) Kind() CommandKind { return CmdWork }

// WorkPlanned is the entry of it: Opens is when it begins and Until when it is
// over, Text the risk, To the approver. Taken back, it has no times.
const WorkPlanned Kind = "work"
