package policy_test

import (
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// A day is the date on the wall of the department, over both changes of the
// clock and on days of 23 and of 25 hours.
func TestDaysAreThoseOfTheWall(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	day := func(y int, m time.Month, d int) policy.Day { return policy.DayAt(y, m, d) }
	for _, c := range []struct {
		at   string
		want policy.Day
	}{
		{"2026-03-28T22:59:59Z", day(2026, 3, 28)},
		{"2026-03-28T23:00:00Z", day(2026, 3, 29)}, // the day of 23 hours
		{"2026-03-29T21:59:59Z", day(2026, 3, 29)},
		{"2026-03-29T22:00:00Z", day(2026, 3, 30)},
		{"2026-10-24T21:59:59Z", day(2026, 10, 24)},
		{"2026-10-24T22:00:00Z", day(2026, 10, 25)}, // the day of 25 hours
		{"2026-10-25T22:59:59Z", day(2026, 10, 25)},
		{"2026-10-25T23:00:00Z", day(2026, 10, 26)},
		{"2026-12-31T23:00:00Z", day(2027, 1, 1)},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := policy.DayOf(at, zone); got != c.want {
			t.Errorf("%s is on %s, want %s", c.at, got.Date().Format(time.DateOnly), c.want.Date().Format(time.DateOnly))
		}
	}
	if got := policy.DayAt(2026, 14, 1).Date(); got.Year() != 2027 || got.Month() != time.February {
		t.Errorf("the fourteenth month is %s", got)
	}
}

func TestSpreadIsOfWhatWasMeasured(t *testing.T) {
	for _, c := range []struct {
		minutes    []int
		half, most int
	}{
		{nil, 0, 0}, {[]int{7}, 7, 7}, {[]int{1, 9}, 1, 9}, {[]int{3, 1, 2}, 2, 3}, {[]int{5, 5, 5, 5, 5, 5, 5, 5, 5, 90}, 5, 5}, {[]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 6, 10},
	} {
		tally := policy.Tally{{What: policy.FactSolved, Minutes: 1}: 3}
		for _, m := range c.minutes {
			tally[policy.Fact{What: policy.FactFirst, Minutes: m}]++
		}
		if got := tally.Spread(policy.FactFirst); got != (policy.Spread{Count: len(c.minutes), Half: c.half, Most: c.most}) {
			t.Errorf("%v: %+v", c.minutes, got)
		}
	}
}

// What a customer's figures are made of does not move with anything that only
// the team knows.
func TestFiguresOfCustomersKnowNothingOfTheTeam(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	depts := []desk.Department{{ID: "mail", Promises: []desk.Promise{{Priority: desk.PriorityNormal, FirstReply: 8 * time.Hour}, {Priority: desk.PriorityEmergency, FirstReply: time.Hour, Resolve: time.Hour}}}}
	carl := desk.Actor{Person: "carl", Role: desk.Customer, Memberships: []desk.Membership{{Org: "acme", Access: desk.OrgRead}}}
	of := policy.NewFigurer(carl, depts)
	t1 := desk.Ticket{
		ID: "t", Department: "mail", Org: "acme", Status: desk.Solved, Created: at, ClosedAt: at.Add(5 * time.Hour),
		Steps: []desk.Step{{Kind: "answered", At: at.Add(2 * time.Hour)}, {Kind: "solved", At: at.Add(5 * time.Hour)}},
	}
	t2 := t1
	t2.Priority, t2.Reopened, t2.Clocks.Late, t2.Tags = desk.PriorityEmergency, 3, []desk.DueKind{desk.DueResolve, desk.DueFirstReply}, []string{"x"}
	a, b := of.Facts(&t1), of.Facts(&t2)
	if len(a) == 0 || len(a) != len(b) {
		t.Fatalf("%v and %v", a, b)
	}
	for i := range a {
		if a[i] != b[i] {
			t.Errorf("%v and %v", a[i], b[i])
		}
	}
	for name, change := range map[string]func(*desk.Ticket, *desk.Actor){
		"private":   func(t *desk.Ticket, _ *desk.Actor) { t.Private = true },
		"another's": func(t *desk.Ticket, _ *desk.Actor) { t.Org = "other" },
		"nobody's":  func(t *desk.Ticket, _ *desk.Actor) { t.Org = "" },
		"without sight": func(_ *desk.Ticket, a *desk.Actor) {
			a.Memberships = []desk.Membership{{Org: "acme", Access: desk.OrgNone}}
		},
		"in another one":  func(t *desk.Ticket, _ *desk.Actor) { t.Into = "other" },
		"not a member":    func(_ *desk.Ticket, a *desk.Actor) { a.Memberships = nil },
		"no level at all": func(_ *desk.Ticket, a *desk.Actor) { a.Memberships = []desk.Membership{{Org: "acme"}} },
	} {
		x, who := t1, carl
		change(&x, &who)
		if got := policy.NewFigurer(who, depts).Facts(&x); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}
