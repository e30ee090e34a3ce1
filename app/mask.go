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
			return say("Customers read “{mask}” instead of your name.", "mask", e.Masks[i].Mask)
		}
	}
	return ""
}
