package app

import (
	"slices"

	"docket/app/desk"
)

// maskHint says whom customers meet in a message that is being written, where
// that is not its author by name.
func (r *rower) maskHint(ch desk.Change) string {
	for _, e := range ch.Entries {
		if i := slices.IndexFunc(e.Masks, func(n desk.Named) bool { return n.ID == r.me.Person }); i >= 0 {
			return "Customers read “" + e.Masks[i].Mask + "” instead of your name."
		}
	}
	return ""
}
