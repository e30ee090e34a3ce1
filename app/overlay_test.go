package app_test

import (
	"testing"

	"docket/app"
	"docket/app/desk"
)

// TestLaidOnIsLaidAnew: what is pending on a ticket is laid on from where it
// was the last time. After every command, a discarded one, one that the server
// answers otherwise and changes by others it stands as if laid anew.
func TestLaidOnIsLaidAnew(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	same := func(what string, d *desktop) {
		t.Helper()
		d.ticket(o.Ticket)
		if _, err := d.api.Views(); err != nil {
			t.Fatal(err)
		}
		if !app.LaidAnew(d.api, desk.TicketID(o.Ticket)) {
			t.Errorf("%s: it stands otherwise than laid anew", what)
		}
	}
	do := func(what string, d *desktop, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(what, err)
		}
		same(what, d)
	}
	same("nothing pending", jonas)
	jonas.offline()
	do("a reply", jonas, jonas.api.Reply(o.Ticket, "We look.", nil, 1, "", app.Beside{}))
	do("a note", jonas, jonas.api.AddNote(o.Ticket, "the disk", nil, nil))
	do("a priority", jonas, jonas.api.SetPriority(o.Ticket, "high", "the shop is down", ""))
	do("a tag", jonas, jonas.api.SetTags(o.Ticket, []string{"disk"}, nil))
	do("another reply", jonas, jonas.api.Reply(o.Ticket, "It is the disk.", nil, 1, "", app.Beside{}))
	items, err := jonas.api.Outbox()
	if err != nil || len(items) == 0 {
		t.Fatal(items, err)
	}
	do("one discarded", jonas, jonas.api.DiscardItem(items[0].ID))
	// What the customer says meanwhile holds the replies.
	if err := elif.api.Reply(o.Ticket, "And now it says 503.", nil, 1, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	elif.confirmed(o.Ticket, "And now it says 503.")
	jonas.line.mend()
	if err := jonas.api.TryNow(); err != nil {
		t.Fatal(err)
	}
	until(t, "what the customer said comes", func() bool {
		same("while it comes", jonas)
		return jonas.has(o.Ticket, "And now it says 503.")
	})
	until(t, "nothing waits", func() bool {
		same("while it settles", jonas)
		return !jonas.ticket(o.Ticket).Row.Queued
	})
	same("settled", jonas)
	// The held one stays while the ticket goes on beneath it.
	if err := elif.api.Reply(o.Ticket, "Now it is 504.", nil, 2, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "what comes later comes beneath it", func() bool {
		same("with one held", jonas)
		return jonas.has(o.Ticket, "Now it is 504.")
	})
	if !jonas.ticket(o.Ticket).Row.Attention {
		t.Error("none is held")
	}
}
