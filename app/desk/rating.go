package desk

import "time"

// CmdRate says how it was; see Rate.
const CmdRate CommandKind = "rate"

// Rated is an entry of what the requester said of how it was: To is the Score,
// From the one before, Text the words with it.
const Rated Kind = "rated"

// Score is how it was for who asked.
type Score string

// The scores.
const (
	Good Score = "good"
	Bad  Score = "bad"
)

// Rating is what the requester is asked once it is solved, and what they said.
// It is public: they said it to all who read the request.
type Rating struct {
	// Asked is when they were asked; zero for never.
	Asked   time.Time `json:"asked"`
	Score   Score     `json:"score,omitempty"`
	Comment string    `json:"comment,omitempty"`
	At      time.Time `json:"at,omitzero"`
}

// Rate answers how it was; the requester only, until the ticket is closed, and
// as often as they change their mind.
type Rate struct {
	Score   Score  `json:"score"`
	Comment string `json:"comment,omitempty"`
}

// Kind implements Args.
func (Rate) Kind() CommandKind { return CmdRate }

// SatisfactionMode says whether the requester is asked how it was.
type SatisfactionMode string

// The modes of asking.
const (
	SatisfactionAsk   SatisfactionMode = ""
	SatisfactionNever SatisfactionMode = "never"
)

const defaultRateDays = 30

// RateAgain is after how long somebody may be asked about the same ticket again.
func (p Policy) RateAgain() time.Duration {
	n := p.RateDays
	if n == 0 {
		n = defaultRateDays
	}
	return time.Duration(n) * 24 * time.Hour
}
