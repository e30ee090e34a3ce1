package desk

import "time"

// Calendar says when a department is there: weekly times of a zone, and the
// dates on which it is closed. The zero Calendar is day and night.
type Calendar struct {
	Zone string `json:"zone,omitempty"` // an IANA name, such as Europe/Berlin
	Week []Span `json:"week,omitempty"`
	// Closed are dates of the zone, written 2006-01-02.
	Closed []string `json:"closed,omitempty"`
}

// Span is a part of a weekday, in minutes from midnight as the clock on the
// wall shows them: From is in it, To (at most 1440) is not.
type Span struct {
	Day  time.Weekday `json:"day"`
	From int          `json:"from"`
	To   int          `json:"to"`
}

// Promise is how soon a department replies to tickets of a priority, in time
// that it is open. Without a priority it is for those no other one names.
type Promise struct {
	Priority   Priority      `json:"priority,omitempty"`
	FirstReply time.Duration `json:"first_reply,omitempty"` // 0 promises nothing
	NextReply  time.Duration `json:"next_reply,omitempty"`
	// Assign is by when somebody has it, Resolve by when it is solved, without
	// the time it waits for others, and Stale after how long without anything
	// done by the team somebody is asked about it. The team's own affair: no
	// customer is sent these.
	Assign  time.Duration `json:"assign,omitempty"`
	Resolve time.Duration `json:"resolve,omitempty"`
	Stale   time.Duration `json:"stale,omitempty"`
	// Always counts day and night, closed or not.
	Always bool `json:"always,omitempty"`
}

// Promise gives what the department promises to tickets of priority p.
func (d Department) Promise(p Priority) Promise { return promiseFor(d.Promises, p) }

func promiseFor(all []Promise, p Priority) Promise {
	var found Promise
	for _, x := range all {
		if x.Priority == p {
			return x
		}
		if x.Priority == "" {
			found = x
		}
	}
	return found
}

// DueKind names what a deadline is for.
type DueKind string

// What can be due.
const (
	DueFirstReply DueKind = "first_reply" // the first word of the department that has it
	DueNextReply  DueKind = "next_reply"  // an answer to a further message
	DueAssign     DueKind = "assign"      // somebody who has it (BEHAVIOURS 4.7)
	DueResolve    DueKind = "resolve"     // the solution
	// What comes next rather than runs out.
	DueClose DueKind = "close" // it is solved for want of an answer
	DueHold  DueKind = "hold"  // it is taken up again
)
