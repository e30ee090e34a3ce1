package outbox_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/outbox"
)

// jsonCodec stands in for the wire's codec, which storage may not import.
type jsonCodec struct{}

func (jsonCodec) Marshal(v any) ([]byte, error)   { return json.Marshal(v) }
func (jsonCodec) Unmarshal(b []byte, v any) error { return json.Unmarshal(b, v) }

type plain struct {
	desk.Command
	Kind desk.CommandKind
	Args json.RawMessage
}

func encode(c desk.Command) ([]byte, error) {
	args, err := json.Marshal(c.Args)
	if err != nil {
		return nil, err
	}
	p := plain{Command: c, Kind: c.Args.Kind(), Args: args}
	p.Command.Args = nil
	return json.Marshal(p)
}

func decode(b []byte) (desk.Command, error) {
	var p plain
	if err := json.Unmarshal(b, &p); err != nil {
		return desk.Command{}, err
	}
	for _, a := range desk.Commands() {
		if a.Kind() == p.Kind {
			v := reflect.New(reflect.TypeOf(a))
			if err := json.Unmarshal(p.Args, v.Interface()); err != nil {
				return desk.Command{}, err
			}
			p.Command.Args = v.Elem().Interface().(desk.Args)
			return p.Command, nil
		}
	}
	return desk.Command{}, fmt.Errorf("unknown kind %q", p.Kind)
}

var t0 = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// config gives a config over fsys with a clock that stands at *now.
func config(dir string, fsys outbox.FS, now *time.Time) outbox.Config {
	return outbox.Config{
		Dir: dir, Key: [32]byte{1, 2, 3}, Codec: jsonCodec{}, Encode: encode, Decode: decode,
		Now: func() time.Time { return *now }, FS: fsys,
	}
}

func mustOpen(t *testing.T, cfg outbox.Config) *outbox.Outbox {
	t.Helper()
	o, opened, err := outbox.Open(cfg)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	if len(opened.Quarantined) > 0 || opened.Lost {
		t.Fatalf("Open: got damage %+v, want none", opened)
	}
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return o
}

// open gives a fresh outbox on the real file system with a clock.
func open(t *testing.T) (*outbox.Outbox, outbox.Config, *time.Time) {
	t.Helper()
	now := t0
	cfg := config(t.TempDir(), nil, &now)
	return mustOpen(t, cfg), cfg, &now
}

func cid(n int) desk.CommandID { return desk.CommandID(fmt.Sprintf("c-%d", n)) }
func tid(n int) desk.TicketID  { return desk.TicketID(fmt.Sprintf("t-%d", n)) }

func reply(n, ticket int) desk.Command {
	return desk.Command{ID: cid(n), Ticket: tid(ticket), Basis: 1, Composed: t0, Args: desk.Reply{Text: fmt.Sprintf("text of %d", n)}}
}

func opening(n, ticket int) desk.Command {
	return desk.Command{ID: cid(n), Ticket: tid(ticket), Composed: t0, Args: desk.Open{Subject: fmt.Sprint(n), Text: "help"}}
}

func read(n, ticket int, seq uint64) desk.Command {
	return desk.Command{ID: cid(n), Ticket: tid(ticket), Args: desk.MarkRead{Seq: seq}}
}

func mustAdd(t *testing.T, o *outbox.Outbox, cmds ...desk.Command) {
	t.Helper()
	for _, c := range cmds {
		if _, err := o.Add(c, time.Time{}); err != nil {
			t.Fatalf("Add %s: %v", c.ID, err)
		}
	}
}

// sendAll numbers what may go and gives "id#number" of each.
func sendAll(t *testing.T, o *outbox.Outbox, now time.Time) []string {
	t.Helper()
	items, err := o.Next(now, 100, nil)
	if err != nil {
		t.Fatalf("Next: %v", err)
	}
	return names(items)
}

func names(items []outbox.Item) []string {
	out := []string{}
	for _, it := range items {
		out = append(out, fmt.Sprintf("%s#%d", it.ID, it.DSeq))
	}
	return out
}

func settle(t *testing.T, o *outbox.Outbox, id desk.CommandID, oc desk.Outcome) {
	t.Helper()
	it, ok := o.Item(id)
	if !ok {
		t.Fatalf("settle %s: not there", id)
	}
	if _, err := o.Settle(desk.Receipt{Command: id, DSeq: it.DSeq, Outcome: oc, At: t0}); err != nil {
		t.Fatalf("settle %s: %v", id, err)
	}
}

func wantEqual(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
