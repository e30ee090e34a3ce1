package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/wire"
)

// busy is what customers are told of a department after a cursor; ok is false
// for nothing, and gone says that it is over.
func (w *world) busy(after desk.Cursor, d desk.DeptID) (b desk.Busy, ok, gone bool) {
	w.Helper()
	for _, it := range w.batch("c/dir", after, "", 100).Items {
		if it.Ref == nil || it.Ref.Kind != desk.RefBusy || it.Ref.ID != string(d) {
			continue
		}
		if it.Kind == desk.ItemUnref {
			return b, false, true
		}
		if err := (wire.Codec{}).Unmarshal(it.Ref.Body, &b); err != nil {
			w.Fatal(err)
		}
		ok = true
	}
	return b, ok, false
}

// hours lets time go by in which the desk looks how many wait.
func (w *world) hours(n int) {
	w.Helper()
	for range n {
		w.clock = w.clock.Add(time.Hour)
		w.tells()
	}
}

// More than twice as many wait as usual: it is told by itself, and is over when
// fewer do. What the team does among itself changes nothing (BEHAVIOURS 1.14).
func TestBusyByItself(t *testing.T) {
	stores(t, func(w *world) {
		for n := range 4 {
			w.ask(n+1, "ann", "mail")
		}
		w.hours(50)
		from := w.head("c/dir")
		for n := range 4 {
			w.ask(n+5, "ben", "web")
		}
		w.hours(1)
		if _, ok, _ := w.busy(from, "front"); ok {
			t.Error("eight of usually four is called busy")
		}
		w.ask(9, "ben", "web")
		w.hours(1)
		if b, ok, _ := w.busy(from, "front"); !ok || b.Text != "" || !b.Until.IsZero() {
			t.Errorf("nine of usually four: %+v %v", b, ok)
		}
		at := w.head("c/dir")
		w.do("eve", ticketID(1), desk.Assign{To: "eve"})
		w.do("eve", ticketID(2), desk.SnoozeTicket{Until: w.clock.Add(time.Hour), Reason: "later"})
		w.hours(1)
		if got := w.head("c/dir"); got.Seq != at.Seq {
			t.Error("customers were told of what the team did among itself")
		}
		for n := range 2 {
			w.do("eve", ticketID(n+1), desk.Reply{Text: "It is back"})
		}
		w.hours(1)
		if got := w.head("c/dir"); got.Seq != at.Seq {
			t.Error("seven of four is over already")
		}
		w.do("eve", ticketID(3), desk.Reply{Text: "It is back"})
		w.hours(1)
		if _, _, gone := w.busy(at, "front"); !gone {
			t.Error("six of four is busy still")
		}
		if r, err := w.l.CheckAll(context.Background()); err != nil {
			t.Errorf("%v: %v", err, r.Problems)
		}
	})
}

// What a lead says stands until it is over, whatever is counted; then the desk
// looks for itself again.
func TestBusyAsALeadSays(t *testing.T) {
	stores(t, func(w *world) {
		from := w.head("c/dir")
		w.update(func(tx *ledger.Tx) error {
			_, err := tx.Announce(desk.Busy{Department: "front", Text: "Two of us are ill", Until: w.clock.Add(90 * time.Minute)})
			return err
		})
		w.hours(1)
		if b, ok, _ := w.busy(from, "front"); !ok || b.Text != "Two of us are ill" {
			t.Errorf("%+v %v", b, ok)
		}
		w.hours(1)
		if _, _, gone := w.busy(from, "front"); !gone {
			t.Error("it is over and told still")
		}
	})
}

// A count that is not what the tickets say is found by the check; a ledger from
// before there was one counts.
func TestAwaitedThatIsWrong(t *testing.T) {
	w := newWorld(t, "sqlite:"+t.TempDir()+"/ledger.db")
	w.ask(1, "ann", "mail")
	if err := w.l.Close(); err != nil {
		t.Fatal(err)
	}
	for i, change := range []string{"UPDATE awaited SET n = 40", "DELETE FROM awaited"} {
		w.raw(change)
		w.l = w.open(w.dsn)
		r, err := w.l.CheckAll(context.Background())
		want := []string{"40 tickets are counted that wait for front, and there are 1", "what waits for front is not counted"}[i]
		if !errors.Is(err, desk.ErrDamaged) || !strings.Contains(fmt.Sprint(r.Problems), want) {
			t.Errorf("%s: %v, %v", change, err, r.Problems)
		}
		if err := w.l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	w.l = w.open(w.dsn)
}
