package app

import (
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
	"docket/storage/cache"
	"docket/storage/outbox"
)

// FixInfo is what becomes of the trouble behind a ticket. Customers have the
// state, the day and the words.
type FixInfo struct {
	State string `json:"state"` // a desk.FixState
	Due   string `json:"due"`
	Words string `json:"words"`
	// Problem is what the ticket waits for; Waiting are those that wait for this
	// one, and Untold how many are still to be told.
	Problem *LinkInfo  `json:"problem"`
	Waiting []LinkInfo `json:"waiting"`
	Untold  int        `json:"untold"`
}

// mostWaiting is how many of those who wait for a problem are named.
const mostWaiting = 50

func (s *session) fix(r *rower, t *desk.Ticket) *FixInfo {
	f := t.Fix
	if f.State == "" && t.Type != desk.Problem {
		return nil
	}
	v := &FixInfo{State: string(f.State), Due: stamp(f.Due), Words: fixWords(f, r.now), Waiting: []LinkInfo{}, Untold: len(f.Untold)}
	if x, ok := s.linkTo("problem", f.Problem); ok {
		v.Problem = &x
	}
	for _, id := range f.Waiting[:min(len(f.Waiting), mostWaiting)] {
		if x, ok := s.linkTo("waiting", id); ok {
			v.Waiting = append(v.Waiting, x)
		}
	}
	return v
}

// fixWords say what is known of a fix; "" for nothing.
func fixWords(f desk.Fix, now time.Time) string {
	switch f.State {
	case desk.FixPlanned:
		switch {
		case f.Due.IsZero():
			return say("A fix is being worked on")
		case f.Due.Before(now):
			return say("A fix was planned for {day}, and is not there yet", "day", weekday(f.Due))
		}
		return say("A fix is planned for {day}", "day", weekday(f.Due))
	case desk.FixDone:
		return say("The fix is there")
	case desk.FixNone:
		return say("There will be no fix")
	}
	return ""
}

func weekday(t time.Time) string { return say("{at, date, weekday}", "at", t.Local()) }

// fixStory is what a customer reads of a request that waits for its fix alone.
func fixStory(t *desk.Ticket, now time.Time) string {
	works := t.Workaround.Verdict == desk.VerdictWorks
	switch words := fixWords(t.Fix, now); {
	case t.Fix.State == desk.FixPlanned && works:
		return say("{fix}; until then you have a way around it", "fix", words)
	case t.Fix.State == desk.FixPlanned:
		return words
	case works:
		return say("You have a way around it; the fix is pending")
	}
	return ""
}

// SetFix queues what becomes of the fix: planned with a day or without, done,
// none, or "" for a ticket that waits for none.
func (a *API) SetFix(ticket, state, due, words string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		at, err := moment("due", due)
		if err != nil {
			return nil, err
		}
		words, err := text("text", words, maxText)
		if err != nil {
			return nil, err
		}
		switch st := desk.FixState(state); st {
		case "", desk.FixPlanned, desk.FixDone, desk.FixNone:
			return desk.SetFix{State: st, Due: at, Text: words}, nil
		}
		return nil, wrong("state", "That is nothing that can become of a fix.")
	})
}

// WaitForFix queues that a ticket waits for the fix of a problem.
func (a *API) WaitForFix(ticket, problem, words string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		id, err := ticketID(problem)
		if err != nil {
			return nil, err
		}
		words, err := text("text", words, maxText)
		return desk.SetFix{Problem: id, Text: words}, err
	})
}

// OpenProblem queues a new problem of the ticket's department, and that the
// ticket waits for its fix.
func (a *API) OpenProblem(ticket, subject, words string) (Opened, error) {
	s, l, err := a.on(ticket)
	if err != nil {
		return Opened{}, err
	}
	if subject, err = line("subject", subject, maxText); err != nil {
		return Opened{}, err
	}
	if words, err = text("text", words, maxText); err != nil {
		return Opened{}, err
	}
	if err := access.Can(s.me(), &l.ticket, desk.CmdFix); err != nil {
		return Opened{}, err
	}
	o, err := s.opens(desk.Open{
		Subject: subject, Text: "Found with " + numberOf(&l.ticket) + ", " + l.ticket.Subject, Department: l.ticket.Department, Type: desk.Problem,
	}, outbox.Draft{})
	if err != nil {
		return Opened{}, err
	}
	return o, s.queue(s.command(l.ticket.ID, l.confirmed, desk.SetFix{Problem: desk.TicketID(o.Ticket), Text: words}), l, outbox.Draft{})
}

// ProblemChoices gives problems that a ticket could wait for: those found by
// query, or the newest.
func (a *API) ProblemChoices(ticket, query string) ([]MergeChoice, error) {
	s, l, query, rows, err := a.others(ticket, query, func(s *session, _ laid) ([]cache.Row, error) { return s.cache.Problems(maxFound) })
	if err != nil {
		return nil, err
	}
	r := s.rower()
	out := []MergeChoice{}
	add := func(t *desk.Ticket) {
		if t.Type != desk.Problem || query == "" && t.Status.Done() {
			return
		}
		c := MergeChoice{Ticket: string(t.ID), Number: numberOf(t), Subject: t.Subject, Who: r.deptName(t.Department)}
		cmd := s.command(l.ticket.ID, l.confirmed, desk.SetFix{Problem: t.ID})
		if _, err := flow.Decide(desk.State{Ticket: &l.ticket, Place: r.place, Other: t}, cmd, r.me, r.now); err != nil {
			c.Fault = fault(desk.AsError(err))
		}
		out = append(out, c)
	}
	if query == "" {
		for _, x := range s.openings() {
			add(&x.ticket)
		}
	}
	for i := range rows {
		add(&rows[i].Ticket)
	}
	return out, nil
}

func fixLine(e desk.Entry, who string) string {
	said := more(shown(e.Phrase, e.Text))
	if e.From != "" {
		said += ". " + say("{n, plural, one {The one request that waits for it is} other {The {n} requests that wait for it are}} told", "n", e.From)
	}
	switch desk.FixState(e.To) {
	case desk.FixPlanned:
		if e.Until.IsZero() {
			return say("{who} told that a fix is being worked on", "who", who) + said
		}
		return say("{who} told that a fix is planned for {day}", "who", who, "day", weekday(e.Until)) + said
	case desk.FixDone:
		return say("{who} told that the fix is there", "who", who) + said
	case desk.FixNone:
		return say("{who} told that there will be no fix", "who", who) + said
	}
	return say("{who} told that this waits for no fix any more", "who", who) + said
}

func (r *rower) fixWaitsLine(t *desk.Ticket, e desk.Entry, who string) string {
	other := or(r.otherOf(t, e), say("another one"))
	if e.From != "" {
		return say("{who} noted that {other} waits for this no longer", "who", who, "other", other)
	}
	return say("{who} noted that {other} waits for this", "who", who, "other", other)
}
