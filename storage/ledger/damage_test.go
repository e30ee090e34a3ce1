package ledger_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"docket/app/desk"
	"docket/storage/ledger"
)

// A batch that ends before a ticket's leave must not carry its newest head,
// which was written where this lane's readers may no longer look.
func TestBatchBeforeALeaveGivesNothingAway(t *testing.T) {
	stores(t, func(w *world) {
		w.ask(1, "ann", "mail")
		w.ask(2, "ann", "web")
		at := w.head("s/dept/front")
		w.do("eve", ticketID(1), desk.AddNote{Text: "one"})
		w.do("eve", ticketID(2), desk.AddNote{Text: "two"})
		w.do("eve", ticketID(1), desk.Refer{From: "front", To: "billing", Reason: "money"})
		b := w.batch("s/dept/front", at, "", 1)
		if got := says(b.Items); got != "leave 1" || b.Last != at.Seq+1 {
			w.Errorf("up to %d: %q", b.Last-at.Seq, got)
		}
	})
}

// What does not match its sum is an error wherever it is read.
func TestChangedBytesAreNeverServed(t *testing.T) {
	for _, change := range []string{
		"UPDATE staff_entries SET body = customer_entries.body FROM customer_entries WHERE staff_entries.seq = 1",
		"UPDATE staff_heads SET body = substr(body, 1, length(body) - 1) || x'00'",
	} {
		file := filepath.Join(t.TempDir(), "ledger.db")
		w := newWorld(t, "sqlite:"+file)
		w.ask(1, "ann", "mail")
		if err := w.l.Close(); err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite", file)
		if err != nil {
			t.Fatal(err)
		}
		_, err = db.Exec(change)
		if err = errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		w.l = w.open(w.dsn)
		for what, read := range map[string]func(tx *ledger.Tx) error{
			"whole": func(tx *ledger.Tx) error { _, err := tx.Whole(ticketID(1), false, ""); return err },
			"page":  func(tx *ledger.Tx) error { _, err := tx.Page("s/dept/front", "", 1000, "", ""); return err },
			"batch": func(tx *ledger.Tx) error {
				_, _, err := tx.Batch("s/dept/front", desk.Cursor{Epoch: w.l.Epoch()}, "", 10)
				return err
			},
			"ticket": func(tx *ledger.Tx) error {
				_, err := tx.Ticket(ticketID(1))
				_, err2 := tx.Tail(ticketID(1), 0)
				return errors.Join(err, err2)
			},
		} {
			if err := w.l.View(context.Background(), read); !errors.Is(err, desk.ErrDamaged) {
				t.Errorf("%s after %q: %v", what, change, err)
			}
		}
		if r, err := w.l.CheckAll(context.Background()); !errors.Is(err, desk.ErrDamaged) || len(r.Problems) == 0 {
			t.Errorf("check: %v, %v", r, err)
		}
	}
}
