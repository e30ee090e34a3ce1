package app

// Outbox lists what is still here and what came back.
func (a *API) Outbox() ([]OutboxItem, error) { return nil, errNotReady }

// RetryItem sends an item once more.
func (a *API) RetryItem(id string) error { return errNotReady }

// EditItem turns an item back into the draft it was.
func (a *API) EditItem(id string) (Draft, error) { return Draft{}, errNotReady }

// DiscardItem throws an item away.
func (a *API) DiscardItem(id string) error { return errNotReady }

// Held sets a held text beside what came before it.
func (a *API) Held(id string) (HeldView, error) { return HeldView{}, errNotReady }

// SendAnyway sends a held text as it is.
func (a *API) SendAnyway(id string) error { return errNotReady }

// MakeNote turns a held reply into an internal note.
func (a *API) MakeNote(id string) error { return errNotReady }
