package ledger_test

import (
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/wire"
)

// tells says what can be expected by now, and gives the lanes that moved.
func (w *world) tells() []desk.Cursor {
	w.Helper()
	var moved []desk.Cursor
	w.update(func(tx *ledger.Tx) (err error) {
		moved, err = tx.Outlook(w.clock)
		return err
	})
	return moved
}

// outlook is what a lane was told of a department after a cursor.
func (w *world) outlook(lane desk.LaneID, after desk.Cursor, d desk.DeptID) (o desk.Outlook, gone bool) {
	w.Helper()
	for _, it := range w.batch(lane, after, "", 100).Items {
		if it.Ref == nil || it.Ref.Kind != desk.RefOutlook || it.Ref.ID != string(d) {
			continue
		}
		if gone = it.Kind == desk.ItemUnref; !gone {
			if err := (wire.Codec{}).Unmarshal(it.Ref.Body, &o); err != nil {
				w.Fatal(err)
			}
		}
	}
	return o, gone
}

// answer has a request of Ann's answered after a time.
func (w *world) answer(n int, after time.Duration) {
	w.Helper()
	id := w.ask(n, "ann", "mail")
	w.clock = w.clock.Add(after)
	w.do("eve", id, desk.Reply{Text: "It is back"})
}

// How soon first replies come is told out of twenty, to everybody, again only
// when it is another, and forgotten after thirty days (BEHAVIOURS 1.13).
func TestOutlook(t *testing.T) {
	stores(t, func(w *world) {
		from, team := w.head("c/dir"), w.head("s/dir")
		for n := range 19 {
			w.answer(n+1, time.Duration(n)*time.Minute)
		}
		if moved := w.tells(); len(moved) != 0 {
			t.Fatalf("out of 19 was told to %v", names(moved))
		}
		w.answer(20, 100*time.Minute)
		w.wantLanes("the twentieth", w.tells(), "c/dir", "s/dir")
		want := desk.UsualReply{Urgency: desk.UrgencyNormal, Half: 10 * time.Minute, Most: 20 * time.Minute}
		all := desk.UsualReply{Half: want.Half, Most: want.Most}
		for lane, from := range map[desk.LaneID]desk.Cursor{"c/dir": from, "s/dir": team} {
			if o, _ := w.outlook(lane, from, "front"); len(o.Replies) != 2 || o.Replies[1] != want || o.Replies[0] != all {
				t.Errorf("%s was told %+v, want %+v and %+v", lane, o, all, want)
			}
		}
		// What only the team knows moves nothing, and neither do second words.
		id := w.ask(21, "ben", "web")
		w.do("eve", id, desk.AddNote{Text: "hm"})
		w.do("eve", id, desk.SetPriority{From: desk.PriorityNormal, To: desk.PriorityHigh})
		w.do("eve", ticketID(20), desk.Reply{Text: "And it stays"})
		if moved := w.tells(); len(moved) != 0 {
			t.Errorf("told again to %v", names(moved))
		}
		w.clock = w.clock.AddDate(0, 0, 40)
		from = w.head("c/dir")
		w.wantLanes("after a month", w.tells(), "c/dir", "s/dir")
		if _, gone := w.outlook("c/dir", from, "front"); !gone {
			t.Error("what is 40 days old is told still")
		}
	})
}

// Out of too few of each urgency something is said of all of them together.
func TestOutlookOverAllUrgencies(t *testing.T) {
	w := newWorld(t, "sqlite:"+t.TempDir()+"/ledger.db")
	from := w.head("c/dir")
	for n := range 20 {
		id := ticketID(n + 1)
		w.do("ann", id, desk.Open{Subject: "Odd", Text: "So", Department: "hosting", Urgency: []desk.Urgency{desk.UrgencyHigh, desk.UrgencyNormal}[n%2]})
		w.clock = w.clock.Add(time.Duration(5+25*(n%2)) * time.Minute)
		w.do("eve", id, desk.Reply{Text: "It is back"})
	}
	w.tells()
	want := desk.UsualReply{Half: 10 * time.Minute, Most: 40 * time.Minute} // a moment longer than five and thirty
	if o, _ := w.outlook("c/dir", from, "front"); len(o.Replies) != 1 || o.Replies[0] != want {
		t.Errorf("was told %+v, want %+v alone", o, want)
	}
}

// A department that customers are not offered shows to the team alone.
func TestOutlookOfAHiddenDepartment(t *testing.T) {
	w := newWorld(t, "sqlite:"+t.TempDir()+"/ledger.db")
	for n := range 20 {
		w.answer(n+1, time.Minute)
	}
	w.tells()
	w.update(func(tx *ledger.Tx) error {
		_, err := tx.PutDesk(desk.Desk{Name: "Lindqvist", Departments: []desk.Department{
			{ID: "front", Name: "Front desk", Triage: true, Hidden: true}, {ID: "hosting", Name: "Hosting"}, {ID: "billing", Name: "Billing"},
		}})
		return err
	})
	from := w.head("c/dir")
	w.wantLanes("hidden", w.tells(), "c/dir")
	if _, gone := w.outlook("c/dir", from, "front"); !gone {
		t.Error("customers are told of it still")
	}
}
