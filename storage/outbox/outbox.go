package outbox

import (
	"time"

	"docket/app/desk"
)

// Codec turns domain values into bytes and back; wiring passes the wire's.
type Codec interface {
	Marshal(v any) ([]byte, error)
	Unmarshal(b []byte, v any) error
}

// State is where an item stands.
type State string

// The states of an item.
const (
	Queued    State = "queued"    // durable on this computer
	Sent      State = "sent"      // given to the server, no answer yet
	Confirmed State = "confirmed" // durable at the server
	Held      State = "held"      // something newer came first; the author decides
	Conflict  State = "conflict"  // the field has another value by now
	Refused   State = "refused"   // the server said no
	Discarded State = "discarded" // the author dropped it
)

// NeedsPerson reports whether the author has to decide.
func (s State) NeedsPerson() bool { return s == Held || s == Conflict || s == Refused }

// Item is a command and what became of it.
type Item struct {
	ID      desk.CommandID
	Command desk.Command
	State   State
	// DSeq is the device's dense number, given at first sending; 0 before.
	DSeq     uint64
	QueuedAt time.Time
	SentAt   time.Time
	// NotBefore holds a message back for the time it can be recalled.
	NotBefore time.Time
	SettledAt time.Time
	Receipt   *desk.Receipt
	// Body is the encoded command, the very bytes that are sent and hashed.
	Body []byte
	// WaitsFor is the refused opening this item cannot go without, or empty.
	WaitsFor desk.CommandID
}

// DraftKind is what a draft will become.
type DraftKind string

// The kinds of draft.
const (
	DraftReply DraftKind = "reply"
	DraftNote  DraftKind = "note"
	DraftNew   DraftKind = "new"
)

// Draft is what a person is writing. Keys are "ticket/<id>/reply",
// "ticket/<id>/note" and "new/<uuid>".
type Draft struct {
	Key        string            `json:"key"`
	Ticket     desk.TicketID     `json:"ticket,omitempty"`
	Kind       DraftKind         `json:"kind"`
	Text       string            `json:"text,omitempty"`
	Subject    string            `json:"subject,omitempty"`
	Department desk.DeptID       `json:"department,omitempty"`
	Urgency    desk.Urgency      `json:"urgency,omitempty"`
	Org        desk.OrgID        `json:"org,omitempty"`
	Private    bool              `json:"private,omitempty"`
	Requester  desk.PersonID     `json:"requester,omitempty"`
	Refs       []desk.Reference  `json:"refs,omitempty"`
	CCs        []desk.PersonID   `json:"ccs,omitempty"`
	Mentions   []desk.PersonID   `json:"mentions,omitempty"`
	Files      []desk.Attachment `json:"files,omitempty"`
	// Basis is the newest Seq the author had seen when it was begun or last
	// shown beside the conversation.
	Basis   uint64    `json:"basis,omitempty"`
	Updated time.Time `json:"updated"`
}

// Encode gives the bytes of a command that are hashed and sent; wiring passes
// the wire's EncodeCommand, and Decode its reverse.
type (
	Encode func(desk.Command) ([]byte, error)
	Decode func([]byte) (desk.Command, error)
)

// Outbox holds the commands that are not settled and the drafts. Its methods
// may be called from any goroutine.
type Outbox struct{}

var errTodo = &desk.Error{Code: desk.CodeInternal, Message: "Not built yet."}

// Opened tells how opening went. Quarantined is where a damaged file was moved
// to, Lost whether something in it could not be read.
type Opened struct {
	Quarantined []string
	Lost        bool
}

// Config is what an outbox is opened with.
type Config struct {
	Dir    string
	Key    [32]byte
	Codec  Codec
	Encode Encode
	Decode Decode
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Open opens or creates the outbox in cfg.Dir.
func Open(cfg Config) (*Outbox, Opened, error) { return nil, Opened{}, errTodo }

// Close closes the files; later calls fail. It may come twice.
func (o *Outbox) Close() error { return nil }

// Add stores a command durably before it returns. With CodeDiskFull nothing
// was stored and the text is still only the caller's.
func (o *Outbox) Add(cmd desk.Command, notBefore time.Time) (Item, error) { return Item{}, errTodo }

// Items gives every item that is not discarded, in the order they were queued;
// confirmed ones as long as they are kept.
func (o *Outbox) Items() []Item { return nil }

// Item gives one by its command's id.
func (o *Outbox) Item(id desk.CommandID) (Item, bool) { return Item{}, false }

// Pending gives the items of a ticket that are queued or sent, in order.
func (o *Outbox) Pending(id desk.TicketID) []Item { return nil }

// Counts gives how many items wait to go and how many need the person.
func (o *Outbox) Counts() (waiting, needs int) { return 0, 0 }

// Next gives up to max items to send now, in DSeq order. Each has a number
// that is on disk before Next returns. ready, if not nil, says whether an item
// may go (its files are up); one that may not holds back its ticket's later ones.
func (o *Outbox) Next(now time.Time, max int, ready func(Item) bool) ([]Item, error) {
	return nil, errTodo
}

// Due is when the next item that is only waiting for its NotBefore may go; zero if none.
func (o *Outbox) Due() time.Time { return time.Time{} }

// Settle stores what the server answered. Unknown or already settled receipts
// change nothing and give the item as it is.
func (o *Outbox) Settle(r desk.Receipt) (Item, error) { return Item{}, errTodo }

// Resend gives the sent items without an answer from dseq on, for a server
// that asks for them again, or after a reconnect.
func (o *Outbox) Resend(from uint64) []Item { return nil }

// FirstUnsettled is the lowest number sent and not answered, or the next
// number to be given if there is none.
func (o *Outbox) FirstUnsettled() uint64 { return 0 }

// LastSent is the highest number given.
func (o *Outbox) LastSent() uint64 { return 0 }

// SettledUpTo is the highest number ever answered.
func (o *Outbox) SettledUpTo() uint64 { return 0 }

// Edit replaces the command of an item that was not sent or came back. The new
// command's id must be new if the item was ever sent.
func (o *Outbox) Edit(id desk.CommandID, cmd desk.Command) (Item, error) { return Item{}, errTodo }

// Retry queues an item that came back again as cmd, whose id must be new.
func (o *Outbox) Retry(id desk.CommandID, cmd desk.Command) (Item, error) { return Item{}, errTodo }

// Discard drops an item that was not sent or came back.
func (o *Outbox) Discard(id desk.CommandID) error { return errTodo }

// Release lets an item go before its NotBefore.
func (o *Outbox) Release(id desk.CommandID) error { return errTodo }

// Requeue makes the items that were confirmed with a number above after
// unsettled again, for a server restored from an older backup: they are sent
// with the same numbers and bytes.
func (o *Outbox) Requeue(after uint64) (int, error) { return 0, errTodo }

// Fork starts a new sequence of numbers for a new device id: what was sent
// without an answer is queued again.
func (o *Outbox) Fork() error { return errTodo }

// PutDraft stores a draft durably; an earlier version is kept.
func (o *Outbox) PutDraft(d Draft) error { return errTodo }

// Draft gives the newest version of a draft.
func (o *Outbox) Draft(key string) (Draft, bool) { return Draft{}, false }

// Drafts gives every draft, the last written first.
func (o *Outbox) Drafts() []Draft { return nil }

// Versions gives the kept earlier versions of a draft, newest first; also
// those of a draft that was dropped.
func (o *Outbox) Versions(key string) []Draft { return nil }

// DropDraft ends a draft; its versions are kept for a while.
func (o *Outbox) DropDraft(key string) error { return errTodo }

// Subscribe calls fn after every change of an item. The returned func ends it.
func (o *Outbox) Subscribe(fn func()) (cancel func()) { return func() {} }
