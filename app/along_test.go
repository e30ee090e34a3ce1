package app_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"docket/app"
	"docket/app/desk"
)

// What somebody has is taken along with its files and those of what the same
// person asked before; colleagues see it, go on with it, and it is said.
func TestTicketsAreTakenAlong(t *testing.T) {
	srv, elif, jonas, o := aTicket(t)
	lea := newDesktop(t)
	lea.signIn(srv.URL, "lea")
	earlier := newTicket()
	earlier.Subject, earlier.Files = "Long ago", []string{elif.file("old.txt", "an old file")}
	before := elif.opens(earlier)
	elif.confirmed(before.Ticket, "It says 502.")
	if err := elif.api.Reply(o.Ticket, "See the log", []string{elif.file("log.txt", "a log")}, 99, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "jonas has both", func() bool { return jonas.has(o.Ticket, "See the log") && jonas.has(before.Ticket, "It says 502.") })
	if err := jonas.api.Assign(o.Ticket, "jonas", "", nil); err != nil {
		t.Fatal(err)
	}
	if err := jonas.api.CloseTicket(before.Ticket, "done", "", false); err != nil {
		t.Fatal(err)
	}
	until(t, "it is his", func() bool { v := along(t, jonas); return v.Tickets == 1 && v.Files == 2 })
	if v := along(t, jonas); v.Missing != 2 || v.Along != 0 || !v.Whole || v.Bytes == 0 {
		t.Errorf("before: %+v", v)
	}
	when := time.Now().Add(5 * time.Hour).UTC().Truncate(time.Minute).Format(time.RFC3339)
	if err := jonas.api.TakeAlong(when, "on the train"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := jonas.api.FetchAlong(); err != nil {
			t.Fatal(err)
		}
	}
	if v := along(t, jonas); v.Along != 1 || v.Missing != 0 || v.Where != "on the train" {
		t.Errorf("taken along: %+v", v)
	}
	until(t, "lea sees it", func() bool {
		a := lea.ticket(o.Ticket).Along
		return a != nil && a.Name == "Jonas Vos" && !a.Mine && a.Until == when && a.Where == "on the train"
	})
	if v := elif.ticket(o.Ticket); v.Along != nil {
		t.Error("a customer sees it")
	}

	// Offline, everything is there: what is said, and the files.
	jonas.offline()
	if n := jonas.ticket(o.Ticket); len(n.Entries) == 0 || !jonas.has(before.Ticket, "It says 502.") {
		t.Error("not whole offline")
	}
	if v := along(t, jonas); v.Missing != 0 {
		t.Errorf("offline: %+v", v)
	}
	if err := lea.api.GoOn(o.Ticket); err != nil {
		t.Fatal(err)
	}
	until(t, "it is over for lea", func() bool { return lea.ticket(o.Ticket).Along == nil })
	jonas.line.mend()
	jonas.live()
	until(t, "jonas is told", func() bool {
		return said(jonas.ticket(o.Ticket), "went_on") == "Lea Moor went on with this while Jonas Vos had it along"
	})
	noNulls(t, lea.ticket(o.Ticket), along(t, jonas))
}

// Nothing is taken out of the shared queue by somebody who is offline, nor by
// taking along (BEHAVIOURS 4.6).
func TestTheQueueIsNotTakenAlong(t *testing.T) {
	srv, _, jonas, o := aTicket(t)
	until(t, "it waits", func() bool { return jonas.rows("unassigned").Total == 1 })
	if err := jonas.api.TakeAlong(time.Now().Add(time.Hour).Format(time.RFC3339), ""); err != nil {
		t.Fatal(err)
	}
	jonas.offline()
	err := jonas.api.Assign(o.Ticket, "jonas", "", nil)
	if e := desk.AsError(err); e == nil || e.Code != desk.CodeOffline || !strings.Contains(e.Message, "The queue is shared") || e.Hint == "" {
		t.Errorf("taking it offline: %v", err)
	}
	if items, err := jonas.api.Outbox(); err != nil || len(items) != 0 {
		t.Errorf("in the outbox: %+v, %v", items, err)
	}
	jonas.line.mend()
	jonas.live()
	if h := srv.Ticket(desk.TicketID(o.Ticket)); h.Assignee != "" || h.Along.By != "" {
		t.Errorf("claimed: %+v", h)
	}
	if err := jonas.api.Assign(o.Ticket, "jonas", "", nil); err != nil {
		t.Errorf("live again: %v", err)
	}
}

func along(t *testing.T, d *desktop) app.AlongView {
	t.Helper()
	v, err := d.api.Along()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// file attaches a file and gives its hash.
func (d *desktop) file(name, content string) string {
	d.t.Helper()
	f, err := d.api.AddFile(name, base64.StdEncoding.EncodeToString([]byte(content)))
	if err != nil {
		d.t.Fatal(err)
	}
	return f.Hash
}
