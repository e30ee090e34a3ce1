package policy

import (
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/hours"
)

const (
	// LoadDays is of how many days it is known how many waited, and loadLeast of
	// how many hours of them before anything is called usual.
	LoadDays  = 30
	loadLeast = 40
	// few is how many may wait anywhere without that being much.
	few = 5
)

// AwaitedOf is the department that owes t a reply; "" when none does. It follows
// from what the customer knows of t.
func AwaitedOf(t *desk.Ticket) desk.DeptID {
	if t.Into != "" || !Owed(t) {
		return ""
	}
	return t.Department
}

// OpenNow reports whether a department is there now. Who is never there by
// their own word is always looked at.
func OpenNow(d desk.Department, now time.Time) bool {
	cal, err := hours.New(d.Open)
	return err != nil || cal.Open(now)
}

// Swamped reports whether more people wait for a department than twice as many
// as usual, given how many waited in the hours that it was open. Once it is, it
// stays so until fewer than one and a half times as many do.
func Swamped(waiting int, loads []int, already bool) bool {
	if len(loads) < loadLeast || waiting <= few {
		return false
	}
	sorted := slices.Sorted(slices.Values(loads))
	usual := sorted[len(sorted)/2]
	if already {
		return 2*waiting > 3*usual
	}
	return waiting > 2*usual
}
