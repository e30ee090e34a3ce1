package desk

import "time"

// Waiting is what happens while a ticket waits for its customer (BEHAVIOURS
// 1.30, 4.13, 4.14). Times are set when the waiting begins, so that a policy
// that is changed later moves none of them.
type Waiting struct {
	// Since is our newest public message: silence counts from it.
	Since time.Time `json:"since"`
	// Remind is when the customer is reminded, the next time first.
	Remind []time.Time `json:"remind,omitempty"`
	// Sent counts the reminders that went out.
	Sent int `json:"sent,omitempty"`
	// Close is when it is solved for want of an answer; zero for never.
	Close time.Time `json:"close,omitzero"`
}

// Clocks are the team's own deadlines of a ticket beside the reply it owes
// (BEHAVIOURS 4.5, 4.7, 4.11). They stand as instants, as Waiting's do.
type Clocks struct {
	// Assign is by when somebody has it; zero when somebody has, or nothing is
	// promised. It never pauses.
	Assign time.Time `json:"assign,omitzero"`
	// Resolve is by when it is solved; zero while that clock stands still.
	Resolve time.Time `json:"resolve,omitzero"`
	// Since is since when that clock runs and Used what ran before, in time
	// that the department was open.
	Since time.Time     `json:"since,omitzero"`
	Used  time.Duration `json:"used,omitempty"`
	// Stale is when somebody is asked why nothing is done; Nudges counts how
	// often that was since anything was done.
	Stale  time.Time `json:"stale,omitzero"`
	Nudges int       `json:"nudges,omitempty"`
	// Age is when it has waited three times as long as it should and its priority
	// rises (BEHAVIOURS 4.6); zero when nobody waits or it rises no further.
	Age time.Time `json:"age,omitzero"`
	// Ranked is since when it has its priority; zero for since it came. It ages
	// from then on, whatever stands still in between.
	Ranked time.Time `json:"ranked,omitzero"`
	// Long is when it has waited long for others, and Over set once it has
	// (BEHAVIOURS 1.31).
	Long time.Time `json:"long,omitzero"`
	Over bool      `json:"over,omitempty"`
	// Needed is by when what was asked for is done, Alerts when somebody is
	// reminded of that before, the next time first.
	Needed time.Time   `json:"needed,omitzero"`
	Alerts []time.Time `json:"alerts,omitempty"`
	// Work is when planned work begins, until somebody was reminded of that.
	Work time.Time `json:"work,omitzero"`
	// Near is when somebody is reminded that the day of planned work or of a fix
	// is near.
	Near time.Time `json:"near,omitzero"`
	// Late is what was not done by its deadline, each once.
	Late []DueKind `json:"late,omitempty"`
}

// RunDue does what is due on a ticket by now. Only the desk itself gives it.
// Woke is when whoever gives it began to look: what should have ended before
// gets an hour's grace, so that a server that slept ends nothing in bulk
// (BEHAVIOURS 1.30).
type RunDue struct {
	Woke time.Time `json:"woke"`
}

// Kind implements Args.
func (RunDue) Kind() CommandKind { return CmdRunDue }

// Clerk is the desk itself as an actor, for what time does.
func Clerk() Actor { return Actor{Person: System, Name: "Docket", Role: Admin} }
