package ledger_test

import (
	"slices"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
)

// A call is told in the own lanes of who may know of it, found by its code
// while it waits, and by its id for ever; a ticket is found by its code.
func TestNotedCalls(t *testing.T) {
	stores(t, func(w *world) {
		old := desk.TicketID("00000000-0000-7000-8000-000000000001")
		w.do("ann", old, ask("ann", "an old one"))
		fresh := w.ask(1, "ann", "mail")
		n := desk.NotedCall{ID: desk.CommandID(id(7, 1)), Code: fresh.Code(), By: "hal", At: w.clock, Text: "x"}
		lanes := []desk.LaneID{"s/user/hal", "s/user/eve", "s/user/ada", "c/user/ann", "s/dir", "s/dept/hosting"}
		before := map[desk.LaneID]desk.Cursor{}
		for _, lane := range lanes {
			before[lane] = w.head(lane)
		}
		w.update(func(tx *ledger.Tx) error { return tx.NoteCall(n, "") })
		for i, lane := range lanes {
			if told := w.head(lane).Seq > before[lane].Seq; told != (i < 3) {
				t.Errorf("%s was told: %t", lane, told)
			}
		}
		w.view(func(tx *ledger.Tx) error {
			for code, want := range map[string]int{n.Code: 1, "22-222": 0} {
				if all, err := tx.Calls(code); err != nil || len(all) != want {
					t.Errorf("under %s wait %+v, %v", code, all, err)
				}
			}
			if ids, err := tx.ByCode(n.Code, time.UnixMilli(0).Add(time.Hour)); err != nil || !slices.Equal(ids, []desk.TicketID{fresh}) {
				t.Errorf("of the code: %v, %v", ids, err)
			}
			if ids, err := tx.ByCode(old.Code(), time.UnixMilli(0).Add(time.Hour)); err != nil || len(ids) != 0 {
				t.Errorf("an old one: %v, %v", ids, err)
			}
			if ids, err := tx.ByCode(old.Code(), time.Time{}); err != nil || len(ids) != 1 {
				t.Errorf("of all: %v, %v", ids, err)
			}
			return nil
		})
		w.update(func(tx *ledger.Tx) error { return tx.CallEnds(n.ID, fresh) })
		w.view(func(tx *ledger.Tx) error {
			got, known, waits, err := tx.NotedCall(n.ID)
			if err != nil || !known || waits || got.Text != "x" {
				t.Errorf("it is %+v, known %t, waits %t, %v", got, known, waits, err)
			}
			if all, err := tx.Calls(n.Code); err != nil || len(all) != 0 {
				t.Errorf("waits still: %+v, %v", all, err)
			}
			return nil
		})
		if got := says(w.batch("s/user/eve", before["s/user/eve"], "eve", 10).Items); got != "unref call/"+string(n.ID) {
			t.Errorf("eve is told %s", got)
		}
	})
}
