package app

// OpenTicket queues a new ticket.
func (a *API) OpenTicket(t NewTicket) (Opened, error) { return Opened{}, errNotReady }

// Reply queues a public message.
func (a *API) Reply(ticket, text string, files []string, basis int, then string) error {
	return errNotReady
}

// AddNote queues an internal note.
func (a *API) AddNote(ticket, text string, files []string, mentions []string) error {
	return errNotReady
}

// CloseTicket queues solving a ticket.
func (a *API) CloseTicket(ticket, reason string) error { return errNotReady }

// Reopen queues taking a ticket up again.
func (a *API) Reopen(ticket, reason string) error { return errNotReady }

// SetStatus queues a move between statuses.
func (a *API) SetStatus(ticket, to, until, reason string) error { return errNotReady }

// Assign queues giving a ticket to somebody or nobody.
func (a *API) Assign(ticket, to string) error { return errNotReady }

// Refer queues passing a ticket to another department.
func (a *API) Refer(ticket, department, reason, tried string) error { return errNotReady }

// SetPriority queues a priority.
func (a *API) SetPriority(ticket, to, reason string) error { return errNotReady }

// SetCCs queues who follows the conversation.
func (a *API) SetCCs(ticket string, add, remove []string) error { return errNotReady }

// Rename queues a better subject.
func (a *API) Rename(ticket, subject string) error { return errNotReady }

// SetPrivate queues hiding a ticket from colleagues.
func (a *API) SetPrivate(ticket string, on bool) error { return errNotReady }
