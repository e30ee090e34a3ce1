package policy

import (
	"slices"
	"time"

	"docket/app/desk"
)

// Likeness says why two tickets of one person may be one matter; "" where
// nothing speaks for it.
type Likeness string

// The likenesses: both came within minutes (BEHAVIOURS 1.21), or one is open
// while the other comes (3.12).
const (
	AlikeBurst Likeness = "burst"
	AlikeOpen  Likeness = "open"
)

const (
	// burst is within how long of each other messages are one burst.
	burst = 15 * time.Minute
	// How much two have to have in common. In a burst less will do: people say
	// the same in other words on another way.
	alikeInBurst = 0.4
	alikeOpen    = 0.55
)

// Opening is a ticket with the words it was opened with.
type Opening struct {
	Ticket *desk.Ticket
	Text   string
}

// words are compared once as subjects and once as all that was said.
func (a Opening) words() (subject, all map[string]bool) {
	return desk.Telling(a.Ticket.Subject), desk.Telling(a.Ticket.Subject + " " + a.Text)
}

// Alike reports whether two tickets may be one matter. It only ever proposes:
// that two belong together a person decides, and can take back.
func Alike(a, b Opening) Likeness {
	x, y := a.Ticket, b.Ticket
	apart := func(t *desk.Ticket, from desk.TicketID) bool {
		return slices.ContainsFunc(t.Links, func(l desk.Link) bool { return l.Ticket == from })
	}
	switch {
	case x.ID == y.ID || x.Requester != y.Requester || x.Into != "" || y.Into != "":
		return "" // another's trouble, or told already
	case x.Status.Done() || y.Status.Done():
		return ""
	case apart(x, y.ID) || apart(y, x.ID):
		return "" // somebody said how they belong to each other
	}
	sx, ax := a.words()
	sy, ay := b.words()
	like := max(desk.Similar(ax, ay), desk.Similar(sx, sy))
	switch {
	case x.Created.Sub(y.Created).Abs() <= burst && like >= alikeInBurst:
		return AlikeBurst
	case like >= alikeOpen:
		return AlikeOpen
	}
	return ""
}
