package access_test

import (
	"testing"

	"docket/app/desk"
	"docket/app/desk/access"
)

// TestMayKeep: one's own view is one's own affair, a department's is its lead's,
// and of others' nobody learns that they are there.
func TestMayKeep(t *testing.T) {
	own, shared := &desk.SavedView{By: "ed"}, &desk.SavedView{By: "lea", Department: "mail"}
	for _, c := range []struct {
		actor string
		was   *desk.SavedView
		to    desk.DeptID
		want  string
	}{
		{"engineer", nil, "", "+"},
		{"engineer", own, "", "+"},
		{"lead", own, "", "."},
		{"admin", own, "", "."},
		{"admin", own, "mail", "."},
		{"requester", own, "", "."},
		{"requester", nil, "", "+"},
		{"disabled", nil, "", "."},
		{"engineer", nil, "mail", "d"},
		{"otherdept", nil, "mail", "."},
		{"requester", nil, "mail", "."},
		{"lead", nil, "mail", "+"},
		{"otherlead", nil, "mail", "."},
		{"admin", nil, "care", "+"},
		{"engineer", shared, "", "d"},
		{"engineer", shared, "mail", "d"},
		{"otherdept", shared, "", "."},
		{"requester", shared, "", "."},
		{"lead", shared, "", "+"},
		{"lead", shared, "servers", "."},
		{"otherlead", shared, "servers", "."},
		{"admin", shared, "servers", "+"},
	} {
		if got := cell(access.MayKeep(matrixActors[c.actor], c.was, desk.SavedView{Department: c.to})); got != c.want {
			t.Errorf("%s in the place of %+v to %q: %s, want %s", c.actor, c.was, c.to, got, c.want)
		}
	}
}
