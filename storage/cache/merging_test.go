package cache

import (
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
)

// TestGathered writes, changes, cuts and purges tickets at random, has the index
// gathered now and then, and after each round asks words, phrases, beginnings
// and what a ticket has not: the answer is that of reading all tickets.
func TestGathered(t *testing.T) {
	r := rand.New(rand.NewSource(5))
	c := fresh(t)
	load(t, c, laneWeb, talk(0, "nothing of it"))
	type kept struct {
		version, last, begins uint64
		texts                 map[uint64]string
	}
	model := map[int]*kept{}
	word := func() string { return fmt.Sprintf("q%c%c", 'a'+rune(r.Intn(4)), 'a'+rune(r.ExpFloat64()*3)%26) }
	text := func() string {
		var ws []string
		for range 1 + r.Intn(12) {
			ws = append(ws, word())
		}
		return strings.Join(ws, " ")
	}
	put := func(n int) {
		m := model[n]
		kind := desk.ItemDelta
		if m == nil {
			m, kind = &kept{begins: 1, texts: map[uint64]string{}}, desk.ItemEnter
			model[n] = m
		}
		m.version++
		m.last++
		m.texts[m.last] = text()
		from := m.last
		if r.Intn(6) == 0 && m.last > 2 {
			m.begins, from, kind = m.last-1, m.last-1, desk.ItemEnter
			for s := range m.texts {
				if s < m.begins {
					delete(m.texts, s)
				}
			}
		}
		tk := ticket(n)
		tk.Version, tk.LastSeq, tk.Begins = m.version, m.last, m.begins
		it := desk.Item{Kind: kind, Ticket: tk.ID, Version: m.version, Head: encode(tk), FromSeq: from}
		for s := from; s <= m.last; s++ {
			it.Entries = append(it.Entries, encode(entry(tk.ID, s, m.texts[s])))
		}
		apply(t, c, laneWeb, it)
	}
	has := func(m *kept, words []string) bool { // in a row, in one text
		for _, text := range m.texts {
			if strings.Contains(" "+text+" ", " "+strings.Join(words, " ")+" ") {
				return true
			}
		}
		return false
	}
	begins := func(m *kept, w string) bool {
		for _, text := range m.texts {
			if strings.Contains(" "+text, " "+w) {
				return true
			}
		}
		return false
	}
	merged := 0
	for round := range 60 {
		for range 1 + r.Intn(4) {
			n := 1 + r.Intn(60)
			if model[n] != nil && r.Intn(7) == 0 {
				delete(model, n)
				apply(t, c, laneWeb, desk.Item{Kind: desk.ItemPurge, Ticket: ticketID(n)})
				continue
			}
			put(n)
		}
		if r.Intn(3) > 0 {
			was := len(c.terms.segs)
			if err := c.Index(t.Context()); err != nil {
				t.Fatal(err)
			}
			if len(c.terms.segs) < was-segmentsAlike/2 {
				merged++
			}
		}
		for range 20 {
			a, b, d := word(), word(), word()
			for _, q := range []struct {
				ask  Ask
				fits func(m *kept) bool
			}{
				{ask(a, true), func(m *kept) bool { return has(m, []string{a}) }},
				{ask(a[:2], false), func(m *kept) bool { return begins(m, a[:2]) }},
				{ask(a+" "+b, true), func(m *kept) bool { return has(m, []string{a, b}) }},
				{Ask{Op: AskAll, Of: []Ask{ask(a, true), ask(b, true), ask(d, true)}}, func(m *kept) bool { return has(m, []string{a}) && has(m, []string{b}) && has(m, []string{d}) }},
				{Ask{Op: AskAll, Of: []Ask{ask(a, true), {Op: AskNot, Of: []Ask{ask(b, true)}}}}, func(m *kept) bool { return has(m, []string{a}) && !has(m, []string{b}) }},
				{Ask{Op: AskAny, Of: []Ask{ask(a+" "+b, true), ask(d+" "+a, true)}}, func(m *kept) bool { return has(m, []string{a, b}) || has(m, []string{d, a}) }},
			} {
				got, err := c.Search(q.ask, 0, 100)
				if err != nil {
					t.Fatal(err)
				}
				var is, want []int
				for _, f := range got.Found {
					is = append(is, int(f.Row.Ticket.Number)-1000)
				}
				for n, m := range model {
					if q.fits(m) {
						want = append(want, n)
					}
				}
				slices.Sort(is)
				slices.Sort(want)
				// Words of old and new entries meet once the ticket was read whole.
				whole := !slices.ContainsFunc(c.terms.segs, func(s segment) bool { return s.Partial }) && c.terms.pending == 0
				missed := slices.DeleteFunc(slices.Clone(want), func(n int) bool { return slices.Contains(is, n) })
				wrong := slices.DeleteFunc(slices.Clone(is), func(n int) bool { return slices.Contains(want, n) })
				if len(wrong) > 0 || whole && len(missed) > 0 {
					t.Fatalf("round %d, %+v: got %v, want %v", round, q.ask, is, want)
				}
			}
		}
	}
	if merged == 0 {
		t.Error("nothing was gathered")
	}
}

// TestDamagedMerge takes a block out of segments that are to become one: that is
// noticed, and no segment comes of it.
func TestDamagedMerge(t *testing.T) {
	c := fresh(t)
	load(t, c, laneWeb, talk(0, "begin"))
	for i := range segmentsAlike - 2 {
		apply(t, c, laneWeb, talk(i+1, strings.Repeat(fmt.Sprintf("a word%d and others ", i), 400)))
		if err := c.Index(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	var at []byte
	if err := c.view(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: blocksOfSegment(c.terms.segs[0].No)})
		defer it.Close()
		it.Rewind()
		at = it.Item().KeyCopy(nil)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := c.db.Update(func(txn *badger.Txn) error { return txn.Delete(at) }); err != nil {
		t.Fatal(err)
	}
	segs := c.terms.segs
	if err := c.merge(t.Context(), segs, segs); !errors.Is(err, errIndex) {
		t.Errorf("got %v", err)
	}
}

// TestMergeWaits leaves segments alone while there are new entries beside them:
// the merged one would be newer than those, and they would be taken for known.
func TestMergeWaits(t *testing.T) {
	c := fresh(t)
	load(t, c, laneWeb, talk(1, "one"), talk(2, "two"))
	if err := c.Index(t.Context()); err != nil {
		t.Fatal(err)
	}
	tk := ticket(1)
	tk.Version, tk.LastSeq = 2, 2
	apply(t, c, laneWeb, desk.Item{Kind: desk.ItemDelta, Ticket: tk.ID, Version: 2, Head: encode(tk), FromSeq: 2, Entries: [][]byte{encode(entry(tk.ID, 2, "answered"))}})
	segs := slices.DeleteFunc(slices.Clone(c.terms.segs), func(s segment) bool { return s.Partial })
	if err := c.merge(t.Context(), segs, segs); err != nil {
		t.Fatal(err)
	}
	if err := c.Index(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "the new entry", numbers(t, c, ask("answered", true)), "1/2")
}
