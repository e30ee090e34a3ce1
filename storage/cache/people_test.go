package cache

import (
	"testing"

	"docket/app/desk"
)

// Somebody is found by any of their addresses and numbers, with the gaps of a
// number or without (BEHAVIOURS 1.6).
func TestPeopleByAnyAddressAndNumber(t *testing.T) {
	p := desk.Person{ID: "miriam", Name: "Miriam Vogt", Email: "m@kranich.example", Emails: []string{"branch@kranich.example"}, Phone: "+44 20 7946 0142", Phones: []string{"+49 171 55-66"}}
	for asked, want := range map[string]bool{
		"mir": true, "branch": true, "7946": true, "20 7946": true, "442079460142": true, "491715566": true, "171 55": true, "0143": false, "4920": false,
	} {
		if got := begins(findable(p), split(asked)); got != want {
			t.Errorf("%q: found %v, want %v", asked, got, want)
		}
	}
}
