package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
)

// Words that begin with one of these bytes are no words of a text but the
// ticket’s number, its speakable code, who asked, and what it is about.
const (
	wordNumber = "\x01"
	wordCode   = "\x02"
	wordAsker  = "\x03"
	wordObject = "\x04"
	wordType   = "\x05"
)

// What is kept of a head, and how many tickets a search looks at.
const (
	mostWords    = 24
	longestWord  = 32
	mostSearched = 1000
)

// split gives the words of a text in lower case, without doubles.
func split(text string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(w) > longestWord {
			w = w[:longestWord]
			for !utf8.ValidString(w) {
				w = w[:len(w)-1]
			}
		}
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// wordsOf gives what a ticket is found by.
func wordsOf(t *desk.Ticket) []string {
	text := t.Subject + " " + t.OrgName
	for _, p := range t.People {
		if p.ID == t.Requester {
			text += " " + p.Name
		}
	}
	words := split(text)
	words = words[:min(len(words), mostWords)]
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

// begins reports whether each asked word is the beginning of one in has.
func begins(has, asked []string) bool {
	for _, a := range asked {
		if !slices.ContainsFunc(has, func(h string) bool { return strings.HasPrefix(h, a) }) {
			return false
		}
	}
	return true
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

// Like gives up to limit tickets that have at least two of the words of text in
// their subject, requester or organization, those with most of them first and
// then the newest.
func (c *Cache) Like(text string, limit int) ([]Row, error) {
	words := slices.DeleteFunc(split(text), func(w string) bool { return utf8.RuneCountInString(w) < 3 })
	return c.newest(limit, words[:min(len(words), mostWords)], func(n int) bool { return n > 1 })
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
// words of the subject, the requester and the organization, newest first. It
// looks at the thousand newest with the rarest-looking word.
func (c *Cache) Find(text string, limit int) ([]Row, error) {
	var out []Row
	add := func(id desk.TicketID, err error) {
		if err != nil || slices.ContainsFunc(out, func(r Row) bool { return r.Ticket.ID == id }) {
			return
		}
		if r, err := c.Row(id); err == nil {
			out = append(out, r)
		}
	}
	if n, err := desk.ParseNumber(text); err == nil {
		add(c.ByNumber(n))
	}
	add(c.ByReference(text))
	asked := split(text)
	if len(asked) == 0 {
		return out, nil
	}
	longest := slices.MaxFunc(asked, func(a, b string) int { return len(a) - len(b) })
	var found []tid
	err := c.view(func(txn *badger.Txn) error {
		return withWord(txn, longest, false, func(t tid) (bool, error) {
			if !slices.Contains(found, t) {
				found = append(found, t)
			}
			return len(found) < mostSearched, nil
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b tid) int { return slices.Compare(b[:], a[:]) })
	for _, t := range found {
		if len(out) >= limit {
			break
		}
		if len(asked) > 1 {
			head, _, err := c.Ticket(t.id())
			if err != nil {
				return nil, err
			}
			if !begins(wordsOf(&head), asked) {
				continue
			}
		}
		add(t.id(), nil)
	}
	return out[:min(limit, len(out))], nil
}
