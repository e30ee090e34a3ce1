package hub

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/sync/link"
	"docket/sync/wire"
)

// looks notes what a member of staff looks at. Customers are not asked and not
// told; what they send is ignored.
func (s *Session) looks(f *wire.Look) error {
	s.lock()
	defer s.unlock()
	if !s.actor.Role.Staff() || s.look == *f {
		return nil
	}
	before := s.look.Ticket
	if f.Ticket != "" {
		seen := false
		err := s.read(func(tx Tx) error {
			t, err := tx.Ticket(f.Ticket)
			if errors.Is(err, desk.ErrNotFound) {
				return nil
			}
			seen = err == nil && access.CanSee(s.actor, t)
			return err
		})
		if err != nil {
			return s.faulty("read ticket", err)
		}
		if !seen {
			f = &wire.Look{Chats: f.Chats}
		}
	}
	if s.look.Chats != f.Chats {
		s.h.takesChats(s, f.Chats)
	}
	s.look = *f
	if before != f.Ticket {
		s.h.lookAway(s, before)
	}
	s.h.lookAt(s, *f)
	return nil
}

// crewMoved notes that who of the team is here, or what they do, is not what it
// was. mu is held.
func (h *Hub) crewMoved() {
	select {
	case h.crewd <- struct{}{}:
	default:
	}
}

// CrewMoved is sent to when Crew has something new to say.
func (h *Hub) CrewMoved() <-chan struct{} { return h.crewd }

// Crew are those of the team who are connected to this server, and what they look
// at, for the other servers.
func (h *Hub) Crew() []desk.Present {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]desk.Present, 0, len(h.crew))
	for s := range h.crew {
		_, chats := h.chats[s]
		out = append(out, desk.Present{Person: s.person, Chats: chats})
	}
	for t, sessions := range h.looks {
		for s, writing := range sessions {
			out = append(out, desk.Present{Person: s.person, Ticket: t, Writing: writing})
		}
	}
	return out
}

// Looked tells those who look at the tickets that somebody came or went at
// another server.
func (h *Hub) Looked(tickets []desk.TicketID) {
	for _, t := range tickets {
		h.tellPresence(t)
	}
}

// Here are those who are connected to this server.
func (h *Hub) Here() map[desk.PersonID]bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make(map[desk.PersonID]bool, len(h.people))
	for p, sessions := range h.people {
		out[p] = len(sessions) > 0
	}
	return out
}

func (h *Hub) takesChats(s *Session, takes bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, took := h.chats[s]; took != takes {
		h.crewMoved()
	}
	if takes {
		h.chats[s] = struct{}{}
	} else {
		delete(h.chats, s)
	}
}

// Chatting gives the departments in which somebody takes chats who is connected,
// to this server or another, in order. Whoever asks may know it of those they are
// offered.
func (h *Hub) Chatting(ctx context.Context) ([]desk.DeptID, error) {
	h.mu.Lock()
	people := map[desk.PersonID]bool{}
	for s := range h.chats {
		people[s.person] = true
	}
	h.mu.Unlock()
	in := map[desk.DeptID]bool{}
	err := h.cfg.Store.View(ctx, func(tx Tx) error {
		others, err := tx.Elsewhere(h.cfg.Clock())
		if err != nil {
			return err
		}
		for _, p := range others {
			if p.Chats {
				people[p.Person] = true
			}
		}
		for p := range people {
			a, err := tx.Actor(p)
			if err != nil && !errors.Is(err, desk.ErrNotFound) {
				return err
			}
			if err != nil || !a.Role.Staff() {
				continue
			}
			for _, d := range a.Departments {
				in[d] = true
			}
		}
		return nil
	})
	return slices.Sorted(maps.Keys(in)), err
}

func (h *Hub) lookAt(s *Session, f wire.Look) {
	if f.Ticket == "" {
		return
	}
	h.mu.Lock()
	if h.looks[f.Ticket] == nil {
		h.looks[f.Ticket] = map[*Session]bool{}
	}
	h.looks[f.Ticket][s] = f.Writing
	h.crewMoved()
	h.mu.Unlock()
	h.tellPresence(f.Ticket)
}

func (h *Hub) lookAway(s *Session, t desk.TicketID) {
	if t == "" {
		return
	}
	h.mu.Lock()
	_, was := h.looks[t][s]
	delete(h.looks[t], s)
	if len(h.looks[t]) == 0 {
		delete(h.looks, t)
	}
	if was {
		h.crewMoved()
	}
	h.mu.Unlock()
	if was {
		h.tellPresence(t)
	}
}

// tellPresence tells everybody on a ticket who is on it. Whoever cannot see it
// any more, because it moved on, is not on it. Best effort: whoever does not
// get it gets the next one.
func (h *Hub) tellPresence(t desk.TicketID) {
	h.mu.Lock()
	looks := maps.Clone(h.looks[t])
	h.mu.Unlock()
	if len(looks) == 0 {
		return
	}
	writing, err := h.onlySeeing(t, looks)
	if err != nil {
		h.complain("read who sees a ticket", err)
		return
	}
	to := make([]*Session, 0, len(looks))
	for s, w := range looks {
		writing[s.person] = writing[s.person] || w
		to = append(to, s)
	}
	people := make([]wire.Present, 0, len(writing))
	for p, w := range writing {
		people = append(people, wire.Present{Person: p, Writing: w})
	}
	slices.SortFunc(people, func(a, b wire.Present) int { return cmp.Compare(a.Person, b.Person) })
	if len(people) > 100 {
		people = people[:100]
	}
	raw, err := wire.EncodeFrame(wire.Presence{Ticket: t, People: people})
	if err != nil {
		h.complain("encode presence", err)
		return
	}
	shared := link.NewShared(raw)
	for _, s := range to {
		_ = s.conn.SendShared(shared)
	}
}

// onlySeeing leaves out who does not see the ticket, and gives who of those that
// do is on it at another server, and whether they write.
func (h *Hub) onlySeeing(t desk.TicketID, looks map[*Session]bool) (map[desk.PersonID]bool, error) {
	others := map[desk.PersonID]bool{}
	err := h.cfg.Store.View(h.ctx, func(tx Tx) error {
		head, err := tx.Ticket(t)
		if err != nil && !errors.Is(err, desk.ErrNotFound) {
			return err
		}
		sees := func(p desk.PersonID) (bool, error) {
			a, err := tx.Actor(p)
			if errors.Is(err, desk.ErrNotFound) {
				return false, nil
			}
			return err == nil && access.CanSee(a, head), err
		}
		for s := range looks {
			if ok, err := sees(s.person); err != nil {
				return err
			} else if !ok {
				delete(looks, s)
			}
		}
		elsewhere, err := tx.OnTicketElsewhere(t, h.cfg.Clock())
		if err != nil {
			return err
		}
		for _, p := range elsewhere {
			if ok, err := sees(p.Person); err != nil {
				return err
			} else if ok {
				others[p.Person] = others[p.Person] || p.Writing
			}
		}
		return nil
	})
	return others, err
}

// closeSilent closes sessions that acknowledge nothing.
func (h *Hub) closeSilent() {
	h.mu.Lock()
	all := h.snapshotLocked()
	again := h.failed
	h.failed = nil
	h.mu.Unlock()
	now := time.Now()
	for _, s := range all {
		if s.stuck(now) {
			s.conn.Fail(wire.CloseSlow, "nothing acknowledged") // Closed counts it
		}
	}
	for _, s := range again {
		h.queue.push(s)
	}
}
