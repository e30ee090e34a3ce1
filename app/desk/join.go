package desk

import "time"

// CmdJoin says that one has the same trouble; see Join.
const CmdJoin CommandKind = "join"

// JoinedIt is the entry of somebody who has the same trouble, or, with From,
// no longer has.
const JoinedIt Kind = "joined"

// Join is a customer saying "me too" on a colleague's ticket (BEHAVIOURS N14),
// with what it means for them; Leave takes it back. It gives no right they had
// not, and the desk tells them when it is solved.
type Join struct {
	Impact   Impact   `json:"impact,omitempty"`
	Severity Severity `json:"severity,omitempty"`
	Text     string   `json:"text,omitempty"`
	Leave    bool     `json:"leave,omitempty"`
}

// Kind implements Args.
func (Join) Kind() CommandKind { return CmdJoin }

// Joiner is somebody who has the same trouble. It is public, as their message
// would be.
type Joiner struct {
	Person   PersonID  `json:"person"`
	Impact   Impact    `json:"impact,omitempty"`
	Severity Severity  `json:"severity,omitempty"`
	At       time.Time `json:"at"`
}
