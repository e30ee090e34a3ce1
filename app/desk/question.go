package desk

import (
	"strings"
	"time"
)

// AskID names a question or a suggested step: its reply's command, "/" and its
// place in it, from 1.
type AskID string

// AskState is what became of something that was asked; "" while it is open.
type AskState string

// The states. A question is answered or cannot be answered; a step worked, did
// not, or could not be tried; both may be taken back by who asked.
const (
	AskAnswered AskState = "answered"
	AskCannot   AskState = "cannot"
	AskWorked   AskState = "worked"
	AskDidNot   AskState = "did_not"
	AskCouldNot AskState = "could_not"
	AskDropped  AskState = "dropped"
)

// For reports whether the state is one a step, or a question, can have.
func (s AskState) For(step bool) bool {
	switch s {
	case AskAnswered, AskCannot:
		return !step
	case AskWorked, AskDidNot, AskCouldNot:
		return step
	}
	return s == AskDropped
}

// Words is the state as people say it, where an answer has no words of its own.
func (s AskState) Words() string {
	switch s {
	case AskAnswered:
		return "answered"
	case AskCannot:
		return "cannot answer"
	case AskWorked:
		return "it worked"
	case AskDidNot:
		return "did not work"
	case AskCouldNot:
		return "could not try"
	case AskDropped:
		return "not needed any more"
	}
	return "open"
}

// Ask is a question to the customer or a step to try, with what became of it
// (BEHAVIOURS 0.18, 0.19). It is public.
type Ask struct {
	ID   AskID  `json:"id"`
	Text string `json:"text"`
	// Seq is, in a head, that of the message for customers that asked it.
	Seq uint64 `json:"seq,omitempty"`
	// Step tells a suggested step from a question.
	Step bool `json:"step,omitempty"`
	// Required says that the ticket waits for the customer until it is settled.
	Required bool     `json:"required,omitempty"`
	State    AskState `json:"state,omitempty"`
	// Answer is what was said: in an entry all of it, in a head one line.
	Answer     string    `json:"answer,omitempty"`
	AnsweredBy PersonID  `json:"answered_by,omitempty"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
}

// Open reports whether nothing became of it yet.
func (a *Ask) Open() bool { return a.State == "" }

// Said is what an entry says in words: its text, or where it has none what was
// answered and asked with it.
func (e *Entry) Said() string {
	if e.Text != "" {
		return e.Text
	}
	var out []string
	for _, a := range e.Answers {
		said := a.Answer
		if said == "" {
			said = a.State.Words()
		}
		out = append(out, a.Text+" "+said)
	}
	for _, a := range e.Asks {
		out = append(out, a.Text)
	}
	return strings.Join(out, " · ")
}

// NewAsk is an Ask as a reply brings it.
type NewAsk struct {
	Text     string `json:"text"`
	Step     bool   `json:"step,omitempty"`
	Required bool   `json:"required,omitempty"`
}

// Answer says what became of one Ask.
type Answer struct {
	Ask   AskID    `json:"ask"`
	State AskState `json:"state"`
	Text  string   `json:"text,omitempty"`
}

// SettleAsk is the team's word on something still open: it was answered
// elsewhere, or is not needed any more. Staff only. The customer's own answers
// travel in their Reply.
type SettleAsk struct {
	Ask   AskID    `json:"ask"`
	State AskState `json:"state"`
	Text  string   `json:"text,omitempty"`
}

// Kind implements Args.
func (SettleAsk) Kind() CommandKind { return CmdSettleAsk }
