package app_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app"
	"docket/app/notify"
	"docket/sync/cmd/docketd/runtest"
)

// ladder is the small desk with a path: Petra is called to emergencies of
// Hosting, where she does not work, and Ada to its escalations.
var ladder = strings.NewReplacer("name: Hosting, entry: direct,", `name: Hosting, entry: direct,
     rota: {zone: UTC, on_call: [{name: On-call engineer, duty: [{person: petra}]}], escalation: [{name: Duty manager, phone: "+31 20 555 01 70", named: true, duty: [{person: ada, phone: "+31 6 1234"}]}]},`,
	`phone: "+31 20 555 01 00"}`, `phone: "+31 20 555 01 00"}
phones:
  - {number: "+31 20 555 01 00", country: nl, languages: [nl, en], menu: Press 2}
  - {number: "+33 1 55 01", country: fr, languages: [fr]}`).Replace(runtest.Desk)

func called(d *desktop, title string) bool {
	return slices.ContainsFunc(d.screen.all(), func(n notify.Toast) bool { return n.Title == title && n.Urgent })
}

// A customer asks for somebody higher up, also offline; whoever has it says so
// by name, and the customer reads it.
func TestAnEscalationIsAcknowledgedByName(t *testing.T) {
	srv := runtest.NewServer(t, ladder)
	elif, jonas, ada := newDesktop(t), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	ada.signIn(srv.URL, "ada")
	o := elif.opens(newTicket())
	elif.confirmed(o.Ticket, "It says 502.")
	until(t, "jonas sees it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	if err := jonas.api.Assign(o.Ticket, "jonas", "", nil); err != nil {
		t.Fatal(err)
	}
	until(t, "elif reads who has it", func() bool { return elif.ticket(o.Ticket).AssigneeName == "Jonas Vos" })

	elif.offline()
	if err := elif.api.Escalate(o.Ticket, "We wait since Friday", ""); err != nil {
		t.Fatal(err)
	}
	if e := elif.ticket(o.Ticket).Escalation; e == nil || !e.Waits || !e.Open || e.Told.By != "" {
		t.Errorf("offline: %+v", e)
	}
	path := elif.ticket(o.Ticket).Path
	want := []app.PathStep{
		{Name: "Who has it", Who: "Jonas Vos", There: true},
		{Name: "Duty manager", Who: "Ada Root", Phone: "+31 20 555 01 70", Dial: "tel:+31205550170", There: true, Here: true},
	}
	if !slices.Equal(path, want) {
		t.Errorf("the path is\n%+v, want\n%+v", path, want)
	}
	elif.line.mend()
	elif.live()
	until(t, "the duty manager is called", func() bool { return called(ada, "Escalated to you") })
	until(t, "and the engineer", func() bool { return called(jonas, "Escalated to you") })
	v := ada.ticket(o.Ticket)
	if v.Row.Called != "escalated" || !v.Can.Acknowledge || !v.Can.Deescalate || len(v.Escalation.Told.Told) != 2 || v.Path[1].Own != "+31 6 1234" {
		t.Errorf("the manager reads %+v, %+v, %+v", v.Row, v.Escalation, v.Path)
	}
	if rows := ada.rows("called").Rows; len(rows) != 1 || rows[0].ID != o.Ticket {
		t.Errorf("the list of what is escalated: %+v", rows)
	}
	if err := ada.api.Acknowledge(o.Ticket); err != nil {
		t.Fatal(err)
	}
	until(t, "elif reads who has it", func() bool {
		e := elif.ticket(o.Ticket).Escalation
		return e != nil && e.Told.By == "Ada Root" && e.Told.AckedAt != "" && !e.Waits
	})
	if e := elif.ticket(o.Ticket).Escalation; len(e.Told.Told) > 0 {
		t.Errorf("a customer reads who was told: %+v", e.Told)
	}
	if jonas.ticket(o.Ticket).Can.Acknowledge {
		until(t, "jonas has nothing to acknowledge", func() bool { return !jonas.ticket(o.Ticket).Can.Acknowledge })
	}
	if err := ada.api.Deescalate(o.Ticket, "Refund agreed"); err != nil {
		t.Fatal(err)
	}
	until(t, "elif reads what came of it", func() bool {
		e := elif.ticket(o.Ticket).Escalation
		return !e.Open && e.Outcome == "Refund agreed"
	})
	until(t, "it is out of the list", func() bool { return len(ada.rows("called").Rows) == 0 })
}

// Who is on duty and away: the team reads that and whom a call reaches instead,
// with the number of that one; a customer reads the rota and no absence.
func TestThePathShowsWhoIsAway(t *testing.T) {
	srv := runtest.NewServer(t, strings.Replace(ladder, "duty: [{person: ada,", "duty: [{person: lea,", 1))
	elif, jonas, lea := newDesktop(t), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	lea.signIn(srv.URL, "lea")
	o := elif.opens(newTicket())
	until(t, "the team has it", func() bool { return jonas.has(o.Ticket, "It says 502.") && lea.has(o.Ticket, "It says 502.") })
	if err := jonas.api.Assign(o.Ticket, "jonas", "", nil); err != nil {
		t.Fatal(err)
	}
	back := time.Now().Add(50 * time.Hour).Truncate(time.Minute)
	if err := lea.api.SetAway("lea", "", back.Format(time.RFC3339), "ada"); err != nil {
		t.Fatal(err)
	}
	if err := jonas.api.SetAway("jonas", "", back.Format(time.RFC3339), "ada"); err != nil {
		t.Fatal(err)
	}
	day := back.Local().Format("Monday 2 January")
	until(t, "jonas reads who is reached", func() bool {
		p := jonas.ticket(o.Ticket).Path
		return len(p) == 2 && p[1].Who == "Ada Root" && p[1].Away == "Lea Moor is away until "+day && p[1].Own == "" &&
			p[0].Who == "Ada Root" && p[0].Away == "You are away until "+day
	})
	until(t, "elif reads the rota", func() bool { return len(elif.ticket(o.Ticket).Path) == 2 })
	for _, step := range elif.ticket(o.Ticket).Path {
		if step.Away != "" || step.Who == "Ada Root" {
			t.Errorf("the customer reads %+v", step)
		}
	}
}

// An emergency calls who is on call, wherever they work; nobody claims that it
// did before the desk has it.
func TestAnEmergencyCallsWhoIsOnCall(t *testing.T) {
	srv := runtest.NewServer(t, ladder)
	elif, petra := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	petra.signIn(srv.URL, "petra")
	elif.offline()
	n := newTicket()
	n.Urgency = "emergency"
	o := elif.opens(n)
	v := elif.ticket(o.Ticket)
	if v.Page != nil || slices.ContainsFunc(v.Entries, func(e app.EntryView) bool { return e.Kind == "paged" || e.Kind == "summoned" }) {
		t.Errorf("offline it says that somebody was called: %+v %+v", v.Page, v.Entries)
	}
	elif.line.mend()
	elif.live()
	until(t, "petra is called", func() bool { return called(petra, "Emergency: you are called") })
	until(t, "elif reads that somebody was", func() bool {
		p := elif.ticket(o.Ticket).Page
		return p != nil && p.Name == "On-call engineer" && p.Since != "" && len(p.Told) == 0
	})
	if err := petra.api.Acknowledge(o.Ticket); err != nil {
		t.Fatal(err)
	}
	until(t, "elif reads who is on it", func() bool { p := elif.ticket(o.Ticket).Page; return p.By == "Petra Smit" && p.AckedAt != "" })
	until(t, "and hears of it", func() bool {
		return slices.ContainsFunc(elif.screen.all(), func(n notify.Toast) bool { return n.Title == "Petra Smit is on it" })
	})
}

// The numbers to call are there without a network, and without the copy of the
// tickets, with the date they were known.
func TestNumbersToCallAreAlwaysThere(t *testing.T) {
	srv := runtest.NewServer(t, ladder)
	d := newDesktop(t)
	book := func(locale string) app.PhoneBook {
		t.Helper()
		b, err := d.api.Phones(locale)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if b := book("nl-NL"); len(b.Lines) != 0 || b.AsOf != "" {
		t.Errorf("a new profile knows %+v", b)
	}
	d.signIn(srv.URL, "elif")
	until(t, "the numbers are here", func() bool { return len(book("nl-NL").Lines) == 2 })
	first := app.PhoneLine{Number: "+31 20 555 01 00", Dial: "tel:+31205550100", Country: "nl", Languages: []string{"nl", "en"}, Menu: "Press 2", Open: true, Speaks: true}
	if got := book("nl-NL").Lines[0]; got.Number != first.Number || got.Dial != first.Dial || got.Menu != first.Menu || !got.Open || !got.Speaks {
		t.Errorf("got %+v, want %+v", got, first)
	}
	if got := book("fr").Lines[0].Number; got != "+33 1 55 01" {
		t.Errorf("in French: %s", got)
	}
	d.offline()
	if b := book("nl"); len(b.Lines) != 2 || b.AsOf == "" {
		t.Errorf("offline: %+v", b)
	}
	d.ring.err = errors.New("failed to unlock correct collection")
	d.restart()
	if b := d.boot(); b.State != "problem" || b.Phone == "" {
		t.Fatalf("it opens, or names no number: %+v", b)
	}
	if b := book("nl"); len(b.Lines) != 2 || b.AsOf == "" || b.Lines[0].Number != first.Number {
		t.Errorf("with the copy closed: %+v", b)
	}
	if err := d.api.OpenLink(first.Dial); err != nil || !slices.Contains(d.shell.opened, first.Dial) {
		t.Errorf("dialling: %v, %v", err, d.shell.opened)
	}
}
