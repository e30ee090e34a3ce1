package cache

import (
	"encoding/hex"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
	"docket/storage/terms"
)

// The text of a text file lies beside its ticket, under the same encryption, so
// that the search finds it and a segment is made anew without the file. It goes
// with the ticket. Making a segment notes the tickets that name files whose text
// is not here; whoever has the files brings it (Unread, PutTexts).

// Unread is a ticket with text files whose text is not here.
type Unread struct {
	Ticket desk.TicketID
	Files  []desk.Attachment
}

func textKey(t tid, h desk.BlobHash) []byte {
	b, err := hex.DecodeString(string(h))
	if err != nil {
		b = []byte(h)
	}
	return key(kindText, t[:], b)
}

func textsOf(t tid) []byte   { return key(kindText, t[:]) }
func unreadKey(t tid) []byte { return key(kindUnread, t[:]) }

// readTexts gives the texts that are here of a ticket's files.
func readTexts(txn *badger.Txn, t tid) (map[desk.BlobHash]string, error) {
	var out map[desk.BlobHash]string
	it := txn.NewIterator(badger.IteratorOptions{Prefix: textsOf(t)})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		k := it.Item().KeyCopy(nil)
		b, err := valueOf(txn, k, it.Item())
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = map[desk.BlobHash]string{}
		}
		out[desk.BlobHash(hex.EncodeToString(k[17:]))] = string(b)
	}
	return out, nil
}

// unread gives the text files that entries name and whose text is not here.
func unread(entries []desk.Entry, texts map[desk.BlobHash]string) []desk.Attachment {
	var out []desk.Attachment
	for i := range entries {
		for _, f := range entries[i].Files {
			if _, here := texts[f.Hash]; !here && terms.HasText(f) && !slices.ContainsFunc(out, func(o desk.Attachment) bool { return o.Hash == f.Hash }) {
				out = append(out, f)
			}
		}
	}
	return out
}

// conversation reads what is here of a ticket: of entries that cannot be decoded
// those before them.
func (c *Cache) conversation(txn *badger.Txn, t tid) (*record, []desk.Entry, map[desk.BlobHash]string, error) {
	rec, err := getRecord(txn, t)
	if err != nil || rec == nil {
		return nil, nil, nil, err
	}
	entries, err := c.entriesBetween(txn, t, rec, max(rec.From, 1), rec.Have)
	if err != nil {
		return rec, entries, nil, err
	}
	texts, err := readTexts(txn, t)
	return rec, entries, texts, err
}

// Unread gives up to limit tickets with text files whose text is not here, those
// first in which something happened last. Files may be empty where they went
// meanwhile.
func (c *Cache) Unread(limit int) ([]Unread, error) {
	ws, err := c.marks(kindUnread)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(ws, func(a, b waiting) int { return slices.Compare(b.mark, a.mark) })
	var out []Unread
	for _, w := range ws[:min(limit, len(ws))] {
		err := c.view(func(txn *badger.Txn) error {
			_, entries, texts, err := c.conversation(txn, w.t)
			out = append(out, Unread{Ticket: w.t.id(), Files: unread(entries, texts)})
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// PutTexts brings the texts of all files a ticket names whose text is not here;
// "" is of one that has none. It reports whether the ticket is here.
func (c *Cache) PutTexts(ticket desk.TicketID, texts map[desk.BlobHash]string) (here bool, err error) {
	t, err := packID(ticket)
	if err != nil {
		return false, notHere()
	}
	_, err = c.update(func(w *writer) error {
		rec, entries, has, err := c.conversation(w.txn, t)
		if err != nil || rec == nil {
			return err
		}
		here = true
		found := false
		for _, f := range unread(entries, has) {
			text, brought := texts[f.Hash]
			if !brought {
				continue
			}
			if err := w.put(textKey(t, f.Hash), []byte(text)); err != nil {
				return err
			}
			found = found || text != ""
		}
		if found {
			head, err := c.head(rec)
			if err != nil {
				return err
			}
			if err := w.pend(t, &head); err != nil {
				return err
			}
		}
		return w.setUnread(t, nil)
	})
	return here, err
}

// setUnread notes that a ticket names text files whose text is not here, or with
// no mark that it does not.
func (w *writer) setUnread(t tid, mark []byte) error {
	w.c.work.Reads++
	k := unreadKey(t)
	was, err := get(w.txn, k)
	if err != nil {
		return err
	}
	by := one(mark != nil) - one(was != nil)
	w.after = append(w.after, func() { w.c.terms.unread += by })
	if mark == nil && was == nil {
		return nil
	}
	if mark == nil {
		return w.del(k)
	}
	return w.put(k, mark)
}

// TextOf gives the text of a ticket's file, "" where it has none or is not here.
func (c *Cache) TextOf(ticket desk.TicketID, h desk.BlobHash) (text string, err error) {
	t, err := packID(ticket)
	if err != nil {
		return "", notHere()
	}
	err = c.view(func(txn *badger.Txn) error {
		b, err := get(txn, textKey(t, h))
		text = string(b)
		return err
	})
	return text, err
}

// TextsSize tells how many bytes of texts of files are here, about.
func (c *Cache) TextsSize() (n int64, err error) {
	err = c.view(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{kindText}})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			n += it.Item().EstimatedSize()
		}
		return nil
	})
	return n, err
}

// dropTexts removes the texts of files that a ticket names no more.
func (w *writer) dropTexts(t tid, files []desk.BlobHash) error {
	for _, h := range files {
		if err := w.delLarge(textKey(t, h)); err != nil {
			return err
		}
	}
	return nil
}
