package app_test

import (
	"strings"
	"testing"

	"docket/app"
	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/sync/cmd/docketd/runtest"
)

// two are two requests of elif's that read alike, minutes apart.
func two(t *testing.T) (elif, jonas *desktop, first, second app.Opened) {
	t.Helper()
	_, elif, jonas, first = aTicket(t)
	again := newTicket()
	again.Subject, again.Text = "The shop is down", "502 everywhere."
	second = elif.opens(again)
	elif.confirmed(second.Ticket, "502 everywhere.")
	until(t, "jonas sees both", func() bool { return jonas.has(second.Ticket, "502 everywhere.") })
	return elif, jonas, first, second
}

// What comes twice within minutes is shown as one matter; put together, queued
// offline, each keeps its number and its letters, whoever writes on the old
// number is heard where it goes on, and it can be taken apart.
func TestTwoAreOneMatter(t *testing.T) {
	elif, jonas, first, second := two(t)
	v := jonas.ticket(second.Ticket)
	if len(v.Together.Alike) != 1 || v.Together.Alike[0].Ticket != first.Ticket || v.Together.Alike[0].Kind != "burst" || !v.Can.Merge {
		t.Fatalf("got %+v", v.Together)
	}
	if c, err := jonas.api.MergeChoices(second.Ticket, ""); err != nil || len(c) != 1 || c[0].Like != "burst" || c[0].Fault != nil {
		t.Errorf("choices: %+v, %v", c, err)
	}
	if len(elif.ticket(second.Ticket).Together.Alike) != 0 {
		t.Error("customers are told what the team is asked")
	}
	jonas.offline()
	if err := jonas.api.MergeTicket(second.Ticket, first.Ticket); err != nil {
		t.Fatal(err)
	}
	check := func(who string, d *desktop) {
		t.Helper()
		from, into := d.ticket(second.Ticket), d.ticket(first.Ticket)
		if from.Together.Into == nil || from.Together.Into.Number != into.Row.Number || len(into.Together.Merged) != 1 || into.Together.Merged[0].Number != from.Row.Number {
			t.Errorf("%s: %+v, %+v", who, from.Together, into.Together)
		}
		noNulls(t, from)
		noNulls(t, into)
	}
	check("jonas, offline", jonas)
	jonas.line.mend()
	jonas.live()
	until(t, "elif is told", func() bool {
		return elif.ticket(second.Ticket).Together.Into != nil && len(elif.ticket(first.Ticket).Together.Merged) == 1
	})
	check("jonas", jonas)
	check("elif", elif)
	from := elif.ticket(second.Ticket)
	last := from.Entries[len(from.Entries)-1].Line
	if want := "Jonas Vos put this together with " + elif.ticket(first.Ticket).Row.Number + "; it goes on there"; last != want || !strings.HasPrefix(from.Row.Story, "Goes on in #") {
		t.Errorf("got %q, story %q", last, from.Row.Story)
	}
	if found, err := elif.api.Find(from.Row.Number); err != nil || len(found) != 1 {
		t.Errorf("the old number: %+v, %v", found, err)
	}

	if err := jonas.api.Reply(first.Ticket, "Mended.", []string{}, jonas.ticket(first.Ticket).LastSeq, "solved", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "elif reads it", func() bool { return elif.ticket(first.Ticket).Row.Status == "solved" })
	if err := elif.api.Reply(second.Ticket, "Still 502.", []string{}, elif.ticket(second.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "jonas hears of it where it goes on", func() bool {
		v := jonas.ticket(first.Ticket)
		return v.Row.Status == "in_progress" && jonas.has(second.Ticket, "Still 502.") && !jonas.has(first.Ticket, "Still 502.")
	})

	if err := jonas.api.UnmergeTicket(second.Ticket); err != nil {
		t.Fatal(err)
	}
	until(t, "elif sees them apart", func() bool {
		return elif.ticket(second.Ticket).Together.Into == nil && len(elif.ticket(first.Ticket).Together.Merged) == 0
	})
}

// A reply being written on what goes on elsewhere is taken along, behind what
// was being written there.
func TestADraftIsTakenAlong(t *testing.T) {
	_, jonas, first, second := two(t)
	for ticket, text := range map[string]string{first.Ticket: "Here.", second.Ticket: "There."} {
		if _, err := jonas.api.SaveDraft(app.Draft{Kind: "reply", Ticket: ticket, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	if err := jonas.api.MergeTicket(second.Ticket, first.Ticket); err != nil {
		t.Fatal(err)
	}
	if d := jonas.ticket(second.Ticket).Reply; d == nil || d.Text != "There." {
		t.Errorf("merging took the draft: %+v", d)
	}
	d, err := jonas.api.MoveDraft(second.Ticket, first.Ticket)
	if err != nil || d.Text != "Here.\n\nThere." || jonas.ticket(second.Ticket).Reply != nil {
		t.Errorf("got %+v, %v", d, err)
	}
	if _, err := jonas.api.MoveDraft(second.Ticket, first.Ticket); err == nil {
		t.Error("a draft that is not there was taken along")
	}
}

// A message becomes a ticket of its own, made while offline; what comes
// meanwhile stays where it was written.
func TestAMessageBecomesATicket(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	say := func(text string) {
		t.Helper()
		if err := elif.api.Reply(o.Ticket, text, []string{}, elif.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
			t.Fatal(err)
		}
		elif.confirmed(o.Ticket, text)
		until(t, "jonas reads it", func() bool { return jonas.has(o.Ticket, text) })
	}
	say("And the printer jams.")
	entries := elif.ticket(o.Ticket).Entries
	if err := elif.api.SplitTicket(o.Ticket, entries[len(entries)-1].Ref, "", ""); err != nil {
		t.Fatal(err)
	}
	until(t, "jonas is asked", func() bool {
		e := jonas.ticket(o.Ticket).Entries
		return e[len(e)-1].Line == "Elif Brandt asked for a request of its own for “And the printer jams.”"
	})
	ref := 0
	for _, e := range jonas.ticket(o.Ticket).Entries {
		if e.Text == "And the printer jams." {
			ref = e.Ref
		}
	}
	jonas.offline()
	if err := jonas.api.SplitTicket(o.Ticket, ref, "", ""); err == nil {
		t.Error("without a subject")
	}
	if err := jonas.api.SplitTicket(o.Ticket, ref, "Printer", ""); err != nil {
		t.Fatal(err)
	}
	// It is there at once, with a number to say until it has its own.
	here := jonas.ticket(o.Ticket).Links
	if len(here) != 1 || here[0].Kind != "split_into" || here[0].Subject != "Printer" {
		t.Fatalf("offline the links are %+v", here)
	}
	pv := jonas.ticket(here[0].Ticket)
	if pv.Row.Number != desk.TicketID(here[0].Ticket).Reference() || pv.Requester.ID != "elif" || pv.Entries[0].Text != "And the printer jams." || len(pv.Links) != 1 {
		t.Errorf("offline it is %+v", pv)
	}
	listed := func() (n int) {
		for _, r := range jonas.rows(string(policy.ViewAllOpen)).Rows {
			if r.Subject == "Printer" {
				n++
			}
		}
		return n
	}
	if listed() != 1 {
		t.Errorf("offline it is listed %d times", listed())
	}
	noNulls(t, pv)
	if err := jonas.api.AddNote(here[0].Ticket, "Written before it had a number", []string{}, []string{}); err != nil {
		t.Fatal(err)
	}
	if !jonas.has(here[0].Ticket, "Written before it had a number") {
		t.Error("what is written there does not show")
	}
	if err := elif.api.Reply(o.Ticket, "Meanwhile.", []string{}, elif.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	elif.confirmed(o.Ticket, "Meanwhile.")
	jonas.line.mend()
	jonas.live()
	until(t, "elif has both", func() bool { return len(elif.ticket(o.Ticket).Links) == 1 })
	made := elif.ticket(o.Ticket).Links[0]
	until(t, "jonas has it as it is", func() bool {
		return made.Ticket == here[0].Ticket && jonas.ticket(made.Ticket).Row.Number == elif.ticket(made.Ticket).Row.Number && listed() == 1 &&
			jonas.has(made.Ticket, "Written before it had a number")
	})
	v := elif.ticket(made.Ticket)
	if made.Kind != "split_into" || v.Row.Subject != "Printer" || v.Requester.ID != "elif" || v.Entries[0].Text != "And the printer jams." || !v.Entries[0].Author.Me ||
		elif.has(made.Ticket, "Meanwhile.") || !elif.has(o.Ticket, "And the printer jams.") || len(v.Links) != 1 || v.Links[0].Ticket != o.Ticket {
		t.Errorf("got %+v\n%+v", made, v)
	}
	if want := "Jonas Vos made this a request of its own, out of " + elif.ticket(o.Ticket).Row.Number; v.Entries[1].Line != want {
		t.Errorf("got %q", v.Entries[1].Line)
	}
	noNulls(t, v)
}

// Colleagues join with one click and hear when it is solved; who may only read
// may join, and nobody learns of what they may not see.
func TestMeToo(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas, max, nina := newDesktop(t), newDesktop(t), newDesktop(t), newDesktop(t)
	for who, d := range map[string]*desktop{"elif": elif, "jonas": jonas, "max": max, "nina": nina} {
		d.signIn(srv.URL, who)
	}
	o := elif.opens(newTicket())
	until(t, "max sees it", func() bool { return max.has(o.Ticket, "It says 502.") })
	s, err := max.api.Suggest("Shop is down again", "")
	if err != nil || len(s) != 1 || s[0].Ticket != o.Ticket || s[0].Add || !s[0].Join || s[0].Mine {
		t.Fatalf("got %+v, %v", s, err)
	}
	if s, err := nina.api.Suggest("Shop is down", "It says 502."); err != nil || len(s) != 0 {
		t.Errorf("nina is told of %+v, %v", s, err)
	}
	if s, err := max.api.Suggest("A new mailbox", "for the kitchen"); err != nil || len(s) != 0 {
		t.Errorf("got %+v, %v", s, err)
	}
	if err := nina.api.JoinTicket(o.Ticket, "one", "", "", false); err == nil {
		t.Error("nina joined what she cannot see")
	}
	if err := max.api.JoinTicket(o.Ticket, "site", "stopped", "Both tills", false); err != nil {
		t.Fatal(err)
	}
	until(t, "elif reads it", func() bool {
		v := elif.ticket(o.Ticket)
		return len(v.Together.Joined) == 1 && v.Together.Joined[0].Name == "Max Brandt" && v.Entries[len(v.Entries)-1].Line == "Max Brandt has the same trouble: Both tills"
	})
	if v := max.ticket(o.Ticket); v.Can.Reply || !v.Together.Joined[0].Me {
		t.Errorf("joining gave a right: %+v", v.Can)
	}
	until(t, "jonas is asked about the priority", func() bool {
		p := jonas.ticket(o.Ticket).Proposal
		return p != nil && strings.Contains(p.Why, "1 with the same trouble joined")
	})
	if err := max.api.JoinTicket(o.Ticket, "", "", "", true); err != nil {
		t.Fatal(err)
	}
	until(t, "max left", func() bool { return len(elif.ticket(o.Ticket).Together.Joined) == 0 })
}

// What was written as a new request goes on one that is there instead, and its
// draft is gone once that is kept.
func TestAddInstead(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	d, err := elif.api.SaveDraft(app.Draft{Kind: "new", Subject: "Shop down", Text: "Since nine."})
	if err != nil {
		t.Fatal(err)
	}
	s, err := elif.api.Suggest("Shop down", "Since nine.")
	if err != nil || len(s) != 1 || !s[0].Mine || !s[0].Add || s[0].Join {
		t.Fatalf("got %+v, %v", s, err)
	}
	if err := elif.api.AddInstead(o.Ticket, d.Key, "Shop down", "Since nine.", []string{}); err != nil {
		t.Fatal(err)
	}
	if left, err := elif.api.Drafts(); err != nil || len(left) != 0 {
		t.Errorf("left: %+v, %v", left, err)
	}
	until(t, "jonas reads it", func() bool { return jonas.has(o.Ticket, "Shop down\n\nSince nine.") })
}
