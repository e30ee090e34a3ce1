package outbox

import (
	"slices"
	"time"

	"docket/app/desk"
)

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

// Waiting reports whether the item has no answer yet.
func (s State) Waiting() bool { return s == Queued || s == Sent }

// Item is a command and what became of it.
type Item struct {
	ID desk.CommandID `json:"id"`
	// Command is Body decoded; of a command this version cannot read it is
	// the zero Command, and the item stays until a version that can.
	Command desk.Command `json:"-" cbor:"-"`
	State   State        `json:"state"`
	// DSeq is the device's dense number, given at first sending; 0 before.
	DSeq     uint64    `json:"dseq,omitempty"`
	QueuedAt time.Time `json:"queued_at"`
	SentAt   time.Time `json:"sent_at,omitzero"`
	// NotBefore holds a message back for the time it can be recalled.
	NotBefore time.Time     `json:"not_before,omitzero"`
	SettledAt time.Time     `json:"settled_at,omitzero"`
	Receipt   *desk.Receipt `json:"receipt,omitempty"`
	// Body is the encoded command, the very bytes that are sent and hashed.
	Body []byte `json:"body"`
	// WaitsFor is the opening this item cannot go without, when that one needs
	// its author; else empty. It is worked out, not stored.
	WaitsFor desk.CommandID `json:"-" cbor:"-"`
}

func (it *Item) kind() desk.CommandKind {
	if it.Command.Args == nil {
		return ""
	}
	return it.Command.Args.Kind()
}

// clockSlack is how far a clock may be set back before it ends the time an
// item is held: one set back by years must not hold a message for years.
const clockSlack = time.Minute

// held reports whether the item waits for its NotBefore.
func (it *Item) held(now time.Time) bool {
	left := it.NotBefore.Sub(now)
	return left > 0 && left <= it.NotBefore.Sub(it.QueuedAt)+clockSlack
}

// op names what a record of the log did.
type op string

const (
	opState   op = "state" // Item as it is, and the counters; what a rewrite leaves
	opAdd     op = "add"
	opSend    op = "send"
	opSettle  op = "settle"
	opReplace op = "replace"
	opDiscard op = "discard"
	opRelease op = "release"
	opRequeue op = "requeue"
	opFork    op = "fork"
	opForget  op = "forget"
)

// record is one change of the outbox. Applying the records in order gives the
// outbox; a record is applied only after it is durable.
type record struct {
	Op op        `json:"op"`
	At time.Time `json:"at"`
	// Item is the new item of opState, opAdd and opReplace.
	Item *Item `json:"item,omitempty"`
	// ID is the item meant by opReplace, opDiscard and opRelease; Drop one
	// that opAdd makes needless.
	ID   desk.CommandID `json:"id,omitempty"`
	Drop desk.CommandID `json:"drop,omitempty"`
	// IDs get the numbers from DSeq on by opSend. For opRequeue DSeq is the
	// last number the server knows.
	IDs     []desk.CommandID `json:"ids,omitempty"`
	DSeq    uint64           `json:"dseq,omitempty"`
	Receipt *desk.Receipt    `json:"receipt,omitempty"`
	// LastSent and SettledUpTo are the counters, with opState.
	LastSent    uint64 `json:"last_sent,omitempty"`
	SettledUpTo uint64 `json:"settled_up_to,omitempty"`
}

// large reports whether the item has a file above the limit, which takes long.
func (it *Item) large() bool {
	r, ok := it.Command.Args.(desk.Reply)
	return ok && slices.ContainsFunc(r.Files, func(f desk.Attachment) bool { return f.Size > desk.MaxAttachment })
}
