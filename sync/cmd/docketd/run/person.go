package run

import (
	"context"
	"fmt"
	"slices"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
)

// MergePerson has a customer go on as another, and UnmergePerson takes it back
// (BEHAVIOURS 1.6). A running server's sessions hear of it within a second.
func MergePerson(ctx context.Context, l *ledger.Ledger, from, into desk.PersonID, now time.Time) (m ledger.Merged, err error) {
	return m, handed(ctx, l, "merge", string(from)+"/"+string(into), now, func(tx *ledger.Tx) (err error) {
		m, err = tx.MergePerson(from, into)
		return err
	})
}

// UnmergePerson gives somebody back what was theirs when they were merged.
func UnmergePerson(ctx context.Context, l *ledger.Ledger, from desk.PersonID, now time.Time) (m ledger.Merged, err error) {
	return m, handed(ctx, l, "unmerge", string(from), now, func(tx *ledger.Tx) (err error) {
		m, err = tx.UnmergePerson(from)
		return err
	})
}

func handed(ctx context.Context, l *ledger.Ledger, action, object string, now time.Time, do func(*ledger.Tx) error) error {
	err := l.Update(ctx, func(tx *ledger.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		return tx.Audit(ledger.AuditRow{At: now.UTC(), Person: desk.System, Action: action, Object: object, Outcome: string(desk.OK)})
	})
	if err != nil {
		return fmt.Errorf("%s person: %w", action, err)
	}
	return nil
}

// keepMerged keeps whom somebody goes on as, and what others brought with them:
// the declaration does not know of it.
func keepMerged(before desk.Person, x *desk.Person) {
	x.Into = before.Into
	for _, m := range before.Memberships {
		declared := func(y desk.Membership) bool { return y.Org == m.Org }
		if m.Via != "" && !slices.ContainsFunc(x.Memberships, declared) {
			x.Memberships = append(slices.Clone(x.Memberships), m)
		}
	}
}
