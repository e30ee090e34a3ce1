package desk

import "time"

// Keep is what is still to come of a closed ticket before it is deleted
// (BEHAVIOURS 1.7). It is the team's; what customers may know of it follows
// from the policy and the closing, which they know.
type Keep struct {
	// Tell is when its requester is told that it will be deleted; zero for never,
	// and once they have been told.
	Tell time.Time `json:"tell,omitzero"`
	// Files is when its files are deleted, where they go before it.
	Files time.Time `json:"files,omitzero"`
	// Graced is set once it was put off because nobody had looked in time, which
	// happens once, or a server that sleeps every night would delete nothing.
	Graced bool `json:"graced,omitempty"`
}

// LegalHold keeps a ticket whatever its policy says. It is the team's: whoever
// it is held because of need not learn of it.
type LegalHold struct {
	By     PersonID  `json:"by,omitempty"`
	At     time.Time `json:"at,omitzero"`
	Reason string    `json:"reason,omitempty"`
}

// HeldOrg is an organization whose tickets are all kept, and why.
type HeldOrg struct {
	Org    OrgID  `json:"org"`
	Reason string `json:"reason"`
}

// CmdHold puts a ticket on legal hold or takes it off; see SetHold.
const CmdHold CommandKind = "legal_hold"

// SetHold puts a ticket on legal hold, or takes it off; a lead's alone, with a
// reason.
type SetHold struct {
	On     bool   `json:"on,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Kind implements Args.
func (SetHold) Kind() CommandKind { return CmdHold }

// HoldSet is the team's entry: To is "on", or empty when it was taken off.
// FilesDeleted says to everybody that the files so far are gone.
const (
	HoldSet      Kind = "legal_hold"
	FilesDeleted Kind = "files_deleted"
)
