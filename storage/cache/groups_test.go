package cache

import (
	"testing"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// The runs of a list by who asked are those of its rows, without a gap; a list
// that is too long has none.
func TestGroups(t *testing.T) {
	c, _ := open2(t, dataset(t, 300))
	var items []desk.Item
	for i := range 300 {
		tk := light(i)
		tk.Requester = desk.PersonID("asker-" + string(rune('a'+i%7)))
		tk.Version = 2
		items = append(items, desk.Item{Kind: desk.ItemDelta, Ticket: tk.ID, Version: 2, Head: encode(tk)})
	}
	apply(t, c, laneWeb, items...)
	v := policy.ViewAllOpen.In(policy.ByColleague)
	keepSorted(t, c, v)
	n, err := c.Count(v)
	if err != nil || n.Total < 50 {
		t.Fatalf("count %+v, %v", n, err)
	}
	rows, err := c.Rows(v, 0, n.Total)
	if err != nil {
		t.Fatal(err)
	}
	groups, err := c.Groups(v, policy.ColleagueKey, n.Total)
	if err != nil || len(groups) < 4 {
		t.Fatalf("%d groups, %v", len(groups), err)
	}
	at := 0
	for i, g := range groups {
		if g.From != at || g.Count < 1 || g.First.Ticket.ID != rows[at].Ticket.ID {
			t.Fatalf("group %d is %+v at %d", i, g, at)
		}
		for _, r := range rows[at : at+g.Count] {
			if r.Ticket.Requester != g.First.Ticket.Requester || r.Section != g.First.Section {
				t.Fatalf("group %d of %s holds one of %s", i, g.First.Ticket.Requester, r.Ticket.Requester)
			}
		}
		if at += g.Count; at < n.Total && rows[at].Ticket.Requester == g.First.Ticket.Requester && rows[at].Section == g.First.Section {
			t.Fatalf("group %d ends before its last", i)
		}
	}
	if at != n.Total {
		t.Errorf("groups hold %d of %d", at, n.Total)
	}
	if g, err := c.Groups(v, policy.ColleagueKey, n.Total-1); err != nil || len(g) != 0 {
		t.Errorf("%d groups of a list that is too long, %v", len(g), err)
	}
}
