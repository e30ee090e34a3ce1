package cache

import (
	"bytes"

	"github.com/dgraph-io/badger/v4"
)

// Group is a run of rows of a view that begin alike: what one person asked, in
// a view by who asked.
type Group struct {
	From, Count int
	First       Row
}

// Groups gives the runs of rows whose sort keys have the same first n bytes, in
// order. It reads the keys of the whole view and one row of each run, so it is
// none for a view with more than most rows.
func (c *Cache) Groups(v ViewID, n, most int) (out []Group, err error) {
	err = c.view(func(txn *badger.Txn) error {
		out = nil
		no, err := c.index.no(v)
		if err != nil || c.index.counts[no].Total > most {
			return err
		}
		prefix := rowsOf(no)
		n := n + len(prefix)
		it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
		defer it.Close()
		var head []byte
		at := 0
		for it.Rewind(); it.Valid(); it.Next() {
			k := it.Item().Key()
			if begins := k[:min(n, len(k))]; head == nil || !bytes.Equal(begins, head) {
				head = bytes.Clone(begins)
				row, err := c.rowAt(it.Item(), it.Item().KeyCopy(nil))
				if err != nil {
					return err
				}
				out = append(out, Group{From: at, First: row})
			}
			out[len(out)-1].Count++
			at++
		}
		return nil
	})
	return out, err
}
