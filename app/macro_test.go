package app_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"docket/app"
	"docket/sync/cmd/docketd/runtest"
)

const macroDesk = runtest.Desk + `
macros:
  - {id: fixed, title: Fixed, department: hosting, text: "Hello {{requester.first}}, {{ticket.number}} is done. {{me.first}}", then: solved, tags: [Done], assign: me}
  - {id: org, title: Of an organization, text: "Dear {{organization.name}}"}
  - {id: money, title: Money, department: billing, text: Paid}
`

// A macro is filled in from the ticket, offline too, goes out with what it
// brings as one, and a desk that declares it no more takes it away at once.
func TestMacros(t *testing.T) {
	srv, jonas, elif := runtest.NewServer(t, macroDesk), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	o := elif.opens(newTicket())
	elif.confirmed(o.Ticket, "It says 502.")
	until(t, "jonas sees it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	jonas.offline()
	all, err := jonas.api.Macros(o.Ticket)
	if err != nil || len(all) != 2 || all[0].ID != "fixed" || !strings.HasPrefix(all[0].Text, "Hello {{requester.first}}") {
		t.Fatalf("offered %+v, %v", all, err)
	}
	f, err := jonas.api.FillMacro(o.Ticket, "fixed")
	number := jonas.ticket(o.Ticket).Row.Number
	if err != nil || f.Text != "Hello Elif, "+number+" is done. Jonas" || f.Also.Then != "solved" || f.Also.Assign != "jonas" {
		t.Fatalf("filled %+v, %v", f, err)
	}
	if _, err := jonas.api.FillMacro(o.Ticket, "money"); err == nil {
		t.Error("one of another department was filled")
	}
	if err := jonas.api.Reply(o.Ticket, f.Text, []string{}, jonas.ticket(o.Ticket).LastSeq, "", app.Beside{Also: f.Also}); err != nil {
		t.Fatal(err)
	}
	check := func(who string) {
		t.Helper()
		v := jonas.ticket(o.Ticket)
		if v.Row.Status != "solved" || !slices.Equal(v.Row.Tags, []string{"done"}) || v.Row.Owner == nil || !v.Row.Owner.Mine {
			t.Errorf("%s: %+v", who, v.Row)
		}
	}
	check("offline")
	jonas.line.mend()
	jonas.live()
	until(t, "elif has the answer", func() bool { return elif.ticket(o.Ticket).Row.Status == "solved" })
	jonas.confirmed(o.Ticket, f.Text)
	check("confirmed")
	if got, err := elif.api.Macros(o.Ticket); err != nil || len(got) > 0 {
		t.Errorf("a customer is offered macros: %v, %v", got, err)
	}
	if _, err := srv.Apply(context.Background(), strings.NewReader(runtest.Desk)); err != nil {
		t.Fatal(err)
	}
	until(t, "they are gone", func() bool {
		got, err := jonas.api.Macros(o.Ticket)
		return err == nil && len(got) == 0
	})
}

// A macro that names what the ticket has not is refused in a sentence; so is
// one the rules would not let through.
func TestMacrosThatDoNotFit(t *testing.T) {
	srv, jonas, lars := runtest.NewServer(t, macroDesk), newDesktop(t), newDesktop(t)
	lars.signIn(srv.URL, "lars")
	jonas.signIn(srv.URL, "jonas")
	n := newTicket()
	n.Org, n.Refs = "", nil
	o := lars.opens(n)
	lars.confirmed(o.Ticket, "It says 502.")
	until(t, "jonas sees it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	_, err := jonas.api.FillMacro(o.Ticket, "org")
	if err == nil || !strings.Contains(err.Error(), "names the organization, and this ticket has none") {
		t.Errorf("got %v", err)
	}
	if _, err := jonas.api.FillMacro(o.Ticket, "gone"); err == nil {
		t.Error("one that is not there was filled")
	}
}
