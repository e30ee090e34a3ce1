package flow

import (
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

const (
	// maxAlong is for how long a ticket may be taken along.
	maxAlong = 7 * 24 * time.Hour
	maxWhere = 80 // characters
)

// along takes the ticket along, or gives it back. What is in a queue stays
// there: it is everybody's until somebody has it (BEHAVIOURS 4.6).
func (d *decision) along(a desk.TakeAlong) error {
	where, err := checkLine("where", "place", a.Where, maxWhere)
	if err != nil {
		return err
	}
	until := a.Until.UTC().Truncate(time.Minute)
	switch mine := d.t.Along.By == d.actor.Person; {
	case a.Until.IsZero() && !mine && policy.Away(&d.t, d.now):
		d.wentOn()
		return nil
	case a.Until.IsZero():
		if mine {
			d.t.Along, d.touched = desk.Along{}, true
		}
		return nil
	case d.t.Status.Done():
		return invalid("", "This ticket is solved.", "There is nothing to take along.")
	case d.t.Assignee == "":
		return invalid("assignee", "Nobody has this ticket, so it stays in the queue for all.", "Take it first, while you are connected.")
	case d.t.Assignee != d.actor.Person:
		return invalid("assignee", "{who} has this ticket.", "Only what is yours can be taken along.").With("who", d.nameOf(d.t.Assignee))
	case !until.After(d.now):
		return invalid("until", "That time has passed.", "Choose a later one.")
	case until.Sub(d.now) > maxAlong:
		return invalid("until", "That is more than a week ahead.", "Take it along for a week at most, so that nobody waits for you in vain.")
	}
	if now := (desk.Along{By: d.actor.Person, Until: until, Where: where, Draft: a.Draft}); d.t.Along != now {
		d.t.Along, d.touched = now, true
	}
	return nil
}

// goesOn are the commands by which a colleague goes on with a ticket.
var goesOn = []desk.CommandKind{
	desk.CmdReply, desk.CmdClose, desk.CmdStatus, desk.CmdAssign, desk.CmdRefer, desk.CmdMerge, desk.CmdCall, desk.CmdWorkaround, desk.CmdJoinChat,
}

// overrides ends what somebody had taken along once a colleague went on with it,
// and tells them: they hear of it before what they wrote goes out. Who asked may
// write as ever, and whoever took it along gives it back themselves.
func (d *decision) overrides() {
	was := d.st.Ticket
	if was != nil && len(d.entries) > 0 && d.ours() && !d.clerk() && d.t.Along.By != "" && d.t.Along.By != d.actor.Person &&
		policy.Away(was, d.now) && slices.Contains(goesOn, d.cmd.Args.Kind()) {
		d.wentOn()
	}
}

func (d *decision) wentOn() {
	by := d.t.Along.By
	d.t.Along = desk.Along{}
	d.add(desk.Entry{Kind: desk.WentOn, To: string(by), ToName: d.nameOf(by)}, desk.Internal)
}
