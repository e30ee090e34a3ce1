package app_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"docket/app"
	"docket/app/desk"
	"docket/app/tray"
	"docket/sync/cmd/docketd/runtest"
)

// The number on the program counts what needs its person, and nothing else that
// is unread; closing keeps it running if they want that, and quitting ends it.
func TestTheBadgeCountsWhatNeedsMe(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas := newDesktop(t), newDesktop(t)
	if jonas.p.Stays() {
		t.Error("it stays though nobody is signed in")
	}
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	o := elif.opens(newTicket())
	until(t, "jonas has it, unread", func() bool { return jonas.has(o.Ticket, "It says 502.") && jonas.ticket(o.Ticket).Row.Unread })
	if err := jonas.api.Assign(o.Ticket, "jonas", "", []app.PromiseDecision{}); err != nil {
		t.Fatal(err)
	}
	until(t, "it needs jonas", func() bool { return jonas.shell.named() == "(1) Docket" })
	jonas.writes(o.Ticket, "Which browser is it?")
	if err := jonas.api.SetStatus(o.Ticket, "waiting_customer", "", ""); err != nil {
		t.Fatal(err)
	}
	until(t, "it is elif’s turn", func() bool { return jonas.shell.named() == "Docket" && elif.shell.named() == "(1) Docket" })

	s := jonas.boot().Settings
	if s.Stay || jonas.p.Stays() {
		t.Error("it stays unasked")
	}
	s.Stay = true
	if err := jonas.api.SaveSettings(s); err != nil || !jonas.p.Stays() {
		t.Errorf("it does not stay: %v", err)
	}
	if err := jonas.api.Quit(); err != nil || jonas.p.Stays() {
		t.Errorf("it stays though its person quit: %v", err)
	}
	if jonas.p.Stayed(); !jonas.p.Stays() {
		t.Error("they thought better, and closing ends it")
	}
	if err := jonas.api.StartWithSession(true); code(err) != desk.CodeInvalid {
		t.Errorf("nothing here starts it: %v", err)
	}
}

// clockSide is what stands beside the clock.
type clockSide struct {
	mu sync.Mutex
	st tray.State
}

func (c *clockSide) Set(s tray.State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.st = s
}

func (c *clockSide) says() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.st.Shown {
		return ""
	}
	labels := []string{c.st.Tip}
	for _, i := range c.st.Items {
		labels = append(labels, i.Label)
	}
	return strings.Join(labels, "|")
}

// The icon beside the clock is the way back to a window that was closed: it is
// there while closing leaves the program running, says what needs its person,
// and does what its menu says.
func TestBesideTheClock(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas := newDesktop(t), newDesktop(t)
	side := &jonas.side
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	if got := side.says(); got != "" {
		t.Errorf("unasked it says %q", got)
	}
	s := jonas.boot().Settings
	s.Stay = true
	if err := jonas.api.SaveSettings(s); err != nil {
		t.Fatal(err)
	}
	if got := side.says(); got != "Docket|Open Docket|Do not disturb for an hour||Quit Docket" {
		t.Errorf("it says %q", got)
	}
	o := elif.opens(newTicket())
	until(t, "jonas has it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	if err := jonas.api.Assign(o.Ticket, "jonas", "", []app.PromiseDecision{}); err != nil {
		t.Fatal(err)
	}
	until(t, "it says that one needs jonas", func() bool { return strings.HasPrefix(side.says(), "Docket (1)|") })

	jonas.p.Trayed("quiet")
	if got := side.says(); !slices.Contains(strings.Split(got, "|"), "End do not disturb") {
		t.Errorf("after being told to be quiet it says %q", got)
	}
	jonas.p.Trayed("loud")
	if got := jonas.boot().Settings.Notify.Until; got != "" || !strings.Contains(side.says(), "Do not disturb for an hour") {
		t.Errorf("it is quiet until %q, and says %q", got, side.says())
	}
	shown := jonas.shell.shows()
	if jonas.p.Trayed(tray.Open); jonas.shell.shows() != shown+1 {
		t.Error("pressed, it shows no window")
	}
	if jonas.p.Trayed("quit"); jonas.p.Stays() {
		t.Error("it stays though its person quit")
	}
	if _, err := jonas.api.SignOut(true); err != nil || side.says() != "" {
		t.Errorf("with nobody signed in it says %q, %v", side.says(), err)
	}
}
