package main

import (
	"context"
	"fmt"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/storage/ledger"
)

type endingCmd struct {
	store
	Days int `help:"How many days ahead to look." default:"30"`
}

// Run lists what the retention policies will delete, soonest where they stand in
// the ledger's order, so that somebody can look before it is gone.
func (x *endingCmd) Run(ctx context.Context, c console) error {
	return x.view(ctx, func(tx *ledger.Tx) error {
		place, err := tx.Place()
		if err != nil {
			return err
		}
		until, n := time.Now().AddDate(0, 0, x.Days), 0
		err = tx.EachTicket(func(t *desk.Ticket) error {
			at := t.Deletes
			if at.IsZero() {
				at = policy.Expires(t, place.Departments[t.Department])
			}
			if at.IsZero() || at.After(until) {
				return nil
			}
			said := "told"
			switch {
			case !t.Hold.At.IsZero():
				said = "kept, legal hold: " + t.Hold.Reason
			case place.Held[t.Org]:
				said = "kept, legal hold of " + string(t.Org)
			case t.Deletes.IsZero():
				said = "not told yet"
			}
			n++
			fmt.Fprintf(c.out, "%s  #%s  %s  %s (%s)\n", at.UTC().Format("2006-01-02 15:04"), t.Number, t.Department, t.Subject, said)
			return nil
		})
		if err == nil {
			fmt.Fprintf(c.out, "%d tickets come to their end by %s\n", n, until.UTC().Format("2006-01-02"))
		}
		return err
	})
}
