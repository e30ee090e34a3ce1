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
	if takes {
		h.chats[s] = struct{}{}
	} else {
		delete(h.chats, s)
	}
}

// Chatting gives the departments in which somebody takes chats who is connected
// to this server, in order. Whoever asks may know it of those they are offered.
func (h *Hub) Chatting(ctx context.Context) ([]desk.DeptID, error) {
	h.mu.Lock()
	people := map[desk.PersonID]bool{}
	for s := range h.chats {
		people[s.person] = true
	}
	h.mu.Unlock()
	in := map[desk.DeptID]bool{}
	if len(people) == 0 {
		return nil, nil
	}
	err := h.cfg.Store.View(ctx, func(tx Tx) error {
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
	if err := h.onlySeeing(t, looks); err != nil {
		h.complain("read who sees a ticket", err)
		return
	}
	writing := map[desk.PersonID]bool{}
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

// onlySeeing leaves out who does not see the ticket.
func (h *Hub) onlySeeing(t desk.TicketID, looks map[*Session]bool) error {
	return h.cfg.Store.View(h.ctx, func(tx Tx) error {
		head, err := tx.Ticket(t)
		if err != nil && !errors.Is(err, desk.ErrNotFound) {
			return err
		}
		for s := range looks {
			a, err := tx.Actor(s.person)
			if err != nil && !errors.Is(err, desk.ErrNotFound) {
				return err
			}
			if err != nil || !access.CanSee(a, head) {
				delete(looks, s)
			}
		}
		return nil
	})
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
