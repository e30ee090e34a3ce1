package cache

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// Figures are kept per day: what all tickets together add to it, by
// policy.Figurer, is changed in the transaction that changes a ticket. So a
// report reads as many keys as it has days, and a change that moves no figure
// writes nothing.
//
// They are kept from when somebody first looks at them, because few do. They
// are then counted in steps, between which others write; what comes in between
// is counted if the counting has come past it. Figures of other rules, or of
// somebody with other rights, are void at once and counted anew at the next look.
//
// Rejected: sums of times, from which neither a median nor a most could be
// said; bands of times, of which both would be guesses.

// figuresState is what is stored of how far the figures are.
type figuresState struct {
	Rules []byte `json:"rules,omitempty"`
	// UpTo is the last ticket that was counted; ids compare as their keys.
	UpTo  desk.TicketID `json:"up_to,omitempty"`
	Whole bool          `json:"whole,omitempty"`
}

// figures is it with those who say what a ticket adds.
type figures struct {
	state figuresState
	by    *policy.Figurer
}

func (f *figures) reached(id desk.TicketID) bool { return f.state.Whole || id <= f.state.UpTo }

// ownFigures is the name of the state; a store that was never asked has none.
const ownFigures = "figures"

// figureStep is how many tickets are counted at once, and figureDays how many
// days a commit may move.
const (
	figureStep = 500
	figureDays = 120
)

func figuresOf(scope string) []byte { return key(kindFigure, []byte(scope), []byte{0}) }
func figureKey(scope string, d policy.Day) []byte {
	return key(kindFigure, []byte(scope), []byte{0}, u32(uint32(d))) //nolint:gosec // days before 1970 sort last, and are read by none
}

// refigures makes the figures those of me, and void if they were others'. It is
// asked at the open and whenever rights or departments may have changed.
func (w *writer) refigures(me desk.Actor) error {
	c := w.c
	d, err := c.Desk()
	if err != nil {
		return err
	}
	by := policy.NewFigurer(me, d.Departments)
	state := c.figures.state
	if bytes.Equal(state.Rules, by.Rules()) {
		if c.figures.by == nil { // else those there say the same
			w.after = append(w.after, func() { c.figures.by = by })
		}
		return nil
	}
	if state.Rules == nil {
		return nil // nobody ever looked
	}
	state = figuresState{Rules: []byte{}}
	w.after = append(w.after, func() { c.figures.state, c.figures.by = state, nil })
	if err := w.putOwn(ownFigures, state); err != nil {
		return err
	}
	return w.flush()
}

// refigure moves the figures from one record of a ticket to another.
func (w *writer) refigure(old, rec *record) error {
	f := &w.c.figures
	if f.by == nil {
		return nil
	}
	var was, is []policy.Fact
	for _, x := range []struct {
		rec *record
		to  *[]policy.Fact
	}{{old, &was}, {rec, &is}} {
		if x.rec == nil {
			continue
		}
		t, err := w.c.head(x.rec)
		if err != nil {
			return err
		}
		if f.reached(t.ID) {
			*x.to = f.by.Facts(&t)
		}
	}
	if slices.Equal(was, is) {
		return nil
	}
	w.figure(was, -1)
	w.figure(is, 1)
	return nil
}

// figure adds facts to what this commit changes.
func (w *writer) figure(facts []policy.Fact, times int) {
	for _, x := range facts {
		k := string(figureKey(x.Scope, x.Day))
		if w.figured[k] == nil {
			w.figured[k] = policy.Tally{}
		}
		w.figured[k].Add(policy.Tally{{What: x.What, Minutes: x.Minutes}: 1}, times)
	}
}

// putFigures writes the days a commit changes.
func (w *writer) putFigures() error {
	for _, k := range slices.Sorted(maps.Keys(w.figured)) {
		if len(w.figured[k]) == 0 {
			continue
		}
		w.c.work.Reads++
		b, err := get(w.txn, []byte(k))
		if err != nil {
			return err
		}
		t, err := decodeTally(b)
		if err != nil {
			return err
		}
		t.Add(w.figured[k], 1)
		for f, n := range t {
			if n < 0 {
				return fmt.Errorf("the figures of a day count %q %d times: %w", f.What, n, errMismatch)
			}
		}
		if len(t) == 0 {
			err = w.delLarge([]byte(k))
		} else {
			err = w.put([]byte(k), encodeTally(t))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// CountFigures counts some more of the tickets that were here before somebody
// looked, and says how many of a hundred it has; at 100 the figures are whole,
// and from then on are kept.
func (c *Cache) CountFigures() (percent int, err error) {
	c.mu.RLock()
	whole := c.figures.state.Whole && c.figures.by != nil
	c.mu.RUnlock()
	if whole {
		return 100, nil
	}
	_, err = c.update(func(w *writer) error { return w.countSome() })
	if err != nil {
		return 0, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	f := c.figures.state
	if f.Whole {
		return 100, nil
	}
	if t, err := packID(f.UpTo); err == nil { // where that is among them, about
		return min(99, int(t[0])*100/256), nil
	}
	return 0, nil
}

func (w *writer) countSome() error {
	c := w.c
	if c.figures.by == nil {
		if err := w.delPrefix([]byte{kindFigure}); err != nil { // of other rules
			return err
		}
		d, err := c.Desk()
		if err != nil {
			return err
		}
		by := policy.NewFigurer(c.me, d.Departments)
		state := figuresState{Rules: by.Rules()}
		w.after = append(w.after, func() { c.figures = figures{state, by} })
		if err := w.putOwn(ownFigures, state); err != nil {
			return err
		}
		if err := w.flush(); err != nil {
			return err
		}
	}
	state := c.figures.state
	txn := c.db.NewTransaction(false)
	defer txn.Discard()
	it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{kindTicket}})
	defer it.Close()
	it.Rewind()
	if state.UpTo != "" {
		t, err := packID(state.UpTo)
		if err != nil {
			return err
		}
		it.Seek(append(ticketKey(t), 0))
	}
	for n := 0; n < figureStep && len(w.figured) < figureDays; n++ {
		if state.Whole = !it.Valid(); state.Whole {
			break
		}
		b, err := valueOf(txn, it.Item().KeyCopy(nil), it.Item())
		if err != nil {
			return err
		}
		rec, err := decodeRecord(b)
		if err != nil {
			return err
		}
		t, err := c.head(rec)
		if err != nil {
			return err
		}
		w.figure(c.figures.by.Facts(&t), 1)
		state.UpTo = t.ID
		it.Next()
	}
	w.after = append(w.after, func() { c.figures.state = state })
	return w.putOwn(ownFigures, state)
}

// Figures are the figures of a scope on the days from a to b, both of them, by
// the day, with those of policy.Ever. They are whole once CountFigures says 100.
func (c *Cache) Figures(scope string, a, b policy.Day) (map[policy.Day]policy.Tally, error) {
	out := map[policy.Day]policy.Tally{}
	err := c.view(func(txn *badger.Txn) error {
		prefix := figuresOf(scope)
		it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
		defer it.Close()
		read := func(k []byte) error {
			v, err := valueOf(txn, k, it.Item())
			if err != nil {
				return err
			}
			out[policy.Day(binary.BigEndian.Uint32(k[len(prefix):]))], err = decodeTally(v) //nolint:gosec // as it was written
			return err
		}
		for it.Seek(figureKey(scope, a)); it.Valid(); it.Next() {
			k := it.Item().KeyCopy(nil)
			if len(k) != len(prefix)+4 || bytes.Compare(k, figureKey(scope, b)) > 0 {
				break
			}
			if err := read(k); err != nil {
				return err
			}
		}
		if ever := figureKey(scope, policy.Ever); b != policy.Ever {
			if it.Seek(ever); it.Valid() && bytes.Equal(it.Item().Key(), ever) {
				return read(ever)
			}
		}
		return nil
	})
	return out, err
}

// A tally is its facts in order: what, minutes and how often.
func encodeTally(t policy.Tally) []byte {
	facts := slices.SortedFunc(maps.Keys(t), func(a, b policy.Fact) int {
		if d := strings.Compare(a.What, b.What); d != 0 {
			return d
		}
		return a.Minutes - b.Minutes
	})
	var b []byte
	for _, f := range facts {
		b = append(binary.AppendUvarint(b, uint64(len(f.What))), f.What...)
		b = binary.AppendUvarint(b, uint64(f.Minutes)) //nolint:gosec // never below 0
		b = binary.AppendUvarint(b, uint64(t[f]))      //nolint:gosec // never below 0
	}
	return b
}

func decodeTally(b []byte) (policy.Tally, error) {
	t := policy.Tally{}
	r := briefReader{b: b}
	for len(r.b) > 0 {
		f := policy.Fact{What: r.text()}
		f.Minutes = int(r.uint()) //nolint:gosec // as it was written
		t[f] = int(r.uint())      //nolint:gosec // as it was written
		if f.What == "" {
			r.bad = true
		}
	}
	if r.bad {
		return nil, fmt.Errorf("the figures of a day: %w", errMismatch)
	}
	return t, nil
}
