package policy

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/hours"
)

// Line is a phone line as somebody finds it at a moment.
type Line struct {
	desk.PhoneLine
	Open bool
	// Opens is when it is there again; zero while it is.
	Opens time.Time
	// Speaks says whether the language asked for is spoken there.
	Speaks bool
}

// Lines orders the lines for somebody of a language and country, as two letters
// each or "", so that the first is the one to call now and the next is the next
// best: open before closed, then by language, then in their own country. A
// toll-free number of another country comes last, since it mostly does not
// answer from elsewhere. What is closed stays in the list, with when it opens.
func Lines(lines []desk.PhoneLine, language, country string, now time.Time) []Line {
	out := make([]Line, 0, len(lines))
	for _, l := range lines {
		x := Line{PhoneLine: l, Open: true, Speaks: slices.ContainsFunc(l.Languages, func(s string) bool { return strings.EqualFold(s, language) })}
		// One whose hours cannot be read here is better tried than hidden.
		if cal, err := hours.New(l.Open); err == nil && !cal.Open(now) {
			x.Open, x.Opens = false, cal.Next(now).UTC()
		}
		out = append(out, x)
	}
	away := func(l Line) int { return one(l.TollFree && l.Country != "" && !strings.EqualFold(l.Country, country)) }
	home := func(l Line) int { return one(!strings.EqualFold(l.Country, country)) }
	slices.SortStableFunc(out, func(x, y Line) int {
		return cmp.Or(away(x)-away(y), one(!x.Open)-one(!y.Open), one(!x.Speaks)-one(!y.Speaks), home(x)-home(y), x.Opens.Compare(y.Opens))
	})
	return out
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
