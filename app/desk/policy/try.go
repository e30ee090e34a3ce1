package policy

import (
	"time"

	"docket/app/desk"
)

// Tried is what a policy makes of tickets as they went.
type Tried struct {
	Waits   int // times a customer was waited for and answered in the end
	Ended   int // of these, solved for want of the answer before it came
	Replies int // replies that were owed, and came
	Late    int // of these, after their deadline
}

// Add sums up.
func (t *Tried) Add(o Tried) {
	t.Waits, t.Ended, t.Replies, t.Late = t.Waits+o.Waits, t.Ended+o.Ended, t.Replies+o.Replies, t.Late+o.Late
}

// Try lives a conversation again under the policy and promises of d, oldest
// entry first. What happened from since on is counted; the ticket's priority
// and what its customer called it are as they are now.
func Try(t *desk.Ticket, entries []desk.Entry, d desk.Department, since time.Time) Tried {
	var out Tried
	var asked, waiting time.Time // the first unanswered word, and our newest while it is theirs
	answered := false
	promise := d.Promise(t.Priority)
	for _, e := range entries {
		if e.Audience != desk.Public {
			continue
		}
		theirs := !e.Staff && e.Author != desk.System
		switch {
		case e.Kind == desk.StatusSet && desk.Status(e.To) == desk.WaitingCustomer:
			waiting = e.At
		case e.Kind == desk.StatusSet && e.Reason != "no_answer":
			waiting = time.Time{} // what ended for want of an answer still waits for it here
		case !says(e.Kind) || e.Author == desk.System:
		case theirs:
			if !waiting.IsZero() && !e.At.Before(since) {
				out.Waits++
				if ends := Await(t, d, waiting).Close; !ends.IsZero() && !ends.After(e.At) {
					out.Ended++
				}
			}
			waiting = time.Time{}
			if asked.IsZero() {
				asked = e.At
			}
		default:
			if !asked.IsZero() && !e.At.Before(since) {
				length := promise.NextReply
				if !answered {
					length = promise.FirstReply
				}
				out.Replies++
				if due := within(d, promise, length, asked); !due.IsZero() && due.Before(e.At) {
					out.Late++
				}
			}
			asked, answered = time.Time{}, true
			if !waiting.IsZero() {
				waiting = e.At
			}
		}
	}
	return out
}

func says(k desk.Kind) bool {
	switch k {
	case desk.Opened, desk.Message, desk.Call, desk.Chat:
		return true
	}
	return false
}
