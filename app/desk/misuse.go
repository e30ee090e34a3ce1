package desk

import "time"

// SanctionKind is what follows from having called something urgent that was not
// (BEHAVIOURS 1.12).
type SanctionKind string

// The sanctions, from least to most. None takes the telephone from anybody, and
// what is called an emergency is taken as a request under each of them.
const (
	SanctionNone    SanctionKind = ""
	SanctionWarn    SanctionKind = "warn"    // they are told, and nothing follows
	SanctionConfirm SanctionKind = "confirm" // what they call urgent is, once the team has confirmed it
	SanctionNoHigh  SanctionKind = "no_high" // as before, and they cannot choose High for a time
	SanctionBan     SanctionKind = "ban"     // a lead may take nothing new from them
)

// Sanction is one rung of the ladder. Days belongs to SanctionNoHigh.
type Sanction struct {
	Does SanctionKind `json:"does"`
	Days int          `json:"days,omitempty"`
}

// Misuse is how the desk counts it: so many strikes, so far up the ladder. The
// zero Misuse counts nothing. Customers may know all of it.
type Misuse struct {
	Ladder []Sanction `json:"ladder,omitempty"`
	// Decay is after how many days a strike counts no more; 0 means 90.
	Decay int `json:"decay,omitempty"`
	// Appeal is where anybody can object, whatever counts against them.
	Appeal DeptID `json:"appeal,omitempty"`
}

// Counted reports whether the desk counts misuse at all.
func (m Misuse) Counted() bool { return len(m.Ladder) > 0 }

// Lasts is for how long a strike counts.
func (m Misuse) Lasts() time.Duration {
	n := m.Decay
	if n == 0 {
		n = 90
	}
	return time.Duration(n) * 24 * time.Hour
}

// Strike is one time that somebody called urgent what was not. By is the
// team's; the others are that person's too, and nobody else's.
type Strike struct {
	Ticket TicketID  `json:"ticket"`
	By     PersonID  `json:"by,omitempty"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason,omitempty"`
}

// Standing is what counts against a person, never against their organization.
type Standing struct {
	Strikes []Strike `json:"strikes,omitempty"`
	// Banned is since when a lead takes nothing new from them, while that many
	// strikes count; BannedBy is the team's.
	Banned    time.Time `json:"banned,omitzero"`
	BannedBy  PersonID  `json:"banned_by,omitempty"`
	BanReason string    `json:"ban_reason,omitempty"`
}

// Clean reports whether nothing was ever counted, or all of it was taken back.
func (s Standing) Clean() bool { return len(s.Strikes) == 0 && s.Banned.IsZero() }

// Counts is a person's standing after a change.
type Counts struct {
	Person   PersonID
	Standing Standing
}

// What counts against people.
const (
	CmdStrike   CommandKind = "strike"
	CmdUnstrike CommandKind = "unstrike"
	CmdBan      CommandKind = "ban"
)

// CountMisuse counts the ticket against whoever opened it, because it was
// called urgent and was not; staff only. That person reads the reason.
type CountMisuse struct {
	Reason string `json:"reason"`
}

// UncountMisuse takes that back, with what followed from it; staff only. The
// reason is the team's.
type UncountMisuse struct {
	Reason string `json:"reason"`
}

// SetBan has nothing new taken from whoever opened the ticket, or again; a
// lead's only. That person reads the reason.
type SetBan struct {
	Ban    bool   `json:"ban,omitempty"`
	Reason string `json:"reason"`
}

// Kind implements Args.
func (CountMisuse) Kind() CommandKind { return CmdStrike }

// Kind implements Args.
func (UncountMisuse) Kind() CommandKind { return CmdUnstrike }

// Kind implements Args.
func (SetBan) Kind() CommandKind { return CmdBan }

// The entries. What counts is the team's: To is the person, Text what follows
// from it. UrgencySet is public: the team takes the ticket as To, not as From,
// which is empty where the claim was never told.
const (
	Struck     Kind = "struck"
	Unstruck   Kind = "unstruck"
	BanSet     Kind = "ban" // From or To is "banned"
	UrgencySet Kind = "urgency"
)

// AsPriority is the priority an urgency asks for.
func (u Urgency) AsPriority() Priority {
	switch u {
	case UrgencyHigh:
		return PriorityHigh
	case UrgencyEmergency:
		return PriorityEmergency
	case UrgencyQuestion:
		return PriorityLow
	}
	return PriorityNormal
}

// AsUrgency is a priority in the words customers have for it.
func (p Priority) AsUrgency() Urgency {
	switch p {
	case PriorityHigh:
		return UrgencyHigh
	case PriorityEmergency:
		return UrgencyEmergency
	}
	return UrgencyNormal
}
