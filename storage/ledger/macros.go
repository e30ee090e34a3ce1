package ledger

import (
	"fmt"

	"docket/app/desk"
)

// Macros gives the ready answers, by id. Their place is among the references of
// the staff's directory; there is no other.
func (tx *Tx) Macros() ([]desk.Macro, error) {
	var out []desk.Macro
	err := tx.each("SELECT body, sum FROM lane_refs WHERE lane = 's/dir' AND kind = ? ORDER BY id", []any{string(desk.RefMacro)},
		func(scan func(...any) error) error {
			var m desk.Macro
			if err := tx.scanBody(scan, &m, "a macro"); err != nil {
				return err
			}
			out = append(out, m)
			return nil
		})
	return out, err
}

// PutMacro declares a ready answer. Staff hears of it, and nobody else.
func (tx *Tx) PutMacro(m desk.Macro) ([]desk.Cursor, error) {
	if !tx.write {
		return nil, errReadOnly
	}
	body, err := tx.encode(m)
	if err != nil {
		return nil, fmt.Errorf("encode macro: %w", err)
	}
	return tx.tellRefs([]refChange{{lane: "s/dir", kind: desk.RefMacro, id: m.ID, body: body}})
}

// RemoveMacro takes a ready answer out.
func (tx *Tx) RemoveMacro(id string) ([]desk.Cursor, error) {
	if !tx.write {
		return nil, errReadOnly
	}
	return tx.tellRefs([]refChange{{lane: "s/dir", kind: desk.RefMacro, id: id}})
}
