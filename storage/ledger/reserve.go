package ledger

import (
	"context"
	"fmt"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// plannedSchema keeps who works on how much that is planned, so that some can
// be kept out of it.
const plannedSchema = `
CREATE TABLE planned (person TEXT PRIMARY KEY, n BIGINT NOT NULL) WITHOUT ROWID;
`

const plannedMoves = "INSERT INTO planned (person, n) VALUES (?, ?) ON CONFLICT (person) DO UPDATE SET n = planned.n + excluded.n"

// plans counts a ticket for who works on it, if that is planned.
func (tx *Tx) plans(was, is desk.PersonID) error {
	return tx.recount(plannedMoves, string(was), string(is))
}

// OnPlanned reports whether somebody works on something that is planned.
func (tx *Tx) OnPlanned(p desk.PersonID) (bool, error) {
	var n int64
	if _, err := tx.get("SELECT n FROM planned WHERE person = ?", []any{string(p)}, &n); err != nil {
		return false, fmt.Errorf("read planned work: %w", err)
	}
	return n > 0, nil
}

// fillPlanned counts what is planned in a ledger that did not.
func fillPlanned(ctx context.Context, s *session, codec Codec) error {
	return fillCounts(ctx, s, codec, func(t *desk.Ticket) string { return string(policy.OnPlanned(t)) }, plannedMoves)
}
