package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
)

// TestWhoIsAtTheOthers (BEHAVIOURS 3.14): of several processes on one database
// each reads who is at the others, as long as those say that they live.
func TestWhoIsAtTheOthers(t *testing.T) {
	stores(t, func(w *world) {
		two, three := w.open(w.dsn), w.open(w.dsn)
		at, lease := day, 30*time.Second
		attend := func(l *ledger.Ledger, people ...desk.Present) (ended []desk.TicketID) {
			w.Helper()
			if err := l.Update(w.Context(), func(tx *ledger.Tx) (err error) {
				ended, err = tx.Attend(people, at, at.Add(lease))
				return err
			}); err != nil {
				w.Fatal(err)
			}
			return ended
		}
		sees := func(l *ledger.Ledger, want string) {
			w.Helper()
			if err := l.View(w.Context(), func(tx *ledger.Tx) error {
				all, err := tx.Elsewhere(at)
				if err != nil {
					return err
				}
				on, err := tx.OnTicketElsewhere(ticketID(1), at)
				got := ""
				for _, p := range all {
					got += fmt.Sprintf("%s%s ", p.Person, map[bool]string{true: "+chats"}[p.Chats])
				}
				got += "on it:"
				for _, p := range on {
					got += fmt.Sprintf(" %s%s", p.Person, map[bool]string{true: "+writes"}[p.Writing])
				}
				if got != want {
					w.Errorf("got %q, want %q", got, want)
				}
				return err
			}); err != nil {
				w.Fatal(err)
			}
		}

		eve, hal := desk.Present{Person: "eve", Chats: true}, desk.Present{Person: "hal"}
		look := desk.Present{Person: "eve", Ticket: ticketID(1), Writing: true}
		attend(w.l, eve, look)
		sees(w.l, "on it:") // its own it knows without asking
		sees(two, "eve+chats eve on it: eve+writes")
		attend(two, hal, hal) // two computers at one server
		sees(w.l, "hal on it:")
		sees(three, "eve+chats eve hal on it: eve+writes")

		// What is different is written, and nothing else.
		before := w.l.Counters().RowsWritten
		attend(w.l, look, eve)
		if n := w.l.Counters().RowsWritten - before; n != 2 { // the turn and the lease
			w.Errorf("the same again wrote %d rows", n)
		}
		look.Writing = false
		attend(w.l, eve, look)
		sees(two, "eve+chats eve on it: eve")
		attend(w.l, eve)
		sees(two, "eve+chats on it:")

		// A server that says nothing any more is not believed, to the millisecond;
		// the next that says something learns what was looked at there.
		attend(w.l, eve, look)
		at = at.Add(20 * time.Second)
		attend(two, hal)
		at = day.Add(lease - time.Millisecond)
		sees(three, "eve+chats eve hal on it: eve")
		at = day.Add(lease)
		sees(three, "hal on it:")
		if ended := attend(three); len(ended) != 1 || ended[0] != ticketID(1) {
			w.Errorf("what was looked at where a server ended: %v", ended)
		}
		attend(w.l, eve) // it was only slow
		sees(three, "eve+chats hal on it:")
		attend(two)
		sees(three, "eve+chats on it:")
	})
}
