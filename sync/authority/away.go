package authority

import (
	"context"
	"fmt"

	"docket/app/desk"
	"docket/app/desk/flow"
)

// SetAway keeps when somebody of ours is away, for themselves or who leads them.
func (a *Authority) SetAway(ctx context.Context, dev desk.Device, who desk.PersonID, away desk.Absence) error {
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
		p, err := flow.Leave(place, actor, who, away, now)
		if err != nil {
			return err
		}
		if _, err := tx.PutPerson(p); err != nil {
			return fmt.Errorf("put person: %w", err)
		}
		moved = tx.Moved()
		return tx.Audit(Row{At: now, Person: dev.Person, Device: dev.ID, Action: "away", Object: string(who), Outcome: "ok"})
	})
	if err == nil {
		a.tell(moved)
	}
	return err
}

// awayNow is for who asks for the next ticket and says that they are away.
func awayNow() *desk.Error {
	return &desk.Error{Code: desk.CodeDenied, Message: "You are away, so no ticket is given to you.", Hint: "Say that you are back, then take the next one."}
}
