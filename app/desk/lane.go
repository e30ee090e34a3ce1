package desk

import "time"

// A lane is a dense, append-only list for one scope and one audience; a ticket
// lies in the few lanes of its people, organization, department and assignee
// (DESIGN "Sync", RELIABILITY 3.3).

// Cursor is a position in a lane. Hash chains the lane up to Seq, so that two
// histories with the same numbers are told apart.
type Cursor struct {
	Lane  LaneID `json:"lane"`
	Epoch string `json:"epoch"`
	Seq   uint64 `json:"seq"`
	Hash  []byte `json:"hash,omitempty"` // 16 bytes
}

// ItemKind is what a lane item tells.
type ItemKind string

// The kinds of lane item.
const (
	ItemEnter ItemKind = "enter" // the ticket became visible here: head and all entries
	ItemDelta ItemKind = "delta" // the head after a change and the entries it added
	ItemLeave ItemKind = "leave" // the ticket is no longer visible through this lane
	ItemPurge ItemKind = "purge" // the ticket is gone for everybody
	ItemRead  ItemKind = "read"  // this person read up to Read; user lanes only
	ItemRef   ItemKind = "ref"   // a piece of reference data, now Ref.Body
	ItemUnref ItemKind = "unref" // a piece of reference data is gone
)

// RefKind is the kind of a piece of reference data.
type RefKind string

// The kinds of reference data. Body encodes Desk, Department (inside Desk),
// Organization, and Person (staff lanes) or PublicPerson (customer lanes).
const (
	RefDesk   RefKind = "desk"
	RefPerson RefKind = "person"
	RefOrg    RefKind = "org"
	// Use of an entitlement, and what a person holds themselves (Own), which
	// travels in their own lane.
	RefUse RefKind = "use"
	RefOwn RefKind = "own"
	// RefFollow is one Follow of a person, in their own lane alone.
	RefFollow RefKind = "follow"
)

// Ref is a piece of reference data.
type Ref struct {
	Kind RefKind `json:"kind"`
	ID   string  `json:"id"`
	Body []byte  `json:"body,omitempty"`
}

// Item is what a client gets of one ticket or reference through a lane. Head
// and Entries are the bytes that were committed, in the lane's audience; they
// are stored again as they are.
type Item struct {
	Kind    ItemKind `json:"kind"`
	Ticket  TicketID `json:"ticket,omitempty"`
	Version uint64   `json:"version,omitempty"`
	Head    []byte   `json:"head,omitempty"`
	// FromSeq is the Seq of Entries[0]; a client whose newest entry is below
	// FromSeq-1 asks for the whole ticket.
	FromSeq uint64   `json:"from_seq,omitempty"`
	Entries [][]byte `json:"entries,omitempty"`
	// Read is the receiving person's read position: always with ItemRead, and
	// with ItemEnter, pages and whole tickets.
	Read uint64 `json:"read,omitempty"`
	Ref  *Ref   `json:"ref,omitempty"`
}

// Batch moves a lane's cursor from Prev to Last. Items are collapsed: one per
// ticket, newest state.
type Batch struct {
	Lane  LaneID `json:"lane"`
	Epoch string `json:"epoch"`
	Prev  uint64 `json:"prev"`
	Last  uint64 `json:"last"`
	Hash  []byte `json:"hash"` // of the lane at Last
	Items []Item `json:"items,omitempty"`
}

// Move is the way of a lane through one commit. Known says that Items is what a
// batch from From would hold right after it, byte for byte, so that who stands
// at From need not have it read.
type Move struct {
	From, To Cursor
	Known    bool
	Items    []Item
}

// Page is a piece of a lane's snapshot, newest ticket first. The cursor after
// the last page is (Epoch, AsOf, Hash). Next is empty on the last page; it is
// otherwise given back to get the page after it, for at least ten minutes.
type Page struct {
	Lane  LaneID `json:"lane"`
	Epoch string `json:"epoch"`
	AsOf  uint64 `json:"as_of"`
	Hash  []byte `json:"hash"`
	Items []Item `json:"items,omitempty"`
	Next  string `json:"next,omitempty"`
	// Total is how many tickets the lane held when the snapshot began.
	Total int `json:"total"`
}

// Device is a computer somebody signed in on.
type Device struct {
	ID       DeviceID  `json:"id"`
	Person   PersonID  `json:"person"`
	Name     string    `json:"name"`
	Created  time.Time `json:"created"`
	LastSeen time.Time `json:"last_seen"`
	Revoked  bool      `json:"revoked,omitempty"`
	// LastDSeq is the newest command number settled for it.
	LastDSeq uint64 `json:"last_dseq"`
}
