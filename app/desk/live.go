package desk

import "time"

// Live is a chat that is going on in a ticket (BEHAVIOURS 3.9). It stands in
// the head, so that a line costs no entry; when it ends it is appended as one.
// All of it is public: whoever sees the ticket sees the chat.
type Live struct {
	// ID is made by who began it; lines name it.
	ID CommandID `json:"id,omitempty"`
	// With is who began it, By who of the team has taken it; empty while nobody
	// has.
	With    PersonID  `json:"with,omitempty"`
	By      PersonID  `json:"by,omitempty"`
	Started time.Time `json:"started,omitzero"`
	Lines   []Line    `json:"lines,omitempty"`
	// Ends is when it ends by itself because nobody writes.
	Ends time.Time `json:"ends,omitzero"`
}

// Line is one thing said in a chat.
type Line struct {
	ID    CommandID    `json:"id"` // of the command that said it
	By    PersonID     `json:"by"`
	Name  string       `json:"name,omitempty"`
	Staff bool         `json:"staff,omitempty"`
	At    time.Time    `json:"at"`
	Text  string       `json:"text,omitempty"`
	Files []Attachment `json:"files,omitempty"`
	// Joined says that it is no words: By has taken the chat.
	Joined bool `json:"joined,omitempty"`
}

// The kinds of command that a chat consists of.
const (
	CmdSay      CommandKind = "say"
	CmdJoinChat CommandKind = "join_chat"
	CmdEndChat  CommandKind = "end_chat"
)

// Say adds a line to the chat that is going on. With Begin the asking side
// begins one if there is none. A line that comes when its chat is over, as from
// a computer that was offline, is a message: no word is lost by it.
type Say struct {
	Chat  CommandID    `json:"chat"`
	Text  string       `json:"text,omitempty"`
	Files []Attachment `json:"files,omitempty"`
	Begin bool         `json:"begin,omitempty"`
}

// JoinChat takes the chat, or takes it over from who had it; staff only.
type JoinChat struct {
	Chat CommandID `json:"chat"`
	From PersonID  `json:"from,omitempty"`
}

// EndChat ends the chat. Either side may.
type EndChat struct {
	Chat CommandID `json:"chat"`
}

// Kind implements Args.
func (Say) Kind() CommandKind { return CmdSay }

// Kind implements Args.
func (JoinChat) Kind() CommandKind { return CmdJoinChat }

// Kind implements Args.
func (EndChat) Kind() CommandKind { return CmdEndChat }
