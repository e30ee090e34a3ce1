package notify

import (
	"os"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/language"
)

// What the desktop shows is said without the page, so it is said here.
func TestANotificationIsInThePersonsLanguage(t *testing.T) {
	if err := language.Load(os.DirFS("../../frontend/src/lib/language")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { language.Speak("en") })
	at := time.Date(2026, 3, 2, 15, 4, 0, 0, time.Local)
	for code, want := range map[string][3]string{
		"en": {"Anna gave you a ticket", "An answer is late since 15:04", "Since 15:04: 1 needs you, 1 other changed"},
		"de": {"Anna hat Ihnen ein Ticket gegeben", "Eine Antwort ist seit 15:04 verspätet", "Seit 15:04: 1 braucht Sie, 1 weiteres geändert"},
	} {
		language.Speak(code)
		c := &Center{now: func() time.Time { return at.Add(time.Hour) }, since: at}
		group := []Notice{{Ticket: "a", Kind: Assigned, Who: "Anna", Mine: true}, {Ticket: "b", Kind: Status, Status: desk.Solved, Who: "Anna"}}
		got := [3]string{said(group[0], c.now()), said(Notice{Kind: Due, At: at}, c.now()), c.summary(group).Title}
		if got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}
