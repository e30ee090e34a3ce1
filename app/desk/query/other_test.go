package query_test

import (
	"testing"

	"docket/app/desk/query"
)

// TestOther: what speaks of tickets leaves out what is none, with and without a
// dash; words, phrases, or and brackets hold for it as they do for tickets.
func TestOther(t *testing.T) {
	for _, c := range []struct{ text, article, draft string }{
		{"vpn", "vpn", "vpn"},
		{`"cannot send" -mail`, `"cannot send" -mail`, `"cannot send" -mail`},
		{"vpn is:open", "", ""},
		{"vpn -is:open", "", ""},
		{"vpn (from:anna or dept:mail)", "", ""},
		{"vpn or is:open", "vpn", "vpn"},
		{"vpn (is:open or tunnel)", "vpn tunnel", "vpn tunnel"},
		{"-(is:open vpn)", "", ""},
		{"tunnel -(is:open vpn)", "tunnel -vpn", "tunnel -vpn"},
		{"-vpn", "", ""},
		{"is:article", "*", ""},
		{"is:article vpn -tunnel", "vpn -tunnel", ""},
		{"is:articles -vpn", "-vpn", ""},
		{"-is:article vpn", "", "vpn"},
		{"is:draft", "", "*"},
		{"vpn -is:draft", "vpn", ""},
		{"is:article or is:draft", "*", "*"},
		{"(is:article or is:draft) vpn", "vpn", "vpn"},
		{"file:vpn", "", ""},
		{"", "", ""},
	} {
		q, faults := query.Parse(c.text)
		if len(faults) > 0 {
			t.Errorf("%s: %v", c.text, faults)
		}
		for kind, want := range map[string]string{query.Article: c.article, query.Draft: c.draft} {
			of, ok := q.For(kind, nil)
			got := of.String()
			if ok && got == "" {
				got = "*"
			}
			if !ok {
				got = ""
			}
			if got != want {
				t.Errorf("%s for %s: got %q, want %q", c.text, kind, got, want)
			}
		}
	}
	q, _ := query.Parse("vpn is:open -is:closed")
	of, ok := q.For(query.Draft, func(f query.Field) bool { return f.Value == "open" })
	if !ok || of.String() != "vpn" {
		t.Errorf("judged by its ticket: got %q, %v", of, ok)
	}
	if of, ok := q.For(query.Draft, func(query.Field) bool { return false }); ok {
		t.Errorf("on a ticket that does not fit: got %q", of)
	}
	for text, want := range map[string]bool{"is:article vpn": true, "vpn": false, "-is:article": false, "is:draft": false} {
		if q, _ := query.Parse(text); q.Alone(query.Article) != want {
			t.Errorf("%s alone: got %v", text, !want)
		}
	}
}
