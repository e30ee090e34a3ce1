package app

import (
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/app/desk/policy"
	"docket/storage/cache"
	"docket/storage/outbox"
)

// Together is what a ticket has to do with others, as far as its reader may
// know of those: the one it goes on in, those that go on in it, those that may
// be the same matter, and who has the same trouble.
type Together struct {
	Into   *LinkInfo  `json:"into"`
	Merged []LinkInfo `json:"merged"`
	// Alike are of the kinds burst (they came within minutes) and open.
	Alike  []LinkInfo   `json:"alike"`
	Joined []JoinedInfo `json:"joined"`
}

// LinkInfo is another ticket this one belongs to, which the reader has too.
type LinkInfo struct {
	Kind    string `json:"kind"`
	Ticket  string `json:"ticket"`
	Number  string `json:"number"`
	Subject string `json:"subject"`
}

// MergeChoice is a ticket that another could go on in.
type MergeChoice struct {
	Ticket  string `json:"ticket"`
	Number  string `json:"number"`
	Subject string `json:"subject"`
	Who     string `json:"who"`
	// Like is a policy.Likeness, Fault why it cannot be.
	Like  string `json:"like"`
	Fault *Fault `json:"fault"`
}

// The most tickets of a person that are looked at, and that are offered.
const (
	mostOfPerson = 30
	mostAlike    = 3
)

func (s *session) together(r *rower, t *desk.Ticket, may bool) Together {
	v := Together{Merged: []LinkInfo{}, Alike: []LinkInfo{}, Joined: r.joined(t)}
	if x, ok := s.linkTo("into", t.Into); ok {
		v.Into = &x
	}
	for _, id := range mergedIDs(t) {
		if x, ok := s.linkTo("merged", id); ok {
			v.Merged = append(v.Merged, x)
		}
	}
	if may {
		v.Alike = s.alike(t)
	}
	return v
}

// mergedIDs are the tickets that go on in t, as the reader's form of it has them.
func mergedIDs(t *desk.Ticket) []desk.TicketID {
	if len(t.Merged) == 0 {
		return t.MergedTold
	}
	var out []desk.TicketID
	for _, p := range t.Merged {
		out = append(out, p.Ticket)
	}
	return out
}

// linkTo tells of another ticket to who has it; of one they have not, nothing.
func (s *session) linkTo(kind string, id desk.TicketID) (LinkInfo, bool) {
	if id == "" {
		return LinkInfo{}, false
	}
	l, err := s.lay(id)
	if err != nil {
		return LinkInfo{}, false
	}
	return LinkInfo{Kind: kind, Ticket: string(id), Number: numberOf(&l.ticket), Subject: l.ticket.Subject}, true
}

// asked is a ticket with the words it was opened with.
func (s *session) asked(t *desk.Ticket) policy.Opening {
	a := policy.Opening{Ticket: t}
	if first, err := s.cache.Entries(t.ID, 2, 1); err == nil && len(first) > 0 {
		a.Text = first[0].Text
	}
	return a
}

// alike are the newest of who asked that may be the same matter.
func (s *session) alike(t *desk.Ticket) []LinkInfo {
	out := []LinkInfo{}
	rows, err := s.cache.AskedBy(t.Requester, mostOfPerson)
	if err != nil || t.Status.Done() {
		return out
	}
	me, this := s.me(), s.asked(t)
	for _, row := range rows {
		x := &row.Ticket
		if len(out) == mostAlike || x.ID == t.ID || x.Status.Done() || !can(me, x, desk.CmdMerge) {
			continue
		}
		if like := policy.Alike(this, s.asked(x)); like != "" {
			out = append(out, LinkInfo{Kind: string(like), Ticket: string(x.ID), Number: numberOf(x), Subject: x.Subject})
		}
	}
	return out
}

// other is the ticket a command concerns beside its own, if it is here.
func (s *session) other(cmd desk.Command, head *desk.Ticket) *desk.Ticket {
	id := desk.TicketID("")
	switch a := cmd.Args.(type) {
	case desk.Merge:
		id = a.Into
	case desk.Unmerge:
		if head != nil {
			id = head.Into
		}
	case desk.SetFix:
		if id = a.Problem; id == "" && head != nil {
			id = head.Fix.Problem
		}
		if l, err := s.lay(id); id != "" && err == nil {
			return &l.ticket // a problem may have been opened here
		}
	}
	if id == "" {
		return nil
	}
	t, _, err := s.cache.Ticket(id)
	if err != nil {
		return nil
	}
	return &t
}

// touches reports whether a command is given one ticket and changes another, too.
func touches(it outbox.Item) bool {
	switch it.Command.Args.(type) {
	case desk.Merge, desk.Unmerge, desk.SetFix:
		return true
	}
	return false
}

// touching are the commands not settled yet that another ticket is given and
// that change this one, too.
func (s *session) touching(id desk.TicketID) (out []outbox.Item) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for from := range s.touches {
		for _, it := range s.pending[from] {
			switch a := it.Command.Args.(type) {
			case desk.Merge:
				if a.Into == id {
					out = append(out, it)
				}
			case desk.Unmerge:
				if a.From == id {
					out = append(out, it)
				}
			case desk.SetFix:
				if a.Problem == id {
					out = append(out, it)
				}
			}
		}
	}
	return out
}

// layTouching lays over a ticket what is done to another and concerns it.
func (s *session) layTouching(l *laid, head *desk.Ticket) *desk.Ticket {
	if head == nil {
		return nil
	}
	for _, it := range s.touching(head.ID) {
		if it.State.NeedsPerson() || here(head, it.Command) {
			continue
		}
		t, _, err := s.cache.Ticket(it.Command.Ticket)
		if err != nil {
			continue
		}
		st := desk.State{Ticket: &t, Place: s.place(), Other: head}
		ch, err := flow.Decide(st, it.Command, s.me(), it.QueuedAt)
		if err != nil || ch.Beside == nil {
			continue
		}
		head = &ch.Beside.Ticket
		for _, e := range ch.Beside.Entries {
			l.entries = append(l.entries, pendingEntry{e, it})
		}
	}
	return head
}

// here reports whether head has what a command on another ticket does to it.
func here(head *desk.Ticket, cmd desk.Command) bool {
	if cmd.Args.Kind() == desk.CmdFix {
		return slices.Contains(head.Fix.Waiting, cmd.Ticket)
	}
	has := slices.ContainsFunc(head.Merged, func(p desk.Part) bool { return p.Ticket == cmd.Ticket })
	return has == (cmd.Args.Kind() == desk.CmdMerge)
}

// MergeTicket queues that a ticket goes on in another.
func (a *API) MergeTicket(ticket, into string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		id, err := ticketID(into)
		return desk.Merge{Into: id}, err
	})
}

// UnmergeTicket queues taking a ticket out of the one it goes on in.
func (a *API) UnmergeTicket(ticket string) error {
	return a.do(ticket, func(_ *session, t *desk.Ticket) (desk.Args, error) { return desk.Unmerge{From: t.Into}, nil })
}

// SplitTicket queues that a message becomes a ticket of its own, or, for a
// customer, asks for it. The message is named by its EntryView.Ref.
func (a *API) SplitTicket(ticket string, message int, subject, dept string) error {
	return a.do(ticket, func(s *session, t *desk.Ticket) (desk.Args, error) {
		x := desk.Split{Message: uint64(max(message, 0))} //nolint:gosec // not negative
		if !s.me().Role.Staff() || t.Requester == s.me().Person {
			return x, nil
		}
		var err error
		if x.Subject, err = line("subject", subject, maxReason); err != nil {
			return nil, err
		}
		if dept != "" {
			if x.Department, err = department(dept); err != nil {
				return nil, err
			}
		}
		x.As = desk.TicketID(newID())
		return x, nil
	})
}

// MergeChoices gives tickets that another could go on in: found by query, or
// without one the newest of who asked, what may be the same matter first.
func (a *API) MergeChoices(ticket, query string) ([]MergeChoice, error) {
	s, l, query, rows, err := a.others(ticket, query, func(s *session, l laid) ([]cache.Row, error) { return s.cache.AskedBy(l.ticket.Requester, maxFound) })
	if err != nil {
		return nil, err
	}
	r, this := s.rower(), s.asked(&l.ticket)
	out := []MergeChoice{}
	for _, row := range rows {
		t := &row.Ticket
		if t.ID == l.ticket.ID || query == "" && (t.Status.Done() || t.Into != "") {
			continue
		}
		c := MergeChoice{Ticket: string(t.ID), Number: numberOf(t), Subject: t.Subject, Who: r.name(t, t.Requester)}
		if c.Like = string(policy.Alike(this, s.asked(t))); c.Like == "" && t.Requester == l.ticket.Requester {
			c.Like = "same"
		}
		cmd := s.command(l.ticket.ID, l.confirmed, desk.Merge{Into: t.ID})
		if _, err := flow.Decide(desk.State{Ticket: &l.ticket, Place: r.place, Other: t}, cmd, r.me, r.now); err != nil {
			c.Fault = fault(desk.AsError(err))
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(x, y MergeChoice) int { return likeRank(x) - likeRank(y) })
	return out, nil
}

// others gives the tickets found by a query, or without one those of usual.
func (a *API) others(ticket, query string, usual func(*session, laid) ([]cache.Row, error)) (*session, laid, string, []cache.Row, error) {
	s, l, err := a.on(ticket)
	if err != nil {
		return nil, laid{}, "", nil, err
	}
	if query, err = line("query", query, 400); err != nil {
		return nil, laid{}, "", nil, err
	}
	var rows []cache.Row
	if query != "" {
		rows, err = s.cache.Find(query, maxFound)
	} else {
		rows, err = usual(s, l)
	}
	return s, l, query, rows, err
}

func likeRank(c MergeChoice) int {
	at := slices.Index([]string{string(policy.AlikeBurst), string(policy.AlikeOpen), "same"}, c.Like)
	if at < 0 {
		at = 3
	}
	if c.Fault != nil {
		at += 4
	}
	return at
}

// MoveDraft takes the reply that is being written on a ticket along to the one
// that goes on. Answers to what was asked there stay there.
func (a *API) MoveDraft(ticket, to string) (Draft, error) {
	s, l, err := a.on(ticket)
	if err != nil {
		return Draft{}, err
	}
	_, there, err := a.on(to)
	if err != nil {
		return Draft{}, err
	}
	from, ok := s.out.Draft(draftKey(l.ticket.ID, outbox.DraftReply))
	if !ok || from.Text == "" && len(from.Files) == 0 {
		return Draft{}, &desk.Error{Code: desk.CodeNotFound, Message: "There is no draft here to take along.", Hint: "Write it where it should go."}
	}
	key := draftKey(there.ticket.ID, outbox.DraftReply)
	moved, had := s.out.Draft(key)
	if !had {
		moved = outbox.Draft{Key: key, Ticket: there.ticket.ID, Kind: outbox.DraftReply, Basis: there.confirmed}
	}
	moved.Text, moved.Updated = joined(strings.TrimRight(moved.Text, "\n"), from.Text), a.now()
	moved.Files = append(slices.Clone(moved.Files), from.Files...)
	// It is twice on the disk rather than nowhere.
	if err := s.out.PutDraft(moved); err != nil {
		return Draft{}, err
	}
	from.Text, from.Files = "", nil
	if from.Empty() {
		err = s.out.DropDraft(from.Key)
	} else {
		err = s.out.PutDraft(from)
	}
	if err != nil {
		return Draft{}, err
	}
	s.tell.moved([]desk.TicketID{l.ticket.ID, there.ticket.ID})
	return s.viewDraft(moved), nil
}

// elsewhereHint is what stands under the text field of what goes on elsewhere.
func (s *session) elsewhereHint(t *desk.Ticket) string {
	where := say("another one")
	if x, ok := s.linkTo("into", t.Into); ok {
		where = x.Number
	}
	return say("This goes on in {number}. What is written here stays here and is heard there.", "number", where)
}

// matterLine is one plain sentence for what was put together or taken apart.
func (r *rower) matterLine(t *desk.Ticket, e desk.Entry, who string) string {
	other := r.otherOf(t, e)
	switch e.Kind {
	case desk.Merged:
		return say("{who} put this together with {other}; it goes on there", "who", who, "other", or(other, say("another one")))
	case desk.TookIn:
		return say("{who} put {other} together with this; it goes on here", "who", who, "other", or(other, say("another one")))
	case desk.Unmerged:
		return say("{who} took this and {other} apart again", "who", who, "other", or(other, say("the other one")))
	case desk.WroteBeside:
		return say("{who} wrote in {other}, which goes on here", "who", who, "other", or(other, say("another one")))
	case desk.SplitMade:
		return say("{who} made a request of its own of a message here", "who", who) + more(other)
	case desk.SplitOff:
		return say("{who} made this a request of its own, out of {other}", "who", who, "other", or(other, say("another one")))
	case desk.SplitAsked:
		s := say("{who} asked for a request of its own", "who", who)
		if of := r.s.referred(t.ID, e.Refers); of != nil {
			s = say("{who} asked for a request of its own for “{text}”", "who", who, "text", excerptOf(shown(of.Phrase, of.Said())))
		}
		return s
	case desk.JoinedIt:
		if e.From != "" {
			return say("{who} no longer waits for this", "who", who)
		}
		return say("{who} {who, select, You {have} other {has}} the same trouble", "who", who) + more(e.Text)
	}
	return unknownLine()
}

// otherOf is the number of the ticket an entry tells of; "" for who has it not.
// A customer's entries do not name it, and their head does while they may know.
func (r *rower) otherOf(t *desk.Ticket, e desk.Entry) string {
	id := e.Other
	switch {
	case id != "":
	case e.Kind == desk.Merged:
		id = t.Into
	case e.Kind == desk.TookIn && len(t.MergedTold) == 1:
		id = t.MergedTold[0]
	case e.Kind == desk.SplitMade || e.Kind == desk.SplitOff:
		kind := map[desk.Kind]desk.LinkKind{desk.SplitMade: desk.SplitInto, desk.SplitOff: desk.SplitFrom}[e.Kind]
		for _, l := range t.Links {
			if l.Kind == kind {
				id = l.Ticket
			}
		}
	}
	x, _ := r.s.linkTo("", id)
	return x.Number
}
