package cache

import (
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"docket/app/desk"
)

func TestApply(t *testing.T) {
	c := fresh(t)
	one := ticket(1)
	load(t, c, laneWeb, item(desk.ItemEnter, one, 1))
	two := ticket(3)
	a := apply(t, c, laneWeb, item(desk.ItemEnter, two, 1))
	wantEqual(t, "changed", a.Changed, []desk.TicketID{two.ID})
	wantEqual(t, "arrived", a.Arrived, []Arrival{{two.ID, 1, 3, true}})
	one.Version, one.LastSeq, one.Subject = 2, 5, "Other words"
	delta := item(desk.ItemDelta, one, 4)
	a = apply(t, c, laneWeb, delta)
	wantEqual(t, "arrived", a.Arrived, []Arrival{{one.ID, 4, 5, false}})
	es, err := c.Entries(one.ID, 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "newest three", []uint64{es[0].Seq, es[2].Seq}, []uint64{3, 5})
	es, err = c.Entries(one.ID, 3, 10)
	wantEqual(t, "before three", say(len(es), err), "2 <nil>")
	es, err = c.EntriesAfter(one.ID, 4)
	wantEqual(t, "after four", say(len(es), es[0].Text, err), "1 text 5 <nil>")
	// The same again, whole or in part, changes nothing.
	cs, _ := c.Cursors()
	again := desk.Batch{Lane: laneWeb, Epoch: "e", Prev: 11, Last: 12, Items: []desk.Item{delta}}
	if a, err := c.Apply(again); err != nil || !a.Empty() {
		t.Errorf("same batch: got %+v, %v, want nothing", a, err)
	}
	after, _ := c.Cursors()
	wantEqual(t, "cursors", after, cs)
	verify(t, c, map[desk.TicketID]desk.Ticket{one.ID: one, two.ID: two}, nil)
}

func TestGaps(t *testing.T) {
	c := fresh(t)
	if _, err := c.Apply(desk.Batch{Lane: laneWeb, Epoch: "e", Prev: 0, Last: 1}); !errors.Is(err, ErrGap) {
		t.Errorf("a lane without snapshot: got %v, want ErrGap", err)
	}
	load(t, c, laneWeb)
	for _, b := range []desk.Batch{
		{Lane: laneWeb, Epoch: "e", Prev: 11, Last: 12},
		{Lane: laneWeb, Epoch: "other", Prev: 10, Last: 11},
	} {
		if _, err := c.Apply(b); !errors.Is(err, ErrGap) {
			t.Errorf("%+v: got %v, want ErrGap", b, err)
		}
	}
	tk := ticket(1)
	apply(t, c, laneWeb, item(desk.ItemEnter, tk, 1))
	tk.Version, tk.LastSeq = 4, 9
	a := apply(t, c, laneWeb, item(desk.ItemDelta, tk, 7))
	wantEqual(t, "missing", a.Missing, []desk.TicketID{tk.ID})
	m, err := c.Missing()
	wantEqual(t, "missing, kept", say(m, err), say([]desk.TicketID{tk.ID}, nil))
	if es, err := c.Entries(tk.ID, 0, 100); err != nil || len(es) != 3 {
		t.Errorf("entries of a ticket with a gap: got %d, %v, want the 3 that join up", len(es), err)
	}
	if _, err := c.PutWhole([]desk.Item{item(desk.ItemEnter, tk, 1)}); err != nil {
		t.Fatal(err)
	}
	m, _ = c.Missing()
	wantEqual(t, "missing after the fetch", len(m), 0)
	es, err := c.Entries(tk.ID, 0, 100)
	wantEqual(t, "entries", say(len(es), err), "9 <nil>")
	if _, err := c.PutWhole([]desk.Item{item(desk.ItemEnter, ticket(5), 1)}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Ticket(ticket(5).ID); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("a whole ticket no lane shows: got %v, want not_found", err)
	}
	if _, err := c.Apply(desk.Batch{Lane: laneWeb, Epoch: "e", Prev: 12, Last: 13, Items: []desk.Item{{Kind: "novel", Ticket: tk.ID}}}); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("an unknown kind of item: got %v, want invalid", err)
	}
}

func TestLanesAndPurge(t *testing.T) {
	c := fresh(t)
	tk := ticket(1)
	tk.LastSeq = 1
	it := item(desk.ItemEnter, tk, 1)
	e := entry(tk.ID, 1, "see the file")
	e.Files = []desk.Attachment{{Hash: "aa"}, {Hash: "bb"}}
	it.Entries = [][]byte{encode(e)}
	load(t, c, laneWeb, it)
	load(t, c, laneMail, it)
	wantEqual(t, "removed by one leave", apply(t, c, laneWeb, desk.Item{Kind: desk.ItemLeave, Ticket: tk.ID}).Removed, []Removal(nil))
	verify(t, c, map[desk.TicketID]desk.Ticket{tk.ID: tk}, nil)
	wantEqual(t, "removed by the last", apply(t, c, laneMail, desk.Item{Kind: desk.ItemLeave, Ticket: tk.ID}).Removed, []Removal{{Ticket: tk.ID, Files: []desk.BlobHash{"aa", "bb"}}})
	onlyOwnKeys(t, c)
	verify(t, c, nil, nil)

	apply(t, c, laneWeb, it)
	apply(t, c, laneMail, it)
	wantEqual(t, "removed for everybody", apply(t, c, laneMail, desk.Item{Kind: desk.ItemPurge, Ticket: tk.ID}).Removed, []Removal{{Ticket: tk.ID, Purged: true, Files: []desk.BlobHash{"aa", "bb"}}})
	wantEqual(t, "and once", apply(t, c, laneWeb, desk.Item{Kind: desk.ItemPurge, Ticket: tk.ID}).Removed, []Removal(nil))
	onlyOwnKeys(t, c)
	verify(t, c, nil, nil)

	apply(t, c, laneWeb, it)
	apply(t, c, laneMail, it, item(desk.ItemEnter, ticket(2), 1))
	a, err := c.KeepLanes([]desk.LaneID{laneDir, laneWeb})
	wantEqual(t, "removed with a lane", say(a.Removed, err), say([]Removal{{Ticket: ticket(2).ID}}, nil))
	if _, err := c.Apply(desk.Batch{Lane: laneMail, Epoch: "e", Prev: 12, Last: 13}); !errors.Is(err, ErrGap) {
		t.Errorf("a dropped lane: got %v, want ErrGap", err)
	}
	a = apply(t, c, laneWeb, desk.Item{Kind: desk.ItemPurge, Ticket: tk.ID})
	wantEqual(t, "purged", len(a.Removed), 1)
	onlyOwnKeys(t, c)
	if _, err := c.KeepLanes(nil); err != nil {
		t.Fatal(err)
	}
	if d, err := c.Desk(); err != nil || d.Name != "" {
		t.Errorf("reference data after its lane: got %v, %v", d, err)
	}
}

// onlyOwnKeys demands that no ticket left a key behind.
func onlyOwnKeys(t *testing.T, c *Cache) {
	t.Helper()
	for _, kind := range []byte{kindMember, kindTicket, kindEntries, kindPart, kindRow, kindWord, kindMissing} {
		if n := countKeys(t, c, kind); n > 0 {
			t.Errorf("%d keys of kind %q are left", n, kind)
		}
	}
}

func TestSnapshot(t *testing.T) {
	dir := t.TempDir()
	c, _ := open2(t, dir)
	begin(t, c)
	var old []desk.Item
	for i := range 40 {
		old = append(old, item(desk.ItemEnter, ticket(i), 1))
	}
	load(t, c, laneWeb, old...)
	load(t, c, laneMail, item(desk.ItemEnter, ticket(5), 1))
	page := func(c *Cache, token string, from, to int) Applied {
		t.Helper()
		p := desk.Page{Lane: laneWeb, Epoch: "f", AsOf: 77, Hash: []byte{7}, Next: token, Total: 30}
		for i := from; i < to; i++ {
			tk := ticket(i)
			tk.Version = 2
			p.Items = append(p.Items, item(desk.ItemEnter, tk, 1))
		}
		a, err := c.SnapshotPage(p)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	token, err := c.SnapshotStart(laneWeb, false)
	wantEqual(t, "token", fmt.Sprintf("%q %v", token, err), `"" <nil>`)
	page(c, "next", 10, 20)
	done, total := c.SnapshotProgress()
	wantEqual(t, "progress", say(done, total), "10 30")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c, _ = open2(t, dir)
	if cs, _ := c.Cursors(); slices.ContainsFunc(cs, func(c desk.Cursor) bool { return c.Lane == laneWeb }) {
		t.Error("a lane has a cursor in the middle of its snapshot")
	}
	token, err = c.SnapshotStart(laneWeb, true)
	wantEqual(t, "token after a restart", say(token, err), "next <nil>")
	if _, err := c.SnapshotPage(desk.Page{Lane: laneWeb, Epoch: "f", AsOf: 78}); !errors.Is(err, ErrSnapshotChanged) {
		t.Errorf("a page of another snapshot: got %v, want ErrSnapshotChanged", err)
	}
	a := page(c, "", 20, 40)
	wantEqual(t, "done", a.Done, true)
	wantEqual(t, "swept", len(a.Removed), 9)
	want := map[desk.TicketID]desk.Ticket{ticket(5).ID: ticket(5)}
	for i := 10; i < 40; i++ {
		tk := ticket(i)
		tk.Version = 2
		want[tk.ID] = tk
	}
	verify(t, c, want, nil)
	cs, err := c.Cursors()
	wantEqual(t, "cursor", say(cs[1], err), say(desk.Cursor{Lane: laneWeb, Epoch: "f", Seq: 77, Hash: []byte{7}}, nil))
}

func TestRandomHistories(t *testing.T) {
	dir := t.TempDir()
	c, _ := open2(t, dir)
	begin(t, c)
	load(t, c, laneWeb)
	load(t, c, laneMail)
	r := rand.New(rand.NewSource(1))
	want, read := map[desk.TicketID]desk.Ticket{}, map[desk.TicketID]uint64{}
	lanes := map[desk.TicketID]map[desk.LaneID]bool{}
	for step := range 60 {
		lane := []desk.LaneID{laneWeb, laneMail}[r.Intn(2)]
		var items []desk.Item
		used := map[int]bool{}
		for range 1 + r.Intn(60) {
			n := r.Intn(900)
			if used[n] {
				continue
			}
			used[n] = true
			id := ticketID(n)
			tk, here := want[id]
			switch op := r.Intn(10); {
			case here && op == 0:
				items = append(items, desk.Item{Kind: desk.ItemLeave, Ticket: id})
				delete(lanes[id], lane)
				if len(lanes[id]) == 0 {
					delete(want, id)
					delete(read, id)
				}
			case here && op == 1:
				read[id] = max(read[id], uint64(r.Intn(int(tk.LastSeq)+1)))
				items = append(items, desk.Item{Kind: desk.ItemRead, Ticket: id, Read: read[id]})
			case here:
				from := tk.LastSeq + 1
				next := ticket(n + 1000*r.Intn(50))
				next.ID, next.Version, next.LastSeq, next.Created = id, tk.Version+1, tk.LastSeq+uint64(r.Intn(3)), tk.Created
				items = append(items, item(desk.ItemDelta, next, from))
				want[id], lanes[id][lane] = next, true
			default:
				tk = ticket(n)
				items = append(items, item(desk.ItemEnter, tk, 1))
				want[id], lanes[id] = tk, map[desk.LaneID]bool{lane: true}
			}
		}
		apply(t, c, lane, items...)
		if step%20 == 19 {
			verify(t, c, want, read)
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			var opened Opened
			c, opened = open2(t, dir)
			wantEqual(t, "quarantined", opened.Quarantined, "")
			verify(t, c, want, read)
		}
	}
	other := anna
	other.Departments = []desk.DeptID{"web", "care"}
	if err := c.SetMe(other); err != nil {
		t.Fatal(err)
	}
	verify(t, c, want, read)
	wantEqual(t, "old rows are gone", countKeys(t, c, kindRow), rowsOfViews(t, c))
	if _, err := c.KeepLanes(nil); err != nil {
		t.Fatal(err)
	}
	onlyOwnKeys(t, c)
}

func rowsOfViews(t *testing.T, c *Cache) int {
	t.Helper()
	n := 0
	for _, v := range c.Views() {
		k, err := c.Count(v)
		if err != nil {
			t.Fatal(err)
		}
		n += k.Total
	}
	return n
}

func TestRead(t *testing.T) {
	c := fresh(t)
	tk := ticket(1)
	load(t, c, laneWeb, item(desk.ItemEnter, tk, 1))
	wantEqual(t, "unread", c.UnreadTotal(), 1)
	if _, err := c.SetRead(tk.ID, 99); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "read", c.UnreadTotal(), 0)
	verify(t, c, map[desk.TicketID]desk.Ticket{tk.ID: tk}, map[desk.TicketID]uint64{tk.ID: 3})
	if _, err := c.SetUnread(tk.ID); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "marked unread", c.UnreadTotal(), 1)
	if _, err := c.SetRead(tk.ID, 3); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "read again", c.UnreadTotal(), 0)
}

func TestLargeTicket(t *testing.T) {
	c := fresh(t)
	tk := ticket(1)
	tk.LastSeq = 60
	tk.Resolution = strings.Repeat("long head ", 30<<10) // 300 KB
	it := item(desk.ItemEnter, tk, 1)
	for i := range it.Entries {
		it.Entries[i] = encode(entry(tk.ID, uint64(i+1), strings.Repeat("x", 150<<10)))
	}
	load(t, c, laneWeb, it, item(desk.ItemEnter, ticket(3), 1))
	es, err := c.Entries(tk.ID, 0, 100)
	if err != nil || len(es) != 60 || len(es[59].Text) != 150<<10 {
		t.Fatalf("entries: got %d, %v", len(es), err)
	}
	got, _, err := c.Ticket(tk.ID)
	if err != nil || got.Resolution != tk.Resolution {
		t.Fatalf("head: got %d bytes, %v", len(got.Resolution), err)
	}
	apply(t, c, laneWeb, desk.Item{Kind: desk.ItemPurge, Ticket: tk.ID}, desk.Item{Kind: desk.ItemPurge, Ticket: ticket(3).ID})
	onlyOwnKeys(t, c)
}

func TestFind(t *testing.T) {
	c := fresh(t)
	var items []desk.Item
	for i := range 200 {
		items = append(items, item(desk.ItemEnter, ticket(i), 1))
	}
	load(t, c, laneWeb, items...)
	find := func(text string) string {
		t.Helper()
		rows, err := c.Find(text, 3)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, r := range rows {
			out = append(out, say(int(r.Ticket.Number)-1000))
		}
		return strings.Join(out, " ")
	}
	wantEqual(t, "by number", find("#"+desk.Number(1042).String()), "42")
	wantEqual(t, "by reference", find(strings.ToLower(ticketID(7).Reference())), "7")
	wantEqual(t, "by words", find("subject17 mailb"), "167 117 67")
	wantEqual(t, "by beginnings, newest first", find("mail"), "199 198 197")
	wantEqual(t, "by the requester", find("carl cust acme"), "199 198 197")
	wantEqual(t, "nothing", find("mailbox nonsense"), "")
	tk := ticket(42)
	tk.Version, tk.Subject = 2, "Brandnew"
	apply(t, c, laneWeb, item(desk.ItemDelta, tk, 4))
	wantEqual(t, "renamed", find("brandn"), "42")
	wantEqual(t, "by its old word", find("mailbox 42"), "")
	id, err := c.ByNumber(1042)
	wantEqual(t, "ByNumber", say(id, err), say(tk.ID, nil))
	if _, err := c.ByNumber(9); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("ByNumber of nothing: got %v, want not_found", err)
	}
}

func TestPlace(t *testing.T) {
	c := fresh(t)
	ref := func(kind desk.RefKind, id string, v any) desk.Item {
		return desk.Item{Kind: desk.ItemRef, Ref: &desk.Ref{Kind: kind, ID: id, Body: encode(v)}}
	}
	apply(t, c, laneDir, ref(desk.RefPerson, "bert", desk.Person{ID: "bert", Name: "Bert Berg", Email: "b@x.test"}),
		ref(desk.RefPerson, "anna", desk.Person{ID: "anna", Name: "Anna Alm"}), ref(desk.RefOrg, "acme", desk.Organization{ID: "acme", Name: "Acme"}))
	p, err := c.Place()
	wantEqual(t, "place", say(p.People["bert"].Name, p.Orgs["acme"].Name, len(p.Departments), err), "Bert Berg Acme 3 <nil>")
	people, err := c.People("be", 5)
	wantEqual(t, "people", say(len(people), people[0].ID, err), "1 bert <nil>")
	people, _ = c.People("", 5)
	wantEqual(t, "everybody by name", people[0].ID, "anna")
	apply(t, c, laneDir, desk.Item{Kind: desk.ItemUnref, Ref: &desk.Ref{Kind: desk.RefPerson, ID: "bert"}})
	p, _ = c.Place()
	wantEqual(t, "after unref", len(p.People), 1)
	more := theDesk
	more.Departments = append(slices.Clone(more.Departments), desk.Department{ID: "shop", Name: "Shop"})
	boss := anna
	boss.Role = desk.Admin
	if err := c.SetMe(boss); err != nil {
		t.Fatal(err)
	}
	before := len(c.Views())
	apply(t, c, laneDir, ref(desk.RefDesk, "desk", more))
	wantEqual(t, "a new department is a new view", len(c.Views()), before+1)
}

func TestMetaAndSubscribe(t *testing.T) {
	c := fresh(t)
	var told []Applied
	cancel := c.Subscribe(func(a Applied) {
		told = append(told, a)
		if len(a.Changed) > 0 {
			if _, _, err := c.Ticket(a.Changed[0]); err != nil {
				t.Errorf("reading in a subscriber: %v", err)
			}
		}
	})
	if err := c.SetMeta("theme", []byte("dark")); err != nil {
		t.Fatal(err)
	}
	b, err := c.Meta("theme")
	wantEqual(t, "meta", say(string(b), err), "dark <nil>")
	if err := c.SetMeta("theme", nil); err != nil {
		t.Fatal(err)
	}
	if b, _ := c.Meta("theme"); b != nil {
		t.Errorf("removed meta: got %q", b)
	}
	load(t, c, laneWeb, item(desk.ItemEnter, ticket(1), 1))
	wantEqual(t, "told", len(told), 1)
	wantEqual(t, "views", slices.Contains(told[0].Views, "dept:web"), true)
	cancel()
	apply(t, c, laneWeb, item(desk.ItemEnter, ticket(3), 1))
	wantEqual(t, "told after cancel", len(told), 1)
}

func TestOtherEyes(t *testing.T) {
	c := fresh(t)
	load(t, c, laneWeb, item(desk.ItemEnter, ticket(1), 1))
	if err := c.SetMe(desk.Actor{Person: "anna", Role: desk.Customer}); err != nil {
		t.Fatal(err)
	}
	onlyOwnKeys(t, c)
	cs, err := c.Cursors()
	wantEqual(t, "cursors", say(cs, err), "[] <nil>")
}
