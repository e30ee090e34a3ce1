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
	for _, bad := range []string{"", "K7", "O7-QM4", "K7-QM44", "K7-MQ4S"} {
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
	// The engineer's network is down as well: what they note waits here, and says so.
	jonas.offline()
	second := call
	second.Text = "She called again"
	id := runtest.UUID()
	for range 2 {
		if _, err := jonas.api.NoteCall(id, code, second); err != nil {
			t.Fatal(err)
		}
	}
	all, err := jonas.api.WaitingCalls()
	if err != nil || len(all) != 2 || !all[0].Here || all[0].Fault != nil || all[0].Text != "She called again" || all[0].Line != "You took a call from Elif" || all[1].Here {
		t.Errorf("offline: %+v, %v", all, err)
	}
	items, err := jonas.api.Outbox()
	if err != nil || len(items) != 2 || items[1].Title != "Call under "+code+", Elif" || items[1].Ticket != "" || items[1].State != "queued" {
		t.Errorf("outbox: %+v, %v", items, err)
	}
	dropped := runtest.UUID()
	if _, err := jonas.api.NoteCall(dropped, "22-222", second); err != nil {
		t.Fatal(err)
	}
	if err := jonas.api.DiscardItem(dropped); err != nil {
		t.Fatal(err)
	}
	if err := jonas.api.PutCall(all[1].ID, ""); desk.AsError(err) == nil || desk.AsError(err).Code != desk.CodeOffline {
		t.Errorf("put offline: %v", err)
	}
	jonas.line.mend()
	elif.line.mend()
	elif.live()
	jonas.live()
	until(t, "both read it", func() bool {
		return elif.has(o.Ticket, "She read me the lights") && jonas.has(o.Ticket, "She read me the lights") && elif.has(o.Ticket, "She called again")
	})
	until(t, "nothing is on its way", func() bool {
		all, err := jonas.api.WaitingCalls()
		items, bad := jonas.api.Outbox()
		return err == nil && bad == nil && len(all) == 0 && len(items) == 2 && items[1].State == "confirmed"
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

// A code is looked at while it is typed (BEHAVIOURS N4).
func TestACodeIsLookedAt(t *testing.T) {
	d := newDesktop(t)
	for code, want := range map[string]string{
		"k7-qm4s": "", "K7 QM4": "old", "K7-MQ4S": "This code does not fit together: a letter was misheard, or two were swapped.",
		"K0": "“0” is in no code. A code has no 0, 1, I, L and O.", "K7-": "short", "": "short", "K7-QM44S": "A code has six letters and digits.",
	} {
		got, err := d.api.CheckCode(code)
		said := ""
		if got.Fault != nil {
			said = got.Fault.Message
		} else if got.Old {
			said = "old"
		} else if got.Short {
			said = "short"
		}
		if err != nil || said != want {
			t.Errorf("%q: %q, %v", code, said, err)
		}
	}
}
