package app_test

import (
	"strings"
	"testing"

	"docket/sync/cmd/docketd/runtest"
)

// Somebody of ours who becomes a customer keeps nothing of what we said among
// ourselves, and has it again when they come back.
func TestWhoChangesSidesKeepsNothing(t *testing.T) {
	srv, _, jonas, o := aTicket(t)
	if err := jonas.api.AddNote(o.Ticket, "canarynote", []string{}, []string{}); err != nil {
		t.Fatal(err)
	}
	jonas.confirmed(o.Ticket, "canarynote")
	is := func(role, declared string) {
		t.Helper()
		srv.Redeclare(declared)
		until(t, role, func() bool {
			b := jonas.boot()
			return b.Me != nil && b.Me.Role == role && jonas.has(o.Ticket, "It says 502.")
		})
	}
	is("customer", strings.Replace(runtest.Desk, "role: engineer, departments: [hosting, triage]", "role: customer, memberships: [{org: bakery, access: read}]", 1))
	for range 2 { // the copy, and the copy opened again
		found, err := jonas.api.Find("canarynote")
		if jonas.has(o.Ticket, "canarynote") || err != nil || len(found) > 0 {
			t.Errorf("a customer finds %+v, %v", found, err)
		}
		if v := jonas.ticket(o.Ticket); v.Can.Note || v.Can.Tell || v.Can.Reply {
			t.Errorf("a customer who may read can %+v", v.Can)
		}
		jonas.offline()
		jonas.restart()
		jonas.boot()
	}
	jonas.line.mend()
	is("engineer", runtest.Desk)
	until(t, "the note is back", func() bool { return jonas.has(o.Ticket, "canarynote") })
}
