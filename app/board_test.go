package app_test

import (
	"errors"
	"testing"

	"docket/app"
	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

func (d *desktop) hosting(t *testing.T) app.BoardQueue {
	t.Helper()
	b, err := d.api.Board()
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range b.Queues {
		if q.Department == "hosting" {
			return q
		}
	}
	t.Fatalf("no hosting on the board: %+v", b)
	return app.BoardQueue{}
}

// The board follows what happens, counts what is pending offline, leads to the
// tickets, and is for leads alone.
func TestBoard(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas, lea := newDesktop(t), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	lea.signIn(srv.URL, "lea")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	if q := lea.hosting(t); q.Open != 0 || len(q.Cells) != 4 || len(q.Cells[0]) != 5 {
		t.Errorf("an empty desk: %+v", q)
	}
	o := elif.opens(newTicket())
	until(t, "it is on the board", func() bool { q := lea.hosting(t); return q.Open == 1 && q.Cells[0][4] == 1 })
	until(t, "jonas sees it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	must(jonas.api.Assign(o.Ticket, "jonas", "", []app.PromiseDecision{}))
	until(t, "jonas has one", func() bool {
		b, err := lea.api.Board()
		return err == nil && len(b.People) == 1 && b.People[0] == app.BoardPerson{ID: "jonas", Name: "Jonas Vos", Open: 1, Needs: 1}
	})
	rows, err := lea.api.BoardTickets("hosting", 0, 4, "jonas")
	if err != nil || len(rows) != 1 || rows[0].ID != o.Ticket {
		t.Errorf("behind the figure: %+v, %v", rows, err)
	}
	if none, err := lea.api.BoardTickets("hosting", -1, -1, "-"); err != nil || len(none) != 0 {
		t.Errorf("nobody has: %+v, %v", none, err)
	}
	lea.offline()
	must(lea.api.Assign(o.Ticket, "lea", "", []app.PromiseDecision{}))
	if b, err := lea.api.Board(); err != nil || len(b.People) != 1 || b.People[0].ID != "lea" {
		t.Errorf("what is pending is not on it: %+v, %v", b.People, err)
	}
	lea.line.mend()
	lea.live()
	until(t, "jonas has none", func() bool { return jonas.ticket(o.Ticket).Row.Owner.ID == "lea" })
	must(jonas.api.Reply(o.Ticket, "Mended.", []string{}, jonas.ticket(o.Ticket).LastSeq, "solved", app.Beside{}))
	until(t, "elif is asked", func() bool { return elif.ticket(o.Ticket).Can.Rate })
	must(elif.api.Rate(o.Ticket, "bad", ""))
	must(elif.api.Reopen(o.Ticket, "not_solved"))
	until(t, "how it went is on it", func() bool { q := lea.hosting(t); return q.Open == 1 && q.Bad == 1 && q.Asked == 1 && q.Reopened == 1 })
	for _, d := range []*desktop{jonas, elif} {
		if _, err := d.api.Board(); !errors.Is(err, desk.ErrDenied) {
			t.Errorf("got %v", err)
		}
		if _, err := d.api.BoardTickets("", -1, -1, ""); !errors.Is(err, desk.ErrDenied) {
			t.Errorf("got %v", err)
		}
	}
	lea.restart()
	lea.boot()
	if q := lea.hosting(t); q.Open != 1 || q.Bad != 1 {
		t.Errorf("after a start: %+v", q)
	}
}
