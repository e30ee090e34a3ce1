package app

import (
	"errors"
	"maps"
	"slices"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/app/desk/policy"
	"docket/storage/cache"
	"docket/storage/outbox"
)

// laid is a ticket with what is pending laid over it. The cache is not touched:
// it holds only what the server confirmed.
type laid struct {
	ticket desk.Ticket
	read   uint64
	unread bool
	// confirmed is the newest Seq in the cache; 0 for a ticket only here.
	confirmed uint64
	known     bool
	entries   []pendingEntry
	// waiting and attention count items without an answer, and those with an
	// answer that needs the person.
	waiting, attention int
}

// pendingEntry is an entry that is not in the cache yet, and its item.
type pendingEntry struct {
	entry desk.Entry
	item  outbox.Item
}

// lay computes a ticket as its person should see it now. It runs the same rules
// as the server on every pending command; where those say no (something newer
// came first), the text still stands there, and the head stays as it is.
func (s *session) lay(id desk.TicketID) (laid, error) {
	b, err := s.begin(id)
	if err != nil {
		return laid{}, err
	}
	return s.over(b)
}

// over lays over it what is done to others and concerns it.
func (s *session) over(b begun) (laid, error) {
	l := b.laid
	head := s.layTouching(&l, b.head)
	if head == nil {
		return laid{}, notHere()
	}
	l.ticket = *head
	return l, nil
}

// begun is a ticket with what is pending on itself laid over it. It is kept
// while something is, so that a further command costs its own laying and a list
// that of none.
type begun struct {
	revision uint64        // of the cache, before it was read
	row      cache.Row     // as the cache has it
	items    []outbox.Item // that are laid
	laid     laid
	head     *desk.Ticket
}

// goesOn reports whether b is right as far as it goes.
func (b *begun) goesOn(revision uint64, items []outbox.Item) bool {
	return b.revision == revision && len(b.items) > 0 && len(b.items) <= len(items) && sameItems(b.items, items[:len(b.items)])
}

func (s *session) begin(id desk.TicketID) (begun, error) {
	revision := s.cache.Revision()
	s.mu.RLock()
	items, b := slices.Clone(s.pending[id]), s.begun[id]
	s.mu.RUnlock()
	if b.goesOn(revision, items) && len(b.items) == len(items) {
		return b, nil
	}
	if !b.goesOn(revision, items) {
		b = begun{revision: revision}
		var err error
		b.row, err = s.cache.Row(id)
		switch {
		case err == nil:
			b.laid.known, b.laid.confirmed, b.laid.read, b.head = true, b.row.Ticket.LastSeq, b.row.Read, &b.row.Ticket
		case !errors.Is(err, desk.ErrNotFound):
			return begun{}, err
		default:
			b.head = s.splitOff(&b.laid, id)
		}
	}
	parted := !b.laid.known && b.head != nil && len(b.items) == 0 // it hangs on another ticket's command
	if len(items) == 0 {
		return b, nil
	}
	var err error
	if b.head, err = s.layItems(&b.laid, b.head, items[len(b.items):]); err != nil {
		return begun{}, err
	}
	b.items = items
	b.laid.entries = slices.Clip(b.laid.entries)
	// What becomes of a fix hangs on what is pending on another ticket, too.
	if !parted && !slices.ContainsFunc(items, func(it outbox.Item) bool { return it.Command.Args.Kind() == desk.CmdFix }) {
		s.mu.Lock()
		if sameItems(s.pending[id], items) {
			s.begun[id] = b
		}
		s.mu.Unlock()
	}
	return b, nil
}

// layItems lays items over what is laid already.
func (s *session) layItems(l *laid, head *desk.Ticket, items []outbox.Item) (*desk.Ticket, error) {
	basis := items[0].Command.Basis
	for _, it := range items {
		basis = min(basis, it.Command.Basis)
	}
	var tail []desk.Entry
	if l.known {
		var err error
		if tail, err = s.cache.EntriesAfter(items[0].Command.Ticket, basis); err != nil {
			return nil, err
		}
		tail = upTo(tail, l.confirmed)
	}
	here := map[desk.CommandID]bool{}
	for _, e := range tail {
		here[e.Command] = true
	}
	me, place := s.me(), s.place()
	for _, it := range items {
		if here[it.ID] || it.State == outbox.Confirmed && (it.Receipt == nil || it.Receipt.Seq <= l.confirmed && l.known) {
			continue
		}
		switch {
		case it.State.NeedsPerson():
			l.attention++
		case it.State.Waiting():
			l.waiting++
		}
		opening := it.Command.Args.Kind() == desk.CmdOpen
		if it.State.NeedsPerson() && (head != nil || !opening) {
			l.entries = append(l.entries, said(it, me)...)
			continue
		}
		st := desk.State{Ticket: head, Tail: after(tail, it.Command.Basis), Place: place, ReadUpTo: l.read, About: s.about(it.Command), Other: s.other(it.Command, head)}
		ch, err := flow.Decide(st, it.Command, me, it.QueuedAt)
		if err != nil {
			if it.State == outbox.Confirmed && (errors.Is(err, desk.ErrDenied) || errors.Is(err, desk.ErrNotFound)) {
				continue // what became of it is not for their eyes any more
			}
			l.entries = append(l.entries, said(it, me)...)
			if head == nil && opening {
				head = bare(it, me)
			}
			continue
		}
		head = &ch.Ticket
		for _, e := range ch.Entries {
			if e.Kind == desk.Paged || e.Audience == desk.Internal && !me.Role.Staff() {
				continue // what the desk does when it hears of it is not said before
			}
			l.entries = append(l.entries, pendingEntry{e, it})
		}
	}
	return head, nil
}

// upTo leaves out what came into the cache after the head was read: the head
// does not know of it, so what did it is still to be laid.
func upTo(tail []desk.Entry, seq uint64) []desk.Entry {
	for i, e := range tail {
		if e.Seq > seq {
			return tail[:i]
		}
	}
	return tail
}

func after(tail []desk.Entry, seq uint64) []desk.Entry {
	for i, e := range tail {
		if e.Seq > seq {
			return tail[i:]
		}
	}
	return nil
}

// said is the entry of a command the rules do not let through: its text, as its
// author wrote it.
func said(it outbox.Item, me desk.Actor) []pendingEntry {
	e := desk.Entry{
		ID: desk.EntryID(it.ID), Ticket: it.Command.Ticket, Audience: desk.Public, Author: me.Person, AuthorName: me.Name,
		Staff: me.Role.Staff(), At: it.QueuedAt, Command: it.ID,
	}
	switch a := it.Command.Args.(type) {
	case desk.Open:
		e.Kind, e.Text, e.Files = desk.Opened, a.Text, a.Files
	case desk.Reply:
		e = sayable(a, e)
	case desk.AddNote:
		e.Kind, e.Audience, e.Text, e.Files, e.Mentions = desk.Note, desk.Internal, a.Text, a.Files, a.Mentions
	case desk.LogCall:
		return saidCall(a, e, it)
	case desk.Say:
		e.Kind, e.Text, e.Files = desk.Message, a.Text, a.Files
	case desk.RecordChat:
		e.Kind, e.Text = desk.Chat, a.Text
		e.Talk = desk.Talk{With: a.With, WithName: a.WithName, Started: a.Started}
	case desk.PostNotice:
		e.Kind, e.Text = desk.Notice, a.Text
	default:
		return nil
	}
	return []pendingEntry{{e, it}}
}

// saidCall is a call, what the team was told of it, and last the words for the
// customer, each an entry of its own.
func saidCall(a desk.LogCall, e desk.Entry, it outbox.Item) []pendingEntry {
	id := e.ID
	e.Kind, e.Talk = desk.Call, a.Talk
	out := []pendingEntry{{e, it}}
	e.Talk = desk.Talk{}
	if a.Note != "" || a.NoMessage != "" {
		e.ID, e.Kind, e.Audience, e.Text, e.Reason = id+"-1", desk.Note, desk.Internal, a.Note, a.NoMessage
		out = append(out, pendingEntry{e, it})
	}
	if a.Text != "" {
		e.ID, e.Kind, e.Audience, e.Text, e.Reason = id+"-2", desk.Message, desk.Public, a.Text, ""
		out = append(out, pendingEntry{e, it})
	}
	return out
}

// bare is the least head an opening can be shown with when the rules do not let
// it through, such as a department that is gone.
func bare(it outbox.Item, me desk.Actor) *desk.Ticket {
	a, ok := it.Command.Args.(desk.Open)
	if !ok {
		return nil
	}
	requester := me.Person
	if a.Requester != "" {
		requester = a.Requester
	}
	return &desk.Ticket{
		ID: it.Command.Ticket, Subject: a.Subject, Status: desk.New, Urgency: a.Urgency, Type: a.Type, Claim: a.Claim, Topic: a.Topic, Filled: a.Filled, Requester: requester, CCs: a.CCs, Org: a.Org,
		Department: a.Department, Private: a.Private, Created: it.QueuedAt, Updated: it.QueuedAt, LastBy: me.Person, LastText: a.Text,
	}
}

func notHere() *desk.Error {
	return &desk.Error{
		Code: desk.CodeNotFound, Message: "This ticket is not on this computer, or you cannot see it any more.",
		Hint: "If you were just given its number, wait until Docket is live.",
	}
}

// openings are the tickets that are only here, in the order they were written.
func (s *session) openings() []laid {
	var out []laid
	for _, id := range s.made() {
		if l, err := s.lay(id); err == nil && !l.known {
			out = append(out, l)
		}
	}
	sortLaid(out)
	return out
}

// shift is a ticket that stands elsewhere than the cache has it because of what
// is pending on it.
type shift struct {
	was desk.Ticket
	now laid
}

// shifts are the tickets of the cache that something is pending on.
func (s *session) shifts() []shift {
	s.mu.RLock()
	ids := slices.Sorted(maps.Keys(s.pending))
	s.mu.RUnlock()
	var out []shift
	for _, id := range ids {
		b, err := s.begin(id)
		if err != nil || !b.laid.known {
			continue
		}
		l, err := s.over(b)
		if err != nil || len(l.entries)+l.waiting+l.attention == 0 {
			continue
		}
		l.unread = b.row.Unread
		out = append(out, shift{b.row.Ticket, l})
	}
	return out
}

// in gives the parts of a view the ticket is in by the cache and by what is
// pending; "" where it is not in the view.
func (x shift) in(holds func(*desk.Ticket, bool) bool, me desk.Actor) (was, now policy.Part) {
	if holds(&x.was, x.now.unread) {
		was = policy.Section(&x.was, me)
	}
	if holds(&x.now.ticket, x.now.unread) {
		now = policy.Section(&x.now.ticket, me)
	}
	return was, now
}
