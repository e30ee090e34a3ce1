package app_test

import (
	"slices"
	"strings"
	"testing"

	"docket/app"
	"docket/app/notify"
	"docket/sync/cmd/docketd/runtest"
)

// A colleague who follows a request hears of it on all of their computers, as
// much as they want; when it is hidden from them they are told once that it
// ended, and nothing else.
func TestFollowing(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas, max, second := newDesktop(t), newDesktop(t), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	max.signIn(srv.URL, "max")
	second.signIn(srv.URL, "max")
	o := elif.opens(newTicket())
	until(t, "max sees it", func() bool { return max.has(o.Ticket, "It says 502.") && second.has(o.Ticket, "It says 502.") })
	until(t, "jonas sees it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	level := func(d *desktop, what string) string {
		for _, f := range d.ticket(o.Ticket).Following {
			if f.What == what {
				return f.Level
			}
		}
		return "-"
	}
	if got := level(max, "organization"); got != "" {
		t.Errorf("max may follow the organization: %q", got)
	}
	if err := max.api.Follow(o.Ticket, "ticket", "", "", "", "sometimes"); err == nil {
		t.Error("a level nobody knows was taken")
	}
	max.offline()
	if err := max.api.Follow(o.Ticket, "ticket", "", "", "", "replies"); err != nil {
		t.Fatal(err)
	}
	if got := level(max, "ticket"); got != "replies" {
		t.Errorf("offline max follows %q", got)
	}
	max.line.mend()
	max.live()
	until(t, "the other computer knows", func() bool { return level(second, "ticket") == "replies" && level(max, "ticket") == "replies" })
	if got := level(elif, "ticket"); got != "" {
		t.Errorf("elif is told what max follows: %q", got)
	}
	heard := func(d *desktop, title string) func() bool {
		return func() bool {
			return slices.ContainsFunc(d.screen.all(), func(n notify.Toast) bool { return strings.Contains(n.Title, title) })
		}
	}
	if err := jonas.api.Reply(o.Ticket, "We look at it.", []string{}, jonas.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "max hears of the reply", heard(max, "Jonas Vos wrote"))
	until(t, "on the other computer, too", heard(second, "Jonas Vos wrote"))

	if err := elif.api.SetPrivate(o.Ticket, true); err != nil {
		t.Fatal(err)
	}
	until(t, "max is told that it ended", heard(max, "You no longer have access to a request you followed"))
	for _, n := range max.screen.all() {
		if strings.Contains(n.Title, "no longer") && (n.Ticket != "" || strings.Contains(n.Title+n.Body, "502") || strings.Contains(n.Body, "#")) {
			t.Errorf("the notice says too much: %+v", n)
		}
	}
	if _, err := max.api.Ticket(o.Ticket); err == nil {
		t.Error("max sees it still")
	}
}
