package app_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"docket/app"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
)

// Somebody is merged while their computer is offline with something queued: it
// comes back as the other, with the requests of both, and what was queued goes
// out once. The team reads whom they were.
func TestMergedWhileOffline(t *testing.T) {
	srv := runtest.NewServer(t, "")
	lars, elif, jonas := newDesktop(t), newDesktop(t), newDesktop(t)
	lars.signIn(srv.URL, "lars")
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	theirs := lars.opens(app.NewTicket{Subject: "Disk", Text: "It is full", Department: "hosting", Org: "studio"})
	own := elif.opens(app.NewTicket{Subject: "Mail", Text: "It bounces", Department: "hosting"})
	until(t, "both are there", func() bool { return jonas.has(theirs.Ticket, "It is full") && jonas.has(own.Ticket, "It bounces") })
	lars.confirmed(theirs.Ticket, "It is full") // what they have not seen would hold the reply
	lars.offline()
	if err := lars.api.Reply(theirs.Ticket, "written offline", nil, 99, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if _, err := run.MergePerson(ctx, srv.Ledger, "lars", "elif", time.Now()); err != nil {
		t.Fatal(err)
	}
	srv.Hub.RightsChanged()
	lars.line.mend()
	lars.live()
	until(t, "the queued text has arrived", func() bool { return elif.has(theirs.Ticket, "written offline") })
	until(t, "they are one", func() bool { return lars.boot().Me.ID == "elif" && lars.has(own.Ticket, "It bounces") })
	n := 0
	for _, e := range lars.ticket(theirs.Ticket).Entries {
		if e.Text == "written offline" {
			n++
		}
	}
	if n > 1 {
		t.Errorf("it is there %d times", n)
	}
	if v := jonas.ticket(theirs.Ticket); v.Requester.ID != "elif" || !slices.Equal(v.Requester.Also, []string{"Lars Lund"}) || !slices.Contains(v.Requester.Reach, "lars@lund.example") {
		t.Errorf("the team reads %+v", v.Requester)
	}
	if v := elif.ticket(theirs.Ticket); len(v.Requester.Also) != 0 {
		t.Errorf("customers read %+v", v.Requester)
	}
	// Signing in again on the same computer is no other person's.
	lars.signIn(srv.URL, "elif")
	if !lars.has(theirs.Ticket, "written offline") {
		t.Error("the copy is gone")
	}
	if _, err := run.UnmergePerson(ctx, srv.Ledger, "lars", time.Now()); err != nil {
		t.Fatal(err)
	}
	srv.Hub.RightsChanged()
	until(t, "it is no request of theirs", func() bool { return !elif.has(theirs.Ticket, "written offline") })
	noNulls(t, jonas.ticket(theirs.Ticket))
}
