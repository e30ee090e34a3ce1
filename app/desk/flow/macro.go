package flow

import (
	"docket/app/desk"
	"docket/app/desk/access"
)

// also does what a reply brings beside its words. Whoever may not do one of it
// may not do all of it that way either, and a refusal refuses the whole reply,
// so that nothing of it is ever half done.
func (d *decision) also(a desk.Also) error {
	if a.None() {
		return nil
	}
	if !d.ours() {
		return invalid("also", "Only the support desk can do this beside a message.", "Send the message alone.")
	}
	if len(a.Tags.Add)+len(a.Tags.Remove) > 0 {
		if err := access.Can(d.actor, &d.t, desk.CmdTags); err != nil {
			return err
		}
		if err := d.tags(a.Tags); err != nil {
			return err
		}
	}
	if a.Priority.To != "" {
		if err := access.Can(d.actor, &d.t, desk.CmdPriority); err != nil {
			return err
		}
		if err := d.priority(a.Priority); err != nil {
			return err
		}
	}
	if a.Assign.To != "" {
		if err := access.Can(d.actor, &d.t, desk.CmdAssign); err != nil {
			return err
		}
		return d.assign(a.Assign)
	}
	return nil
}
