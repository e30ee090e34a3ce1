package ledger

import (
	"fmt"

	"docket/app/desk"
)

// A saved view lies among the references of the one lane it is told in: its
// person's own, or that of the department it is shared with. There is no other
// place.

func (tx *Tx) viewLane(v desk.SavedView) (desk.LaneID, error) {
	if v.Department != "" {
		return "s/dept/" + desk.LaneID(v.Department), nil
	}
	return tx.userLane(v.By)
}

// SavedViews gives the view under v's id, nil for none, and those v will stand
// beside: of its department, or of p.
func (tx *Tx) SavedViews(p desk.PersonID, v desk.SavedView) (was *desk.SavedView, beside []desk.SavedView, err error) {
	read := func(where string, args ...any) (out []desk.SavedView, err error) {
		err = tx.each("SELECT body, sum FROM lane_refs WHERE "+where+" ORDER BY id", args, func(scan func(...any) error) error {
			var v desk.SavedView
			err := tx.scanBody(scan, &v, "a saved view")
			out = append(out, v)
			return err
		})
		return out, err
	}
	same, err := read("kind = ? AND id = ?", string(desk.RefView), string(v.ID))
	if err != nil {
		return nil, nil, fmt.Errorf("read saved view: %w", err)
	}
	if len(same) > 0 {
		was = &same[0]
	}
	v.By = p
	lane, err := tx.viewLane(v)
	if err != nil || lane == "" {
		return was, nil, err
	}
	if beside, err = read("lane = ? AND kind = ?", string(lane), string(desk.RefView)); err != nil {
		return nil, nil, fmt.Errorf("read saved views: %w", err)
	}
	return was, beside, nil
}

// KeepView keeps a view, or ends it, and tells whose it is. Where it is another's
// now, whose it was are told that it ended.
func (tx *Tx) KeepView(s desk.SaveView) error {
	var refs []refChange
	is, err := tx.viewLane(s.View)
	if err != nil {
		return err
	}
	err = tx.each("SELECT lane FROM lane_refs WHERE kind = ? AND id = ? ORDER BY lane", []any{string(desk.RefView), string(s.View.ID)}, func(scan func(...any) error) error {
		r := refChange{kind: desk.RefView, id: string(s.View.ID)}
		err := scan(&r.lane)
		if r.lane != is || s.Drop {
			refs = append(refs, r)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("find saved view: %w", err)
	}
	if !s.Drop && is != "" {
		body, err := tx.encode(s.View)
		if err != nil {
			return fmt.Errorf("encode saved view: %w", err)
		}
		refs = append(refs, refChange{lane: is, kind: desk.RefView, id: string(s.View.ID), body: body})
	}
	_, err = tx.tellRefs(refs)
	return err
}

// moveViews has what somebody keeps for themselves go along into the lane they
// have now.
func (tx *Tx) moveViews(before, after desk.Person) error {
	if ownLane(before) == ownLane(after) {
		return nil
	}
	var refs []refChange
	err := tx.each("SELECT kind, id, body FROM lane_refs WHERE lane = ? AND kind IN (?, ?, ?) ORDER BY kind, id", []any{string(ownLane(before)), string(desk.RefView), string(desk.RefVote), string(desk.RefSeen)}, func(scan func(...any) error) error {
		r := refChange{lane: ownLane(after)}
		err := scan(&r.kind, &r.id, &r.body)
		refs = append(refs, refChange{lane: ownLane(before), kind: r.kind, id: r.id}, r)
		return err
	})
	if err == nil {
		_, err = tx.tellRefs(refs)
	}
	return err
}
