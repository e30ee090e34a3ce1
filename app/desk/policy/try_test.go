package policy_test

import (
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// A customer who took 80 hours to answer, then a reply of ours after five, then
// one who answered after 100 hours what had been ended after 96.
func TestTry(t *testing.T) {
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	e := func(h int, k desk.Kind, staff bool, to desk.Status, reason string) desk.Entry {
		x := desk.Entry{Kind: k, Audience: desk.Public, Staff: staff, At: start.Add(time.Duration(h) * time.Hour), To: string(to), Reason: reason, Author: "rita"}
		if staff {
			x.Author = "ed"
		}
		if reason != "" {
			x.Author = desk.System
		}
		return x
	}
	entries := []desk.Entry{
		e(0, desk.Opened, false, "", ""),
		e(1, desk.Message, true, "", ""), e(1, desk.StatusSet, true, desk.WaitingCustomer, ""),
		e(81, desk.Message, false, "", ""), e(81, desk.StatusSet, false, desk.InProgress, ""),
		e(86, desk.Message, true, "", ""), e(86, desk.StatusSet, true, desk.WaitingCustomer, ""),
		e(182, desk.Notice, true, "", "no_answer"), e(182, desk.StatusSet, true, desk.Solved, "no_answer"),
		e(186, desk.Message, false, "", ""), e(186, desk.StatusSet, false, desk.InProgress, ""),
	}
	d := func(silence time.Duration, mode desk.CloseMode) desk.Department {
		return desk.Department{
			Policy:   desk.Policy{Silence: silence, AutoClose: mode},
			Promises: []desk.Promise{{FirstReply: time.Hour, NextReply: 4 * time.Hour}},
		}
	}
	ticket := &desk.Ticket{}
	for name, c := range map[string]struct {
		dept  desk.Department
		since time.Time
		want  policy.Tried
	}{
		"as it was":            {d(0, ""), start, policy.Tried{Waits: 2, Ended: 1, Replies: 2, Late: 1}},
		"72 hours":             {d(72*time.Hour, ""), start, policy.Tried{Waits: 2, Ended: 2, Replies: 2, Late: 1}},
		"never":                {d(0, desk.CloseNever), start, policy.Tried{Waits: 2, Replies: 2, Late: 1}},
		"after 80 hours sharp": {d(80*time.Hour, ""), start, policy.Tried{Waits: 2, Ended: 2, Replies: 2, Late: 1}},
		"of late only":         {d(72*time.Hour, ""), start.Add(100 * time.Hour), policy.Tried{Waits: 1, Ended: 1}},
	} {
		if got := policy.Try(ticket, entries, c.dept, c.since); got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
	urgent := &desk.Ticket{Urgency: desk.UrgencyEmergency}
	if got := policy.Try(urgent, entries, d(0, ""), start); got.Ended != 0 {
		t.Errorf("an emergency would have ended: %+v", got)
	}
}
