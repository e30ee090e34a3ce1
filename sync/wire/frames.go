package wire

import (
	"time"

	"docket/app/desk"
)

// Type names a frame.
type Type string

// The frames. Client to server: hello, push, pull, fetch, ack, look, ping.
// Server to client: welcome, receipts, batch, page, tickets, scopes, presence,
// pong.
const (
	THello    Type = "hello"
	TPush     Type = "push"
	TPull     Type = "pull"
	TFetch    Type = "fetch"
	TAck      Type = "ack"
	TLook     Type = "look"
	TPing     Type = "ping"
	TWelcome  Type = "welcome"
	TReceipts Type = "receipts"
	TBatch    Type = "batch"
	TPage     Type = "page"
	TTickets  Type = "tickets"
	TScopes   Type = "scopes"
	TPresence Type = "presence"
	TPong     Type = "pong"
)

// Hello is the client's first frame. The device token travels in the
// Authorization header of the upgrade, never here.
type Hello struct {
	ProtoMin int           `json:"proto_min"`
	ProtoMax int           `json:"proto_max"`
	App      string        `json:"app"`
	Device   desk.DeviceID `json:"device"`
	Lanes    []desk.Cursor `json:"lanes,omitempty"`
	// FirstUnsettled and LastSent bound the receipts the client still wants.
	FirstUnsettled uint64 `json:"first_unsettled"`
	LastSent       uint64 `json:"last_sent"`
	// SettledUpTo is the newest command number whose receipt the client ever
	// saw; a server that knows less was restored from an older backup.
	SettledUpTo uint64 `json:"settled_up_to"`
	// Brief says that a lane without a state is read as one that resumes.
	Brief bool `json:"brief,omitempty"`
}

// LaneState tells a client what to do with one of its lanes.
type LaneState struct {
	Lane desk.LaneID `json:"lane"`
	// State is "resume" (batches follow by themselves), which those who say that
	// they are brief are not told, or "snapshot" (pull it).
	State string `json:"state,omitempty"`
	// Head is where the lane ends; 0 if the client is there.
	Head uint64 `json:"head,omitempty"`
}

// The states of a lane in Welcome and Scopes.
const (
	LaneResume   = "resume"
	LaneSnapshot = "snapshot"
)

// Welcome answers Hello. Lanes is authoritative: what is not listed is dropped.
type Welcome struct {
	Proto       int            `json:"proto"`
	ServerEpoch string         `json:"server_epoch"`
	AuthEpoch   uint64         `json:"auth_epoch"`
	LeaseUntil  time.Time      `json:"lease_until"`
	Now         time.Time      `json:"now"`
	Actor       desk.Actor     `json:"actor"`
	Lanes       []LaneState    `json:"lanes"`
	LastDSeq    uint64         `json:"last_dseq"`
	Receipts    []desk.Receipt `json:"receipts,omitempty"`
	// CanWrite is false for a client too old to write (BEHAVIOURS 0.24).
	CanWrite bool `json:"can_write"`
}

// Push carries commands, each as the bytes that were hashed.
type Push struct {
	Commands []PushedCommand `json:"commands"`
}

// PushedCommand is one command with the device's dense number.
type PushedCommand struct {
	DSeq uint64 `json:"dseq"`
	// Body is an encoded Command; see EncodeCommand.
	Body []byte `json:"body"`
}

// Receipts answers Push, one per command, in order. When Gap is not 0 the
// server wants the commands from that number on again. When Retry is set the
// server could not make the commands after the last receipt durable (a full
// disk, a database that is away): nothing of them happened, no number was
// spent, and the client sends them again after RetryAfter milliseconds.
type Receipts struct {
	Receipts   []desk.Receipt `json:"receipts,omitempty"`
	Gap        uint64         `json:"gap,omitempty"`
	Retry      *desk.Error    `json:"retry,omitempty"`
	RetryAfter int            `json:"retry_after,omitempty"`
}

// Pull asks for the first page of a lane's snapshot (Token empty) or the next.
type Pull struct {
	Lane  desk.LaneID `json:"lane"`
	Token string      `json:"token,omitempty"`
}

// Page answers Pull. Body is a zstd frame around the CBOR of desk.Page.
type Page struct {
	Lane desk.LaneID `json:"lane"`
	Body []byte      `json:"body"`
}

// Fetch asks for whole tickets, at most 50.
type Fetch struct {
	Tickets []desk.TicketID `json:"tickets"`
}

// Tickets answers Fetch with items of kind enter; a ticket that is not there
// or not theirs comes back as an item of kind leave. A ticket too long for one
// frame is cut: the last item of a frame with More set goes on as the first of
// the next, same ticket and version, its entries from FromSeq; see SplitTickets.
type Tickets struct {
	Items []desk.Item `json:"items"`
	More  bool        `json:"more,omitempty"`
}

// Batch moves a lane's cursor. The items of a batch that would not fit a frame
// come without their entries, and the client fetches those tickets whole; see
// FitBatch.
type Batch desk.Batch

// Ack says that a batch of a lane, and every earlier one, is committed in the
// client's cache; flow control. See [Acks] for when.
type Ack struct {
	Lane desk.LaneID `json:"lane"`
	Seq  uint64      `json:"seq"`
}

// Look tells which ticket the person is looking at, and whether writing; of a
// member of staff also whether they take chats, for as long as they are connected.
type Look struct {
	Ticket  desk.TicketID `json:"ticket,omitempty"`
	Writing bool          `json:"writing,omitempty"`
	Chats   bool          `json:"chats,omitempty"`
}

// Presence tells staff who else is on a ticket. It is best effort and never
// sent to customers.
type Presence struct {
	Ticket desk.TicketID `json:"ticket"`
	People []Present     `json:"people,omitempty"`
}

// Present is one person on a ticket.
type Present struct {
	Person  desk.PersonID `json:"person"`
	Writing bool          `json:"writing,omitempty"`
}

// Scopes replaces the list of lanes after the person's rights changed: purge
// what is not listed, then pull what is new.
type Scopes struct {
	AuthEpoch uint64      `json:"auth_epoch"`
	Actor     desk.Actor  `json:"actor"`
	Lanes     []LaneState `json:"lanes"`
}

// Ping and Pong prove that the application at the other end is alive.
type Ping struct {
	N uint64 `json:"n"`
}

// Pong answers Ping.
type Pong struct {
	N   uint64    `json:"n"`
	Now time.Time `json:"now"`
}
