package policy_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"docket/app/desk"
	"docket/app/desk/policy"
)

var ranks = []desk.Priority{desk.PriorityEmergency, desk.PriorityHigh, desk.PriorityNormal, desk.PriorityLow}

func drawWaiting(rt *rapid.T) desk.Ticket {
	at := func(what string) time.Time {
		h := rapid.IntRange(-1, 5).Draw(rt, what)
		if h < 0 {
			return time.Time{}
		}
		return day.Add(time.Duration(h) * time.Hour)
	}
	return desk.Ticket{
		ID: desk.TicketID(rapid.StringMatching(`[ab]{3}`).Draw(rt, "id")), Priority: rapid.SampledFrom(ranks).Draw(rt, "priority"),
		Status:       rapid.SampledFrom([]desk.Status{desk.New, desk.Triage, desk.InProgress}).Draw(rt, "status"),
		WaitingSince: at("waiting"), DueSince: at("owed"), PublicUpdated: at("heard"), Updated: at("updated"),
	}
}

// The queue is one order: of any two tickets exactly one comes first, unless
// they are the same; and the list says the same as the queue.
func TestPlaceIsATotalOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b, c := drawWaiting(rt), drawWaiting(rt), drawWaiting(rt)
		less := func(x, y *desk.Ticket) bool { return bytes.Compare(policy.Place(x), policy.Place(y)) < 0 }
		if a.ID != b.ID && less(&a, &b) == less(&b, &a) {
			rt.Fatalf("neither or both first: %+v and %+v", a, b)
		}
		if less(&a, &b) && less(&b, &c) && !less(&a, &c) {
			rt.Fatalf("goes round: %+v, %+v, %+v", a, b, c)
		}
		if policy.Less(&a, &b, ed) != less(&a, &b) {
			rt.Fatalf("the list and the queue disagree: %+v and %+v", a, b)
		}
		ra, rb := slices.Index(ranks, a.Priority), slices.Index(ranks, b.Priority)
		wa, wb := waitsSince(&a), waitsSince(&b)
		want := ra < rb
		if ra == rb {
			switch {
			case wa.IsZero() != wb.IsZero():
				want = wb.IsZero()
			case !wa.Equal(wb):
				want = wa.Before(wb)
			default:
				return
			}
		}
		if less(&a, &b) != want {
			rt.Fatalf("want %v of %+v before %+v", want, a, b)
		}
	})
}

func waitsSince(t *desk.Ticket) time.Time {
	if t.WaitingSince.IsZero() || !t.DueSince.IsZero() && t.DueSince.Before(t.WaitingSince) {
		return t.DueSince
	}
	return t.WaitingSince
}

// Whoever it is that asks, work that has stopped precedes a request, and
// nothing but priority and waiting decides (BEHAVIOURS 4.3).
func TestPlaceKnowsNobody(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := drawWaiting(rt)
		b := a
		b.Requester, b.Org, b.OrgName, b.Subject, b.Number = "rita", "kranich", "Kranich", "Help", 7
		b.Urgency, b.Created, b.LastText, b.Private, b.Files = desk.UrgencyEmergency, day, "now", true, true
		b.Department, b.Intended, b.Version, b.LastSeq, b.PublicSeq = "mail", "care", 9, 9, 9
		if !bytes.Equal(policy.Place(&a), policy.Place(&b)) {
			rt.Fatalf("something else moves it: %+v and %+v", a, b)
		}
	})
	stopped := desk.Ticket{ID: "z", Status: desk.New, Priority: desk.PriorityEmergency, WaitingSince: day.Add(9 * time.Hour)}
	request := desk.Ticket{ID: "a", Status: desk.New, Priority: desk.PriorityLow, WaitingSince: day, Org: "the largest"}
	if !policy.Less(&stopped, &request, ed) {
		t.Error("a request precedes work that has stopped")
	}
}

func TestQueued(t *testing.T) {
	for s, want := range map[desk.Status]bool{
		desk.New: true, desk.Triage: true, desk.InProgress: true, desk.WaitingCustomer: false, desk.WaitingThirdParty: false,
		desk.OnHold: false, desk.Solved: false, desk.Closed: false,
	} {
		if got := policy.Queued(&desk.Ticket{Status: s}); got != want {
			t.Errorf("%s: got %v", s, got)
		}
		if policy.Queued(&desk.Ticket{Status: s, Assignee: "ed"}) {
			t.Errorf("%s with somebody is in the queue", s)
		}
	}
	me := desk.Actor{Person: "ed"}
	for _, c := range []struct {
		t    desk.Ticket
		want bool
	}{
		{desk.Ticket{Requester: "rita"}, true},
		{desk.Ticket{Requester: "ed"}, false},
		{desk.Ticket{Requester: "rita", Passed: []desk.PersonID{"eve"}}, true},
		{desk.Ticket{Requester: "rita", Passed: []desk.PersonID{"eve", "ed"}}, false},
	} {
		if got := policy.For(&c.t, me); got != c.want {
			t.Errorf("%+v: got %v", c.t, got)
		}
	}
}
