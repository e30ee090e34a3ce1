package flow

import (
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// workaround sends the customer a way around; it is their turn then.
func (d *decision) workaround(a desk.ProposeWorkaround) error {
	if err := d.oursOnly(); err != nil {
		return err
	}
	text, err := checkText("text", a.Text)
	switch {
	case err != nil:
		return err
	case strings.TrimSpace(text) == "":
		return invalid("text", "The workaround is empty.", "Write what the customer can do until it is fixed.")
	case d.t.Status.Done():
		return invalid("", "This ticket is solved.", "Reopen it before proposing anything.")
	}
	if err := d.held("workaround"); err != nil {
		return err
	}
	d.add(desk.Entry{Kind: desk.Message, Text: text}, desk.Public)
	d.t.Workaround = desk.Workaround{Text: oneLine(text), Message: d.t.PublicSeq, By: d.actor.Person, At: d.now}
	d.answered(desk.WaitingCustomer, false)
	return nil
}

// verdict is the customer's word on it. One that works leaves the ticket to its
// fix, with a slower clock; whatever else they say is a message of theirs.
func (d *decision) verdict(a desk.JudgeWorkaround) error {
	w := &d.t.Workaround
	why, err := checkLine("why", "reason", a.Why, MaxReason)
	stopped := a.Verdict == desk.VerdictStopped
	switch {
	case err != nil:
		return err
	case d.ours():
		return &desk.Error{Code: desk.CodeDenied, Message: "Whether it works is for the customer to say.", Hint: "Note what they told you, or log the call."}
	case w.At.IsZero() || d.before(w.Message):
		return invalid("verdict", "No workaround was proposed here.", "Write a message.")
	case a.Verdict != desk.VerdictWorks && a.Verdict != desk.VerdictPartly && a.Verdict != desk.VerdictCannot && !stopped:
		return invalid("verdict", "This is not an answer to whether it works.", "Choose one of those offered.")
	case stopped && w.Verdict != desk.VerdictWorks && w.Verdict != desk.VerdictStopped:
		return invalid("verdict", "It was not said yet that this works.", "Say what you found instead.")
	case a.Verdict != desk.VerdictWorks && why == "":
		return invalid("why", "There is no reason.", "Say what does not work, so that we find another way.")
	case d.t.Status.Done():
		return invalid("verdict", "This request is solved.", "Write a message; it opens it again.")
	case w.Verdict == a.Verdict && (w.Why == oneLine(why) || a.Verdict == desk.VerdictWorks):
		return nil
	}
	w.Verdict, w.Why, w.JudgedBy, w.JudgedAt = a.Verdict, oneLine(why), d.actor.Person, d.now
	d.add(desk.Entry{Kind: desk.Judged, To: string(a.Verdict), Text: why}, desk.Public)
	d.wake()
	if a.Verdict == desk.VerdictWorks {
		d.ease()
		return nil
	}
	d.asked("", false)
	d.uneased()
	return nil
}

// ease lowers the priority by one and leaves the ticket to its fix.
func (d *decision) ease() {
	if !d.lesser {
		since := d.t.WaitingSince
		if since.IsZero() {
			since = d.t.Created
		}
		if d.t.Eased = (desk.Eased{Priority: d.t.Priority, Since: since}); d.t.Priority != "" {
			d.t.Eased.To = policy.Ease(d.t.Priority)
			d.t.Priority = d.t.Eased.To
		}
	}
	d.owesNot()
	d.setStatus(desk.OnHold, "fix_pending", "")
}

// uneased brings back what was eased, as old as it was. A priority the team has
// set since then stays.
func (d *decision) uneased() {
	e := d.t.Eased
	if e.Since.IsZero() {
		return
	}
	if d.t.Eased = (desk.Eased{}); d.t.Priority == e.To && e.To != "" {
		d.t.Priority = e.Priority
	}
	d.t.WaitingSince = e.Since
}

// fixPending reports whether t is left to its fix.
func fixPending(t *desk.Ticket) bool {
	works := t.Workaround.Verdict == desk.VerdictWorks
	return t.Status == desk.OnHold && (works || t.Fix.State == desk.FixPlanned && t.Priority != desk.PriorityEmergency)
}

// fixClock asks for the fix of what has a workaround, at the department's pace
// instead of the usual one; it never goes back to the queue for that.
func (d *decision) fixClock(dept desk.Department) {
	if d.t.Fix.Problem != "" && d.t.Fix.State == desk.FixPlanned { // whoever has the problem is asked, once for all
		d.t.Clocks.Stale, d.t.Clocks.Nudges = time.Time{}, 0
		return
	}
	d.t.Clocks.Stale, d.t.Clocks.Nudges = d.now.Add(dept.Policy.FixRemind()).UTC().Truncate(time.Millisecond), 0
}

// askFix asks whoever has it, or the leads, what became of the fix.
func (d *decision) askFix(dept desk.Department) {
	d.asksOf(desk.Entry{Reason: "fix"}, d.t.Assignee)
	d.fixClock(dept)
}
