package desk

import "time"

// Problem is what is behind the trouble of several tickets: a ticket of the
// team's own, which no customer takes part in (BEHAVIOURS 3.16).
const Problem Type = "problem"

// FixState is what is known of the fix of a trouble; "" while nothing is.
type FixState string

// The states of a fix.
const (
	FixPlanned FixState = "planned"
	FixDone    FixState = "done"
	FixNone    FixState = "none" // there will be none
)

// Fix is what becomes of the trouble behind a ticket (BEHAVIOURS 3.16).
// Customers are told the state and the day; see CustomerFix.
type Fix struct {
	State FixState  `json:"state,omitempty"`
	Due   time.Time `json:"due,omitzero"`
	// Problem is the ticket whose fix this one waits for.
	Problem TicketID `json:"problem,omitempty"`
	// The rest is a problem's: which tickets wait for it, which of them are still
	// to be told and with what words, and when the next ones are.
	Waiting []TicketID `json:"waiting,omitempty"`
	Untold  []TicketID `json:"untold,omitempty"`
	Told    string     `json:"told,omitempty"`
	Tell    time.Time  `json:"tell,omitzero"`
	// Released are those that waited when it was over, which wait again should it
	// be opened again; Again is set while they are told so.
	Released []TicketID `json:"released,omitempty"`
	Again    bool       `json:"again,omitempty"`
}

// CustomerFix is what a customer may know of a Fix. Its keys are a subset of
// Fix's.
type CustomerFix struct {
	State FixState  `json:"state,omitempty"`
	Due   time.Time `json:"due,omitzero"`
}

// DueFix is a fix, by when it is planned.
const DueFix DueKind = "fix"

// CmdFix says what becomes of a fix; see SetFix.
const CmdFix CommandKind = "fix"

// SetFix says what becomes of the fix; staff only. Text goes to the customer or,
// on a problem, to the customers of every ticket that waits for it. With Problem
// the ticket waits for that one's fix; without a state it waits for none.
type SetFix struct {
	State   FixState  `json:"state,omitempty"`
	Due     time.Time `json:"due,omitzero"`
	Problem TicketID  `json:"problem,omitempty"`
	Text    string    `json:"text,omitempty"`
}

// Kind implements Args.
func (SetFix) Kind() CommandKind { return CmdFix }

// FixSet is the entry of it: To is the state, Until the day, Text what was said.
// FixWaits is the team's, on a problem: a ticket waits for it or, with From, no
// longer does.
const (
	FixSet   Kind = "fix"
	FixWaits Kind = "fix_waits"
)

// MaxTold is how many of those who wait for a problem are told at a time.
const MaxTold = 20

// Tells are the tickets a problem tells next.
func (f Fix) Tells() []TicketID { return f.Untold[:min(len(f.Untold), MaxTold)] }

// FixedMode says where a ticket stands once its fix is there.
type FixedMode string

// The modes.
const (
	FixedConfirm FixedMode = ""      // its customer is asked to look
	FixedSolve   FixedMode = "solve" // it is solved
)
