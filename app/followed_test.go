package app_test

import (
	"testing"

	"docket/app"
	"docket/sync/cmd/docketd/runtest"
)

// Everything somebody follows stands on one page, on each of their computers,
// and can be left from there, also offline; what they cannot see any more is
// said to have ended (BEHAVIOURS 0.6).
func TestFollowed(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, max, second := newDesktop(t), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	max.signIn(srv.URL, "max")
	second.signIn(srv.URL, "max")
	n := newTicket()
	n.Org, n.Refs = "bakery", []app.Ref{{Kind: "service", ID: "vps-1", Label: "VPS 1"}}
	o := elif.opens(n)
	until(t, "max sees it", func() bool { return max.has(o.Ticket, "It says 502.") })
	all := func(d *desktop) []app.FollowedInfo {
		t.Helper()
		x, err := d.api.Followed()
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	if got := all(max); len(got) != 0 {
		t.Errorf("follows %+v", got)
	}
	for _, f := range [][5]string{{"ticket", "", "", "", "all"}, {"organization", "bakery", "", "", "replies"}, {"service", "bakery", "service", "vps-1", "all"}} {
		if err := max.api.Follow(o.Ticket, f[0], f[1], f[2], f[3], f[4]); err != nil {
			t.Fatal(err)
		}
	}
	names := func(d *desktop) (out []string) {
		for _, f := range all(d) {
			out = append(out, f.What+" "+f.Name+" "+f.Level)
		}
		return out
	}
	number := max.ticket(o.Ticket).Row.Number
	want := []string{"ticket " + number + " all", "service VPS 1 all", "organization Bakery Brandt replies"}
	until(t, "both computers know", func() bool { return equal(names(max), want) && equal(names(second), want) })
	if got := all(elif); len(got) != 0 {
		t.Errorf("elif reads what max follows: %+v", got)
	}
	max.offline()
	for _, f := range all(max)[1:] {
		if err := max.api.Follow(f.On, f.What, f.Org, f.Type, f.Service, ""); err != nil {
			t.Fatal(err)
		}
	}
	if got := names(max); !equal(got, want[:1]) {
		t.Errorf("offline: %v", got)
	}
	max.line.mend()
	max.live()
	until(t, "the other computer knows", func() bool { return equal(names(second), want[:1]) })
	if err := elif.api.SetPrivate(o.Ticket, true); err != nil {
		t.Fatal(err)
	}
	until(t, "it ended", func() bool {
		x := all(max)
		return len(x) == 1 && x[0].Ended != "" && x[0].Ticket == "" && x[0].Subject == ""
	})
	noNulls(t, all(max))

	// What ended and what is closed is taken off the list at once, also offline.
	own := max.opens(newTicket())
	if err := max.api.Follow(own.Ticket, "ticket", "", "", "", "all"); err != nil {
		t.Fatal(err)
	}
	until(t, "the request is there", func() bool { return max.has(own.Ticket, "It says 502.") && len(all(second)) == 2 })
	max.offline()
	var keys []string
	for _, f := range all(max) {
		keys = append(keys, f.Key)
	}
	if err := max.api.ClearFollows(keys); err != nil {
		t.Fatal(err)
	}
	if got := all(max); len(got) != 0 {
		t.Errorf("offline: %+v", got)
	}
	if err := max.api.ClearFollows(nil); err == nil {
		t.Error("nothing was cleared")
	}
	max.line.mend()
	max.live()
	until(t, "the other computer knows", func() bool { return len(all(second)) == 0 })
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
