package policy_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// Each table is in the order it should have, for staff.
func TestOrders(t *testing.T) {
	at := func(h int) time.Time { return day.Add(time.Duration(h) * time.Hour) }
	for _, c := range []struct {
		order policy.Order
		in    []desk.Ticket
	}{
		{policy.ByNewest, []desk.Ticket{
			{ID: "a note just now", Status: desk.New, Updated: at(9), PublicUpdated: at(1)},
			{ID: "written at eight", Status: desk.InProgress, Updated: at(8), PublicUpdated: at(8), Priority: desk.PriorityLow},
			{ID: "urgent but quiet", Status: desk.Triage, Updated: at(2), PublicUpdated: at(2), Priority: desk.PriorityEmergency},
			{ID: "only public", Status: desk.Triage, PublicUpdated: at(1)},
			{ID: "on hold, newest of all", Status: desk.OnHold, Updated: at(12)},
			{ID: "on customer", Status: desk.WaitingCustomer, Updated: at(4)},
			{ID: "solved, touched last", Status: desk.Solved, Updated: at(7), ClosedAt: at(3)},
			{ID: "solved, closed last", Status: desk.Closed, Updated: at(6), ClosedAt: at(6)},
		}},
		{policy.ByOldest, []desk.Ticket{
			{ID: "without a date", Status: desk.New},
			{ID: "first", Status: desk.New, Created: at(1), Updated: at(9), Priority: desk.PriorityLow},
			{ID: "second", Status: desk.InProgress, Created: at(2), Updated: at(2), Priority: desk.PriorityEmergency},
			{ID: "waits", Status: desk.OnHold, Created: at(0)},
			{ID: "solved", Status: desk.Solved, Created: at(0), ClosedAt: at(5)},
			{ID: "solved, younger", Status: desk.Solved, Created: at(3), ClosedAt: at(9)},
		}},
		{policy.ByDue, []desk.Ticket{
			{ID: "somebody has to have it first", Status: desk.New, Due: at(9), Clocks: desk.Clocks{Assign: at(1)}},
			{ID: "late", Status: desk.New, Due: at(2), Priority: desk.PriorityLow},
			{ID: "soon", Status: desk.InProgress, Due: at(4), Created: at(3)},
			{ID: "nothing is due", Status: desk.New, Created: at(0), Priority: desk.PriorityEmergency},
			{ID: "on hold until", Status: desk.OnHold, HoldUntil: at(1)},
			{ID: "on hold", Status: desk.OnHold},
			{ID: "solved", Status: desk.Solved},
		}},
		{policy.ByNumber, []desk.Ticket{
			{ID: "no number yet", Status: desk.New, Created: at(1)},
			{ID: "highest", Status: desk.New, Number: 70_000},
			{ID: "high", Status: desk.New, Number: 256, Priority: desk.PriorityEmergency},
			{ID: "low", Status: desk.Triage, Number: 255, Created: at(9)},
			{ID: "waits", Status: desk.WaitingThirdParty, Number: 99_999},
			{ID: "solved", Status: desk.Closed, Number: 100_000},
		}},
	} {
		keys := make([][]byte, len(c.in))
		for i := range c.in {
			keys[i] = c.order.Key(&c.in[i], ed)
		}
		for i := range keys {
			for j := range keys {
				if got, want := bytes.Compare(keys[i], keys[j]) < 0, i < j; got != want {
					t.Errorf("%s: %q before %q: got %v, want %v", c.order, c.in[i].ID, c.in[j].ID, got, want)
				}
			}
		}
	}
}

// Whatever the order, a list has its sections in their places and no two
// tickets at one.
func TestOrdersKeepSections(t *testing.T) {
	a := &desk.Ticket{ID: "a", Status: desk.New, Assignee: "ed", Updated: day}
	b := &desk.Ticket{ID: "b", Status: desk.New, Assignee: "ed", Updated: day}
	for _, o := range policy.Orders() {
		for _, me := range []desk.Actor{ed, rita} {
			for _, s := range []desk.Status{desk.New, desk.OnHold, desk.WaitingCustomer, desk.Solved} {
				x := desk.Ticket{ID: "x", Status: s, Requester: "rita", Number: 7, Created: day, Updated: day}
				if got, want := o.Key(&x, me)[0], policy.SortKey(&x, me)[0]; got != want {
					t.Errorf("%s of %s for %s: section %d, want %d", o, s, me.Person, got, want)
				}
			}
		}
		if k, l := o.Key(a, ed), o.Key(b, ed); bytes.Equal(k, l) || !bytes.HasSuffix(k, []byte("a")) {
			t.Errorf("%s: keys %x and %x do not end in their tickets", o, k, l)
		}
		base, order, ok := policy.DeptView("mail").In(o).Split()
		if base != "dept:mail" || order != o || !ok {
			t.Errorf("%s: got %s %s %v back", o, base, order, ok)
		}
	}
	if !bytes.Equal(policy.ByQueue.Key(a, ed), policy.SortKey(a, ed)) || policy.ViewMine.In(policy.ByQueue) != policy.ViewMine {
		t.Error("the queue is not the usual order")
	}
	for _, id := range []policy.ViewID{"mine~", "mine~queue", "mine~size", "mine~newest~oldest"} {
		if _, _, ok := id.Split(); ok {
			t.Errorf("%s counts as an order", id)
		}
	}
	if slices.Contains([]byte(policy.DeptView("a")), '~') || desk.ValidSlug("a~b") {
		t.Error("a view's own id may hold the mark")
	}
}
