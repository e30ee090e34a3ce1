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

// Who may know of a call that waits is asked again when somebody's rights move:
// theirs, or those of who noted it.
func TestWhoKnowsOfACallMoves(t *testing.T) {
	stores(t, func(w *world) {
		n := desk.NotedCall{ID: desk.CommandID(id(7, 1)), Code: "22-222", By: "hal", At: w.clock, Text: "x"}
		w.update(func(tx *ledger.Tx) error { return tx.NoteCall(n, "") })
		engineer := func(p desk.PersonID, depts ...desk.DeptID) {
			w.update(func(tx *ledger.Tx) error {
				_, err := tx.PutPerson(desk.Person{ID: p, Name: string(p), Role: desk.Engineer, Departments: depts})
				return err
			})
		}
		know := func(want ...desk.PersonID) {
			w.Helper()
			var got []desk.PersonID
			for _, p := range []desk.PersonID{"ada", "eve", "hal", "ivy"} {
				all := w.batch(desk.LaneID("s/user/"+p), desk.Cursor{Lane: desk.LaneID("s/user/" + p), Epoch: w.l.Epoch()}, p, 100).Items
				last := ""
				for _, it := range all {
					if it.Ref != nil && it.Ref.Kind == desk.RefCall {
						last = string(it.Kind)
					}
				}
				if last == string(desk.ItemRef) {
					got = append(got, p)
				}
			}
			if !slices.Equal(got, want) {
				w.Errorf("%v know, want %v", got, want)
			}
		}
		know("ada", "eve", "hal")
		engineer("eve", "front")
		know("ada", "hal")
		engineer("ivy", "hosting")
		know("ada", "hal", "ivy")
		engineer("hal", "front")
		know("ada", "eve", "hal")
		w.update(func(tx *ledger.Tx) error {
			_, err := tx.PutPerson(desk.Person{ID: "eve", Name: "Eve", Role: desk.Customer})
			return err
		})
		know("ada", "hal")
		engineer("eve", "front", "hosting")
		know("ada", "eve", "hal")
	})
}
