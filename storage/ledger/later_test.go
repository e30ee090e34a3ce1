package ledger_test

import (
	"slices"
	"testing"

	"docket/app/desk"
	"docket/storage/ledger"
)

// Who is in CC since later reads all of it as long as their organization lets
// them, and is told it anew from where they came in once it does not (BEHAVIOURS
// 2.14); and back.
func TestRightsMoveWhereSomebodyBegins(t *testing.T) {
	stores(t, func(w *world) {
		id := ticketID(1)
		w.do("ann", id, desk.Open{Subject: "Mail", Text: "first", Department: "hosting", Org: "acme"})
		w.do("eve", id, desk.Reply{Text: "second"})
		w.do("ann", id, desk.SetCCs{Add: []desk.PersonID{"al"}})
		whole := w.told("al", desk.Cursor{})
		if whole.Kind != desk.ItemEnter || whole.FromSeq != 1 {
			t.Fatalf("a colleague is told %s from %d", whole.Kind, whole.FromSeq)
		}
		for _, c := range []struct {
			access desk.OrgAccess
			less   bool
		}{{desk.OrgNone, true}, {desk.OrgRead, false}} {
			at := w.head("c/user/al")
			w.update(func(tx *ledger.Tx) error {
				al := people()[1]
				al.Memberships[0].Access = c.access
				_, err := tx.PutPerson(al)
				return err
			})
			it := w.told("al", at)
			if it.Kind != desk.ItemEnter || it.Ticket != id || (it.FromSeq > 1) != c.less || (len(it.Entries) < len(whole.Entries)) != c.less {
				t.Errorf("with access %q they are told %s from %d, %d entries of %d", c.access, it.Kind, it.FromSeq, len(it.Entries), len(whole.Entries))
			}
		}
		w.check(w.l)
	})
}

// told is what somebody's own lane tells of its only ticket.
func (w *world) told(p desk.PersonID, after desk.Cursor) desk.Item {
	w.Helper()
	lane := desk.LaneID("c/user/" + p)
	if after.Lane == "" {
		after = desk.Cursor{Lane: lane, Epoch: w.head(lane).Epoch}
	}
	b := w.batch(lane, after, p, 10)
	i := slices.IndexFunc(b.Items, func(it desk.Item) bool { return it.Ticket != "" })
	if i < 0 {
		w.Fatalf("nothing is told after %d: %+v", after.Seq, b)
	}
	return b.Items[i]
}
