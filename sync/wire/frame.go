package wire

import (
	"reflect"
	"slices"

	"github.com/fxamacker/cbor/v2"
)

// The largest frames, as bytes on the wire. Files never travel in frames.
const (
	MaxClientFrame = 256 << 10 // client to server
	MaxServerFrame = 1 << 20   // server to client
)

// Side says who made a frame.
type Side int

// The two sides.
const (
	FromClient Side = iota + 1
	FromServer
)

// Frame is one of the message types of this package, as a pointer or value
// when encoding and always as a pointer when decoded.
type Frame interface {
	// Type names the frame.
	Type() Type
	// check refuses what no honest peer sends: impossible combinations and
	// lengths out of bounds.
	check() error
}

// Unknown is a frame of a type this version does not know. It is ignored.
type Unknown struct{ Name Type }

// Type implements Frame.
func (u *Unknown) Type() Type { return u.Name }

func (u *Unknown) check() error { return invalid("unknown frame %.40q cannot be sent", u.Name) }

// envelope is a frame on the wire: an array of its type and its body.
type envelope struct {
	_    struct{} `cbor:",toarray"`
	Type Type
	Body cbor.RawMessage
}

// registry holds each frame's Go type and the side that may send it.
var registry = map[Type]struct {
	side Side
	typ  reflect.Type
}{
	THello:    {FromClient, reflect.TypeFor[Hello]()},
	TPush:     {FromClient, reflect.TypeFor[Push]()},
	TPull:     {FromClient, reflect.TypeFor[Pull]()},
	TFetch:    {FromClient, reflect.TypeFor[Fetch]()},
	TAck:      {FromClient, reflect.TypeFor[Ack]()},
	TLook:     {FromClient, reflect.TypeFor[Look]()},
	TPing:     {FromClient, reflect.TypeFor[Ping]()},
	TWelcome:  {FromServer, reflect.TypeFor[Welcome]()},
	TReceipts: {FromServer, reflect.TypeFor[Receipts]()},
	TBatch:    {FromServer, reflect.TypeFor[Batch]()},
	TPage:     {FromServer, reflect.TypeFor[Page]()},
	TTickets:  {FromServer, reflect.TypeFor[Tickets]()},
	TScopes:   {FromServer, reflect.TypeFor[Scopes]()},
	TPresence: {FromServer, reflect.TypeFor[Presence]()},
	TPong:     {FromServer, reflect.TypeFor[Pong]()},
}

// EncodeFrame gives the bytes of a websocket message. It refuses a frame its
// own decoder would refuse, so that a mistake is found where it was made.
func EncodeFrame(f Frame) ([]byte, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	body, err := Marshal(f)
	if err != nil {
		return nil, err
	}
	return Marshal(envelope{Type: f.Type(), Body: body})
}

// DecodeFrame reads a websocket message made by side. A frame the other side
// makes is refused; a frame nobody knows comes back as *Unknown.
func DecodeFrame(b []byte, side Side) (Frame, error) {
	limit := MaxServerFrame
	if side == FromClient {
		limit = MaxClientFrame
	}
	if len(b) > limit {
		return nil, invalid("frame of %d bytes, at most %d", len(b), limit)
	}
	var e envelope
	if err := Unmarshal(b, &e); err != nil {
		return nil, invalid("frame: %w", err)
	}
	if len(e.Type) > 40 {
		return nil, invalid("frame type of %d bytes", len(e.Type))
	}
	r, ok := registry[e.Type]
	if !ok {
		return &Unknown{Name: e.Type}, nil
	}
	if r.side != side {
		return nil, invalid("frame %s from the wrong side", e.Type)
	}
	f := reflect.New(r.typ).Interface().(Frame)
	if err := Unmarshal(e.Body, f); err != nil {
		return nil, invalid("frame %s: %w", e.Type, err)
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	return f, nil
}

// ClientFrames lists the frames a client may send, sorted; the tests of who may
// ask for what range over it.
func ClientFrames() []Type {
	var out []Type
	for t, r := range registry {
		if r.side == FromClient {
			out = append(out, t)
		}
	}
	slices.Sort(out)
	return out
}
