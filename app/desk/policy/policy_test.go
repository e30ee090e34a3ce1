package policy_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

var day = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

var (
	ed   = desk.Actor{Person: "ed", Role: desk.Engineer, Departments: []desk.DeptID{"mail"}}
	rita = desk.Actor{Person: "rita", Role: desk.Customer, Memberships: []desk.Membership{{Org: "kranich", Access: desk.OrgRead}, {Org: "sund", Access: desk.OrgNone}}}
	carl = desk.Actor{Person: "carl", Role: desk.Customer}
)

func TestTurn(t *testing.T) {
	for _, c := range []struct {
		status               desk.Status
		assignee             desk.PersonID
		staff, asker, others policy.Whose
	}{
		{desk.New, "", policy.Nobody, policy.WithUs, policy.WithUs},
		{desk.Triage, "", policy.Nobody, policy.WithUs, policy.WithUs},
		{desk.InProgress, "ed", policy.Yours, policy.WithUs, policy.WithUs},
		{desk.InProgress, "eve", policy.Colleague, policy.WithUs, policy.WithUs},
		{desk.WaitingCustomer, "ed", policy.TheirTurn, policy.Yours, policy.Colleague},
		{desk.WaitingThirdParty, "ed", policy.ThirdParty, policy.ThirdParty, policy.ThirdParty},
		{desk.OnHold, "ed", policy.Hold, policy.Hold, policy.Hold},
		{desk.Solved, "ed", policy.Solved, policy.Solved, policy.Solved},
		{desk.Closed, "", policy.Solved, policy.Solved, policy.Solved},
	} {
		ticket := &desk.Ticket{Status: c.status, Assignee: c.assignee, Requester: "rita", CCs: []desk.PersonID{"carl"}}
		got := []policy.Whose{policy.Turn(ticket, ed), policy.Turn(ticket, rita), policy.Turn(ticket, carl)}
		if want := []policy.Whose{c.staff, c.asker, c.others}; !slices.Equal(got, want) {
			t.Errorf("%s with %q: got %v, want %v", c.status, c.assignee, got, want)
		}
	}
}

// What a row says about whose turn it is and the part of the list it stands in
// must agree for every status and reader.
func TestSectionFollowsTurn(t *testing.T) {
	want := map[policy.Whose]policy.Part{
		policy.Yours: policy.Needs, policy.Nobody: policy.Needs, policy.Colleague: policy.Needs, policy.TheirTurn: policy.Waiting,
		policy.WithUs: policy.Waiting, policy.ThirdParty: policy.Waiting, policy.Hold: policy.Waiting, policy.Solved: policy.Done,
	}
	for _, s := range []desk.Status{desk.New, desk.Triage, desk.InProgress, desk.WaitingCustomer, desk.WaitingThirdParty, desk.OnHold, desk.Solved, desk.Closed} {
		for _, me := range []desk.Actor{ed, rita, carl} {
			ticket := &desk.Ticket{Status: s, Requester: "rita", Assignee: "eve"}
			w := want[policy.Turn(ticket, me)]
			if me.Person == "carl" && s == desk.WaitingCustomer {
				w = policy.Waiting // it waits on Rita, not on who reads along
			}
			if got := policy.Section(ticket, me); got != w {
				t.Errorf("%s for %s: got %s, want %s", s, me.Person, got, w)
			}
		}
	}
}

func TestQueueOrder(t *testing.T) {
	at := func(h int) time.Time { return day.Add(time.Duration(h) * time.Hour) }
	in := []desk.Ticket{
		{ID: "emergency", Status: desk.InProgress, Priority: desk.PriorityEmergency, WaitingSince: at(9), PublicUpdated: at(9)},
		{ID: "high", Status: desk.New, Priority: desk.PriorityHigh, WaitingSince: at(8), PublicUpdated: at(8)},
		// It was written to again at 10, and does not fall back for that.
		{ID: "waits longest", Status: desk.Triage, Priority: desk.PriorityNormal, WaitingSince: at(1), PublicUpdated: at(10)},
		{ID: "waits less", Status: desk.InProgress, WaitingSince: at(2), PublicUpdated: at(2)},
		{ID: "we said something", Status: desk.InProgress, PublicUpdated: at(3), Updated: at(11)},
		{ID: "low", Status: desk.New, Priority: desk.PriorityLow, WaitingSince: at(0), PublicUpdated: at(0)},
		{ID: "on customer", Status: desk.WaitingCustomer, Priority: desk.PriorityNormal, PublicUpdated: at(1)},
		{ID: "on hold later", Status: desk.OnHold, Priority: desk.PriorityNormal, PublicUpdated: at(4)},
		{ID: "solved last", Status: desk.Solved, Priority: desk.PriorityLow, ClosedAt: at(7), PublicUpdated: at(1)},
		{ID: "solved first", Status: desk.Closed, Priority: desk.PriorityEmergency, ClosedAt: at(5), PublicUpdated: at(9)},
	}
	check(t, in, ed)
}

func TestCustomerOrder(t *testing.T) {
	at := func(h int) time.Time { return day.Add(time.Duration(h) * time.Hour) }
	check(t, []desk.Ticket{
		{ID: "waits on me, new", Requester: "rita", Status: desk.WaitingCustomer, Updated: at(2)},
		{ID: "waits on me, old", Requester: "rita", Status: desk.WaitingCustomer, Updated: at(1)},
		{ID: "newest", Requester: "rita", Status: desk.InProgress, Updated: at(9)},
		{ID: "older", Requester: "rita", Status: desk.New, Updated: at(8), Priority: desk.PriorityEmergency},
		{ID: "solved last", Requester: "rita", Status: desk.Solved, ClosedAt: at(7), Updated: at(7)},
		{ID: "solved first", Requester: "rita", Status: desk.Closed, ClosedAt: at(6), Updated: at(8)},
	}, rita)
}

// check wants in to be in order, compared both ways round.
func check(t *testing.T, in []desk.Ticket, me desk.Actor) {
	t.Helper()
	for i := range in {
		for j := range in {
			if got, want := policy.Less(&in[i], &in[j], me), i < j; got != want {
				t.Errorf("%q before %q: got %v, want %v", in[i].ID, in[j].ID, got, want)
			}
			x, y := policy.SortKey(&in[i], me), policy.SortKey(&in[j], me)
			if (bytes.Compare(x, y) < 0) != (i < j) {
				t.Errorf("keys of %q and %q do not say so", in[i].ID, in[j].ID)
			}
		}
	}
}

func TestOrderOfOddTimes(t *testing.T) {
	a := &desk.Ticket{ID: "a"}
	b := &desk.Ticket{ID: "b", Updated: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)}
	if bytes.Equal(policy.SortKey(a, ed), policy.SortKey(b, ed)) || !policy.Less(a, b, ed) {
		t.Error("tickets without a time are not ordered by id")
	}
}

var departments = []desk.Department{{ID: "care", Name: "Care", Triage: true}, {ID: "mail", Name: "Mail"}, {ID: "servers", Name: "Servers"}}

func ids(views []policy.View) string {
	var out []string
	for _, v := range views {
		out = append(out, string(v.ID))
	}
	return strings.Join(out, " ")
}

func TestViews(t *testing.T) {
	admin := desk.Actor{Person: "ada", Role: desk.Admin, Departments: []desk.DeptID{"care", "mail", "servers"}}
	for _, c := range []struct {
		who  desk.Actor
		want string
	}{
		{ed, "needs_me called my_open unassigned all_open chats waiting_customer waiting_third on_hold snoozed waiting_long dept:mail solved"},
		{admin, "needs_me called my_open triage:care unassigned all_open chats waiting_customer waiting_third on_hold snoozed waiting_long dept:care dept:mail dept:servers solved"},
		{rita, "mine waiting_on_me solved mine_all ccd org:kranich"},
		{carl, "mine waiting_on_me solved mine_all ccd"},
		{desk.Actor{Person: "x"}, ""},
	} {
		views := policy.Views(c.who, departments)
		if got := ids(views); got != c.want {
			t.Errorf("%s: got %s, want %s", c.who.Person, got, c.want)
		}
		for _, v := range views {
			if v.Title == "" || v.Icon == "" || !strings.HasSuffix(v.Empty, ".") {
				t.Errorf("%s has no title, icon or sentence for an empty list: %+v", v.ID, v)
			}
		}
	}
}

func TestInView(t *testing.T) {
	tickets := map[string]desk.Ticket{
		"new in triage": {Status: desk.New, Department: "care", Intended: "mail"},
		"mine":          {Status: desk.InProgress, Department: "mail", Assignee: "ed"},
		"eve's":         {Status: desk.InProgress, Department: "mail", Assignee: "eve"},
		"on customer":   {Status: desk.WaitingCustomer, Department: "mail", Assignee: "ed"},
		"on third":      {Status: desk.WaitingThirdParty, Department: "mail"},
		"on hold":       {Status: desk.OnHold, Department: "servers", Assignee: "ed"},
		"solved":        {Status: desk.Solved, Department: "mail", Assignee: "ed"},
	}
	for view, want := range map[policy.ViewID]string{
		policy.ViewNeedsMe:             "mine",
		policy.ViewMyOpen:              "mine, on customer, on hold",
		policy.TriageView("care"):      "new in triage",
		policy.ViewUnassigned:          "new in triage, on third",
		policy.ViewAllOpen:             "eve's, mine, new in triage, on customer, on hold, on third",
		policy.ViewWaitingCustomer:     "on customer",
		policy.ViewWaitingThird:        "on third",
		policy.ViewOnHold:              "on hold",
		policy.DeptView("mail"):        "eve's, mine, on customer, on third, solved",
		policy.ViewSolved:              "solved",
		policy.ViewMine:                "",
		policy.OrgView("kranich"):      "",
		policy.ViewID("from tomorrow"): "",
	} {
		var got []string
		for name, ticket := range tickets {
			if policy.InView(view, &ticket, ed) {
				got = append(got, name)
			}
		}
		slices.Sort(got)
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: got %v, want %s", view, got, want)
		}
	}
}

func TestInCustomerView(t *testing.T) {
	tickets := map[string]desk.Ticket{
		"mine":            {Requester: "rita", Status: desk.New, Org: "kranich"},
		"mine, solved":    {Requester: "rita", Status: desk.Solved, Org: "kranich"},
		"mine, private":   {Requester: "rita", Status: desk.WaitingCustomer, Org: "kranich", Private: true},
		"in cc":           {Requester: "carl", CCs: []desk.PersonID{"rita"}, Status: desk.WaitingCustomer, Org: "sund"},
		"a colleague’s":   {Requester: "nora", Status: desk.New, Org: "kranich"},
		"mine, in cc too": {Requester: "rita", CCs: []desk.PersonID{"rita"}, Status: desk.New},
	}
	for view, want := range map[policy.ViewID]string{
		policy.ViewMine:           "mine; mine, in cc too; mine, private",
		policy.ViewMineAll:        "mine; mine, in cc too; mine, private; mine, solved",
		policy.ViewWaitingOnMe:    "mine, private",
		policy.ViewSolved:         "mine, solved",
		policy.ViewCCd:            "in cc",
		policy.OrgView("kranich"): "a colleague’s; mine; mine, solved",
		policy.OrgView(""):        "",
		policy.ViewAllOpen:        "",
		policy.DeptView(""):       "",
	} {
		var got []string
		for name, ticket := range tickets {
			if policy.InView(view, &ticket, rita) {
				got = append(got, name)
			}
		}
		slices.Sort(got)
		if strings.Join(got, "; ") != want {
			t.Errorf("%s: got %v, want %s", view, got, want)
		}
	}
}

func ExampleSortKey() {
	t := &desk.Ticket{ID: "t1", Status: desk.New, Priority: desk.PriorityHigh, WaitingSince: time.UnixMilli(1)}
	fmt.Printf("%x\n", policy.SortKey(t, desk.Actor{Person: "ed", Role: desk.Engineer}))
	// Output: 010200000000000000017431
}
