package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"time"

	"github.com/fxamacker/cbor/v2"

	"docket/app/desk"
)

// MaxCommand is the largest encoded command in bytes. It leaves room for the
// frame around it below [MaxClientFrame].
const MaxCommand = 200 << 10

// command is a desk.Command on the wire and in the outbox. Its form is frozen
// per protocol version: an outbox may be months old when it is sent.
type command struct {
	ID       desk.CommandID   `json:"id"`
	Ticket   desk.TicketID    `json:"ticket"`
	Basis    uint64           `json:"basis,omitempty"`
	Composed time.Time        `json:"composed,omitzero"`
	Kind     desk.CommandKind `json:"kind"`
	Args     cbor.RawMessage  `json:"args"`
}

// args maps each command to its argument type; desk.Commands is the only list.
var args = func() map[desk.CommandKind]reflect.Type {
	m := map[desk.CommandKind]reflect.Type{}
	for _, a := range desk.Commands() {
		m[a.Kind()] = reflect.TypeOf(a)
	}
	return m
}()

// EncodeCommand gives the bytes that are hashed, kept in the outbox and sent.
// What it gives, DecodeCommand takes: it refuses a command that is too large
// or holds text that is not UTF-8 instead of letting the server find out.
func EncodeCommand(c desk.Command) ([]byte, error) {
	if c.Args == nil {
		return nil, invalid("command without arguments")
	}
	a, err := Marshal(c.Args)
	if err != nil {
		return nil, err
	}
	b, err := Marshal(command{
		ID: c.ID, Ticket: c.Ticket, Basis: c.Basis, Composed: c.Composed,
		Kind: c.Args.Kind(), Args: a,
	})
	if err != nil {
		return nil, err
	}
	if _, err := DecodeCommand(b); err != nil {
		return nil, err
	}
	return b, nil
}

// DecodeCommand reads a command. Unknown fields, an unknown kind and malformed
// ids are refused; who may do what is not asked here. Together with an error it
// gives the command's ids if those could be read, so that the refusal can name it.
func DecodeCommand(b []byte) (desk.Command, error) {
	if len(b) > MaxCommand {
		return desk.Command{}, &desk.Error{
			Code:    desk.CodeTooLarge,
			Message: "This is longer than can be sent at once.",
			Hint:    "Attach the long part as a file.",
			Err:     invalid("command of %d bytes, at most %d", len(b), MaxCommand),
		}
	}
	var c command
	if err := unmarshalStrict(b, &c); err != nil {
		return desk.Command{}, invalid("command: %w", err)
	}
	if !desk.ValidUUID(string(c.ID)) || !desk.ValidUUID(string(c.Ticket)) {
		return desk.Command{}, invalid("command id %.40q for ticket %.40q", c.ID, c.Ticket)
	}
	out := desk.Command{ID: c.ID, Ticket: c.Ticket, Basis: c.Basis, Composed: c.Composed}
	t, ok := args[c.Kind]
	if !ok {
		return out, invalid("command kind %.40q", c.Kind)
	}
	p := reflect.New(t)
	if err := unmarshalStrict(c.Args, p.Interface()); err != nil {
		return out, invalid("command %s: %w", c.Kind, err)
	}
	out.Args = p.Elem().Interface().(desk.Args)
	return out, nil
}

// Hash is the SHA-256 of a command's bytes in hex: what a receipt repeats, and
// how a retry is told from a different command with the same number.
func Hash(body []byte) string {
	h := sha256.Sum256(body)
	return hex.EncodeToString(h[:])
}
