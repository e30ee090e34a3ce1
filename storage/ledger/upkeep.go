package ledger

import (
	"fmt"
	"time"

	"docket/app/desk"
)

// Trimmable lists the lanes Trim would shorten. It looks at the oldest row of
// each and at no other.
func (tx *Tx) Trimmable(keep uint64, before time.Time) ([]desk.LaneID, error) {
	var out []desk.LaneID
	err := tx.each(`SELECT lane FROM lanes WHERE seq - floor > ? OR EXISTS (SELECT 1 FROM lane_items
		WHERE lane_items.lane = lanes.lane AND lane_items.seq = lanes.floor + 1 AND lane_items.at < ?) ORDER BY lane`,
		[]any{int64(keep), millis(before)}, func(scan func(...any) error) error {
			var id desk.LaneID
			if err := scan(&id); err != nil {
				return fmt.Errorf("read lane: %w", err)
			}
			out = append(out, id)
			return nil
		})
	return out, err
}

// StaleUploads lists uploads that were announced before a time and have not
// ended, oldest first, at most some hundred of them.
func (tx *Tx) StaleUploads(before time.Time) ([]Upload, error) {
	var out []Upload
	err := tx.each("SELECT person, hash, size, updated FROM uploads WHERE updated < ? ORDER BY updated LIMIT 500",
		[]any{millis(before)}, func(scan func(...any) error) error {
			var u Upload
			var updated int64
			if err := scan(&u.Person, &u.Hash, &u.Size, &updated); err != nil {
				return fmt.Errorf("read upload: %w", err)
			}
			u.Updated = fromMillis(updated)
			out = append(out, u)
			return nil
		})
	return out, err
}

// DropInvitations forgets codes that expired before a time, used or not, and
// tells how many there were.
func (tx *Tx) DropInvitations(before time.Time) (int64, error) {
	n, err := tx.exec("DELETE FROM invitations WHERE expires < ?", millis(before))
	if err != nil {
		return 0, fmt.Errorf("drop invitations: %w", err)
	}
	return n, nil
}
