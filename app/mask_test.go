package app_test

import (
	"encoding/json"
	"strings"
	"testing"

	"docket/app"
	"docket/sync/cmd/docketd/runtest"
)

// Where a department says so, its customers read what it is called wherever the
// window would name somebody; the team reads names, and is told of it before
// writing.
func TestMasking(t *testing.T) {
	srv := runtest.NewServer(t, strings.Replace(runtest.Desk, "reopen_days: 7, policy: {", `reopen_days: 7, policy: {mask: "The hosting team", `, 1))
	elif, jonas := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	o := elif.opens(newTicket())
	until(t, "jonas sees it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	if hint := jonas.ticket(o.Ticket).ComposerHint; hint != "Customers read “The hosting team” instead of your name." {
		t.Errorf("jonas is told %q", hint)
	}
	if hint := elif.ticket(o.Ticket).ComposerHint; hint != "" {
		t.Errorf("elif is told %q", hint)
	}
	if err := jonas.api.Assign(o.Ticket, "jonas", "I know it", nil); err != nil {
		t.Fatal(err)
	}
	if err := jonas.api.Reply(o.Ticket, "We look at it.", []string{}, jonas.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "elif has the answer", func() bool { return elif.has(o.Ticket, "We look at it.") })
	v := elif.ticket(o.Ticket)
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if s := string(b); strings.Contains(s, "onas") || strings.Contains(s, "Vos") || !strings.Contains(s, "The hosting team") {
		t.Errorf("elif reads %s", s)
	}
	if v.AssigneeName != "The hosting team" || !strings.HasPrefix(v.Row.Story, "The hosting team") {
		t.Errorf("elif reads that %q has it: %q", v.AssigneeName, v.Row.Story)
	}
	for _, n := range elif.screen.all() {
		if strings.Contains(n.Title+n.Body, "Jonas") {
			t.Errorf("elif is told of %q", n.Title)
		}
	}
	if v := jonas.ticket(o.Ticket); v.AssigneeName != "Jonas Vos" {
		t.Errorf("jonas reads that %q has it", v.AssigneeName)
	}
}
