package desk_test

import (
	"testing"
	"time"

	"docket/app/desk"
)

func TestASentencePutsItsValuesIn(t *testing.T) {
	at := time.Date(2026, 3, 2, 15, 4, 0, 0, time.FixedZone("", 3600))
	for _, c := range []struct {
		sentence string
		with     []any
		want     string
	}{
		{"Nothing", nil, "Nothing"},
		{"Open|verb", nil, "Open"},
		{"{who} has {what}.", []any{"who", "Ada", "what", desk.Number(7)}, "Ada has " + desk.Number(7).String() + "."},
		{"{who} is missing.", nil, "{who} is missing."},
		{"A {who} in it stays.", []any{"who", "{other}", "other", "x"}, "A {other} in it stays."},
		{"{n, plural, one {# file} other {# files}} of {size, number} bytes", []any{"n", 1, "size", 20000001}, "1 file of 20,000,001 bytes"},
		{"{n, plural, =0 {none} one {# file} other {# files}}", []any{"n", 0}, "none"},
		{"{n, plural, one {# file} other {# files}}", []any{"n", 1234}, "1,234 files"},
		{"until {at, date, moment}", []any{"at", at}, "until Monday 2 March, 15:04"},
		{"{what, select, a {an A} other {a {what}}}", []any{"what", "b"}, "a b"},
		{"{what, select, a {{n, plural, one {# A} other {# As}}} other {none}}", []any{"what", "a", "n", 2}, "2 As"},
		{"The macro has '{{' without '}}', and the computer's {x}", []any{"x", "y"}, "The macro has {{ without }}, and the computer's y"},
		{"an unclosed {who", []any{"who", "x"}, "an unclosed {wh}"},
	} {
		if got := desk.English.Say(c.sentence, desk.Values(c.with...)); got != c.want {
			t.Errorf("%s: %q, want %q", c.sentence, got, c.want)
		}
	}
}

func TestAnErrorKeepsWhatItSaidBesideItsText(t *testing.T) {
	e := (&desk.Error{Code: desk.CodeInvalid, Message: "{who} has it.", Hint: "Ask {who}."}).With("who", "Ada")
	if e.Message != "Ada has it." || e.Hint != "Ask Ada." {
		t.Errorf("%q %q", e.Message, e.Hint)
	}
	if s := e.Said; s == nil || s.Message != "{who} has it." || s.Hint != "Ask {who}." || s.Values["who"] != "Ada" {
		t.Errorf("%+v", e.Said)
	}
	other := e.Advising("Wait.")
	if other.Hint != "Wait." || other.Said.Hint != "Wait." || other.Message != "Ada has it." || e.Hint != "Ask Ada." || e.Said.Hint != "Ask {who}." {
		t.Errorf("%+v, before %+v", other.Said, e.Said)
	}
}
