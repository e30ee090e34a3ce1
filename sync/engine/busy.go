package engine

import (
	"context"

	"docket/app/desk"
)

// Announce says how busy a department is, now or not at all: what arrives hours
// later would speak of an afternoon that is over.
func (e *Engine) Announce(ctx context.Context, b desk.Busy) error {
	if e.Status().State != Live {
		return &desk.Error{
			Code: desk.CodeOffline, Message: "You are offline, so nobody would read it in time.",
			Hint: "Say it once you are connected again.",
		}
	}
	ctx, cancel := context.WithTimeout(ctx, takeTimeout)
	defer cancel()
	return e.web.announce(ctx, b)
}
