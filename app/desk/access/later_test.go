package access_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
)

// What who came in later is told of the time before: how the ticket stands, and
// nothing that somebody said (BEHAVIOURS 2.14). A field that is added has to be
// put on this list or be left out of the form.
const standsForLater = `ID Number Version LastSeq Subject Status Urgency Type Claim Topic TopicName Checks Approval Need Refs Rating Cover Requester CCs Later Begins
	Org OrgName Department Intended Assignee Helpers Private People Created Updated HoldUntil ClosedAt Cause Links Into MergedTold Joined DueSince Due DueKind
	Waiting Settles Steps Seen Page Escalation Live Fix Work Deletes FilesGone Grant Filled`

func TestWhoComesLaterIsToldHowItStands(t *testing.T) {
	var full desk.CustomerTicket
	fill(reflect.ValueOf(&full).Elem())
	long := time.Unix(7777, 0)
	form := reflect.ValueOf(access.LaterForm(full, 9000, long.Add(time.Hour)))
	for f := range reflect.TypeFor[desk.CustomerTicket]().Fields() {
		v := form.FieldByName(f.Name)
		there := !v.IsZero() && (v.Kind() != reflect.Slice || v.Len() > 0)
		if want := slices.Contains(strings.Fields(standsForLater), f.Name); there != want {
			t.Errorf("who came in later is told %s: %t, want %t", f.Name, there, want)
		}
	}
	said := []string{
		"last_text", "claim.down", "claim.since", "filled.answers", "work.risk", "approval.reason", "rating.comment", "resolution",
		"escalation.reason", "escalation.outcome", "asks", "pledges", "workaround.text", "live.lines",
	}
	before, after := asMap(t, full), asMap(t, form.Interface())
	for _, path := range said {
		if at(before, path) == nil {
			t.Fatalf("there is no %s", path)
		}
		if v := at(after, path); v != nil && v != "" {
			t.Errorf("who came in later reads %s: %v", path, v)
		}
	}
	// And what was said since they came.
	form = reflect.ValueOf(access.LaterForm(full, 7777, long.Add(-time.Hour)))
	now := asMap(t, form.Interface())
	for _, path := range said {
		switch path {
		case "claim.down", "claim.since", "filled.answers", "work.risk": // which do not say when
		case "resolution": // the steps of this one do not
		default:
			if v := at(now, path); v == nil || v == "" {
				t.Errorf("who was there does not read %s", path)
			}
		}
	}
}

func asMap(t *testing.T, v any) map[string]any {
	b, err := json.Marshal(v)
	var out map[string]any
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func at(m map[string]any, path string) any {
	first, rest, more := strings.Cut(path, ".")
	if !more {
		return m[first]
	}
	inner, _ := m[first].(map[string]any)
	return at(inner, rest)
}

// What solved it is read by who was there when it was.
func TestWhoComesLaterReadsNoEarlierResolution(t *testing.T) {
	solved := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	c := desk.CustomerTicket{Resolution: "The cable", Steps: []desk.Step{{Kind: "solved", At: solved}, {Kind: "reopened", At: solved.Add(time.Hour)}}}
	if got := access.LaterForm(c, 5, solved).Resolution; got != "" {
		t.Errorf("reads %q", got)
	}
	if got := access.LaterForm(c, 5, solved.Add(-time.Second)).Resolution; got == "" {
		t.Error("does not read what was said while they were there")
	}
}

// Who reads all of it: whoever asked, approves, is a colleague, was there from the
// beginning, or goes on as somebody who does.
func TestBegins(t *testing.T) {
	mine := desk.Ticket{
		Requester: "rita", CCs: []desk.PersonID{"nora", "rene", "carl", "otto"}, Org: "kranich",
		Later:  []desk.Since{{Person: "rene", Seq: 4}, {Person: "carl", Seq: 6}},
		People: []desk.Named{{ID: "otto", Staff: true}},
	}
	customer := func(p desk.PersonID) desk.Actor { return desk.Actor{Person: p, Role: desk.Customer} }
	read := customer("rene")
	read.Memberships = []desk.Membership{{Org: "kranich", Access: desk.OrgRead}}
	for _, c := range []struct {
		name   string
		who    desk.Actor
		change func(*desk.Ticket)
		want   uint64
	}{
		{"asked", customer("rita"), nil, 1},
		{"was there", customer("nora"), nil, 1},
		{"came in", customer("rene"), nil, 5},
		{"is a colleague", read, nil, 1},
		{"is a colleague, and it is private", read, func(t *desk.Ticket) { t.Private = true }, 5},
		{"is to approve it", customer("rene"), func(t *desk.Ticket) { t.Approval.By = "rene" }, 1},
		{"left", customer("rene"), func(t *desk.Ticket) { t.CCs = []desk.PersonID{"carl"} }, 1}, // and does not see it at all
		{"goes on as one who was there", customer("carl"), func(t *desk.Ticket) {
			t.CCs = []desk.PersonID{"carl"}
			t.Handed = []desk.Handed{{From: "nora", Into: "carl", CC: true, Own: true}}
		}, 1},
		{"goes on as one who came earlier", customer("carl"), func(t *desk.Ticket) {
			t.CCs = []desk.PersonID{"carl"}
			t.Handed = []desk.Handed{{From: "rene", Into: "carl", CC: true, Own: true}}
		}, 5},
		{"one of ours", desk.Actor{Person: "otto", Role: desk.Engineer}, nil, 1},
	} {
		x := mine
		if c.change != nil {
			c.change(&x)
		}
		if got, _ := access.Begins(c.who, &x); got != c.want {
			t.Errorf("who %s reads from %d, want %d", c.name, got, c.want)
		}
	}
}
