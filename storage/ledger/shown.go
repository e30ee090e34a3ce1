package ledger

import (
	"fmt"
	"maps"
	"slices"

	"docket/app/desk"
	"docket/app/desk/access"
)

// retell tells customers again of those of ours whom they meet otherwise now.
func (tx *Tx) retell(dir *directory) error {
	for _, id := range slices.Sorted(maps.Keys(dir.people)) {
		p := dir.people[id]
		if !p.Role.Staff() {
			continue
		}
		r := refChange{lane: "c/dir", kind: desk.RefPerson, id: string(id)}
		if shown, ok := access.PublicPerson(p, dir.place.Departments); ok && !p.Disabled {
			body, err := tx.encode(shown)
			if err != nil {
				return fmt.Errorf("encode public person: %w", err)
			}
			r.body = body
		}
		if _, err := tx.tellRefs([]refChange{r}); err != nil {
			return err
		}
	}
	return nil
}

// reshared notes whose rights moved because an organization shares otherwise.
func (tx *Tx) reshared(dir *directory, was, is desk.Organization) error {
	if was.Sharing == is.Sharing {
		return nil
	}
	before := maps.Clone(dir.place.Orgs)
	before[is.ID] = was
	for _, id := range slices.Sorted(maps.Keys(dir.people)) {
		p := dir.people[id]
		if rightsOf(p, before) == rightsOf(p, dir.place.Orgs) {
			continue
		}
		if err := tx.bumpAuth(id); err != nil {
			return err
		}
		if err := tx.reviewFollows(p, p); err != nil {
			return err
		}
		if err := tx.retellLater(id); err != nil {
			return err
		}
	}
	return nil
}
