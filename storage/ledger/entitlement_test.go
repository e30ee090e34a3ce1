package ledger_test

import (
	"context"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
)

// What is used is kept with each ticket opened, once, and begins anew with a
// new period.
func TestUseIsKept(t *testing.T) {
	stores(t, func(w *world) {
		used := func(since time.Time) (n int) {
			err := w.l.View(context.Background(), func(tx *ledger.Tx) (err error) {
				n, err = tx.Use("org/bakery", "gold", since)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		open := func(n int, c desk.Cover) {
			t.Helper()
			err := w.l.Update(context.Background(), func(tx *ledger.Tx) error {
				_, _, err := tx.Apply(desk.Change{Ticket: desk.Ticket{ID: ticketID(n), Version: 1, PublicVersion: 1, Department: "front", Requester: "ann", Cover: c}}, "ann")
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		gold := desk.Cover{Entitlement: "gold", Owner: "org/bakery", Since: first}
		open(51, gold)
		open(52, gold)
		if got := used(first); got != 2 {
			t.Errorf("used %d, want 2", got)
		}
		lapsed := gold
		lapsed.Lapsed = desk.LapseEnded
		open(53, lapsed)
		open(54, desk.Cover{Entitlement: "gone", Lapsed: desk.LapseUnknown})
		if got := used(first); got != 2 {
			t.Errorf("what counts for nothing was counted: %d", got)
		}
		next := gold
		next.Since = first.AddDate(1, 0, 0)
		open(55, next)
		if got := used(next.Since); got != 1 {
			t.Errorf("the new period begins at %d, want 1", got)
		}
	})
}
