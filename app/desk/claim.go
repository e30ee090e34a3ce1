package desk

// Type tells what broke from what is wanted (BEHAVIOURS 3.13). It is public;
// "" while nobody has said.
type Type string

// The types.
const (
	Incident Type = "incident" // it worked before
	Request  Type = "request"  // something new or changed
)

// SetType is the team's word on which it is; staff only. Nothing else of the
// ticket changes with it.
type SetType struct {
	From Type `json:"from,omitempty"`
	To   Type `json:"to"`
}

// Kind implements Args.
func (SetType) Kind() CommandKind { return CmdType }
