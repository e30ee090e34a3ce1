package app_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
)

// How soon answers come stands where a department is chosen and beside what
// waits for its first answer, offline, too; what is promised stands with it
// (BEHAVIOURS 1.13, N7).
func TestHowSoonAnswersCome(t *testing.T) {
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	srv := runtest.NewServer(t, strings.Replace(runtest.Desk, "{id: hosting, name: Hosting, entry: direct,",
		"{id: hosting, name: Hosting, reply: as soon as we can, promises: [{first_reply: 2h}], entry: direct,", 1),
		func(c *run.Config) { c.Clock, c.Clerk = now, 10*time.Millisecond })
	lars, jonas, elif := srv.Connect("lars"), srv.Connect("jonas"), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	usual := func(urgency string) (usual, promised string) {
		t.Helper()
		all, err := elif.api.Departments()
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range all {
			for _, a := range d.Answers {
				if d.ID == "hosting" && a.Urgency == urgency {
					return a.Usual, a.Promised
				}
			}
		}
		return "", ""
	}
	for n := range 20 {
		id := lars.Open(fmt.Sprint("one of twenty ", n), "hosting", "")
		jonas.Must(id, 1, desk.Reply{Text: "It is back"})
	}
	if got, promised := usual("normal"); got != "as soon as we can" || promised != "within 2\u00a0h" {
		t.Errorf("before it is told: %q, promised %q", got, promised)
	}
	ahead.Store(int64(6 * time.Minute)) // it is told every few minutes
	const want = "nearly always within 5\u00a0min"
	until(t, "the figures", func() bool { got, _ := usual("normal"); return got == want })
	if got, promised := usual("high"); got != want+", over all urgencies" || promised != "within 2\u00a0h" {
		t.Errorf("what is urgent: %q, promised %q", got, promised)
	}
	elif.offline()
	e, err := elif.api.Expected("hosting", "", "bakery", "")
	if err != nil || e.By[1].Usual != want || e.By[1].At == "" || e.By[2].Usual != want+", over all urgencies" {
		t.Errorf("%+v, %v", e, err)
	}
	ask := newTicket()
	ask.Urgency = "normal"
	o := elif.opens(ask)
	if got := elif.ticket(o.Ticket).Outlook; got.Usual != want || got.Opens != "" {
		t.Errorf("beside the request: %+v", got)
	}
	elif.line.mend()
	elif.live()
	elif.confirmed(o.Ticket, "It says 502.")
	jonas.Must(desk.TicketID(o.Ticket), 1, desk.Reply{Text: "Now?"})
	until(t, "answered", func() bool { return elif.has(o.Ticket, "Now?") })
	if got := elif.ticket(o.Ticket).Outlook.Usual; got != "as soon as we can" {
		t.Errorf("of what is answered: %q", got)
	}
}
