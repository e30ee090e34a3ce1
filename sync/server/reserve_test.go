package server_test

import (
	"slices"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

// TestSomeStayFree: planned work is given to nobody while too few would be left
// for what is urgent, which is given all the same (BEHAVIOURS 3.14).
func TestSomeStayFree(t *testing.T) {
	s := runtest.NewServer(t, strings.Replace(runtest.Desk, "reopen_days: 7, policy: {recall_seconds: 0}", "reopen_days: 7, policy: {recall_seconds: 0, reserve: 1}", 1))
	elif, jonas, lea := s.Connect("elif"), s.Connect("jonas"), s.Connect("lea")
	low := func(text string) desk.TicketID {
		id := elif.Open(text, "hosting", "bakery")
		jonas.Must(id, s.Ticket(id).LastSeq, desk.SetPriority{From: desk.PriorityNormal, To: desk.PriorityLow})
		return id
	}
	first, second := low("a change"), low("another change")
	if got, e := take(t, s, jonas.Token, "", ""); got != first {
		t.Fatalf("jonas got %q: %+v", got, e)
	}
	got, e := take(t, s, lea.Token, "", "")
	if want := "Nothing that cannot wait is in your queues. One ticket of planned work is left."; got != "" || e.Message != want {
		t.Fatalf("lea, who is the last one free, got %q: %q", got, e.Message)
	}
	urgent := elif.Open("all is down", "hosting", "bakery")
	if got, e := take(t, s, lea.Token, "", ""); got != urgent {
		t.Errorf("what is urgent: %q, %+v", got, e)
	}
	jonas.Must(first, s.Ticket(first).LastSeq, desk.SetStatus{From: desk.InProgress, To: desk.OnHold})
	if got, e := take(t, s, lea.Token, "", ""); got != second {
		t.Errorf("with jonas free again lea got %q: %+v", got, e)
	}
	third := low("a third change")
	jonas.Must(second, s.Ticket(second).LastSeq, desk.CloseTicket{Cause: desk.CauseFixed})
	// Who looks at a ticket is told when another is gone, and then the server knows.
	jonas.Send(wire.Look{Ticket: third})
	lea.Send(wire.Look{Ticket: third})
	seen := func() bool {
		people := runtest.Next[*wire.Presence](jonas).People
		return slices.ContainsFunc(people, func(p wire.Present) bool { return p.Person == "lea" })
	}
	for !seen() {
	}
	lea.Close()
	for seen() {
	}
	if got, e := take(t, s, jonas.Token, "", ""); got != "" {
		t.Errorf("with nobody else there jonas got %q: %+v", got, e)
	}
	jonas.Must(third, s.Ticket(third).LastSeq, desk.Assign{To: "jonas"}) // by hand it is theirs to decide
}
