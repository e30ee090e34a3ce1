package desk

// CmdHelpers changes who helps; see SetHelpers.
const CmdHelpers CommandKind = "helpers"

// HelpersSet is the entry of it, with its sides as in a CCsSet. It is public:
// customers know whom their words reach (BEHAVIOURS 2.13).
const HelpersSet Kind = "helpers"

// SetHelpers adds and removes members of staff who work on a ticket beside the
// one who has it; staff only. Whoever helps may do all that the team may.
type SetHelpers struct {
	Add    []PersonID `json:"add,omitempty"`
	Remove []PersonID `json:"remove,omitempty"`
}

// Kind implements Args.
func (SetHelpers) Kind() CommandKind { return CmdHelpers }
