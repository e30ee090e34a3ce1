package desk

import "time"

// CheckItem is something to be done for a request, as its form lists it.
type CheckItem struct {
	Text string    `json:"text"`
	When Condition `json:"when,omitzero"`
}

// Check is an item of a ticket and whether it is done. It is public: whoever
// asked sees how far it is.
type Check struct {
	Text string `json:"text"`
	Done bool   `json:"done,omitempty"`
	// Name is who ticked it, At when.
	Name string `json:"name,omitempty"`
	// Shown is what customers read instead of Name.
	Shown string    `json:"shown,omitempty"`
	At    time.Time `json:"at,omitzero"`
}

// Approval is whether somebody who was named lets a request be done (BEHAVIOURS
// 3.13, 3.15). It is public.
type Approval struct {
	By PersonID `json:"by,omitempty"`
	// Name is theirs; State is "" until they decided, at At.
	Name   string        `json:"name,omitempty"`
	State  ApprovalState `json:"state,omitempty"`
	Reason string        `json:"reason,omitempty"`
	At     time.Time     `json:"at,omitzero"`
	// Work says that it is of planned work, and not of the request itself.
	Work bool `json:"work,omitempty"`
}

// ApprovalState is what was decided; "" while it is open.
type ApprovalState string

// The decisions.
const (
	Approved ApprovalState = "approved"
	Declined ApprovalState = "declined"
)

// Need is by when something asked for is needed (BEHAVIOURS 3.15). It is public.
type Need struct {
	Date string `json:"date,omitempty"` // 2006-01-02 where the department is
	// By is the end of that day; Earliest is when it can be there at the
	// published lead time.
	By       time.Time `json:"by,omitzero"`
	Earliest time.Time `json:"earliest,omitzero"`
	// Expedite asks for it sooner than that, which the approver decides.
	Expedite bool `json:"expedite,omitempty"`
}

// Short reports whether it is needed sooner than it can be there.
func (n Need) Short() bool { return !n.By.IsZero() && n.By.Before(n.Earliest) }

// CmdTick ticks an item off, CmdApprove decides as the approver.
const (
	CmdTick    CommandKind = "tick"
	CmdApprove CommandKind = "approve"
)

// Tick says of an item of the checklist whether it is done; staff only.
type Tick struct {
	Item string `json:"item"`
	Done bool   `json:"done,omitempty"`
}

// Kind implements Args.
func (Tick) Kind() CommandKind { return CmdTick }

// Approve is the decision of the person named as approver, and of nobody else.
type Approve struct {
	Yes    bool   `json:"yes,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Kind implements Args.
func (Approve) Kind() CommandKind { return CmdApprove }

// DueNeeded is what was asked for, by when it is needed.
const DueNeeded DueKind = "needed"
