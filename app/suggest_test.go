package app_test

import (
	"strings"
	"testing"

	"docket/app"
	"docket/sync/cmd/docketd/runtest"
)

// A ticket's language is read out of what its customer writes, and whoever fits
// is suggested, from what is on this computer; customers hear of none of it.
func TestSuggest(t *testing.T) {
	text := strings.Replace(runtest.Desk, "{id: lea, name: Lea Moor,", "{id: lea, languages: [de], skills: [hosting], name: Lea Moor,", 1)
	text = strings.Replace(text, "entry: direct, reopen_days: 7, policy: {recall_seconds: 0}", "entry: direct, reopen_days: 7, policy: {recall_seconds: 0, languages: [en, de]}", 1)
	srv := runtest.NewServer(t, text)
	elif, jonas := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	cards, err := elif.api.Departments()
	if err != nil || len(cards) < 2 || strings.Join(cards[1].Languages, ",") != "English,German" {
		t.Errorf("customers are told %+v, %v", cards, err)
	}
	n := newTicket()
	n.Text = "Seit Montag ist der Laden nicht mehr da, und wir warten."
	o := elif.opens(n)
	elif.confirmed(o.Ticket, n.Text)
	until(t, "jonas sees it", func() bool { return jonas.has(o.Ticket, n.Text) })
	jonas.offline()
	if v := jonas.ticket(o.Ticket); v.Language != "de" || !v.Can.Language {
		t.Errorf("language %q", v.Language)
	}
	got, err := jonas.api.SuggestOwner(o.Ticket)
	if err != nil || got != (app.SuggestedInfo{ID: "lea", Name: "Lea Moor", Why: "speaks German, knows hosting, has nothing open"}) {
		t.Errorf("suggested %+v, %v", got, err)
	}
	if err := jonas.api.SetLanguage(o.Ticket, "nl"); err != nil {
		t.Fatal(err)
	}
	if v := jonas.ticket(o.Ticket); v.Language != "nl" || v.Entries[len(v.Entries)-1].Line != "You noted that this is in Dutch" {
		t.Errorf("said: %q", v.Language)
	}
	if err := jonas.api.SetLanguage(o.Ticket, "klingon"); err == nil {
		t.Error("a language nobody knows was taken")
	}
	jonas.line.mend()
	jonas.live()
	if err := jonas.api.Assign(o.Ticket, "jonas", "", nil); err != nil {
		t.Fatal(err)
	}
	if got, err := jonas.api.SuggestOwner(o.Ticket); err != nil || got.ID != "" {
		t.Errorf("somebody has it, and suggested is %+v, %v", got, err)
	}
	if got, err := elif.api.SuggestOwner(o.Ticket); err != nil || got.ID != "" {
		t.Errorf("a customer is suggested %+v, %v", got, err)
	}
	if v := elif.ticket(o.Ticket); v.Language != "" || v.Can.Language {
		t.Errorf("a customer reads the language %q", v.Language)
	}
}
