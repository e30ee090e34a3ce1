package desk

import "time"

// Along is that somebody of ours has taken a ticket along to where there is no
// network (BEHAVIOURS N5): a soft lease, which stops nobody. It is the team's,
// and is over by itself when its time is.
type Along struct {
	By    PersonID  `json:"by,omitempty"`
	Until time.Time `json:"until,omitzero"`
	// Where is in their own words, such as "on the train"; Draft says that they
	// had begun an answer.
	Where string `json:"where,omitempty"`
	Draft bool   `json:"draft,omitempty"`
}

// CmdAlong takes a ticket along or gives it back; see TakeAlong.
const CmdAlong CommandKind = "along"

// TakeAlong takes along a ticket that the actor has, until a time; without one
// it gives it back, or, on a colleague's, goes on without them. Staff only.
type TakeAlong struct {
	Until time.Time `json:"until,omitzero"`
	Where string    `json:"where,omitempty"`
	Draft bool      `json:"draft,omitempty"`
}

// Kind implements Args.
func (TakeAlong) Kind() CommandKind { return CmdAlong }

// WentOn is the team's entry: the author went on with what To had taken along.
const WentOn Kind = "went_on"
