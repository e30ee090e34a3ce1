package runtest

import (
	"context"
	"fmt"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
	"docket/storage/ledger"
)

// Filled is the id of ticket n of those Fill makes.
func Filled(n int) desk.TicketID {
	return desk.TicketID(fmt.Sprintf("019c0000-0000-7000-8000-%012x", n))
}

// Fill brings the ledger to n tickets, opened by elif in hosting as she would
// have opened them, a thousand in a transaction. have are there already. Nobody
// who is connected is told.
func (s *Server) Fill(have, n int) {
	s.t.Helper()
	began := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for have < n {
		to := min(have+1000, n)
		err := s.Ledger.Update(context.Background(), func(tx *ledger.Tx) error {
			elif, err := tx.Actor("elif")
			if err != nil {
				return err
			}
			place, err := tx.Place()
			if err != nil {
				return err
			}
			for i := have + 1; i <= to; i++ {
				at := began.Add(time.Duration(i) * time.Second)
				ch, err := flow.Decide(desk.State{Place: place}, desk.Command{
					ID: desk.CommandID(UUID()), Ticket: Filled(i), Composed: at,
					Args: desk.Open{Subject: fmt.Sprint("About ", i), Text: "The page shows error 502 since this morning.", Department: "hosting", Org: "bakery"},
				}, elif, at)
				if err != nil {
					return err
				}
				if _, _, err := tx.Apply(ch, "elif"); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			s.t.Fatal(err)
		}
		have = to
	}
}

// Current makes a client that holds everything its person may see already,
// without having been sent it.
func (s *Server) Current(person desk.PersonID) *Client {
	s.t.Helper()
	c := s.Client(person)
	var me desk.Actor
	if err := s.Ledger.View(context.Background(), func(tx *ledger.Tx) (err error) {
		me, err = tx.Actor(person)
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	c.Cursors = s.Heads(access.LanesFor(me))
	return c
}
