package flow

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
)

// MaxGathered is how many tickets can wait for one problem.
const MaxGathered = 300

// tellAgain is when those are told who were not among the first.
const tellAgain = time.Second

// openProblem lets a problem be of the team alone, so that no customer ever
// reads it: what they are told stands in their own request.
func (d *decision) openProblem(a desk.Open) error {
	if a.Type != desk.Problem {
		return nil
	}
	if !d.actor.Role.Staff() {
		return unknownType()
	}
	if d.t.Requester != d.actor.Person || a.Org != "" {
		return invalid("requester", "A problem is the team’s own, so it is nobody’s request.", "Open it in your own name, and let the requests wait for it.")
	}
	return d.teamOnly()
}

// teamOnly refuses customers in the copy of a problem.
func (d *decision) teamOnly() error {
	if d.t.Type != desk.Problem {
		return nil
	}
	for _, p := range d.t.CCs {
		if !d.named(p).Staff {
			return invalid("ccs", "{who} cannot read a problem, which is the team’s own.", "Write to them in their own request.").With("who", d.nameOf(p))
		}
	}
	return nil
}

// fix says what becomes of the fix.
func (d *decision) fix(a desk.SetFix) error {
	text, err := checkText("text", a.Text)
	if err != nil {
		return err
	}
	a.Text, a.Due = strings.TrimSpace(text), a.Due.UTC().Truncate(time.Minute)
	if a.Due.IsZero() {
		a.Due = time.Time{}
	}
	problem := d.t.Type == desk.Problem
	switch {
	case problem && (a.Problem != "" || a.State == ""):
		return invalid("state", "This is a problem itself.", "Say whether its fix is planned or done, or that there will be none.")
	case a.Problem != "":
		return d.waitsFor(a)
	case a.State != "" && a.State != desk.FixPlanned && a.State != desk.FixDone && a.State != desk.FixNone:
		return invalid("state", "This is nothing that can become of a fix.", "Choose one of those offered.")
	case !a.Due.IsZero() && a.State != desk.FixPlanned:
		return invalid("due", "Only a fix that is planned has a day.", "Leave the day out.")
	case !a.Due.IsZero() && !a.Due.After(d.now):
		return invalid("due", "That day has passed.", "Choose a later one, or leave it out.")
	case a.State == desk.FixNone && a.Text == "":
		return invalid("text", "It does not say why there will be no fix.", "Say why; the customer reads it.")
	case problem:
		return d.fixProblem(a)
	}
	if err := d.oursOnly(); err != nil {
		return err
	}
	return d.fixHere(a)
}

// fixHere is about a ticket that waits for a fix of its own.
func (d *decision) fixHere(a desk.SetFix) error {
	f := &d.t.Fix
	behind := f.Problem != "" && f.State == desk.FixPlanned
	switch {
	case a.State == "" && f.State == "", a.State != "" && a.State == f.State && a.Due.Equal(f.Due) && a.Text == "":
		return nil
	case a.State == "" && a.Text == "":
		return invalid("text", "It does not say why this waits for no fix.", "Say why; the customer reads it.")
	case a.State != "" && behind:
		return invalid("state", "This waits for a problem, whose fix is told there.", "Say it on the problem, or let this wait for none first.")
	case d.t.Status.Done() && a.State != desk.FixDone:
		return solvedAlready()
	}
	if err := d.held("change of the fix"); err != nil {
		return err
	}
	if o := d.st.Other; behind && o != nil && o.ID == f.Problem {
		on := d.beside(o)
		on.leaves(d.t.ID)
		d.second = append(d.second, on)
	}
	d.becomes(desk.Fix{State: a.State, Due: a.Due}, a.Text)
	return nil
}

func solvedAlready() error {
	return invalid("", "This ticket is solved.", "Reopen it before saying anything of a fix.")
}

// waitsFor has the ticket wait for the fix of a problem.
func (d *decision) waitsFor(a desk.SetFix) error {
	if err := d.oursOnly(); err != nil {
		return err
	}
	p, f := d.st.Other, d.t.Fix
	switch {
	case p == nil || p.ID != a.Problem || p.Type != desk.Problem:
		return invalid("problem", "This problem is not known here.", "Look for it by its number, or open a new one.")
	case f.Problem == p.ID && f.State == desk.FixPlanned:
		return nil
	case f.Problem != "" && f.State == desk.FixPlanned:
		return invalid("problem", "This waits for another problem already.", "Let it wait for none first.")
	case d.t.Status.Done():
		return solvedAlready()
	case p.Status.Done():
		return invalid("problem", "That problem is solved already.", "Reopen it, or open a new one.")
	case len(p.Fix.Waiting) >= MaxGathered:
		return invalid("problem", "{n} tickets wait for that problem already.", "Open a further one.").With("n", MaxGathered)
	}
	if err := access.Can(d.actor, p, desk.CmdNote); err != nil {
		return err
	}
	if err := d.held("change of the fix"); err != nil {
		return err
	}
	d.becomes(desk.Fix{State: desk.FixPlanned, Due: p.Fix.Due, Problem: p.ID}, a.Text)
	on := d.beside(p)
	on.t.Fix.Waiting = append(slices.Clone(p.Fix.Waiting), d.t.ID)
	on.add(desk.Entry{Kind: desk.FixWaits, Other: d.t.ID}, desk.Internal)
	d.second = append(d.second, on)
	return nil
}

// leaves forgets a ticket that waited for this problem.
func (d *decision) leaves(id desk.TicketID) {
	without := func(in []desk.TicketID) (out []desk.TicketID) {
		for _, x := range in {
			if x != id {
				out = append(out, x)
			}
		}
		return out
	}
	f := &d.t.Fix
	f.Waiting, f.Untold = without(f.Waiting), without(f.Untold)
	d.add(desk.Entry{Kind: desk.FixWaits, From: string(id), Other: id}, desk.Internal)
}

// fixProblem is what becomes of a problem. Everybody who waits for it is told by
// the desk, some at a time, each once.
func (d *decision) fixProblem(a desk.SetFix) error {
	f := &d.t.Fix
	if a.State == f.State && a.Due.Equal(f.Due) && a.Text == "" {
		return nil
	}
	if d.t.Status.Done() && a.State == desk.FixPlanned {
		return solvedAlready()
	}
	if f.Again { // some have yet to hear that they wait again
		for _, id := range f.Untold {
			f.Waiting = withTicket(f.Waiting, id)
		}
	}
	waiting := len(f.Waiting)
	f.Again = f.Again && a.State == desk.FixPlanned
	f.State, f.Due, f.Told, f.Untold = a.State, a.Due, a.Text, slices.Clone(f.Waiting)
	if f.Tell = (time.Time{}); waiting > 0 {
		f.Tell = d.now
	}
	d.inTime(desk.DueFix, a.Due)
	d.nears()
	e := desk.Entry{Kind: desk.FixSet, To: string(a.State), Until: a.Due, Text: a.Text}
	if waiting > 0 {
		e.From = strconv.Itoa(waiting)
	}
	d.add(e, desk.Public)
	if f.Released = nil; a.State != desk.FixPlanned {
		f.Released, f.Waiting = f.Waiting, nil
		d.setStatus(desk.Solved, map[desk.FixState]string{desk.FixDone: "fixed", desk.FixNone: "no_fix"}[a.State], "")
	}
	return nil
}

// tell has the next of those who wait for this problem hear of it. Each of them
// is told in the same commit that takes them off the list.
func (d *decision) tell() {
	f := &d.t.Fix
	told := len(f.Tells())
	for _, t := range d.st.Others {
		on := d.beside(t)
		on.still = false
		if on.hearsOf(&d.t) {
			d.second = append(d.second, on)
			if f.Again {
				f.Waiting = withTicket(f.Waiting, t.ID)
			}
		} else if f.Again { // it waits for nothing any more
			f.Waiting = slices.DeleteFunc(slices.Clone(f.Waiting), func(id desk.TicketID) bool { return id == t.ID })
		}
	}
	f.Untold = slices.Clone(f.Untold[told:])
	if f.Tell = d.now.Add(tellAgain); len(f.Untold) == 0 {
		f.Tell, f.Untold, f.Again = time.Time{}, nil, false
	}
	d.touched = true
}

// notOverYet is what they are told.
const notOverYet = "This was not over after all, and is being worked on again. You need not do anything."

func withTicket(in []desk.TicketID, id desk.TicketID) []desk.TicketID {
	if slices.Contains(in, id) {
		return in
	}
	return append(slices.Clone(in), id)
}

// notOver has those wait again that a problem released which is opened again,
// as they are told of it. What they were not told of yet they need not unlearn.
func (d *decision) notOver() {
	f := &d.t.Fix
	if d.t.Type != desk.Problem || len(f.Released) == 0 {
		return
	}
	all := slices.Clone(f.Released)
	f.State, f.Due, f.Released, f.Again = desk.FixPlanned, time.Time{}, nil, true
	f.Told = notOverYet
	f.Untold, f.Tell = all, d.now
}

// waitsAgain is a ticket whose problem was opened again: it waits as it did,
// unless it is over for its customer, or waits for something else by now.
func (d *decision) waitsAgain(p *desk.Ticket) bool {
	f := d.t.Fix
	if f.Problem != p.ID || d.t.Status.Done() || d.t.Into != "" {
		return false
	}
	asked := d.t.Status == desk.WaitingCustomer && len(d.openAsks()) > 0
	d.becomes(desk.Fix{State: desk.FixPlanned, Due: p.Fix.Due, Problem: p.ID}, p.Fix.Told)
	if d.t.Status == desk.WaitingCustomer && !asked { // to look whether it is fixed
		d.owesNot()
		d.setStatus(desk.OnHold, "fix_planned", "")
	}
	return true
}

// hearsOf takes over what became of the problem this ticket waits for.
func (d *decision) hearsOf(p *desk.Ticket) bool {
	f, is := d.t.Fix, p.Fix
	switch {
	case is.Again && f.State != desk.FixPlanned:
		return d.waitsAgain(p)
	case is.Again && is.Told == notOverYet: // it has not heard that it was over
		d.touched = f.Problem == p.ID
		return d.touched
	}
	if f.Problem != p.ID || f.State != desk.FixPlanned || d.t.Status == desk.Closed ||
		is.State == desk.FixPlanned && f.Due.Equal(is.Due) && is.Told == "" {
		return false
	}
	d.becomes(desk.Fix{State: is.State, Due: is.Due, Problem: p.ID}, is.Told)
	return true
}

// becomes tells the customer what becomes of the fix, and leaves the ticket
// where it belongs then.
func (d *decision) becomes(f desk.Fix, text string) {
	other := f.Problem
	if other == "" {
		other = d.t.Fix.Problem
	}
	d.t.Fix = f
	d.inTime(desk.DueFix, f.Due)
	d.nears()
	e := desk.Entry{Kind: desk.FixSet, To: string(f.State), Until: f.Due, Text: text, Other: other}
	if text == notOverYet {
		said := desk.Saying(text)
		e.Phrase = &said
	}
	d.add(e, desk.Public)
	d.wake()
	if d.t.Status.Done() || d.t.Into != "" {
		return
	}
	switch f.State {
	case desk.FixPlanned:
		d.leftToFix()
	case desk.FixDone:
		d.fixed()
	default:
		d.setStatus(d.takenUp(), "no_fix", "")
		d.waits()
	}
}

// leftToFix puts what waits for its fix alone on hold. What its customer called
// an emergency stays what it is while there is no way around it, and so does
// what waits for its customer.
func (d *decision) leftToFix() {
	bad := d.t.Urgency == desk.UrgencyEmergency && d.t.Workaround.Verdict != desk.VerdictWorks
	if !bad && d.t.Status != desk.WaitingCustomer {
		d.owesNot()
		d.setStatus(desk.OnHold, "fix_planned", "")
	}
}

// fixed leaves the ticket to its customer, or solved. What a workaround had
// lowered is what it was, should it not be fixed after all.
func (d *decision) fixed() {
	if e := d.t.Eased; !e.Since.IsZero() {
		if d.t.Eased = (desk.Eased{}); d.t.Priority == e.To && e.To != "" {
			d.t.Priority = e.Priority
		}
	}
	d.owesNot()
	if d.st.Place.Departments[d.t.Department].Policy.Fixed == desk.FixedSolve {
		d.t.Cause = desk.CauseFixed
		d.setStatus(desk.Solved, string(desk.CauseFixed), "")
		return
	}
	d.setStatus(desk.WaitingCustomer, "fixed", "")
}

// waitedFor refuses to solve a problem that tickets wait for without telling
// them.
func (d *decision) waitedFor(to desk.Status) error {
	n := len(d.t.Fix.Waiting)
	if n == 0 || !to.Done() {
		return nil
	}
	return invalid("status", "{n, plural, one {A ticket waits} other {# tickets wait}} for this fix.", "Say that the fix is done, or that there will be none; their customers are told, and this is solved.").With("n", n)
}
