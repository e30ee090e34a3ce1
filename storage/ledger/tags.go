package ledger

import (
	"fmt"
	"slices"

	"docket/app/desk"
)

// tagSchema counts how many tickets have a tag. The list of tags that staff
// choose from is those that some ticket has; it is told when a tag comes into
// use or goes out of it, and not with every ticket.
const tagSchema = `
CREATE TABLE tags (tag TEXT PRIMARY KEY, tickets BIGINT NOT NULL) WITHOUT ROWID;
`

// countTags counts the tags of a ticket that changed.
func (tx *Tx) countTags(was, is []string) error {
	if slices.Equal(was, is) {
		return nil
	}
	for _, t := range is {
		if !slices.Contains(was, t) {
			if err := tx.countTag(t, 1); err != nil {
				return err
			}
		}
	}
	for _, t := range was {
		if !slices.Contains(is, t) {
			if err := tx.countTag(t, -1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (tx *Tx) countTag(tag string, by int64) error {
	var n int64
	if _, err := tx.one("SELECT tickets FROM tags WHERE tag = ?", []any{tag}, &n); err != nil {
		return fmt.Errorf("read tag: %w", err)
	}
	known := n > 0
	n = max(n+by, 0)
	var err error
	if n == 0 {
		_, err = tx.exec("DELETE FROM tags WHERE tag = ?", tag)
	} else {
		_, err = tx.exec("INSERT INTO tags (tag, tickets) VALUES (?, ?) ON CONFLICT (tag) DO UPDATE SET tickets = excluded.tickets", tag, n)
	}
	if err != nil {
		return fmt.Errorf("count tag: %w", err)
	}
	if known == (n > 0) {
		return nil
	}
	ref := refChange{lane: "s/dir", kind: desk.RefTag, id: tag}
	if n > 0 {
		if ref.body, err = tx.encode(tag); err != nil {
			return fmt.Errorf("encode tag: %w", err)
		}
	}
	_, err = tx.tellRefs([]refChange{ref})
	return err
}
