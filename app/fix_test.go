package app_test

import (
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// A problem is opened offline out of a request, which waits for it; its fix is
// told to who asked, in their request and nowhere else.
func TestAProblemIsFixed(t *testing.T) {
	s, elif, jonas, o := aTicket(t)
	jonas.offline()
	p, err := jonas.api.OpenProblem(o.Ticket, "Rusty disk array", "We know what it is.")
	if err != nil {
		t.Fatal(err)
	}
	clerk := func() {
		t.Helper()
		until(t, "there is somebody to tell", func() bool { return !s.Ticket(desk.TicketID(p.Ticket)).Fix.Tell.IsZero() })
		cmd := desk.Command{ID: desk.CommandID(runtest.UUID()), Ticket: desk.TicketID(p.Ticket), Args: desk.RunDue{Woke: time.Now()}}
		if err := s.Authority.Act(t.Context(), []desk.Command{cmd}); err != nil {
			t.Fatal(err)
		}
	}
	check := func(when string) {
		t.Helper()
		v, of := jonas.ticket(o.Ticket), jonas.ticket(p.Ticket)
		if v.Fix == nil || v.Fix.Problem == nil || v.Fix.Problem.Ticket != p.Ticket || v.Row.Status != "on_hold" || !of.Can.Fix || of.Fix == nil || len(of.Fix.Waiting) != 1 || of.Fix.Waiting[0].Ticket != o.Ticket {
			t.Errorf("%s: %+v, the problem %+v", when, v.Fix, of.Fix)
		}
		noNulls(t, v, of)
	}
	check("offline")
	if c, err := jonas.api.ProblemChoices(o.Ticket, ""); err != nil || len(c) != 1 || c[0].Ticket != p.Ticket {
		t.Errorf("choices: %+v, %v", c, err)
	}
	jonas.line.mend()
	jonas.live()
	until(t, "elif reads that a fix comes", func() bool { return elif.ticket(o.Ticket).Row.Story == "A fix is being worked on" })
	check("online")
	until(t, "the problem is here", func() bool { c, err := jonas.api.ProblemChoices(o.Ticket, "Rusty"); return err == nil && len(c) == 1 })
	if err := jonas.api.SetFix(o.Ticket, "done", "", ""); err == nil {
		t.Error("what waits for a problem is fixed without it")
	}
	if err := jonas.api.SetFix(p.Ticket, "planned", "2031-03-07T15:00:00Z", "The disks come"); err != nil {
		t.Fatal(err)
	}
	clerk()
	until(t, "elif reads the day", func() bool {
		return strings.HasPrefix(elif.ticket(o.Ticket).Row.Story, "A fix is planned for Friday 7 March")
	})
	if v := elif.ticket(o.Ticket); v.Fix.Problem != nil || len(v.Fix.Waiting) != 0 || v.Can.Fix {
		t.Errorf("elif has %+v", v.Fix)
	}
	if err := jonas.api.CloseTicket(p.Ticket, "", "fixed", false); err == nil {
		t.Error("a problem ends that tickets wait for")
	}
	if err := jonas.api.SetFix(p.Ticket, "done", "", "The disks are new"); err != nil {
		t.Fatal(err)
	}
	clerk()
	until(t, "elif is asked to look", func() bool { return elif.ticket(o.Ticket).Row.Turn == "yours" })
	v := elif.ticket(o.Ticket)
	line := ""
	for _, e := range v.Entries {
		if e.Kind == "fix" {
			line = e.Line
		}
	}
	if line != "Docket told that the fix is there: The disks are new" {
		t.Errorf("the line: %q", line)
	}
	// It was not fixed: what the problem released waits for it again, and is told.
	if err := jonas.api.Reopen(p.Ticket, "It rusts again"); err != nil {
		t.Fatal(err)
	}
	clerk()
	until(t, "elif reads that it goes on", func() bool { return elif.ticket(o.Ticket).Row.Story == "A fix is being worked on" })
	until(t, "the problem has it back", func() bool {
		w := jonas.ticket(p.Ticket).Fix.Waiting
		return len(w) == 1 && w[0].Ticket == o.Ticket && jonas.ticket(o.Ticket).Row.Status == "on_hold"
	})
	if found, err := elif.api.Find("Rusty"); err != nil || len(found) != 0 {
		t.Errorf("elif finds the problem: %+v, %v", found, err)
	}
	noNulls(t, v, jonas.ticket(o.Ticket), jonas.ticket(p.Ticket))
}
