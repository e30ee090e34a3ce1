package app_test

import (
	"testing"

	"docket/app"
)

// Questions go out with a reply, are answered offline, taken back, answered
// anew, and arrive once; the team notes what it heard elsewhere.
func TestQuestionsAreAnsweredOffline(t *testing.T) {
	_, elif, jonas, o := aTicket(t)

	asks := app.Beside{Asks: []app.NewAsk{{Text: "Since when?", Required: true}, {Text: "Which page?", Required: true}, {Text: "Empty the cache", Step: true}}}
	if err := jonas.api.Reply(o.Ticket, "Three things.", []string{}, jonas.ticket(o.Ticket).LastSeq, "", asks); err != nil {
		t.Fatal(err)
	}
	jonas.confirmed(o.Ticket, "Three things.")
	if v := jonas.ticket(o.Ticket); v.Row.Status != "waiting_customer" || !v.Can.Ask || v.Can.Answer || len(v.Asks) != 3 {
		t.Errorf("jonas: %s, %+v, %+v", v.Row.Status, v.Can, v.Asks)
	}
	until(t, "elif reads it", func() bool { return elif.has(o.Ticket, "Three things.") })
	elif.offline()
	v := elif.ticket(o.Ticket)
	if v.Row.Turn != "yours" || v.Row.Story != "Jonas asks: Since when?" || v.Can.Ask || !v.Can.Answer || len(v.Asks) != 3 {
		t.Errorf("elif: %q %q, %+v, %+v", v.Row.Turn, v.Row.Story, v.Can, v.Asks)
	}
	answers := app.Beside{Answers: []app.AnswerTo{
		{Ask: v.Asks[0].ID, State: "answered", Text: "Monday"}, {Ask: v.Asks[1].ID, State: "cannot"}, {Ask: v.Asks[2].ID, State: "did_not", Text: "Same as before"},
	}}
	if err := elif.api.Reply(o.Ticket, "", []string{}, v.LastSeq, "", answers); err != nil {
		t.Fatal(err)
	}
	// Its author sees it settled at once, and may take it back as it was.
	v = elif.ticket(o.Ticket)
	if v.Row.Turn != "with_us" || v.Asks[0].State != "answered" || v.Asks[2].Answer != "Same as before" {
		t.Errorf("offline: %q, %+v", v.Row.Turn, v.Asks)
	}
	last := v.Entries[len(v.Entries)-1]
	if len(last.Answers) != 3 || last.Answers[0].Text != "Since when?" || last.Answers[0].Answer != "Monday" {
		t.Errorf("the letter: %+v", last)
	}
	items, err := elif.api.Outbox()
	if err != nil || len(items) == 0 || items[len(items)-1].Text == "" {
		t.Fatalf("outbox %+v %v", items, err)
	}
	d, err := elif.api.EditItem(items[len(items)-1].ID)
	if err != nil || len(d.Beside.Answers) != 3 || d.Beside.Answers[0].Text != "Monday" {
		t.Fatalf("draft %+v %v", d, err)
	}
	if v = elif.ticket(o.Ticket); v.Asks[0].State != "" || v.Reply == nil || len(v.Reply.Beside.Answers) != 3 || !v.Row.Draft {
		t.Errorf("taken back: %+v, draft %+v", v.Asks, v.Reply)
	}
	d.Beside.Answers[0].Text = "Tuesday"
	if err := elif.api.Reply(o.Ticket, "", []string{}, v.LastSeq, "", d.Beside); err != nil {
		t.Fatal(err)
	}
	elif.line.mend()
	elif.live()
	until(t, "jonas has the answers", func() bool { return jonas.ticket(o.Ticket).Asks[0].State == "answered" })
	got := jonas.ticket(o.Ticket)
	if got.Asks[0].Answer != "Tuesday" || got.Asks[0].By != "Elif Brandt" || got.Asks[1].State != "cannot" || got.Row.Status != "in_progress" {
		t.Errorf("jonas: %s %+v", got.Row.Status, got.Asks)
	}
	n := 0
	for _, e := range got.Entries {
		if len(e.Answers) > 0 {
			n++
		}
		if len(e.Asks) > 0 && e.Asks[0].Answer != "Tuesday" {
			t.Errorf("the card under the letter: %+v", e.Asks)
		}
	}
	if n != 1 {
		t.Errorf("the answers arrived %d times", n)
	}

	// What is answered on the telephone is noted; both read it.
	if err := jonas.api.Reply(o.Ticket, "One more.", []string{}, got.LastSeq, "", app.Beside{Asks: []app.NewAsk{{Text: "Which browser?"}}}); err != nil {
		t.Fatal(err)
	}
	jonas.confirmed(o.Ticket, "One more.")
	if err := jonas.api.SettleAsk(o.Ticket, jonas.ticket(o.Ticket).Asks[3].ID, "answered", "Firefox"); err != nil {
		t.Fatal(err)
	}
	until(t, "elif reads what was noted", func() bool {
		v := elif.ticket(o.Ticket)
		return len(v.Asks) == 4 && v.Entries[len(v.Entries)-1].Line == "Jonas Vos noted on “Which browser?”: Firefox"
	})
	noNulls(t, elif.ticket(o.Ticket))
}
