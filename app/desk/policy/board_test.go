package policy_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// counted is the board counted anew from all tickets, the way it is meant.
func counted(tickets map[desk.TicketID]*desk.Ticket, now time.Time) (cells map[policy.Cell]int, people map[desk.PersonID]policy.Load, queues map[desk.DeptID]policy.Queue) {
	cells, people, queues = map[policy.Cell]int{}, map[desk.PersonID]policy.Load{}, map[desk.DeptID]policy.Queue{}
	for _, t := range tickets {
		open := !t.Status.Done()
		if !open && now.Sub(t.ClosedAt) >= policy.BoardWindow {
			continue
		}
		q, known := queues[t.Department]
		if !known {
			q.Missed = map[desk.DueKind]int{}
		}
		for _, k := range t.Clocks.Late {
			q.Missed[k]++
		}
		if t.Reopened > 0 {
			q.Reopened++
		}
		if !t.Rating.Asked.IsZero() {
			q.Asked++
		}
		if t.Rating.Score == desk.Good {
			q.Good++
		}
		if t.Rating.Score == desk.Bad {
			q.Bad++
		}
		if open {
			q.Open++
			c := policy.Cell{Department: t.Department, Due: policy.DueNothing}
			switch age := now.Sub(t.Created); {
			case age >= 7*24*time.Hour:
				c.Age = 3
			case age >= 3*24*time.Hour:
				c.Age = 2
			case age >= 24*time.Hour:
				c.Age = 1
			}
			due := t.Due
			if r := t.Clocks.Resolve; !r.IsZero() && (due.IsZero() || r.Before(due)) {
				due = r
			}
			if !due.IsZero() {
				switch left := due.Sub(now); {
				case left <= 0:
					c.Due = policy.DueLate
				case left <= time.Hour:
					c.Due = policy.DueHour
				case left <= 24*time.Hour:
					c.Due = policy.DueDay
				default:
					c.Due = policy.DueLater
				}
			}
			cells[c]++
			l := people[t.Assignee]
			l.Open++
			if t.Status == desk.InProgress {
				l.Needs++
			}
			if c.Due == policy.DueLate {
				l.Late++
			}
			people[t.Assignee] = l
		}
		queues[t.Department] = q
	}
	return cells, people, queues
}

// What is kept while tickets come, change and go and time passes is what a
// count of all of them gives.
func TestBoardIsWhatACountGives(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b, tickets := policy.NewBoard(), map[desk.TicketID]*desk.Ticket{}
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		span := func(name string, from, to int) time.Duration {
			return time.Duration(rapid.IntRange(from, to).Draw(rt, name)) * 30 * time.Minute
		}
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			now = now.Add(span("wait", 0, 100))
			id := desk.TicketID(fmt.Sprint(rapid.IntRange(0, 6).Draw(rt, "ticket")))
			if rapid.IntRange(0, 9).Draw(rt, "what") == 0 {
				b.Drop(id)
				delete(tickets, id)
			} else {
				x := &desk.Ticket{
					ID: id, Department: rapid.SampledFrom([]desk.DeptID{"mail", "web"}).Draw(rt, "dept"), Created: now.Add(-span("age", 0, 500)),
					Assignee: rapid.SampledFrom([]desk.PersonID{"", "ed", "eve"}).Draw(rt, "who"), Reopened: rapid.IntRange(0, 1).Draw(rt, "again"),
					Status: rapid.SampledFrom([]desk.Status{desk.InProgress, desk.OnHold, desk.Solved}).Draw(rt, "status"),
				}
				if rapid.Bool().Draw(rt, "due") {
					x.Due = now.Add(span("until", -4, 200))
				}
				if rapid.Bool().Draw(rt, "solve") && x.Status != desk.Solved {
					x.Clocks.Resolve = now.Add(span("solveby", -4, 200))
				}
				if rapid.Bool().Draw(rt, "missed") {
					x.Clocks.Late = []desk.DueKind{desk.DueFirstReply}
				}
				if x.Status == desk.Solved {
					x.ClosedAt, x.Rating.Asked = now.Add(-span("closed", 0, 1500)), now
					x.Rating.Score = rapid.SampledFrom([]desk.Score{"", desk.Good, desk.Bad}).Draw(rt, "score")
				}
				b.Put(x, now)
				tickets[id] = x
			}
			cells, people, queues := counted(tickets, now)
			got := b.Queues(now)
			for d, q := range got { // one that had something once stays, with nothing
				if q.Open+q.Reopened+q.Asked+q.Missed[desk.DueFirstReply] == 0 {
					delete(got, d)
				}
				if q.Missed[desk.DueFirstReply] == 0 {
					delete(q.Missed, desk.DueFirstReply)
				}
			}
			for d, q := range queues {
				if q.Open+q.Reopened+q.Asked+q.Missed[desk.DueFirstReply] == 0 {
					delete(queues, d)
				}
			}
			if c := b.Cells(now); !reflect.DeepEqual(c, cells) {
				rt.Fatalf("cells %v, counted %v", c, cells)
			}
			if p := b.People(now); !reflect.DeepEqual(p, people) {
				rt.Fatalf("people %v, counted %v", p, people)
			}
			if !reflect.DeepEqual(got, queues) {
				rt.Fatalf("queues %v, counted %v", got, queues)
			}
			n := 0
			for _, c := range cells {
				n += c
			}
			if in := b.In(now, func(policy.Cell, desk.PersonID) bool { return true }); len(in) != n {
				rt.Fatalf("%d tickets in %d", len(in), n)
			}
		}
	})
}

// A ticket crosses a line at the moment itself, with nobody touching it.
func TestBoardCrossesLines(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	b := policy.NewBoard()
	b.Put(&desk.Ticket{ID: "t", Department: "mail", Status: desk.New, Created: now, Due: now.Add(25 * time.Hour)}, now)
	for _, c := range []struct {
		after    time.Duration
		age, due int
	}{
		{0, 0, policy.DueLater},
		{time.Hour, 0, policy.DueDay},
		{24*time.Hour - 1, 0, policy.DueDay},
		{24 * time.Hour, 1, policy.DueHour},
		{25*time.Hour - 1, 1, policy.DueHour},
		{25 * time.Hour, 1, policy.DueLate},
		{72 * time.Hour, 2, policy.DueLate},
		{168 * time.Hour, 3, policy.DueLate},
	} {
		if got := b.Cells(now.Add(c.after)); got[policy.Cell{Department: "mail", Age: c.age, Due: c.due}] != 1 || len(got) != 1 {
			t.Errorf("after %s: %v", c.after, got)
		}
	}
}
