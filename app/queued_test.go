package app_test

import (
	"strings"
	"testing"

	"docket/sync/cmd/docketd/runtest"
)

// What a waiting reply will do is told by the reply alone, as it will be once
// the server has it.
func TestAQueuedReplyIsToldOnce(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	o := elif.opens(newTicket())
	until(t, "jonas has it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	if err := jonas.api.Reply(o.Ticket, "Try again.", []string{}, 1, ""); err != nil {
		t.Fatal(err)
	}
	until(t, "elif has the answer", func() bool { return elif.has(o.Ticket, "Try again.") })
	elif.offline()
	if err := elif.api.Reply(o.Ticket, "Still 502.", []string{}, elif.ticket(o.Ticket).LastSeq, ""); err != nil {
		t.Fatal(err)
	}
	told := func() string {
		var out []string
		for _, e := range elif.ticket(o.Ticket).Entries {
			out = append(out, e.Text+e.Line)
		}
		return strings.Join(out, " / ")
	}
	want := "It says 502. / Try again. / Jonas Vos took this / Still 502."
	if got := told(); got != want {
		t.Errorf("offline: %s", got)
	}
	elif.line.mend()
	if err := elif.api.TryNow(); err != nil {
		t.Fatal(err)
	}
	elif.confirmed(o.Ticket, "Still 502.")
	if got := told(); got != want {
		t.Errorf("at the server: %s", got)
	}
}
