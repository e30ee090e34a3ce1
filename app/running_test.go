package app_test

import (
	"testing"

	"docket/app"
	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// The number on the program counts what needs its person, and nothing else that
// is unread; closing keeps it running if they want that, and quitting ends it.
func TestTheBadgeCountsWhatNeedsMe(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas := newDesktop(t), newDesktop(t)
	if jonas.p.Stays() {
		t.Error("it stays though nobody is signed in")
	}
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	o := elif.opens(newTicket())
	until(t, "jonas has it, unread", func() bool { return jonas.has(o.Ticket, "It says 502.") && jonas.ticket(o.Ticket).Row.Unread })
	if err := jonas.api.Assign(o.Ticket, "jonas", "", []app.PromiseDecision{}); err != nil {
		t.Fatal(err)
	}
	until(t, "it needs jonas", func() bool { return jonas.shell.named() == "(1) Docket" })
	jonas.writes(o.Ticket, "Which browser is it?")
	if err := jonas.api.SetStatus(o.Ticket, "waiting_customer", "", ""); err != nil {
		t.Fatal(err)
	}
	until(t, "it is elif’s turn", func() bool { return jonas.shell.named() == "Docket" && elif.shell.named() == "(1) Docket" })

	s := jonas.boot().Settings
	if s.Stay || jonas.p.Stays() {
		t.Error("it stays unasked")
	}
	s.Stay = true
	if err := jonas.api.SaveSettings(s); err != nil || !jonas.p.Stays() {
		t.Errorf("it does not stay: %v", err)
	}
	if err := jonas.api.Quit(); err != nil || jonas.p.Stays() {
		t.Errorf("it stays though its person quit: %v", err)
	}
	if jonas.p.Stayed(); !jonas.p.Stays() {
		t.Error("they thought better, and closing ends it")
	}
	if err := jonas.api.StartWithSession(true); code(err) != desk.CodeInvalid {
		t.Errorf("nothing here starts it: %v", err)
	}
}
