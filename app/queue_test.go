package app_test

import (
	"strings"
	"testing"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// The next ticket is the one at the top of the list, and it stands there as
// mine when the call returns. Skipping asks for a reason, which the team reads.
func TestTakingTheNext(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas := srv.Connect("elif"), newDesktop(t)
	one, two := elif.Open("one", "hosting", "bakery"), elif.Open("two", "hosting", "bakery")
	jonas.signIn(srv.URL, "jonas")
	until(t, "two in the list", func() bool { return jonas.rows("unassigned").Total == 2 })
	if top := jonas.rows("unassigned").Rows[0]; top.ID != string(one) || !jonas.ticket(top.ID).Can.Skip {
		t.Errorf("at the top: %+v", top)
	}
	if _, err := jonas.api.TakeNext(string(one), ""); code(err) != desk.CodeInvalid {
		t.Errorf("skipped without a reason: %v", err)
	}
	got, err := jonas.api.TakeNext(string(one), "not my field")
	if err != nil || got != string(two) {
		t.Fatalf("got %s, %v", got, err)
	}
	v := jonas.ticket(got)
	if v.Row.Owner == nil || !v.Row.Owner.Mine || v.Row.Turn != "yours" || !v.Can.Skip {
		t.Errorf("taken: %+v", v.Row)
	}
	until(t, "the reason", func() bool {
		all := jonas.ticket(string(one)).Entries
		return strings.Contains(all[len(all)-1].Line, "You skipped this in the queue: not my field")
	})
	if _, err := jonas.api.TakeNext("", ""); code(err) != desk.CodeNotFound {
		t.Errorf("nothing left: %v", err)
	}
	if !jonas.ticket(string(one)).Can.Skip {
		t.Error("skipping twice is not offered, though it does no harm")
	}
}

// Who is offline is refused at once, and nothing of it happens when the line
// is back: the shared head is never claimed offline (BEHAVIOURS N5).
func TestNobodyTakesOffline(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas := srv.Connect("elif"), newDesktop(t)
	jonas.signIn(srv.URL, "jonas")
	jonas.offline()
	id := elif.Open("help", "hosting", "bakery")
	_, err := jonas.api.TakeNext("", "")
	if e := desk.AsError(err); err == nil || e.Code != desk.CodeOffline || !strings.Contains(e.Message, "You are offline") || e.Hint == "" {
		t.Errorf("got %v", err)
	}
	if _, err := jonas.api.TakeNext(string(id), "no"); code(err) != desk.CodeOffline {
		t.Errorf("skipping: %v", err)
	}
	if items, err := jonas.api.Outbox(); err != nil || len(items) != 0 {
		t.Errorf("in the outbox: %+v, %v", items, err)
	}
	jonas.line.mend()
	jonas.restart()
	jonas.live()
	until(t, "the ticket", func() bool { return jonas.rows("unassigned").Total == 1 })
	if h := srv.Ticket(id); h.Assignee != "" || h.Version != 1 {
		t.Errorf("claimed by coming back: %+v", h)
	}
}

func TestCustomersTakeNothing(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	if _, err := d.api.TakeNext("", ""); code(err) != desk.CodeDenied {
		t.Errorf("got %v", err)
	}
	if _, err := d.api.TakeNext("x", "no"); code(err) != desk.CodeInvalid {
		t.Errorf("skipping nothing: %v", err)
	}
}
