package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"docket/app/desk"
)

const auditInsert = "INSERT INTO audit (seq, at, person, device, action, object, outcome, hash) VALUES "

// chain gives the hash of the row numbered seq after the hash of the one
// before it, so that a row cannot be changed or taken out unnoticed.
func (r *AuditRow) chain(before []byte, seq int64) []byte {
	d := sha256.New()
	var n [8]byte
	num := func(v int64) {
		binary.BigEndian.PutUint64(n[:], uint64(v))
		d.Write(n[:])
	}
	d.Write(before)
	num(seq)
	num(millis(r.At))
	for _, s := range []string{string(r.Person), string(r.Device), r.Action, r.Object, r.Outcome} {
		num(int64(len(s)))
		d.Write([]byte(s))
	}
	return d.Sum(nil)
}

// Audit appends to the audit. Rows are never changed or removed.
func (tx *Tx) Audit(r AuditRow) error {
	if !tx.write {
		return errReadOnly
	}
	tx.state.auditSeq++
	tx.state.auditHash = r.chain(tx.state.auditHash, tx.state.auditSeq)
	tx.dirty, tx.held.something = true, true
	tx.held.audit = append(tx.held.audit, tx.state.auditSeq, millis(r.At), string(r.Person), string(r.Device), r.Action, r.Object, r.Outcome,
		tx.state.auditHash)
	return nil
}

// AuditRows gives rows of the audit from a number on, oldest first.
func (tx *Tx) AuditRows(from uint64, limit int) ([]AuditRow, error) {
	var out []AuditRow
	err := tx.each("SELECT at, person, device, action, object, outcome FROM audit WHERE seq >= ? ORDER BY seq LIMIT ?",
		[]any{int64(from), limit}, func(scan func(...any) error) error {
			var r AuditRow
			var at int64
			if err := scan(&at, &r.Person, &r.Device, &r.Action, &r.Object, &r.Outcome); err != nil {
				return fmt.Errorf("read audit: %w", err)
			}
			r.At = fromMillis(at)
			out = append(out, r)
			return nil
		})
	return out, err
}

// NoteImported remembers which ticket came of a thing in another system.
func (tx *Tx) NoteImported(key string, id desk.TicketID) error {
	if _, err := tx.exec("INSERT INTO imported (source, ticket) VALUES (?, ?)", key, string(id)); err != nil {
		return fmt.Errorf("note import: %w", err)
	}
	return nil
}

// Imported tells which ticket came of a thing in another system.
func (tx *Tx) Imported(key string) (id desk.TicketID, found bool, err error) {
	found, err = tx.one("SELECT ticket FROM imported WHERE source = ?", []any{key}, &id)
	return id, found, err
}
