package query_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/query"
)

func at(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic(err)
	}
	return t
}

func ticket() *desk.Ticket {
	return &desk.Ticket{
		ID: "0198a000-0000-7000-8000-000000000001", Number: 2041, Subject: "Mailbox of Jörg is full: error 5.2.2 at 10.0.0.7", Status: desk.InProgress,
		Priority: desk.PriorityHigh, Urgency: desk.UrgencyNormal, Type: desk.Incident, Tags: []string{"dns", "quota"}, Requester: "petra", CCs: []desk.PersonID{"bob"},
		Org: "arendal", OrgName: "Arendal Sjø", Department: "mail", Intended: "care", Assignee: "jonas", Helpers: []desk.PersonID{"lea"},
		People: []desk.Named{{ID: "petra", Name: "Petra Smit"}, {ID: "jonas", Name: "Jonas Vos", Staff: true}}, Refs: []desk.Reference{{Kind: "domain", ID: "d-1", Label: "arendal.example"}},
		Created: at("2026-11-03 23:30"), Updated: at("2026-11-20 08:00"), Files: true,
	}
}

var (
	jonas = desk.Actor{Person: "jonas", Role: desk.Engineer, Departments: []desk.DeptID{"mail"}}
	petra = desk.Actor{Person: "petra", Role: desk.Customer, Memberships: []desk.Membership{{Org: "arendal"}}}
)

func TestMatch(t *testing.T) {
	place := desk.Place{Departments: map[desk.DeptID]desk.Department{"mail": {ID: "mail", Name: "Mail and DNS"}}, People: map[desk.PersonID]desk.Person{"bob": {ID: "bob", Name: "Bob Årud", Email: "bob@arendal.example"}}}
	s := query.Scope{Me: jonas, Now: at("2026-11-29 15:00"), Place: place, Unread: true}
	yes := []string{
		"", "mailbox", "MAIL", "jorg", "full jörg", `"is full"`, "5.2.2", "10.0.0.7", "#" + desk.Number(2041).String(), desk.Number(2041).String(), ticket().ID.Reference(),
		"is:open", "is:progress", "-is:done", "is:unread", "is:mine", "is:needs-me", "-is:unassigned", "from:petra", "from:smit", `from:"petra smit"`, "from:PETRA",
		"to:jonas", "to:lea", "to:bob", "to:care", "to:mail", "-to:petra", "cc:bob", "cc:arud", "cc:bob@arendal.example", "-cc:none", "org:arendal", "org:sjo", "dept:mail",
		`dept:"mail and dns"`, "dept:mine", "assignee:me", "assignee:vos", "-assignee:none", "tag:dns", "-tag:none", "-tag:spam", "priority:high", "urgency:normal",
		"type:incident", "ref:arendal", "ref:domain", "ref:d-1", "has:file", "has:tag", "-has:question", "web or mailbox", "(web or mailbox) -tag:spam", "dns",
		"before:2026-11-04", "after:2026-11-03", "after:2026-11", "-before:2026-11-03", "created:2026-11-03", "created:2026-11", "created:2026", "-created:2025",
		"updated:9d", "-updated:8d", "updated:2w", "created:1m", "before:3w", "-after:3w", "-file:log", "-updated:today",
	}
	for _, text := range yes {
		q, faults := query.Parse(text)
		if len(faults) > 0 {
			t.Errorf("%q: %v", text, faults)
		}
		if !q.Match(ticket(), s) {
			t.Errorf("%q does not hold", text)
		}
		if text == "" {
			continue
		}
		if q, _ = query.Parse("-(" + text + ")"); q.Match(ticket(), s) {
			t.Errorf("the contrary of %q holds, too", text)
		}
	}
	for _, text := range []string{"box", "web", `"full jörg"`, "#1", "from:jonas", "from:pet smit bob", "assignee:none", "dept:care", "org:none", "is:solved"} {
		if q, _ := query.Parse(text); q.Match(ticket(), s) {
			t.Errorf("%q holds", text)
		}
	}
}

// The same hour is another day in another zone, and a clock change makes no day
// longer than its date.
func TestDaysAreTheReaders(t *testing.T) {
	berlin := time.FixedZone("there", 3600)
	q, _ := query.Parse("created:2026-11-03")
	if !q.Match(ticket(), query.Scope{Me: jonas, Now: at("2026-11-29 15:00")}) || q.Match(ticket(), query.Scope{Me: jonas, Now: at("2026-11-29 15:00"), Zone: berlin}) {
		t.Error("23:30 is the next day an hour east")
	}
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	q, _ = query.Parse("created:7d")
	x := &desk.Ticket{Created: time.Date(2026, 10, 22, 0, 0, 0, 0, zone)}
	if !q.Match(x, query.Scope{Now: time.Date(2026, 10, 29, 12, 0, 0, 0, zone), Zone: zone}) || q.Match(x, query.Scope{Now: time.Date(2026, 10, 30, 0, 0, 0, 0, zone), Zone: zone}) {
		t.Error("seven days ago is a date, whatever the clocks did in between")
	}
}

func TestDaily(t *testing.T) {
	for text, want := range map[string]bool{"before:7d": true, "created:today": true, "due:tomorrow": true, "before:2026-11": false, "mail is:open": false, "-(a or updated:1y)": true} {
		if q, _ := query.Parse(text); q.Daily() != want {
			t.Errorf("%q: %v", text, q.Daily())
		}
	}
}

// What customers call the priority is what they said themselves: the team's is
// not told by what a query finds.
func TestACustomersQuerySaysNothingOfTheTeam(t *testing.T) {
	x := ticket()
	q, _ := query.Parse("priority:normal")
	if !q.Match(x, query.Scope{Me: petra}) {
		t.Error("their own word is not found")
	}
	if q, _ = query.Parse("priority:high"); q.Match(x, query.Scope{Me: petra}) {
		t.Error("the team's priority is found by a customer")
	}
	if q, _ = query.Parse("is:mine org:me"); !q.Match(x, query.Scope{Me: petra}) {
		t.Error("is:mine is what they asked")
	}
}

func TestTextsAreDecidedByWhoeverHasThem(t *testing.T) {
	q, _ := query.Parse(`mail -("two words" or file:log) is:open`)
	var seen []string
	for _, n := range q.Texts() {
		seen = append(seen, shape(n))
	}
	if strings.Join(seen, " ") != "mail “two words” file=log" {
		t.Errorf("the texts are %v", seen)
	}
	has := []string{"mail"}
	s := query.Scope{Me: jonas, Text: func(n query.Node) bool { return slices.Contains(has, shape(n)) }}
	x := &desk.Ticket{Status: desk.New, Subject: "nothing of it"}
	if !q.Match(x, s) {
		t.Error("the text says mail")
	}
	has = append(has, "file=log")
	if q.Match(x, s) {
		t.Error("the file was not to be there")
	}
}

func TestNamed(t *testing.T) {
	place := desk.Place{
		Departments: map[desk.DeptID]desk.Department{"hosting": {ID: "hosting", Name: "Web hosting"}},
		Orgs:        map[desk.OrgID]desk.Organization{"arendal": {ID: "arendal", Name: "Arendal Sjø"}},
		People:      map[desk.PersonID]desk.Person{"petra": {ID: "petra", Name: "Petra Smit"}, "p2": {ID: "p2", Name: "Anna Ek"}, "p3": {ID: "p3", Name: "Anna Ek"}},
	}
	for text, want := range map[string]string{
		`dept:"web hosting" org:"arendal sjo" -from:"petra smit"`: "dept:hosting org:arendal -from:petra",
		`assignee:"anna ek" or assignee:me`:                       `assignee:"anna ek" or assignee:me`,
		"dept:Hosting":                                            "dept:hosting",
	} {
		q, _ := query.Parse(text)
		if q, faults := q.Named(place); q.String() != want || len(faults) > 0 {
			t.Errorf("%s is %s, %v", text, q, faults)
		}
	}
	q, _ := query.Parse("a dept:hostin")
	if _, faults := q.Named(place); len(faults) != 1 || faults[0].At != 2 || !strings.Contains(faults[0].String(), "Did you mean “hosting”?") {
		t.Errorf("%v", faults)
	}
}

func BenchmarkMatch(b *testing.B) {
	q, _ := query.Parse("mailbox from:petra (tag:dns or tag:web) updated:2w -is:done")
	x, s := ticket(), query.Scope{Me: jonas, Now: at("2026-11-29 15:00")}
	for b.Loop() {
		q.Match(x, s)
	}
}
