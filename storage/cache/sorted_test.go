package cache

import (
	"context"
	"errors"
	"math/rand"
	"slices"
	"sync"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

func keepSorted(t testing.TB, c *Cache, want ...ViewID) {
	t.Helper()
	if err := c.KeepSorted(t.Context(), want); err != nil {
		t.Fatal(err)
	}
}

// kept gives the views that are kept in another order.
func kept(c *Cache) []ViewID {
	return slices.DeleteFunc(c.Views(), func(v ViewID) bool { _, by, _ := v.Split(); return by == policy.ByQueue })
}

// world is a lane of tickets that change at random, and what they are.
type world struct {
	r    *rand.Rand
	want map[desk.TicketID]desk.Ticket
	next int
}

// changes gives some tickets that come, change and go.
func (w *world) changes(n int) []desk.Item {
	var items []desk.Item
	for range n {
		if len(w.want) < 100 || w.r.Intn(4) == 0 {
			tk := light(w.next*7919%100_000*2 + 1)
			w.next++
			w.want[tk.ID] = tk
			items = append(items, item(desk.ItemEnter, tk, 1))
			continue
		}
		var ids []desk.TicketID
		for id := range w.want {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		id := ids[w.r.Intn(len(ids))]
		if w.r.Intn(5) == 0 {
			delete(w.want, id)
			items = append(items, desk.Item{Kind: desk.ItemLeave, Ticket: id})
			continue
		}
		tk := w.want[id]
		other := light(w.r.Intn(1_000_000))
		tk.Version++
		tk.Status, tk.Priority, tk.Assignee = other.Status, other.Priority, other.Assignee
		tk.Updated = t0.Add(time.Duration(w.r.Intn(1_000_000)) * time.Second)
		w.want[id] = tk
		items = append(items, desk.Item{Kind: desk.ItemDelta, Ticket: id, Version: tk.Version, Head: encode(tk)})
	}
	return items
}

// Lists in any order are what sorting every ticket would give, whatever comes
// in between and while they are being built.
func TestSortedViewsAgreeWithAModel(t *testing.T) {
	dir := t.TempDir()
	c, _ := open2(t, dir)
	begin(t, c)
	load(t, c, laneWeb)
	w := &world{r: rand.New(rand.NewSource(3)), want: map[desk.TicketID]desk.Ticket{}}
	for range 12 {
		apply(t, c, laneWeb, w.changes(250)...)
	}
	all := policy.ViewAllOpen
	for step, want := range [][]ViewID{
		{all.In(policy.ByNewest), policy.ViewSolved.In(policy.ByNumber)},
		{all.In(policy.ByOldest), policy.ViewSolved.In(policy.ByNumber)},
		{all.In(policy.ByNumber), all.In(policy.ByNewest), policy.DeptView("web").In(policy.ByOldest)},
	} {
		// The writer goes on while the lists are built.
		var end sync.WaitGroup
		end.Go(func() {
			for range 8 {
				apply(t, c, laneWeb, w.changes(20)...)
			}
		})
		keepSorted(t, c, want...)
		end.Wait()
		slices.Sort(want)
		have := kept(c)
		slices.Sort(have)
		wantEqual(t, say("kept in step", step), have, want)
		verify(t, c, w.want, nil)
		apply(t, c, laneWeb, w.changes(30)...)
		verify(t, c, w.want, nil)
	}
	// What changes between two steps of the filling, in front of it and behind.
	steps := 0
	p := half(t, c, policy.DeptView("web").In(policy.ByNewest))
	for done := false; !done; steps++ {
		apply(t, c, laneWeb, w.changes(40)...)
		load(t, c, laneDir, dirItem()) // looks at the views, and at what is to be swept
		if _, err := c.update(func(w *writer) (err error) {
			if done, err = w.fillSome(p, 40); done && err == nil {
				err = w.endView(p)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if steps < 5 {
		t.Fatalf("filled in %d steps, want more", steps)
	}
	verify(t, c, w.want, nil)
	// Other departments: all views are built anew, the sorted ones with them.
	me := anna
	me.Departments = []desk.DeptID{"web"}
	if err := c.SetMe(me); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "kept for another actor", len(kept(c)), 4)
	verify(t, c, w.want, nil)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c, _ = open2(t, dir)
	wantEqual(t, "kept after opening again", len(kept(c)), 4)
	verify(t, c, w.want, nil)
	keepSorted(t, c)
	wantEqual(t, "kept when none is wanted", kept(c), []ViewID(nil))
	verify(t, c, w.want, nil)
	c.mu.RLock()
	views, numbers := len(c.index.state.Views), len(c.index.counts)
	c.mu.RUnlock()
	wantEqual(t, "numbers in use", numbers, views)
	wantEqual(t, "counts stored", countKeys(t, c, kindCounts), views)
}

// Lists no rule knows are passed over, and a change of the views in the middle
// of filling begins it anew.
func TestSortedViewsComeWithTheirLists(t *testing.T) {
	c, _ := open2(t, t.TempDir())
	newest := policy.ViewAllOpen.In(policy.ByNewest)
	keepSorted(t, c, newest, "dept:nowhere~newest", "all_open~size", "all_open")
	wantEqual(t, "kept before there is an actor", kept(c), []ViewID(nil))
	begin(t, c)
	load(t, c, laneWeb, item(desk.ItemEnter, light(1), 1), item(desk.ItemEnter, light(3), 1))
	var told []ViewID
	defer c.Subscribe(func(a Applied) { told = append(told, a.Views...) })()
	keepSorted(t, c, newest, "dept:nowhere~newest", "all_open~size", "all_open")
	wantEqual(t, "kept", kept(c), []ViewID{newest})
	wantEqual(t, "told", told, []ViewID{newest})
	wantEqual(t, "there", say(c.Has(newest), c.Has(policy.ViewAllOpen.In(policy.ByOldest))), "true false")
	me := anna
	me.Departments = []desk.DeptID{"mail"}
	for _, m := range []desk.Actor{me, anna} {
		p := half(t, c, policy.ViewSolved.In(policy.ByOldest))
		if err := c.SetMe(m); err != nil {
			t.Fatal(err)
		}
		c.mu.RLock()
		if c.index.building == p {
			t.Error("the old rules are still filled in")
		}
		c.mu.RUnlock()
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := c.KeepSorted(ended, []ViewID{newest, policy.ViewSolved.In(policy.ByOldest)}); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: got %v, want canceled", err)
	}
	keepSorted(t, c, newest, policy.ViewSolved.In(policy.ByOldest))
	verify(t, c, map[desk.TicketID]desk.Ticket{light(1).ID: light(1), light(3).ID: light(3)}, nil)
}

// half begins a sorted view and fills in one step of it.
func half(t testing.TB, c *Cache, v ViewID) *partial {
	t.Helper()
	var p *partial
	for _, fn := range []func(w *writer) error{
		func(w *writer) (err error) { p, err = w.beginView(v); return err },
		func(w *writer) (err error) { _, err = w.fillSome(p, 40); return err },
	} {
		if _, err := c.update(fn); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// A program that ends while a list is being built leaves nothing of it.
func TestAHalfBuiltListIsSweptAway(t *testing.T) {
	dir := t.TempDir()
	c, _ := open2(t, dir)
	begin(t, c)
	load(t, c, laneWeb, item(desk.ItemEnter, light(1), 1), item(desk.ItemEnter, light(3), 1))
	views, rows := countKeys(t, c, kindCounts), countKeys(t, c, kindRow)
	half(t, c, policy.DeptView("web").In(policy.ByNewest))
	if n := countKeys(t, c, kindRow); n <= rows {
		t.Fatalf("%d rows, want more than %d", n, rows)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c, opened := open2(t, dir)
	wantEqual(t, "quarantined", opened.Quarantined, "")
	wantEqual(t, "kept", kept(c), []ViewID(nil))
	wantEqual(t, "counts and rows", say(countKeys(t, c, kindCounts), countKeys(t, c, kindRow)), say(views, rows))
}

// A sorted list costs a change of one ticket the same whatever its length.
func TestSortedViewsCostTheDelta(t *testing.T) {
	work := map[int]Work{}
	for _, n := range []int{500, 8000} {
		c, _ := open2(t, dataset(t, n))
		keepSorted(t, c, policy.ViewAllOpen.In(policy.ByNewest))
		tk := light(1)
		tk.Version, tk.Status, tk.Updated = 2, desk.InProgress, t0.Add(time.Hour)
		apply(t, c, laneWeb, desk.Item{Kind: desk.ItemDelta, Ticket: tk.ID, Version: 2, Head: encode(tk)})
		before := c.Work()
		tk.Version, tk.Updated = 3, t0.Add(time.Duration(n)*time.Hour)
		apply(t, c, laneWeb, desk.Item{Kind: desk.ItemDelta, Ticket: tk.ID, Version: 3, Head: encode(tk)})
		after := c.Work()
		work[n] = Work{after.Reads - before.Reads, after.Writes - before.Writes, after.Steps - before.Steps, after.Commits - before.Commits}
		if p, err := c.Position(policy.ViewAllOpen.In(policy.ByNewest), tk.ID); err != nil || p != 0 {
			t.Errorf("of %d: position %d, %v, want the first", n, p, err)
		}
	}
	wantEqual(t, "work in a long list", work[8000], work[500])
}
