package flow

import (
	"slices"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/policy"
)

// MaxMerged is how many tickets can go on in one.
const MaxMerged = 50

// merge says that the ticket goes on in another. Nothing is moved and nobody
// learns of a ticket that is not theirs: whoever may read this one has to be
// able to read the other, or an answer there would not reach them.
func (d *decision) merge(a desk.Merge) error {
	b := d.st.Other
	switch {
	case d.t.Into != "" && d.t.Into == a.Into:
		return nil
	case b == nil || b.ID != a.Into || b.ID == d.t.ID:
		return invalid("into", "The other ticket is not known here.", "Look for it by its number.")
	case d.t.Into != "":
		return invalid("into", "This ticket goes on in another one already.", "Take the two apart first.")
	case d.t.Type == desk.Problem || b.Type == desk.Problem:
		return invalid("into", "A problem stays a ticket of its own.", "Let the tickets wait for it instead.")
	case b.Into != "":
		return invalid("into", "That ticket goes on in another one itself.", "Choose the one it goes on in.")
	case len(b.Merged) >= MaxMerged:
		return invalid("into", "{n} tickets go on in that one already.", "Choose another one.").With("n", MaxMerged)
	}
	if err := access.Can(d.actor, b, desk.CmdMerge); err != nil {
		return err
	}
	if err := d.readable(b); err != nil {
		return err
	}
	d.still = true
	d.t.Into = b.ID
	d.add(desk.Entry{Kind: desk.Merged, Other: b.ID}, desk.Public)
	on := d.beside(b)
	on.takeIn(&d.t)
	d.second = append(d.second, on)
	return nil
}

// readable refuses what would leave somebody without the answer.
func (d *decision) readable(b *desk.Ticket) error {
	if who := outside(&d.t, b); len(who) > 0 {
		return invalid("into", "{who} cannot read the other ticket, so an answer there would not arrive.",
			"If they may know of it, add them in copy there first. Otherwise answer the two each for itself.").With("who", d.names(who))
	}
	if shared(&d.t) && (!shared(b) || d.t.Org != b.Org) {
		return invalid("into", "Colleagues who can read this one could not read the other.", "Merge the other into this one, or hide this one from colleagues first.")
	}
	return nil
}

// outside are the customers who take part in a and not in b.
func outside(a, b *desk.Ticket) []desk.PersonID {
	var out []desk.PersonID
	for _, p := range append([]desk.PersonID{a.Requester}, a.CCs...) {
		ours := slices.ContainsFunc(a.People, func(n desk.Named) bool { return n.ID == p && n.Staff })
		if !ours && p != b.Requester && !slices.Contains(b.CCs, p) {
			out = append(out, p)
		}
	}
	return out
}

func shared(t *desk.Ticket) bool { return t.Org != "" && !t.Private }

// beside begins what the command does to another ticket. It is done there in
// passing: it reads nothing for its author, and moves no clock by itself.
func (d *decision) beside(t *desk.Ticket) *decision {
	on := begin(desk.State{Ticket: t, Place: d.st.Place}, d.cmd, d.actor, d.now)
	on.aside, on.still = true, true
	return on
}

// takeIn notes a ticket that goes on in this one. Customers hear of it who may
// all know of the other.
func (d *decision) takeIn(a *desk.Ticket) {
	d.t.Merged = append(d.t.Merged, desk.Part{Ticket: a.ID, Priority: a.Priority})
	audience := desk.Internal
	if len(outside(&d.t, a)) == 0 && (!shared(&d.t) || shared(a) && a.Org == d.t.Org) {
		d.t.MergedTold = append(d.t.MergedTold, a.ID)
		audience = desk.Public
	}
	d.add(desk.Entry{Kind: desk.TookIn, Other: a.ID}, audience)
	if policy.Above(a.Priority, d.t.Priority) {
		d.lend(a.Priority)
	}
}

// lend raises the priority to that of a merged ticket, so that merging lets
// nothing fall (BEHAVIOURS N12).
func (d *decision) lend(to desk.Priority) {
	l := desk.Lent{Version: d.t.Version + 1, Priority: d.t.Priority, Due: d.t.Due, DueKind: d.t.DueKind, Clocks: d.t.Clocks}
	if d.t.Lent.Priority != "" {
		l = desk.Lent{Priority: d.t.Lent.Priority}
	}
	d.add(desk.Entry{Kind: desk.Prioritied, From: string(d.t.Priority), To: string(to), Reason: "merged"}, desk.Internal)
	d.t.Priority, d.t.Lent, d.still = to, l, false
}

// unmerge takes the ticket out of the one it goes on in.
func (d *decision) unmerge(a desk.Unmerge) error {
	if d.t.Into == "" {
		return nil
	}
	if d.t.Into != a.From {
		return conflict("into", "In the meantime it goes on in another ticket.", string(d.t.Into))
	}
	d.still = true
	d.t.Into = ""
	d.t = Rest(d.t, d.now) // what came to its time meanwhile has nobody to do it for
	d.add(desk.Entry{Kind: desk.Unmerged, Other: a.From}, desk.Public)
	if b := d.st.Other; b != nil && b.ID == a.From {
		on := d.beside(b)
		on.giveBack(d.t.ID)
		d.second = append(d.second, on)
	}
	return nil
}

// giveBack forgets a ticket that went on in this one, and the priority it lent.
func (d *decision) giveBack(id desk.TicketID) {
	audience := desk.Internal
	if slices.Contains(d.t.MergedTold, id) {
		audience = desk.Public
	}
	d.t.Merged = slices.DeleteFunc(d.t.Merged, func(p desk.Part) bool { return p.Ticket == id })
	d.t.MergedTold = slices.DeleteFunc(d.t.MergedTold, func(x desk.TicketID) bool { return x == id })
	if len(d.t.Merged) == 0 {
		d.t.Merged = nil
	}
	if len(d.t.MergedTold) == 0 {
		d.t.MergedTold = nil
	}
	d.add(desk.Entry{Kind: desk.Unmerged, Other: id}, audience)
	l := d.t.Lent
	if l.Priority == "" {
		return
	}
	to := l.Priority
	for _, p := range d.t.Merged {
		if policy.Above(p.Priority, to) {
			to = p.Priority
		}
	}
	if to == l.Priority {
		d.t.Lent = desk.Lent{}
	}
	if to == d.t.Priority {
		return
	}
	d.add(desk.Entry{Kind: desk.Prioritied, From: string(d.t.Priority), To: string(to), Reason: "unmerged"}, desk.Internal)
	d.t.Priority = to
	if d.still = l.Version == d.t.Version; d.still { // nothing has happened since
		d.t.Due, d.t.DueKind, d.t.Clocks = l.Due, l.DueKind, l.Clocks
	}
}

// stir has the ticket this one goes on in hear of what the asking side wrote
// here: its turn moves, as if it had been written there. The words stay here.
func (d *decision) stir() {
	root := d.st.Other
	wrote := slices.ContainsFunc(d.entries, func(e desk.Entry) bool { return speaks(e.Kind) && e.Audience == desk.Public })
	if d.t.Into == "" || root == nil || len(d.second) > 0 || d.ours() || !wrote {
		return
	}
	on := d.beside(root)
	on.still = false
	on.add(desk.Entry{Kind: desk.WroteBeside, Other: d.t.ID}, desk.Internal)
	if !d.t.Status.Done() {
		on.asked("", false)
	}
	d.second = append(d.second, on)
}

// loosened forgets which merged tickets customers may know of: somebody who
// reads this one from now on need not be able to read those.
func (d *decision) loosened() { d.t.MergedTold = nil }

// elsewhere refuses to let more people read a ticket that goes on in another.
func (d *decision) elsewhere(field string) error {
	if d.t.Into == "" {
		return nil
	}
	return invalid(field, "This goes on in another one, which they could not read.", "Add them there, or have the two taken apart.")
}
