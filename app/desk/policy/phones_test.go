package policy_test

import (
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// BEHAVIOURS 2.9, 2.10: the right number for the language and the hour, and the
// next best when that is closed.
func TestLines(t *testing.T) {
	week := func(from, to int) desk.Calendar {
		c := desk.Calendar{Zone: "Europe/London"}
		for d := time.Monday; d <= time.Friday; d++ {
			c.Week = append(c.Week, desk.Span{Day: d, From: from * 60, To: to * 60})
		}
		return c
	}
	lines := []desk.PhoneLine{
		{Number: "gb", Country: "gb", Languages: []string{"en"}},
		{Number: "gb free", Country: "gb", Languages: []string{"en"}, TollFree: true, Open: week(8, 18)},
		{Number: "fr", Country: "fr", Languages: []string{"fr", "es"}, Open: week(8, 18)},
		{Number: "de", Country: "de", Languages: []string{"de", "en"}, Open: week(10, 16)},
		{Number: "nowhere", Languages: []string{"pl"}, Open: desk.Calendar{Zone: "Middle/Nowhere", Week: []desk.Span{{To: 60}}}},
	}
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) // a Monday
	night := time.Date(2026, 3, 2, 23, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		language, country string
		at                time.Time
		want              []string
	}{
		{"en", "gb", noon, []string{"gb", "gb free", "de", "fr", "nowhere"}},
		{"es", "es", noon, []string{"fr", "gb", "de", "nowhere", "gb free"}},
		{"fr", "fr", night, []string{"gb", "nowhere", "fr", "de", "gb free"}},
		{"de", "at", noon, []string{"de", "gb", "fr", "nowhere", "gb free"}},
		{"de", "at", night, []string{"gb", "nowhere", "de", "fr", "gb free"}},
		{"", "", noon, []string{"nowhere", "gb", "fr", "de", "gb free"}},
	} {
		got := policy.Lines(lines, c.language, c.country, c.at)
		for i, l := range got {
			if l.Number != c.want[i] {
				t.Errorf("%s in %s at %s: place %d is %q, want %q", c.language, c.country, c.at.Format("15:04"), i, l.Number, c.want[i])
			}
		}
	}
	for _, l := range policy.Lines(lines, "fr", "fr", night) {
		switch l.Number {
		case "fr":
			if want := time.Date(2026, 3, 3, 8, 0, 0, 0, time.UTC); l.Open || !l.Speaks || !l.Opens.Equal(want) {
				t.Errorf("a closed line: %+v, want it to open at %s", l, want)
			}
		case "gb":
			if !l.Open || l.Speaks || !l.Opens.IsZero() {
				t.Errorf("one that is always there: %+v", l)
			}
		}
	}
}
