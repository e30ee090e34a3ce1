package policy_test

import (
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// BEHAVIOURS 2.20: who is on duty now, by the clock and the dates of the rota's
// own zone.
func TestOnDuty(t *testing.T) {
	nights := []desk.Span{{Day: time.Friday, From: 22 * 60, To: 1440}, {Day: time.Saturday, From: 0, To: 6 * 60}}
	r := desk.Rota{Zone: "Europe/Berlin", Escalation: []desk.Level{
		{Name: "nights", Duty: []desk.Duty{{Person: "ed", Week: nights}}},
		{Name: "weeks", Duty: []desk.Duty{{Person: "lea", Since: "2026-03-02", Until: "2026-03-08"}, {Person: "ada", Since: "2026-03-09"}}},
	}}
	for _, c := range []struct {
		at    string
		first string // on "nights"
		then  string // on "weeks"
		rung  int
	}{
		{"2026-03-01T22:59:59Z", "", "", 0},
		{"2026-03-01T23:00:00Z", "", "lea", 2}, // midnight in Berlin
		{"2026-03-06T20:59:59Z", "", "lea", 2},
		{"2026-03-06T21:00:00Z", "ed", "lea", 1},
		{"2026-03-07T04:59:59Z", "ed", "lea", 1},
		{"2026-03-07T05:00:00Z", "", "lea", 2},
		{"2026-03-08T22:59:59Z", "", "lea", 2},
		{"2026-03-08T23:00:00Z", "", "ada", 2},
		{"2030-01-01T00:00:00Z", "", "ada", 2},
	} {
		now, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		first, _ := policy.OnDuty(r, r.Escalation[0], now)
		then, _ := policy.OnDuty(r, r.Escalation[1], now)
		n, _ := policy.Rung(r, r.Escalation, 1, now)
		if string(first.Person) != c.first || string(then.Person) != c.then || n != c.rung {
			t.Errorf("%s: %q, %q and level %d; want %q, %q and %d", c.at, first.Person, then.Person, n, c.first, c.then, c.rung)
		}
	}
	if _, there := policy.OnDuty(desk.Rota{Zone: "Middle/Nowhere"}, r.Escalation[1], time.Now()); there {
		t.Error("somebody is on duty in a zone that is not there")
	}
}

func TestPaths(t *testing.T) {
	call, up := []desk.Level{{Name: "call"}}, []desk.Level{{Name: "up"}}
	if got := policy.CallPath(desk.Rota{OnCall: call, Escalation: up}); len(got) != 2 || got[0].Name != "call" || got[1].Name != "up" {
		t.Errorf("an emergency calls %+v", got)
	}
	if got := policy.EscalationPath(desk.Rota{OnCall: call, Escalation: up}); len(got) != 1 || got[0].Name != "up" {
		t.Errorf("an escalation goes to %+v", got)
	}
	if got := policy.EscalationPath(desk.Rota{OnCall: call}); len(got) != 1 || got[0].Name != "call" {
		t.Errorf("without managers it goes to %+v", got)
	}
	departments := map[desk.DeptID]desk.Department{
		"care": {ID: "care", Triage: true, Rota: desk.Rota{Zone: "c", OnCall: call}}, "mail": {ID: "mail", Rota: desk.Rota{Zone: "m", OnCall: call}}, "web": {ID: "web"}, "shop": {ID: "shop"},
	}
	for _, c := range []struct{ in, meant, want string }{{"mail", "care", "m"}, {"web", "mail", "m"}, {"web", "shop", "c"}, {"care", "mail", "c"}} {
		if got := policy.RotaOf(&desk.Ticket{Department: desk.DeptID(c.in), Intended: desk.DeptID(c.meant)}, departments); got.Zone != c.want {
			t.Errorf("in %s, meant for %s: the rota of %q, want %q", c.in, c.meant, got.Zone, c.want)
		}
	}
}
