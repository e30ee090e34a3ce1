package desk

import "time"

// PledgeID names a promise to a customer: the command that made it.
type PledgeID string

// PledgeState is what became of a promise; "" while it is open.
type PledgeState string

// The states. A promise is kept or taken back by a person, and ends with its
// ticket. PledgePassed is no state of one: it says at a handover that the next
// person keeps it.
const (
	PledgeKept      PledgeState = "kept"
	PledgeWithdrawn PledgeState = "withdrawn"
	PledgeEnded     PledgeState = "ended"
	PledgePassed    PledgeState = "passed"
)

// Pledge is what somebody of ours promised the customer by a time (BEHAVIOURS
// N15). It is public. Promise is what a department promises to everybody.
type Pledge struct {
	ID   PledgeID `json:"id"`
	Text string   `json:"text"`
	// Seq is, in a head, that of the entry for customers that promised it.
	Seq uint64    `json:"seq,omitempty"`
	Due time.Time `json:"due"`
	// By is who keeps it: whoever made it, then whoever was handed the ticket;
	// "" while nobody has it.
	By    PersonID    `json:"by,omitempty"`
	State PledgeState `json:"state,omitempty"`
	// Missed is set once it was not kept by Due.
	Missed bool `json:"missed,omitempty"`
	// Ended is when it stopped being open.
	Ended time.Time `json:"ended,omitzero"`
}

// Open reports whether it is still to be kept.
func (p *Pledge) Open() bool { return p.State == "" }

// CmdPromise and CmdSettlePromise are about promises; see MakePromise.
const (
	CmdPromise       CommandKind = "promise"
	CmdSettlePromise CommandKind = "settle_promise"
)

// DuePromise is a promise that was to be kept.
const DuePromise DueKind = "promise"

// MakePromise promises the customer something by a time; staff only.
type MakePromise struct {
	Text string    `json:"text"`
	Due  time.Time `json:"due"`
}

// SettlePromise says that a promise is kept, or takes it back with a reason the
// customer reads; staff only. At a handover it may also say that it is passed on.
type SettlePromise struct {
	Promise PledgeID    `json:"promise"`
	State   PledgeState `json:"state"`
	Reason  string      `json:"reason,omitempty"`
}

// Kind implements Args.
func (MakePromise) Kind() CommandKind { return CmdPromise }

// Kind implements Args.
func (SettlePromise) Kind() CommandKind { return CmdSettlePromise }

// Promised and PromiseSettled are the entries of promises.
const (
	Promised       Kind = "promised"
	PromiseSettled Kind = "promise_settled"
)
