package language_test

import (
	"os"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/language"
)

// speak says everything in a language for one test; there is one language in a program.
func speak(t *testing.T, code string) {
	t.Helper()
	if err := language.Load(os.DirFS(top + "frontend/src/lib/language")); err != nil {
		t.Fatal(err)
	}
	language.Speak(code)
	t.Cleanup(func() { language.Speak("en") })
}

func TestAnErrorIsSaidInTheLanguageOfTheWindow(t *testing.T) {
	has := (&desk.Error{Code: desk.CodeInvalid, Message: "{who} has this ticket.", Hint: "Only what is yours can be taken along."}).With("who", "Ada")
	plain := &desk.Error{Code: desk.CodeNotFound, Message: "This topic is not offered any more.", Hint: "A sentence of a newer server."}
	for _, c := range []struct{ code, message, hint, other, advice string }{
		{"en", "Ada has this ticket.", "Only what is yours can be taken along.", "This topic is not offered any more.", "A sentence of a newer server."},
		{"de", "Ada ist für dieses Ticket zuständig.", "Nur was Ihres ist, kann mitgenommen werden.", "Dieses Thema wird nicht mehr angeboten.", "A sentence of a newer server."},
		{"ar", "يتولى \u2068Ada\u2069 هذه التذكرة.", "لا يؤخذ معك إلا ما هو لك.", "لم يعد هذا الموضوع معروضًا.", "A sentence of a newer server."},
		{"tlh", "Ada has this ticket.", "Only what is yours can be taken along.", "This topic is not offered any more.", "A sentence of a newer server."},
	} {
		speak(t, c.code)
		if m, h := language.Error(has); m != c.message || h != c.hint {
			t.Errorf("%s: %q %q", c.code, m, h)
		}
		if m, h := language.Error(plain); m != c.other || h != c.advice {
			t.Errorf("%s: %q %q", c.code, m, h)
		}
	}
}

func TestDatesNumbersAndPluralsAreThoseOfTheLanguage(t *testing.T) {
	at := time.Date(2026, 3, 2, 15, 4, 0, 0, time.UTC)
	const until = "This copy of the tickets could be read without the server until {until, date, day}."
	const size = "“{name}” has {size, number} bytes; at most {most, number} can be sent."
	speak(t, "de")
	if got := language.Say(until, "until", at); got != "Diese Kopie der Tickets konnte bis 2. März ohne den Server gelesen werden." {
		t.Error(got)
	}
	if got := language.Say(size, "name", "x.log", "size", 20000001, "most", 20000000); got != "„x.log“ hat 20.000.001 Bytes; höchstens 20.000.000 können gesendet werden." {
		t.Error(got)
	}
	speak(t, "ar")
	if got := language.Say(until, "until", at); got != "كان يمكن قراءة هذه النسخة من التذاكر دون الخادم حتى \u20682 مارس\u2069." {
		t.Error(got)
	}
	for n, want := range map[int]string{1: "تنتظر تذكرة هذا الإصلاح.", 2: "تنتظر تذكرتان هذا الإصلاح.", 3: "تنتظر 3 تذاكر هذا الإصلاح.", 11: "تنتظر 11 تذكرة هذا الإصلاح.", 100: "تنتظر 100 تذكرة هذا الإصلاح."} {
		if got := language.Say("{n, plural, one {A ticket waits} other {# tickets wait}} for this fix.", "n", n); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
	if language.Speak("ar") || !language.Speak("en") || language.Spoken() != "en" {
		t.Error("whether another language is spoken is not told")
	}
}
