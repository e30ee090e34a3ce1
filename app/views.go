package app

// Connection tells how the line to the server stands.
func (a *API) Connection() (Connection, error) { return Connection{}, errNotReady }

// Views gives the rail.
func (a *API) Views() ([]ViewInfo, error) { return nil, errNotReady }

// Rows gives a stretch of a view.
func (a *API) Rows(view string, from, count int) (RowPage, error) { return RowPage{}, errNotReady }

// Position says where a ticket stands in a view, -1 if it does not.
func (a *API) Position(view, ticket string) (int, error) { return 0, errNotReady }

// Find looks a ticket up by number, reference or words of its subject.
func (a *API) Find(text string) ([]Row, error) { return nil, errNotReady }
