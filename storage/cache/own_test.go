package cache

import (
	"math/rand"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
	lang "docket/app/desk/query"
)

func asks(text string) ViewID {
	q, _ := lang.Parse(text)
	return q.ViewID(t0.Add(100 * 24 * time.Hour).In(time.Local))
}

// Lists by a query are what asking every ticket would give, whatever comes in
// between, for another actor, and after opening again.
func TestListsByAQueryAgreeWithAModel(t *testing.T) {
	dir := t.TempDir()
	c, _ := open2(t, dir)
	begin(t, c)
	load(t, c, laneWeb)
	w := &world{r: rand.New(rand.NewSource(5)), want: map[desk.TicketID]desk.Ticket{}}
	read := map[desk.TicketID]uint64{}
	for range 4 {
		apply(t, c, laneWeb, w.changes(250)...)
	}
	want := []ViewID{
		asks("is:open priority:high"), asks("is:unread -assignee:none").In(policy.ByNewest), asks("is:open or updated:30d").In(policy.ByDue), asks("assignee:me"),
		policy.ViewAllOpen.In(policy.ByOldest),
	}
	keepSorted(t, c, want...)
	for _, v := range want {
		if n, err := c.Count(v); err != nil || n.Total == 0 {
			t.Fatalf("%s has %+v, %v: the test says nothing", v, n, err)
		}
	}
	verify(t, c, w.want, read)
	for range 5 {
		apply(t, c, laneWeb, w.changes(40)...)
		for id, tk := range w.want {
			if read[id] = tk.LastSeq; len(read) > 20 {
				break
			}
		}
		for id, seq := range read {
			if _, there := w.want[id]; there {
				apply(t, c, laneWeb, desk.Item{Kind: desk.ItemRead, Ticket: id, Read: seq})
			} else {
				delete(read, id)
			}
		}
		verify(t, c, w.want, read)
	}
	me := anna
	me.Departments = []desk.DeptID{"web"}
	if err := c.SetMe(me); err != nil {
		t.Fatal(err)
	}
	verify(t, c, w.want, read)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c, _ = open2(t, dir)
	for _, v := range want {
		if !c.Has(v) {
			t.Errorf("%s is gone after opening again", v)
		}
	}
	apply(t, c, laneWeb, w.changes(40)...)
	keepSorted(t, c, want[0])
	wantEqual(t, "kept", c.Has(want[0]) && !c.Has(want[1]) && !c.Has(want[3]), true)
}

// A list by a query costs a change of one ticket the same whatever its length.
func TestAListByAQueryCostsTheDelta(t *testing.T) {
	work := map[int]Work{}
	for _, n := range []int{500, 8000} {
		c, _ := open2(t, dataset(t, n))
		keepSorted(t, c, asks("is:open"))
		tk := light(1)
		tk.Version, tk.Status, tk.Updated = 2, desk.InProgress, t0.Add(time.Hour)
		apply(t, c, laneWeb, desk.Item{Kind: desk.ItemDelta, Ticket: tk.ID, Version: 2, Head: encode(tk)})
		before := c.Work()
		tk.Version, tk.Status = 3, desk.Closed
		apply(t, c, laneWeb, desk.Item{Kind: desk.ItemDelta, Ticket: tk.ID, Version: 3, Head: encode(tk)})
		after := c.Work()
		work[n] = Work{after.Reads - before.Reads, after.Writes - before.Writes, after.Steps - before.Steps, after.Commits - before.Commits}
	}
	if l, s := work[8000], work[500]; l.Reads > s.Reads+2 || l.Writes > s.Writes+2 || l.Steps > s.Steps || l.Commits != s.Commits {
		t.Errorf("work in a long list: %+v, in a short one %+v", l, s)
	}
}
