package app_test

import (
	"testing"

	"docket/app"
	"docket/app/desk"
)

// Staff and customers count the conversation differently, and mean the same
// message when one of them takes it up; a note has no name for it.
func TestAMessageTakesUpAnother(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	if err := jonas.api.AddNote(o.Ticket, "canary-note", []string{}, []string{}); err != nil {
		t.Fatal(err)
	}
	jonas.confirmed(o.Ticket, "canary-note")
	say := func(d *desktop, text string, b app.Beside) error {
		return d.api.Reply(o.Ticket, text, []string{}, d.ticket(o.Ticket).LastSeq, "", b)
	}
	if n, _ := entry(jonas.ticket(o.Ticket), "canary-note"); n.Ref != 0 {
		t.Errorf("a note can be named: %d", n.Ref)
	}
	first, _ := entry(jonas.ticket(o.Ticket), "It says 502.")
	if err := say(jonas, "Since when?", app.Beside{Refers: first.Ref}); err != nil {
		t.Fatal(err)
	}
	jonas.confirmed(o.Ticket, "Since when?")
	until(t, "elif reads it", func() bool { return elif.has(o.Ticket, "Since when?") })
	asked, _ := entry(elif.ticket(o.Ticket), "Since when?")
	if a := asked.About; a == nil || !a.Me || a.Text != "It says 502." || a.Corrects {
		t.Fatalf("elif: about %+v", a)
	}

	elif.offline()
	if err := say(elif, "Mine too", app.Beside{Refers: asked.Ref, Corrects: true}); code(err) != desk.CodeInvalid {
		t.Errorf("correcting somebody else: %v", err)
	}
	own, _ := entry(elif.ticket(o.Ticket), "It says 502.")
	if err := say(elif, "It says 503.", app.Beside{Refers: own.Ref, Corrects: true}); err != nil {
		t.Fatal(err)
	}
	if e, _ := entry(elif.ticket(o.Ticket), "It says 503."); e.About == nil || !e.About.Corrects || e.Ref != 0 {
		t.Errorf("offline: %+v", e)
	}
	elif.line.mend()
	elif.live()
	until(t, "jonas reads the correction", func() bool {
		e, n := entry(jonas.ticket(o.Ticket), "It says 503.")
		return n == 1 && e.About != nil && e.About.Corrects && e.About.Name == "Elif Brandt" && e.About.Ref == first.Ref
	})
	noNulls(t, elif.ticket(o.Ticket).Asks)
}
