package flow

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
)

// The limits of what is told of a call.
const (
	MaxMinutes = 24 * 60
	MaxNumber  = 40 // characters of a phone number
	maxAge     = 366 * 24 * time.Hour
)

// call tells of a phone call. That it took place is a fact, which nothing newer
// holds up; the message that goes out with one where nobody was reached is
// words, and held like any other.
//
// Whom we spoke to has been answered. A call of ours that reached nobody
// answers nothing by itself; its message does what a message does. A call we
// missed, or a voicemail left for us, is the asking side's word.
func (d *decision) call(a desk.LogCall) error {
	talk, err := d.checkCall(a.Talk)
	if err != nil {
		return err
	}
	text, note, why, err := checkCallTexts(a)
	if err != nil {
		return err
	}
	message := ""
	if talk.Direction == desk.Outgoing && talk.Outcome != desk.Spoke {
		message, text = text, ""
	}
	if err := mayLeave(talk, message, why); err != nil {
		return err
	}
	if message != "" {
		if err := d.held("message"); err != nil {
			return err
		}
	}
	d.add(desk.Entry{Kind: desk.Call, Channel: "phone", Talk: talk, Text: text}, desk.Public)
	if message != "" {
		d.add(desk.Entry{Kind: desk.Message, Text: message}, desk.Public)
	}
	if note != "" || why != "" {
		d.add(desk.Entry{Kind: desk.Note, Text: note, Reason: why}, desk.Internal)
	}
	switch {
	case message != "":
		d.answered("", false)
	case talk.Outcome == desk.Spoke:
		d.spoke(talk)
	case talk.Direction == desk.Incoming:
		d.calledInVain(talk)
	}
	return nil
}

// mayLeave holds a voicemail of ours to its message (BEHAVIOURS 4.12).
func mayLeave(t desk.Talk, message, why string) error {
	ours := t.Direction == desk.Outgoing && t.Outcome == desk.Voicemail
	switch {
	case ours && message == "" && why == "":
		return invalid("text", "A voicemail needs a message with it.", "Write what you said on it, or say why no message goes out.")
	case why != "" && (!ours || message != ""):
		return invalid("no_message", "There is a reason for sending no message where none is needed.", "Leave it out.")
	}
	return nil
}

// chat keeps what was written elsewhere. Who took part has been answered.
func (d *decision) chat(a desk.RecordChat) error {
	talk, err := d.checkTalk("chat", desk.Talk{With: a.With, WithName: a.WithName, Started: a.Started})
	if err != nil {
		return err
	}
	text, err := checkText("text", a.Text)
	if err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" {
		return invalid("text", "The transcript is empty.", "Paste what was written in the chat.")
	}
	d.add(desk.Entry{Kind: desk.Chat, Channel: "chat", Talk: talk, Text: text}, desk.Public)
	d.spoke(talk)
	return nil
}

// notice tells the customer something. It answers nothing and moves nothing.
func (d *decision) notice(a desk.PostNotice) error {
	if err := d.oursOnly(); err != nil {
		return err
	}
	text, err := checkText("text", a.Text)
	if err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" {
		return invalid("text", "The notice is empty.", "Write what the customer should know.")
	}
	if err := d.held("notice"); err != nil {
		return err
	}
	d.add(desk.Entry{Kind: desk.Notice, Text: text}, desk.Public)
	return nil
}

// oursOnly refuses whoever asked for the ticket themselves: what they say on it
// is a message, on whatever way it came.
func (d *decision) oursOnly() error {
	if d.ours() {
		return nil
	}
	return &desk.Error{
		Code: desk.CodeDenied, Message: "You opened this request yourself, so you cannot answer it for the desk.",
		Hint: "Write a message, or ask a colleague.",
	}
}

// checkTalk gives whom it was with and when it began.
func (d *decision) checkTalk(what string, t desk.Talk) (desk.Talk, error) {
	if err := d.oursOnly(); err != nil {
		return t, err
	}
	name, err := checkLine("with", "name", t.WithName, MaxSubject)
	if err != nil {
		return t, err
	}
	p, known := d.st.Place.People[t.With]
	on := t.With == d.t.Requester || slices.Contains(d.t.CCs, t.With)
	switch {
	case t.With != "" && !known && !on:
		return t, invalid("with", "The person at the other end is not known here.", "Choose somebody from the list, or write the name.")
	case t.With == d.actor.Person || known && p.Role.Staff() && !on:
		return t, invalid("with", "The person at the other end is on the team.", "Write a note about it; this is for talks with customers.")
	case t.With != "":
		name = d.names([]desk.PersonID{t.With})
	case name == "":
		return t, invalid("with", "It does not say whom the {what, select, other {{what}}} was with.", "Choose somebody from the list, or write the name.").With("what", what)
	}
	t.WithName = name
	t.Started, err = d.checkStarted(what, t.Started)
	return t, err
}

// checkStarted gives when it began. What was told on a computer whose clock is
// ahead is moved back with the clock, so that a wrong clock costs nobody a call.
func (d *decision) checkStarted(what string, at time.Time) (time.Time, error) {
	if at.IsZero() {
		return at, invalid("started", "It does not say when the {what, select, other {{what}}} began.", "Give the day and the time.").With("what", what)
	}
	at = at.UTC().Truncate(time.Second)
	if ahead := d.cmd.Composed.Sub(d.now); ahead > 0 {
		at = at.Add(-ahead)
	}
	switch {
	case at.After(d.now.Add(offlineAfter)):
		return at, invalid("started", "The {what, select, other {{what}}} begins at a time that has not come yet.", "Give the time it began.").With("what", what)
	case d.now.Sub(at) > maxAge:
		return at, invalid("started", "The {what, select, other {{what}}} began more than a year ago.", "Look at the date; an older one belongs into a note.").With("what", what)
	case at.After(d.now):
		return d.now, nil
	}
	return at, nil
}

func (d *decision) checkCall(t desk.Talk) (desk.Talk, error) {
	t, err := d.checkTalk("call", t)
	if err != nil {
		return t, err
	}
	if t.Number, err = checkLine("number", "phone number", t.Number, MaxNumber); err != nil {
		return t, err
	}
	switch {
	case t.Direction != desk.Incoming && t.Direction != desk.Outgoing:
		return t, invalid("direction", "It does not say who called.", "Choose one of those offered.")
	case !slices.Contains([]desk.CallOutcome{desk.Spoke, desk.Voicemail, desk.NoAnswer}, t.Outcome):
		return t, invalid("outcome", "This outcome of a call is not known.", "Choose one of those offered.")
	case t.Minutes < 0:
		return t, invalid("minutes", "A call cannot take less than no time.", "Give whole minutes; 0 is less than one.")
	case t.Minutes > MaxMinutes:
		return t, invalid("minutes", "A call of {n, number} minutes is longer than a day.", "Look at the minutes.").With("n", t.Minutes)
	case t.Outcome == desk.NoAnswer && t.Minutes > 0:
		return t, invalid("minutes", "Nobody answered, so the call took no minutes.", "Leave the minutes out, or choose another outcome.")
	case t.Started.Add(time.Duration(t.Minutes) * time.Minute).After(d.now.Add(offlineAfter)):
		return t, invalid("minutes", "A call of {n} minutes that began then is not over yet.", "Look at the time and the minutes.").With("n", t.Minutes)
	}
	return t, nil
}

func checkCallTexts(a desk.LogCall) (text, note, why string, err error) {
	if text, err = checkText("text", a.Text); err != nil {
		return
	}
	if note, err = checkText("note", a.Note); err != nil {
		return
	}
	if why, err = checkLine("no_message", "reason", a.NoMessage, MaxReason); err != nil {
		return
	}
	if strings.TrimSpace(text) == "" {
		text = ""
	}
	if strings.TrimSpace(note) == "" {
		note = ""
	}
	return
}

// ended is when a talk was over, as well as whole minutes tell.
func ended(t desk.Talk) time.Time {
	return t.Started.Add(time.Duration(max(t.Minutes, 1)) * time.Minute)
}

// spoke is what a talk does in which both sides had their say. It answers what
// was asked before it was over; what came after, and its author had not seen,
// still waits from when it came.
func (d *decision) spoke(talk desk.Talk) {
	over := ended(talk)
	if over.After(d.now) {
		over = d.now
	}
	again := slices.ContainsFunc(d.t.Steps, func(s desk.Step) bool { return s.Kind == "reopened" && s.At.After(over) })
	if over.Before(d.t.Created) || d.t.WaitingSince.After(over) || again {
		return
	}
	d.t.WaitingSince = time.Time{}
	if !d.t.DueSince.After(over) { // who was passed the ticket later still owes a word
		d.owesNot()
	}
	if n := len(d.t.Steps); !d.t.Status.Done() {
		if d.once("answered", ""); len(d.t.Steps) > n {
			d.t.Steps[n].At = over
		}
		for _, e := range d.st.Tail {
			asks := speaks(e.Kind) && e.Audience != desk.Internal && (!e.Staff || e.Author == d.t.Requester)
			if asks && e.At.After(over) {
				d.waitsFrom(e.At)
				break
			}
		}
		if d.t.Assignee == "" {
			d.assignTo(d.actor.Person)
		}
		if d.t.Status == desk.New || d.t.Status == desk.Triage {
			d.setStatus(desk.InProgress, "", "")
		}
	}
}

// calledInVain is what a call does that reached none of us: they wait for us.
func (d *decision) calledInVain(talk desk.Talk) {
	d.asked("", true)
	d.wake()
	if !d.t.Status.Done() {
		d.waitsFrom(talk.Started)
	}
}

// callLine is what a list shows of a call of which nothing was written down.
func callLine(t desk.Talk) string {
	switch {
	case t.Outcome == desk.Voicemail:
		return "Voicemail"
	case t.Outcome == desk.NoAnswer && t.Direction == desk.Incoming:
		return "Missed call"
	case t.Outcome == desk.NoAnswer:
		return "Call, no answer"
	case t.Minutes == 1:
		return "Call, 1 minute"
	case t.Minutes > 1:
		return fmt.Sprintf("Call, %d minutes", t.Minutes)
	}
	return "Call"
}
