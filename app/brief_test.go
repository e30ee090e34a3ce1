package app

import (
	"reflect"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/cache"
	"docket/sync/wire"
)

// A list is drawn from what the cache keeps of a ticket beside its place. This
// finds whatever a row shows that is not kept there.
func TestListsShowWhatTicketsSay(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 5000, time.UTC)
	for _, me := range []desk.Actor{
		{Person: "jonas", Role: desk.Engineer, Departments: []desk.DeptID{"hosting"}},
		{Person: "elif", Role: desk.Customer, Memberships: []desk.Membership{{Org: "bakery", Access: desk.OrgRead}}},
	} {
		c, _, err := cache.Open(t.TempDir(), [32]byte{1}, wire.Codec{}, at)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		if err := c.SetMe(me); err != nil {
			t.Fatal(err)
		}
		place := desk.Place{Departments: map[desk.DeptID]desk.Department{"hosting": {ID: "hosting", Name: "Hosting"}}}
		body, err := wire.Marshal(desk.Desk{Departments: []desk.Department{place.Departments["hosting"]}})
		if err != nil {
			t.Fatal(err)
		}
		p := desk.Page{Lane: "x/any", Epoch: "e", AsOf: 1, Items: []desk.Item{{Kind: desk.ItemRef, Ref: &desk.Ref{Kind: desk.RefDesk, ID: "desk", Body: body}}}}
		for i, status := range []desk.Status{desk.New, desk.Triage, desk.InProgress, desk.WaitingCustomer, desk.WaitingThirdParty, desk.OnHold, desk.Solved, desk.Closed} {
			head := desk.Ticket{
				ID: desk.TicketID("00000000-0000-7000-8000-00000000000" + string(rune('0'+i))), Number: desk.Number(7 + i), Version: 3, LastSeq: 2, Status: status,
				Subject: "Shop is down", Priority: desk.PriorityHigh, Urgency: desk.UrgencyQuestion, Requester: "elif", CCs: []desk.PersonID{"max"},
				Org: "bakery", OrgName: "Bakery Brandt", Department: "hosting", Intended: "hosting", Assignee: []desk.PersonID{"lea", ""}[i%2], Private: i%3 == 0,
				People:  []desk.Named{{ID: "max", Name: "Max Brandt"}, {ID: "elif", Name: "Elif Brandt"}, {ID: "lea", Name: "Lea Moor", Staff: true}},
				Created: at, Updated: at.Add(5 * time.Hour), WaitingSince: at.Add(time.Hour), HoldUntil: at.Add(99 * time.Hour), ClosedAt: at.Add(4 * time.Hour),
				Resolution: "fixed", DueSince: at.Add(2 * time.Hour), Due: at.Add(9 * time.Hour), DueKind: desk.DueNextReply, LastBy: "elif", LastText: "It says 502.",
				Files: true, Steps: []desk.Step{{Kind: "answered", At: at}}, Seen: []desk.Mark{{Person: "max", Seq: 1, At: at}},
			}
			switch status {
			case desk.New:
				head.Clocks.Assign = at.Add(8 * time.Hour)
			case desk.OnHold:
				head.Due, head.DueKind = time.Time{}, ""
			case desk.WaitingCustomer:
				head.Due, head.DueKind = time.Time{}, ""
				head.Waiting = desk.Waiting{Since: at, Remind: []time.Time{at.Add(48 * time.Hour)}, Close: at.Add(96 * time.Hour)}
			}
			b, err := wire.Marshal(head)
			if err != nil {
				t.Fatal(err)
			}
			p.Items = append(p.Items, desk.Item{Kind: desk.ItemEnter, Ticket: head.ID, Version: 3, Head: b, FromSeq: 1, Entries: [][]byte{{1}, {2}}})
		}
		if _, err := c.SnapshotStart(p.Lane, false); err != nil {
			t.Fatal(err)
		}
		if _, err := c.SnapshotPage(p); err != nil {
			t.Fatal(err)
		}
		r := rower{me: me, place: place, now: at.Add(6 * time.Hour)}
		seen := 0
		for _, v := range c.Views() {
			rows, err := c.Rows(v, 0, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				seen++
				full, err := c.Row(row.Ticket.ID)
				if err != nil {
					t.Fatal(err)
				}
				if got, want := r.of(&row.Ticket, row.Unread), r.of(&full.Ticket, full.Unread); !reflect.DeepEqual(got, want) || row.Section != full.Section {
					t.Errorf("%s for %s:\n got %+v in %s\nwant %+v in %s", v, me.Person, got, row.Section, want, full.Section)
				}
			}
		}
		if seen < 8 {
			t.Errorf("%s sees %d rows", me.Person, seen)
		}
	}
}
