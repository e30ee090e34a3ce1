package app_test

import (
	"errors"
	"testing"

	"docket/app"
	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// Whoever manages an organization gives a colleague its requests from the
// window; taken back, they are gone from the colleague's computer, and the list
// of an organization keeps what one person asked together.
func TestMembers(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, max, nina := newDesktop(t), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	max.signIn(srv.URL, "max")
	nina.signIn(srv.URL, "nina")
	open := func(d *desktop, subject string) string {
		o := newTicket()
		o.Subject = subject
		return d.opens(o).Ticket
	}
	first := open(elif, "one")
	elif.confirmed(first, "It says 502.")
	open(max, "two")
	last := open(elif, "three")
	elif.confirmed(last, "It says 502.")
	if b := elif.boot(); len(b.Me.Orgs) != 1 || !b.Me.Orgs[0].Admin {
		t.Errorf("elif is not told that she manages: %+v", b.Me.Orgs)
	}
	if _, err := max.api.Members("bakery"); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("max is shown who reads what: %v", err)
	}
	if err := max.api.SetMember("bakery", "max", "comment"); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("max gives himself access: %v", err)
	}
	all, err := elif.api.Members("bakery")
	if err != nil || len(all) != 3 || all[2].Name != "Nina Brandt" || all[2].Access != "none" || !all[0].Me {
		t.Fatalf("elif sees %+v, %v", all, err)
	}
	if err := elif.api.SetMember("bakery", "nina", "read"); err != nil {
		t.Fatal(err)
	}
	until(t, "nina reads them", func() bool { return nina.has(first, "It says 502.") && nina.has(last, "It says 502.") })
	until(t, "they are kept together by who asked", func() bool {
		page, err := nina.api.Rows("org:bakery", 0, 10)
		return err == nil && page.Sort == "colleague" && len(page.Rows) == 3 &&
			page.Rows[0].Subject == "three" && page.Rows[1].Subject == "one" && page.Rows[2].Subject == "two" &&
			len(page.Sections) == 2 && page.Sections[0].Title == "With us · Elif Brandt" && page.Sections[0].Count == 2 &&
			page.Sections[1] == app.Section{ID: "waiting/max", Title: "With us · Max Brandt", Start: 2, Count: 1}
	})
	if err := elif.api.SetMember("bakery", "nina", "none"); err != nil {
		t.Fatal(err)
	}
	until(t, "they are gone from her computer", func() bool {
		_, err := nina.api.Ticket(first)
		found, ferr := nina.api.Find("three")
		return err != nil && ferr == nil && len(found) == 0
	})
	elif.offline()
	if _, err := elif.api.Members("bakery"); !errors.Is(err, desk.ErrOffline) {
		t.Errorf("offline: %v", err)
	}
}
