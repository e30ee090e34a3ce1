package cache

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// jsonCodec stands in for the wire's codec, which storage may not import.
type jsonCodec struct{}

func (jsonCodec) Marshal(v any) ([]byte, error)   { return json.Marshal(v) }
func (jsonCodec) Unmarshal(b []byte, v any) error { return json.Unmarshal(b, v) }

var (
	t0      = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	testKey = [32]byte{9, 8, 7}
	anna    = desk.Actor{Person: "anna", Role: desk.Engineer, Departments: []desk.DeptID{"mail", "web"}}
	theDesk = desk.Desk{Name: "Desk", Departments: []desk.Department{
		{ID: "care", Name: "Care", Triage: true}, {ID: "mail", Name: "Mail"}, {ID: "web", Name: "Web"},
	}}
)

const (
	laneMail = desk.LaneID("s/dept/mail")
	laneWeb  = desk.LaneID("s/dept/web")
	laneDir  = desk.LaneID("s/dir")
)

func ticketID(n int) desk.TicketID {
	return desk.TicketID(fmt.Sprintf("%08x-%04x-7000-8000-%012x", 0x18000000+n/1000, n%1000, n))
}

// ticket makes the n-th ticket of a desk; the same n gives the same.
func ticket(n int) desk.Ticket {
	r := rand.New(rand.NewSource(int64(n)))
	at := t0.Add(time.Duration(n) * time.Minute)
	return desk.Ticket{
		ID: ticketID(n), Number: desk.Number(1000 + n), Version: 1, LastSeq: 3,
		Subject:   fmt.Sprintf("Mailbox %d does not take subject%d", n, n%50),
		Status:    []desk.Status{desk.New, desk.Triage, desk.InProgress, desk.WaitingCustomer, desk.WaitingThirdParty, desk.OnHold, desk.Solved, desk.Closed}[r.Intn(8)],
		Priority:  []desk.Priority{desk.PriorityLow, desk.PriorityNormal, desk.PriorityHigh, desk.PriorityEmergency}[r.Intn(4)],
		Requester: "carl", Org: "acme", OrgName: "Acme", Department: []desk.DeptID{"mail", "web"}[n%2],
		Assignee: []desk.PersonID{"", "anna", "bert"}[r.Intn(3)],
		People:   []desk.Named{{ID: "carl", Name: "Carl Customer"}, {ID: "anna", Name: "Anna", Staff: true}},
		Created:  at, Updated: at.Add(time.Hour), PublicUpdated: at.Add(time.Hour), WaitingSince: at,
		LastBy: "carl", LastText: "I cannot send mail since this morning, please have a look at it soon",
	}
}

func entry(id desk.TicketID, seq uint64, text string) desk.Entry {
	return desk.Entry{
		ID: desk.EntryID(fmt.Sprintf("%s-%d", id, seq)), Ticket: id, Seq: seq, Kind: desk.Message, Audience: desk.Public,
		Author: "carl", AuthorName: "Carl Customer", At: t0, Text: text,
	}
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// item gives a ticket with its entries from a seq on.
func item(kind desk.ItemKind, t desk.Ticket, from uint64) desk.Item {
	it := desk.Item{Kind: kind, Ticket: t.ID, Version: t.Version, Head: encode(t), FromSeq: from}
	for s := from; s <= t.LastSeq; s++ {
		it.Entries = append(it.Entries, encode(entry(t.ID, s, fmt.Sprintf("text %d", s))))
	}
	return it
}

func dirItem() desk.Item {
	return desk.Item{Kind: desk.ItemRef, Ref: &desk.Ref{Kind: desk.RefDesk, ID: "desk", Body: encode(theDesk)}}
}

func open2(t testing.TB, dir string) (*Cache, Opened) {
	t.Helper()
	c, opened, err := Open(dir, testKey, jsonCodec{}, t0)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return c, opened
}

// fresh gives an empty cache with the directory and the actor.
func fresh(t testing.TB) *Cache {
	t.Helper()
	c, _ := open2(t, t.TempDir())
	begin(t, c)
	return c
}

func begin(t testing.TB, c *Cache) {
	t.Helper()
	if err := c.SetMe(anna); err != nil {
		t.Fatal(err)
	}
	load(t, c, laneDir, dirItem())
}

// load gives a lane a snapshot of one page.
func load(t testing.TB, c *Cache, lane desk.LaneID, items ...desk.Item) {
	t.Helper()
	if _, err := c.SnapshotStart(lane, false); err != nil {
		t.Fatal(err)
	}
	a, err := c.SnapshotPage(desk.Page{Lane: lane, Epoch: "e", AsOf: 10, Hash: []byte{1}, Items: items, Total: len(items)})
	if err != nil || !a.Done {
		t.Fatalf("SnapshotPage: got %+v, %v, want it done", a, err)
	}
}

func apply(t testing.TB, c *Cache, lane desk.LaneID, items ...desk.Item) Applied {
	t.Helper()
	var at uint64
	cs, err := c.Cursors()
	if err != nil {
		t.Fatal(err)
	}
	for _, cur := range cs {
		if cur.Lane == lane {
			at = cur.Seq
		}
	}
	a, err := c.Apply(desk.Batch{Lane: lane, Epoch: "e", Prev: at, Last: at + 1, Hash: []byte{2}, Items: items})
	if err != nil {
		t.Fatalf("Apply: %v", err)
	}
	return a
}

// verify compares every view, count and total with one worked out from the
// tickets themselves.
func verify(t testing.TB, c *Cache, want map[desk.TicketID]desk.Ticket, read map[desk.TicketID]uint64) {
	t.Helper()
	unread := 0
	var oldest time.Time
	for id, w := range want {
		if oldest.IsZero() || w.Created.Before(oldest) {
			oldest = w.Created
		}
		got, r, err := c.Ticket(id)
		if err != nil || got.Version != w.Version || r != read[id] {
			t.Fatalf("ticket %s: got version %d read %d %v, want %d, %d", id, got.Version, r, err, w.Version, read[id])
		}
		if w.LastSeq > read[id] {
			unread++
		}
	}
	totals, err := c.Totals()
	if err != nil || totals.Tickets != len(want) || totals.Unread != unread || !totals.Oldest.Equal(oldest) {
		t.Fatalf("totals: got %+v, %v, want %d tickets, %d unread, the oldest of %v", totals, err, len(want), unread, oldest)
	}
	me, err := c.Me()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range c.Views() {
		verifyView(t, c, v, me, want, read)
	}
}

func verifyView(t testing.TB, c *Cache, v ViewID, me desk.Actor, want map[desk.TicketID]desk.Ticket, read map[desk.TicketID]uint64) {
	t.Helper()
	var list []desk.Ticket
	n := Counts{}
	base, by, ok := v.Split()
	if !ok {
		t.Fatalf("%s is in no order there is", v)
	}
	for _, w := range want {
		if c.in(base, &w, me, w.LastSeq > read[w.ID]) {
			list = append(list, w)
			n.add(policy.SortKey(&w, me)[0], 1)
			n.Unread += one(w.LastSeq > read[w.ID])
		}
	}
	slices.SortFunc(list, func(a, b desk.Ticket) int { return slices.Compare(by.Key(&a, me), by.Key(&b, me)) })
	got, err := c.Count(v)
	n.Version = got.Version
	if err != nil || got != n {
		t.Fatalf("count of %s: got %+v, %v, want %+v", v, got, err, n)
	}
	for from := 0; from < len(list); from += 50 {
		rows, err := c.Rows(v, from, 50)
		if err != nil {
			t.Fatalf("rows of %s from %d: %v", v, from, err)
		}
		if len(rows) != min(50, len(list)-from) {
			t.Fatalf("rows of %s from %d: got %d", v, from, len(rows))
		}
		for i, r := range rows {
			if r.Ticket.ID != list[from+i].ID {
				t.Fatalf("row %d of %s: got %s, want %s", from+i, v, r.Ticket.ID, list[from+i].ID)
			}
		}
		if p, err := c.Position(v, rows[0].Ticket.ID); err != nil || p != from {
			t.Fatalf("position in %s: got %d, %v, want %d", v, p, err, from)
		}
	}
}

// say writes values down with spaces between.
func say(values ...any) string { return strings.TrimSpace(fmt.Sprintln(values...)) }

func wantEqual(t testing.TB, what string, got, want any) {
	t.Helper()
	if say(got) != say(want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
