package flow

import (
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

const (
	// maxSnooze is how far ahead a ticket may be put aside, and maxAnswer how long
	// one is left that waits for an answer: nothing is put aside for good.
	maxSnooze = 366 * 24 * time.Hour
	maxAnswer = 14 * 24 * time.Hour
)

// snooze puts the ticket aside, or takes it back.
func (d *decision) snooze(a desk.SnoozeTicket) error {
	reason, err := checkLine("reason", "reason", a.Reason, MaxReason)
	if err != nil {
		return err
	}
	until := a.Until.UTC().Truncate(time.Minute)
	off := a.Until.IsZero() && !a.Answer
	switch {
	case off && !policy.Snoozed(&d.t):
		return nil
	case off:
		d.t.Snooze = desk.Snooze{}
		d.add(desk.Entry{Kind: desk.Snoozed, Reason: reason}, desk.Internal)
		return nil
	case d.t.Status.Done():
		return invalid("", "This ticket is solved.", "There is nothing to put aside.")
	case reason == "":
		return invalid("reason", "There is no reason.", "Say why it can wait; the team reads it.")
	case a.Until.IsZero():
		until = d.now.Add(maxAnswer)
	case !until.After(d.now):
		return invalid("until", "That time has passed.", "Choose a later one.")
	case until.Sub(d.now) > maxSnooze:
		return invalid("until", "That is more than a year ahead.", "Look at the date.")
	}
	if err := d.held("snooze"); err != nil {
		return err // what it was to wait for may be there
	}
	d.t.Snooze = desk.Snooze{Until: until, Answer: a.Answer, Reason: reason, By: d.actor.Person}
	d.add(desk.Entry{Kind: desk.Snoozed, To: until.Format(time.RFC3339), Reason: reason}, desk.Internal)
	return nil
}

// wake brings back what was put aside. Nobody is told here: whoever wakes it
// did something that tells.
func (d *decision) wake() { d.t.Snooze = desk.Snooze{} }

// woken brings it back because its time has come, and tells whoever has it or
// had put it aside.
func (d *decision) woken() {
	s := d.t.Snooze
	d.wake()
	who := d.t.Assignee
	if who == "" {
		who = s.By
	}
	d.asksOf(desk.Entry{Reason: "snoozed"}, who)
}
