package desk

import "time"

// The commands of an escalation.
const (
	CmdEscalate    CommandKind = "escalate"
	CmdAcknowledge CommandKind = "acknowledge"
	CmdDeescalate  CommandKind = "deescalate"
)

type (
	// Escalate asks for somebody higher up, saying what is needed and, in By,
	// until when. Asked again within a day it adds to what was said and goes no
	// higher (BEHAVIOURS 2.19).
	Escalate struct {
		Reason string    `json:"reason"`
		By     time.Time `json:"by,omitzero"`
	}
	// Acknowledge says that the actor has what somebody was called for.
	Acknowledge struct{}
	// Deescalate ends an escalation; Outcome is for the customer.
	Deescalate struct {
		Outcome string `json:"outcome"`
	}
)

// Kind implements Args.
func (Escalate) Kind() CommandKind { return CmdEscalate }

// Kind implements Args.
func (Acknowledge) Kind() CommandKind { return CmdAcknowledge }

// Kind implements Args.
func (Deescalate) Kind() CommandKind { return CmdDeescalate }

// The kinds of entry that belong to it. A Paged says that who is on call was
// told, an Escalated that somebody higher up was or, without To, what was said
// again; both have the level in ToName. A Summoned is the team's: whom by name.
// Of an Acknowledged, From says what for: a page or an escalation.
const (
	Paged        Kind = "paged"
	Escalated    Kind = "escalated"
	Summoned     Kind = "summoned"
	Acknowledged Kind = "acknowledged"
	Deescalated  Kind = "deescalated"
	// Bypassed says that an emergency did not wait for the department that
	// receives, which was closed (BEHAVIOURS 0.11); the team's.
	Bypassed Kind = "bypassed"
)

// What somebody is called for.
const (
	ForEmergency  = "emergency"
	ForEscalation = "escalation"
)

// Summons is somebody being called until they say that they have it.
type Summons struct {
	// Level is the step of the path, from 1; 0 when nobody on it was on duty.
	Level int    `json:"level,omitempty"`
	Name  string `json:"name,omitempty"` // the step's, as it was then
	// Since is when the first was told, At when these were.
	Since time.Time `json:"since,omitzero"`
	At    time.Time `json:"at,omitzero"`
	// To are those who were told, and Due is when others are unless one of them
	// acknowledges; the team's.
	To  []PersonID `json:"to,omitempty"`
	Due time.Time  `json:"due,omitzero"`
	// AckBy is who acknowledged it and AckAt when.
	AckBy PersonID  `json:"ack_by,omitempty"`
	AckAt time.Time `json:"ack_at,omitzero"`
}

// Rings reports whether somebody is called and nobody has acknowledged it.
func (s Summons) Rings() bool { return !s.At.IsZero() && s.AckAt.IsZero() && !s.Due.IsZero() }

// CustomerSummons is what a customer may know of a Summons: its keys are a
// subset of it.
type CustomerSummons struct {
	Level int       `json:"level,omitempty"`
	Name  string    `json:"name,omitempty"`
	Since time.Time `json:"since,omitzero"`
	At    time.Time `json:"at,omitzero"`
	AckBy PersonID  `json:"ack_by,omitempty"`
	AckAt time.Time `json:"ack_at,omitzero"`
}

// Escalation is where an escalation stands; the zero value is none.
type Escalation struct {
	// By asked for it, At for the newest step; Reason and Needed are what was
	// said last.
	By     PersonID  `json:"by,omitempty"`
	At     time.Time `json:"at,omitzero"`
	Reason string    `json:"reason,omitempty"`
	Needed time.Time `json:"needed,omitzero"`
	Told   Summons   `json:"told,omitzero"`
	// Ended is when it was, Outcome what came of it.
	Ended   time.Time `json:"ended,omitzero"`
	Outcome string    `json:"outcome,omitempty"`
}

// Open reports whether it is under way.
func (e Escalation) Open() bool { return !e.At.IsZero() && e.Ended.IsZero() }

// CustomerEscalation is what a customer may know of an Escalation: its keys are
// a subset of it.
type CustomerEscalation struct {
	By      PersonID        `json:"by,omitempty"`
	At      time.Time       `json:"at,omitzero"`
	Reason  string          `json:"reason,omitempty"`
	Needed  time.Time       `json:"needed,omitzero"`
	Told    CustomerSummons `json:"told,omitzero"`
	Ended   time.Time       `json:"ended,omitzero"`
	Outcome string          `json:"outcome,omitempty"`
}
