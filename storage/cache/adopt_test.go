package cache

import (
	"testing"

	"docket/app/desk"
)

// What was found on the server is here before its turn, is missing its
// conversation until it was fetched, goes when it is said to have left, and with
// a snapshot that begins anew and does not show it.
func TestAdopt(t *testing.T) {
	c, _ := open2(t, t.TempDir())
	begin(t, c)
	load(t, c, laneMail)
	found := func(n int, lane desk.LaneID) desk.Found {
		tk := ticket(n)
		return desk.Found{Lane: lane, Ticket: tk.ID, Version: tk.Version, Head: encode(tk)}
	}
	adopt := func(f desk.Found) []desk.TicketID {
		t.Helper()
		a, err := c.Adopt(f)
		if err != nil {
			t.Fatal(err)
		}
		return a.Missing
	}
	if len(adopt(found(1, laneMail)))+len(adopt(found(1, laneWeb))) > 0 {
		t.Error("a lane that is whole, or none, takes a ticket in")
	}
	page := func(asOf uint64, next string, items ...desk.Item) {
		t.Helper()
		if _, err := c.SnapshotPage(desk.Page{Lane: laneWeb, Epoch: "f", AsOf: asOf, Hash: []byte{1}, Next: next, Total: 9, Items: items}); err != nil {
			t.Fatal(err)
		}
	}
	snapshot := func() {
		t.Helper()
		if _, err := c.SnapshotStart(laneWeb, false); err != nil {
			t.Fatal(err)
		}
	}
	snapshot()
	if len(adopt(found(1, laneWeb))) > 0 {
		t.Error("taken in before the snapshot's first page")
	}
	page(9, "next", item(desk.ItemEnter, ticket(5), 1))
	for _, n := range []int{1, 2, 3} {
		if got := adopt(found(n, laneWeb)); len(got) != 1 || got[0] != ticketID(n) {
			t.Errorf("missing %v", got)
		}
	}
	other := found(6, laneWeb)
	other.Ticket = ticketID(7)
	if _, err := c.Adopt(other); err == nil {
		t.Error("a head of another ticket is taken in")
	}
	if _, err := c.PutWhole([]desk.Item{item(desk.ItemEnter, ticket(1), 1), item(desk.ItemEnter, ticket(2), 1), item(desk.ItemEnter, ticket(3), 1)}); err != nil {
		t.Fatal(err)
	}
	page(9, "", item(desk.ItemEnter, ticket(1), 1))
	if _, err := c.Apply(desk.Batch{Lane: laneWeb, Epoch: "f", Prev: 9, Last: 10, Hash: []byte{2}, Items: []desk.Item{{Kind: desk.ItemLeave, Ticket: ticketID(2)}}}); err != nil {
		t.Fatal(err)
	}
	verify(t, c, map[desk.TicketID]desk.Ticket{ticketID(1): ticket(1), ticketID(3): ticket(3), ticketID(5): ticket(5)}, nil)
	snapshot()
	page(11, "", item(desk.ItemEnter, ticket(1), 1))
	verify(t, c, map[desk.TicketID]desk.Ticket{ticketID(1): ticket(1)}, nil)
}
