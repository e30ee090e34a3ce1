package hub

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/sync/wire"
)

func (s *Session) push(f *wire.Push) error {
	if s.cmds == nil {
		s.cmds = rate.NewLimiter(commandRate, commandBurst)
	}
	if err := s.cmds.WaitN(s.h.ctx, len(f.Commands)); err != nil {
		return restarting()
	}
	if !s.canWrite {
		return s.send(wire.Receipts{Retry: &desk.Error{
			Code: desk.CodeWriteRefused, Message: "This Docket is too old to send; it can still read.",
			Hint: "Install the newest version. Everything written here is kept and sent afterwards.",
		}, RetryAfter: int(10 * time.Minute / time.Millisecond)})
	}
	r, err := s.h.cfg.Exec.Execute(s.h.ctx, s.device, f.Commands)
	switch {
	case errors.Is(err, desk.ErrSignIn):
		return revoked()
	case errors.Is(err, context.Canceled):
		return restarting()
	case err != nil:
		return s.faulty("execute", err)
	}
	return s.send(wire.FitAnswer(r))
}

// read runs fn in a snapshot in which the session's rights are known, and
// again if they turn out to have changed. fn must only read. mu is held.
func (s *Session) read(fn func(Tx) error) error {
	for {
		var rev uint64
		err := s.h.cfg.Store.View(s.h.ctx, func(tx Tx) (err error) {
			if rev, err = tx.RightsRevision(); err != nil || rev > s.rights {
				return err
			}
			return fn(tx)
		})
		if err != nil {
			return err
		}
		if rev <= s.rights {
			return nil
		}
		if err := s.current(rev); err != nil {
			return err
		}
	}
}

// ownBeside is the lane whose tickets a page of another need not tell again: the
// person's own, if all of its snapshot went out on this connection. Most of what
// an engineer has is also their department's, and a customer's their firm's.
func (s *Session) ownBeside(lane desk.LaneID) desk.LaneID {
	if !s.ownSent || lane == s.own.Lane {
		return ""
	}
	if _, still := s.find(s.subs, s.own.Lane); !still {
		return ""
	}
	return s.own.Lane
}

// noteOwn follows the snapshot of the person's own lane from its first page.
func (s *Session) noteOwn(token string, p *desk.Page) {
	if own := "/user/" + string(s.person); string(p.Lane) != "s"+own && string(p.Lane) != "c"+own {
		return
	}
	switch {
	case token == "":
		s.own, s.ownSent = desk.Cursor{Lane: p.Lane, Epoch: p.Epoch, Seq: p.AsOf}, p.Next == ""
	case s.own.Lane == p.Lane && s.own.Epoch == p.Epoch && s.own.Seq == p.AsOf:
		s.ownSent = p.Next == ""
	default:
		s.own, s.ownSent = desk.Cursor{}, false
	}
}

// pull sends a page of a lane's snapshot. A lane that is not the session's is
// answered with the lanes that are, whether there is such a lane or not.
func (s *Session) pull(f *wire.Pull) error {
	s.lock()
	defer s.unlock()
	// The first page is small, so that a list stands there at once; the others
	// are large, because each is a query here and a commit there.
	pageBytes := 768 << 10
	if f.Token == "" {
		pageBytes = 128 << 10
	}
	var page desk.Page
	mine := false
	err := s.read(func(tx Tx) (err error) {
		if _, mine = s.find(s.subs, f.Lane); !mine {
			return nil
		}
		page, err = tx.Page(f.Lane, f.Token, pageBytes, s.person, s.ownBeside(f.Lane))
		if f.Token != "" && err != nil && errors.Is(err, desk.ErrInvalid) {
			// The token is too old: begin again, which AsOf tells the client.
			page, err = tx.Page(f.Lane, "", pageBytes, s.person, s.ownBeside(f.Lane))
		}
		return err
	})
	if err != nil {
		return s.faulty("read page", err)
	}
	if !mine {
		return s.send(wire.Scopes{AuthEpoch: s.authEpoch, Actor: s.self(), Lanes: s.laneStates()})
	}
	body, err := wire.EncodePage(wire.FitPage(page))
	if err != nil {
		return s.faulty("encode page", err)
	}
	s.noteOwn(f.Token, &page)
	s.conn.WaitRoom() // as fetch: what does not pack well fills the queue with two
	if err := s.send(wire.Page{Lane: f.Lane, Body: body}); err != nil {
		return err
	}
	i, _ := s.find(s.subs, f.Lane)
	b := &s.subs[i]
	b.snapshot = page.Next != ""
	b.cursor = desk.Cursor{Lane: f.Lane, Epoch: page.Epoch, Seq: page.AsOf, Hash: page.Hash}
	if !b.snapshot {
		s.h.queue.push(s)
	}
	return nil
}

// fetch sends whole tickets. What is not there and what is not theirs is one
// answer.
func (s *Session) fetch(f *wire.Fetch) error {
	s.lock()
	defer s.unlock()
	var items []desk.Item
	err := s.read(func(tx Tx) error {
		items = items[:0]
		for _, id := range f.Tickets {
			it, err := s.whole(tx, id)
			if err != nil {
				return err
			}
			items = append(items, it)
		}
		return nil
	})
	if err != nil {
		return s.faulty("read ticket", err)
	}
	for _, part := range wire.SplitTickets(items) {
		// The answer may be larger than the queue. This is the session's own
		// reader: it alone waits, and takes no further question meanwhile.
		s.conn.WaitRoom()
		if err := s.send(part); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) whole(tx Tx, id desk.TicketID) (desk.Item, error) {
	gone := desk.Item{Kind: desk.ItemLeave, Ticket: id}
	t, err := tx.Ticket(id)
	if errors.Is(err, desk.ErrNotFound) || err == nil && !access.CanSee(s.actor, t) {
		return gone, nil
	}
	if err != nil {
		return gone, fmt.Errorf("ticket %s: %w", id, err)
	}
	return tx.Whole(id, !s.actor.Role.Staff(), s.person)
}
