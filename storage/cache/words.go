package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
	"docket/storage/terms"
)

// A ticket is looked up by its number, its speakable code, who asked, what it is
// about and its type. The first byte tells which.
const (
	wordNumber = "\x01"
	wordCode   = "\x02"
	wordAsker  = "\x03"
	wordObject = "\x04"
	wordType   = "\x05"
)

// mostSearched is how many tickets a look-up looks at.
const (
	mostSearched = 1000
)

// wordsOf gives what a ticket is looked up by; what it is searched by is in the
// segments.
func wordsOf(t *desk.Ticket) []string {
	var words []string
	if t.Number > 0 {
		words = append(words, wordNumber+t.Number.String())
	}
	for _, r := range t.Refs {
		if w := objectWord(t.Org, r); w != "" && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	if t.Type == desk.Problem {
		words = append(words, wordType+string(t.Type))
	}
	return append(words, wordCode+t.ID.Code(), wordAsker+string(t.Requester))
}

// objectWord is what tickets about the same are found by; "" for what is a text
// only. Ids are an organization's own.
func objectWord(org desk.OrgID, r desk.Reference) string {
	if r.Kind == "text" || r.ID == "" || org == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(string(org) + "\x00" + r.Kind + "\x00" + r.ID))
	return wordObject + hex.EncodeToString(sum[:12])
}

// About gives the newest tickets that are about the same, but for one.
func (c *Cache) About(org desk.OrgID, r desk.Reference, but desk.TicketID, limit int) ([]Row, error) {
	word := objectWord(org, r)
	if word == "" {
		return nil, nil
	}
	var found []tid
	err := c.view(func(txn *badger.Txn) error {
		return withWord(txn, word, true, func(t tid) (bool, error) {
			if t.id() != but && !slices.Contains(found, t) {
				found = append(found, t)
			}
			return len(found) < mostSearched, nil
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b tid) int { return slices.Compare(b[:], a[:]) }) // ids begin with the time
	var out []Row
	for _, t := range found[:min(limit, len(found))] {
		row, err := c.Row(t.id())
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

// A pack is the tickets whose words were written in one commit. A word has one
// key for each pack, not for each ticket: the hundred tickets of a page share
// most of their words, and the first sync would otherwise write a dozen keys
// for each. A ticket's record says which pack its words are in; all of them are
// in one.
//
// Its lowest bit is set for a page of a snapshot, the rest is the commit.
type pack uint64

func newPack(commit uint64, snapshot bool) pack { return pack(commit<<1 | uint64(one(snapshot))) } //nolint:gosec // 0 or 1

// order sorts packs so that new tickets come early: the latest commits first,
// then the pages of snapshots, which themselves begin with the newest.
func (p pack) order() []byte {
	if p&1 == 1 {
		return u64(1<<63 | uint64(p>>1))
	}
	return u64(^uint64(p>>1) &^ (1 << 63))
}

// addWords notes the words of a ticket for the pack of this commit.
func (w *writer) addWords(words []string, t tid) pack {
	for _, word := range words {
		if w.words[word] == nil {
			w.count(len(word) + 16)
		}
		w.size += len(t)
		w.words[word] = append(w.words[word], t)
	}
	return w.pack()
}

// pack is the pack of the commit being prepared.
func (w *writer) pack() pack {
	if w.packed == 0 {
		w.packed = newPack(w.c.serial.last+1, w.snapshot)
	}
	return w.packed
}

// dropWords takes a ticket's words out of the pack they are in.
func (w *writer) dropWords(words []string, p pack, t tid) error {
	for _, word := range words {
		if p == w.packed {
			w.words[word] = slices.DeleteFunc(w.words[word], func(x tid) bool { return x == t })
			continue
		}
		k := wordKey(word, p)
		w.c.work.Reads++
		b, err := get(w.txn, k)
		if err != nil {
			return err
		}
		at := 0
		for at < len(b) && !bytes.Equal(b[at:min(at+len(t), len(b))], t[:]) {
			at += len(t)
		}
		switch {
		case at >= len(b):
			return mismatch("a ticket without its word", k)
		case len(b) == len(t):
			err = w.delLarge(k)
		default:
			err = w.put(k, slices.Delete(b, at, at+len(t)))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// putWords writes the pack of the commit.
func (w *writer) putWords() error {
	for word, ts := range w.words {
		if len(ts) == 0 {
			continue
		}
		b := make([]byte, 0, len(ts)*len(tid{}))
		for _, t := range ts {
			b = append(b, t[:]...)
		}
		if err := w.put(wordKey(word, w.packed), b); err != nil {
			return err
		}
	}
	return nil
}

// withWord runs fn over the tickets with a word, or one that begins with it,
// newest packs first within a word, until it says false.
func withWord(txn *badger.Txn, word string, whole bool, fn func(tid) (bool, error)) error {
	prefix := key(kindWord, []byte(word))
	if whole {
		prefix = append(prefix, 0)
	}
	it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		k := it.Item().KeyCopy(nil)
		b, err := valueOf(txn, k, it.Item())
		if err != nil {
			return err
		}
		if len(b)%len(tid{}) != 0 {
			return mismatch("word", k)
		}
		for ; len(b) > 0; b = b[len(tid{}):] {
			if more, err := fn(tid(b)); err != nil || !more {
				return err
			}
		}
	}
	return nil
}

func (c *Cache) byWord(word string) (id desk.TicketID, err error) {
	err = c.view(func(txn *badger.Txn) error {
		return withWord(txn, word, true, func(t tid) (bool, error) {
			id = t.id()
			return false, nil
		})
	})
	if err == nil && id == "" {
		err = notHere()
	}
	return id, err
}

// ByNumber finds a ticket by its number; ErrNotFound if it is not here.
func (c *Cache) ByNumber(n desk.Number) (desk.TicketID, error) {
	return c.byWord(wordNumber + n.String())
}

// ByReference finds a ticket by its speakable code, as people type it;
// ErrNotFound if it is not here.
func (c *Cache) ByReference(code string) (desk.TicketID, error) {
	code, err := desk.ParseReference(code)
	if err != nil {
		return "", notHere()
	}
	return c.byWord(wordCode + code)
}

// AskedBy gives up to limit tickets a person asked for, newest first. It costs
// what there is of that person.
func (c *Cache) AskedBy(p desk.PersonID, limit int) ([]Row, error) {
	return c.newest(limit, []string{wordAsker + string(p)}, func(n int) bool { return n > 0 })
}

// Problems gives up to limit problems, newest first.
func (c *Cache) Problems(limit int) ([]Row, error) {
	return c.newest(limit, []string{wordType + string(desk.Problem)}, func(n int) bool { return n > 0 })
}

// newest gives the tickets that have so many of some words, whole.
func (c *Cache) newest(limit int, words []string, enough func(n int) bool) ([]Row, error) {
	has := map[tid]int{}
	for _, word := range words {
		n := 0
		err := c.view(func(txn *badger.Txn) error {
			return withWord(txn, word, true, func(t tid) (bool, error) {
				has[t]++
				n++
				return n < mostSearched, nil
			})
		})
		if err != nil {
			return nil, err
		}
	}
	found := slices.SortedFunc(maps.Keys(has), func(a, b tid) int {
		if has[a] != has[b] {
			return has[b] - has[a]
		}
		return slices.Compare(b[:], a[:])
	})
	var out []Row
	for _, t := range found {
		if len(out) == limit || !enough(has[t]) {
			break
		}
		if r, err := c.Row(t.id()); err == nil {
			out = append(out, r)
		}
	}
	return out, nil
}

// Find gives up to limit tickets by number, reference, or the beginnings of
// words in them, newest first.
func (c *Cache) Find(text string, limit int) ([]Row, error) {
	var out []Row
	add := func(r Row, err error) {
		if err == nil && !slices.ContainsFunc(out, func(o Row) bool { return o.Ticket.ID == r.Ticket.ID }) {
			out = append(out, r)
		}
	}
	if n, err := desk.ParseNumber(text); err == nil {
		if id, err := c.ByNumber(n); err == nil {
			add(c.Row(id))
		}
	}
	if id, err := c.ByReference(text); err == nil {
		add(c.Row(id))
	}
	if ask := Words(text); len(ask.Of) > 0 {
		for i := range ask.Of {
			ask.Of[i].Open = true
		}
		found, err := c.Search(ask, 0, limit)
		if err != nil {
			return nil, err
		}
		for _, f := range found.Found {
			add(f.Row, nil)
		}
	}
	return out[:min(limit, len(out))], nil
}

// Words asks for all the words of a text, the last of which may be begun.
func Words(text string) Ask {
	ask := Ask{Op: AskAll}
	for _, w := range strings.Fields(text) {
		if len(terms.Words(w)) > 0 {
			ask.Of = append(ask.Of, Ask{Text: w})
		}
	}
	if n := len(ask.Of); n > 0 {
		ask.Of[n-1].Open = true
	}
	return ask
}

// split gives the words of a name or an address, without doubles.
func split(text string) []string {
	var out []string
	for _, w := range terms.Words(text) {
		if !slices.Contains(out, w.Term) {
			out = append(out, w.Term)
		}
	}
	return out
}

// begins reports whether each asked word is the beginning of one in has.
func begins(has, asked []string) bool {
	for _, a := range asked {
		if !slices.ContainsFunc(has, func(h string) bool { return strings.HasPrefix(h, a) }) {
			return false
		}
	}
	return true
}
