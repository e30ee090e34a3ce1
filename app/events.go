package app

// The events, Go to page: the typed map of types.ts. The keys of a payload
// struct are the whole message; there is no other event.
type (
	// RowsEvent says that lists or counts changed, and for which tickets.
	RowsEvent struct {
		Views   []ViewInfo `json:"views"`
		Tickets []string   `json:"tickets"`
	}
	// TicketEvent says that a ticket is to be read again.
	TicketEvent struct {
		ID string `json:"id"`
	}
	// OutboxEvent says how many items wait and how many need the person.
	OutboxEvent struct {
		Waiting  int `json:"waiting"`
		NeedsYou int `json:"needsYou"`
	}
	// FileEvent is the progress of a file, 0 to 1.
	FileEvent struct {
		Hash     string  `json:"hash"`
		State    string  `json:"state"`
		Progress float64 `json:"progress"`
	}
	// OpenEvent asks the page to show a ticket, or what changed of an article; ""
	// only to come forward.
	OpenEvent struct {
		Ticket  string `json:"ticket"`
		Article string `json:"article"`
	}
	// DroppedEvent brings files dropped on the window.
	DroppedEvent = Picked
	// NotifiedEvent says that the list of what was told is to be read again.
	NotifiedEvent struct{}
	// HelpEvent says that something of the knowledge base is to be read again.
	HelpEvent struct{}
	// PresenceEvent says that the people on a ticket changed.
	PresenceEvent struct {
		Ticket string `json:"ticket"`
	}
)

// The names of the events.
const (
	EvConnection = "connection"
	EvRows       = "rows"
	EvTicket     = "ticket"
	EvOutbox     = "outbox"
	EvFile       = "file"
	EvOpen       = "open"
	EvDropped    = "dropped"
	EvPresence   = "presence"
	EvNotified   = "notified"
	EvCatchUp    = "catchup"
	EvBoot       = "boot"
	EvMenu       = "menu"
	EvHelp       = "help"
)
