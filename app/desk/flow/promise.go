package flow

import (
	"slices"
	"time"

	"docket/app/desk"
)

// The limits of promises: of one's words, of how many are open on a ticket, of
// how many a head keeps, and of how far ahead one is due.
const (
	MaxPromise     = 300 // characters
	maxOpenPledges = 10
	maxKeptPledges = 20
	maxPledgeAhead = 366 * 24 * time.Hour
)

// promise tells the customer what they can count on, and by when.
func (d *decision) promise(a desk.MakePromise) error {
	if err := d.oursOnly(); err != nil {
		return err
	}
	text, err := checkLine("text", "promise", a.Text, MaxPromise)
	if err != nil {
		return err
	}
	due := a.Due.UTC().Truncate(time.Minute)
	switch {
	case text == "":
		return invalid("text", "The promise is empty.", "Write what the customer can count on, such as: I call you.")
	case a.Due.IsZero():
		return invalid("due", "It does not say by when.", "Give the day and the time.")
	case !due.After(d.now):
		return invalid("due", "That time has passed.", "Promise a later one.")
	case due.Sub(d.now) > maxPledgeAhead:
		return invalid("due", "That is more than a year ahead.", "Look at the date.")
	case d.t.Status.Done():
		return invalid("", "This ticket is solved.", "Reopen it before promising anything.")
	case len(d.openPledges(nil)) >= maxOpenPledges:
		return invalid("", "{n} promises are open on this ticket; it can have no more.", "Settle those that are kept.").With("n", maxOpenPledges)
	}
	p := desk.Pledge{ID: desk.PledgeID(d.cmd.ID), Text: text, Due: due, By: d.actor.Person}
	kept := p
	kept.Seq = d.t.PublicSeq + 1
	d.t.Pledges = append(d.t.Pledges, kept)
	for len(d.t.Pledges) > maxKeptPledges {
		i := slices.IndexFunc(d.t.Pledges, func(p desk.Pledge) bool { return !p.Open() })
		d.t.Pledges = slices.Delete(d.t.Pledges, i, i+1) // fewer are open than are kept
	}
	d.add(desk.Entry{Kind: desk.Promised, Pledge: p}, desk.Public)
	return nil
}

// settlePromise is what became of one.
func (d *decision) settlePromise(a desk.SettlePromise) error {
	if err := d.oursOnly(); err != nil {
		return err
	}
	i := d.pledge(a.Promise)
	switch {
	case i < 0:
		return invalid("promise", "This promise is not there any more.", "Look at the ticket as it is now.")
	case a.State == desk.PledgePassed:
		return invalid("promise", "A promise is passed on together with its ticket.", "Assign the ticket to whoever keeps it.")
	case d.t.Pledges[i].State == a.State:
		return nil
	case !d.t.Pledges[i].Open():
		return conflict("promise", "This promise has been settled in the meantime.", string(d.t.Pledges[i].State))
	}
	reason, err := checkSettle(a)
	if err != nil {
		return err
	}
	d.settlePledge(i, a.State, reason)
	return nil
}

func checkSettle(a desk.SettlePromise) (string, error) {
	reason, err := checkLine("reason", "reason", a.Reason, MaxReason)
	switch {
	case err != nil:
		return "", err
	case a.State != desk.PledgeKept && a.State != desk.PledgeWithdrawn && a.State != desk.PledgePassed:
		return "", invalid("promise", "This is nothing that can become of a promise.", "Choose one of those offered.")
	case a.State == desk.PledgeWithdrawn && reason == "":
		return "", invalid("reason", "There is no reason for taking the promise back.", "Say why; the customer reads it.")
	}
	return reason, nil
}

func (d *decision) pledge(id desk.PledgeID) int {
	return slices.IndexFunc(d.t.Pledges, func(p desk.Pledge) bool { return p.ID == id })
}

// openPledges are the places of those that are open and fit; all without fits.
func (d *decision) openPledges(fits func(desk.Pledge) bool) (out []int) {
	for i, p := range d.t.Pledges {
		if p.Open() && (fits == nil || fits(p)) {
			out = append(out, i)
		}
	}
	return out
}

func (d *decision) settlePledge(i int, state desk.PledgeState, reason string) {
	p := &d.t.Pledges[i]
	p.State, p.Ended, p.Missed = state, d.now, p.Missed || d.now.After(p.Due)
	d.add(desk.Entry{Kind: desk.PromiseSettled, Pledge: *p, Reason: reason}, desk.Public)
}

// handOver holds whoever hands a ticket over to deciding on each promise that
// goes along with it.
func (d *decision) handOver(decided []desk.SettlePromise, concerns func(desk.Pledge) bool) error {
	reasons := map[int]string{}
	for _, a := range decided {
		reason, err := checkSettle(a)
		if err != nil {
			return err
		}
		if i := d.pledge(a.Promise); i >= 0 && d.t.Pledges[i].Open() {
			reasons[i] = reason
		}
	}
	for _, i := range d.openPledges(concerns) {
		if _, ok := reasons[i]; !ok {
			return invalid("promises", "“{promise}” was promised to the customer and is still open.",
				"Decide it first: it is kept, passed on with the ticket, or taken back with a reason.").With("promise", d.t.Pledges[i].Text)
		}
	}
	for _, a := range decided {
		if i := d.pledge(a.Promise); i >= 0 && d.t.Pledges[i].Open() && a.State != desk.PledgePassed {
			d.settlePledge(i, a.State, reasons[i])
		}
	}
	return nil
}

// inherit has the next one keep what the one before, or nobody, was to keep.
func (d *decision) inherit(from, to desk.PersonID) {
	for _, i := range d.openPledges(func(p desk.Pledge) bool { return p.By == from || p.By == "" }) {
		d.t.Pledges[i].By = to
	}
}

// passPledges leaves what is open to whoever takes the ticket up.
func (d *decision) passPledges() {
	for _, i := range d.openPledges(nil) {
		d.t.Pledges[i].By = ""
	}
}

// endPledges ends what is open with its ticket.
func (d *decision) endPledges() {
	for _, i := range d.openPledges(nil) {
		p := &d.t.Pledges[i]
		p.State, p.Ended, p.Missed = desk.PledgeEnded, d.now, p.Missed || d.now.After(p.Due)
	}
}

// broken notes once that a promise was not kept in time, and asks whoever keeps
// it, or the leads where nobody does.
func (d *decision) broken() {
	for _, i := range d.openPledges(func(p desk.Pledge) bool { return !p.Missed && !p.Due.After(d.now) }) {
		p := &d.t.Pledges[i]
		p.Missed = true
		to := d.whose(p.By)
		d.add(desk.Entry{Kind: desk.Late, From: string(desk.DuePromise), To: ids(to), ToName: d.names(to), Text: p.Text, Away: d.absent(d.meant(p.By), to)}, desk.Internal)
	}
}
