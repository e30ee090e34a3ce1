package app

import (
	"maps"
	"slices"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/storage/outbox"
)

// parted are the commands that make a ticket out of a message and have not come
// back, by the ticket they make (BEHAVIOURS 0.20). Those the server refused
// make none.
func (s *session) parted() map[desk.TicketID]outbox.Item {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := map[desk.TicketID]outbox.Item{}
	for _, items := range s.pending {
		for _, it := range items {
			if a, is := it.Command.Args.(desk.Split); is && a.As != "" && !it.State.NeedsPerson() {
				out[a.As] = it
			}
		}
	}
	return out
}

// splitOff lays a ticket that only such a command makes so far; nil where none
// does. What the rules would not let through makes none either.
func (s *session) splitOff(l *laid, id desk.TicketID) *desk.Ticket {
	it, is := s.parted()[id]
	if !is {
		return nil
	}
	from, read, err := s.cache.Ticket(it.Command.Ticket)
	if err != nil || slices.ContainsFunc(from.Links, func(x desk.Link) bool { return x.Ticket == id }) {
		return nil // it is made, and comes or is not for these eyes
	}
	st := desk.State{Ticket: &from, Place: s.place(), ReadUpTo: read, About: s.about(it.Command)}
	ch, err := flow.Decide(st, it.Command, s.me(), it.QueuedAt)
	if err != nil {
		return nil
	}
	for made := ch.Beside; made != nil; made = made.Beside {
		if made.Ticket.ID != id {
			continue
		}
		if it.State.Waiting() {
			l.waiting++
		}
		for _, e := range made.Entries {
			l.entries = append(l.entries, pendingEntry{e, it})
		}
		return &made.Ticket
	}
	return nil
}

// made are the tickets that are only here, by id: opened, or made of a message.
func (s *session) made() []desk.TicketID {
	ids := slices.Collect(maps.Keys(s.parted()))
	s.mu.RLock()
	defer s.mu.RUnlock()
	for id, items := range s.pending {
		if slices.ContainsFunc(items, func(it outbox.Item) bool { return it.Command.Args.Kind() == desk.CmdOpen }) {
			ids = append(ids, id)
		}
	}
	return ids
}
