package policy_test

import (
	"testing"
	"time"

	"docket/app/desk/policy"
)

// Row 1.2 E: how old a copy of an article is, is said once it is older than a day.
func TestKeptLong(t *testing.T) {
	now := time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time]bool{
		{}: false, now: false, now.Add(time.Hour): false, now.Add(-24 * time.Hour): false, now.Add(-24*time.Hour - time.Second): true, now.AddDate(0, 0, -3): true,
	} {
		if got := policy.KeptLong(at, now); got != want {
			t.Errorf("as of %v: %t", at, got)
		}
	}
}
