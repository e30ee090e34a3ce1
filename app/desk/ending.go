package desk

// Cause is why a ticket ended, as the team puts it (BEHAVIOURS 3.10). It is
// public: the customer reads it in plain words.
type Cause string

// The causes.
const (
	CauseFixed       Cause = "fixed"
	CauseWorkaround  Cause = "workaround"
	CauseNoFault     Cause = "no_fault"
	CauseDuplicate   Cause = "duplicate"
	CauseNotAnswered Cause = "not_answered"
)

// Words is the cause as it is told to people; "" for one that is not known.
func (c Cause) Words() string {
	switch c {
	case CauseFixed:
		return "it is fixed"
	case CauseWorkaround:
		return "there is a way around it"
	case CauseNoFault:
		return "no fault was found"
	case CauseDuplicate:
		return "it is handled in another request"
	case CauseNotAnswered:
		return "there was no answer"
	}
	return ""
}

// LinkKind says how a ticket belongs to another.
type LinkKind string

// The kinds of link: this one is the same trouble as an earlier one (BEHAVIOURS
// 1.25), or came back in a later one.
const (
	Recurs   LinkKind = "recurs"
	Recurred LinkKind = "recurred"
)

// Link names another ticket by its id alone. Its number and subject are for who
// has that ticket too: a link is in the head, and whoever reads this one need
// not be able to see the other.
type Link struct {
	Kind   LinkKind `json:"kind"`
	Ticket TicketID `json:"ticket"`
}

// CmdLink names another ticket; see LinkTicket.
const CmdLink CommandKind = "link"

// LinkTicket says on an earlier ticket that a later one follows on it. Whoever
// may write on the earlier may say so.
type LinkTicket struct {
	Kindred LinkKind `json:"link"`
	To      TicketID `json:"to"`
}

// Kind implements Args.
func (LinkTicket) Kind() CommandKind { return CmdLink }
