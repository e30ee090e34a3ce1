package desk

import "time"

// Absence is when somebody of ours is away and who stands in for them
// (BEHAVIOURS 4.11). It is the team's.
type Absence struct {
	From       time.Time `json:"from,omitzero"`
	Until      time.Time `json:"until,omitzero"`
	Substitute PersonID  `json:"substitute,omitempty"`
}

// At reports whether it is so at that moment.
func (a Absence) At(now time.Time) bool {
	return !a.Until.IsZero() && !now.Before(a.From) && now.Before(a.Until)
}

// Over reports whether it meets another absence.
func (a Absence) Over(b Absence) bool { return a.From.Before(b.Until) && b.From.Before(a.Until) }
