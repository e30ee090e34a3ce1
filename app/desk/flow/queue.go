package flow

import (
	"slices"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// maxPassed bounds how many people a head says were passed over it; the first
// of more is served it again.
const maxPassed = 30

// skip passes the ticket over in the queue. Whoever has it puts it back first;
// it keeps its place.
func (d *decision) skip(a desk.Skip) error {
	reason, err := checkLine("reason", "reason", a.Reason, MaxReason)
	if err != nil {
		return err
	}
	if reason == "" {
		return invalid("reason", "There is no reason.", "Say why you pass it over; the team reads it.")
	}
	if d.t.Assignee == d.actor.Person {
		if err := d.handOver(nil, func(p desk.Pledge) bool { return p.By == d.actor.Person }); err != nil {
			return err
		}
		d.assignTo("")
		if d.t.Status == desk.InProgress {
			d.setStatus(desk.Triage, "", "")
		}
	}
	switch {
	case d.t.Assignee != "":
		return conflict("assignee", "In the meantime {who} has it.", string(d.t.Assignee)).With("who", d.nameOf(d.t.Assignee))
	case !policy.Queued(&d.t):
		return invalid("", "This ticket does not wait in a queue.", "There is nothing to skip; go on with the next.")
	case slices.Contains(d.t.Passed, d.actor.Person):
		return nil
	}
	if n := len(d.t.Passed) + 1 - maxPassed; n > 0 {
		d.t.Passed = slices.Delete(d.t.Passed, 0, n)
	}
	d.t.Passed = append(d.t.Passed, d.actor.Person)
	d.add(desk.Entry{Kind: desk.Skipped, Reason: reason}, desk.Internal)
	return nil
}
