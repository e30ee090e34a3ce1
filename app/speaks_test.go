package app_test

import (
	"encoding/json"
	"os"
	"testing"

	"docket/app"
	"docket/app/language"
	"docket/sync/cmd/docketd/runtest"
)

// What the program says by itself is said in the language the page tells, from
// that moment on: lines, steps, titles of the outbox and refusals.
func TestTheProgramSpeaksThePersonsLanguage(t *testing.T) {
	if err := language.Load(os.DirFS("../frontend/src/lib/language")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { language.Speak("en") })
	srv := runtest.NewServer(t, runtest.Desk)
	elif, jonas := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	o := elif.opens(newTicket())
	until(t, "jonas sees it", func() bool { return jonas.has(o.Ticket, newTicket().Text) })
	if err := jonas.api.Assign(o.Ticket, "jonas", "", nil); err != nil {
		t.Fatal(err)
	}
	line := func() string { v := jonas.ticket(o.Ticket); return v.Entries[len(v.Entries)-1].Line }
	if got := line(); got != "You took this" {
		t.Fatalf("in English: %q", got)
	}
	if err := jonas.api.Speaks("de"); err != nil {
		t.Fatal(err)
	}
	if got := line(); got != "Sie haben dies übernommen" {
		t.Errorf("in German: %q", got)
	}
	if got := jonas.ticket(o.Ticket).Steps[0].Title; got != "Eingegangen" {
		t.Errorf("a step: %q", got)
	}
	if views, err := jonas.api.Views(); err != nil || views[0].Title != "Braucht mich" {
		t.Errorf("views %+v, %v", views, err)
	}
	_, err := jonas.api.Ticket("no ticket")
	var f app.Fault
	if text, ok := app.FormatError(err).(string); !ok || json.Unmarshal([]byte(text), &f) != nil || f.Message != "Das ist kein Ticket." || f.Hint != "Es wurde nichts geändert." {
		t.Errorf("a refusal: %+v", f)
	}
	if err := jonas.api.Speaks("ar"); err != nil {
		t.Fatal(err)
	}
	if got := line(); got != "توليتَ هذا" {
		t.Errorf("in Arabic: %q", got)
	}
	if jonas.api.Speaks("tlh") == nil {
		t.Error("a language nobody has words for was taken")
	}
}
