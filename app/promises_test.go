package app_test

import (
	"slices"
	"testing"
	"time"

	"docket/app"
	"docket/app/desk"
)

// A promise is made offline, stands with both, and goes with its ticket only as
// whoever hands it over says.
func TestAPromiseStandsWithBoth(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	due := time.Now().Add(5 * time.Hour).UTC().Truncate(time.Minute)
	if err := jonas.api.Assign(o.Ticket, "jonas", "", []app.PromiseDecision{}); err != nil {
		t.Fatal(err)
	}
	jonas.offline()
	if err := jonas.api.MakePromise(o.Ticket, "I call you", due.Format(time.RFC3339)); err != nil {
		t.Fatal(err)
	}
	if p := jonas.ticket(o.Ticket).Promises; len(p) != 1 || !p[0].Mine || p[0].State != "" {
		t.Errorf("offline: %+v", p)
	}
	jonas.line.mend()
	jonas.live()
	until(t, "elif reads it", func() bool { return len(elif.ticket(o.Ticket).Promises) == 1 })
	v := elif.ticket(o.Ticket)
	if p := v.Promises[0]; p.Text != "I call you" || p.By != "Jonas Vos" || p.Mine || v.Can.Promise {
		t.Errorf("elif: %+v %+v", p, v.Can)
	}
	if line := v.Entries[len(v.Entries)-1].Line; line != "Jonas Vos promised by "+due.Local().Format("Monday 2 January, 15:04")+": I call you" {
		t.Errorf("the line: %q", line)
	}
	if err := jonas.api.Assign(o.Ticket, "lea", "", []app.PromiseDecision{}); desk.AsError(err).Field != "promises" {
		t.Errorf("handed over unasked: %v", err)
	}
	id := jonas.ticket(o.Ticket).Promises[0].ID
	if err := jonas.api.Assign(o.Ticket, "lea", "", []app.PromiseDecision{{Promise: id, State: "passed"}}); err != nil {
		t.Fatal(err)
	}
	until(t, "elif reads who keeps it now", func() bool { return elif.ticket(o.Ticket).Promises[0].By == "Lea Moor" })
	if err := jonas.api.SettlePromise(o.Ticket, id, "kept", ""); err != nil {
		t.Fatal(err)
	}
	until(t, "elif reads that it is kept", func() bool { return elif.ticket(o.Ticket).Promises[0].State == "kept" })
	noNulls(t, elif.ticket(o.Ticket), jonas.ticket(o.Ticket))
}

// What is put aside is among the snoozed alone, and no customer's copy changes.
func TestWhatIsPutAside(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	if err := jonas.api.Assign(o.Ticket, "jonas", "", []app.PromiseDecision{}); err != nil {
		t.Fatal(err)
	}
	until(t, "elif knows who has it", func() bool { return elif.ticket(o.Ticket).AssigneeName == "Jonas Vos" })
	before := elif.ticket(o.Ticket)
	if err := jonas.api.Snooze(o.Ticket, "", true, "She looks for the log"); err != nil {
		t.Fatal(err)
	}
	in := func(view string) bool {
		page, err := jonas.api.Rows(view, 0, 50)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Rows {
			if r.ID == o.Ticket {
				return true
			}
		}
		return false
	}
	until(t, "it is among the snoozed", func() bool { return in("snoozed") && !in("needs_me") })
	until(t, "the server has it", func() bool {
		items, err := jonas.api.Outbox()
		return err == nil && !slices.ContainsFunc(items, func(it app.OutboxItem) bool { return it.State != "confirmed" })
	})
	if v := jonas.ticket(o.Ticket); v.Row.Turn != "snoozed" || v.Snooze == nil || v.Snooze.Reason != "She looks for the log" {
		t.Errorf("jonas: %q %+v", v.Row.Turn, v.Snooze)
	}
	if after := elif.ticket(o.Ticket); after.LastSeq != before.LastSeq || after.Snooze != nil {
		t.Errorf("elif noticed: %+v, before %+v", after.Row, before.Row)
	}
	if err := elif.api.Reply(o.Ticket, "Here it is.", []string{}, after(elif, o.Ticket), "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	elif.confirmed(o.Ticket, "Here it is.")
	until(t, "it is back", func() bool { return !in("snoozed") && in("needs_me") })
	if v := jonas.ticket(o.Ticket); v.Snooze != nil || v.Row.Turn != "yours" {
		t.Errorf("jonas: %q %+v", v.Row.Turn, v.Snooze)
	}
}

func after(d *desktop, ticket string) int { return d.ticket(ticket).LastSeq }

// What arrives between reading a ticket and reading what was said on it since is
// not taken for what the ticket has already: the promise just made would not be
// there for a moment, and could be handed over unasked.
func TestWhatArrivesMeanwhileIsStillLaid(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	if err := jonas.api.Assign(o.Ticket, "jonas", "", []app.PromiseDecision{}); err != nil {
		t.Fatal(err)
	}
	until(t, "jonas has it", func() bool { return app.Pending(jonas.api) == 0 })
	jonas.offline()
	if err := jonas.api.MakePromise(o.Ticket, "I call you", time.Now().Add(5*time.Hour).UTC().Format(time.RFC3339)); err != nil {
		t.Fatal(err)
	}
	head, err := app.LaidOver(jonas.api, desk.TicketID(o.Ticket), func() {
		jonas.line.mend()
		jonas.live()
		until(t, "elif reads it, and it has arrived", func() bool { return len(elif.ticket(o.Ticket).Promises) == 1 && app.Pending(jonas.api) == 0 })
	})
	if err != nil || len(head.Pledges) != 1 {
		t.Errorf("it has %+v, %v", head.Pledges, err)
	}
}
