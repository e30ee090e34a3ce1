package engine

import (
	"context"
	"net/http"

	"docket/app/desk"
	"docket/sync/wire"
)

// SetAway says when somebody is away and who stands in. It counts at once or
// not at all: who is asked in their place is for the server to know.
func (e *Engine) SetAway(ctx context.Context, who desk.PersonID, f wire.SetAway) error {
	if e.Status().State != Live {
		return &desk.Error{
			Code: desk.CodeOffline, Message: "You are offline, so nobody would know of it.",
			Hint: "Try again when the line is back, or tell your lead.",
		}
	}
	ctx, cancel := context.WithTimeout(ctx, takeTimeout)
	defer cancel()
	return e.web.call(ctx, http.MethodPut, wire.PathPeople+"/"+string(who)+"/away", f, nil)
}
