package app_test

import (
	"slices"
	"strings"
	"testing"

	"docket/app"
)

// view gives the view of that title; nil if it is not in the rail.
func (d *desktop) view(title string) *app.ViewInfo {
	d.t.Helper()
	all, err := d.api.Views()
	if err != nil {
		d.t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(v app.ViewInfo) bool { return v.Title == title })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// A saved view is there at once and offline, goes along with what waits in the
// outbox, is the same on another computer of its person, and nobody else's.
func TestAViewOfOnesOwn(t *testing.T) {
	srv, elif, jonas, o := aTicket(t)
	jonas.offline()
	id, err := jonas.api.SaveView("", app.SavedInfo{Name: " DNS,  open ", Query: "status:open tag:#DNS", Sort: "newest", Density: "compact", Columns: []string{"due"}})
	if err != nil {
		t.Fatal(err)
	}
	until(t, "it is in the rail", func() bool { return jonas.view("DNS, open") != nil })
	v := jonas.view("DNS, open")
	if v.ID != id || v.Group != "saved" || v.Total != 0 || v.Saved == nil || v.Saved.Query != "is:open tag:dns" || !v.Saved.May {
		t.Errorf("it is %+v, %+v", v, v.Saved)
	}
	if err := jonas.api.SetTags(o.Ticket, []string{"dns"}, nil); err != nil {
		t.Fatal(err)
	}
	if v = jonas.view("DNS, open"); v.Total != 1 || v.Needs != 1 {
		t.Errorf("with what waits in the outbox it counts %+v", v)
	}
	if p := jonas.rows(id); p.Total != 1 || p.Rows[0].ID != o.Ticket || p.View != id || p.Sort != "newest" {
		t.Errorf("offline it shows %+v", p)
	}
	if at, err := jonas.api.Position(id, o.Ticket); err != nil || at != 0 {
		t.Errorf("it stands at %d, %v", at, err)
	}
	jonas.line.mend()
	jonas.live()
	until(t, "the server has the tag", func() bool { return len(jonas.rows(id).Rows) == 1 && !jonas.rows(id).Rows[0].Queued })
	if v = jonas.view("DNS, open"); v == nil || v.Total != 1 {
		t.Errorf("confirmed it counts %+v", v)
	}
	other := newDesktop(t)
	other.signIn(srv.URL, "jonas")
	until(t, "the other computer has it", func() bool {
		v := other.view("DNS, open")
		return v != nil && v.Total == 1 && slices.Equal(v.Saved.Columns, []string{"due"})
	})
	if elif.view("DNS, open") != nil {
		t.Error("a customer has it")
	}
	if _, err := jonas.api.SaveView(id, app.SavedInfo{Name: "DNS, all", Query: "tag:dns"}); err != nil {
		t.Fatal(err)
	}
	until(t, "the change is there, too", func() bool {
		v := other.view("DNS, all")
		return v != nil && v.Total == 1 && other.view("DNS, open") == nil
	})
	if err := other.api.DropView(id); err != nil {
		t.Fatal(err)
	}
	until(t, "it is gone", func() bool { return jonas.view("DNS, all") == nil && other.view("DNS, all") == nil })
	// Undone: as it was, under its id.
	if again, err := other.api.SaveView(id, app.SavedInfo{Name: "DNS, all", Query: "tag:dns"}); err != nil || again != id {
		t.Fatalf("brought back: %s, %v", again, err)
	}
	until(t, "it is back", func() bool { v := jonas.view("DNS, all"); return v != nil && v.ID == id && v.Total == 1 })
	if p := jonas.rows(id); len(p.Rows) != 1 || p.Rows[0].ID != o.Ticket {
		t.Errorf("back it shows %+v", p.Rows)
	}
	jonas.restart()
	until(t, "it is open again", func() bool { return jonas.boot().State == "ready" })
	until(t, "it is there after a restart", func() bool { v := jonas.view("DNS, all"); return v != nil && v.Total == 1 })
}

// Customers save views of their own requests.
func TestACustomersView(t *testing.T) {
	_, elif, _, o := aTicket(t)
	id, err := elif.api.SaveView("", app.SavedInfo{Name: "New ones", Query: "is:new"})
	if err != nil {
		t.Fatal(err)
	}
	until(t, "it counts", func() bool { v := elif.view("New ones"); return v != nil && v.Total == 1 })
	if p := elif.rows(id); p.Rows[0].ID != o.Ticket {
		t.Errorf("it shows %+v", p.Rows)
	}
	if _, err := elif.api.SaveView("", app.SavedInfo{Name: "x", Query: "is:new", Department: "hosting"}); err == nil {
		t.Error("a customer shares with the team")
	}
}

// What is read of a query while it is typed: faults at their places in the
// page's characters, chips, and what can be typed.
func TestReadQuery(t *testing.T) {
	_, elif, jonas, _ := aTicket(t)
	read := func(d *desktop, text string, cursor int) app.QueryInfo {
		t.Helper()
		q, err := d.api.ReadQuery(text, cursor, false)
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	q := read(jonas, "x😀 is:opne (mail", 0)
	if len(q.Faults) != 2 || q.Faults[0].At != 4 || q.Faults[0].Len != 7 || !strings.Contains(q.Faults[0].Hint, "“open”") || q.Faults[1].At != 12 || q.Normal != "x😀 mail" {
		t.Errorf("read %+v", q)
	}
	q = read(jonas, "is:open -tag:dns (a or b)", 0)
	if len(q.Parts) != 3 || q.Parts[1].Text != "-tag:dns" || !q.Parts[1].Not || q.Parts[1].At != 8 || q.Parts[2].Kind != "group" {
		t.Errorf("parts %+v", q.Parts)
	}
	texts := func(q app.QueryInfo) string {
		var out []string
		for _, o := range q.Offers {
			out = append(out, o.Text)
		}
		return strings.Join(out, " ")
	}
	if q = read(jonas, "mail as", 7); texts(q) != "assignee:" || q.From != 5 || q.To != 7 {
		t.Errorf("offered %+v", q)
	}
	if q = read(jonas, "is:s", 4); texts(q) != "solved snoozed" || q.From != 3 {
		t.Errorf("offered %+v", q)
	}
	if q = read(jonas, "assignee:jon", 12); !strings.Contains(texts(q), "jonas") || q.Offers[0].Name == "" {
		t.Errorf("offered %+v", q)
	}
	if q = read(jonas, "dept:hos", 8); texts(q) != "hosting" {
		t.Errorf("offered %+v", q)
	}
	if q = read(jonas, "mail -ta", 8); texts(q) != "tag:" || q.From != 6 {
		t.Errorf("after a dash are offered %+v", q)
	}
	if q = read(jonas, "fil", 3); texts(q) != "" {
		t.Errorf("a view is offered names of files: %+v", q)
	}
	if q, err := jonas.api.ReadQuery("fil", 3, true); err != nil || texts(q) != "file:" {
		t.Errorf("a search is offered %+v, %v", q, err)
	}
	if q = read(elif, "ta", 2); texts(q) != "" {
		t.Errorf("a customer is offered %+v", q)
	}
	if q = read(jonas, "dept:nowhere", 0); len(q.Faults) != 1 || !strings.Contains(q.Faults[0].Message, "no department") {
		t.Errorf("a department there is not: %+v", q.Faults)
	}
}

// A lead shares a view with the department: its people have it, each with what
// they may see, and only its leads change it.
func TestASharedView(t *testing.T) {
	srv, elif, jonas, o := aTicket(t)
	lea, petra := newDesktop(t), newDesktop(t)
	lea.signIn(srv.URL, "lea")
	petra.signIn(srv.URL, "petra")
	in := app.SavedInfo{Name: "New in hosting", Query: `dept:"Hosting" is:open`, Department: "hosting"}
	if _, err := jonas.api.SaveView("", in); err == nil {
		t.Error("an engineer shares with the department")
	}
	id, err := lea.api.SaveView("", in)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the department has it", func() bool { v := jonas.view("New in hosting"); return v != nil && v.Total == 1 })
	if v := jonas.view("New in hosting"); v.Saved.May || v.Saved.Query != "dept:hosting is:open" || v.Icon != "users-round" {
		t.Errorf("an engineer has %+v, %+v", v, v.Saved)
	}
	if p := jonas.rows(id); p.Rows[0].ID != o.Ticket {
		t.Errorf("it shows %+v", p.Rows)
	}
	if err := jonas.api.DropView(id); err == nil {
		t.Error("an engineer ends it")
	}
	if _, err := jonas.api.SaveView(id, app.SavedInfo{Name: "Mine now", Query: "is:open"}); err == nil {
		t.Error("an engineer takes it")
	}
	if petra.view("New in hosting") != nil || elif.view("New in hosting") != nil {
		t.Error("others have it")
	}
	// Two of them change places, for everybody.
	if _, err := lea.api.SaveView("", app.SavedInfo{Name: "A second", Query: "is:unread", Department: "hosting"}); err != nil {
		t.Fatal(err)
	}
	order := func() string {
		all, _ := jonas.api.Views()
		var out []string
		for _, v := range all {
			if v.Saved != nil {
				out = append(out, v.Title)
			}
		}
		return strings.Join(out, ", ")
	}
	until(t, "both are there", func() bool { return order() == "New in hosting, A second" })
	if err := lea.api.MoveView(id, false); err != nil {
		t.Fatal(err)
	}
	until(t, "they changed places", func() bool { return order() == "A second, New in hosting" })
}
