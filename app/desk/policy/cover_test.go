package policy_test

import (
	"slices"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// An entitlement is warned of from eighty in a hundred on and from thirty days
// before it ends on, not one request and not one second earlier (BEHAVIOURS 2.18).
func TestWarnings(t *testing.T) {
	end := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	e := desk.Entitlement{Quota: 20, End: end}
	for _, c := range []struct {
		used   int
		before time.Duration
		want   []policy.Warning
	}{
		{15, 31 * 24 * time.Hour, nil},
		{16, 31 * 24 * time.Hour, []policy.Warning{policy.WarnQuota}},
		{20, 31 * 24 * time.Hour, []policy.Warning{policy.WarnSpent}},
		{0, 30*24*time.Hour + time.Second, nil},
		{0, 30 * 24 * time.Hour, []policy.Warning{policy.WarnEnding}},
		{21, time.Second, []policy.Warning{policy.WarnSpent, policy.WarnEnding}},
		{21, 0, nil}, // it has ended: that is said instead
	} {
		if got := policy.Warnings(e, c.used, end.Add(-c.before)); !slices.Equal(got, c.want) {
			t.Errorf("%d used, %v before its end: got %v, want %v", c.used, c.before, got, c.want)
		}
	}
	if got := policy.Warnings(desk.Entitlement{}, 1000, end); got != nil {
		t.Errorf("without quota and end: %v", got)
	}
}
