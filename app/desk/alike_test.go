package desk_test

import (
	"testing"

	"docket/app/desk"
)

func TestSimilar(t *testing.T) {
	for _, c := range []struct {
		a, b string
		like bool
	}{
		{"Mail bounces", "mail BOUNCES!", true},
		{"Outlook meldet Fehler 0x800CCC0E", "Fehler 0x800ccc0e in Outlook", true},
		{"Drucker in Raum 7", "Drucker in Raum 9", false},
		{"Mail bounces", "Invoice is wrong", false},
		{"It is at us", "It is at us", false}, // nothing that tells anything
		{"", "", false},
		{"報告が届きません", "報告が届きません", true},
	} {
		x, y := desk.Similar(desk.Telling(c.a), desk.Telling(c.b)), desk.Similar(desk.Telling(c.b), desk.Telling(c.a))
		if x != y || x < 0 || x > 1 || c.like != (x > 0.7) {
			t.Errorf("%q and %q: %v, %v", c.a, c.b, x, y)
		}
	}
}
