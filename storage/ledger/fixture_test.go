package ledger_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/storage/ledger"
	"docket/storage/ledger/ledgertest"
	"docket/sync/wire"
)

var day = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// world is a ledger with a desk in it, and the hands to change it.
type world struct {
	*testing.T
	l       *ledger.Ledger
	dsn     string
	clock   time.Time
	command int
}

// stores runs a test over every database there is: SQLite always, PostgreSQL
// when DOCKET_TEST_PG names one.
func stores(t *testing.T, test func(w *world)) {
	t.Run("sqlite", func(t *testing.T) { test(newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "ledger.db"))) })
	t.Run("postgres", func(t *testing.T) { test(newWorld(t, ledgertest.Postgres(t))) })
}

func newWorld(t *testing.T, dsn string) *world {
	t.Helper()
	w := &world{T: t, dsn: dsn, clock: day}
	w.l = w.open(dsn)
	w.update(func(tx *ledger.Tx) error { return furnish(tx) })
	return w
}

func (w *world) open(dsn string) *ledger.Ledger {
	w.Helper()
	l, err := ledger.Open(context.Background(), dsn, wire.Codec{})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() {
		if err := l.Close(); err != nil {
			w.Error(err)
		}
	})
	return l
}

// furnish declares two departments, two organizations and the people in them.
func furnish(tx *ledger.Tx) error {
	if _, err := tx.PutDesk(desk.Desk{Name: "Lindqvist", Departments: []desk.Department{
		{ID: "front", Name: "Front desk", Triage: true}, {ID: "hosting", Name: "Hosting"}, {ID: "billing", Name: "Billing"},
	}}); err != nil {
		return err
	}
	for _, o := range []desk.Organization{{ID: "acme", Name: "Acme"}, {ID: "birch", Name: "Birch"}} {
		if _, err := tx.PutOrg(o); err != nil {
			return err
		}
	}
	for _, p := range people() {
		if _, err := tx.PutPerson(p); err != nil {
			return err
		}
	}
	return nil
}

func people() []desk.Person {
	in := func(org desk.OrgID, a desk.OrgAccess) []desk.Membership {
		return []desk.Membership{{Org: org, Access: a}}
	}
	return []desk.Person{
		{ID: "ann", Name: "Ann", Email: "Ann@acme.example", Role: desk.Customer, Memberships: in("acme", desk.OrgRead)},
		{ID: "al", Name: "Al", Email: "al@acme.example", Role: desk.Customer, Memberships: in("acme", desk.OrgRead)},
		{ID: "ben", Name: "Ben", Email: "ben@birch.example", Role: desk.Customer, Memberships: in("birch", desk.OrgNone)},
		{ID: "eve", Name: "Eve", Email: "eve@desk.example", Role: desk.Engineer, Departments: []desk.DeptID{"front", "hosting"}},
		{ID: "hal", Name: "Hal", Email: "hal@desk.example", Role: desk.Engineer, Departments: []desk.DeptID{"hosting"}},
		{ID: "ada", Name: "Ada", Email: "ada@desk.example", Role: desk.Admin},
	}
}

func (w *world) update(fn func(tx *ledger.Tx) error) {
	w.Helper()
	if err := w.l.Update(context.Background(), fn); err != nil {
		w.Fatal(err)
	}
}

func (w *world) view(fn func(tx *ledger.Tx) error) {
	w.Helper()
	if err := w.l.View(context.Background(), fn); err != nil {
		w.Fatal(err)
	}
}

func id(kind, n int) string { return fmt.Sprintf("019c0000-0000-7000-%04x-%012x", 0x8000+kind, n) }

func ticketID(n int) desk.TicketID { return desk.TicketID(id(1, n)) }

// do decides one command as the authority would and applies what came of it.
func (w *world) do(who desk.PersonID, t desk.TicketID, args desk.Args) []desk.Cursor {
	w.Helper()
	var moved []desk.Cursor
	w.update(func(tx *ledger.Tx) (err error) {
		moved, err = w.doIn(tx, who, t, args)
		return err
	})
	return moved
}

func (w *world) doIn(tx *ledger.Tx, who desk.PersonID, t desk.TicketID, args desk.Args) ([]desk.Cursor, error) {
	w.clock = w.clock.Add(time.Second)
	w.command++
	actor, err := tx.Actor(who)
	if err != nil {
		return nil, err
	}
	var st desk.State
	if st.Place, err = tx.Place(); err != nil {
		return nil, err
	}
	cmd := desk.Command{ID: desk.CommandID(id(2, w.command)), Ticket: t, Composed: w.clock, Args: args}
	if _, opens := args.(desk.Open); !opens {
		if st.Ticket, err = tx.Ticket(t); err != nil {
			return nil, err
		}
		if st.ReadUpTo, err = tx.ReadUpTo(who, t); err != nil {
			return nil, err
		}
		cmd.Basis = st.Ticket.LastSeq
		if !actor.Role.Staff() {
			cmd.Basis = st.Ticket.PublicSeq
		}
	}
	ch, err := flow.Decide(st, cmd, actor, w.clock)
	if err != nil {
		return nil, fmt.Errorf("decide %T by %s: %w", args, who, err)
	}
	_, moved, err := tx.Apply(ch, who)
	return moved, err
}

func (w *world) ask(n int, who desk.PersonID, text string) desk.TicketID {
	w.Helper()
	t := ticketID(n)
	w.do(who, t, ask(who, text))
	return t
}

func ask(who desk.PersonID, text string) desk.Open {
	o := desk.Open{Subject: "About " + text, Text: text, Department: "hosting", Urgency: desk.UrgencyNormal}
	if who == "ann" || who == "al" {
		o.Org = "acme"
	}
	return o
}

// names gives the lanes of cursors.
func names(moved []desk.Cursor) []string {
	var out []string
	for _, c := range moved {
		out = append(out, string(c.Lane))
	}
	return out
}

func (w *world) wantLanes(what string, moved []desk.Cursor, want ...string) {
	w.Helper()
	slices.Sort(want)
	if got := names(moved); !slices.Equal(got, want) {
		w.Errorf("%s: moved %v, want %v", what, got, want)
	}
}

// batch gives everything a lane tells after a cursor.
func (w *world) batch(lane desk.LaneID, after desk.Cursor, reader desk.PersonID, most int) desk.Batch {
	w.Helper()
	var b desk.Batch
	w.view(func(tx *ledger.Tx) error {
		var ok bool
		var err error
		b, ok, err = tx.Batch(lane, after, reader, most)
		if err == nil && !ok {
			w.Errorf("batch of %s after %d: a snapshot is asked for", lane, after.Seq)
		}
		return err
	})
	return b
}

func (w *world) head(lane desk.LaneID) desk.Cursor {
	w.Helper()
	var c desk.Cursor
	w.view(func(tx *ledger.Tx) (err error) {
		c, err = tx.Head(lane)
		return err
	})
	return c
}

// says writes items in one line: kind, ticket's last digits, version, from+entries.
func says(items []desk.Item) string {
	var out []string
	for _, it := range items {
		s := string(it.Kind)
		if it.Ref != nil {
			out = append(out, s+" "+string(it.Ref.Kind)+"/"+it.Ref.ID)
			continue
		}
		s += " " + strings.TrimLeft(string(it.Ticket[len(it.Ticket)-4:]), "0")
		switch it.Kind {
		case desk.ItemRead:
			s += fmt.Sprintf(" to %d", it.Read)
		case desk.ItemLeave:
		default:
			s += fmt.Sprintf(" v%d %d+%d", it.Version, it.FromSeq, len(it.Entries))
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func hashOf(b string) desk.BlobHash {
	s := sha256.Sum256([]byte(b))
	return desk.BlobHash(hex.EncodeToString(s[:]))
}
