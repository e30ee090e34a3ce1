package app_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"docket/app"
	"docket/app/desk"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
)

// A customer who looks again or writes is heard of, so that no reminder goes out
// just then; however many keys that takes, it is one commit (BEHAVIOURS 4.13).
func TestWritingIsASignOfLifeAndOneCommit(t *testing.T) {
	var ahead atomic.Int64
	srv := runtest.NewServer(t, "", func(c *run.Config) {
		c.Clock = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	elif, jonas := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	o := elif.opens(newTicket())
	id := desk.TicketID(o.Ticket)
	until(t, "jonas sees it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	if err := jonas.api.Reply(o.Ticket, "Since when?", []string{}, jonas.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "elif is asked", func() bool { return elif.has(o.Ticket, "Since when?") && elif.ticket(o.Ticket).Row.Turn == "yours" })
	write := func() {
		t.Helper()
		for range 20 {
			if err := elif.api.Looking(o.Ticket, true); err != nil {
				t.Fatal(err)
			}
		}
	}
	seen := func() (at time.Time) {
		for _, m := range srv.Ticket(id).Seen {
			if m.Person == "elif" {
				at = m.At
			}
		}
		return at
	}
	if err := errors.Join(elif.api.Focused(true), elif.api.Looking(o.Ticket, false)); err != nil {
		t.Fatal(err)
	}
	until(t, "she has read it", func() bool { return !seen().IsZero() })
	first, version := seen(), srv.Ticket(id).Version
	ahead.Store(int64(13 * time.Hour))
	elif.restartAt(13 * time.Hour)
	elif.live()
	if err := elif.api.Focused(true); err != nil {
		t.Fatal(err)
	}
	write()
	until(t, "she is heard of", func() bool { return seen().After(first) })
	write()
	if err := elif.api.Reply(o.Ticket, "Since noon.", []string{}, elif.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "her answer is there", func() bool { return srv.Ticket(id).Status == desk.InProgress })
	if got := srv.Ticket(id).Version - version; got != 2 {
		t.Errorf("looking, forty keys and an answer changed the ticket %d times, want 2", got)
	}
}
