package cache

import (
	"testing"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
)

func countKeys(t testing.TB, c *Cache, kind byte) int {
	t.Helper()
	n := 0
	if err := c.view(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{kind}})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			n++
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPackID(t *testing.T) {
	id := ticketID(123456)
	p, err := packID(id)
	if err != nil || p.id() != id {
		t.Errorf("packID: got %s, %v, want %s", p.id(), err, id)
	}
	for _, bad := range []string{"", "x", string(id) + "0", "ABCDEF00-0000-7000-8000-000000000000"} {
		if _, err := packID(desk.TicketID(bad)); err == nil {
			t.Errorf("packID(%q): got nil error", bad)
		}
	}
}
