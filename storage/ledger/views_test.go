package ledger_test

import (
	"testing"

	"docket/app/desk"
	"docket/storage/ledger"
)

// A saved view is told in the one lane of whose it is, goes along when it is
// shared, and with its person when their lane is another.
func TestSavedViews(t *testing.T) {
	stores(t, func(w *world) {
		lanes := []desk.LaneID{"s/user/hal", "s/user/eve", "s/user/ada", "c/user/ann", "s/dir", "s/dept/hosting", "s/dept/mail"}
		v := desk.SavedView{ID: desk.SavedViewID(id(7, 1)), Name: "Ours", Query: "is:open", By: "hal"}
		told := func(do func(tx *ledger.Tx) error, want ...desk.LaneID) {
			t.Helper()
			before := map[desk.LaneID]desk.Cursor{}
			for _, lane := range lanes {
				before[lane] = w.head(lane)
			}
			w.update(do)
			got := map[desk.LaneID]bool{}
			for _, lane := range lanes {
				got[lane] = w.head(lane).Seq > before[lane].Seq
			}
			for _, lane := range want {
				if !got[lane] {
					t.Errorf("%s hears nothing", lane)
				}
				delete(got, lane)
			}
			for lane, heard := range got {
				if heard {
					t.Errorf("%s hears of it", lane)
				}
			}
		}
		keep := func(s desk.SaveView) func(tx *ledger.Tx) error {
			return func(tx *ledger.Tx) error { return tx.KeepView(s) }
		}
		told(keep(desk.SaveView{View: v}), "s/user/hal")
		told(keep(desk.SaveView{View: v})) // the same once more
		shared := v
		shared.Department = "hosting"
		told(keep(desk.SaveView{View: shared}), "s/user/hal", "s/dept/hosting")
		w.view(func(tx *ledger.Tx) error {
			was, beside, err := tx.SavedViews("eve", desk.SavedView{ID: v.ID, Department: "hosting"})
			if err != nil || was == nil || was.Name != "Ours" || len(beside) != 1 {
				t.Errorf("there is %+v beside %+v, %v", was, beside, err)
			}
			if _, own, err := tx.SavedViews("hal", desk.SavedView{ID: v.ID}); err != nil || len(own) != 0 {
				t.Errorf("hal has %+v still, %v", own, err)
			}
			return nil
		})
		told(keep(desk.SaveView{View: v}), "s/user/hal", "s/dept/hosting")
		told(keep(desk.SaveView{View: v, Drop: true}), "s/user/hal")
		told(keep(desk.SaveView{View: v, Drop: true}))
		w.view(func(tx *ledger.Tx) error {
			if was, _, err := tx.SavedViews("hal", v); err != nil || was != nil {
				t.Errorf("it is there still: %+v, %v", was, err)
			}
			return nil
		})
	})
}
