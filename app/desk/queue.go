package desk

// CmdSkip passes a ticket over; see Skip.
const CmdSkip CommandKind = "skip"

// Skip passes over a ticket that waits in the queue, or puts one back that the
// actor has, saying why; staff only. Who skipped it is not served it again
// until it changes hands (BEHAVIOURS 4.6). The reason is internal.
type Skip struct {
	Reason string `json:"reason"`
}

// Kind implements Args.
func (Skip) Kind() CommandKind { return CmdSkip }
