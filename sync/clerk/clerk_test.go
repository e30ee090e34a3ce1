package clerk_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/clerk"
)

// What moves slowly is told when the clerk begins and then every five minutes,
// whatever is due in between; what could not be told is told at the next look.
func TestTellsSeldom(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	told, fault := 0, error(nil)
	c := clerk.New(clerk.Config{
		Due: func(context.Context, time.Time, int) ([]desk.TicketID, error) { return nil, nil },
		Act: func(context.Context, []desk.Command) error { return nil },
		Tell: func(context.Context, time.Time) error {
			if fault == nil {
				told++
			}
			return fault
		},
		NewID: func() desk.CommandID { return "c" }, Clock: func() time.Time { return now },
	})
	look := func(after time.Duration, want int) {
		t.Helper()
		now = now.Add(after)
		if err := c.Look(context.Background()); !errors.Is(err, fault) {
			t.Fatal(err)
		}
		if told != want {
			t.Errorf("after %v it was told %d times, want %d", after, told, want)
		}
	}
	look(0, 1)
	look(time.Second, 1)
	look(4*time.Minute, 1)
	look(time.Minute, 2)
	fault = errors.New("full")
	look(5*time.Minute, 2)
	fault = nil
	look(time.Second, 3)
}
