package ledger_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/storage/ledger"
	"docket/storage/ledger/ledgertest"
)

// headFor is the head of the queues of who, "" if there is none.
func (w *world) headFor(who desk.Actor) desk.TicketID {
	w.Helper()
	var id desk.TicketID
	w.view(func(tx *ledger.Tx) error {
		t, err := tx.QueueHead(who.Departments, func(t *desk.Ticket) bool { return policy.For(t, who) })
		if errors.Is(err, desk.ErrNotFound) {
			return nil
		}
		if err == nil {
			id = t.ID
		}
		return err
	})
	return id
}

// The head of the queue is the ticket that a look at every ticket finds, and
// that whoever holds them all sees at the top of the list.
func TestQueueHead(t *testing.T) {
	for _, store := range []string{"sqlite", "postgres"} {
		t.Run(store, func(t *testing.T) {
			dsn := ""
			if store == "postgres" {
				dsn = ledgertest.Postgres(t)
			}
			runs, lives := 0, map[string]int{"sqlite": 25, "postgres": 1}
			rapid.Check(t, func(rt *rapid.T) {
				if runs++; runs > lives[store] {
					return // a database each costs more than what is asked of it
				}
				w := newWorld(t, or(dsn, "sqlite:"+filepath.Join(t.TempDir(), fmt.Sprint(runs), "ledger.db")))
				w.live(rt)
				if r, err := w.l.CheckAll(context.Background()); err != nil {
					rt.Fatalf("%v: %v", err, r.Problems)
				}
				if err := w.l.Close(); err != nil {
					rt.Fatal(err)
				}
			})
		})
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// live has eight tickets come, go and change, and looks at the heads.
func (w *world) live(rt *rapid.T) {
	const tickets = 8
	opened := 0
	for range rapid.IntRange(5, 25).Draw(rt, "steps") {
		w.clock = w.clock.Add(time.Duration(rapid.IntRange(0, 3).Draw(rt, "hours")) * time.Hour)
		n := rapid.IntRange(1, tickets).Draw(rt, "ticket")
		if n > opened {
			opened++
			w.ask(opened, rapid.SampledFrom([]desk.PersonID{"ann", "ben", "eve"}).Draw(rt, "asks"), "it")
			continue
		}
		w.change(rt, ticketID(n))
		for _, who := range []desk.Actor{
			{Person: "eve", Role: desk.Engineer, Departments: []desk.DeptID{"front", "hosting"}},
			{Person: "hal", Role: desk.Engineer, Departments: []desk.DeptID{"hosting"}},
			{Person: "ada", Role: desk.Admin, Departments: []desk.DeptID{"front", "hosting", "billing"}},
			{Person: "nobody", Role: desk.Engineer},
		} {
			if got, want := w.headFor(who), w.firstOf(opened, who); got != want {
				rt.Fatalf("head for %s: got %q, want %q", who.Person, got, want)
			}
		}
	}
}

// change lets ada, who may do everything, do something that makes sense.
func (w *world) change(rt *rapid.T, id desk.TicketID) {
	var t *desk.Ticket
	w.view(func(tx *ledger.Tx) (err error) {
		t, err = tx.Ticket(id)
		return err
	})
	who := rapid.SampledFrom([]desk.PersonID{"ada", "ada", "ada", t.Requester}).Draw(rt, "who")
	var args desk.Args = desk.Reply{Text: "hm"}
	if who == "ada" {
		args = rapid.SampledFrom([]desk.Args{
			desk.Assign{From: t.Assignee, To: "ada"},
			desk.Assign{From: t.Assignee},
			desk.AddNote{Text: "n"},
			desk.Reply{Text: "r"},
			desk.SetPriority{From: t.Priority, To: desk.PriorityHigh},
			desk.SetPriority{From: t.Priority, To: desk.PriorityLow},
			desk.Refer{From: t.Department, To: "hosting", Reason: "theirs"},
			desk.Refer{From: t.Department, To: "billing", Reason: "money"},
			desk.CloseTicket{},
			desk.Reopen{},
			desk.Skip{Reason: "no"},
			desk.SetStatus{From: t.Status, To: desk.OnHold},
			desk.SetStatus{From: t.Status, To: desk.InProgress},
		}).Draw(rt, "args")
	}
	err := w.l.Update(context.Background(), func(tx *ledger.Tx) error {
		_, err := w.doIn(tx, who, id, args)
		return err
	})
	if desk.AsError(err) != nil && desk.AsError(err).Code == desk.CodeInternal {
		rt.Fatal(err)
	}
}

// firstOf looks at every ticket.
func (w *world) firstOf(opened int, who desk.Actor) desk.TicketID {
	var first *desk.Ticket
	w.view(func(tx *ledger.Tx) error {
		for n := 1; n <= opened; n++ {
			t, err := tx.Ticket(ticketID(n))
			if err != nil {
				return err
			}
			if policy.InView(policy.ViewUnassigned, t, who) && policy.Section(t, who) == policy.Needs && who.In(t.Department) && policy.For(t, who) &&
				(first == nil || policy.Less(t, first, who)) {
				first = t
			}
		}
		return nil
	})
	if first == nil {
		return ""
	}
	return first.ID
}

func (w *world) raw(statements ...string) {
	w.Helper()
	driver, source, _ := strings.Cut(w.dsn, ":")
	if driver != "sqlite" {
		driver, source = "pgx", w.dsn
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		w.Fatal(err)
	}
	for _, q := range statements {
		if err == nil {
			_, err = db.Exec(q)
		}
	}
	if err = errors.Join(err, db.Close()); err != nil {
		w.Fatal(err)
	}
}

// A ledger from before there was a queue gets one with everything that waits.
func TestQueueOfAnOlderLedger(t *testing.T) {
	stores(t, func(w *world) {
		w.ask(1, "ann", "mail")
		w.ask(2, "ben", "web")
		w.ask(3, "ann", "more")
		w.do("eve", ticketID(1), desk.Assign{To: "eve"})
		w.do("eve", ticketID(3), desk.SetPriority{From: desk.PriorityNormal, To: desk.PriorityHigh})
		if err := w.l.Close(); err != nil {
			t.Fatal(err)
		}
		w.raw("DROP TABLE queue", "DROP TABLE tags", "DROP TABLE entitlement_use", "DROP TABLE replies", "DROP TABLE awaited", "DROP TABLE outages", "DROP TABLE loads", "DROP TABLE planned", "DROP TABLE noted_calls", "DROP TABLE article_files", "DROP TABLE articles", "DROP INDEX staff_due", "DROP INDEX lane_refs_kind",
			"DROP TABLE purged", "DROP TABLE doomed_files", "DROP TABLE present", "DROP TABLE servers", "DROP TABLE answers", "DROP TABLE rekeep", "DROP INDEX entry_files_ticket", "ALTER TABLE staff_heads DROP COLUMN next_at", "ALTER TABLE lane_tickets DROP COLUMN later", "DELETE FROM schema_steps WHERE step >= 2")
		w.l = w.open(w.dsn)
		if r, err := w.l.CheckAll(context.Background()); err != nil {
			t.Errorf("%v: %v", err, r.Problems)
		}
		if got := w.headFor(desk.Actor{Person: "eve", Departments: []desk.DeptID{"front"}}); got != ticketID(3) {
			t.Errorf("head is %s", got)
		}
	})
}

// A queue that says something else than the tickets is found by the check, and
// before somebody is given the wrong one.
func TestQueueThatIsWrong(t *testing.T) {
	for change, want := range map[string]string{
		"DELETE FROM queue":                       "missing in the queue of front",
		"UPDATE queue SET department = 'hosting'": "stands in the queue of hosting, where it does not belong",
	} {
		w := newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "ledger.db"))
		w.ask(1, "ann", "mail")
		if err := w.l.Close(); err != nil {
			t.Fatal(err)
		}
		w.raw(change)
		w.l = w.open(w.dsn)
		r, err := w.l.CheckAll(context.Background())
		if !errors.Is(err, desk.ErrDamaged) || !strings.Contains(strings.Join(r.Problems, "\n"), want) {
			t.Errorf("%s: %v, %v", change, err, r.Problems)
		}
		if err := w.l.View(context.Background(), func(tx *ledger.Tx) error {
			_, err := tx.QueueHead([]desk.DeptID{"hosting"}, func(*desk.Ticket) bool { return true })
			return err
		}); strings.HasPrefix(change, "UPDATE") && !errors.Is(err, desk.ErrDamaged) {
			t.Errorf("%s: served %v", change, err)
		}
	}
}
