package hub

import (
	"context"
	"time"

	"docket/app/desk"
	"docket/sync/link"
	"docket/sync/wire"
)

// Store is the ledger as the hub reads it.
type Store interface {
	Epoch() string
	View(ctx context.Context, fn func(Tx) error) error
}

// Tx is one snapshot.
type Tx interface {
	Rights
	Lanes
	Tickets
	Others
}

// Others is who of the team is at the other servers of the desk.
type Others interface {
	Elsewhere(now time.Time) ([]desk.Present, error)
	OnTicketElsewhere(t desk.TicketID, now time.Time) ([]desk.Present, error)
}

// Rights is who may listen. Actor answers desk.ErrNotFound for nobody and for
// a disabled person. RightsRevision grows with every change to what anybody
// may see or whether a device may be here, whichever process made it.
type Rights interface {
	Actor(desk.PersonID) (desk.Actor, error)
	AuthEpoch(desk.PersonID) (uint64, error)
	Device(desk.DeviceID) (desk.Device, error)
	RightsRevision() (uint64, error)
	Results(d desk.DeviceID, from uint64) ([]desk.Receipt, error)
}

// Lanes is what there is to hear. BatchBeside answers false when after is not a
// place in the lane's kept history, so that a snapshot is needed. A lane that
// never moved has the zero cursor with its epoch. A change in the version that
// sent has of its ticket comes without its entries. IsPlace asks whether
// BatchBeside would lead on, and reads nothing of what it would tell. Of tickets
// that are also in the lane sent, Page gives the head alone.
type Lanes interface {
	Heads([]desk.LaneID) (map[desk.LaneID]desk.Cursor, error)
	BatchBeside(lane desk.LaneID, after desk.Cursor, reader desk.PersonID, maxItems int, sent map[desk.TicketID]uint64) (desk.Batch, bool, error)
	IsPlace(lane desk.LaneID, at desk.Cursor) (bool, error)
	Page(lane desk.LaneID, token string, maxBytes int, reader desk.PersonID, sent desk.LaneID) (desk.Page, error)
}

// Tickets is what can be asked for by id. Readers gives the read positions of
// everybody who ever read the ticket.
type Tickets interface {
	Ticket(desk.TicketID) (*desk.Ticket, error)
	Whole(id desk.TicketID, customer bool, reader desk.PersonID) (desk.Item, error)
	Readers(desk.TicketID) (map[desk.PersonID]uint64, error)
}

// Executor takes commands; *authority.Authority is one.
type Executor interface {
	Execute(ctx context.Context, device desk.DeviceID, pushed []wire.PushedCommand) (wire.Receipts, error)
}

// Conn is the connection under a session; *link.Conn is one. Nothing blocks.
type Conn interface {
	Send(frame []byte) error
	SendShared(...*link.Shared) error
	// Room reports whether n more bytes leave half of the queue to others, or
	// find it empty; WaitRoom waits until half of it is free or the connection
	// ends.
	Room(n int) bool
	WaitRoom()
	Finish(code int, reason string)
	Fail(code int, reason string)
}

// Counters is what the hub did, for metrics and for tests of its cost.
type Counters struct {
	Sessions   int
	Lanes      int
	Wakes      uint64 // sessions woken because a lane moved
	Reads      uint64 // steps read from the store
	Handed     uint64 // steps made of what commits handed over
	Shared     uint64 // steps taken from the ones kept
	Encodes    uint64 // batches encoded
	Sent       uint64 // batches handed to connections
	SentBytes  uint64
	Refreshes  uint64 // sessions whose rights were read again
	SlowClosed uint64
}

// Config is what a Hub is made of. Store, Exec and Clock are required.
type Config struct {
	Store Store
	Exec  Executor
	Clock func() time.Time
	Log   Logger
	// Lease is how long a client may read offline; 14 days unless said otherwise.
	Lease time.Duration
	// Poll is how often other processes' changes are looked for; a second
	// unless said otherwise.
	Poll time.Duration
	// Workers bring sessions up to date; 4 unless said otherwise.
	Workers int
	// Collect gives back what a rush of sessions left behind;
	// debug.FreeOSMemory unless said otherwise.
	Collect func()
}

// Logger is the part of slog.Logger the hub uses.
type Logger interface {
	Error(msg string, args ...any)
	Warn(msg string, args ...any)
	Info(msg string, args ...any)
}
