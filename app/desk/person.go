package desk

// Out reports whether nobody signs in as p or is to choose them: they are
// disabled, or go on as another.
func (p Person) Out() bool { return p.Disabled || p.Into != "" }

// Now gives whom somebody goes on as: themselves, unless they were merged.
func (p Place) Now(id PersonID) PersonID {
	if into := p.People[id].Into; into != "" {
		return into
	}
	return id
}

// Handed is what of a ticket passed from one person to the one they were merged
// into, so that it can be given back (BEHAVIOURS 1.6). It is the team's.
type Handed struct {
	From PersonID `json:"from"`
	Into PersonID `json:"into"`
	// What From was in it.
	Requester bool `json:"requester,omitempty"`
	CC        bool `json:"cc,omitempty"`
	Approver  bool `json:"approver,omitempty"`
	// Own is set when Into was in copy by themselves.
	Own bool `json:"own,omitempty"`
}
