package engine

import (
	"context"
	"net/http"

	"docket/app/desk"
	"docket/sync/wire"
)

// NoteCall keeps a call under the code of a ticket that is not here, at once or
// not at all: that nobody knows of it is something its author has to know.
func (e *Engine) NoteCall(ctx context.Context, n desk.NotedCall) error {
	return e.aboutCall(ctx, http.MethodPost, wire.PathCalls, n)
}

// PutCall puts a call that waits on a ticket; without one it is dropped.
func (e *Engine) PutCall(ctx context.Context, id desk.CommandID, on desk.TicketID) error {
	return e.aboutCall(ctx, http.MethodPut, wire.PathCalls+"/"+string(id), wire.PutCall{Ticket: on})
}

func (e *Engine) aboutCall(ctx context.Context, method, path string, f any) error {
	if e.Status().State != Live {
		return &desk.Error{
			Code: desk.CodeOffline, Message: "You are offline, so the call cannot be kept for the others.",
			Hint: "Your words stay here. Try again when the line is back.",
		}
	}
	ctx, cancel := context.WithTimeout(ctx, takeTimeout)
	defer cancel()
	return e.web.call(ctx, method, path, f, nil)
}
