package policy_test

import (
	"slices"
	"testing"

	"docket/app/desk/policy"
)

// Busy is more than twice as many as usual, out of a week's hours at least, and
// not over until fewer than one and a half times as many wait.
func TestSwamped(t *testing.T) {
	usual := slices.Repeat([]int{10}, 40)
	for name, c := range map[string]struct {
		waiting int
		loads   []int
		already bool
		want    bool
	}{
		"twice as many":          {20, usual, false, false},
		"one more":               {21, usual, false, true},
		"and still":              {16, usual, true, true},
		"until it is over":       {15, usual, true, false},
		"not known yet":          {50, usual[:39], false, false},
		"few are never many":     {5, slices.Repeat([]int{1}, 40), false, false},
		"one more than a few":    {6, slices.Repeat([]int{1}, 40), false, true},
		"a quiet desk":           {6, slices.Repeat([]int{0}, 40), false, true},
		"a busy day is no usual": {21, append(slices.Repeat([]int{100}, 5), usual...), false, true},
	} {
		if got := policy.Swamped(c.waiting, c.loads, c.already); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
