package ledger

import (
	"context"
	"fmt"
)

// LimitPages lets the database file grow by so many pages and no more, which is
// what a full disk looks like to it.
func (l *Ledger) LimitPages(more int) error {
	return l.Update(context.Background(), func(tx *Tx) error {
		var have int
		if _, err := tx.one("PRAGMA page_count", nil, &have); err != nil {
			return err
		}
		_, err := tx.one(fmt.Sprintf("PRAGMA max_page_count = %d", have+more), nil, new(int))
		return err
	})
}

// Break makes what the transaction holds back impossible to write: an entry
// that is there already.
func (tx *Tx) Break() error {
	tx.held.entries = append(tx.held.entries, tx.held.entries[:5]...)
	return nil
}
