package query

import (
	"slices"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// state is a word of is:, and which tickets are so.
type state struct {
	word string
	of   func(t *desk.Ticket, s *Scope) bool
}

// states are the words of is:, in the order they are offered.
var states = []state{
	{"open", func(t *desk.Ticket, _ *Scope) bool { return !over(t) }},
	{"done", func(t *desk.Ticket, _ *Scope) bool { return over(t) }},
	in("new", desk.New),
	in("triage", desk.Triage),
	in("progress", desk.InProgress),
	in("waiting", desk.WaitingCustomer),
	in("third-party", desk.WaitingThirdParty),
	in("hold", desk.OnHold),
	in("solved", desk.Solved),
	in("closed", desk.Closed),
	{"unread", func(_ *desk.Ticket, s *Scope) bool { return s.Unread }},
	{"mine", mine},
	{"needs-me", func(t *desk.Ticket, s *Scope) bool { return policy.Turn(t, s.Me) == policy.Yours }},
	{"unassigned", func(t *desk.Ticket, _ *Scope) bool { return t.Assignee == "" }},
	{"snoozed", func(t *desk.Ticket, _ *Scope) bool { return policy.Snoozed(t) }},
	{"private", func(t *desk.Ticket, _ *Scope) bool { return t.Private }},
	{"escalated", func(t *desk.Ticket, _ *Scope) bool { return policy.Called(t) }},
	{"chat", func(t *desk.Ticket, _ *Scope) bool { return t.Live.ID != "" }},
	{"merged", func(t *desk.Ticket, _ *Scope) bool { return t.Into != "" }},
	{"reopened", func(t *desk.Ticket, _ *Scope) bool {
		return slices.ContainsFunc(t.Steps, func(s desk.Step) bool { return s.Kind == "reopened" })
	}},
	{Article, noTicket},
	{Draft, noTicket},
}

func noTicket(*desk.Ticket, *Scope) bool { return false }

func in(word string, status desk.Status) state {
	return state{word, func(t *desk.Ticket, _ *Scope) bool { return t.Status == status }}
}

func over(t *desk.Ticket) bool { return t.Status.Done() || t.Into != "" }

func mine(t *desk.Ticket, s *Scope) bool {
	if !s.Me.Role.Staff() {
		return t.Requester == s.Me.Person
	}
	return t.Assignee == s.Me.Person || slices.Contains(t.Helpers, s.Me.Person)
}

// is reports whether a ticket is what a word of is: says.
func is(t *desk.Ticket, s *Scope, word string) bool {
	i := slices.IndexFunc(states, func(x state) bool { return x.word == word })
	return i >= 0 && states[i].of(t, s)
}

// stateWords are the words of is:.
func stateWords() []string {
	out := make([]string, len(states))
	for i, s := range states {
		out[i] = s.word
	}
	return out
}
