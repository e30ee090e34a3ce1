package authority

import (
	"context"
	"fmt"
	"time"

	"docket/app/desk"
	"docket/app/desk/flow"
)

// Members lists the people of an organization for the one of them who manages
// it; for anybody else it is desk.ErrNotFound.
func (a *Authority) Members(ctx context.Context, actor desk.Actor, o desk.OrgID) (out []desk.Member, err error) {
	err = a.cfg.Store.View(ctx, func(tx Tx) error {
		place, err := tx.Place()
		if err == nil {
			out, err = flow.Members(place, actor, o)
		}
		return err
	})
	return out, err
}

// SetMember gives somebody of an organization access to what their colleagues
// ask, for the one of them who manages it.
func (a *Authority) SetMember(ctx context.Context, dev desk.Device, o desk.OrgID, who desk.PersonID, level desk.OrgAccess) error {
	err := a.setPerson(ctx, dev, "member", string(o)+"/"+string(who), func(place desk.Place, actor desk.Actor, _ time.Time) (desk.Person, error) {
		return flow.Manage(place, actor, o, who, level)
	})
	if err == nil {
		a.cfg.Rights()
	}
	return err
}

// setPerson keeps what somebody says of a person, as far as rule lets them.
func (a *Authority) setPerson(
	ctx context.Context, dev desk.Device, action, object string, rule func(desk.Place, desk.Actor, time.Time) (desk.Person, error),
) error {
	now := a.cfg.Clock().UTC()
	var moved []desk.Move
	err := a.update(ctx, func(tx Tx) error {
		actor, err := tx.Actor(dev.Person) // as they are now
		if err != nil {
			return err
		}
		place, err := tx.Place()
		if err != nil {
			return fmt.Errorf("read place: %w", err)
		}
		p, err := rule(place, actor, now)
		if err != nil {
			return err
		}
		if _, err := tx.PutPerson(p); err != nil {
			return fmt.Errorf("put person: %w", err)
		}
		moved = tx.Moved()
		return tx.Audit(Row{At: now, Person: dev.Person, Device: dev.ID, Action: action, Object: object, Outcome: "ok"})
	})
	if err == nil {
		a.tell(moved)
	}
	return err
}
