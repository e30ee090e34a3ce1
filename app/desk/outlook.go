package desk

import "time"

// RefOutlook is what can be expected of a department at the moment; its id is
// the department's.
const RefOutlook RefKind = "outlook"

// Outlook is what whoever writes to a department can expect at the moment,
// beside what it promises (BEHAVIOURS 1.13). It is made of what customers know
// of many tickets, so everybody may know it.
type Outlook struct {
	Department DeptID       `json:"department"`
	Replies    []UsualReply `json:"replies,omitempty"`
}

// UsualReply is how soon first replies came lately to what was called so
// urgent, or with no urgency to everything, in time that the department was open: half of them within Half, nine
// in ten within Most.
type UsualReply struct {
	Urgency Urgency       `json:"urgency"`
	Half    time.Duration `json:"half"`
	Most    time.Duration `json:"most"`
}

// Reply gives the figures for an urgency, if they are known.
func (o Outlook) Reply(u Urgency) (UsualReply, bool) {
	for _, r := range o.Replies {
		if r.Urgency == u {
			return r, true
		}
	}
	return UsualReply{}, false
}

// Replied is a first reply that customers saw: which department gave it, to what
// its author had called how urgent, when, and how much of the time that the
// department was open it took.
type Replied struct {
	Department DeptID
	Urgency    Urgency
	At         time.Time
	Took       time.Duration
}
