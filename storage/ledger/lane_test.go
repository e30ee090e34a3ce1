package ledger_test

import (
	"bytes"
	"testing"

	"docket/app/desk"
	"docket/storage/ledger"
)

func TestLanesFollowTheTicket(t *testing.T) {
	stores(t, func(w *world) {
		w.wantLanes("opened", w.do("ann", ticketID(1), ask("ann", "mail")), "c/org/acme", "c/user/ann", "s/dept/front")
		at := w.head("s/dept/front")
		w.wantLanes("reply", w.do("eve", ticketID(1), desk.Reply{Text: "looking"}), "c/org/acme", "c/user/ann", "s/dept/front", "s/user/eve")
		w.wantLanes("note", w.do("eve", ticketID(1), desk.AddNote{Text: "hm", Mentions: []desk.PersonID{"hal"}}),
			"s/dept/front", "s/user/eve", "s/user/hal")
		w.wantLanes("cc", w.do("ann", ticketID(1), desk.SetCCs{Add: []desk.PersonID{"al"}}),
			"c/org/acme", "c/user/al", "c/user/ann", "s/dept/front", "s/user/eve", "s/user/hal")
		w.wantLanes("private", w.do("ann", ticketID(1), desk.SetPrivate{Private: true}),
			"c/org/acme", "c/user/al", "c/user/ann", "s/dept/front", "s/user/eve", "s/user/hal")
		w.wantLanes("referred", w.do("eve", ticketID(1), desk.Refer{From: "front", To: "billing", Reason: "an invoice"}),
			"c/user/al", "c/user/ann", "s/dept/billing", "s/dept/front", "s/user/eve", "s/user/hal")
		w.wantLanes("cc gone", w.do("ann", ticketID(1), desk.SetCCs{Remove: []desk.PersonID{"al"}}),
			"c/user/al", "c/user/ann", "s/dept/billing", "s/user/hal")

		for lane, want := range map[desk.LaneID]string{
			"c/org/acme":     "leave 1",
			"c/user/al":      "leave 1",
			"s/dept/billing": "enter 1 v7 1+10",
			"s/user/hal":     "enter 1 v7 1+10",
		} {
			if got := says(w.batch(lane, desk.Cursor{Lane: lane, Epoch: w.l.Epoch()}, "", 50).Items); got != want {
				w.Errorf("%s tells %q, want %q", lane, got, want)
			}
		}
		if got, want := says(w.batch("s/dept/front", at, "", 50).Items), "leave 1"; got != want {
			w.Errorf("front tells %q, want %q", got, want)
		}
	})
}

func TestBatchGivesWhatWasMissed(t *testing.T) {
	stores(t, func(w *world) {
		w.ask(1, "ann", "mail")
		w.ask(2, "ann", "web")
		staff, customer := w.head("s/dept/front"), w.head("c/user/ann")
		w.do("eve", ticketID(1), desk.Reply{Text: "one"})
		w.do("eve", ticketID(1), desk.AddNote{Text: "two"})
		w.do("eve", ticketID(2), desk.AddNote{Text: "three"})
		w.do("eve", ticketID(1), desk.Reply{Text: "four"})
		w.ask(3, "al", "dns")
		b := w.batch("s/dept/front", staff, "", 50)
		if got := says(b.Items); !has(got, "delta 2 v2 2+1") || !has(got, "enter 3 v1 1+1") {
			w.Errorf("front tells %q", got)
		}
		if b.Prev != staff.Seq || b.Last != w.head("s/dept/front").Seq || !bytes.Equal(b.Hash, w.head("s/dept/front").Hash) {
			w.Errorf("batch leads from %d to %d", b.Prev, b.Last)
		}
		var seqs int
		for _, it := range b.Items {
			if it.Ticket == ticketID(1) {
				seqs = len(it.Entries)
				if it.FromSeq != 2 {
					w.Errorf("from %d, want 2", it.FromSeq)
				}
			}
		}
		if seqs < 3 {
			w.Errorf("%d entries of the first ticket, want at least 3", seqs)
		}
		for _, it := range w.batch("c/user/ann", customer, "ann", 50).Items {
			if it.Ticket == ticketID(2) {
				w.Error("a note moved the customer's lane")
			}
		}
		// In steps of one thing the batches join up and end at the same place.
		at, n := staff, 0
		for at.Seq < b.Last {
			one := w.batch("s/dept/front", at, "", 1)
			if len(one.Items) != 1 || one.Prev != at.Seq || one.Last <= at.Seq {
				w.Fatalf("step from %d to %d with %d items", one.Prev, one.Last, len(one.Items))
			}
			at = desk.Cursor{Lane: at.Lane, Epoch: at.Epoch, Seq: one.Last, Hash: one.Hash}
			n++
		}
		if !bytes.Equal(at.Hash, b.Hash) || n < 3 {
			w.Errorf("%d steps end elsewhere", n)
		}
	})
}

func TestStrangeCursorsNeedASnapshot(t *testing.T) {
	stores(t, func(w *world) {
		for n := range 5 {
			w.ask(n, "ann", "mail")
		}
		head := w.head("c/user/ann")
		mid := w.batch("c/user/ann", desk.Cursor{Epoch: w.l.Epoch()}, "ann", 2)
		place := desk.Cursor{Epoch: w.l.Epoch(), Seq: mid.Last, Hash: mid.Hash}
		if !w.resumes(place) || !w.resumes(head) || !w.resumes(desk.Cursor{Epoch: w.l.Epoch()}) {
			w.Fatal("an own cursor does not resume")
		}
		bad := func(c desk.Cursor, change func(*desk.Cursor)) desk.Cursor { change(&c); return c }
		for what, c := range map[string]desk.Cursor{
			"another epoch":   bad(place, func(c *desk.Cursor) { c.Epoch = "else" }),
			"beyond the head": bad(head, func(c *desk.Cursor) { c.Seq++ }),
			"another hash":    bad(place, func(c *desk.Cursor) { c.Hash = bytes.Repeat([]byte{7}, 16) }),
			"another head":    bad(head, func(c *desk.Cursor) { c.Hash = place.Hash }),
			"no hash":         bad(place, func(c *desk.Cursor) { c.Hash = nil }),
			"a hash at 0":     {Epoch: w.l.Epoch(), Hash: place.Hash},
		} {
			if w.resumes(c) {
				w.Errorf("%s resumes", what)
			}
		}
		w.update(func(tx *ledger.Tx) error {
			n, err := tx.Trim("c/user/ann", 3, day)
			if n == 0 {
				w.Error("nothing trimmed")
			}
			return err
		})
		if w.resumes(desk.Cursor{Epoch: w.l.Epoch()}) || w.resumes(place) || !w.resumes(head) {
			w.Error("the floor does not hold")
		}
		floor := w.batch("c/user/ann", head, "ann", 9)
		if len(floor.Items) != 0 {
			w.Error("items after the head")
		}
	})
}

func (w *world) resumes(c desk.Cursor) (ok bool) {
	w.Helper()
	w.view(func(tx *ledger.Tx) (err error) {
		_, ok, err = tx.Batch("c/user/ann", c, "ann", 50)
		return err
	})
	return ok
}

func has(s, part string) bool { return bytes.Contains([]byte(s), []byte(part)) }
