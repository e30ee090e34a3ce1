package desk

import "time"

// Verdict is what the customer says of a way around their trouble; "" while
// they have not.
type Verdict string

// The verdicts. Stopped is of one that worked before.
const (
	VerdictWorks   Verdict = "works"
	VerdictPartly  Verdict = "partly"
	VerdictCannot  Verdict = "cannot"
	VerdictStopped Verdict = "stopped"
)

// Workaround is a way around the trouble until it is fixed (BEHAVIOURS 3.16,
// 3.17). It is public.
type Workaround struct {
	Text string `json:"text"`
	// Message is the place for customers of the message that proposed it.
	Message uint64    `json:"message,omitempty"`
	By      PersonID  `json:"by,omitempty"`
	At      time.Time `json:"at,omitzero"`
	// Verdict is the newest, Why its reason in one line.
	Verdict  Verdict   `json:"verdict,omitempty"`
	Why      string    `json:"why,omitempty"`
	JudgedBy PersonID  `json:"judged_by,omitempty"`
	JudgedAt time.Time `json:"judged_at,omitzero"`
}

// Eased is what a ticket was before a workaround eased it, so that it returns
// with its age when that stops working. It is the team's.
type Eased struct {
	Priority Priority  `json:"priority,omitempty"`
	To       Priority  `json:"to,omitempty"` // what it was lowered to
	Since    time.Time `json:"since,omitzero"`
}

// CmdWorkaround proposes a way around the trouble, CmdVerdict judges it.
const (
	CmdWorkaround CommandKind = "workaround"
	CmdVerdict    CommandKind = "verdict"
)

// ProposeWorkaround sends the customer a way around their trouble; staff only.
type ProposeWorkaround struct {
	Text string `json:"text"`
}

// JudgeWorkaround is the customer's word on it. All but that it works need a
// reason.
type JudgeWorkaround struct {
	Verdict Verdict `json:"verdict"`
	Why     string  `json:"why,omitempty"`
}

// Kind implements Args.
func (ProposeWorkaround) Kind() CommandKind { return CmdWorkaround }

// Kind implements Args.
func (JudgeWorkaround) Kind() CommandKind { return CmdVerdict }

// Judged is the entry of a verdict: To is the verdict, Text why.
const Judged Kind = "judged"
