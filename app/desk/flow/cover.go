package flow

import (
	"docket/app/desk"
	"docket/app/desk/policy"
)

// openCover settles which entitlement a ticket is opened under (BEHAVIOURS 2.4,
// 2.18). One that ended, or that nobody holds any more, refuses nothing: the
// ticket says so and is best effort.
func (d *decision) openCover(a desk.Open) error {
	release, err := checkLine("release", "version", a.Release, MaxSubject)
	if err != nil {
		return err
	}
	if a.Entitlement == "" {
		return nil
	}
	if !desk.ValidSlug(string(a.Entitlement)) {
		return invalid("entitlement", "That is not an entitlement.", "Choose one of those offered, or none.")
	}
	d.t.Cover = desk.Cover{Entitlement: a.Entitlement, Lapsed: desk.LapseUnknown}
	all := policy.HeldFor(d.st.Place, d.t.Org, d.t.Requester)
	for _, h := range all {
		if h.ID != a.Entitlement {
			continue
		}
		if !h.Allows(d.t.Requester) {
			return invalid("entitlement", "This entitlement is for other people.", "Choose another, or send it without one; a contact of it can open it, too.")
		}
		d.t.Cover = policy.CoverBy(h, all, &d.t, d.now)
		break
	}
	d.t.Cover.Release = release
	return nil
}
