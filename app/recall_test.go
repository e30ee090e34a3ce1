package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app"
	"docket/sync/cmd/docketd/runtest"
)

// A message can be taken back for as long as the department says, and has not
// left this computer until then; quitting lets it go.
func TestAMessageCanBeTakenBack(t *testing.T) {
	held := strings.ReplaceAll(runtest.Desk, "recall_seconds: 0", "recall_seconds: 100")
	srv := runtest.NewServer(t, held)
	elif, jonas := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	o := elif.opens(newTicket())
	elif.confirmed(o.Ticket, "It says 502.") // an opening waits for nothing
	until(t, "jonas sees it", func() bool { return jonas.has(o.Ticket, "It says 502.") })

	say := func(d *desktop, text string) app.EntryView {
		t.Helper()
		if err := d.api.Reply(o.Ticket, text, []string{}, d.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
			t.Fatal(err)
		}
		e, n := entry(d.ticket(o.Ticket), text)
		if n != 1 || e.Receipt == nil || e.Receipt.State != "queued" || e.Outbox == "" {
			t.Fatalf("%q stands there %d times: %+v", text, n, e)
		}
		return e
	}
	e := say(elif, "Never mnid.")
	goes, err := time.Parse(time.RFC3339, e.Receipt.Until)
	if left := time.Until(goes); err != nil || left < 90*time.Second || left > 100*time.Second {
		t.Errorf("goes out %q, in %s", e.Receipt.Until, left)
	}
	if !strings.HasPrefix(e.Receipt.Waits, "goes out at ") {
		t.Errorf("waits: %q", e.Receipt.Waits)
	}
	d, err := elif.api.EditItem(e.Outbox)
	if err != nil || d.Text != "Never mnid." {
		t.Fatalf("taken back: %+v %v", d, err)
	}
	if _, n := entry(elif.ticket(o.Ticket), "Never mnid."); n != 0 {
		t.Error("it stands there still")
	}

	say(elif, "Never mind.")
	if elif.p.Unsent() == "" {
		t.Error("nothing is said of what waits")
	}
	elif.p.LetGo(20 * time.Second)
	if s := elif.p.Unsent(); s != "" {
		t.Errorf("after letting go: %q", s)
	}
	elif.confirmed(o.Ticket, "Never mind.")
	until(t, "jonas reads it once, and nothing of the first", func() bool { return jonas.has(o.Ticket, "Never mind.") })
	if jonas.has(o.Ticket, "Never mnid.") {
		t.Error("what was taken back arrived")
	}

	// Offline it stays, and is free to be changed, for as long as it takes.
	elif.offline()
	say(elif, "Offline.")
	elif.p.LetGo(0)
	items, err := elif.api.Outbox()
	if err != nil || !slices.ContainsFunc(items, func(i app.OutboxItem) bool { return i.Text == "Offline." && slices.Contains(i.Actions, "edit") }) {
		t.Errorf("outbox %+v %v", items, err)
	}
}
