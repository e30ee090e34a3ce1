package app_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"docket/app"
	"docket/app/desk"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
)

const countsMisuse = "misuse:\n  appeal: billing\n  decay_days: 30\n  ladder: [{does: confirm}, {does: ban}]\n"

// strikes lowers a ticket that was called urgent, and counts it.
func (d *desktop) strikes(id, why string) {
	d.t.Helper()
	if err := d.api.SetPriority(id, "normal", "one printer", ""); err != nil {
		d.t.Fatal(err)
	}
	until(d.t, "it may be counted", func() bool { m := d.ticket(id).Misuse; return m != nil && len(m.May) > 0 && m.May[0] == "strike" })
	if err := d.api.CountMisuse(id, why); err != nil {
		d.t.Fatal(err)
	}
	until(d.t, "it counts", func() bool { m := d.ticket(id).Misuse; return m.Struck && m.Reason == why && m.By == "Jonas Vos" })
}

// What was counted is that person's and the team's: they read why and what
// follows, their computer refuses and believes what the server does, and a
// colleague's hears nothing at all.
func TestWhatCountsIsTheirsAlone(t *testing.T) {
	srv := runtest.NewServer(t, runtest.Desk+countsMisuse)
	elif, jonas, max := newDesktop(t), newDesktop(t), srv.Connect("max")
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	o := elif.opens(newTicket())
	until(t, "jonas has it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	if s := standing(t, elif); s.Does != "" || len(s.Strikes) > 0 || s.Appeal != "" {
		t.Errorf("before: %+v", s)
	}
	max.Has("It says 502.")
	lanes := slices.Collect(maps.Keys(max.Cursors))
	before := fmt.Sprint(srv.Heads(lanes))

	jonas.strikes(o.Ticket, "CANARY One printer of five")
	until(t, "elif reads it", func() bool { return standing(t, elif).Does == "confirm" })
	until(t, "elif is told", func() bool { return elif.toldOf("A request of yours was noted as not urgent") == 1 })
	s := standing(t, elif)
	if len(s.Strikes) != 1 || s.Strikes[0].Reason != "CANARY One printer of five" || s.Strikes[0].Subject != "Shop is down" || s.AppealName != "Billing" || s.Until == "" {
		t.Errorf("elif: %+v", s)
	}
	max.Quiet()
	if after := fmt.Sprint(srv.Heads(lanes)); len(lanes) == 0 || after != before || strings.Contains(max.Raw(), "CANARY") {
		t.Errorf("a colleague's lanes moved from %s to %s", before, after)
	}
	max.Close()
	again := srv.Client("max") // nor when loading everything anew
	again.Sync()
	if !strings.Contains(again.Raw(), "It says 502.") {
		t.Error("a colleague does not read the request")
	}
	if strings.Contains(again.Raw(), "CANARY") || strings.Contains(again.Raw(), "strikes") {
		t.Error("a colleague reads of it")
	}

	// Offline, too, the next emergency is taken and not believed; care confirms it.
	elif.offline()
	next := newTicket()
	next.Subject, next.Urgency = "All is down", "emergency"
	down := elif.opens(next)
	if v := elif.ticket(down.Ticket); v.Urgency != "normal" || v.Misuse != nil {
		t.Errorf("elif's copy: %q %+v", v.Urgency, v.Misuse)
	}
	elif.line.mend()
	elif.live()
	until(t, "jonas is asked", func() bool {
		p, err := jonas.api.Ticket(down.Ticket)
		return err == nil && p.Misuse != nil && p.Misuse.Doubted && p.Misuse.Claimed == "emergency" && p.Proposal != nil && p.Proposal.Priority == "emergency"
	})
	if err := jonas.api.SetPriority(down.Ticket, "emergency", "", ""); err != nil {
		t.Fatal(err)
	}
	until(t, "elif reads that it is believed", func() bool { return elif.ticket(down.Ticket).Urgency == "emergency" })
	until(t, "in words", func() bool {
		return said(elif.ticket(down.Ticket), "urgency") == "Jonas Vos takes this as an emergency"
	})

	// An engineer's error is taken back, and nothing of it is left. What waited for
	// a word because of it, in another department too, is what elif called it.
	held := newTicket()
	held.Subject, held.Department, held.Urgency = "An invoice is wrong", "billing", "high"
	waits := elif.opens(held)
	elif.confirmed(waits.Ticket, "It says 502.")
	if v := elif.ticket(waits.Ticket); v.Urgency != "normal" {
		t.Errorf("it waits for a word: %q", v.Urgency)
	}
	if err := jonas.api.UncountMisuse(o.Ticket, "It was five"); err != nil {
		t.Fatal(err)
	}
	until(t, "elif is free of it", func() bool { return len(standing(t, elif).Strikes) == 0 })
	until(t, "it is what elif called it", func() bool { return elif.ticket(waits.Ticket).Urgency == "high" })
	if line := said(elif.ticket(waits.Ticket), "urgency"); line != "Docket takes this as high" {
		t.Errorf("elif reads %q", line)
	}
	until(t, "elif is told once", func() bool { return elif.toldOf("That a request was not urgent was taken back") == 1 })
	if n := elif.toldOf("A request of yours was noted as not urgent"); n != 1 {
		t.Errorf("told %d times of the strike", n)
	}
	noNulls(t, standing(t, elif), jonas.ticket(o.Ticket))
}

// A lead bans, and only what is an emergency or an appeal is taken; declaring
// the desk again forgets nothing of it.
func TestABanKeepsNoEmergencyOut(t *testing.T) {
	srv := runtest.NewServer(t, runtest.Desk+strings.Replace(countsMisuse, "{does: confirm}, ", "", 1))
	elif, jonas, lea := newDesktop(t), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	lea.signIn(srv.URL, "lea")
	o := elif.opens(newTicket())
	until(t, "both have it", func() bool { return jonas.has(o.Ticket, "It says 502.") && lea.has(o.Ticket, "It says 502.") })
	jonas.strikes(o.Ticket, "no")
	if err := jonas.api.SetBan(o.Ticket, true, "enough"); desk.AsError(err).Code != desk.CodeDenied {
		t.Errorf("an engineer bans: %v", err)
	}
	until(t, "lea may", func() bool {
		m := lea.ticket(o.Ticket).Misuse
		return m != nil && strings.Join(m.May, " ") == "unstrike ban"
	})
	if err := lea.api.SetBan(o.Ticket, true, "enough"); err != nil {
		t.Fatal(err)
	}
	until(t, "elif is told", func() bool { s := standing(t, elif); return s.Does == "ban" && s.Reason == "enough" })
	again := runtest.Desk + strings.Replace(countsMisuse, "{does: confirm}, ", "", 1)
	if done, err := run.Apply(context.Background(), srv.Config, strings.NewReader(again), false); err != nil || len(done.Changes) > 0 {
		t.Errorf("declared again: %+v %v", done, err)
	}
	if _, err := elif.api.OpenTicket(newTicket()); desk.AsError(err).Code != desk.CodeDenied {
		t.Errorf("something new: %v", err)
	}
	appeal, emergency := newTicket(), newTicket()
	appeal.Department, appeal.Urgency, appeal.Subject = "billing", "normal", "I object"
	emergency.Urgency = "emergency"
	elif.confirmed(elif.opens(appeal).Ticket, "It says 502.")
	elif.confirmed(elif.opens(emergency).Ticket, "It says 502.")
	if err := elif.api.Reply(o.Ticket, "It goes on", nil, 99, "", app.Beside{}); err != nil {
		t.Errorf("what is open goes on: %v", err)
	}
	until(t, "lea may lift it", func() bool {
		m := lea.ticket(o.Ticket).Misuse
		return m != nil && strings.Join(m.May, " ") == "unstrike unban"
	})
}

func standing(t *testing.T, d *desktop) app.StandingInfo {
	t.Helper()
	s, err := d.api.Standing()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// toldOf counts the toasts with a title.
func (d *desktop) toldOf(title string) (n int) {
	for _, x := range d.screen.all() {
		if x.Title == title {
			n++
		}
	}
	return n
}

// said is the newest line of a kind.
func said(v app.TicketView, kind string) (line string) {
	for _, e := range v.Entries {
		if e.Kind == kind {
			line = e.Line
		}
	}
	return line
}
