package app_test

import (
	"testing"
	"time"

	"docket/app"
	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// The customer's network is down: they read their code on the telephone, the
// engineer notes the call under it, and once the network is back both read it
// in the request (BEHAVIOURS N4).
func TestACallDuringTheOutage(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas, lea := newDesktop(t), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	lea.signIn(srv.URL, "lea")
	elif.offline()
	o := elif.opens(app.NewTicket{Subject: "No internet", Text: "Nothing works", Department: "hosting"})
	code := elif.ticket(o.Ticket).Row.Number
	call := app.CallLog{Name: "Elif", Started: time.Now().Add(-time.Minute).UTC().Format(time.RFC3339), Text: "She read me the lights"}
	note := func(code string) error {
		_, err := jonas.api.NoteCall(runtest.UUID(), code, call)
		return err
	}
	for _, bad := range []string{"", "K7", "O7-QM4", "K7-QM44"} {
		if err := note(bad); desk.AsError(err) == nil || desk.AsError(err).Code != desk.CodeInvalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if err := note(code); err != nil {
		t.Fatal(err)
	}
	until(t, "lea sees that it waits", func() bool {
		all, err := lea.api.WaitingCalls()
		return err == nil && len(all) == 1 && all[0].Code == code && all[0].Line == "Jonas Vos took a call from Elif" && !all[0].Long
	})
	jonas.offline()
	if err := note("22-222"); desk.AsError(err) == nil || desk.AsError(err).Code != desk.CodeOffline {
		t.Errorf("offline: %v", err)
	}
	jonas.line.mend()
	elif.line.mend()
	elif.live()
	jonas.live()
	until(t, "both read it", func() bool {
		return elif.has(o.Ticket, "She read me the lights") && jonas.has(o.Ticket, "She read me the lights")
	})
	until(t, "it waits no more", func() bool { all, err := lea.api.WaitingCalls(); return err == nil && len(all) == 0 })
	if all, err := elif.api.WaitingCalls(); err != nil || len(all) != 0 {
		t.Errorf("a customer reads %+v, %v", all, err)
	}
	// What is here already has it at once.
	on, err := jonas.api.NoteCall(runtest.UUID(), code, call)
	if err != nil || on != o.Ticket {
		t.Errorf("on %q, %v", on, err)
	}
	noNulls(t, elif.ticket(o.Ticket))
}
