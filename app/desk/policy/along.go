package policy

import (
	"time"

	"docket/app/desk"
)

// Away reports whether somebody has the ticket along at a time. Nothing has to
// happen for it to be over.
func Away(t *desk.Ticket, now time.Time) bool {
	a := t.Along
	return a.By != "" && a.Until.After(now) && t.Assignee == a.By && !t.Status.Done()
}
