package flow

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"docket/app/desk"
	"docket/app/desk/access"
)

// offlineAfter is how far the author's clock may differ before the entry says
// when it was written (RELIABILITY 3.2).
const offlineAfter = 5 * time.Minute

// lineLength is how much of a message a list shows.
const lineLength = 160

// maxSeen and maxReferred bound what a head keeps of its past.
const (
	maxSeen     = 30
	maxReferred = 6
)

// decision is one command at work on a copy of the head.
type decision struct {
	st    desk.State
	cmd   desk.Command
	actor desk.Actor
	now   time.Time

	t       desk.Ticket
	entries []desk.Entry
	read    uint64
	follow  []desk.Follow
	// lesser is set when t is the customer's form on a customer's client.
	lesser bool
	// touched is set when the head changed without an entry.
	touched bool
	// aside is set on another ticket than the command's, also what is done there;
	// still is set where nothing is done that a clock is about.
	aside, still bool
	second       []*decision
	// spoken is set when somebody said something that made no entry.
	spoken bool
	// reopened is set once the ticket was done and is not any more.
	reopened bool
	// counts is what counts against a person from now on.
	counts *desk.Counts
	// bypassed is set when what is opened does not wait for who receives.
	bypassed bool
	// purge are the tickets that are deleted.
	purge []desk.TicketID
	// joined are the calls that waited for this ticket.
	joined []desk.CommandID
}

func begin(st desk.State, cmd desk.Command, actor desk.Actor, now time.Time) *decision {
	d := &decision{st: st, cmd: cmd, actor: actor, now: now.UTC().Truncate(time.Millisecond)}
	if st.Ticket == nil {
		return d
	}
	d.t = *st.Ticket
	d.t.CCs = slices.Clone(d.t.CCs)
	d.t.Followers = slices.Clone(d.t.Followers)
	d.t.Helpers = slices.Clone(d.t.Helpers)
	d.t.Engaged = slices.Clone(d.t.Engaged)
	d.t.People = slices.Clone(d.t.People)
	d.t.Steps = slices.Clone(d.t.Steps)
	d.t.Seen = slices.Clone(d.t.Seen)
	d.t.Passed = slices.Clone(d.t.Passed)
	d.t.Waiting.Remind = slices.Clone(d.t.Waiting.Remind)
	d.t.Clocks.Late = slices.Clone(d.t.Clocks.Late)
	d.t.Asks = slices.Clone(d.t.Asks)
	d.t.Links = slices.Clone(d.t.Links)
	d.t.Live.Lines = slices.Clone(d.t.Live.Lines)
	d.t.Tags = slices.Clone(d.t.Tags)
	d.t.Pledges = slices.Clone(d.t.Pledges)
	d.t.Merged = slices.Clone(d.t.Merged)
	d.t.MergedTold = slices.Clone(d.t.MergedTold)
	d.t.Joined = slices.Clone(d.t.Joined)
	d.t.Page.To = slices.Clone(d.t.Page.To)
	d.t.Escalation.Told.To = slices.Clone(d.t.Escalation.Told.To)
	d.lesser = !actor.Role.Staff() && d.t.PublicVersion == 0
	return d
}

// ours reports whether the actor answers rather than asks. Staff who asked for
// something themselves are the asking side of that ticket.
func (d *decision) ours() bool {
	return d.actor.Role.Staff() && d.actor.Person != d.t.Requester
}

// add appends an entry of the given audience.
func (d *decision) add(e desk.Entry, audience desk.Audience) {
	e.Ticket, e.Command = d.t.ID, d.cmd.ID
	e.Audience = audience
	e.Author, e.AuthorName, e.Staff = d.actor.Person, d.actor.Name, d.actor.Role.Staff()
	if e.AuthorName == "" {
		e.AuthorName = d.nameOf(d.actor.Person)
	}
	e.At = d.now
	if c := d.cmd.Composed; !c.IsZero() && c.Sub(d.now).Abs() > offlineAfter {
		e.Claimed = c.UTC().Truncate(time.Millisecond)
	}
	if e.Channel == "" {
		e.Channel = "app"
	}
	d.t.LastSeq++
	e.Seq = d.t.LastSeq
	d.t.Updated = d.now
	public := audience == desk.Public
	if public && !d.lesser {
		d.t.PublicSeq++
		e.PublicSeq = d.t.PublicSeq
		d.t.PublicUpdated = d.now
		d.engages(&e)
	}
	if (speaks(e.Kind) || e.Kind == desk.Note) && !d.clerk() {
		d.show(e, public)
	}
	d.entries = append(d.entries, e)
}

// name gives the entries their names. Those for customers are counted without
// the internal ones between them, which a gap would tell of.
func (d *decision) name() {
	base := string(d.cmd.ID)
	if d.aside {
		base += "-also"
	}
	inner := base
	if slices.ContainsFunc(d.entries, func(e desk.Entry) bool { return e.Audience == desk.Public }) {
		inner += "-team"
	}
	n := map[bool]int{}
	for i := range d.entries {
		e, name := &d.entries[i], inner
		public := e.Audience == desk.Public
		if public {
			name = base
		}
		if n[public] > 0 {
			name = fmt.Sprintf("%s-%d", name, n[public])
		}
		n[public]++
		e.ID = desk.EntryID(name)
	}
}

// show keeps what a list shows of the newest message.
func (d *decision) show(e desk.Entry, public bool) {
	line := oneLine(e.Text)
	if line == "" && len(e.Files) > 0 {
		line = oneLine(e.Files[0].Name)
	}
	if line == "" && e.Kind == desk.Call {
		line = callLine(e.Talk)
	}
	if line == "" {
		line = oneLine(e.Said())
	}
	d.t.LastBy, d.t.LastText = e.Author, line
	d.t.Files = d.t.Files || len(e.Files) > 0
	if public {
		d.t.Said = d.publicSeq()
	}
	if public && !d.lesser {
		if e.Shown != "" {
			line = oneLine(e.Shown)
		}
		d.t.PublicLastBy, d.t.PublicLast = e.Author, line
		d.t.PublicFiles = d.t.PublicFiles || len(e.Files) > 0
	}
}

func oneLine(text string) string {
	// A message may be long; what comes after the line is not looked at.
	var b strings.Builder
	n := 0
	for word := range strings.FieldsSeq(text) {
		if n > 0 {
			b.WriteByte(' ')
			n++
		}
		b.WriteString(word)
		if n += utf8.RuneCountInString(word); n >= lineLength {
			break
		}
	}
	line := b.String()
	if r := []rune(line); len(r) > lineLength {
		line = string(r[:lineLength])
	}
	return line
}

// setStatus moves the ticket, with everything that hangs on it. Every move has
// its entry, so that clocks and reports can be computed from the conversation.
func (d *decision) setStatus(to desk.Status, reason, text string) {
	from := d.t.Status
	if to == from || to == "" {
		return
	}
	d.t.Status = to
	d.t.HoldUntil = time.Time{}
	if from.Done() && !to.Done() {
		d.takeBack()
	}
	switch to {
	case desk.Solved, desk.Closed:
		d.t.ClosedAt = d.now
		if !from.Done() && !d.lesser {
			d.t.SolvedAtCare = d.directly(reason, text)
		}
		d.owesNot()
		d.endPledges()
		d.wake()
		d.callsOff()
		if to == desk.Solved && d.t.Resolution == "" {
			d.t.Resolution = d.solution(reason)
		}
		d.step(string(to), "")
		if to == desk.Solved && !from.Done() {
			d.asksHowItWas(reason)
		}
	case desk.WaitingCustomer:
		d.step("waiting", "")
	case desk.Triage, desk.InProgress:
		d.once("triaged", string(d.t.Department))
	}
	d.add(desk.Entry{Kind: desk.StatusSet, From: string(from), To: string(to), Reason: reason, Text: text}, desk.Public)
	if from.Done() && !to.Done() {
		d.again()
	}
}

// directly reports whether the department that receives answered what is solved
// now for a reason, without passing it on.
func (d *decision) directly(reason, resolution string) bool {
	answered := resolution != "" || slices.ContainsFunc(d.t.Steps, func(s desk.Step) bool { return s.Kind == "answered" })
	theirs := !d.ours() && (reason == "self" || reason == "not_needed")
	return d.st.Place.Departments[d.t.Department].Triage && answered && d.referrals() == 0 && !theirs
}

// takeBack takes back that the ticket was done. What was on its way before it
// was, on a computer that was offline, leaves no trace of it (BEHAVIOURS 1.30).
func (d *decision) takeBack() {
	if c := d.cmd.Composed; !d.ours() && !c.IsZero() && c.Before(d.t.ClosedAt) {
		d.t.Steps = slices.DeleteFunc(d.t.Steps, func(s desk.Step) bool { return s.Kind == "solved" || s.Kind == "closed" })
	} else {
		d.step("reopened", "")
		if !d.lesser {
			d.t.Reopened++
		}
	}
	d.t.ClosedAt, d.t.Resolution, d.t.Cause, d.t.SolvedAtCare = time.Time{}, "", "", false
	d.t.Engaged = nil // who goes on with it, begins anew
	d.notOver()
	d.reopened = true
}

// step records a milestone at its newest time.
func (d *decision) step(kind, to string) {
	d.t.Steps = slices.DeleteFunc(d.t.Steps, func(s desk.Step) bool { return s.Kind == kind })
	d.mark(kind, to)
}

// once records a milestone unless it was reached before.
func (d *decision) once(kind, to string) {
	if !slices.ContainsFunc(d.t.Steps, func(s desk.Step) bool { return s.Kind == kind }) {
		d.mark(kind, to)
	}
}

func (d *decision) mark(kind, to string) {
	d.t.Steps = append(d.t.Steps, desk.Step{Kind: kind, At: d.now, By: d.actor.Person, To: to})
}

// waits starts the customer's waiting time, which a further message does not
// start again (BEHAVIOURS 1.22).
func (d *decision) waits() { d.waitsFrom(d.now) }

func (d *decision) waitsFrom(at time.Time) {
	d.owes(at)
	if d.reopened { // what was not solved has waited since it came (BEHAVIOURS 4.6)
		at = d.t.Created
	}
	if d.t.WaitingSince.IsZero() && !d.lesser {
		d.t.WaitingSince = at
	}
}

// ownRead moves the actor's read position over what they just wrote, if they
// had seen everything before it.
func (d *decision) ownRead() {
	if d.clerk() || d.aside {
		return
	}
	for _, e := range d.st.Tail {
		if e.Author != d.actor.Person {
			return
		}
	}
	if at := d.lastSeq(); at > d.st.ReadUpTo {
		d.read = at
	}
}

// publicSeq is the newest Seq for customers.
func (d *decision) publicSeq() uint64 {
	if d.lesser {
		return d.t.LastSeq
	}
	return d.t.PublicSeq
}

// lastSeq is the newest Seq in the actor's audience.
func (d *decision) lastSeq() uint64 {
	if d.actor.Role.Staff() || d.lesser {
		return d.t.LastSeq
	}
	return d.t.PublicSeq
}

// finish gives the change, with the versions and the people as they are now.
func (d *decision) finish() desk.Change {
	d.chatMoves()
	if len(d.purge) > 0 {
		return desk.Change{Ticket: *d.st.Ticket, HeadSame: true, Purge: d.purge}
	}
	if len(d.entries) == 0 && !d.touched {
		ch := desk.Change{ReadUpTo: d.read, HeadSame: true, Follows: d.follow}
		if d.st.Ticket != nil {
			ch.Ticket = *d.st.Ticket
		}
		return ch
	}
	// What the desk tells the team of it is nothing the customer has read.
	if slices.ContainsFunc(d.entries, func(e desk.Entry) bool { return e.Audience == desk.Public || d.actor.Role.Staff() }) {
		d.ownRead()
	}
	if !d.still {
		d.deadlines()
		d.clocks()
	}
	d.retain()
	d.stillLater()
	d.people()
	d.covers()
	d.name()
	d.t.Version++
	if !d.lesser {
		var before desk.CustomerTicket
		if d.st.Ticket != nil {
			before = access.Customer(d.st.Ticket)
		}
		if !reflect.DeepEqual(before, access.Customer(&d.t)) {
			d.t.PublicVersion++
		}
	}
	return desk.Change{Ticket: d.t, Entries: d.entries, ReadUpTo: d.read, Counts: d.counts, Calls: d.joined}
}

// people keeps the names of everybody the head speaks of and of nobody else. A
// name stays as it was when the person came in. It is taken anew for whom
// customers meet for the first time, so that no trace of an earlier note
// remains, and for who is put into CC: they take part as what they are now.
func (d *decision) people() {
	var before map[desk.PersonID]bool
	var ccs []desk.PersonID
	if d.st.Ticket != nil {
		before, ccs = access.PublicRefs(d.st.Ticket), d.st.Ticket.CCs
	}
	public := access.PublicRefs(&d.t)
	if d.lesser {
		public[d.t.LastBy] = true
	}
	want := map[desk.PersonID]bool{d.t.LastBy: true}
	for p := range public {
		want[p] = true
	}
	for _, p := range slices.Concat(d.t.Followers, d.t.Page.To, d.t.Escalation.Told.To, []desk.PersonID{d.t.Hold.By}) {
		want[p] = true
	}
	delete(want, "")
	kept := d.t.People[:0]
	for _, n := range d.t.People {
		fresh := public[n.ID] && !before[n.ID] || slices.Contains(d.t.CCs, n.ID) && !slices.Contains(ccs, n.ID)
		if want[n.ID] && !fresh {
			kept = append(kept, n)
			delete(want, n.ID)
		}
	}
	var add []desk.Named
	for p := range want {
		add = append(add, d.named(p))
	}
	slices.SortFunc(add, func(x, y desk.Named) int { return strings.Compare(string(x.ID), string(y.ID)) })
	d.t.People = append(kept, add...)
}

// named describes a person as the place knows them now.
func (d *decision) named(id desk.PersonID) desk.Named {
	n := desk.Named{ID: id, Name: d.nameOf(id)}
	p, known := d.st.Place.People[id]
	memberships := p.Memberships
	switch {
	case id == d.actor.Person:
		n.Staff = d.actor.Role.Staff()
		memberships = d.actor.Memberships
	case known:
		n.Staff = p.Role.Staff()
	}
	if n.Staff {
		n.Mask = d.mask(id)
		return n
	}
	for _, m := range memberships {
		if n.Org == "" || m.Org == d.t.Org {
			n.Org = m.Org
		}
	}
	return n
}

func (d *decision) nameOf(id desk.PersonID) string {
	if p, ok := d.st.Place.People[id]; ok && p.Name != "" {
		return p.Name
	}
	if id == d.actor.Person && d.actor.Name != "" {
		return d.actor.Name
	}
	return string(id)
}
