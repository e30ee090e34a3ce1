package desk

import "time"

// Found is a ticket that a search on the server found, in the form its reader
// has: Head as it was committed, and the newest entry that fits with its Seq, 0
// and nil where it is the head that does.
type Found struct {
	Lane    LaneID   `json:"lane"` // it lies in, of those its reader hears
	Ticket  TicketID `json:"ticket"`
	Version uint64   `json:"version"`
	Read    uint64   `json:"read"`
	Head    []byte   `json:"head"`
	Seq     uint64   `json:"seq"`
	Entry   []byte   `json:"entry,omitempty"`
}

// FoundPage is a stretch of what there is, of which Looked tickets were looked
// at, back to one that last changed at Back. Next is where to go on, empty at
// the end.
type FoundPage struct {
	Found  []Found   `json:"found"`
	Looked int       `json:"looked"`
	Back   time.Time `json:"back"`
	Next   string    `json:"next"`
}
