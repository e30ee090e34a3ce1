package authority

import (
	"context"
	"errors"

	"docket/app/desk"
	"docket/app/desk/flow"
)

// Announce tells everybody what the device's person, who leads the department,
// says of how busy it is. It is said now or not at all, and of no ticket, so it
// is no command. The error is a *desk.Error for the person.
func (a *Authority) Announce(ctx context.Context, device desk.DeviceID, b desk.Busy) error {
	var told []desk.Cursor
	var refused error
	err := a.update(ctx, func(tx Tx) error {
		told, refused = nil, nil
		dev, err := tx.Device(device)
		if err != nil || dev.Revoked {
			refused = signedOut
			return err
		}
		actor, err := tx.Actor(dev.Person)
		if err != nil {
			return err
		}
		place, err := tx.Place()
		if err != nil {
			return err
		}
		now := a.cfg.Clock().UTC()
		outcome := desk.OK
		if b, err = flow.Announce(b, actor, place, now); err != nil {
			refused, outcome = err, desk.Refused
		} else if told, err = tx.Announce(b); err != nil {
			return err
		}
		return tx.Audit(Row{At: now, Person: actor.Person, Device: dev.ID, Action: "busy", Object: string(b.Department), Outcome: string(outcome)})
	})
	switch {
	case errors.Is(err, desk.ErrNotFound):
		return signedOut
	case err != nil && outage(err):
		return notSaid(sayOutage(err))
	case err != nil:
		return err
	case refused != nil:
		return refused
	}
	var moved []desk.Move
	for _, c := range told {
		moved = append(moved, desk.Move{To: c}) // without what it told: the committer tells beside it
	}
	a.tell(moved)
	return nil
}

func notSaid(err error) error {
	return desk.AsError(err).Advising("Nothing was said. Try again in a moment.")
}
