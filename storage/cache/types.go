package cache

import (
	"errors"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// Codec turns domain values into bytes and back; wiring passes the wire's.
type Codec interface {
	Marshal(v any) ([]byte, error)
	Unmarshal(b []byte, v any) error
}

// ViewID names a view; package policy decides which there are.
type ViewID = policy.ViewID

// ErrGap is returned by Apply for a batch that does not begin where the lane's
// cursor stands, or is of another epoch. The engine pulls a snapshot.
var ErrGap = errors.New("the batch does not continue the lane")

// ErrSnapshotChanged is returned by SnapshotPage for a page that does not
// belong to the snapshot begun. The engine starts the lane's snapshot anew.
var ErrSnapshotChanged = errors.New("the page belongs to another snapshot")

// Opened tells how opening went.
type Opened struct {
	// Fresh is set when there is nothing in the cache yet.
	Fresh bool
	// Quarantined is where a cache that could not be trusted was moved to, or
	// empty; Why says what was wrong with it.
	Quarantined string
	Why         string
	// Newer is set when it is another version of Docket that wrote it, and
	// nothing is wrong with it.
	Newer bool
	// Behind is set when the newest commits are gone. What is here fits
	// together and is of an earlier moment; the server is told from where on it
	// has to send.
	Behind bool
}

// Arrival tells which entries of a ticket are new to this computer.
type Arrival struct {
	Ticket desk.TicketID
	// From and To are the first and last Seq that came.
	From, To uint64
	// Entered is set when the ticket was not here before.
	Entered bool
}

// Removal is a ticket that is gone from this computer, with the files its
// entries carried, so that their bytes can be removed too.
// Purged says that it is gone for everybody, and not only for this person.
type Removal struct {
	Ticket desk.TicketID
	Purged bool
	Files  []desk.BlobHash
}

// Applied tells what a committed transaction changed.
type Applied struct {
	// Changed are the tickets whose head, entries or read position changed.
	Changed []desk.TicketID
	// Arrived are the new entries among them. Empty for snapshot pages.
	Arrived []Arrival
	// Missing are tickets whose entries do not join up; the engine fetches them.
	Missing []desk.TicketID
	Removed []Removal
	// Files are those of entries that went from a ticket which stays, because its
	// reader may read less of it than before. They are fetched again where another
	// entry has them, too.
	Files []desk.BlobHash
	// Views are those whose rows or counts changed.
	Views []ViewID
	// Refs is set when reference data changed.
	Refs bool
	// Help is set when something of the knowledge base did.
	Help bool
	// Snapshot is set while a lane is being loaded whole, and Done when this
	// was its last page.
	Snapshot, Done bool
}

// Empty reports whether nothing changed.
func (a Applied) Empty() bool {
	return len(a.Changed)+len(a.Removed)+len(a.Missing)+len(a.Views) == 0 && !a.Refs && !a.Help && !a.Done
}

// Counts are the kept numbers of a view. Rows lie in the order needs, waiting,
// solved, so Needs is also where the section of the waiting ones starts.
type Counts struct {
	Total, Needs, Waiting, Solved, Unread int
	// Version moves with every change of the view's rows or counts.
	Version uint64
}

// Totals are the kept numbers of the whole cache.
type Totals struct {
	Tickets, Unread int
	// Oldest is when the oldest ticket here was opened.
	Oldest time.Time
}

// Row is a ticket as a list shows it. Those of Rows have only what lists show.
type Row struct {
	Ticket desk.Ticket
	Read   uint64
	Unread bool
	// Section is needs, waiting or solved.
	Section string
}
