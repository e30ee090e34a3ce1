package policy_test

import (
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

func TestPlannedWork(t *testing.T) {
	for _, c := range []struct {
		name string
		t    desk.Ticket
		want bool
	}{
		{"nothing is known", desk.Ticket{Priority: desk.PriorityNormal}, false},
		{"low", desk.Ticket{Priority: desk.PriorityLow}, true},
		{"something new", desk.Ticket{Priority: desk.PriorityNormal, Type: desk.Request}, true},
		{"it broke", desk.Ticket{Priority: desk.PriorityNormal, Type: desk.Incident}, false},
		{"something new that is urgent", desk.Ticket{Priority: desk.PriorityHigh, Type: desk.Request}, false},
		{"low, and its customer calls it an emergency", desk.Ticket{Priority: desk.PriorityLow, Urgency: desk.UrgencyEmergency}, false},
		{"low, and somebody is called", desk.Ticket{Priority: desk.PriorityLow, Page: desk.Summons{Since: time.Unix(1, 0), At: time.Unix(1, 0), Due: time.Unix(2, 0)}}, false},
	} {
		if got := policy.PlannedWork(&c.t); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	on := desk.Ticket{Status: desk.InProgress, Assignee: "ed", Priority: desk.PriorityLow}
	if policy.OnPlanned(&on) != "ed" {
		t.Error("ed is not on it")
	}
	waits := on
	waits.Status = desk.WaitingCustomer
	if policy.OnPlanned(&waits) != "" {
		t.Error("ed is on what waits for its customer")
	}
}

// Where a week has fewer than are to be kept free (BEHAVIOURS 3.14).
func TestGaps(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC) // a Monday
	day := func(d, h int) time.Time { return time.Date(2026, 3, d, h, 0, 0, 0, time.UTC) }
	week := []desk.Span{}
	for d := time.Monday; d <= time.Friday; d++ {
		week = append(week, desk.Span{Day: d, From: 8 * 60, To: 18 * 60})
	}
	engineer := func(id desk.PersonID, away desk.Absence) desk.Person {
		return desk.Person{ID: id, Role: desk.Engineer, Departments: []desk.DeptID{"mail"}, Away: away}
	}
	people := map[desk.PersonID]desk.Person{
		"ed":   engineer("ed", desk.Absence{From: day(3, 0), Until: day(4, 12), Substitute: "eve"}),
		"eve":  engineer("eve", desk.Absence{}),
		"otto": {ID: "otto", Role: desk.Engineer, Departments: []desk.DeptID{"servers"}},
		"gone": {ID: "gone", Role: desk.Engineer, Departments: []desk.DeptID{"mail"}, Disabled: true},
	}
	d := desk.Department{ID: "mail", Open: desk.Calendar{Zone: "UTC", Week: week}}
	if got := policy.Gaps(d, people, now); len(got) != 0 {
		t.Errorf("nobody is kept free: %v", got)
	}
	d.Policy.Reserve = 2
	got := policy.Gaps(d, people, now)
	want := []policy.Gap{{day(3, 8), day(3, 18), 1}, {day(4, 8), day(4, 12), 1}}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %v", got)
	}
	// By the rota, in which who stands in counts, and once.
	d.Rota = desk.Rota{Zone: "UTC", OnCall: []desk.Level{{Name: "First", Duty: []desk.Duty{{Person: "ed"}}}, {Name: "Second", Duty: []desk.Duty{{Person: "eve"}}}}}
	if got := policy.Gaps(d, people, now); len(got) != 2 || got[0] != want[0] {
		t.Errorf("by the rota: %v", got)
	}
	d.Policy.Reserve = 1
	if got := policy.Gaps(d, people, now); len(got) != 0 {
		t.Errorf("one is enough: %v", got)
	}
}
