package engine

import (
	"context"
	"net/http"

	"docket/app/desk"
	"docket/sync/wire"
)

// Place asks where a request stands that waits.
func (e *Engine) Place(ctx context.Context, t desk.TicketID) (desk.QueuePlace, error) {
	ctx, cancel := context.WithTimeout(ctx, takeTimeout)
	defer cancel()
	var out desk.QueuePlace
	err := e.web.call(ctx, http.MethodGet, wire.PathPlace+"?ticket="+string(t), nil, &out)
	return out, err
}
