package app_test

import (
	"testing"

	"docket/app"
	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// Who waits is told how many are before them and why, without a word of whom;
// offline, what was known last and when. Who cannot read the request is told
// nothing (BEHAVIOURS 4.9, N7).
func TestWhereARequestStands(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, lars, jonas := newDesktop(t), srv.Connect("lars"), srv.Connect("jonas")
	elif.signIn(srv.URL, "elif")
	first := lars.Open("the first", "hosting", "")
	o := elif.opens(newTicket())
	elif.confirmed(o.Ticket, "It says 502.")
	place := func() app.PlaceInfo {
		t.Helper()
		p, err := elif.api.Place(o.Ticket)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if p := place(); !p.Waits || !p.Queued || p.Others != 1 || p.OthersLater != 0 || p.Outages != 0 || !p.Fresh || p.At == "" {
		t.Errorf("behind the first: %+v", p)
	}
	two := lars.Open("all is down", "hosting", "")
	jonas.Must(two, 1, desk.SetPriority{From: desk.PriorityNormal, To: desk.PriorityEmergency})
	jonas.Must(two, 2, desk.Assign{To: "jonas"})
	want := app.PlaceInfo{Waits: true, Queued: true, Others: 1, Outages: 1, OutagesLater: 1}
	p := place()
	at := p.At
	if p.At, p.Fresh = "", false; p != want {
		t.Errorf("an outage was put before it: %+v", p)
	}
	if p, err := elif.api.Place(string(first)); err != nil || p != (app.PlaceInfo{}) {
		t.Errorf("of somebody else's: %+v %v", p, err)
	}
	elif.offline()
	elif.restart()
	until(t, "open again", func() bool { return elif.boot().State == "ready" })
	if p := place(); p.Fresh || p.At != at || p.Outages != 1 {
		t.Errorf("offline: %+v, want that of %s", p, at)
	}
	noNulls(t, p)
}
