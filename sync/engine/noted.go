package engine

import (
	"context"
	"net/http"

	"docket/app/desk"
	"docket/sync/wire"
)

// PutCall puts a call that waits on a ticket, at once or not at all; without a
// ticket it is dropped.
func (e *Engine) PutCall(ctx context.Context, id desk.CommandID, on desk.TicketID) error {
	if e.Status().State != Live {
		return &desk.Error{
			Code: desk.CodeOffline, Message: "You are offline, so the call stays where it is.",
			Hint: "It waits on. Try again when the line is back.",
		}
	}
	ctx, cancel := context.WithTimeout(ctx, takeTimeout)
	defer cancel()
	return e.web.call(ctx, http.MethodPut, wire.PathCalls+"/"+string(id), wire.PutCall{Ticket: on}, nil)
}
