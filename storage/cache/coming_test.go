package cache

import (
	"fmt"
	"testing"

	"docket/app/desk"
)

// TestComing: what is on its way is counted from what lanes say, is open until
// each has said it, and is nothing once all is here; lanes of names and of the
// knowledge base have no tickets.
func TestComing(t *testing.T) {
	c, _ := open2(t, t.TempDir())
	says := func(when, want string) {
		t.Helper()
		n, open := c.Coming()
		wantEqual(t, when, fmt.Sprint(n, open), want)
	}
	says("nothing was ever loaded", "0 false")
	for _, lane := range []desk.LaneID{laneWeb, "s/user/anna", "s/dir", "s/help", "c/help/acme"} {
		if _, err := c.SnapshotStart(lane, false); err != nil {
			t.Fatal(err)
		}
	}
	says("before the first page", "0 true")
	page := func(lane desk.LaneID, next string, from, to int) {
		t.Helper()
		p := desk.Page{Lane: lane, Epoch: "f", AsOf: 9, Hash: []byte{7}, Next: next, Total: 30}
		for i := from; i < to; i++ {
			p.Items = append(p.Items, item(desk.ItemEnter, ticket(i), 1))
		}
		if _, err := c.SnapshotPage(p); err != nil {
			t.Fatal(err)
		}
	}
	page(laneWeb, "next", 0, 10)
	says("one lane has begun", "20 true")
	page("s/user/anna", "next", 0, 5)
	says("both have", "45 false")
	page("s/user/anna", "", 5, 30)
	says("one is here", "20 false")
	page(laneWeb, "", 10, 30)
	says("all is here", "0 false")
	if _, err := c.SnapshotStart(laneWeb, false); err != nil {
		t.Fatal(err)
	}
	says("what is here is loaded anew", "0 false")
}
