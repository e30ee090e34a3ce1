package ledger_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/storage/ledger"
)

// TestCostIsWhatChanged grows one ledger tenfold and tenfold again and counts
// what the same work asks of the database each time. The counts must not know
// how much is there.
func TestCostIsWhatChanged(t *testing.T) {
	sizes := []int{1_000, 10_000, 100_000}
	if withRace {
		sizes = sizes[:2] // the task "test" runs the third without the detector
	}
	w := newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "ledger.db"))
	var first map[string]ledger.Counters
	have := 0
	for _, n := range sizes {
		start := time.Now()
		for ; have < n; have += 1000 {
			w.update(func(tx *ledger.Tx) error {
				for i := have + 1; i <= have+1000; i++ {
					if _, err := w.doIn(tx, "ann", ticketID(i), ask("ann", "mail")); err != nil {
						return err
					}
				}
				return nil
			})
		}
		t.Logf("%d tickets after %v more", n, time.Since(start).Round(time.Millisecond))
		got := w.costs(n)
		if first == nil {
			first = got
			continue
		}
		for what, b := range got {
			a := first[what]
			for _, p := range [][2]uint64{
				{a.RowsRead, b.RowsRead}, {a.RowsWritten, b.RowsWritten}, {a.Statements, b.Statements}, {a.Encodes, b.Encodes}, {a.Commits, b.Commits},
			} {
				if p[1]*5 > p[0]*6 || p[1]*5 < p[0]*4 {
					t.Errorf("%s: %+v at 1,000 tickets and %+v at %d", what, a, b, n)
				}
			}
		}
	}
}

// costs counts a reply, coming back after missing nothing and a hundred
// changes, and a page of a snapshot, with n tickets there.
func (w *world) costs(n int) map[string]ledger.Counters {
	w.Helper()
	measure := func(fn func()) ledger.Counters {
		a := w.l.Counters()
		fn()
		b := w.l.Counters()
		return ledger.Counters{
			Statements: b.Statements - a.Statements, RowsRead: b.RowsRead - a.RowsRead,
			RowsWritten: b.RowsWritten - a.RowsWritten, Encodes: b.Encodes - a.Encodes, Commits: b.Commits - a.Commits,
		}
	}
	w.do("eve", ticketID(n/2), desk.Reply{Text: "warm"})
	w.comeBack("eve", nil) // likewise
	cost := map[string]ledger.Counters{}
	cost["a reply"] = measure(func() { w.do("eve", ticketID(n/2), desk.Reply{Text: "again"}) })
	w.clock = w.clock.Add(time.Hour)                                           // so that it moves among the newest
	w.update(func(tx *ledger.Tx) error { return tx.Touch("nobody", w.clock) }) // and nothing is remembered
	cost["the first reply to a ticket"] = measure(func() { w.do("eve", ticketID(n/2+1), desk.Reply{Text: "hello"}) })
	at, _ := w.comeBack("eve", nil)
	cost["nothing missed"] = measure(func() { w.comeBack("eve", at) })
	for i := range 100 {
		w.do("ada", ticketID(n/200+3+i*(n/100)), desk.AddNote{Text: fmt.Sprint("note ", i)})
	}
	missed := 0
	cost["a hundred changes missed"] = measure(func() { _, missed = w.comeBack("eve", at) })
	if missed != 100 {
		w.Errorf("%d tickets told of after a hundred changes", missed)
	}
	cost["a page"] = measure(func() {
		w.view(func(tx *ledger.Tx) error { _, err := tx.Page("s/dept/front", "", 32<<10, "eve", ""); return err })
	})
	cost["the head of the queue"] = measure(func() { w.headFor(desk.Actor{Person: "eve", Departments: []desk.DeptID{"front", "hosting"}}) })
	if got := cost["the head of the queue"]; got.RowsRead > 3 { // a row for each department with tickets, and the ticket
		w.Errorf("the head of the queue: %+v", got)
	}
	for what, c := range cost {
		w.Logf("%6d tickets, %s: %+v", n, what, c)
	}
	if got := cost["a reply"]; got.Encodes != 4 || got.Commits != 1 { // head and entry, once per audience; one fsync
		w.Errorf("a reply: %d encoded in %d commits, want 4 in 1", got.Encodes, got.Commits)
	}
	if got := cost["a reply"]; got.Statements > 11 || got.RowsRead > 1 || got.RowsWritten > 15 {
		w.Errorf("a reply: %+v", got)
	}
	if got := cost["nothing missed"]; got.RowsRead > 20 || got.RowsWritten+got.Encodes+got.Commits != 0 {
		w.Errorf("coming back after nothing: %+v", got)
	}
	// Of each: its lane row, its head and its entry.
	if got := cost["a hundred changes missed"]; got.RowsRead > 3*100+20 || got.Encodes+got.Commits != 0 {
		w.Errorf("coming back after a hundred changes: %+v", got)
	}
	return cost
}

// comeBack asks the ledger what the hub asks when a device says hello: who it
// is, where its lanes are, and what it missed.
func (w *world) comeBack(who desk.PersonID, at map[desk.LaneID]desk.Cursor) (heads map[desk.LaneID]desk.Cursor, items int) {
	w.Helper()
	w.view(func(tx *ledger.Tx) error {
		if _, err := tx.RightsRevision(); err != nil {
			return err
		}
		a, err := tx.Actor(who)
		if err != nil {
			return err
		}
		if _, err := tx.AuthEpoch(who); err != nil {
			return err
		}
		if heads, err = tx.Heads(access.LanesFor(a)); err != nil {
			return err
		}
		for lane, from := range at {
			if from.Seq == heads[lane].Seq {
				continue
			}
			b, ok, err := tx.Batch(lane, from, who, 200)
			if err != nil || !ok {
				return fmt.Errorf("batch of %s: %v %w", lane, ok, err)
			}
			items += len(b.Items)
		}
		return nil
	})
	return heads, items
}
