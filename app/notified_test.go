package app_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app"
	"docket/app/desk"
	"docket/app/notify"
	"docket/sync/cmd/docketd/runtest"
)

func (d *desktop) notified() app.NotifiedView {
	d.t.Helper()
	v, err := d.api.Notified()
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

func (d *desktop) choose(change func(*app.NotifySettings)) {
	d.t.Helper()
	s := d.boot().Settings
	change(&s.Notify)
	if err := d.api.SaveSettings(s); err != nil {
		d.t.Fatal(err)
	}
}

// heard counts the toasts with words in their title.
func (d *desktop) heard(title string) (n int) {
	for _, x := range d.screen.all() {
		if strings.Contains(x.Title, title) {
			n++
		}
	}
	return n
}

// What was told stands in the window: it survives a restart, is seen once its
// ticket was read, on whatever computer, and goes with the sight of the ticket.
func TestWhatWasToldIsKept(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas, second := newDesktop(t), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	second.signIn(srv.URL, "jonas")
	o := elif.opens(newTicket())
	until(t, "jonas is told", func() bool {
		v := jonas.notified()
		return len(v.Items) == 1 && v.Unseen == 1 && v.Items[0].Kind == "arrived" && v.Items[0].Ticket == o.Ticket && v.Items[0].Subject == newTicket().Subject && !v.Items[0].Quiet
	})
	jonas.restart()
	jonas.boot()
	if v := jonas.notified(); len(v.Items) != 1 || v.Unseen != 1 {
		t.Fatalf("after a restart: %+v", v)
	}
	until(t, "the other computer has it, too", func() bool { return second.notified().Unseen == 1 })
	if err := errors.Join(second.api.Focused(true), second.api.Looking(o.Ticket, false)); err != nil {
		t.Fatal(err)
	}
	until(t, "it is read on both", func() bool { return second.notified().Unseen == 0 && jonas.notified().Unseen == 0 })
	if v := jonas.notified(); len(v.Items) != 1 || !v.Items[0].Seen {
		t.Errorf("what was read is gone: %+v", v)
	}

	if err := second.api.Looking("", false); err != nil {
		t.Fatal(err)
	}
	elif.writes(o.Ticket, "Is anybody there?")
	until(t, "the message is told", func() bool { return jonas.notified().Unseen == 1 && second.notified().Unseen == 1 })
	if err := jonas.api.NotifiedSeen(0); err != nil {
		t.Fatal(err)
	}
	if v := jonas.notified(); v.Unseen != 0 {
		t.Errorf("all were seen: %+v", v)
	}
	if v := jonas.ticket(o.Ticket); !v.Row.Unread {
		t.Error("seeing the list has read the ticket, which its customer would be told")
	}
	jonas.restart()
	jonas.boot()
	if v := jonas.notified(); v.Unseen != 0 || len(v.Items) != 2 {
		t.Errorf("after a restart: %+v", v)
	}
}

// Who wants quiet is told nothing, and it is on the list; classes are switched
// off one by one; until it is their turn, nothing of a ticket is told.
func TestQuiet(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	for _, bad := range []app.NotifySettings{
		{Off: []string{"emergency"}}, {Off: []string{"nonsense"}}, {Off: []string{"reply", "reply"}}, {From: "22:00"}, {From: "25:00", To: "07:00"}, {From: "07:00", To: "07:00"}, {Until: "tomorrow"},
	} {
		s := jonas.boot().Settings
		s.Notify = bad
		if err := jonas.api.SaveSettings(s); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if err := jonas.api.BeQuiet(60); err != nil {
		t.Fatal(err)
	}
	o := elif.opens(newTicket())
	until(t, "it is on the list", func() bool { v := jonas.notified(); return len(v.Items) == 1 && v.Items[0].Quiet && v.Quiet != "" })
	if n := jonas.heard("New request"); n != 0 {
		t.Errorf("%d toasts while it is quiet", n)
	}
	jonas.restart()
	jonas.boot()
	if v := jonas.notified(); v.Quiet == "" {
		t.Error("after a restart it is quiet no more")
	}
	if err := jonas.api.BeQuiet(0); err != nil {
		t.Fatal(err)
	}
	jonas.choose(func(n *app.NotifySettings) { n.Off = []string{"reply"} })
	elif.writes(o.Ticket, "Hello?")
	until(t, "the reply is on the list", func() bool {
		v := jonas.notified()
		return len(v.Items) == 2 && v.Items[0].Class == "reply" && v.Items[0].Quiet
	})
	jonas.choose(func(n *app.NotifySettings) { n.Off = nil })
	elif.writes(o.Ticket, "Hello again?")
	until(t, "it is told", func() bool { return jonas.heard("wrote") == 1 })
	if err := jonas.api.BeQuiet(10_081); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("quiet for more than a week: %v", err)
	}
}

// An emergency goes through whatever is chosen, rings until somebody has it,
// over a restart, and can be acknowledged where it is shown.
func TestAnEmergencyGoesThrough(t *testing.T) {
	for _, quiet := range []notify.Choice{
		{Until: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}, {Quiet: notify.Daily(0, 1440)}, {Off: append(notify.Classes(), notify.Emergencies)}, {MyTurn: true},
	} {
		now := time.Date(2026, 3, 2, 23, 0, 0, 0, time.UTC)
		if n := (notify.Notice{Kind: notify.Called, Emergency: true}); !quiet.Disturb(n, now) {
			t.Errorf("%+v keeps an emergency back", quiet)
		}
		if n := (notify.Notice{Kind: notify.Status}); quiet.Disturb(n, now) {
			t.Errorf("%+v lets through that something moved", quiet)
		}
	}
}

func TestQuietHoursGoOverMidnight(t *testing.T) {
	night, lunch := notify.Daily(22*60, 7*60), notify.Daily(12*60, 13*60)
	for hour, want := range map[int][2]bool{0: {true, false}, 6: {true, false}, 7: {false, false}, 12: {false, true}, 13: {false, false}, 21: {false, false}, 22: {true, false}, 23: {true, false}} {
		at := time.Date(2026, 3, 2, hour, 0, 0, 0, time.Local)
		if got := [2]bool{night(at), lunch(at)}; got != want {
			t.Errorf("at %d: %v, want %v", hour, got, want)
		}
	}
}

// What is followed at the level of one's turn is told then, and not before.
func TestUntilItIsMyTurn(t *testing.T) {
	me := desk.Actor{Person: "jonas", Role: desk.Engineer, Departments: []desk.DeptID{"mail"}}
	follows := []desk.Follow{{What: desk.FollowTicket, Ticket: "t", Level: desk.FollowTurn}}
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		t    desk.Ticket
		e    desk.Entry
		told bool
	}{
		"a reply while it waits for the customer": {desk.Ticket{Status: desk.WaitingCustomer, Assignee: "jonas"}, desk.Entry{Kind: desk.Message, Author: "anna", Staff: true}, false},
		"a reply that makes it his":               {desk.Ticket{Status: desk.InProgress, Assignee: "jonas", WaitingSince: at, DueSince: at}, desk.Entry{Kind: desk.Message, Author: "elif"}, true},
		"his name in a note":                      {desk.Ticket{Status: desk.WaitingCustomer, Assignee: "anna"}, desk.Entry{Kind: desk.Note, Author: "anna", Mentions: []desk.PersonID{"jonas"}}, true},
	} {
		c.t.ID, c.t.Department, c.e.Seq = "t", "mail", 5
		if n, ok := notify.Judge(&c.t, c.e, me, 0, follows); ok != c.told {
			t.Errorf("%s: told %v, %+v", name, ok, n)
		}
	}
	if !slices.Contains(notify.Classes(), notify.Mentions) || slices.Contains(notify.Classes(), notify.Emergencies) {
		t.Errorf("classes %v", notify.Classes())
	}
}

// Who is called sees so in the window until somebody has it, after a restart,
// too; it is acknowledged once, wherever that is said.
func TestCallsStandInTheWindowUntilAcknowledged(t *testing.T) {
	srv := runtest.NewServer(t, ladder)
	elif, ada := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	ada.signIn(srv.URL, "ada")
	o := elif.opens(newTicket())
	elif.confirmed(o.Ticket, "It says 502.")
	if err := ada.api.BeQuiet(600); err != nil {
		t.Fatal(err)
	}
	if err := elif.api.Escalate(o.Ticket, "We wait since Friday", ""); err != nil {
		t.Fatal(err)
	}
	until(t, "ada is called in the window", func() bool {
		v := ada.notified()
		return len(v.Calls) == 1 && v.Calls[0].Ticket == o.Ticket && v.Calls[0].Since != ""
	})
	ada.restart()
	ada.boot()
	if v := ada.notified(); len(v.Calls) != 1 {
		t.Fatalf("after a restart: %+v", v)
	}
	ada.live()
	ada.offline()
	ada.p.AcknowledgeCall(desk.TicketID(o.Ticket)) // as the notification does
	if v := ada.notified(); len(v.Calls) != 0 {
		t.Errorf("acknowledged, and it stands there: %+v", v.Calls)
	}
	ada.line.mend()
	until(t, "elif reads who has it", func() bool { e := elif.ticket(o.Ticket).Escalation; return e != nil && e.Told.By == "Ada Root" })
	ada.p.AcknowledgeCall(desk.TicketID(o.Ticket))
	if len(elif.notified().Calls) != 0 {
		t.Error("a customer is called")
	}
}
