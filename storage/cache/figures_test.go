package cache

import (
	"maps"
	"math/rand"
	"slices"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// lived gives a ticket a life: a day it came, perhaps a first answer, an end and
// that it was opened again, near the edges of days and of summer time.
func lived(t desk.Ticket, r *rand.Rand) desk.Ticket {
	edges := []time.Time{
		time.Date(2026, 3, 28, 22, 59, 0, 0, time.UTC), time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC), time.Date(2026, 3, 29, 21, 59, 59, 0, time.UTC),
		time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 23, 0, 0, 0, time.UTC), time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC),
	}
	t.Created = edges[r.Intn(len(edges))].Add(time.Duration(r.Intn(600)-300) * time.Second)
	t.Steps, t.ClosedAt, t.Clocks = nil, time.Time{}, desk.Clocks{}
	t.Department = theDesk.Departments[r.Intn(3)].ID
	if r.Intn(3) > 0 {
		t.Steps = append(t.Steps, desk.Step{Kind: "answered", At: t.Created.Add(time.Duration(r.Intn(5000)) * time.Minute)})
	}
	if r.Intn(4) == 0 {
		t.Steps = append(t.Steps, desk.Step{Kind: "reopened", At: t.Created.Add(time.Duration(r.Intn(90)) * time.Hour)})
	}
	if t.Status.Done() {
		t.ClosedAt = t.Created.Add(time.Duration(r.Intn(30000)) * time.Minute)
		t.Steps = append(t.Steps, desk.Step{Kind: "solved", At: t.ClosedAt})
		if r.Intn(2) == 0 {
			t.Clocks.Late = []desk.DueKind{desk.DueResolve}
		}
	}
	if r.Intn(20) == 0 {
		t.Into = ticketID(1)
	}
	t.TopicName = []string{"", "Mailbox", "Domain"}[r.Intn(3)]
	return t
}

func zoned() desk.Desk {
	d := theDesk
	d.Departments = slices.Clone(d.Departments)
	d.Departments[1].Open.Zone, d.Departments[2].Open.Zone = "Europe/Berlin", "America/St_Johns"
	d.Departments[1].Promises = []desk.Promise{{FirstReply: 8 * time.Hour, Resolve: 48 * time.Hour}}
	return d
}

func deskItem(d desk.Desk) desk.Item {
	return desk.Item{Kind: desk.ItemRef, Ref: &desk.Ref{Kind: desk.RefDesk, ID: "desk", Body: encode(d)}}
}

// counted compares the kept figures with a count of every ticket.
func counted(t *testing.T, c *Cache, d desk.Desk, want map[desk.TicketID]desk.Ticket) {
	t.Helper()
	for percent := 0; percent < 100; {
		var err error
		if percent, err = c.CountFigures(); err != nil {
			t.Fatal(err)
		}
	}
	by := policy.NewFigurer(anna, d.Departments)
	all := map[string]map[policy.Day]policy.Tally{}
	for _, tk := range want {
		for _, f := range by.Facts(&tk) {
			if all[f.Scope] == nil {
				all[f.Scope] = map[policy.Day]policy.Tally{}
			}
			if all[f.Scope][f.Day] == nil {
				all[f.Scope][f.Day] = policy.Tally{}
			}
			all[f.Scope][f.Day][policy.Fact{What: f.What, Minutes: f.Minutes}]++
		}
	}
	for _, x := range d.Departments {
		got, err := c.Figures(string(x.ID), 0, policy.Ever)
		if err != nil {
			t.Fatal(err)
		}
		if w := all[string(x.ID)]; !maps.EqualFunc(got, w, func(a, b policy.Tally) bool { return maps.Equal(a, b) }) {
			t.Fatalf("figures of %s:\n%v\nwant\n%v", x.ID, got, w)
		}
	}
}

// Whatever comes, changes and goes, before, while and after they are counted,
// over restarts and under other rules, the figures are what a count of every
// ticket gives.
func TestFiguresAgreeWithACount(t *testing.T) {
	dir, d := t.TempDir(), zoned()
	c, _ := open2(t, dir)
	begin(t, c)
	apply(t, c, laneDir, deskItem(d))
	load(t, c, laneWeb)
	w := &world{r: rand.New(rand.NewSource(11)), want: map[desk.TicketID]desk.Ticket{}}
	changes := func(n int) {
		items := w.changes(n)
		for i := range items {
			if tk, ok := w.want[items[i].Ticket]; ok && len(items[i].Head) > 0 {
				tk = lived(tk, w.r)
				tk.Version = items[i].Version
				w.want[tk.ID], items[i].Head = tk, encode(tk)
			}
		}
		// A ticket may be in the batch twice; the last of it counts.
		last := map[desk.TicketID][]byte{}
		for _, it := range items {
			if len(it.Head) > 0 {
				last[it.Ticket] = it.Head
			}
		}
		for i := range items {
			if len(items[i].Head) > 0 {
				items[i].Head, items[i].Version = last[items[i].Ticket], max(items[i].Version, w.want[items[i].Ticket].Version)
			}
		}
		apply(t, c, laneWeb, items...)
	}
	var first []desk.Item
	for len(w.want) < 3*figureStep {
		tk := lived(light(w.next*7919%100_000*2+1), w.r)
		w.next++
		w.want[tk.ID] = tk
		first = append(first, item(desk.ItemEnter, tk, 1))
	}
	apply(t, c, laneWeb, first...)
	changes(250)
	if n := countKeys(t, c, kindFigure); n != 0 {
		t.Errorf("%d figures are kept though nobody looked", n)
	}
	for range 2 { // halfway
		if p, err := c.CountFigures(); err != nil || p == 100 {
			t.Fatalf("counted %d %%, %v", p, err)
		}
		changes(60)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c, _ = open2(t, dir)
	changes(60)
	counted(t, c, d, w.want)
	for range 5 {
		changes(60)
		counted(t, c, d, w.want)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c, _ = open2(t, dir)
	if p, err := c.CountFigures(); err != nil || p != 100 {
		t.Fatalf("after a restart %d %%, %v", p, err)
	}
	counted(t, c, d, w.want)
	// Another clock, and with it other days.
	d.Departments[1].Open.Zone = "Pacific/Auckland"
	items := []desk.Item{deskItem(d)}
	apply(t, c, laneDir, items...)
	if p, err := c.CountFigures(); err != nil || p == 100 {
		t.Fatalf("under other rules %d %%, %v", p, err)
	}
	changes(60)
	counted(t, c, d, w.want)
	// What a lane takes along is counted no more.
	if _, err := c.KeepLanes([]desk.LaneID{laneDir}); err != nil {
		t.Fatal(err)
	}
	counted(t, c, d, nil)
	if n := countKeys(t, c, kindFigure); n != 0 {
		t.Errorf("%d figures of no ticket", n)
	}
}

// A change costs what it moves, whatever has been counted, and one that moves no
// figure costs the same as without them.
func TestFiguresCostWhatChanged(t *testing.T) {
	c := fresh(t)
	load(t, c, laneWeb)
	var items []desk.Item
	for n := range 1500 {
		items = append(items, item(desk.ItemEnter, light(n), 1))
	}
	apply(t, c, laneWeb, items...)
	change := func(fn func(*desk.Ticket)) int {
		tk := light(700)
		tk.Version = c.Revision() + 10
		fn(&tk)
		before := c.Work()
		apply(t, c, laneWeb, desk.Item{Kind: desk.ItemDelta, Ticket: tk.ID, Version: tk.Version, Head: encode(tk)})
		return c.Work().Writes - before.Writes
	}
	plain := change(func(tk *desk.Ticket) { tk.Subject = "Another word" })
	counted(t, c, theDesk, lights(len(items)))
	if got := change(func(tk *desk.Ticket) { tk.Subject = "Yet another word" }); got > plain+1 {
		t.Errorf("a change of the subject writes %d keys, %d without figures", got, plain)
	}
	got := change(func(tk *desk.Ticket) {
		tk.Subject = "Yet another word"
		tk.Steps = []desk.Step{{Kind: "answered", At: tk.Created.Add(time.Hour)}}
	})
	if got > plain+2 {
		t.Errorf("a first answer writes %d keys, %d without figures", got, plain)
	}
}

func lights(many int) map[desk.TicketID]desk.Ticket {
	want := map[desk.TicketID]desk.Ticket{}
	for n := range many {
		tk := light(n)
		want[tk.ID] = tk
	}
	return want
}
