package flow

import (
	"slices"
	"time"

	"docket/app/desk"
	calendar "docket/app/desk/hours"
	"docket/app/desk/policy"
)

const (
	// lookAgain is after how long a ticket is looked at again that would be
	// deleted if nothing kept it.
	lookAgain = 30 * 24 * time.Hour
	// dropGrace is for how long nothing is deleted after nobody looked: longer
	// than for what only ends, because it cannot be taken back.
	dropGrace = 24 * time.Hour
	// MaxKin is how many tickets that belong together are looked at. What belongs
	// to more is kept.
	MaxKin = 200
)

// hold puts the ticket on legal hold, or takes it off.
func (d *decision) hold(a desk.SetHold) error {
	reason, err := checkLine("reason", "reason", a.Reason, MaxReason)
	switch {
	case err != nil:
		return err
	case a.On != d.t.Hold.At.IsZero():
		return nil
	case reason == "" && a.On:
		return invalid("reason", "There is no reason.", "Say why it has to be kept; the team reads it.")
	case reason == "":
		return invalid("reason", "There is no reason.", "Say why it need not be kept any more; the team reads it.")
	}
	to := ""
	d.t.Hold = desk.LegalHold{}
	if a.On {
		to, d.t.Hold = "on", desk.LegalHold{By: d.actor.Person, At: d.now, Reason: reason}
	}
	d.add(desk.Entry{Kind: desk.HoldSet, To: to, Reason: reason}, desk.Internal)
	return nil
}

// retain sets until when a ticket is kept that is closed now. What goes on in
// another goes with that.
func (d *decision) retain() {
	t := &d.t
	if t.Status != desk.Closed || t.Into != "" {
		t.Keep, t.Deletes = desk.Keep{}, time.Time{}
		return
	}
	old := d.st.Ticket
	if d.lesser || old == nil {
		return
	}
	if old.Status != desk.Closed || old.Into != "" || old.Department != t.Department {
		t.Deletes = time.Time{}
		t.Keep = d.schedule()
	}
	if !old.Hold.At.IsZero() && t.Hold.At.IsZero() && !t.Deletes.IsZero() && !t.Deletes.After(d.now) {
		// The day they were told of went by while it was held: they are told anew, by
		// the clerk, because that it was held is the team's alone.
		t.Keep.Tell = d.now
	}
}

// schedule is what the policy of today makes of the closed ticket.
func (d *decision) schedule() (k desk.Keep) {
	dept := d.st.Place.Departments[d.t.Department]
	if until := policy.Expires(&d.t, dept); !until.IsZero() {
		k.Tell = until.Add(-policy.Notice)
	}
	if at := policy.FilesExpire(&d.t, dept); d.t.FilesGone.Before(d.t.ClosedAt) {
		k.Files = at
	}
	return k
}

// rekeep takes up a policy that is younger than the closing, or shorter than it
// was. A longer one is found when the old time has come.
func (d *decision) rekeep() {
	t := &d.t
	if t.Status != desk.Closed || t.Into != "" {
		return
	}
	k, soon := d.schedule(), d.now.Add(lookAgain)
	earlier := func(at *time.Time, want time.Time) {
		if !want.IsZero() && (at.IsZero() || want.Before(*at) && at.After(soon)) {
			*at, d.touched = want, true
		}
	}
	if t.Deletes.IsZero() {
		earlier(&t.Keep.Tell, k.Tell)
	}
	earlier(&t.Keep.Files, k.Files)
}

// kept is until when the ticket and what belongs to it are kept: linked and
// merged tickets go with the last of them (BEHAVIOURS 1.7). Zero is for ever, as
// far as it can be known now.
func (d *decision) kept() time.Time {
	last := d.until(&d.t)
	if d.st.KinMore {
		return time.Time{}
	}
	for _, k := range d.st.Kin {
		at := d.until(k)
		if at.IsZero() || last.IsZero() {
			return time.Time{}
		}
		last = latest(last, at)
	}
	return last
}

// until is until when one ticket is kept; zero for ever. What goes on in another
// counts from the closing of the one it goes on in, if it is not closed itself.
func (d *decision) until(t *desk.Ticket) time.Time {
	if !t.Hold.At.IsZero() || d.st.Place.Held[t.Org] && t.Org != "" {
		return time.Time{}
	}
	if t.Into != "" && t.Status != desk.Closed {
		x := *t
		x.Status, x.ClosedAt = desk.Closed, d.t.ClosedAt
		t = &x
	}
	return policy.Expires(t, d.st.Place.Departments[t.Department])
}

// later puts off what is to be done with a ticket that is kept for longer, and
// reports whether it did. Why it is kept may pass without a word to this one, so
// it is looked at again.
func (d *decision) later(until time.Time) bool {
	switch {
	case until.IsZero():
		d.t.Keep.Tell = d.now.Add(lookAgain)
		if d.schedule().Tell.IsZero() { // the policy keeps it for ever by now
			d.t.Keep.Tell = time.Time{}
		}
	case until.Add(-policy.Notice).After(d.now):
		d.t.Keep.Tell = until.Add(-policy.Notice)
	default:
		return false
	}
	d.touched = true
	return true
}

// tellEnd tells the requester that the ticket will be deleted, and when: once,
// and never less than a month before.
func (d *decision) tellEnd() {
	until := d.kept()
	if d.later(until) {
		return
	}
	d.t.Keep.Tell, d.t.Keep.Graced, d.t.Deletes = time.Time{}, false, latest(until, d.now.Add(policy.Notice))
	dept := d.st.Place.Departments[d.t.Department]
	d.writes(desk.Saying("This request is closed, and will be deleted with its files on {day, date, date}.\n\nIf you still need it, save a copy before then.", "day", dayIn(dept, d.t.Deletes)), d.t.Deletes)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// dayIn is a day as the department's calendar has it.
func dayIn(d desk.Department, at time.Time) time.Time {
	if z, err := calendar.Zone(d.Open.Zone); err == nil {
		return at.In(z)
	}
	return at
}

// graced puts off, once, what came to its time while nobody looked, so that
// somebody can see what would be deleted. The zero time is for what is not.
func (d *decision) graced(at, woke time.Time) time.Time {
	if d.t.Keep.Graced || !at.Before(woke.Add(-slept)) || !d.now.Before(woke.Add(dropGrace)) {
		return time.Time{}
	}
	d.t.Keep.Graced, d.touched = true, true
	return woke.Add(dropGrace).UTC().Truncate(time.Millisecond)
}

// dropFiles deletes the files and leaves their names. That it was done is told
// by the policy alone, whether there were any or not: a file of a note is
// nothing that customers know of.
func (d *decision) dropFiles(at, woke time.Time) {
	now := d.schedule().Files
	switch d.touched = true; {
	case now.IsZero() || now.After(d.now): // the policy is another by now
		d.t.Keep.Files = now
		return
	case d.kept().IsZero() && d.heldUp():
		d.t.Keep.Files = d.now.Add(lookAgain)
		return
	}
	if put := d.graced(at, woke); !put.IsZero() {
		d.t.Keep.Files = put
		return
	}
	d.t.Keep.Files, d.t.Keep.Graced, d.t.FilesGone = time.Time{}, false, d.now
	switch {
	case d.t.PublicFiles:
		d.add(desk.Entry{Kind: desk.FilesDeleted}, desk.Public)
	case d.t.Files:
		d.add(desk.Entry{Kind: desk.FilesDeleted}, desk.Internal)
	}
	d.t.Files, d.t.PublicFiles = false, false
}

// heldUp reports whether a legal hold keeps the ticket or what belongs to it.
func (d *decision) heldUp() bool {
	return slices.ContainsFunc(append(slices.Clone(d.st.Kin), &d.t), func(t *desk.Ticket) bool {
		return !t.Hold.At.IsZero() || d.st.Place.Held[t.Org] && t.Org != ""
	})
}

// drop deletes the ticket, and what goes on in it.
func (d *decision) drop(at, woke time.Time) {
	until := d.kept()
	switch {
	case !d.t.Keep.Tell.IsZero():
		d.t.Deletes, d.touched = time.Time{}, true
		return
	case until.IsZero() || until.After(d.now):
		d.t.Deletes, d.touched = time.Time{}, true
		if !d.later(until) { // less than a month is left, and they are told anew
			d.t.Keep.Tell = d.now
		}
		return
	}
	if put := d.graced(at, woke); !put.IsZero() {
		d.t.Deletes = put
		return
	}
	d.purge = []desk.TicketID{d.t.ID}
	for n := 0; n < len(d.purge); n++ {
		for _, k := range d.st.Kin {
			if k.Into == d.purge[n] && !slices.Contains(d.purge, k.ID) {
				d.purge = append(d.purge, k.ID)
			}
		}
	}
}

// Keeping reports whether what time does to t is about its being kept: then the
// tickets that belong to it have to be known.
func Keeping(t *desk.Ticket) bool { return t.Status == desk.Closed && t.Into == "" }

// Kin reads the tickets that are linked to t, merged with it or wait for the same
// fix, those that are
// with them, and so on; more says that there are more than are looked at. Of one
// that is not there read gives nil.
func Kin(t *desk.Ticket, read func(desk.TicketID) (*desk.Ticket, error)) (kin []*desk.Ticket, more bool, err error) {
	seen := map[desk.TicketID]bool{t.ID: true}
	for next := kinOf(t); len(next) > 0; next = next[1:] {
		if seen[next[0]] {
			continue
		}
		if len(kin) == MaxKin {
			return kin, true, nil
		}
		seen[next[0]] = true
		k, err := read(next[0])
		if err != nil {
			return nil, false, err
		}
		if k != nil {
			kin, next = append(kin, k), append(next, kinOf(k)...)
		}
	}
	return kin, false, nil
}

func kinOf(t *desk.Ticket) []desk.TicketID {
	var out []desk.TicketID
	for _, l := range t.Links {
		out = append(out, l.Ticket)
	}
	for _, p := range t.Merged {
		out = append(out, p.Ticket)
	}
	if t.Into != "" {
		out = append(out, t.Into)
	}
	if t.Fix.State == desk.FixPlanned && t.Fix.Problem != "" { // it waits, also closed
		out = append(out, t.Fix.Problem)
	}
	return append(out, t.Fix.Waiting...)
}
