// Package model says in plain sets who may see and do what on a desk. It is
// written from the promises and not from the program: it shares the words of
// app/desk and none of its rules, and package access is not asked. The check
// beside it compares the two.
package model

import (
	"maps"
	"slices"
	"time"

	"docket/app/desk"
)

// World is everything that decides who sees what.
type World struct {
	Departments map[desk.DeptID]desk.Department
	People      map[desk.PersonID]desk.Person
	Tickets     map[desk.TicketID]*Ticket
	// Now is the desk's clock.
	Now     time.Time
	Noted   []Noted // calls that wait for their tickets
	Misuse  bool    // is counted
	Strikes map[desk.TicketID]Strike
	// Devices are those signed in, with the newest command number of each.
	Devices map[desk.DeviceID]uint64
}

// Ticket is what the model knows of one.
type Ticket struct {
	Requester, Assignee desk.PersonID
	CCs, Followers      []desk.PersonID
	Helpers             []desk.PersonID
	Approver            desk.PersonID
	Decided             desk.ApprovalState
	ForWork             bool // the yes is wanted to a plan, and not to the request itself
	Org                 desk.OrgID
	Department          desk.DeptID
	Status              desk.Status
	Private             bool
	Referrals           int
	Asks                []Ask
	Pledges             []Pledge
	Urgency             desk.Urgency
	Intended            desk.DeptID
	Page, Escalation    Call
	// Live is the chat that goes on, "" for none, and Talks who of ours has it.
	Live  desk.CommandID
	Talks desk.PersonID
	// Workaround is set once one was proposed, Worked once it was said to work.
	Workaround, Worked bool
	Proposed           int // as Later counts
	// Snoozed is set while the team has put it aside.
	Snoozed bool
	Verdict desk.Verdict
	// Problem is the team's own; Behind is the one whose fix this waits for.
	Problem  bool
	Behind   desk.TicketID
	Opened   desk.PersonID // by whom
	Judged   bool          // the team looked at how urgent it is
	Priority desk.Priority
	Fix      desk.FixState
	// Ours says of the requester and everybody in CC whether they were staff
	// when they came in.
	Ours map[desk.PersonID]bool
	// Public and Internal are the words of its entries, in their order.
	Public, Internal []string
	// Facts are those public words that say what it is about, and Later who came
	// into CC when it had how many public ones.
	Facts []string
	Later map[desk.PersonID]int
}

// Pledge is a promise that is open. Its name is the server's.
type Pledge struct {
	ID desk.PledgeID
	By desk.PersonID
}

// Ask is a question. Its ID is for whoever keeps the model to give.
type Ask struct {
	ID             desk.AskID
	Required, Open bool
	At             int // as Ticket.Later counts
}

// Clone copies everything that changes.
func (w *World) Clone() *World {
	c := &World{
		Departments: w.Departments, People: maps.Clone(w.People), Now: w.Now,
		Tickets: map[desk.TicketID]*Ticket{}, Devices: maps.Clone(w.Devices), Noted: slices.Clone(w.Noted), Misuse: w.Misuse, Strikes: maps.Clone(w.Strikes),
	}
	for id, t := range w.Tickets {
		x := *t
		x.CCs, x.Followers, x.Ours = slices.Clone(t.CCs), slices.Clone(t.Followers), maps.Clone(t.Ours)
		x.Helpers = slices.Clone(t.Helpers)
		x.Public, x.Internal = slices.Clone(t.Public), slices.Clone(t.Internal)
		x.Asks, x.Pledges = slices.Clone(t.Asks), slices.Clone(t.Pledges)
		x.Facts, x.Later = slices.Clone(t.Facts), maps.Clone(t.Later)
		c.Tickets[id] = &x
	}
	return c
}

// Answer is what somebody who asks for a change is told.
type Answer string

// The answers. Nothing is said of a ticket that is not there and of one that
// is not theirs: both are NotThere.
const (
	Yes      Answer = "yes"
	NotThere Answer = "not there"
	Denied   Answer = "denied"
	Invalid  Answer = "invalid"
)

func (w *World) staff(p desk.PersonID) bool { return w.People[p].Role.Staff() }

func (w *World) enabled(p desk.PersonID) bool {
	x, ok := w.People[p]
	return ok && !x.Disabled
}

// member is the person's access to an organization; "" for who is not in it.
func (w *World) member(p desk.PersonID, o desk.OrgID) desk.OrgAccess {
	for _, m := range w.People[p].Memberships {
		if o != "" && m.Org == o {
			return m.Access
		}
	}
	return ""
}

// Sees says who reads a ticket: whoever asked or is in CC; a colleague who may
// at least read, unless it is private; of staff whoever works in its
// department, has it, helps with it, was called to it, or was mentioned; and the admin. Who came in as a customer
// and is staff now takes no part any more, nor the other way round: what was
// for the one is not for the other.
func (w *World) Sees(p desk.PersonID, t *Ticket) bool {
	switch {
	case t == nil || !w.enabled(p):
		return false
	case w.part(p, t) || w.works(p, t):
		return true
	case w.staff(p):
		return slices.Contains(t.Followers, p)
	}
	return w.colleague(p, t) != ""
}

func (w *World) part(p desk.PersonID, t *Ticket) bool {
	return (t.Requester == p || slices.Contains(t.CCs, p)) && t.Ours[p] == w.staff(p)
}

func (w *World) works(p desk.PersonID, t *Ticket) bool {
	x := w.People[p]
	return w.staff(p) && (x.Role == desk.Admin || slices.Contains(x.Departments, t.Department) || t.Assignee == p || slices.Contains(t.Helpers, p) ||
		slices.Contains(t.Page.To, p) || slices.Contains(t.Escalation.To, p))
}

func (w *World) colleague(p desk.PersonID, t *Ticket) desk.OrgAccess {
	a := w.member(p, t.Org)
	if w.staff(p) || t.Private || a != desk.OrgRead && a != desk.OrgComment {
		return ""
	}
	return a
}

// Knows says whether the reference data a person has names somebody in full
// (with telephone), and whether at all (with title).
func (w *World) Knows(p, other desk.PersonID) (full, title bool) {
	switch {
	case w.staff(p):
		return true, true
	case w.People[other].Disabled:
		return false, false
	case w.staff(other):
		return false, !w.hidden(other)
	}
	for _, m := range w.People[p].Memberships {
		for _, n := range w.People[other].Memberships {
			title = title || m.Org == n.Org
		}
	}
	return false, title
}

// KnowsOrg says whether a person has what an organization holds.
func (w *World) KnowsOrg(p desk.PersonID, o desk.OrgID) bool {
	return w.staff(p) || slices.ContainsFunc(w.People[p].Memberships, func(m desk.Membership) bool { return m.Org == o })
}

// May answers somebody who asks for a change of t; nil for one that is not there.
func (w *World) May(p desk.PersonID, t *Ticket, args desk.Args) Answer {
	if a, ok := args.(desk.Open); ok {
		return w.mayOpen(p, a)
	}
	if _, ok := args.(desk.NoteCall); ok {
		return w.mayNote(p)
	}
	if a, ok := args.(desk.SaveView); ok {
		return w.KeepView(p, nil, a.View.Department)
	}
	if !w.Sees(p, t) {
		return NotThere
	}
	works, part := w.works(p, t), w.part(p, t)
	mine := part && t.Requester == p
	ok := works
	switch args.(type) {
	case desk.MarkRead, desk.SetFollow:
		return Yes
	case desk.RunDue:
		return Denied
	case desk.Rate:
		ok = mine
	case desk.Approve:
		ok = part && t.Approver == p
	case desk.AddNote:
		ok = w.staff(p)
	case desk.Reply, desk.AskUpload, desk.JudgeWorkaround, desk.LinkTicket, desk.FillIn, desk.Escalate, desk.Say, desk.EndChat:
		ok = works || part || w.colleague(p, t) == desk.OrgComment
	case desk.Join:
		ok = !w.staff(p)
	case desk.Split: // the asking side asks for it
		ok = works || !w.staff(p) && (part || w.colleague(p, t) == desk.OrgComment)
	case desk.SetCCs:
		ok = works || part
	case desk.Reopen: // whoever's message would do it
		ok = works || mine || !w.staff(p) && (part || w.colleague(p, t) == desk.OrgComment)
	case desk.CloseTicket, desk.SetPrivate:
		ok = works || mine
	case desk.SetHold:
		ok = works && w.leads(p)
	}
	if !ok {
		return Denied
	}
	return w.mayThis(p, t, args)
}

// mayThis looks at what exactly is asked.
func (w *World) mayThis(p desk.PersonID, t *Ticket, args desk.Args) Answer {
	works, mine := w.works(p, t), t.Requester == p
	asks := !w.staff(p) || mine // the asking side, whatever they were then
	switch a := args.(type) {
	case desk.Reply:
		return w.mayReply(p, t, a)
	case desk.SetCCs:
		leaves := len(a.Add) == 0 && !slices.ContainsFunc(a.Remove, func(x desk.PersonID) bool { return x != p })
		if !mine && !works && !leaves {
			return Denied
		}
		for _, x := range a.Add {
			news := x != t.Requester && !slices.Contains(t.CCs, x) && !slices.Contains(a.Remove, x)
			if news && !w.mayAdd(p, t.Org, x) {
				return Invalid
			}
		}
	case desk.Say:
		if t.Live == "" && a.Begin && !asks {
			return Invalid
		}
	case desk.JoinChat:
		switch {
		case mine:
			return Denied
		case t.Live == "" || t.Live != a.Chat:
			return Invalid
		}
	case desk.Rate:
		if t.Status != desk.Solved {
			return Invalid
		}
	case desk.Merge:
		return Invalid // into one that nobody has
	case desk.Split:
		if !asks || a.Message == 0 || !w.Reads(p, t, 1) || t.Status.Done() {
			return Invalid // no new ticket is named
		}
	case desk.Join:
		if !a.Leave && (mine || t.Status.Done()) {
			return Invalid
		}
	case desk.Escalate, desk.Acknowledge, desk.Deescalate:
		return t.mayCall(args)
	case desk.LogCall, desk.PostNotice:
		if mine { // they do not answer themselves
			return Denied
		}
	case desk.MakePromise, desk.ProposeWorkaround, desk.JudgeWorkaround, desk.SetFix, desk.PlanWork, desk.SnoozeTicket, desk.AskUpload, desk.CountMisuse, desk.SetBan, desk.TakeAlong:
		return w.mayKeep(p, t, args)
	case desk.Skip:
		waits := t.Status == desk.New || t.Status == desk.Triage || t.Status == desk.InProgress
		if (t.Assignee == "" || t.Assignee == p) && !waits || t.Assignee == p && !t.decided(p, nil) || t.Assignee == "" && t.Snoozed {
			return Invalid
		}
	case desk.AddNote:
		for _, x := range a.Mentions {
			if !w.enabled(x) || !w.staff(x) {
				return Invalid
			}
		}
	case desk.Approve:
		if t.Status.Done() {
			return Invalid
		}
	case desk.SetTopic, desk.FillIn, desk.Tick: // a desk without topics and forms
		return Invalid
	}
	return w.mayGive(p, t, args)
}

// mayReply looks at what goes with a message.
func (w *World) mayReply(p desk.PersonID, t *Ticket, a desk.Reply) Answer {
	works, mine := w.works(p, t), t.Requester == p
	asks := !w.staff(p) || mine // the asking side, whatever they were then
	switch {
	case len(a.Asks) > 0 && (asks || !works), len(a.Answers) > 0 && !asks, w.unheard(p, t, a.Answers):
		return Invalid
	case !a.Also.None() && asks:
		return Invalid
	case !a.Also.None() && !works:
		return Denied
	case needs(a.Asks) && a.Then != "" && a.Then != desk.WaitingCustomer:
		return Invalid
	case a.Then == "":
	case asks && a.Then != desk.Solved:
		return Invalid
	case asks && !(mine && w.part(p, t)) && !works:
		return Denied
	case !asks && a.Then != t.Status && !works:
		return Denied
	}
	return Yes
}

func needs(asks []desk.NewAsk) bool {
	return slices.ContainsFunc(asks, func(a desk.NewAsk) bool { return a.Required })
}

// mayAdd says who may be put into CC: by staff anybody, by a customer a
// colleague of the organization the ticket is for.
func (w *World) mayAdd(p desk.PersonID, o desk.OrgID, x desk.PersonID) bool {
	if !w.enabled(x) || w.staff(p) {
		return w.enabled(x)
	}
	return !w.staff(x) && slices.ContainsFunc(w.People[x].Memberships, func(m desk.Membership) bool { return o != "" && m.Org == o })
}

func (w *World) mayOpen(p desk.PersonID, a desk.Open) Answer {
	if a.Type == desk.Problem && !w.staff(p) {
		return Invalid
	}
	who := p
	if a.Requester != "" && a.Requester != p {
		if !w.staff(p) {
			return Denied
		}
		if who = a.Requester; !w.enabled(who) {
			return Invalid
		}
	}
	inOrg := a.Org == "" || slices.ContainsFunc(w.People[who].Memberships, func(m desk.Membership) bool { return m.Org == a.Org })
	if who == p && w.staff(p) {
		inOrg = a.Org == ""
	}
	if !inOrg {
		return Invalid
	}
	for _, x := range a.CCs {
		if !w.mayAdd(p, a.Org, x) {
			return Invalid
		}
	}
	if a.Approver != "" && (a.Approver == who || !w.mayAdd(p, a.Org, a.Approver)) {
		return Invalid
	}
	return Yes
}

// Do is what a change that was taken makes of the world. public and internal
// are the words it adds.
func (w *World) Do(p desk.PersonID, id desk.TicketID, args desk.Args, public, internal []string) {
	t := w.Tickets[id]
	if a, ok := args.(desk.Open); ok {
		t = w.open(p, a)
		w.Tickets[id] = t
		w.awaited(id, t)
	}
	switch a := args.(type) {
	case desk.Reply:
		w.reply(p, t, a)
	case desk.LogCall: // those that reached nobody; a message may go with them
		if a.Text != "" {
			w.reply(p, t, desk.Reply{})
		}
	case desk.SettleAsk:
		t.settle(a.Ask)
	case desk.Say:
		w.talk(p, t, a)
	case desk.JoinChat:
		w.talks(p, t)
	case desk.EndChat:
		if t.Live == a.Chat {
			t.Live = ""
		}
	case desk.Approve:
		w.decide(p, t, a.Yes)
	case desk.AddNote:
		for _, x := range a.Mentions {
			if !slices.Contains(w.People[x].Departments, t.Department) && t.Assignee != x && !slices.Contains(t.Helpers, x) && !slices.Contains(t.Followers, x) {
				t.Followers = append(t.Followers, x)
			}
		}
	case desk.CloseTicket:
		if !t.Status.Done() {
			t.Status = desk.Solved
		}
	case desk.Reopen:
		if t.Status.Done() {
			t.takeUp()
		}
	case desk.SetStatus:
		t.Status = a.To
	case desk.Assign:
		if t.Assignee != a.To {
			t.decide(a.Promises)
		}
		w.assign(t, a.To)
	case desk.ProposeWorkaround, desk.JudgeWorkaround, desk.SetFix, desk.PlanWork, desk.MakePromise, desk.SnoozeTicket, desk.AskUpload, desk.SetPriority:
		w.keep(p, t, args)
	case desk.Skip:
		if t.Assignee == p {
			w.assign(t, "")
		}
	case desk.Refer:
		if t.Department != a.To {
			t.Snoozed = false
			t.decide(a.Promises)
			for i := range t.Pledges {
				t.Pledges[i].By = ""
			}
			t.Department, t.Assignee, t.Status = a.To, "", desk.Triage
			t.Helpers, t.Talks = nil, ""
			t.Referrals++
			if t.Page.Rings {
				w.page(t)
			}
		}
	case desk.SetCCs, desk.SetHelpers:
		w.company(t, args)
	case desk.SetPrivate:
		t.Private = a.Private
	}
	w.calls(p, t, args)
	if t.Status.Done() {
		t.Snoozed = false
		t.Pledges = nil
		t.Live = "" // what is done is not talked of any more
	}
	t.Public, t.Internal = append(t.Public, public...), append(t.Internal, internal...)
}

// talk is a line of a chat, the begin of one, or a message where it is over.
func (w *World) talk(p desk.PersonID, t *Ticket, a desk.Say) {
	asks := !w.staff(p) || t.Requester == p
	switch {
	case t.Live == "" && !a.Begin:
		w.reply(p, t, desk.Reply{Text: a.Text})
		return
	case t.Live == "":
		t.Live, t.Talks = a.Chat, ""
	}
	switch {
	case !asks && w.works(p, t):
		had := t.Talks
		w.talks(p, t)
		if had != "" {
			t.Talks = had
		}
	case asks:
		t.asked()
	}
}

// talks is somebody of ours taking a chat, and the ticket if nobody has it.
func (w *World) talks(p desk.PersonID, t *Ticket) {
	if t.Talks = p; t.Assignee == "" {
		t.inherit("", p)
		t.Assignee = p
		t.unfollow(p)
		t.unhelp(p)
	}
	if t.Status == desk.New || t.Status == desk.Triage {
		t.Status = desk.InProgress
	}
}

// decide is what the approver says; a word of the asking side takes up what waits.
func (w *World) decide(p desk.PersonID, t *Ticket, yes bool) {
	decided := desk.Declined
	if yes {
		decided = desk.Approved
	}
	asks := !w.staff(p) || t.Requester == p
	if t.Decided != decided && asks {
		t.asked()
	}
	t.Decided = decided
}

func (w *World) open(p desk.PersonID, a desk.Open) *Ticket {
	t := &Ticket{Requester: p, Opened: p, Priority: desk.PriorityNormal, Org: a.Org, Department: a.Department, Intended: a.Department, Urgency: a.Urgency, Status: desk.New, Private: a.Private, Problem: a.Type == desk.Problem, Ours: map[desk.PersonID]bool{}, Later: map[desk.PersonID]int{}}
	if a.Requester != "" {
		t.Requester = a.Requester
	}
	t.Approver = a.Approver
	ccs := a.CCs
	if a.Approver != "" {
		ccs = append(slices.Clone(ccs), a.Approver)
	}
	for _, x := range ccs {
		if x != t.Requester && !slices.Contains(t.CCs, x) {
			t.CCs = append(t.CCs, x)
			t.Ours[x] = w.staff(x)
		}
	}
	t.Ours[t.Requester] = w.staff(t.Requester)
	ours := w.staff(p) && t.Requester != p
	if d := w.Departments[a.Department]; !ours && d.Entry != desk.EntryDirect && !d.Triage && !t.Problem {
		for id, x := range w.Departments {
			if x.Triage {
				t.Department = id
			}
		}
	}
	if ours && !w.works(p, t) {
		t.Followers = []desk.PersonID{p}
	}
	if a.Urgency == desk.UrgencyEmergency {
		w.page(t)
	}
	return t
}

func (w *World) reply(p desk.PersonID, t *Ticket, a desk.Reply) {
	if !w.staff(p) || t.Requester == p {
		for _, x := range a.Answers {
			t.settle(x.Ask)
		}
		waits := slices.ContainsFunc(t.Asks, func(x Ask) bool { return x.Required && x.Open })
		switch {
		case a.Then != "":
			t.Status = a.Then
		case t.Status == desk.WaitingCustomer && waits && a.Text == "" && len(a.Files) == 0 && len(a.Answers) > 0:
		default:
			t.asked()
		}
		return
	}
	for _, x := range a.Asks {
		t.Asks = append(t.Asks, Ask{Required: x.Required, Open: true, At: len(t.Public) + 1})
	}
	t.Page.ack(p)
	works := w.works(p, t)
	if works && t.Assignee == "" && !t.Status.Done() {
		t.inherit("", p)
		t.Assignee = p
		t.unfollow(p)
		t.unhelp(p)
	}
	switch {
	case needs(a.Asks):
		t.Status = desk.WaitingCustomer
	case a.Then != "":
		t.Status = a.Then
	case works && (t.Status == desk.New || t.Status == desk.Triage || t.Status == desk.InProgress):
		t.Status = desk.WaitingCustomer
	}
}

func (w *World) assign(t *Ticket, to desk.PersonID) {
	if t.Assignee == to {
		return
	}
	t.inherit(t.Assignee, to)
	t.Assignee = to
	t.unfollow(to)
	t.unhelp(to)
	switch {
	case to == "" && t.Status == desk.InProgress:
		t.Status = desk.Triage
	case to != "" && (t.Status == desk.New || t.Status == desk.Triage):
		t.Status = desk.InProgress
	}
}
