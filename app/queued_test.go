package app_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app"
	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// A call told offline stands there as it will once the server has it: the
// voicemail, its message and the note, of which the customer gets two.
func TestACallToldOffline(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	jonas.offline()
	call := app.CallLog{With: "elif", Number: "+49 30 12", Direction: "out", Outcome: "voicemail", Minutes: 1}
	call.Started = time.Now().Add(-time.Minute).UTC().Format(time.RFC3339)
	var e *desk.Error
	if err := jonas.api.LogCall(o.Ticket, call, 1); !errors.As(err, &e) || e.Field != "text" || !strings.Contains(e.Message, "needs a message") {
		t.Fatalf("a voicemail without a message: %v", err)
	}
	call.Text, call.Note = "I left you a voicemail.", "canary-note"
	if err := jonas.api.LogCall(o.Ticket, call, 1); err != nil {
		t.Fatal(err)
	}
	told := func(d *desktop) string {
		var out []string
		for _, e := range d.ticket(o.Ticket).Entries {
			out = append(out, e.Text+e.Line)
		}
		return strings.Join(out, " / ")
	}
	want := "It says 502. / You called Elif Brandt (+49 30 12) and left a voicemail / I left you a voicemail. / canary-note / You took this"
	if got := told(jonas); got != want {
		t.Errorf("offline: %s", got)
	}
	if v := jonas.ticket(o.Ticket); v.Row.Status != "waiting_customer" || !v.Can.Tell {
		t.Errorf("offline it is %s, can tell %v", v.Row.Status, v.Can.Tell)
	}
	jonas.line.mend()
	if err := jonas.api.TryNow(); err != nil {
		t.Fatal(err)
	}
	jonas.confirmed(o.Ticket, "I left you a voicemail.")
	if got := told(jonas); got != want {
		t.Errorf("at the server: %s", got)
	}
	until(t, "elif reads it", func() bool { return elif.has(o.Ticket, "I left you a voicemail.") })
	want = "It says 502. / Jonas Vos called you and left a voicemail / I left you a voicemail. / Jonas Vos took this"
	if got := told(elif); got != want {
		t.Errorf("the customer reads: %s", got)
	}
	if elif.ticket(o.Ticket).Can.Tell {
		t.Error("the customer may tell of calls")
	}
}

// A message that goes with a voicemail waits like any other when something
// newer came; it can go out or be dropped, and a call cannot be written anew.
func TestAHeldVoicemail(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	if err := elif.api.Reply(o.Ticket, "It is back.", []string{}, 1, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "jonas has the second", func() bool { return jonas.has(o.Ticket, "It is back.") })
	call := app.CallLog{
		With: "elif", Direction: "out", Outcome: "voicemail", Started: time.Now().Add(-time.Minute).UTC().Format(time.RFC3339),
		Text: "I left you a voicemail.", Note: "canary-note",
	}
	if err := jonas.api.LogCall(o.Ticket, call, 1); err != nil {
		t.Fatal(err)
	}
	item := func() app.OutboxItem {
		items, err := jonas.api.Outbox()
		if err != nil || len(items) == 0 {
			t.Fatal(items, err)
		}
		return items[len(items)-1]
	}
	until(t, "it is held", func() bool { return item().State == "held" })
	it := item()
	if !slices.Equal(it.Actions, []string{"discard", "send_anyway"}) || !strings.Contains(it.Text, "canary-note") {
		t.Errorf("the item: %+v", it)
	}
	v, err := jonas.api.Held(it.ID)
	if err != nil || v.Mine.Text != "I left you a voicemail." || v.CanEdit || v.CanNote || len(v.Theirs) != 1 {
		t.Errorf("held: %+v %v", v, err)
	}
	if err := jonas.api.SendAnyway(it.ID); err != nil {
		t.Fatal(err)
	}
	until(t, "elif reads it", func() bool { return elif.has(o.Ticket, "I left you a voicemail.") })
}

// What a waiting reply will do is told by the reply alone, as it will be once
// the server has it.
func TestAQueuedReplyIsToldOnce(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	if err := jonas.api.Reply(o.Ticket, "Try again.", []string{}, 1, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "elif has the answer", func() bool { return elif.has(o.Ticket, "Try again.") })
	elif.offline()
	if err := elif.api.Reply(o.Ticket, "Still 502.", []string{}, elif.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	told := func() string {
		var out []string
		for _, e := range elif.ticket(o.Ticket).Entries {
			out = append(out, e.Text+e.Line)
		}
		return strings.Join(out, " / ")
	}
	want := "It says 502. / Try again. / Jonas Vos took this / Still 502."
	if got := told(); got != want {
		t.Errorf("offline: %s", got)
	}
	elif.line.mend()
	if err := elif.api.TryNow(); err != nil {
		t.Fatal(err)
	}
	elif.confirmed(o.Ticket, "Still 502.")
	if got := told(); got != want {
		t.Errorf("at the server: %s", got)
	}
}

// Ending between the two must not leave a ticket read here and nowhere else.
func TestAReadMarkIsQueuedBeforeItIsShown(t *testing.T) {
	_, _, jonas, o := aTicket(t)
	unread := make(chan bool, 100)
	hear := func() { // under the outbox's lock: only the cache may be asked
		views, err := jonas.api.Views()
		unread <- err != nil || slices.ContainsFunc(views, func(v app.ViewInfo) bool { return v.Unread > 0 })
	}
	jonas.disk.writes.Store(&hear)
	if err := errors.Join(jonas.api.Focused(true), jonas.api.Looking(o.Ticket, false)); err != nil {
		t.Fatal(err)
	}
	jonas.disk.writes.Store(nil)
	if !<-unread {
		t.Error("the read mark went into the cache before it was queued")
	}
	if jonas.ticket(o.Ticket).Row.Unread {
		t.Error("what was looked at is still unread")
	}
}

// The outbox keeps what was confirmed for two weeks. A list must not look at
// each of these tickets again every time it is drawn.
func TestWhatHasArrivedIsNotPending(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif := newDesktop(t)
	elif.signIn(srv.URL, "elif")
	var tickets []string
	for range 3 {
		o := elif.opens(newTicket())
		elif.confirmed(o.Ticket, "It says 502.")
		if err := elif.api.Reply(o.Ticket, "Still 502.", nil, elif.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
			t.Fatal(err)
		}
		elif.confirmed(o.Ticket, "Still 502.")
		tickets = append(tickets, o.Ticket)
	}
	pending := func(want int) func() bool { return func() bool { return app.Pending(elif.api) == want } }
	until(t, "nothing is pending", pending(0))
	elif.offline()
	if err := elif.api.Reply(tickets[1], "And now?", nil, elif.ticket(tickets[1]).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	if n := app.Pending(elif.api); n != 1 {
		t.Errorf("with one reply queued %d tickets are pending", n)
	}
	elif.restart()
	elif.boot()
	if n := app.Pending(elif.api); n != 1 {
		t.Errorf("after a restart %d tickets are pending", n)
	}
	elif.line.mend()
	elif.live()
	elif.confirmed(tickets[1], "And now?")
	until(t, "nothing is pending in the end", pending(0))
}
