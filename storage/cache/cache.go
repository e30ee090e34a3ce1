package cache

import (
	"errors"
	"sync"
	"time"

	"docket/app/desk"
)

// Codec turns domain values into bytes and back; wiring passes the wire's.
type Codec interface {
	Marshal(v any) ([]byte, error)
	Unmarshal(b []byte, v any) error
}

// ViewID names a view; package policy decides which there are.
type ViewID string

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
type Removal struct {
	Ticket desk.TicketID
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
	// Views are those whose rows or counts changed.
	Views []ViewID
	// Refs is set when reference data changed.
	Refs bool
	// Snapshot is set while a lane is being loaded whole, and Done when this
	// was its last page.
	Snapshot, Done bool
}

// Empty reports whether nothing changed.
func (a Applied) Empty() bool {
	return len(a.Changed)+len(a.Removed)+len(a.Missing)+len(a.Views) == 0 && !a.Refs && !a.Done
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
	// Oldest is when the ticket that was quiet longest last changed.
	Oldest time.Time
}

// Row is a ticket as a list shows it.
type Row struct {
	Ticket desk.Ticket
	Read   uint64
	Unread bool
	// Section is needs, waiting or solved.
	Section string
}

// Cache is the client's store. Its methods may be called from any goroutine.
type Cache struct {
	mu sync.Mutex
}

var errTodo = &desk.Error{Code: desk.CodeInternal, Message: "Not built yet."}

// Open opens or creates the cache in dir, which it creates with mode 0700. A
// cache that cannot be trusted is moved aside and an empty one begun.
func Open(dir string, key [32]byte, codec Codec, now time.Time) (*Cache, Opened, error) {
	return nil, Opened{}, errTodo
}

// Close closes the cache; later calls fail. It may come twice.
func (c *Cache) Close() error { return nil }

// OnDamage sets who hears, once, that a stored value is not what was written.
// The cache then refuses reads of it with CodeDamaged; the engine closes it,
// calls Discard and opens it again.
func (c *Cache) OnDamage(fn func(error)) {}

// Subscribe calls fn after every commit that changed something, in commit
// order, on the goroutine that committed. The returned func ends it.
func (c *Cache) Subscribe(fn func(Applied)) (cancel func()) { return func() {} }

// Discard marks the closed cache in dir as damaged, so that the next Open
// moves it aside and starts anew.
func Discard(dir, why string) error { return errTodo }

// Cursors gives where every lane stands. Lanes whose snapshot is not complete
// are not listed.
func (c *Cache) Cursors() ([]desk.Cursor, error) { return nil, errTodo }

// Apply commits a batch and its cursor together. Doing it twice is doing it
// once: a batch that lies wholly behind the cursor changes nothing.
func (c *Cache) Apply(b desk.Batch) (Applied, error) { return Applied{}, errTodo }

// PutWhole stores whole tickets as fetched; kind leave or purge removes one.
func (c *Cache) PutWhole(items []desk.Item) (Applied, error) { return Applied{}, errTodo }

// SnapshotStart begins a lane's snapshot and gives the token to pull with. If
// resume is set and one was begun earlier, it is continued with its token.
func (c *Cache) SnapshotStart(lane desk.LaneID, resume bool) (token string, err error) {
	return "", errTodo
}

// SnapshotPage commits a page and the token of the next. The page without one
// ends the snapshot: what the lane no longer holds leaves, and the cursor moves.
func (c *Cache) SnapshotPage(p desk.Page) (Applied, error) { return Applied{}, errTodo }

// SnapshotProgress tells how many tickets of the lanes being loaded are here
// and how many there are; both 0 when no snapshot is under way.
func (c *Cache) SnapshotProgress() (done, total int) { return 0, 0 }

// KeepLanes drops every lane not listed and purges the tickets that no lane
// shows any more.
func (c *Cache) KeepLanes(lanes []desk.LaneID) (Applied, error) { return Applied{}, errTodo }

// Me is the actor as the server last told; the zero Actor if it never did.
func (c *Cache) Me() (desk.Actor, error) { return desk.Actor{}, errTodo }

// SetMe stores the actor and, if the rights changed, builds the views anew.
func (c *Cache) SetMe(a desk.Actor) error { return errTodo }

// Meta is a small value by its name, nil if there is none.
func (c *Cache) Meta(key string) ([]byte, error) { return nil, errTodo }

// SetMeta stores a small value; nil removes it.
func (c *Cache) SetMeta(key string, value []byte) error { return errTodo }

// Ticket gives a ticket's head and how far the person has read.
func (c *Cache) Ticket(id desk.TicketID) (t desk.Ticket, read uint64, err error) {
	return desk.Ticket{}, 0, errTodo
}

// Row gives a ticket as a list shows it; Section is by policy.
func (c *Cache) Row(id desk.TicketID) (Row, error) { return Row{}, errTodo }

// Entries gives up to limit entries below before (0: from the newest), oldest first.
func (c *Cache) Entries(id desk.TicketID, before uint64, limit int) ([]desk.Entry, error) {
	return nil, errTodo
}

// EntriesAfter gives the entries above seq, oldest first.
func (c *Cache) EntriesAfter(id desk.TicketID, seq uint64) ([]desk.Entry, error) {
	return nil, errTodo
}

// Views lists the views of the actor, in the order the policy gives them.
func (c *Cache) Views() []ViewID { return nil }

// Rows gives count rows of a view from a position.
func (c *Cache) Rows(v ViewID, from, count int) ([]Row, error) { return nil, errTodo }

// Count gives the kept numbers of a view.
func (c *Cache) Count(v ViewID) (Counts, error) { return Counts{}, errTodo }

// Position gives a ticket's place in a view, -1 if it is not in it.
func (c *Cache) Position(v ViewID, id desk.TicketID) (int, error) { return -1, errTodo }

// Totals gives the kept numbers of the whole cache.
func (c *Cache) Totals() (Totals, error) { return Totals{}, errTodo }

// UnreadTotal is Totals().Unread, 0 if it cannot be read.
func (c *Cache) UnreadTotal() int { return 0 }

// Place gives the reference data as the rules need it. It is cached until the
// reference data change; the caller must not change the maps.
func (c *Cache) Place() (desk.Place, error) { return desk.Place{}, errTodo }

// Desk gives name, telephone and departments of the desk.
func (c *Cache) Desk() (desk.Desk, error) { return desk.Desk{}, errTodo }

// People finds people by the beginnings of the words of their name, id or
// mail address, at most limit.
func (c *Cache) People(query string, limit int) ([]desk.Person, error) { return nil, errTodo }

// ByNumber finds a ticket by its number; ErrNotFound if it is not here.
func (c *Cache) ByNumber(n desk.Number) (desk.TicketID, error) { return "", errTodo }

// ByReference finds a ticket by its speakable code; ErrNotFound if it is not here.
func (c *Cache) ByReference(code string) (desk.TicketID, error) { return "", errTodo }

// Find gives up to limit tickets by number, reference or words of the subject
// and the requester's name, the most recently changed first.
func (c *Cache) Find(text string, limit int) ([]Row, error) { return nil, errTodo }

// SetRead moves the read position forward on this computer, ahead of the server.
func (c *Cache) SetRead(id desk.TicketID, seq uint64) (Applied, error) { return Applied{}, errTodo }

// SetUnread marks a ticket unread on this computer until SetRead.
func (c *Cache) SetUnread(id desk.TicketID) (Applied, error) { return Applied{}, errTodo }
