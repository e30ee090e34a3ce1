package cache

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
)

// Words that begin with one of these bytes are no words of a text but the
// ticket's number and speakable code.
const (
	wordNumber = "\x01"
	wordCode   = "\x02"
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
	return append(words, wordCode+t.ID.Reference())
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

// withWord runs fn over the tickets with a word, or one that begins with it,
// newest first within a word, until it says false.
func withWord(txn *badger.Txn, word string, whole bool, fn func(tid) (bool, error)) error {
	prefix := key(kindWord, []byte(word))
	if whole {
		prefix = append(prefix, 0)
	}
	it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		k := it.Item().Key()
		t, ok := ticketOfWord(k)
		if !ok {
			return mismatch("word", prefix)
		}
		if err := it.Item().Value(func(v []byte) error {
			_, _, err := unseal(k, v)
			return err
		}); err != nil {
			return redact("read", err)
		}
		if more, err := fn(t); err != nil || !more {
			return err
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

// ByReference finds a ticket by its speakable code, in any case and with or
// without its hyphen; ErrNotFound if it is not here.
func (c *Cache) ByReference(code string) (desk.TicketID, error) {
	code = strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(code), "-", ""))
	if len(code) != 5 {
		return "", notHere()
	}
	return c.byWord(wordCode + code[:2] + "-" + code[2:])
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
