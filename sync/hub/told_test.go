package hub_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/storage/ledger"
	"docket/sync/hub"
	"docket/sync/wire"
)

// history makes random commands over a real ledger.
type history struct {
	*testing.T
	rnd     *rand.Rand
	l       *ledger.Ledger
	clock   time.Time
	n       int
	tickets []desk.TicketID
}

func newHistory(t *testing.T, seed uint64) *history {
	l, err := ledger.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "ledger.db"), wire.Codec{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	h := &history{T: t, rnd: rand.New(rand.NewPCG(seed, 1)), l: l, clock: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	h.update(func(tx *ledger.Tx) error {
		_, err := tx.PutDesk(desk.Desk{Name: "Lindqvist", Departments: []desk.Department{{ID: "front", Name: "Front desk", Triage: true}, {ID: "hosting", Name: "Hosting"}}})
		if err == nil {
			_, err = tx.PutOrg(desk.Organization{ID: "acme", Name: "Acme"})
		}
		if err != nil {
			return err
		}
		return h.person(tx, "Ann")
	})
	h.update(func(tx *ledger.Tx) error { return h.person(tx, "Anna") })
	return h
}

// person declares everybody anew, ann under a name.
func (h *history) person(tx *ledger.Tx, ann string) error {
	acme := []desk.Membership{{Org: "acme", Access: desk.OrgComment}}
	for _, p := range []desk.Person{
		{ID: "ann", Name: ann, Email: "ann@acme.example", Role: desk.Customer, Memberships: acme},
		{ID: "al", Name: "Al", Email: "al@acme.example", Role: desk.Customer, Memberships: acme},
		{ID: "eve", Name: "Eve", Email: "eve@desk.example", Role: desk.Engineer, Departments: []desk.DeptID{"front", "hosting"}},
		{ID: "hal", Name: "Hal", Email: "hal@desk.example", Role: desk.Engineer, Departments: []desk.DeptID{"hosting"}},
	} {
		if _, err := tx.PutPerson(p); err != nil {
			return err
		}
	}
	return nil
}

func (h *history) update(fn func(*ledger.Tx) error) {
	h.Helper()
	if err := h.l.Update(context.Background(), fn); err != nil {
		h.Fatal(err)
	}
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// command does something, or nothing when the rules refuse it.
func (h *history) command(tx *ledger.Tx) error {
	h.n++
	h.clock = h.clock.Add(time.Duration(h.rnd.IntN(3)) * time.Second)
	r := h.rnd
	who := pick[desk.PersonID](r, "ann", "al", "eve", "eve", "hal")
	if len(h.tickets) == 0 || r.IntN(25) == 0 {
		id := desk.TicketID(fmt.Sprintf("019c0000-0000-7000-8001-%012x", h.n))
		if err := h.do(tx, who, id, desk.Open{Subject: "mail", Text: "It fails.", Department: "hosting", Org: "acme", Requester: "ann"}); err != nil {
			return err
		}
		if _, err := tx.Ticket(id); err == nil {
			h.tickets = append(h.tickets, id)
		}
		return nil
	}
	id := pick(r, h.tickets...)
	t, err := tx.Ticket(id)
	if err != nil {
		return err
	}
	return h.do(tx, who, id, pick[desk.Args](r,
		desk.Reply{Text: fmt.Sprint("reply ", h.n)}, desk.Reply{Text: fmt.Sprint("another ", h.n), Then: desk.WaitingCustomer},
		desk.AddNote{Text: "hm", Mentions: []desk.PersonID{"hal"}}, desk.AddNote{Text: "a note"},
		desk.MarkRead{Seq: t.LastSeq}, desk.MarkRead{Seq: max(t.PublicSeq, 1)},
		desk.Assign{From: t.Assignee, To: pick[desk.PersonID](r, "eve", "hal", "")},
		desk.Refer{From: t.Department, To: pick[desk.DeptID](r, "front", "hosting"), Reason: "theirs"},
		desk.SetPriority{From: t.Priority, To: pick(r, desk.PriorityHigh, desk.PriorityNormal)},
		desk.SetCCs{Add: []desk.PersonID{"al"}}, desk.SetCCs{Remove: []desk.PersonID{"al"}},
		desk.SetPrivate{Private: !t.Private}, desk.Rename{From: t.Subject, To: fmt.Sprint("mail ", h.n)},
		desk.CloseTicket{Reason: "worked", Resolution: "done"}, desk.Reopen{Reason: "again"},
	))
}

func (h *history) do(tx *ledger.Tx, who desk.PersonID, id desk.TicketID, args desk.Args) error {
	actor, err := tx.Actor(who)
	if err != nil {
		return err
	}
	var st desk.State
	if st.Place, err = tx.Place(); err != nil {
		return err
	}
	cmd := desk.Command{ID: desk.CommandID(fmt.Sprintf("019c0000-0000-7000-8002-%012x", h.n)), Ticket: id, Composed: h.clock, Args: args}
	if _, opens := args.(desk.Open); !opens {
		if st.Ticket, err = tx.Ticket(id); err != nil {
			return err
		}
		cmd.Basis = st.Ticket.LastSeq
		if !actor.Role.Staff() {
			cmd.Basis = st.Ticket.PublicSeq
		}
		if st.ReadUpTo, err = tx.ReadUpTo(who, id); err != nil {
			return err
		}
	}
	ch, err := flow.Decide(st, cmd, actor, h.clock)
	if err != nil || ch.HeadSame && ch.ReadUpTo == 0 {
		return nil //nolint:nilerr // refused
	}
	_, _, err = tx.Apply(ch, who)
	return err
}

// TestWhatIsHandedIsWhatWouldBeRead has commits of one command and of many, and
// after each compares, from every place a commit left a lane at, what is made of
// the moves handed over with what the ledger gives from there, byte for byte.
func TestWhatIsHandedIsWhatWouldBeRead(t *testing.T) {
	made, joined, refused := map[desk.ItemKind]int{}, 0, 0
	for seed := range uint64(2) {
		h := newHistory(t, seed)
		moves := map[desk.LaneID][]desk.Move{}
		for range 100 {
			var now []desk.Move
			h.update(func(tx *ledger.Tx) error {
				for range pick(h.rnd, 1, 1, 1, 3, 12) {
					if err := h.command(tx); err != nil {
						return err
					}
				}
				if h.rnd.IntN(20) == 0 {
					if err := h.person(tx, fmt.Sprint("Ann ", h.n)); err != nil {
						return err
					}
				}
				now = tx.Moved()
				return nil
			})
			for _, m := range now {
				lane := m.To.Lane
				kept := append(moves[lane], m)
				if len(kept) > 5 {
					kept = kept[len(kept)-5:]
				}
				moves[lane] = kept
				for i, k := range kept {
					got, ok := hub.Way(kept, k.From, m.To)
					if !ok {
						if i == len(kept)-1 && m.Known {
							t.Fatalf("%s from %d: a move that is known leads nowhere", lane, k.From.Seq)
						}
						refused++
						continue
					}
					h.compare(k.From, got)
					if i < len(kept)-1 {
						joined++
					}
					for _, it := range got.Items {
						made[it.Kind]++
					}
				}
			}
		}
	}
	t.Logf("made %v, %d of several moves, %d refused", made, joined, refused)
	if made[desk.ItemDelta] < 500 || made[desk.ItemLeave] < 50 || made[desk.ItemRead] < 50 || joined < 300 || refused == 0 {
		t.Errorf("too little was compared: %v, %d of several moves, %d refused", made, joined, refused)
	}
}

func (h *history) compare(from desk.Cursor, got desk.Batch) {
	h.Helper()
	if err := h.l.View(context.Background(), func(tx *ledger.Tx) error {
		for _, reader := range []desk.PersonID{"", "ann", "eve"} {
			want, ok, err := tx.Batch(from.Lane, from, reader, 200)
			if err != nil || !ok {
				return fmt.Errorf("batch of %s from %d: %t %w", from.Lane, from.Seq, ok, err)
			}
			a, errA := wire.EncodeFrame(wire.FitBatch(want))
			b, errB := wire.EncodeFrame(wire.FitBatch(got))
			if errA != nil || errB != nil || !bytes.Equal(a, b) {
				return fmt.Errorf("%s from %d, read:\n%+v\nhanded:\n%+v", from.Lane, from.Seq, want, got)
			}
			sent := map[desk.TicketID]uint64{}
			for i, it := range want.Items {
				sent[it.Ticket] = it.Version - uint64(i%2)
			}
			if want, _, err = tx.BatchBeside(from.Lane, from, reader, 200, sent); err != nil {
				return err
			}
			a, errA = wire.EncodeFrame(wire.FitBatch(want))
			b, errB = wire.EncodeFrame(wire.FitBatch(hub.Beside(got, sent)))
			if errA != nil || errB != nil || !bytes.Equal(a, b) {
				return fmt.Errorf("%s from %d beside another lane, read:\n%+v\nhanded:\n%+v", from.Lane, from.Seq, want, got)
			}
		}
		return nil
	}); err != nil {
		h.Fatal(err)
	}
}
