package reconnect_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"docket/app/desk"
	"docket/build/prove/proof"
	"docket/build/prove/town"
	"docket/storage/ledger"
	"docket/storage/outbox"
	"docket/sync/wire"
)

// away is how long a computer is gone. Three months are a day less than those
// after which one has to sign in again.
var away = []time.Duration{time.Second, 30 * time.Second, 3 * time.Hour, 89 * 24 * time.Hour}

// keepLane is how long the server keeps what it can resume from.
const keepLane = 45 * 24 * time.Hour

// tickets is how many there are when everybody leaves.
const tickets = 200

type world struct {
	*town.Town
	t       *testing.T
	run     *proof.Run
	rng     *rand.Rand
	seed    uint64
	others  map[desk.PersonID]*device
	clients []*town.Client
	ids     []desk.TicketID
	texts   map[string]string // what somebody queued, and who
	n       int
	cases   int
	began   time.Time
}

// device is a computer that others write on meanwhile: it hands its commands to
// the authority and is not bound to what one connection may send in a second.
type device struct {
	id   desk.DeviceID
	dseq uint64
}

func TestComingBack(t *testing.T) {
	r := proof.Start(t, "reconnect")
	for i := range r.N {
		seed := r.Seed + uint64(i)
		t.Run("little", func(t *testing.T) {
			w := newWorld(t, r, seed)
			for _, d := range away {
				w.after(d, 0)
				w.after(d, 1)
			}
			w.belowTheFloor()
			w.strangeEpoch()
			w.restored()
		})
		for _, d := range away {
			t.Run(fmt.Sprintf("much in %v", d), func(t *testing.T) { newWorld(t, r, seed).after(d, 10_000) })
		}
	}
}

func newWorld(t *testing.T, r *proof.Run, seed uint64) *world {
	w := &world{Town: town.New(t, town.Options{}), t: t, run: r, rng: rand.New(rand.NewPCG(seed, 1)), seed: seed, began: time.Now(), texts: map[string]string{}}
	w.connect()
	for _, p := range w.Desk.People {
		c := w.Client(p.ID, w.rng)
		c.Now = w.Now
		w.clients = append(w.clients, c)
		w.must(c.Open(false))
	}
	t.Cleanup(func() {
		for _, c := range w.clients {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	for len(w.ids) < tickets {
		var cmds []desk.Command
		for range 100 {
			id := desk.TicketID(w.uuid())
			w.ids = append(w.ids, id)
			cmds = append(cmds, w.command(id, 0, desk.Open{
				Subject: fmt.Sprintf("Ticket %d", len(w.ids)), Text: w.words(), Department: "hosting", Org: "bakery", Private: len(w.ids)%5 == 0,
			}))
		}
		w.push("elif", cmds)
	}
	// Somebody with a few of their own, so that everybody has something here.
	for _, c := range w.clients {
		for _, in := range map[desk.PersonID][]desk.DeptID{"nina": {"hosting", "hosting"}, "lars": {"billing", "billing", "hosting"}}[c.Person] {
			id := desk.TicketID(w.uuid())
			w.ids = append(w.ids, id)
			w.must(c.Do(w.command(id, 0, desk.Open{Subject: "Mine", Text: w.words(), Department: in})))
		}
	}
	w.quiet("the start")
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) fail(format string, a ...any) {
	w.t.Helper()
	w.run.Fail(fmt.Sprintf("-n 1 -seed %d", w.seed), format, a...)
}

// connect gives the others new devices.
func (w *world) connect() {
	w.others = map[desk.PersonID]*device{}
	for _, p := range []desk.PersonID{"jonas", "elif"} {
		d := &device{id: desk.DeviceID(w.uuid())}
		w.SignIn(p, d.id)
		w.others[p] = d
	}
}

func (w *world) uuid() string { return town.UUID(w.rng, w.Now()) }

func (w *world) words() string {
	w.n++
	return fmt.Sprintf("text %d %x", w.n, w.rng.Uint64())
}

func (w *world) command(id desk.TicketID, basis uint64, args desk.Args) desk.Command {
	return desk.Command{ID: desk.CommandID(w.uuid()), Ticket: id, Basis: basis, Composed: w.Now(), Args: args}
}

// push has commands of a person done and gives how many were.
func (w *world) push(p desk.PersonID, cmds []desk.Command) (done int) {
	w.t.Helper()
	d := w.others[p]
	for part := range slices.Chunk(cmds, 100) {
		var numbered []wire.PushedCommand
		for _, c := range part {
			b, err := wire.EncodeCommand(c)
			w.must(err)
			d.dseq++
			numbered = append(numbered, wire.PushedCommand{DSeq: d.dseq, Body: b})
		}
		got, err := w.Server.Authority.Execute(context.Background(), d.id, numbered)
		w.must(err)
		if len(got.Receipts) != len(part) {
			w.t.Fatalf("%d commands, and the answer is %+v", len(part), got)
		}
		for _, x := range got.Receipts {
			if x.Outcome == desk.OK {
				done++
			}
		}
	}
	return done
}

// change makes n changes that somebody who is away misses, over the time they
// are away.
func (w *world) change(n int, over time.Duration) {
	w.t.Helper()
	rounds := max(1, n/tickets)
	for left := n; left > 0; {
		w.Pass(over / time.Duration(rounds+1))
		var staff, customer []desk.Command
		for _, i := range w.rng.Perm(tickets)[:min(left, tickets)] {
			t := w.Ticket(w.ids[i])
			if args := w.act(t); args != nil {
				staff = append(staff, w.command(t.ID, t.LastSeq, args))
			} else {
				customer = append(customer, w.command(t.ID, t.PublicSeq, desk.Reply{Text: w.words()}))
			}
		}
		left -= w.push("jonas", staff) + w.push("elif", customer)
	}
	w.run.Add("changes", n)
}

// act is what an engineer does with a ticket, nil for leaving it to the customer.
func (w *world) act(t *desk.Ticket) desk.Args {
	switch w.rng.IntN(7) {
	case 0:
		return desk.AddNote{Text: w.words()}
	case 1:
		to := town.Pick(w.rng, []desk.Priority{desk.PriorityLow, desk.PriorityNormal, desk.PriorityHigh})
		if to != t.Priority {
			return desk.SetPriority{From: t.Priority, To: to, Reason: "looked at it"}
		}
	case 2:
		if to := town.Pick(w.rng, []desk.PersonID{"jonas", "lea"}); to != t.Assignee {
			return desk.Assign{From: t.Assignee, To: to}
		}
	case 3:
		return desk.SetPrivate{Private: !t.Private}
	case 4, 5:
		return desk.Reply{Text: w.words()}
	}
	return nil
}

// leave takes everybody off the network, half of them by ending the program,
// in the middle of writing something.
func (w *world) leave(r int) {
	for i, c := range w.clients {
		w.must(c.Outbox.PutDraft(w.draft(c)))
		if (i+r)%2 == 0 {
			w.must(c.Close())
			w.must(c.Open(true)) // the program was ended and is started again later
		} else {
			c.Engine.SetPaused(true) // a lid that is closed
		}
	}
}

func (w *world) draft(c *town.Client) outbox.Draft {
	return outbox.Draft{Key: "ticket/" + string(w.ids[0]) + "/reply", Ticket: w.ids[0], Kind: outbox.DraftReply, Text: "half a sentence of " + string(c.Person)}
}

// write queues a message on something each person has here.
func (w *world) write() {
	for _, c := range w.clients {
		for _, i := range w.rng.Perm(len(w.ids)) {
			head, _, err := c.Cache.Ticket(w.ids[i])
			if err != nil {
				continue
			}
			text := "written away: " + w.words()
			w.texts[text] = string(c.Person)
			w.must(c.Do(w.command(head.ID, head.LastSeq, desk.Reply{Text: text})))
			break
		}
	}
}

// back brings everybody home. Nobody may need a page who can be led on from
// where they were.
func (w *world) back(what string, pages bool) {
	w.t.Helper()
	w.t.Logf("%s, %v", what, time.Since(w.began).Round(time.Millisecond))
	before := map[*town.Client]int{}
	for _, c := range w.clients {
		before[c] = c.Ear.Pages()
		if totals, err := c.Cache.Totals(); err != nil || totals.Tickets == 0 {
			w.fail("%s: %s came back with %d tickets (%v)", what, c.Person, totals.Tickets, err)
		}
		c.Engine.SetPaused(false)
	}
	if !w.quiet(what) {
		return
	}
	w.run.Add("cases", 1)
	for _, c := range w.clients {
		if n := c.Ear.Pages() - before[c]; n > 0 && !pages {
			w.fail("%s: %s took %d pages of a snapshot and could have resumed", what, c.Person, n)
		}
	}
	w.compare(what)
}

func (w *world) quiet(what string) bool {
	w.t.Helper()
	if !w.Quiet(nil, w.clients) {
		w.fail("%s: not everybody came to rest", what)
		return false
	}
	return true
}

// compare holds each client against a new one of the same person, and what was
// written against the ledger.
func (w *world) compare(what string) {
	w.t.Helper()
	for _, c := range w.clients {
		fresh := w.Client(c.Person, w.rng)
		fresh.Now = w.Now
		w.must(fresh.Open(false))
		if !w.Quiet(nil, []*town.Client{fresh}) {
			w.fail("%s: a new computer of %s never came to rest", what, c.Person)
		}
		got, err := c.Dump(w.ids)
		w.must(err)
		want, err := fresh.Dump(w.ids)
		w.must(err)
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || got[i] != want[i] {
				w.fail("%s: %s has %d things, a new computer %d; the first that differ:\n%.600s\n%.600s", what, c.Person, len(got), len(want), at(got, i), at(want, i))
				break
			}
		}
		w.run.Add("compared", len(got))
		if d, ok := c.Outbox.Draft(w.draft(c).Key); !ok || d.Text != w.draft(c).Text {
			w.fail("%s: %s's draft is %+v", what, c.Person, d)
		}
		w.must(fresh.Close())
	}
	w.once(what)
}

// once counts every text that was queued: it stands in the ledger once, or in
// its author's outbox waiting for them.
func (w *world) once(what string) {
	w.t.Helper()
	there := map[string]int{}
	w.View(func(tx *ledger.Tx) error {
		for _, id := range w.ids {
			es, err := tx.Tail(id, 0)
			if err != nil {
				return err
			}
			for _, e := range es {
				there[e.Text]++
			}
		}
		return nil
	})
	for text, person := range w.texts {
		n := there[text]
		for _, c := range w.clients {
			for _, it := range c.Outbox.Items() {
				if r, ok := it.Command.Args.(desk.Reply); ok && r.Text == text && it.State.NeedsPerson() && string(c.Person) == person {
					n++
				}
			}
		}
		if n != 1 {
			w.fail("%s: %q of %s is there %d times", what, text, person, n)
		}
	}
	w.run.Figure("written_away", len(w.texts))
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "(nothing)"
}

// after is one case: away for d, with n changes meanwhile.
func (w *world) after(d time.Duration, n int) {
	what := fmt.Sprintf("after %v and %d changes", d, n)
	w.cases++
	w.leave(w.cases)
	start := w.Now()
	w.change(n, d)
	w.Pass(d - w.Now().Sub(start))
	if d > keepLane {
		_, err := w.Server.Tidy(context.Background(), w.Now())
		w.must(err)
	}
	if n > 0 {
		w.write()
	}
	// What is older than the lanes keep cannot be led on from.
	w.back(what, d > keepLane && n > 0)
}

// belowTheFloor: the lane was cut where the client stands.
func (w *world) belowTheFloor() {
	w.leave(0)
	w.change(300, time.Minute)
	w.Update(func(tx *ledger.Tx) error {
		lanes, err := tx.Trimmable(1, w.Now())
		if err != nil {
			return err
		}
		for _, l := range lanes {
			n, err := tx.Trim(l, 1, w.Now())
			if err != nil {
				return err
			}
			w.run.Add("rows_cut", int(n))
		}
		return nil
	})
	w.write()
	before := 0
	for _, c := range w.clients {
		before += c.Ear.Pages()
	}
	w.back("below the floor of its lanes", true)
	after := 0
	for _, c := range w.clients {
		after += c.Ear.Pages()
	}
	if after == before {
		w.fail("below the floor nobody took a snapshot: the lanes were not cut")
	}
}

// strangeEpoch: the server has a history of its own all of a sudden, with the
// same numbers and other content.
func (w *world) strangeEpoch() {
	backup := w.Backup()
	w.leave(1)
	w.Restore(backup)
	w.connect()
	w.change(1, time.Second)
	w.write()
	w.back("a strange epoch", true)
}

// restored: the server comes back from a backup that knows less than its
// clients were told. What they sent since goes again, once.
func (w *world) restored() {
	backup := w.Backup()
	said := len(w.texts)
	for range 5 {
		w.write()
		w.quiet("before the restore")
	}
	w.leave(0)
	w.change(50, time.Minute)
	w.Restore(backup)
	w.connect()
	w.write()
	w.back("a server restored from an older backup", true)
	w.run.Figure("sent_again", len(w.texts)-said)
}
