package sim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/storage/ledger"
	"docket/storage/outbox"
	"docket/sync/engine"
	"docket/sync/wire"
)

// within is how long after the last fault everybody may take.
const within = 60 * time.Second

// converge waits until everybody is current and gives how long it took.
func (s *script) converge() time.Duration {
	start := time.Now()
	for time.Since(start) <= within {
		if !slices.ContainsFunc(s.computers, func(c *computer) bool { return !c.current() }) {
			return time.Since(start)
		}
		pause(250 * time.Millisecond)
	}
	s.broke("after %v without a fault not everybody is current", within)
	for _, c := range s.computers {
		if !c.current() {
			s.broke("%s", c.describe())
		}
	}
	return within
}

// waiting gives the items that should still go.
func (c *computer) waiting() []outbox.Item {
	return slices.DeleteFunc(c.out.Items(), func(it outbox.Item) bool { return !it.State.Waiting() || it.WaitsFor != "" })
}

// current reports whether the computer stands at the head of each of its lanes
// and nothing of it waits.
func (c *computer) current() bool {
	if c.eng.Status().State != engine.Live || len(c.waiting()) > 0 {
		return false
	}
	cursors, err := c.cache.Cursors()
	if err != nil {
		return false
	}
	have := map[desk.LaneID]desk.Cursor{}
	for _, x := range cursors {
		have[x.Lane] = x
	}
	missing, err := c.cache.Missing()
	same := err == nil && len(missing) == 0
	c.w.view(func(tx *ledger.Tx) error {
		a, err := tx.Actor(c.person)
		if err != nil {
			return err
		}
		heads, err := tx.Heads(access.LanesFor(a))
		for lane, head := range heads {
			same = same && have[lane].Seq == head.Seq && bytes.Equal(have[lane].Hash, head.Hash)
			delete(have, lane)
		}
		same = same && len(have) == 0
		return err
	})
	return same
}

func (c *computer) describe() string {
	var b strings.Builder
	st := c.eng.Status()
	fmt.Fprintf(&b, "%s: %s since %s, %v, retry %v, clock off by %v; waiting:", c, st.State, st.Since.Format(time.TimeOnly), st.Err, st.Retry, time.Duration(c.offset.Load()))
	for _, it := range c.waiting() {
		fmt.Fprintf(&b, " %s %s %d %T not before %v", it.ID, it.State, it.DSeq, it.Command.Args, it.NotBefore)
	}
	cursors, err := c.cache.Cursors()
	missing, err2 := c.cache.Missing()
	fmt.Fprintf(&b, "; cursors %v %v, missing %v %v, heads", cursors, err, missing, err2)
	c.w.view(func(tx *ledger.Tx) error {
		a, err := tx.Actor(c.person)
		if err != nil {
			return err
		}
		heads, err := tx.Heads(access.LanesFor(a))
		fmt.Fprintf(&b, " %v", heads)
		return err
	})
	return b.String()
}

// truth is what the ledger says, read once.
type truth struct {
	tickets map[desk.TicketID]*desk.Ticket
	entries map[desk.TicketID][]desk.Entry
	actors  map[desk.PersonID]desk.Actor
	read    map[desk.PersonID]map[desk.TicketID]uint64
	texts   map[string]int
}

func (s *script) truth() truth {
	tr := truth{
		tickets: map[desk.TicketID]*desk.Ticket{}, entries: map[desk.TicketID][]desk.Entry{}, actors: map[desk.PersonID]desk.Actor{},
		read: map[desk.PersonID]map[desk.TicketID]uint64{}, texts: map[string]int{},
	}
	s.view(func(tx *ledger.Tx) error {
		for _, p := range people {
			a, err := tx.Actor(p)
			if err != nil {
				return err
			}
			tr.actors[p], tr.read[p] = a, map[desk.TicketID]uint64{}
		}
		for _, id := range s.ids {
			t, err := tx.Ticket(id)
			if errors.Is(err, desk.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			tr.tickets[id] = t
			if tr.entries[id], err = tx.Tail(id, 0); err != nil {
				return err
			}
			for p := range tr.read {
				if tr.read[p][id], err = tx.ReadUpTo(p, id); err != nil {
					return err
				}
			}
		}
		return nil
	})
	for _, es := range tr.entries {
		for _, e := range es {
			if e.Text != "" {
				tr.texts[e.Text]++
			}
		}
	}
	return tr
}

// form encodes what somebody may see of a ticket, as their cache has it.
func form(a desk.Actor, t *desk.Ticket, es []desk.Entry) (string, error) {
	var head desk.Ticket
	var entries []desk.Entry
	if a.Role.Staff() {
		head, entries = *t, es
	} else {
		c := access.Customer(t)
		begins, at := access.Begins(a, t)
		if begins > 1 {
			c = access.LaterForm(c, begins, at)
		}
		b, err := wire.Marshal(c)
		if err == nil {
			err = wire.Unmarshal(b, &head)
		}
		if err != nil {
			return "", err
		}
		for _, e := range es {
			c, ok := access.CustomerEntry(e)
			if !ok || c.Seq < begins {
				continue
			}
			var x desk.Entry
			if b, err = wire.Marshal(c); err == nil {
				err = wire.Unmarshal(b, &x)
			}
			if err != nil {
				return "", err
			}
			entries = append(entries, x)
		}
	}
	return encode(head, entries)
}

func encode(t desk.Ticket, es []desk.Entry) (string, error) {
	b, err := wire.Marshal(struct {
		Head    desk.Ticket
		Entries []desk.Entry
	}{t, es})
	return string(b), err
}

// same holds every cache against the ledger. Two that see the same are then
// the same, which is compared once more without the ledger in between.
func (s *script) same(tr truth) {
	digests := map[string]string{} // audience and ticket: what the first who saw it has
	for _, c := range s.computers {
		a := tr.actors[c.person]
		seen := 0
		for _, id := range s.ids {
			t := tr.tickets[id]
			got, read, err := c.cache.Ticket(id)
			if t == nil || !access.CanSee(a, t) {
				if !errors.Is(err, desk.ErrNotFound) {
					s.broke("%s has ticket %s, which is not theirs or not there: %v", c, id, err)
				}
				continue
			}
			seen++
			if err != nil {
				s.broke("%s lacks ticket %s: %v", c, id, err)
				continue
			}
			es, err := c.cache.Entries(id, 0, 10_000)
			if err != nil {
				s.broke("%s: entries of %s: %v", c, id, err)
				continue
			}
			mine, err := encode(got, es)
			if err != nil {
				s.broke("%s: %v", c, err)
			}
			want, err := form(a, t, tr.entries[id])
			if err != nil {
				s.broke("%s: %v", c, err)
			}
			if mine != want {
				s.broke("%s has ticket %s at version %d with %d entries otherwise than the ledger at version %d (%d public) with %d:\n%+v\n%+v", c, id, got.Version, len(es), t.Version, t.PublicVersion, len(tr.entries[id]), got, *t)
			}
			if r := tr.read[c.person][id]; read != r {
				s.broke("%s has read ticket %s up to %d, the ledger says %d", c, id, read, r)
			}
			begins, _ := access.Begins(a, t)
			key := fmt.Sprint(a.Role.Staff(), begins, id)
			if first, ok := digests[key]; ok && first != mine {
				s.broke("%s has ticket %s otherwise than somebody who sees the same", c, id)
			}
			digests[key] = mine
			s.count["compared"]++
		}
		if tot, err := c.cache.Totals(); err != nil || tot.Tickets != seen {
			s.broke("%s has %d tickets, %d are theirs (%v)", c, tot.Tickets, seen, err)
		}
		if me, err := c.cache.Me(); err != nil || me.Role != a.Role {
			s.broke("%s is %v, the ledger says %v (%v)", c, me, a, err)
		}
	}
}

// once looks for every text and every command in the ledger.
func (s *script) once(tr truth) {
	items := map[desk.CommandID]outbox.Item{}
	for _, c := range s.computers {
		for _, it := range c.out.Items() {
			if _, twice := items[it.ID]; twice {
				s.broke("command %s is in two outboxes", it.ID)
			}
			items[it.ID] = it
		}
	}
	done := map[desk.CommandID]bool{}
	entry := map[desk.EntryID]bool{}
	for _, id := range slices.Sorted(maps.Keys(tr.entries)) {
		for _, e := range tr.entries[id] {
			if entry[e.ID] {
				s.broke("entry %s is there twice", e.ID)
			}
			entry[e.ID] = true
			done[e.Command] = true
		}
	}
	for text, id := range s.said {
		it, kept := items[id]
		n := tr.texts[text]
		switch {
		case kept && it.State == outbox.Confirmed && n == 1 && done[id]:
			s.count["confirmed"]++
		case kept && (it.State.NeedsPerson() || it.State == outbox.Queued && it.WaitsFor != "") && n == 0 && textOf(it.Command) == text:
			s.count["came_back"]++
		case !kept && n == 1 && done[id]:
			s.count["confirmed"]++ // so long ago that the outbox forgot it
		default:
			s.broke("%q (%s) is %q (kept %v) and %d times in the ledger: %+v", text, id, it.State, kept, n, it.Receipt)
		}
	}
	for text := range s.unsure {
		if n := tr.texts[text]; n > 1 {
			s.broke("%q, which could not be kept, is there %d times", text, n)
		}
	}
	for text, n := range tr.texts {
		if _, ok := s.said[text]; strings.HasPrefix(text, "text ") && !ok && !s.unsure[text] {
			s.broke("%q is there %d times and nobody said it", text, n)
		}
	}
	for id, it := range items {
		if it.State == outbox.Confirmed && it.Receipt != nil && it.Receipt.Seq > 0 && !done[id] {
			s.broke("command %s (%T) is confirmed with entry %d, and the ledger has none of it", id, it.Command.Args, it.Receipt.Seq)
		}
	}
}

// sound asks the ledger whether it contradicts itself.
func (s *script) sound() {
	r, err := s.srv.Ledger.CheckAll(context.Background())
	if err != nil || len(r.Problems) > 0 {
		s.broke("the ledger: %v %v", r.Problems, err)
	}
}
