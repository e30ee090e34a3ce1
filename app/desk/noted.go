package desk

import "time"

// RefCall is a call that waits for its ticket, in the own lanes of who noted it
// and of their colleagues.
const RefCall RefKind = "call"

// MaxNoted is for how long a call waits for its ticket to arrive, and how old a
// ticket may be that it joins at once: a code names what is recent.
const MaxNoted = 30 * 24 * time.Hour

// NotedCall is a call of somebody whose ticket had not arrived, noted under the
// code they said (BEHAVIOURS N4). Text becomes public with the ticket, Note is
// the team's.
type NotedCall struct {
	// ID is made by who noted it, so that noting it twice is noting it once.
	ID   CommandID `json:"id"`
	Code string    `json:"code"`
	Talk Talk      `json:"talk"`
	Text string    `json:"text,omitempty"`
	Note string    `json:"note,omitempty"`
	By   PersonID  `json:"by"`
	At   time.Time `json:"at"`
}

// CmdNoteCall notes a call; see NoteCall.
const CmdNoteCall CommandKind = "note_call"

// NoteCall notes a call under the code its caller said. The ticket may not be
// there, so it is given on none: the command's own id stands in its place.
type NoteCall struct {
	Code string `json:"code"`
	Talk Talk   `json:"talk"`
	Text string `json:"text,omitempty"`
	Note string `json:"note,omitempty"`
}

// Kind implements Args.
func (NoteCall) Kind() CommandKind { return CmdNoteCall }

// Of is the call of a command of that id.
func (a NoteCall) Of(id CommandID) NotedCall {
	return NotedCall{ID: id, Code: a.Code, Talk: a.Talk, Text: a.Text, Note: a.Note}
}
