package ledger

import (
	"fmt"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
)

// use counts a new ticket on the entitlement it was opened under, and tells
// those who may know. What was used is kept, never counted from the tickets; a
// new period begins at one.
func (tx *Tx) use(t *desk.Ticket) error {
	c := t.Cover
	if c.Owner == "" || c.Lapsed != "" {
		return nil
	}
	u := desk.Use{Owner: c.Owner, Entitlement: c.Entitlement, Since: c.Since, Used: 1}
	var since int64
	had, err := tx.one("SELECT since, used FROM entitlement_use WHERE owner = ? AND entitlement = ?", []any{string(c.Owner), string(c.Entitlement)}, &since, &u.Used)
	if err != nil {
		return fmt.Errorf("read use of entitlement: %w", err)
	}
	if had && since == millis(c.Since) {
		u.Used++
	} else {
		u.Used = 1
	}
	if _, err := tx.exec(`INSERT INTO entitlement_use (owner, entitlement, since, used) VALUES (?, ?, ?, ?)
		ON CONFLICT (owner, entitlement) DO UPDATE SET since = excluded.since, used = excluded.used`,
		string(c.Owner), string(c.Entitlement), millis(c.Since), u.Used); err != nil {
		return fmt.Errorf("write use of entitlement: %w", err)
	}
	body, err := tx.encode(u)
	if err != nil {
		return fmt.Errorf("encode use of entitlement: %w", err)
	}
	id := string(c.Owner) + "/" + string(c.Entitlement)
	_, err = tx.tellRefs([]refChange{
		{lane: ownerLane(c.Owner), kind: desk.RefUse, id: id, body: body}, {lane: "s/dir", kind: desk.RefUse, id: id, body: body},
	})
	return err
}

// Use is how much of an entitlement is used in the period that began then.
func (tx *Tx) Use(o desk.Owner, e desk.EntitlementID, since time.Time) (used int, err error) {
	_, err = tx.one("SELECT used FROM entitlement_use WHERE owner = ? AND entitlement = ? AND since = ?", []any{string(o), string(e), millis(since)}, &used)
	return used, err
}

// ownerLane is where the people of a holder are told of it: an organization's
// members in its own lane, a person in theirs.
func ownerLane(o desk.Owner) desk.LaneID {
	kind, id, _ := strings.Cut(string(o), "/")
	if kind == "person" {
		return "c/user/" + desk.LaneID(id)
	}
	return orgLane(desk.OrgID(id))
}

// ownOf tells a person what they hold themselves and what counts against them,
// and nobody else of their
// lane.
func (tx *Tx) ownOf(before, after *desk.Person) ([]refChange, error) {
	p := before
	if after != nil {
		p = after
	}
	if len(before.Entitlements) == 0 && len(p.Entitlements) == 0 && before.Standing.Clean() && p.Standing.Clean() {
		return nil, nil
	}
	r := refChange{lane: "c/user/" + desk.LaneID(p.ID), kind: desk.RefOwn, id: string(p.ID)}
	if after != nil && !after.Out() && !after.Role.Staff() && (len(after.Entitlements) > 0 || !after.Standing.Clean()) {
		body, err := tx.encode(access.OwnOf(*after))
		if err != nil {
			return nil, fmt.Errorf("encode what a person holds: %w", err)
		}
		r.body = body
	}
	return []refChange{r}, nil
}
