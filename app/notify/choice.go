package notify

import (
	"slices"
	"time"
)

// Class is what a person switches on and off.
type Class string

// The classes, as the settings name them.
const (
	Emergencies Class = "emergency" // called to one; always told, until it is acknowledged
	Escalations Class = "escalation"
	Mentions    Class = "mention"
	Replies     Class = "reply"
	Incoming    Class = "incoming" // new in a queue of mine, or given to me
	Deadlines   Class = "due"
	Progress    Class = "progress" // it moved, and who is on it
)

// Classes are those that can be switched off. An emergency cannot.
func Classes() []Class {
	return []Class{Escalations, Mentions, Replies, Incoming, Deadlines, Progress}
}

// Class is what a notice is of.
func (n Notice) Class() Class {
	switch n.Kind {
	case Called:
		if n.Emergency {
			return Emergencies
		}
		return Escalations
	case Asked:
		return Escalations
	case Mention:
		return Mentions
	case Reply:
		return Replies
	case Assigned, Arrived:
		return Incoming
	case Due:
		return Deadlines
	}
	return Progress
}

// Choice is what a person wants to be told of. The zero Choice is everything.
type Choice struct {
	Off []Class
	// MyTurn tells of a ticket only once it is their turn; what names them, and
	// what is due, is told all the same.
	MyTurn bool
	// Until is until when nothing is told but emergencies, Quiet whether that is
	// so now, by the clock on the wall.
	Until time.Time
	Quiet func(now time.Time) bool
}

// Disturb reports whether the person is told of n at now.
func (c Choice) Disturb(n Notice, now time.Time) bool {
	class := n.Class()
	switch {
	case class == Emergencies:
		return true
	case now.Before(c.Until), c.Quiet != nil && c.Quiet(now), slices.Contains(c.Off, class):
		return false
	case !c.MyTurn || n.Mine:
		return true
	}
	return pressing(n.Kind) || n.Kind == Due || n.Kind == Ended || n.Kind == Changed || n.Kind == Contributed || n.Kind == Counted || n.Kind == Uncounted
}

// Daily is quiet from one time of the day to another, in minutes from midnight;
// over midnight if the first is later.
func Daily(from, to int) func(time.Time) bool {
	return func(now time.Time) bool {
		at := now.Local().Hour()*60 + now.Local().Minute()
		if from <= to {
			return at >= from && at < to
		}
		return at >= from || at < to
	}
}
