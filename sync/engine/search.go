package engine

import (
	"context"
	"net/http"

	"docket/app/desk"
	"docket/sync/wire"
)

// Search has the server look for what is not on this computer.
func (e *Engine) Search(ctx context.Context, ask wire.Search) (desk.FoundPage, error) {
	var out desk.FoundPage
	err := e.web.call(ctx, http.MethodPost, wire.PathSearch, ask, &out)
	return out, err
}

// Fetch brings one ticket whole, before its turn, and returns when it is in the
// store or will not come over this connection.
func (e *Engine) Fetch(ctx context.Context, id desk.TicketID) error {
	ctx, cancel := context.WithTimeout(ctx, takeTimeout)
	defer cancel()
	w := wanted{id, make(chan struct{})}
	select {
	case e.wanted <- w:
	case <-ctx.Done():
		return &desk.Error{Code: desk.CodeOffline, Message: "You are offline, so this cannot be brought here now.", Hint: "Try again when Docket is live.", Err: ctx.Err()}
	}
	select {
	case <-w.done:
	case <-ctx.Done():
	}
	return nil
}
