package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"docket/app/desk"
	"docket/storage/ledger"
)

// whole compares what a transaction sees of a ticket with what a reader sees
// afterwards.
func (w *world) whole(tx *ledger.Tx, t desk.TicketID) string {
	w.Helper()
	head, err := tx.Ticket(t)
	if err != nil {
		w.Fatal(err)
	}
	out := fmt.Sprintf("v%d %d/%d", head.Version, head.LastSeq, head.PublicSeq)
	tail, err := tx.Tail(t, 0)
	if err != nil {
		w.Fatal(err)
	}
	for _, e := range tail {
		out += fmt.Sprintf(" %d:%s", e.Seq, e.Text)
	}
	read, err := tx.ReadUpTo("eve", t)
	if err != nil {
		w.Fatal(err)
	}
	out += fmt.Sprintf(" read %d", read)
	for _, customer := range []bool{false, true} {
		it, err := tx.Whole(t, customer, "eve")
		if err != nil {
			w.Fatal(err)
		}
		out += fmt.Sprintf(" %s %x", says([]desk.Item{it}), it.Head)
	}
	b, ok, err := tx.Batch("s/dept/front", desk.Cursor{Lane: "s/dept/front", Epoch: w.l.Epoch()}, "eve", 100)
	if err != nil || !ok {
		w.Fatal(ok, err)
	}
	return out + fmt.Sprintf(" %d %x %s", b.Last, b.Hash, says(b.Items))
}

// TestATransactionSeesWhatItWrote reads in the middle of a transaction, where
// rows are held back, and finds the same as a reader after the commit.
func TestATransactionSeesWhatItWrote(t *testing.T) {
	stores(t, func(w *world) {
		w.ask(1, "ann", "mail")
		var inside string
		w.update(func(tx *ledger.Tx) error {
			if err := tx.PutDevice(desk.Device{ID: "d", Person: "eve"}, []byte("token")); err != nil {
				return err
			}
			for n := range uint64(40) { // more than one INSERT carries
				if _, err := w.doIn(tx, "eve", ticketID(1), desk.Reply{Text: fmt.Sprint("reply ", n)}); err != nil {
					return err
				}
				r := desk.Receipt{Command: desk.CommandID(id(3, int(n))), DSeq: n + 1, Outcome: desk.OK, At: w.clock}
				if err := tx.SaveResult("d", n+1, r); err != nil {
					return err
				}
				if n%7 == 0 {
					w.whole(tx, ticketID(1))
				}
				if got, ok, err := tx.ResultOf("eve", r.Command); !ok || err != nil || got.DSeq != n+1 {
					return fmt.Errorf("result %d: %v %v %w", n, got, ok, err)
				}
				if err := tx.SaveResult("d", n+1, r); err == nil {
					return errors.New("a number was spent twice")
				}
			}
			inside = w.whole(tx, ticketID(1))
			if got, err := tx.Results("d", 1); err != nil || len(got) != 40 {
				return fmt.Errorf("%d results: %w", len(got), err)
			}
			if d, err := tx.Device("d"); err != nil || d.LastDSeq != 40 {
				return fmt.Errorf("device at %d: %w", d.LastDSeq, err)
			}
			return nil
		})
		w.view(func(tx *ledger.Tx) error {
			if outside := w.whole(tx, ticketID(1)); outside != inside {
				w.Errorf("inside  %s\noutside %s", inside, outside)
			}
			return nil
		})
		w.sound(w.l)
	})
}

func (w *world) sound(l *ledger.Ledger) {
	w.Helper()
	if r, err := l.CheckAll(context.Background()); err != nil {
		w.Errorf("%v: %v", err, r.Problems)
	}
}

// TestWhatIsRememberedIsTrue has two processes write to the same ledger in
// turns, and transactions that fail between them: what one remembers of its
// last commit must not stand for what another did since, or for what never was.
func TestWhatIsRememberedIsTrue(t *testing.T) {
	stores(t, func(w *world) {
		second := &world{T: w.T, l: w.open(w.dsn), clock: day, command: 1000}
		w.ask(1, "ann", "mail")
		w.update(func(tx *ledger.Tx) error { return tx.PutDevice(desk.Device{ID: "d", Person: "eve"}, []byte("token")) })
		next := uint64(1)
		reply := func(w *world, n uint64, fail error) error {
			return w.l.Update(context.Background(), func(tx *ledger.Tx) error {
				if d, err := tx.Device("d"); err != nil || d.LastDSeq != next-1 {
					return fmt.Errorf("the device is at %d and not at %d: %w", d.LastDSeq, next-1, err)
				}
				if _, err := w.doIn(tx, "eve", ticketID(1), desk.Reply{Text: "again"}); err != nil {
					return err
				}
				r := desk.Receipt{Command: desk.CommandID(id(3, w.command)), DSeq: n, Outcome: desk.OK, At: w.clock}
				if err := tx.SaveResult("d", n, r); err != nil {
					return err
				}
				return fail
			})
		}
		broken := errors.New("broken")
		for i := range 20 {
			one := w
			if i%3 == 0 {
				one = second
			}
			if i%4 == 1 {
				if err := reply(one, next, broken); !errors.Is(err, broken) {
					t.Fatal(err)
				}
			}
			if err := reply(one, next-1, nil); err == nil {
				t.Fatal("a number was spent twice")
			}
			if err := reply(one, next, nil); err != nil {
				t.Fatal(err)
			}
			next++
		}
		w.update(func(tx *ledger.Tx) error { return tx.RevokeDevice("d") })
		w.update(func(tx *ledger.Tx) error {
			if d, err := tx.Device("d"); err != nil || !d.Revoked {
				w.Errorf("the device is not revoked: %v", err)
			}
			return nil
		})
		w.view(func(tx *ledger.Tx) error {
			if head, err := tx.Ticket(ticketID(1)); err != nil || head.Version != next {
				w.Errorf("version %d after %d replies: %v", head.Version, next-1, err)
			}
			return nil
		})
		w.sound(w.l)
		w.sound(second.l)
	})
}

// TestNothingHeldBackIsLost writes what the tables refuse and does not mind.
func TestNothingHeldBackIsLost(t *testing.T) {
	stores(t, func(w *world) {
		w.ask(1, "ann", "mail")
		err := w.l.Update(context.Background(), func(tx *ledger.Tx) error {
			_, err := w.doIn(tx, "eve", ticketID(1), desk.Reply{Text: "lost"})
			if err == nil {
				err = tx.Break()
			}
			if err != nil {
				return err
			}
			_, _, _ = tx.Blob(hashOf("x")) // reads, fails, and nobody looks
			return nil
		})
		if err == nil {
			t.Error("committed without what it held back")
		}
		w.view(func(tx *ledger.Tx) error {
			if head, err := tx.Ticket(ticketID(1)); err != nil || head.Version != 1 {
				w.Errorf("version %d: %v", head.Version, err)
			}
			return nil
		})
		w.sound(w.l)
	})
}
