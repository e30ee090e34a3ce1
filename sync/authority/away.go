package authority

import (
	"context"
	"time"

	"docket/app/desk"
	"docket/app/desk/flow"
)

// SetAway keeps when somebody of ours is away, for themselves or who leads them.
func (a *Authority) SetAway(ctx context.Context, dev desk.Device, who desk.PersonID, away desk.Absence) error {
	return a.setPerson(ctx, dev, "away", string(who), func(place desk.Place, actor desk.Actor, now time.Time) (desk.Person, error) {
		return flow.Leave(place, actor, who, away, now)
	})
}

// awayNow is for who asks for the next ticket and says that they are away.
func awayNow() *desk.Error {
	return &desk.Error{Code: desk.CodeDenied, Message: "You are away, so no ticket is given to you.", Hint: "Say that you are back, then take the next one."}
}
