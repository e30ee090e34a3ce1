package app_test

import (
	"testing"

	"docket/app"
	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// Thanks for what is solved leave it solved, offline as at the server, call
// nobody, and can be taken back by who wrote them.
func TestThanksLeaveItSolved(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	if err := jonas.api.Reply(o.Ticket, "Mended.", []string{}, jonas.ticket(o.Ticket).LastSeq, "solved", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "elif sees it solved", func() bool { return elif.ticket(o.Ticket).Row.Status == "solved" })
	elif.offline()
	if err := elif.api.Reply(o.Ticket, "Thank you, Jonas!", []string{}, elif.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	check := func(who string) {
		t.Helper()
		v := elif.ticket(o.Ticket)
		last := v.Entries[len(v.Entries)-1]
		if v.Row.Status != "solved" || last.Text != "Thank you, Jonas!" || !last.Thanks {
			t.Errorf("%s: %s, %+v", who, v.Row.Status, last)
		}
	}
	check("offline")
	elif.line.mend()
	elif.live()
	until(t, "jonas reads it", func() bool { return jonas.has(o.Ticket, "Thank you, Jonas!") })
	v := jonas.ticket(o.Ticket)
	if last := v.Entries[len(v.Entries)-1]; v.Row.Status != "solved" || last.Thanks {
		t.Errorf("jonas: %s, %+v", v.Row.Status, last)
	}
	elif.confirmed(o.Ticket, "Thank you, Jonas!")
	check("confirmed")
	if err := elif.api.Reopen(o.Ticket, "not_solved"); err != nil {
		t.Fatal(err)
	}
	until(t, "jonas has it again", func() bool {
		v := jonas.ticket(o.Ticket)
		return v.Row.Status == "in_progress" && v.Entries[len(v.Entries)-1].Line == "Elif Brandt opened this again: it is not solved"
	})
	for _, e := range elif.ticket(o.Ticket).Entries {
		if e.Thanks {
			t.Errorf("it is open, and this is still there to be taken back: %+v", e)
		}
	}
}

// What happened again is a request of its own that names the earlier one, as
// that names it, for who has both; for nobody else either of them is there.
func TestItHappenedAgain(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas, max := newDesktop(t), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	max.signIn(srv.URL, "max")
	o := elif.opens(newTicket())
	elif.confirmed(o.Ticket, "It says 502.")
	until(t, "jonas sees it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	if err := jonas.api.Reply(o.Ticket, "Mended.", []string{}, jonas.ticket(o.Ticket).LastSeq, "closed", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "elif is asked", func() bool { return elif.ticket(o.Ticket).Writing == "asks" })
	if err := elif.api.SetPrivate(o.Ticket, false); err != nil {
		t.Fatal(err)
	}
	elif.offline()
	again, err := elif.api.Recur(o.Ticket, "502 since this morning.", []string{})
	if err != nil {
		t.Fatal(err)
	}
	elif.line.mend()
	elif.live()
	elif.confirmed(again.Ticket, "502 since this morning.")
	for who, d := range map[string]*desktop{"elif": elif, "jonas": jonas} {
		until(t, who+" has both", func() bool {
			return d.has(again.Ticket, "502 since this morning.") && len(d.ticket(o.Ticket).Links) == 1
		})
		from, to := d.ticket(again.Ticket), d.ticket(o.Ticket)
		if len(from.Links) != 1 || from.Links[0].Number != to.Row.Number || from.Links[0].Kind != "recurs" ||
			to.Links[0].Number != from.Row.Number || to.Links[0].Kind != "recurred" || to.Row.Status != "closed" || from.Row.Subject != to.Row.Subject {
			t.Errorf("%s: %+v, %+v", who, from.Links, to.Links)
		}
	}
	// Max may read what his colleague shares. Once the later one is private
	// he does not hear of it from the earlier.
	until(t, "max has both", func() bool {
		return max.has(again.Ticket, "502 since this morning.") && len(max.ticket(o.Ticket).Links) == 1
	})
	if err := elif.api.SetPrivate(again.Ticket, true); err != nil {
		t.Fatal(err)
	}
	until(t, "max lost the later one", func() bool { return len(max.ticket(o.Ticket).Links) == 0 })
	noNulls(t, max.ticket(o.Ticket))

	// Taken back it is the request it was, still after the earlier one.
	elif.offline()
	third, err := elif.api.Recur(o.Ticket, "And again.", []string{})
	if err != nil {
		t.Fatal(err)
	}
	items, err := elif.api.Outbox()
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range items {
		if it.Ticket == third.Ticket {
			if d, err := elif.api.EditItem(it.ID); err != nil || d.Recurs != o.Ticket || d.Text != "And again." {
				t.Errorf("%+v %v", d, err)
			}
		}
	}
}

// Closing for want of an answer too early asks the team to say so.
func TestClosingEarlyIsConfirmed(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	if err := jonas.api.Reply(o.Ticket, "Since when?", []string{}, jonas.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	jonas.confirmed(o.Ticket, "Since when?")
	err := jonas.api.CloseTicket(o.Ticket, "", "not_answered", false)
	if f := desk.AsError(err); f.Field != "early" || f.Message != "The customer has had 0 hours to answer; they are promised 48 hours." {
		t.Errorf("got %+v", f)
	}
	if err := jonas.api.CloseTicket(o.Ticket, "Nobody there", "not_answered", true); err != nil {
		t.Fatal(err)
	}
	until(t, "elif reads why", func() bool {
		v := elif.ticket(o.Ticket)
		return v.Cause == "there was no answer" && v.Resolution == "Nobody there" && v.Entries[len(v.Entries)-1].Line == "Jonas Vos marked this as solved: there was no answer. Nobody there"
	})
}
