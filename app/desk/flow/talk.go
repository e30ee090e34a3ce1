package flow

import (
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/policy"
)

// reply adds a public message and moves the ticket to whose turn it is then.
func (d *decision) reply(a desk.Reply) error {
	text, err := checkText("text", a.Text)
	if err != nil {
		return err
	}
	files, err := checkNames(a.Files)
	if err != nil {
		return err
	}
	asks, err := d.asks(a.Asks)
	if err != nil {
		return err
	}
	answers, err := d.answers(a.Answers)
	if err != nil {
		return err
	}
	if err := d.mayAlso(a.Also); err != nil {
		return err
	}
	if err := d.refers(a); err != nil {
		return err
	}
	silent := strings.TrimSpace(text) == "" && len(files) == 0
	empty := silent && len(asks)+len(answers) == 0
	if empty && (a.Then == "" || !a.Also.None()) {
		return invalid("text", "The message is empty.", "Write something, or attach a file.")
	}
	if err := d.mayThen(a.Then); err != nil {
		return err
	}
	if err := d.waitedFor(a.Then); err != nil {
		return err
	}
	if empty && a.Then == d.t.Status {
		return nil
	}
	thanks := a.Then == "" && d.thanks(a)
	if !d.ours() && !empty && !thanks && !d.reopenable() {
		return tooLate()
	}
	then, err := thenAsks(a.Then, asks)
	if err != nil {
		return err
	}
	// An answer is to its question, whatever else was written meanwhile.
	if !silent || len(answers) == 0 {
		if err := d.held("message"); err != nil {
			return err
		}
	}
	if err := d.granted(files); err != nil {
		return err
	}
	if !empty {
		d.keepAsks(asks)
		d.hears(text)
		d.add(desk.Entry{Kind: desk.Message, Text: text, Files: files, Asks: asks, Answers: answers, Refers: a.Refers, Corrects: a.Corrects}, desk.Public)
	}
	if err := d.also(a.Also); err != nil {
		return err
	}
	switch {
	case d.ours():
		d.answered(then, empty)
	case thanks:
	case silent && !empty && then == "" && d.t.Status == desk.WaitingCustomer && d.waitsForAnswers():
		// Some of it is answered; it goes on being the customer's turn.
	default:
		d.asked(then, empty)
	}
	return nil
}

// refers checks the message that a reply takes up or corrects. It is named by
// its place for customers, so that no internal entry can be named at all.
func (d *decision) refers(a desk.Reply) error {
	e := d.st.About
	switch {
	case a.Refers == 0 && !a.Corrects:
	case a.Refers == 0 || e == nil || e.Audience == desk.Internal || !speaks(e.Kind):
		return invalid("refers", "The message this belongs to is not there.", "Send it without.")
	case a.Corrects && e.Author != d.actor.Person:
		return invalid("refers", "Only your own messages can be corrected by you.", "Send it as a reply to that message.")
	}
	return nil
}

// thenAsks is the status after a reply that asks: what is required makes it the
// customer's turn, on a solved ticket too.
func thenAsks(then desk.Status, asks []desk.Ask) (desk.Status, error) {
	if !slices.ContainsFunc(asks, func(a desk.Ask) bool { return a.Required }) {
		return then, nil
	}
	if then != "" && then != desk.WaitingCustomer {
		return "", invalid("then", "A question that needs an answer makes it the customer’s turn.", "Send it without another status, or let the questions be optional.")
	}
	return desk.WaitingCustomer, nil
}

// mayThen checks the status wanted after a reply.
func (d *decision) mayThen(then desk.Status) error {
	switch {
	case then == "":
		return nil
	case !d.ours():
		if then != desk.Solved {
			return invalid("then", "Only the support desk can set this status.", "Send the message without it.")
		}
		return access.Can(d.actor, &d.t, desk.CmdClose)
	case then == desk.New || !validStatus(then):
		return invalid("then", "A ticket cannot become new again.", "Choose another status.")
	case then != d.t.Status:
		return access.Can(d.actor, &d.t, desk.CmdStatus)
	}
	return nil
}

// answered is what a message of ours does: it ends the customer's waiting,
// takes the ticket for its author if nobody has it, and makes it the
// customer's turn unless the author says otherwise.
func (d *decision) answered(then desk.Status, empty bool) {
	if !empty {
		d.owesNot()
		d.once("answered", "")
		d.ackPage()
		works := access.Can(d.actor, &d.t, desk.CmdAssign) == nil
		if works && d.t.Assignee == "" && !d.t.Status.Done() {
			d.assignTo(d.actor.Person)
		}
		open := d.t.Status == desk.New || d.t.Status == desk.Triage || d.t.Status == desk.InProgress
		if then == "" && open && works {
			then = desk.WaitingCustomer
		}
	}
	d.setStatus(then, "", "")
}

// asked is what a message of the asking side does: it opens again what was
// done and takes up what was waiting.
func (d *decision) asked(then desk.Status, empty bool) {
	if then == "" {
		switch d.t.Status {
		case desk.WaitingCustomer, desk.WaitingThirdParty, desk.OnHold, desk.Solved, desk.Closed:
			then = d.takenUp()
		}
	}
	d.setStatus(then, "", "")
	if !empty {
		d.wake()
		d.standsIn()
	}
	if !empty && !d.t.Status.Done() {
		d.waits()
	}
}

// takenUp is the status of a ticket that needs us again.
func (d *decision) takenUp() desk.Status {
	if d.t.Assignee == "" {
		return desk.Triage
	}
	return desk.InProgress
}

// reopenable reports whether the asking side may still take the ticket up. The
// window is measured when the message was composed, if that was in time, so
// that a computer that was offline costs nobody their request (BEHAVIOURS 1.25).
func (d *decision) reopenable() bool {
	dept := d.st.Place.Departments[d.t.Department]
	if d.t.Status != desk.Closed || dept.Policy.Reopen == desk.ReopenAlways {
		return true
	}
	if dept.Policy.Reopen == desk.ReopenNever {
		return false
	}
	deadline := d.t.ClosedAt.Add(dept.ReopenWindow())
	c := d.cmd.Composed
	inTime := !c.IsZero() && !c.After(deadline)
	return inTime || !d.now.After(deadline)
}

func tooLate() error {
	return invalid("status", "This request was closed too long ago to be opened again.",
		"Open a new request and link this one; your text is kept.")
}

// note adds what only staff reads. It changes nothing a customer could notice:
// no status, no time, no count, no name.
func (d *decision) note(a desk.AddNote) error {
	text, err := checkText("text", a.Text)
	if err != nil {
		return err
	}
	files, err := checkFiles(a.Files)
	if err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" && len(files) == 0 {
		return invalid("text", "The note is empty.", "Write something, or attach a file.")
	}
	var mentions []desk.PersonID
	for _, id := range a.Mentions {
		p, ok := d.st.Place.People[id]
		if !ok || !p.Role.Staff() || p.Disabled {
			return invalid("mentions", "Somebody mentioned here is not on the team.", "Remove the mention; notes are for the team only.")
		}
		if slices.Contains(mentions, id) {
			continue
		}
		mentions = append(mentions, id)
		if !slices.Contains(p.Departments, d.t.Department) && !slices.Contains(d.t.Followers, id) && !slices.Contains(d.t.Helpers, id) && id != d.t.Assignee {
			d.t.Followers = append(d.t.Followers, id)
		}
	}
	d.add(desk.Entry{Kind: desk.Note, Text: text, Files: files, Mentions: mentions}, desk.Internal)
	return nil
}

// markRead moves the reader's position forward. Whoever wrote last on the
// other side learns that it was read; nothing else is told to anybody. A note
// that moved the position before makes no difference to that.
func (d *decision) markRead(a desk.MarkRead) error {
	at := min(a.Seq, d.lastSeq())
	if at > d.st.ReadUpTo {
		d.read = at
	}
	by, seq := d.t.PublicLastBy, d.t.PublicSeq
	if d.lesser {
		by, seq = d.t.LastBy, d.t.LastSeq
	}
	if at < d.lastSeq() || !d.otherSide(by) {
		return nil
	}
	i := slices.IndexFunc(d.t.Seen, func(m desk.Mark) bool { return m.Person == d.actor.Person })
	if i >= 0 {
		if d.t.Seen[i].Seq >= seq && (d.ours() || !policy.SignOfLife(&d.t, d.actor.Person, d.now)) {
			return nil
		}
		d.t.Seen = slices.Delete(d.t.Seen, i, i+1)
	}
	d.t.Seen = append(d.t.Seen, desk.Mark{Person: d.actor.Person, Seq: seq, At: d.now})
	if n := len(d.t.Seen) - maxSeen; n > 0 {
		d.t.Seen = slices.Delete(d.t.Seen, 0, n)
	}
	d.touched = true
	if !d.ours() {
		d.lives()
	}
	return nil
}

// lives puts off reminders for a day: the customer has just looked.
func (d *decision) lives() {
	w, soon := &d.t.Waiting, d.now.Add(24*time.Hour)
	if len(w.Remind) == 0 || !w.Remind[0].Before(soon) {
		return
	}
	w.Remind = slices.DeleteFunc(w.Remind, func(at time.Time) bool { return at.Before(soon) })
	if (w.Close.IsZero() || soon.Before(w.Close)) && (len(w.Remind) == 0 || w.Remind[0].After(soon)) {
		w.Remind = slices.Insert(w.Remind, 0, soon)
	}
}

// otherSide reports whether p's words are addressed to the actor. Who cannot
// answer is not addressed: that somebody mentioned in a note has looked would
// tell of the note.
func (d *decision) otherSide(p desk.PersonID) bool {
	if p == "" || p == d.actor.Person || access.Can(d.actor, &d.t, desk.CmdReply) != nil {
		return false
	}
	if p == d.t.Requester || d.actor.Person == d.t.Requester {
		return true
	}
	i := slices.IndexFunc(d.t.People, func(n desk.Named) bool { return n.ID == p })
	return i >= 0 && d.t.People[i].Staff != d.actor.Role.Staff()
}
