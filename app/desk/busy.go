package desk

import "time"

// RefBusy says that answers of a department take longer at the moment; its id
// is the department's.
const RefBusy RefKind = "busy"

// MaxBusy is for how long a lead can say so at a time, and MaxBusyText how long
// the words are.
const (
	MaxBusy     = 7 * 24 * time.Hour
	MaxBusyText = 200
)

// Busy says that answers take longer than usual (BEHAVIOURS 1.14). Everybody
// may know it.
type Busy struct {
	Department DeptID `json:"department"`
	// Text is what a lead says about it and Until when that is over. Without
	// words it is the desk itself that sees more people wait than usual.
	Text  string    `json:"text,omitempty"`
	Until time.Time `json:"until,omitzero"`
}

// Over reports whether what a lead said is over.
func (b Busy) Over(now time.Time) bool { return !b.Until.IsZero() && !now.Before(b.Until) }
