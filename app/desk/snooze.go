package desk

import "time"

// Snooze puts a ticket out of the team's sight until a time or an answer
// (BEHAVIOURS 4.11). It is the team's, and stops no clock of the customer's.
type Snooze struct {
	// Until is when it comes back at the latest; zero while it is not snoozed.
	Until time.Time `json:"until,omitzero"`
	// Answer says that its author waits for an answer and not for a time. An
	// answer brings back every ticket.
	Answer bool     `json:"answer,omitempty"`
	Reason string   `json:"reason,omitempty"`
	By     PersonID `json:"by,omitempty"`
}

// CmdSnooze puts a ticket aside or takes it back; see SnoozeTicket.
const CmdSnooze CommandKind = "snooze"

// SnoozeTicket puts a ticket aside until a time or, with Answer, until the
// customer writes; with neither it takes it back. Staff only.
type SnoozeTicket struct {
	Until  time.Time `json:"until,omitzero"`
	Answer bool      `json:"answer,omitempty"`
	Reason string    `json:"reason,omitempty"`
}

// Kind implements Args.
func (SnoozeTicket) Kind() CommandKind { return CmdSnooze }

// Snoozed is the team's entry: To is until when, in RFC 3339, or empty when it
// was taken back.
const Snoozed Kind = "snoozed"
