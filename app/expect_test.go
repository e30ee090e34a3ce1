package app_test

import (
	"strings"
	"testing"
	"time"

	"docket/app"
	"docket/sync/cmd/docketd/runtest"
)

// What is expected is what is told once it is sent, and no better; it is known
// offline, and says nothing of how soon the team wants to answer what it holds
// to be urgent.
func TestWhatIsExpectedIsWhatIsTold(t *testing.T) {
	srv := runtest.NewServer(t, strings.Replace(runtest.Desk, "{id: hosting, name: Hosting, entry: direct,",
		"{id: hosting, name: Hosting, reply: usually within 20 minutes, promises: [{first_reply: 2h}, {priority: low, first_reply: 8h}, {priority: emergency, first_reply: 1m}], entry: direct,", 1))
	elif := newDesktop(t)
	elif.signIn(srv.URL, "elif")
	elif.offline()
	e, err := elif.api.Expected("hosting", "", "bakery", "")
	if err != nil || e.Team != "Hosting" || e.Opens != "" || len(e.By) != 4 || e.By[1].Usual != "usually within 20 minutes" {
		t.Fatalf("%+v %v", e, err)
	}
	at := map[string]time.Time{}
	for _, x := range e.By {
		if at[x.Urgency], err = time.Parse(time.RFC3339, x.At); err != nil {
			t.Fatal(err)
		}
	}
	if d := at["question"].Sub(at["normal"]); d < 6*time.Hour-time.Minute || d > 6*time.Hour+time.Minute {
		t.Errorf("a question is answered %s after the rest", d)
	}
	if d := at["normal"].Sub(at["emergency"]); d.Abs() > time.Minute {
		t.Errorf("what the team wants for itself shows: %+v", e.By)
	}
	o := elif.opens(newTicket())
	elif.line.mend()
	elif.live()
	elif.confirmed(o.Ticket, "It says 502.")
	due, err := time.Parse(time.RFC3339, elif.ticket(o.Ticket).Row.Due)
	if err != nil || due.Before(at["high"].Add(-time.Second)) || due.Sub(at["high"]) > time.Minute {
		t.Errorf("expected by %s, told %s (%v)", at["high"], due, err)
	}
	// What cannot be sent can expect nothing.
	if e, err := elif.api.Expected("hosting", "", "studio", ""); err != nil || len(e.By) != 0 {
		t.Errorf("%+v %v", e, err)
	}
	noNulls(t, e, app.Expectation{By: []app.PromisedBy{}})
}
