package ledger

import (
	"fmt"
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
)

// followIndex finds who follows a ticket.
const followIndex = `
CREATE INDEX lane_refs_kind ON lane_refs (kind, id);
`

// What a person follows lies in their own lane and nowhere else: it is told to
// their computers from there, and read back from there.

// Follows is what a person follows, by key; what ended is in it, too.
func (tx *Tx) Follows(p desk.PersonID) ([]desk.Follow, error) {
	lane, err := tx.userLane(p)
	if err != nil || lane == "" {
		return nil, err
	}
	return tx.followsIn(lane)
}

func (tx *Tx) followsIn(lane desk.LaneID) (out []desk.Follow, err error) {
	err = tx.each("SELECT body, sum FROM lane_refs WHERE lane = ? AND kind = ? ORDER BY id", []any{string(lane), string(desk.RefFollow)},
		func(scan func(...any) error) error {
			var f desk.Follow
			err := tx.scanBody(scan, &f, "what somebody follows")
			out = append(out, f)
			return err
		})
	return out, err
}

// follow keeps one thing a person follows, or no longer does, and gives the lane
// it told.
func (tx *Tx) follow(p desk.PersonID, f desk.Follow) (desk.LaneID, error) {
	lane, err := tx.userLane(p)
	if err != nil || lane == "" {
		return "", err
	}
	return lane, tx.putFollow(lane, f)
}

// putFollow writes f, or takes it out where it says nothing.
func (tx *Tx) putFollow(lane desk.LaneID, f desk.Follow) error {
	r := refChange{lane: lane, kind: desk.RefFollow, id: f.Key()}
	if f.Level != desk.FollowUsual || !f.Ended.IsZero() {
		body, err := tx.encode(f)
		if err != nil {
			return fmt.Errorf("encode what somebody follows: %w", err)
		}
		r.body = body
	}
	_, err := tx.tellRefs([]refChange{r})
	return err
}

// endFollows is for a ticket that left a lane: whoever followed it and sees it
// no more is told that it ended, and nothing else.
func (tx *Tx) endFollows(t *desk.Ticket) ([]desk.LaneID, error) {
	f := desk.Follow{What: desk.FollowTicket, Ticket: t.ID}
	lanes, err := tx.following(f)
	if err != nil {
		return nil, err
	}
	var told []desk.LaneID
	for _, lane := range lanes {
		all, err := tx.followsIn(lane)
		if err != nil {
			return nil, err
		}
		a, err := tx.Actor(desk.PersonID(lane[strings.LastIndexByte(string(lane), '/')+1:]))
		i := slices.IndexFunc(all, func(x desk.Follow) bool { return x.Key() == f.Key() && x.Ended.IsZero() })
		if err != nil || i < 0 || access.CanSee(a, t) {
			continue // nobody, and a disabled person, is told nothing
		}
		if err := tx.putFollow(lane, flow.End(all[i], tx.at)); err != nil {
			return nil, err
		}
		told = append(told, lane)
	}
	return told, nil
}

// following gives the lanes of those who follow the same.
func (tx *Tx) following(f desk.Follow) (lanes []desk.LaneID, err error) {
	err = tx.each("SELECT lane FROM lane_refs WHERE kind = ? AND id = ? ORDER BY lane", []any{string(desk.RefFollow), f.Key()},
		func(scan func(...any) error) error {
			var lane desk.LaneID
			err := scan(&lane)
			lanes = append(lanes, lane)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("find who follows: %w", err)
	}
	return lanes, nil
}

// forgetFollows is for a ticket that is deleted: nobody follows it any more, and
// the purge itself says why.
func (tx *Tx) forgetFollows(id desk.TicketID) error {
	f := desk.Follow{What: desk.FollowTicket, Ticket: id}
	lanes, err := tx.following(f)
	if err != nil {
		return err
	}
	for _, lane := range lanes {
		if err := tx.putFollow(lane, f); err != nil {
			return err
		}
	}
	return nil
}

// reviewFollows is for a person whose rights moved: what they may not follow
// any more ends, and what they follow goes along into the lane they have now.
func (tx *Tx) reviewFollows(before, after desk.Person) error {
	was, is := ownLane(before), ownLane(after)
	all, err := tx.followsIn(was)
	if err != nil || len(all) == 0 || after.Out() {
		return err
	}
	a, err := tx.Actor(after.ID)
	if err != nil {
		return err
	}
	for _, f := range all {
		x := f
		if f.Ended.IsZero() {
			var t *desk.Ticket
			if f.What == desk.FollowTicket {
				if t, err = tx.Ticket(f.Ticket); err != nil {
					return err
				}
			}
			if !flow.Follows(a, f, t) {
				x = flow.End(f, tx.at)
			}
		}
		if was != is {
			gone := desk.Follow{What: f.What, Ticket: f.Ticket, Org: f.Org, Type: f.Type, Service: f.Service, Article: f.Article, Section: f.Section}
			if err := tx.putFollow(was, gone); err != nil {
				return err
			}
		}
		if err := tx.putFollow(is, x); err != nil {
			return err
		}
	}
	return nil
}

func ownLane(p desk.Person) desk.LaneID {
	if p.Role.Staff() {
		return "s/user/" + desk.LaneID(p.ID)
	}
	return "c/user/" + desk.LaneID(p.ID)
}
