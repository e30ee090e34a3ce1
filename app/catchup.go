package app

// CatchUp tells what changed since the person last looked.
func (a *API) CatchUp() (*CatchUp, error) { return nil, errNotReady }

// CatchUpSeen says the catch-up was read.
func (a *API) CatchUpSeen() error { return errNotReady }
