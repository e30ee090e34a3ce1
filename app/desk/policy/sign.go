package policy

import (
	"time"

	"docket/app/desk"
)

// signEvery is how often somebody is heard of again who looks once more, or
// begins to write: often enough for a reminder that waits a day, and no commit
// for every key (BEHAVIOURS 4.13).
const signEvery = 12 * time.Hour

// SignOfLife reports whether it is worth knowing that p has looked again: the
// ticket waits for its customer, and p was last heard of a while ago.
func SignOfLife(t *desk.Ticket, p desk.PersonID, now time.Time) bool {
	if t.Status != desk.WaitingCustomer {
		return false
	}
	for _, m := range t.Seen {
		if m.Person == p {
			return now.Sub(m.At) >= signEvery
		}
	}
	return false
}
