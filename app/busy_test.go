package app_test

import (
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// A lead says until when answers take longer; it stands at the department and
// beside what waits for an answer, offline too, and is over with its time. Who
// is offline says nothing, and who leads nothing neither (BEHAVIOURS 1.14).
func TestHowBusyItIs(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, lea := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	lea.signIn(srv.URL, "lea")
	o := elif.opens(newTicket())
	elif.confirmed(o.Ticket, "It says 502.")
	card := func(who int) (busy string, may bool) {
		t.Helper()
		all, err := []*desktop{elif, lea}[who].api.Departments()
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range all {
			if d.ID != "hosting" {
				if d.Busy != nil || d.Announce {
					t.Errorf("%s: %+v", d.ID, d)
				}
				continue
			}
			if d.Busy != nil {
				busy = d.Busy.Text
			}
			may = d.Announce
		}
		return busy, may
	}
	in := time.Now().Add(2 * time.Hour).UTC().Format(time.RFC3339)
	if err := elif.api.Announce("hosting", "We are slow", in); code(err) != desk.CodeDenied {
		t.Errorf("a customer: %v", err)
	}
	if err := lea.api.Announce("hosting", "We are slow", "soon"); code(err) != desk.CodeInvalid {
		t.Errorf("no time: %v", err)
	}
	if err := lea.api.Announce("hosting", "Two of us are ill", in); err != nil {
		t.Fatal(err)
	}
	until(t, "the notice", func() bool { busy, _ := card(0); return busy == "Two of us are ill" })
	if _, may := card(0); may {
		t.Error("a customer may say it")
	}
	until(t, "the lead's own", func() bool { busy, may := card(1); return busy == "Two of us are ill" && may })
	elif.offline()
	if got := elif.ticket(o.Ticket).Outlook.Busy; got == nil || got.Text != "Two of us are ill" || got.Until == "" {
		t.Errorf("beside the request: %+v", got)
	}
	lea.offline()
	if err := lea.api.Announce("hosting", "", ""); code(err) != desk.CodeOffline {
		t.Errorf("offline: %v", err)
	}
	lea.line.mend()
	lea.live()
	if err := lea.api.Announce("hosting", "", ""); err != nil {
		t.Fatal(err)
	}
	elif.line.mend()
	elif.live()
	until(t, "its end", func() bool { busy, _ := card(0); return busy == "" })
	if got := elif.ticket(o.Ticket).Outlook.Busy; got != nil {
		t.Errorf("beside the request: %+v", got)
	}
}
