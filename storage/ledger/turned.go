package ledger

import (
	"fmt"

	"docket/app/desk"
)

// turned is for a person who was a customer and is staff now, or the other way
// round: what is kept for them in the one audience becomes the other's. Their
// positions count the entries of the new audience, and receipts that a computer
// may still ask for quote none of the old. It costs what there is of theirs,
// which is for once.
func (tx *Tx) turned(p desk.PersonID, staff bool) error {
	// The newest public entry up to where they had read.
	q := `UPDATE read_marks SET seq = COALESCE((SELECT MAX(e.public_seq) FROM staff_entries e
		WHERE e.ticket = read_marks.ticket AND e.seq <= read_marks.seq), 0) WHERE person = ?`
	if staff {
		q = `UPDATE read_marks SET seq = COALESCE((SELECT MAX(e.seq) FROM staff_entries e
			WHERE e.ticket = read_marks.ticket AND e.public_seq > 0 AND e.public_seq <= read_marks.seq), 0) WHERE person = ?`
	}
	if _, err := tx.exec(q, string(p)); err != nil {
		return fmt.Errorf("turn read marks: %w", err)
	}
	devices, err := tx.Devices(p)
	if err != nil {
		return err
	}
	for _, d := range devices {
		all, err := tx.Results(d.ID, 1)
		if err != nil {
			return err
		}
		for _, r := range all {
			if len(r.Newer) == 0 && r.Current == "" {
				continue
			}
			r.Newer, r.Current = nil, ""
			body, err := tx.encode(r)
			if err != nil {
				return fmt.Errorf("encode result: %w", err)
			}
			if _, err := tx.exec("UPDATE results SET body = ?, sum = ? WHERE device = ? AND dseq = ?", body, crc(body), string(d.ID), int64(r.DSeq)); err != nil {
				return fmt.Errorf("write result: %w", err)
			}
		}
	}
	return nil
}
