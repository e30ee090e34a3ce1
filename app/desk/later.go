package desk

import "time"

// Since is from where on somebody in CC reads the conversation: what comes after
// an entry for customers, which is what was written after a time.
type Since struct {
	Person PersonID  `json:"person"`
	Seq    uint64    `json:"seq"`
	At     time.Time `json:"at"`
}

// HistoryMode says what who is put into CC may read of what was written before
// (BEHAVIOURS 2.14).
type HistoryMode string

// The modes.
const (
	HistoryLater HistoryMode = ""    // nothing, unless who adds them says so
	HistoryAll   HistoryMode = "all" // everything
)

// WholeConversation is the Reason of a CCsSet that lets somebody read what was
// written before.
const WholeConversation = "whole"
