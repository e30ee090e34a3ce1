package notify_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"docket/app/notify"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                       "plain",
		"  two\r\n\tlines\u2028here ": "two lines here",
		"bell\a\x1b[31mred":           "bell[31mred",
		"over\u202egpj.exe":           "overgpj.exe",
		"iso\u2066late\u2069":         "isolate",
		"zero\u200bwidth\ufeff":       "zerowidth",
		"bad\xff\xfebytes":            "badbytes",
		"private\ue000":               "private",
		"tag\U000e0041s":              "tags",
		"Zoë – Žižek 東京 👩\u200d💻":     "Zoë – Žižek 東京 👩\u200d💻",
		"<b>bold</b>":                 "<b>bold</b>",
		strings.Repeat("ä", 50):       strings.Repeat("ä", 40) + "…",
		"":                            "",
	} {
		if got := notify.Clean(in, 40); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

// attacks are texts that became code somewhere (LIBRARIES 0.1).
var attacks = []string{
	"]]>$(Start-Process calc)", "$(calc)", "${env:x}", "`whoami`", "\"@\n calc \n@\"", "“@ calc", "'; calc; '", "\\\" & calc & \\\"",
	"]]><script/>", "<b>x</b>", "--exec calc", "%COMSPEC%", "a|b", "a&b", "\x00", "‘;calc;’", "＄(calc)", "﹩(calc)",
}

func TestStrictLeavesNoCode(t *testing.T) {
	for _, in := range attacks {
		check(t, in)
	}
	if got, want := notify.Strict("Zoë’s site: 50% slow (again)?", 90), "Zoë–s site: 50 slow (again)?"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func check(t *testing.T, in string) {
	t.Helper()
	got := notify.Strict(in, 80)
	if strings.ContainsAny(got, "$`\"'<>&|\\%@{}[]=^~*") || strings.HasPrefix(got, "-") || strings.HasPrefix(got, "–") || strings.HasPrefix(got, "/") {
		t.Errorf("Strict(%q) = %q", in, got)
	}
	if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 81 {
		t.Errorf("Strict(%q) = %q", in, got)
	}
	for _, r := range got {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Sc, unicode.Pi, unicode.Pf) && r != '\u200c' && r != '\u200d' {
			t.Errorf("Strict(%q) keeps %U", in, r)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, a := range attacks {
		f.Add(a)
	}
	f.Add("Since 13:40: 2 need you")
	f.Fuzz(func(t *testing.T, in string) {
		got := notify.Clean(in, 80)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 81 || strings.ContainsAny(got, "\n\r\t\x00\u202e") {
			t.Errorf("Clean(%q) = %q", in, got)
		}
		if notify.Clean(got, 80) != got && !strings.HasSuffix(got, "…") {
			t.Errorf("Clean is not stable on %q: %q", got, notify.Clean(got, 80))
		}
		check(t, in)
	})
}
