package engine

import (
	"errors"
	"io"
	"time"

	"docket/app/desk"
)

// Errors a Store returns besides *desk.Error. After one with CodeDamaged the
// engine stops and calls Config.OnDamaged.
var (
	// ErrGap says that a batch does not continue its lane.
	ErrGap = errors.New("the batch does not continue the lane")
	// ErrSnapshotChanged says that a page belongs to another snapshot.
	ErrSnapshotChanged = errors.New("the page belongs to another snapshot")
)

// Store is the local copy. Each method that changes it is one transaction,
// durable as far as a cache needs to be, and doing it twice is doing it once.
// Package app/seam makes one of a cache.
type Store interface {
	// Cursors gives the lanes that are complete and where they stand.
	Cursors() ([]desk.Cursor, error)
	// Apply commits a batch with its cursor. missing are tickets whose entries
	// do not join up. It returns ErrGap for a batch that does not fit.
	Apply(desk.Batch) (missing []desk.TicketID, err error)
	// PutWhole stores tickets as fetched; kind leave removes one.
	PutWhole([]desk.Item) (missing []desk.TicketID, err error)
	// SnapshotStart begins a lane's snapshot, or with resume goes on with one
	// begun earlier, and gives the token to pull with.
	SnapshotStart(lane desk.LaneID, resume bool) (token string, err error)
	// SnapshotPage commits a page; the one without Next ends the snapshot.
	SnapshotPage(desk.Page) (missing []desk.TicketID, err error)
	// SnapshotProgress counts the tickets of the lanes being loaded.
	SnapshotProgress() (done, total int)
	// KeepLanes drops all other lanes and purges what no lane shows any more.
	KeepLanes([]desk.LaneID) error
	// Missing gives the tickets whose entries still do not join up, whichever
	// connection or run of the program found that out.
	Missing() ([]desk.TicketID, error)
}

// Memory keeps who the person is as the server sees them, and small values
// under a name, beside the store.
type Memory interface {
	SetMe(desk.Actor) error
	Meta(key string) ([]byte, error)
	SetMeta(key string, value []byte) error
}

// The names the engine keeps values under. Times are RFC 3339.
const (
	MetaEpoch = "server_epoch" // the server's epoch at the last welcome
	MetaLease = "lease_until"  // until when the cache may be shown offline
	MetaAsOf  = "as_of"        // server time when the store was last current
	MetaSkew  = "clock_skew"   // server time minus ours, as a Duration
)

// Item is a command to be sent.
type Item struct {
	ID    desk.CommandID
	DSeq  uint64
	Body  []byte            // the bytes that are sent and hashed
	Files []desk.Attachment // to be uploaded before it
	// Ticket is what it is about.
	Ticket desk.TicketID
}

// Outbox holds the commands. Its methods are durable before they return.
// Package app/seam makes one of an outbox.Outbox.
type Outbox interface {
	// Next gives up to max further items, each with its number. ready says
	// whether an item may go yet.
	Next(now time.Time, max int, ready func(Item) bool) ([]Item, error)
	// Due is when the next item that only waits for its time may go, which is
	// after now; zero if there is none.
	Due(now time.Time) time.Time
	// Settle keeps a receipt; one that is known or unknown changes nothing.
	Settle(desk.Receipt) error
	// Resend gives the sent items without a receipt from a number on, in order.
	Resend(from uint64) []Item
	// Numbers gives the lowest number without a receipt (or the next to be
	// given), the highest given and the highest ever answered.
	Numbers() (firstUnsettled, lastSent, settledUpTo uint64)
	// Requeue makes what was sent or confirmed above a number wait again, with
	// new numbers from there on.
	Requeue(after uint64) (int, error)
	// Fork ends this device's sequence: what has no receipt is queued again
	// without a number.
	Fork() error
	// Refuse brings an item that waits to be sent back to its author.
	Refuse(desk.CommandID, *desk.Error) error
}

// Files holds the bytes of attachments on this computer, by content. Package
// app/seam makes one of a blob.Store.
type Files interface {
	// Open gives a file's bytes; desk.ErrNotFound if they are not here and
	// desk.ErrDamaged if they are not what they were.
	Open(desk.BlobHash) (io.ReadSeekCloser, error)
	// Staged is how many bytes of a download are here.
	Staged(desk.BlobHash) (int64, error)
	// Append adds what r gives at offset, which must be Staged.
	Append(h desk.BlobHash, offset int64, r io.Reader) (int64, error)
	// Commit checks the staged bytes against the name and puts them in place.
	// If they differ it drops them and returns desk.ErrDamaged.
	Commit(desk.BlobHash) error
	// Drop forgets a download that was begun.
	Drop(desk.BlobHash) error
}
