package app

// Ticket gives a ticket as it stands with what is pending laid over it.
func (a *API) Ticket(id string) (TicketView, error) { return TicketView{}, errNotReady }

// Entries gives older entries.
func (a *API) Entries(id string, before, count int) ([]EntryView, error) { return nil, errNotReady }

// Looking says what the person looks at.
func (a *API) Looking(ticket string, writing bool) error { return errNotReady }

// Focused says whether the window has the focus.
func (a *API) Focused(on bool) error { return errNotReady }

// MarkUnread puts the unread dot back.
func (a *API) MarkUnread(ticket string) error { return errNotReady }
