package access_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/policy"
)

// genTicket draws a ticket among few people, so that they meet often. Staff
// are those whose name starts with s.
func genTicket(rt *rapid.T) *desk.Ticket {
	person := rapid.SampledFrom([]desk.PersonID{"c1", "c2", "c3", "s1", "s2", "s3"})
	ours := rapid.SampledFrom([]desk.PersonID{"", "s1", "s2", "s3"})
	t := &desk.Ticket{
		ID: "t", Requester: person.Draw(rt, "requester"),
		CCs:        rapid.SliceOfN(person, 0, 2).Draw(rt, "ccs"),
		Page:       desk.Summons{To: rapid.SliceOfN(ours, 0, 2).Draw(rt, "paged")},
		Escalation: desk.Escalation{Told: desk.Summons{To: rapid.SliceOfN(ours, 0, 2).Draw(rt, "escalated")}},
		Org:        rapid.SampledFrom([]desk.OrgID{"", "o1", "o2"}).Draw(rt, "org"),
		Department: rapid.SampledFrom([]desk.DeptID{"d1", "d2"}).Draw(rt, "dept"),
		Assignee:   ours.Draw(rt, "assignee"),
		Private:    rapid.Bool().Draw(rt, "private"),
	}
	for _, p := range rapid.SliceOfN(ours, 0, 2).Draw(rt, "helpers") {
		if p != "" {
			t.Helpers = append(t.Helpers, p)
		}
	}
	for _, p := range rapid.SliceOfN(ours, 0, 2).Draw(rt, "followers") {
		if p != "" {
			t.Followers = append(t.Followers, p)
		}
	}
	for _, p := range []desk.PersonID{"c1", "c2", "c3", "s1", "s2", "s3"} {
		t.People = append(t.People, desk.Named{ID: p, Name: string(p), Staff: p[0] == 's'})
	}
	return t
}

func genActor(rt *rapid.T) desk.Actor {
	id := rapid.SampledFrom([]desk.PersonID{"c1", "c2", "c3", "c4", "s1", "s2", "s3", "s4"}).Draw(rt, "who")
	if id[0] == 'c' {
		level := rapid.SampledFrom([]desk.OrgAccess{"", desk.OrgNone, desk.OrgRead, desk.OrgComment, "nonsense"})
		return desk.Actor{Person: id, Role: desk.Customer, Memberships: []desk.Membership{
			{Org: "o1", Access: level.Draw(rt, "o1")}, {Org: "o2", Access: level.Draw(rt, "o2")}, {Org: "", Access: desk.OrgRead},
		}}
	}
	role := rapid.SampledFrom([]desk.Role{desk.Engineer, desk.Lead, desk.Admin}).Draw(rt, "role")
	if role == desk.Admin {
		return desk.Actor{Person: id, Role: role, Departments: []desk.DeptID{"d1", "d2"}}
	}
	return desk.Actor{Person: id, Role: role, Departments: rapid.SampledFrom([][]desk.DeptID{nil, {"d1"}, {"d1", "d2"}}).Draw(rt, "depts")}
}

// What somebody may ask for by id and what they hear of by themselves must be
// the same, in one form only.
func TestSeeingIsHearing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ticket, a := genTicket(rt), genActor(rt)
		form := hears(a, ticket)
		if got := access.CanSee(a, ticket); got != (form != ".") {
			rt.Fatalf("sees %v, hears %q", got, form)
		}
		want := map[bool]string{true: "s", false: "c"}[a.Role.Staff()]
		if form != "." && form != want {
			rt.Fatalf("%s hears the form %q", a.Role, form)
		}
	})
}

func TestLanesAreSortedAndOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		for _, lanes := range [][]desk.LaneID{access.LanesOf(genTicket(rt)), access.LanesFor(genActor(rt))} {
			for i := 1; i < len(lanes); i++ {
				if lanes[i-1] >= lanes[i] {
					rt.Fatalf("not sorted: %v", lanes)
				}
			}
		}
	})
}

func TestIsCustomerLane(t *testing.T) {
	for lane, want := range map[desk.LaneID]bool{
		"c/user/u": true, "c/org/o": true, "c/dir": true, "c/dir/o": true, "s/dept/d": false, "s/user/e": false, "s/dir": false,
		"": true, "x/later": true,
	} {
		if got := access.IsCustomerLane(lane); got != want {
			t.Errorf("%q: got %v, want %v", lane, got, want)
		}
	}
}

func keys(v any) []string {
	var out []string
	for f := range reflect.TypeOf(v).Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// The fields a customer's client may hold. Adding one here is a decision that
// every customer who sees the ticket may know it (RELIABILITY T01).
var (
	customerTicketKeys = `asks assignee begins cause ccs claim closed_at cover created deletes department due due_kind due_since escalation files files_gone grant helpers hold_until id intended into joined last_by last_seq last_text later links live
		merged_told number org org_name page people pledges private rating refs requester resolution said seen settles status steps subject topic topic_name filled checks approval need type updated urgency version waiting workaround fix work`
	customerEntryKeys = `answers asks at author author_name channel claimed command corrects engages files from given id kind opens phrase pledge reason refers seq staff talk text ticket to to_name until usual`
	summonsKeys       = `ack_at ack_by at level name since`
	escalationKeys    = `at by ended needed outcome reason told`
	customerTalkKeys  = `direction minutes outcome started with with_name`
	checkKeys         = `at done name shown text` // shown is always empty there
	approvalKeys      = `at by name reason state work`
	needKeys          = `by date earliest expedite`
	givenKeys         = `field label type value words`
	workKeys          = `by from risk until`
	fixKeys           = `due state`
	workaroundKeys    = `at by judged_at judged_by message text verdict why`
	pledgeKeys        = `by due ended id missed seq state text`
	askKeys           = `answer answered_at answered_by id required seq state step text`
	sinceKeys         = `at person seq`
	publicPersonKeys  = `departments id name role title`
	coverKeys         = `entitlement hours lapsed level open owner product promises release said since until why`
)

func TestCustomerTypesHoldNothingElse(t *testing.T) {
	for _, c := range []struct {
		form, staff any
		allowed     string
	}{
		{desk.CustomerTicket{}, desk.Ticket{}, customerTicketKeys},
		{desk.CustomerEntry{}, desk.Entry{}, customerEntryKeys},
		{desk.CustomerTalk{}, desk.Talk{}, customerTalkKeys},
		{desk.PublicPerson{}, desk.Person{}, publicPersonKeys},
		{desk.Cover{}, desk.Cover{}, coverKeys},
		{desk.Check{}, desk.Check{}, checkKeys},
		{desk.Approval{}, desk.Approval{}, approvalKeys},
		{desk.Need{}, desk.Need{}, needKeys},
		{desk.Given{}, desk.Given{}, givenKeys},
		{desk.Pledge{}, desk.Pledge{}, pledgeKeys},
		{desk.CustomerSummons{}, desk.Summons{}, summonsKeys},
		{desk.CustomerEscalation{}, desk.Escalation{}, escalationKeys},
		{desk.Work{}, desk.Work{}, workKeys},
		{desk.CustomerFix{}, desk.Fix{}, fixKeys},
		{desk.Workaround{}, desk.Workaround{}, workaroundKeys},
		{desk.Since{}, desk.Since{}, sinceKeys},
		{desk.Ask{}, desk.Ask{}, askKeys}, // one form for both: all of it is public
	} {
		name := reflect.TypeOf(c.form).Name()
		want := strings.Fields(c.allowed)
		slices.Sort(want)
		if got := keys(c.form); !slices.Equal(got, want) {
			t.Errorf("%s has the keys\n%v, allowed are\n%v", name, got, want)
		}
		full := keys(c.staff)
		for _, k := range keys(c.form) {
			if !slices.Contains(full, k) {
				t.Errorf("%s.%s is no key of the staff record, so a client would drop it", name, k)
			}
		}
	}
}

// fill sets every field of v to something that shows in text.
func fill(v reflect.Value) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Unix(7777, 0)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("secret")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint64:
		v.SetUint(7777)
	case reflect.Int64:
		v.SetInt(7777)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i))
			}
		}
	}
}

// Only the fields named here may have an effect on the customer's form.
func TestCustomerReadsOnlyWhatItShows(t *testing.T) {
	shown := `ID Number Subject Status Urgency Type Claim Rating Refs Cover Requester CCs Org OrgName Department Intended Assignee Helpers Private People
		Created HoldUntil ClosedAt Resolution Cause Links Into MergedTold Joined Steps Seen Topic TopicName Filled Checks Approval Need PublicVersion PublicSeq PublicUpdated PublicLastBy PublicLast Said PublicFiles DueSince PublicDue Waiting Settles Asks Pledges Escalation Live Workaround Fix Work Deletes FilesGone Grant`
	zero := access.Customer(&desk.Ticket{})
	for f := range reflect.TypeFor[desk.Ticket]().Fields() {
		var ticket desk.Ticket
		fill(reflect.ValueOf(&ticket).Elem().FieldByName(f.Name))
		if f.Name == "People" {
			ticket.Requester = ticket.People[0].ID
		}
		changed := !reflect.DeepEqual(access.Customer(&ticket), zero)
		if want := slices.Contains(strings.Fields(shown), f.Name); changed != want {
			t.Errorf("field %s reaches customers: %v, want %v", f.Name, changed, want)
		}
	}
}

// Whoever a field of the customer's form names is somebody they meet, with a name
// or a mask of their own; otherwise a mask would be forgotten (BEHAVIOURS 4.8).
func TestEverybodyTheFormNamesIsMet(t *testing.T) {
	found := 0
	for f := range reflect.TypeFor[desk.Ticket]().Fields() {
		if f.Name == "People" {
			continue
		}
		var ticket desk.Ticket
		fill(reflect.ValueOf(&ticket).Elem().FieldByName(f.Name))
		form := access.Customer(&ticket)
		if !names(reflect.ValueOf(form)) {
			continue
		}
		found++
		if !access.PublicRefs(&ticket)["secret"] {
			t.Errorf("customers are told in %s of somebody whom nobody puts a mask on", f.Name)
		}
	}
	if found < 10 {
		t.Errorf("only %d fields name somebody; the test looks past them", found)
	}
}

// names reports whether somebody's id stands anywhere in v.
func names(v reflect.Value) bool {
	switch {
	case v.Type() == reflect.TypeFor[desk.PersonID]():
		return v.String() != ""
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			if names(v.Index(i)) {
				return true
			}
		}
	case v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[time.Time]():
		for i := range v.NumField() {
			if names(v.Field(i)) {
				return true
			}
		}
	}
	return false
}

func TestCustomerNamesOnlyWhomTheyMeet(t *testing.T) {
	ticket := &desk.Ticket{
		Requester: "rita", CCs: []desk.PersonID{"carl"}, Assignee: "asa", Followers: []desk.PersonID{"fay"},
		LastBy: "nick", PublicLastBy: "paul",
		Steps: []desk.Step{{Kind: "triaged", By: "tina", To: "mail"}, {Kind: "assigned", By: "tina", To: "asa"}},
		Seen:  []desk.Mark{{Person: "sam"}},
		Asks:  []desk.Ask{{ID: "c/1", AnsweredBy: "ann"}, {ID: "c/2"}},
	}
	for _, p := range []desk.PersonID{"tina", "sam", "paul", "nick", "fay", "asa", "carl", "rita", "mail", "ann"} {
		ticket.People = append(ticket.People, desk.Named{ID: p, Name: string(p)})
	}
	var got []string
	for _, n := range access.Customer(ticket).People {
		got = append(got, n.Name)
	}
	if want := "ann asa carl paul rita sam tina"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestCustomerEntry(t *testing.T) {
	public := desk.Entry{ID: "e", Seq: 9, PublicSeq: 4, Kind: desk.Message, Audience: desk.Public, Text: "hello", Mentions: []desk.PersonID{"m"}}
	if c, ok := access.CustomerEntry(public); !ok || c.Seq != 4 || c.Text != "hello" {
		t.Errorf("a public message: got %+v, %v", c, ok)
	}
	call := public
	call.Kind, call.Talk = desk.Call, desk.Talk{With: "rita", WithName: "Rita", Number: "+49 30 1", Direction: desk.Incoming, Started: time.Unix(9, 0), Minutes: 3, Outcome: desk.Spoke}
	want := desk.CustomerTalk{With: "rita", WithName: "Rita", Direction: desk.Incoming, Started: time.Unix(9, 0), Minutes: 3, Outcome: desk.Spoke}
	if c, ok := access.CustomerEntry(call); !ok || c.Talk != want {
		t.Errorf("a call: got %+v, %v", c.Talk, ok)
	}
	for name, spoil := range map[string]func(*desk.Entry){
		"internal":          func(e *desk.Entry) { e.Audience = desk.Internal },
		"no audience":       func(e *desk.Entry) { e.Audience = "" },
		"unknown audience":  func(e *desk.Entry) { e.Audience = "partners" },
		"no public number":  func(e *desk.Entry) { e.PublicSeq = 0 },
		"a note by mistake": func(e *desk.Entry) { e.Kind = desk.Note },
	} {
		e := public
		spoil(&e)
		if c, ok := access.CustomerEntry(e); ok || !reflect.DeepEqual(c, desk.CustomerEntry{}) {
			t.Errorf("%s: got %+v, %v", name, c, ok)
		}
	}
}

func TestPublicPerson(t *testing.T) {
	var p desk.Person
	fill(reflect.ValueOf(&p).Elem())
	p.ID, p.Name, p.Title, p.Role, p.Departments = "lea", "Lea", "Head of Mail", desk.Lead, []desk.DeptID{"mail"}
	want := desk.PublicPerson{ID: "lea", Name: "Lea", Title: "Head of Mail", Role: desk.Engineer, Departments: []desk.DeptID{"mail"}}
	at := map[desk.DeptID]desk.Department{"mail": {ID: "mail"}, "abuse": {ID: "abuse", Policy: desk.Policy{Mask: "The abuse team"}}}
	if got, ok := access.PublicPerson(p, at); !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("staff: got %+v, want %+v", got, want)
	}
	p.Departments = []desk.DeptID{"abuse", "mail"}
	if got, ok := access.PublicPerson(p, at); !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("who works for one that masks, too: got %+v, %v, want %+v", got, ok, want)
	}
	p.Departments = []desk.DeptID{"abuse"}
	if _, ok := access.PublicPerson(p, at); ok {
		t.Error("who works for one that masks alone is told of")
	}
	p.Role, p.Departments = desk.Customer, nil
	want.Role, want.Departments = desk.Customer, nil
	if got, ok := access.PublicPerson(p, at); !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("customer: got %+v, want %+v", got, want)
	}
}

// Customers get the promises they are told by, and no other.
func TestPublicDesk(t *testing.T) {
	promise := rapid.Custom(func(rt *rapid.T) desk.Promise {
		return desk.Promise{
			Assign: time.Hour, Resolve: 2 * time.Hour, Stale: 3 * time.Hour,
			FirstReply: time.Duration(rapid.IntRange(0, 3).Draw(rt, "first")) * time.Hour, NextReply: time.Hour,
			Always: rapid.Bool().Draw(rt, "always"),
		}
	})
	rapid.Check(t, func(rt *rapid.T) {
		d := desk.Department{ID: "d", Policy: desk.Policy{Reserve: 3}}
		for _, p := range rapid.SliceOfDistinct(rapid.SampledFrom([]desk.Priority{
			"", desk.PriorityLow, desk.PriorityNormal, desk.PriorityHigh, desk.PriorityEmergency,
		}), func(p desk.Priority) desk.Priority { return p }).Draw(rt, "for") {
			x := promise.Draw(rt, "promise")
			x.Priority = p
			d.Promises = append(d.Promises, x)
		}
		full := desk.Desk{Departments: []desk.Department{d}}
		public := access.PublicDesk(full).Departments[0]
		if public.Policy.Reserve != 0 {
			rt.Fatal("customers read how many are kept free")
		}
		if !reflect.DeepEqual(full.Departments[0], d) {
			rt.Fatal("the desk itself was changed")
		}
		for _, u := range []desk.Urgency{"", desk.UrgencyQuestion} {
			ticket := &desk.Ticket{Urgency: u, DueSince: time.Unix(7777, 0)}
			if got, want := policy.Told(ticket, public), policy.Told(ticket, d); !got.Equal(want) {
				rt.Fatalf("told %v with %+v, the team reckons %v with %+v", got, public.Promises, want, d.Promises)
			}
		}
		for _, x := range public.Promises {
			if x.Priority != "" && x.Priority != desk.PriorityLow {
				rt.Fatalf("customers read of %q", x.Priority)
			}
			if x.Assign+x.Resolve+x.Stale != 0 {
				rt.Fatalf("customers read of the team's own deadlines: %+v", x)
			}
		}
	})
}

// Customers are told of a page where the emergency is their own word. What the
// team alone holds to be one shows nowhere, not even in a name.
func TestPageIsToldToWhoClaimedIt(t *testing.T) {
	ticket := &desk.Ticket{
		Requester: "rita", Urgency: desk.UrgencyHigh,
		Page:   desk.Summons{Level: 1, Name: "On call", Since: time.Unix(7, 0), At: time.Unix(8, 0), To: []desk.PersonID{"ed"}, AckBy: "ed", AckAt: time.Unix(9, 0)},
		People: []desk.Named{{ID: "rita", Name: "Rita"}, {ID: "ed", Name: "Ed", Staff: true}},
	}
	if c := access.Customer(ticket); c.Page != (desk.CustomerSummons{}) || len(c.People) != 1 {
		t.Errorf("the team's own page: %+v, %+v", c.Page, c.People)
	}
	ticket.Urgency = desk.UrgencyEmergency
	want := desk.CustomerSummons{Level: 1, Name: "On call", Since: time.Unix(7, 0), At: time.Unix(8, 0), AckBy: "ed", AckAt: time.Unix(9, 0)}
	if c := access.Customer(ticket); c.Page != want || len(c.People) != 2 {
		t.Errorf("a claimed one: %+v, %+v", c.Page, c.People)
	}
}

// Customers read the path, its numbers and its hours; who is on duty only where
// the desk says so, and nobody's own number.
func TestPublicRota(t *testing.T) {
	duty := func() []desk.Duty { return []desk.Duty{{Person: "ed", Phone: "+49 1", Since: "2026-01-01"}} }
	full := desk.Desk{Departments: []desk.Department{{ID: "mail", Rota: desk.Rota{
		Zone:       "UTC",
		OnCall:     []desk.Level{{Name: "On call", Phone: "+49 2", Duty: duty()}},
		Escalation: []desk.Level{{Name: "Duty manager", Phone: "+49 3", Named: true, Duty: duty()}},
	}}}}
	want := desk.Rota{
		Zone:       "UTC",
		OnCall:     []desk.Level{{Name: "On call", Phone: "+49 2", Duty: []desk.Duty{{Since: "2026-01-01"}}}},
		Escalation: []desk.Level{{Name: "Duty manager", Phone: "+49 3", Named: true, Duty: []desk.Duty{{Person: "ed", Since: "2026-01-01"}}}},
	}
	if got := access.PublicDesk(full).Departments[0].Rota; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := full.Departments[0].Rota.OnCall[0].Duty[0]; got.Person != "ed" || got.Phone == "" {
		t.Errorf("the desk's own was changed: %+v", got)
	}
}

func TestReaderOf(t *testing.T) {
	for lane, want := range map[desk.LaneID]desk.PersonID{
		"c/user/rita": "rita", "s/user/otto": "otto", "c/org/user": "", "s/dept/mail": "", "c/dir": "", "c/dir/user": "", "": "",
	} {
		if got := access.ReaderOf(lane); got != want {
			t.Errorf("%q is read by %q alone, want %q", lane, got, want)
		}
	}
}
