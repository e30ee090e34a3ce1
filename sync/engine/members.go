package engine

import (
	"context"
	"net/http"

	"docket/app/desk"
	"docket/sync/wire"
)

// Members lists the people of an organization that the person manages. It is
// asked of the server now: who reads what is not for old copies to say.
func (e *Engine) Members(ctx context.Context, o desk.OrgID) ([]desk.Member, error) {
	if e.Status().State != Live {
		return nil, notManaged()
	}
	ctx, cancel := context.WithTimeout(ctx, takeTimeout)
	defer cancel()
	var out wire.Members
	err := e.web.call(ctx, http.MethodGet, wire.PathOrgs+"/"+string(o)+"/members", nil, &out)
	return out.Members, err
}

// SetMember gives somebody of an organization access to what colleagues ask.
func (e *Engine) SetMember(ctx context.Context, o desk.OrgID, f wire.SetMember) error {
	if e.Status().State != Live {
		return notManaged()
	}
	ctx, cancel := context.WithTimeout(ctx, takeTimeout)
	defer cancel()
	return e.web.call(ctx, http.MethodPut, wire.PathOrgs+"/"+string(o)+"/members", f, nil)
}

func notManaged() error {
	return &desk.Error{
		Code: desk.CodeOffline, Message: "You are offline, so access cannot be looked at or changed.",
		Hint: "What is decided here has to count at once. Try again when the line is back.",
	}
}
