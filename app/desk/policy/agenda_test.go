package policy_test

import (
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// What a list shows is the deadline that runs out first, and otherwise what
// comes next.
func TestShown(t *testing.T) {
	at := func(h int) time.Time { return time.Unix(int64(h)*3600, 0) }
	for name, c := range map[string]struct {
		t    desk.Ticket
		at   time.Time
		kind desk.DueKind
	}{
		"nothing":             {desk.Ticket{}, time.Time{}, ""},
		"a reply":             {desk.Ticket{Due: at(2), DueKind: desk.DueNextReply}, at(2), desk.DueNextReply},
		"somebody before it":  {desk.Ticket{Due: at(2), DueKind: desk.DueFirstReply, Clocks: desk.Clocks{Assign: at(1)}}, at(1), desk.DueAssign},
		"somebody after it":   {desk.Ticket{Due: at(2), DueKind: desk.DueFirstReply, Clocks: desk.Clocks{Assign: at(3)}}, at(2), desk.DueFirstReply},
		"the end":             {desk.Ticket{Waiting: desk.Waiting{Remind: []time.Time{at(4)}, Close: at(5)}}, at(5), desk.DueClose},
		"on hold until":       {desk.Ticket{Status: desk.OnHold, HoldUntil: at(6)}, at(6), desk.DueHold},
		"a solution is later": {desk.Ticket{Clocks: desk.Clocks{Resolve: at(7)}}, time.Time{}, ""},
	} {
		if got, kind := policy.Shown(&c.t); !got.Equal(c.at) || kind != c.kind {
			t.Errorf("%s: got %v %q", name, got, kind)
		}
	}
}

// The agenda is in order, leaves out what was noted as late, and its first is
// what comes next.
func TestAgenda(t *testing.T) {
	at := func(h int) time.Time { return time.Unix(int64(h)*3600, 0) }
	ticket := &desk.Ticket{
		Status: desk.OnHold, HoldUntil: at(9), Settles: at(8),
		Waiting: desk.Waiting{Remind: []time.Time{at(2), at(3)}, Close: at(4)},
		Clocks:  desk.Clocks{Assign: at(1), Resolve: at(7), Stale: at(5), Late: []desk.DueKind{desk.DueAssign}},
	}
	var got []policy.Deed
	for _, it := range policy.Agenda(ticket) {
		got = append(got, it.Deed)
	}
	want := []policy.Deed{policy.DeedRemind, policy.DeedEnd, policy.DeedNudge, policy.DeedLate, policy.DeedSettle, policy.DeedTakeUp}
	if len(got) != len(want) {
		t.Fatalf("got %v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %v, want %v", got, want)
			break
		}
	}
	if next := policy.Next(ticket); !next.Equal(at(2)) {
		t.Errorf("next is at %v", next)
	}
	if next := policy.Next(&desk.Ticket{}); !next.IsZero() {
		t.Errorf("something happens to nothing at %v", next)
	}
}
