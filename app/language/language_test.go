package language_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
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

// How soon something comes, and why somebody is proposed, is computed where no
// language is known.
func TestWhatFollowsFromARuleIsSaidInTheLanguage(t *testing.T) {
	week := desk.Calendar{Zone: "Europe/Berlin", Week: []desk.Span{{Day: time.Monday, From: 480, To: 1080}}}
	d := desk.Department{ID: "mail", Open: week, Promises: []desk.Promise{{FirstReply: 90 * time.Minute}, {Priority: desk.PriorityHigh, FirstReply: 2 * time.Hour, Always: true}}}
	known := desk.Outlook{Replies: []desk.UsualReply{{Half: 40 * time.Minute, Most: 3 * time.Hour}}}
	own := desk.Department{Reply: "as soon as {we} can"}
	all := desk.Saying("has {n, plural, =0 {nothing open} other {# open}}", "n", 3)
	for code, want := range map[string][]string{
		"en": {
			"within 1\u00a0h 30\u00a0min of opening time", "usually 40\u00a0min, nearly always within 3\u00a0h of opening time, over all urgencies",
			"First reply within 1\u00a0h 30\u00a0min of opening time", "First reply within 2\u00a0h, priority high", "as soon as {we} can", "has 3 open",
		},
		"de": {
			"innerhalb von 1\u00a0Std. 30\u00a0Min. Öffnungszeit", "meist 40\u00a0Min., fast immer innerhalb von 3\u00a0Std. Öffnungszeit, über alle Dringlichkeiten",
			"Erste Antwort innerhalb von 1\u00a0Std. 30\u00a0Min. Öffnungszeit", "Erste Antwort innerhalb von 2\u00a0Std., Priorität hoch", "as soon as {we} can", "hat 3 offen",
		},
		"ar": {
			"خلال \u2068ساعة واحدة و30 دقيقة\u2069 من وقت الدوام", "عادةً خلال \u206840 دقيقة\u2069، وفي كل الأحوال تقريبًا خلال \u20683 ساعات\u2069 من وقت الدوام، لكل درجات الإلحاح",
			"أول رد خلال \u2068ساعة واحدة و30 دقيقة\u2069 من وقت الدوام", "أول رد خلال \u2068ساعتين\u2069، بأولوية عالية", "\u2068as soon as {we} can\u2069", "لديه 3 تذاكر مفتوحة",
		},
	} {
		speak(t, code)
		got := []string{language.Said(policy.Usual(d, desk.UrgencyNormal)), language.Said(policy.Expected(d, known, desk.UrgencyNormal))}
		for _, s := range append(policy.Targets(d.Promises, week), policy.Usual(own, ""), all) {
			got = append(got, language.Said(s))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n%q, want\n%q", code, got, want)
		}
	}
	if got := language.Said(desk.Said{}); got != "" {
		t.Errorf("nothing is said as %q", got)
	}
}
