package flow

import (
	"slices"

	"docket/app/desk"
)

// MaxHelpers is how many may help with one ticket.
const MaxHelpers = 20

// helpers changes who works on the ticket beside the one who has it. As with
// CCs, adding who is there and removing who is not changes nothing.
func (d *decision) helpers(a desk.SetHelpers) error {
	var came, left []desk.PersonID
	for _, p := range a.Remove {
		if i := slices.Index(d.t.Helpers, p); i >= 0 {
			d.t.Helpers = slices.Delete(d.t.Helpers, i, i+1)
			d.released(p)
			left = append(left, p)
		}
	}
	for _, id := range a.Add {
		if id == d.t.Assignee || slices.Contains(a.Remove, id) || slices.Contains(d.t.Helpers, id) {
			continue
		}
		if p, ok := d.st.Place.People[id]; !ok || !p.Role.Staff() || p.Disabled {
			return invalid("helpers", "Only somebody on the team can help with a ticket.", "Choose somebody from the list.")
		}
		d.t.Helpers = append(d.t.Helpers, id)
		d.t.Followers = slices.DeleteFunc(d.t.Followers, func(p desk.PersonID) bool { return p == id })
		came = append(came, id)
	}
	if n := len(d.t.Helpers); n > MaxHelpers {
		return invalid("helpers", "{n} people would help with this ticket; it can have {most}.", "Leave somebody out.").With("n", n, "most", MaxHelpers)
	}
	if len(d.t.Helpers) == 0 {
		d.t.Helpers = nil
	}
	if len(came)+len(left) > 0 {
		d.add(desk.Entry{Kind: desk.HelpersSet, From: ids(left), To: ids(came), ToName: d.names(came), Text: d.names(left), Shown: d.met(left)}, desk.Public)
	}
	return nil
}

// engages marks the first that customers see of somebody of ours: that they
// have the ticket, or their first word. It is told once for each time that they
// are engaged (BEHAVIOURS 2.7).
func (d *decision) engages(e *desk.Entry) {
	who := desk.PersonID("")
	switch {
	case e.Kind == desk.Assigned:
		who = desk.PersonID(e.To)
	case speaks(e.Kind) && d.ours() && !d.clerk():
		who = e.Author
	}
	if who == "" || d.lesser || slices.Contains(d.t.Engaged, who) {
		return
	}
	e.Engages = true
	d.t.Engaged = append(d.t.Engaged, who)
	if n := len(d.t.Engaged) - maxSeen; n > 0 {
		d.t.Engaged = slices.Delete(d.t.Engaged, 0, n)
	}
}

// released ends somebody's engagement: the next begins with a word to the
// customer about it.
func (d *decision) released(p desk.PersonID) {
	d.t.Engaged = slices.DeleteFunc(d.t.Engaged, func(x desk.PersonID) bool { return x == p })
	if len(d.t.Engaged) == 0 {
		d.t.Engaged = nil
	}
}
