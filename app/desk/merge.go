package desk

import "time"

// The commands that put tickets together and take them apart; see Merge,
// Unmerge and Split.
const (
	CmdMerge   CommandKind = "merge"
	CmdUnmerge CommandKind = "unmerge"
	CmdSplit   CommandKind = "split"
)

// The kinds of entry these make. Merged is on the ticket that goes on in
// another and TookIn on that other, which the team alone reads where its
// customers need not know of the first. Unmerged is on both. WroteBeside is the
// team's: somebody wrote in a ticket that goes on here. Split is on the ticket
// a message was taken from, SplitOff on the new one; SplitAsked is a customer
// asking for it.
const (
	Merged      Kind = "merged"
	TookIn      Kind = "took_in"
	Unmerged    Kind = "unmerged"
	WroteBeside Kind = "wrote_beside"
	SplitMade   Kind = "split"
	SplitOff    Kind = "split_off"
	SplitAsked  Kind = "split_asked"
)

// A message was made a ticket of its own (BEHAVIOURS 0.20).
const (
	SplitInto LinkKind = "split_into"
	SplitFrom LinkKind = "split_from"
)

// Part is a ticket that goes on in the one that names it (BEHAVIOURS N12). It is
// the team's. Priority is the one it came with.
type Part struct {
	Ticket   TicketID `json:"ticket"`
	Priority Priority `json:"priority,omitempty"`
}

// Lent is what a ticket was before one that was merged into it raised its
// priority, as of Version, its version right after; so that taking them apart
// gives it back. The team's.
type Lent struct {
	Version  uint64    `json:"version"`
	Priority Priority  `json:"priority"`
	Due      time.Time `json:"due,omitzero"`
	DueKind  DueKind   `json:"due_kind,omitempty"`
	Clocks   Clocks    `json:"clocks,omitzero"`
}

// Merge says that a ticket goes on in another. Nothing of it moves: its
// conversation stays, messages keep the number they were sent to, and Unmerge
// gives back what was. Staff only.
type Merge struct {
	Into TicketID `json:"into"`
}

// Kind implements Args.
func (Merge) Kind() CommandKind { return CmdMerge }

// Unmerge takes a ticket out of the one it goes on in; staff only. From is
// that other.
type Unmerge struct {
	From TicketID `json:"from"`
}

// Kind implements Args.
func (Unmerge) Kind() CommandKind { return CmdUnmerge }

// Split makes a message a ticket of its own: its words and files are copied,
// and what is written meanwhile stays where it was written. Message is its
// customer Seq, As the id of the new ticket. A customer asks for it and leaves
// the rest empty; the team does it.
type Split struct {
	Message    uint64   `json:"message"`
	As         TicketID `json:"as,omitempty"`
	Subject    string   `json:"subject,omitempty"`
	Department DeptID   `json:"department,omitempty"`
}

// Kind implements Args.
func (Split) Kind() CommandKind { return CmdSplit }

// AboutOf is the customer Seq of the message a command is about; 0 for none.
func AboutOf(args Args) uint64 {
	switch a := args.(type) {
	case Reply:
		return a.Refers
	case Split:
		return a.Message
	}
	return 0
}
