package desk

// Present is one of the team who is connected to a server, and what they look
// at there. Somebody with several computers, or on several tickets, is there
// several times.
type Present struct {
	Person PersonID
	// Ticket is what they look at; empty for nothing in particular.
	Ticket TicketID
	// Writing says that they write on it.
	Writing bool
	// Chats says that they take chats.
	Chats bool
}
