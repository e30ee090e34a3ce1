package flow

import (
	"docket/app/desk"
	"docket/app/desk/access"
)

// mayAlso asks whether somebody may do what a reply brings beside its words.
// Whoever may not do one of it may not do all of it that way either, whatever
// came in between.
func (d *decision) mayAlso(a desk.Also) error {
	if a.None() {
		return nil
	}
	if !d.ours() {
		return invalid("also", "Only the support desk can do this beside a message.", "Send the message alone.")
	}
	for kind, wanted := range map[desk.CommandKind]bool{
		desk.CmdTags: len(a.Tags.Add)+len(a.Tags.Remove) > 0, desk.CmdPriority: a.Priority.To != "", desk.CmdAssign: a.Assign.To != "",
	} {
		if err := access.Can(d.actor, &d.t, kind); wanted && err != nil {
			return err
		}
	}
	return nil
}

// also does it. A refusal refuses the whole reply, so that nothing of it is
// ever half done.
func (d *decision) also(a desk.Also) error {
	if len(a.Tags.Add)+len(a.Tags.Remove) > 0 {
		if err := d.tags(a.Tags); err != nil {
			return err
		}
	}
	if a.Priority.To != "" {
		if err := d.priority(a.Priority); err != nil {
			return err
		}
	}
	if a.Assign.To != "" {
		return d.assign(a.Assign)
	}
	return nil
}
