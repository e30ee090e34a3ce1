package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app"
)

// What is done to many is there at once, is refused for one without the others,
// and can be taken back as if it had never been, offline too.
func TestManyAtOnce(t *testing.T) {
	_, elif, jonas, one := aTicket(t)
	second := newTicket()
	second.Subject = "Another"
	two := elif.opens(second)
	elif.confirmed(two.Ticket, "It says 502.")
	until(t, "jonas sees both", func() bool { return jonas.has(two.Ticket, "It says 502.") })
	both := []string{one.Ticket, two.Ticket}
	const nobody = "01890000-0000-7000-8000-000000000000"

	got, err := jonas.api.Many(append(slices.Clone(both), nobody), app.Deed{Kind: "assign", To: "jonas"})
	if err != nil || !slices.Equal(got.Done, both) || len(got.Items) != 2 || len(got.Refused) != 1 || got.Refused[0].Ticket != nobody || got.Refused[0].Fault.Message == "" {
		t.Fatalf("assigned: %+v %v", got, err)
	}
	if at, err := time.Parse(time.RFC3339, got.Until); err != nil || time.Until(at) > 10*time.Second || time.Until(at) < 5*time.Second {
		t.Errorf("can be undone until %q", got.Until)
	}
	for _, id := range both {
		if o := jonas.ticket(id).Row.Owner; o == nil || !o.Mine {
			t.Errorf("%s does not show it: %+v", id, o)
		}
	}
	if back, err := jonas.api.TakeBack(got.Items); err != nil || back != (app.TakenBack{Back: 2}) {
		t.Fatalf("taken back: %+v %v", back, err)
	}
	jonas.p.LetGo(5 * time.Second)
	for _, id := range both {
		if v := jonas.ticket(id); v.Row.Owner != nil || slices.ContainsFunc(v.Entries, func(e app.EntryView) bool { return strings.Contains(e.Line, "took") }) {
			t.Errorf("%s: something of it is left: %+v", id, v.Entries)
		}
	}

	// What was let go is done, and is not said to be undone.
	got, err = jonas.api.Many(both, app.Deed{Kind: "tags", Add: []string{"dns"}})
	if err != nil || len(got.Done) != 2 {
		t.Fatalf("tagged: %+v %v", got, err)
	}
	jonas.p.LetGo(20 * time.Second)
	if back, err := jonas.api.TakeBack(got.Items); err != nil || back != (app.TakenBack{Gone: 2}) {
		t.Errorf("undone what had gone: %+v %v", back, err)
	}
	if again, err := jonas.api.Many(both[:1], app.Deed{Kind: "refer", To: "billing"}); err != nil || len(again.Done) != 0 || again.Refused[0].Number == "" {
		t.Errorf("moved without a reason: %+v %v", again, err)
	}

	jonas.offline()
	got, err = jonas.api.Many(both, app.Deed{Kind: "priority", To: "high"})
	if err != nil || len(got.Done) != 2 {
		t.Fatalf("offline: %+v %v", got, err)
	}
	jonas.p.LetGo(0)
	if back, err := jonas.api.TakeBack(got.Items); err != nil || back.Back != 2 {
		t.Errorf("offline it waits, and can be undone: %+v %v", back, err)
	}

	if read, err := jonas.api.Many(both, app.Deed{Kind: "read"}); err != nil || len(read.Done) != 2 || len(read.Items) != 0 || read.Until != "" {
		t.Errorf("read: %+v %v", read, err)
	}
	if _, err := jonas.api.Many(both, app.Deed{Kind: "unread"}); err != nil || !jonas.ticket(two.Ticket).Row.Unread {
		t.Errorf("unread: %v", err)
	}
}

func TestManyThatCannotBe(t *testing.T) {
	_, _, jonas, o := aTicket(t)
	if _, err := jonas.api.Many(make([]string, 501), app.Deed{Kind: "read"}); err == nil {
		t.Error("501 at once")
	}
	for _, d := range []app.Deed{{}, {Kind: "closed"}, {Kind: "status", To: "lost"}, {Kind: "priority", To: "most"}, {Kind: "assign", To: "no body"}, {Kind: "tags", Add: []string{"a;b"}}} {
		got, err := jonas.api.Many([]string{o.Ticket, "not a ticket"}, d)
		if err != nil || len(got.Done) != 0 || len(got.Refused) != 2 || got.Refused[0].Fault == nil {
			t.Errorf("%+v: %+v %v", d, got, err)
		}
	}
	if back, err := jonas.api.TakeBack([]string{"", "not an item"}); err != nil || back.Gone != 2 {
		t.Errorf("%+v %v", back, err)
	}
}
