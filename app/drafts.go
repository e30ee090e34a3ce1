package app

// SaveDraft keeps a text that is not sent yet.
func (a *API) SaveDraft(d Draft) (Draft, error) { return Draft{}, errNotReady }

// Drafts gives every text not sent yet.
func (a *API) Drafts() ([]Draft, error) { return nil, errNotReady }

// DropDraft throws a draft away.
func (a *API) DropDraft(key string) error { return errNotReady }
