package app_test

import (
	"testing"

	"docket/app"
	"docket/sync/cmd/docketd/runtest"
)

// Thanks for what is solved leave it solved, offline as at the server, call
// nobody, and can be taken back by who wrote them.
func TestThanksLeaveItSolved(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	o := elif.opens(newTicket())
	elif.confirmed(o.Ticket, "It says 502.")
	until(t, "jonas sees it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	if err := jonas.api.Reply(o.Ticket, "Mended.", []string{}, jonas.ticket(o.Ticket).LastSeq, "solved", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "elif sees it solved", func() bool { return elif.ticket(o.Ticket).Row.Status == "solved" })
	elif.offline()
	if err := elif.api.Reply(o.Ticket, "Thank you, Jonas!", []string{}, elif.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	check := func(who string) {
		t.Helper()
		v := elif.ticket(o.Ticket)
		last := v.Entries[len(v.Entries)-1]
		if v.Row.Status != "solved" || last.Text != "Thank you, Jonas!" || !last.Thanks {
			t.Errorf("%s: %s, %+v", who, v.Row.Status, last)
		}
	}
	check("offline")
	elif.line.mend()
	elif.live()
	until(t, "jonas reads it", func() bool { return jonas.has(o.Ticket, "Thank you, Jonas!") })
	v := jonas.ticket(o.Ticket)
	if last := v.Entries[len(v.Entries)-1]; v.Row.Status != "solved" || last.Thanks {
		t.Errorf("jonas: %s, %+v", v.Row.Status, last)
	}
	elif.confirmed(o.Ticket, "Thank you, Jonas!")
	check("confirmed")
	if err := elif.api.Reopen(o.Ticket, "not_solved"); err != nil {
		t.Fatal(err)
	}
	until(t, "jonas has it again", func() bool {
		v := jonas.ticket(o.Ticket)
		return v.Row.Status == "in_progress" && v.Entries[len(v.Entries)-1].Line == "Elif Brandt opened this again: it is not solved"
	})
	for _, e := range elif.ticket(o.Ticket).Entries {
		if e.Thanks {
			t.Errorf("it is open, and this is still there to be taken back: %+v", e)
		}
	}
}
