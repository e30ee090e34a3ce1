package wire_test

import (
	"bytes"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"docket/app/desk"
	"docket/sync/wire"
)

// T31: a command that carries a field its kind does not have is refused, not
// read without it: every field of every other command and of the records it
// could reach for.
func TestCommandsTakeNoForeignFields(t *testing.T) {
	var names []string
	for _, v := range append([]any{desk.Ticket{}, desk.Entry{}, desk.Person{}, desk.Actor{}}, anyOf(desk.Commands())...) {
		rt := reflect.TypeOf(v)
		for i := range rt.NumField() {
			name, _, _ := strings.Cut(rt.Field(i).Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	for _, c := range commands() {
		own := map[string]bool{}
		rt := reflect.TypeOf(c.Args)
		for i := range rt.NumField() {
			name, _, _ := strings.Cut(rt.Field(i).Tag.Get("json"), ",")
			own[name] = true
		}
		for _, name := range append(names, "id", "status", "assignee", "Text", "TEXT") {
			if own[name] {
				continue
			}
			b, err := wire.Marshal(map[string]any{
				"id": sampleCommand, "ticket": sampleTicket, "kind": c.Args.Kind(), "args": map[string]any{name: nil},
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := wire.DecodeCommand(b); !errors.Is(err, desk.ErrInvalid) {
				t.Errorf("%s with %q: got %v, want invalid", c.Args.Kind(), name, err)
			}
		}
		for _, name := range []string{"actor", "device", "at", "number"} {
			b, _ := wire.Marshal(map[string]any{"id": sampleCommand, "ticket": sampleTicket, "kind": c.Args.Kind(), "args": map[string]any{}, name: 1})
			if _, err := wire.DecodeCommand(b); !errors.Is(err, desk.ErrInvalid) {
				t.Errorf("%s beside %q: got %v, want invalid", c.Args.Kind(), name, err)
			}
		}
	}
}

func anyOf[T any](in []T) []any {
	var out []any
	for _, v := range in {
		out = append(out, v)
	}
	return out
}

func TestCommandRefusals(t *testing.T) {
	for name, c := range map[string]desk.Command{
		"no arguments":   {ID: sampleCommand, Ticket: sampleTicket},
		"no id":          {Ticket: sampleTicket, Args: desk.Reply{Text: "x"}},
		"id of no shape": {ID: "1", Ticket: sampleTicket, Args: desk.Reply{Text: "x"}},
		"no ticket":      {ID: sampleCommand, Args: desk.Reply{Text: "x"}},
		"not UTF-8":      {ID: sampleCommand, Ticket: sampleTicket, Args: desk.Reply{Text: "a\xffb"}},
	} {
		if _, err := wire.EncodeCommand(c); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
	long := desk.Command{ID: sampleCommand, Ticket: sampleTicket, Args: desk.Reply{Text: strings.Repeat("x", wire.MaxCommand)}}
	var e *desk.Error
	if _, err := wire.EncodeCommand(long); !errors.As(err, &e) || e.Code != desk.CodeTooLarge || e.Hint == "" {
		t.Errorf("too long: got %v", err)
	}
	b, _ := wire.Marshal(map[string]any{"id": sampleCommand, "ticket": sampleTicket, "kind": "teleport", "args": map[string]any{}})
	c, err := wire.DecodeCommand(b)
	if !errors.Is(err, desk.ErrInvalid) || c.ID != sampleCommand {
		t.Errorf("unknown kind: got %+v, %v; want invalid with the id", c, err)
	}
}

func TestFrameFieldsMayGrow(t *testing.T) {
	b, err := wire.Marshal([]any{"pong", map[string]any{"n": 3, "now": sampleTime.Format(time.RFC3339Nano), "mood": "fine"}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := wire.DecodeFrame(b, wire.FromServer)
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := f.(*wire.Pong); !ok || p.N != 3 {
		t.Errorf("got %+v", f)
	}
	b, _ = wire.Marshal([]any{"weather", map[string]any{}})
	f, err = wire.DecodeFrame(b, wire.FromServer)
	if u, ok := f.(*wire.Unknown); err != nil || !ok || u.Name != "weather" {
		t.Errorf("got %+v, %v; want an unknown frame", f, err)
	}
	if _, err := wire.EncodeFrame(&wire.Unknown{Name: "weather"}); err == nil {
		t.Error("an unknown frame can be sent")
	}
}

// Each of these no honest peer sends; neither end encodes or takes them.
func TestImpossibleFrames(t *testing.T) {
	many := func(n int) []wire.PushedCommand {
		out := make([]wire.PushedCommand, n)
		for i := range out {
			out[i] = wire.PushedCommand{DSeq: uint64(i + 1), Body: []byte{1}}
		}
		return out
	}
	item := func(it desk.Item) wire.Frame { return wire.Tickets{Items: []desk.Item{it}} }
	for name, f := range map[string]wire.Frame{
		"hello without version":      wire.Hello{Device: sampleDevice},
		"hello with versions swung":  wire.Hello{ProtoMin: 3, ProtoMax: 2, Device: sampleDevice},
		"hello without device":       wire.Hello{ProtoMin: 1, ProtoMax: 1},
		"hello of too many lanes":    wire.Hello{ProtoMin: 1, ProtoMax: 1, Device: sampleDevice, Lanes: make([]desk.Cursor, 3000)},
		"hello with a nameless lane": wire.Hello{ProtoMin: 1, ProtoMax: 1, Device: sampleDevice, Lanes: make([]desk.Cursor, 1)},
		"empty push":                 wire.Push{},
		"push from nought":           wire.Push{Commands: []wire.PushedCommand{{Body: []byte{1}}}},
		"push with a hole":           wire.Push{Commands: []wire.PushedCommand{{DSeq: 1, Body: []byte{1}}, {DSeq: 3, Body: []byte{1}}}},
		"push of nothing":            wire.Push{Commands: []wire.PushedCommand{{DSeq: 1}}},
		"push of too many":           wire.Push{Commands: many(501)},
		"pull of nothing":            wire.Pull{},
		"fetch of nothing":           wire.Fetch{},
		"fetch of no ticket":         wire.Fetch{Tickets: []desk.TicketID{"1 or 1=1"}},
		"fetch of too many":          wire.Fetch{Tickets: make([]desk.TicketID, 51)},
		"writing on nothing":         wire.Look{Writing: true},
		"welcome to nobody":          wire.Welcome{Proto: 1, ServerEpoch: "e"},
		"welcome without epoch":      wire.Welcome{Proto: 1, Actor: sampleActor},
		"lane in limbo":              wire.Scopes{Actor: sampleActor, Lanes: []wire.LaneState{{Lane: "s/dir", State: "maybe"}}},
		"batch backwards":            wire.Batch{Lane: "s/dir", Epoch: "e", Prev: 2, Last: 1},
		"batch without epoch":        wire.Batch{Lane: "s/dir", Last: 1},
		"empty page":                 wire.Page{Lane: "s/dir"},
		"presence on nothing":        wire.Presence{Ticket: "x"},
		"retry in the past":          wire.Receipts{RetryAfter: -1},
		"item without kind":          item(desk.Item{}),
		"enter without head":         item(desk.Item{Kind: desk.ItemEnter, Ticket: sampleTicket, Version: 1}),
		"delta without version":      item(desk.Item{Kind: desk.ItemDelta, Ticket: sampleTicket, Head: []byte{1}}),
		"entries nowhere":            item(desk.Item{Kind: desk.ItemDelta, Ticket: sampleTicket, Version: 1, Head: []byte{1}, Entries: [][]byte{{1}}}),
		"purge with content":         item(desk.Item{Kind: desk.ItemPurge, Ticket: sampleTicket, Head: []byte{1}}),
		"leave of no ticket":         item(desk.Item{Kind: desk.ItemLeave}),
		"reference to nothing":       item(desk.Item{Kind: desk.ItemRef}),
		"reference and ticket":       item(desk.Item{Kind: desk.ItemRef, Ticket: sampleTicket, Ref: &desk.Ref{ID: "x"}}),
	} {
		if _, err := wire.EncodeFrame(f); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("%s: encode gave %v, want invalid", name, err)
		}
		body, err := wire.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		b := append([]byte{0x82, 0x60 | byte(len(f.Type()))}, f.Type()...)
		b = append(b, body...)
		for _, side := range []wire.Side{wire.FromClient, wire.FromServer} {
			if _, err := wire.DecodeFrame(b, side); !errors.Is(err, desk.ErrInvalid) {
				t.Errorf("%s: decode gave %v, want invalid", name, err)
			}
		}
	}
}

// A page of a few kilobytes that would unpack to more than the limit is
// refused without unpacking it.
func TestPageBomb(t *testing.T) {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	bomb := w.EncodeAll(make([]byte, 64<<20), nil)
	if len(bomb) > 100<<10 {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	allocated := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, err := wire.DecodePage(bomb); err == nil {
				b.Fatal("taken")
			}
		}
	}).AllocedBytesPerOp()
	if allocated > 2*wire.MaxPage {
		t.Errorf("refusing took %d bytes, want at most twice %d", allocated, wire.MaxPage)
	}
	if _, err := wire.DecodePage([]byte("not zstd")); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("got %v", err)
	}
}

func TestCloseReason(t *testing.T) {
	for _, after := range []time.Duration{0, time.Millisecond, 3 * time.Second} {
		s := wire.CloseReason(after, "restart")
		if got, text := wire.ParseCloseReason(s); got != after || text != "restart" {
			t.Errorf("%q: got %v and %q", s, got, text)
		}
	}
	if s := wire.CloseReason(time.Second, strings.Repeat("ä", 100)); len(s) > 123 {
		t.Errorf("got %d bytes", len(s))
	}
	for _, s := range []string{"", "after=", "after=x y", "after=-5 x", "after=99999999999999999999 x"} {
		if after, text := wire.ParseCloseReason(s); after != 0 || text != s {
			t.Errorf("%q: got %v and %q", s, after, text)
		}
	}
	if after, _ := wire.ParseCloseReason("after=9000000000000 x"); after > 10*time.Minute {
		t.Errorf("a server can silence a client for %v", after)
	}
}

// The two ranges do not meet, and every code a server closes with because of
// an error tells the client's person the same thing.
func TestCloseCodes(t *testing.T) {
	for code, stay := range map[int]bool{
		wire.CloseSignIn: true, wire.CloseRevoked: true, wire.CloseClientOld: true, wire.CloseServerOld: true, wire.CloseForked: true,
		wire.CloseSlow: false, wire.CloseSnapshot: false, wire.CloseLate: false, wire.CloseBroken: false, wire.CloseSilent: false,
		wire.CloseTooMany: false, wire.CloseReplaced: false, wire.CloseNormal: false, wire.CloseTooBig: false, wire.CloseFault: false,
		wire.CloseRestart: false, 1006: false, 3999: false, 4999: false,
	} {
		if wire.StayAway(code) != stay {
			t.Errorf("%d: stay away is %v, want %v", code, !stay, stay)
		}
		e := wire.CloseError(code, "x")
		if e.Message == "" || e.Hint == "" || stay == (e.Code == desk.CodeOffline) {
			t.Errorf("%d: got %+v", code, e)
		}
	}
	for _, code := range []desk.Code{desk.CodeSignIn, desk.CodeClientOld, desk.CodeServerOld, desk.CodeForked} {
		if got := wire.CloseError(wire.CloseCode(&desk.Error{Code: code, Message: "x"}), "").Code; got != code {
			t.Errorf("%s: there and back gives %s", code, got)
		}
	}
	if wire.CloseCode(nil) != wire.CloseNormal || wire.CloseCode(errors.New("x")) != wire.CloseFault {
		t.Error("no error or an unknown one")
	}
}

func TestHTTPErrors(t *testing.T) {
	for _, code := range []desk.Code{
		desk.CodeNotFound, desk.CodeInvalid, desk.CodeDenied, desk.CodeSignIn, desk.CodeTooLarge, desk.CodeTooMany,
		desk.CodeClientOld, desk.CodeDiskFull, desk.CodeInternal,
	} {
		status := wire.HTTPStatus(code)
		if status < 400 {
			t.Errorf("%s: status %d", code, status)
		}
		e := wire.HTTPError(status, []byte(`{"code":"`+string(code)+`","message":"m","hint":"h"}`))
		if e.Code != code || e.Message != "m" || e.Hint != "h" {
			t.Errorf("%s: got %+v", code, e)
		}
	}
	for status, want := range map[int]desk.Code{200: desk.CodeNotDocket, 302: desk.CodeNotDocket, 404: desk.CodeNotDocket, 401: desk.CodeSignIn, 429: desk.CodeTooMany, 502: desk.CodeOffline, 503: desk.CodeOffline} {
		if e := wire.HTTPError(status, []byte("<html>")); e.Code != want || e.Message == "" || e.Hint == "" {
			t.Errorf("%d: got %+v, want %s", status, e, want)
		}
	}
	for in, want := range map[string]time.Duration{"": 0, "x": 0, "-3": 0, "7": 7 * time.Second, "99999999": 10 * time.Minute} {
		if got := wire.RetryAfter(http.Header{"Retry-After": {in}}); got != want {
			t.Errorf("Retry-After %q: got %v, want %v", in, got, want)
		}
	}
}

func TestTicketsSplitAndJoin(t *testing.T) {
	item := func(n, entries, size int) desk.Item {
		it := desk.Item{Kind: desk.ItemEnter, Ticket: desk.TicketID(string(sampleTicket)[:35] + string(rune('0'+n))), Version: uint64(n + 1), Head: make([]byte, 500), FromSeq: 1}
		for i := range entries {
			it.Entries = append(it.Entries, bytes.Repeat([]byte{byte(i + n)}, size))
		}
		return it
	}
	for name, items := range map[string][]desk.Item{
		"none":        nil,
		"small":       {item(1, 2, 100), {Kind: desk.ItemLeave, Ticket: sampleTicket}},
		"many":        {item(1, 20, 20_000), item(2, 20, 20_000), item(3, 20, 20_000), item(4, 1, 10)},
		"one long":    {item(1, 400, 15_000)},
		"long in two": {item(1, 2, 10), item(2, 500, 9_999), item(3, 2, 10), item(4, 300, 9_999)},
	} {
		t.Run(name, func(t *testing.T) {
			var join wire.JoinTickets
			var got []desk.Item
			for _, part := range wire.SplitTickets(items) {
				b, err := wire.EncodeFrame(part)
				if err != nil {
					t.Fatal(err)
				}
				f, err := wire.DecodeFrame(b, wire.FromServer)
				if err != nil {
					t.Fatalf("a frame of %d bytes: %v", len(b), err)
				}
				out, err := join.Add(*f.(*wire.Tickets))
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, out...)
			}
			if !reflect.DeepEqual(got, items) {
				t.Errorf("got %d items, want %d the same", len(got), len(items))
			}
		})
	}
}

func TestJoinRefusesStrangers(t *testing.T) {
	one := desk.Item{Kind: desk.ItemEnter, Ticket: sampleTicket, Version: 1, Head: []byte{1}, FromSeq: 1, Entries: [][]byte{{1}}}
	for name, next := range map[string]desk.Item{
		"another ticket":  {Kind: desk.ItemEnter, Ticket: "018f0000-0000-7000-8000-000000000009", Version: 1, Head: []byte{1}, FromSeq: 2, Entries: [][]byte{{1}}},
		"another version": {Kind: desk.ItemEnter, Ticket: sampleTicket, Version: 2, Head: []byte{1}, FromSeq: 2, Entries: [][]byte{{1}}},
		"a hole":          {Kind: desk.ItemEnter, Ticket: sampleTicket, Version: 1, Head: []byte{1}, FromSeq: 3, Entries: [][]byte{{1}}},
	} {
		var j wire.JoinTickets
		if _, err := j.Add(wire.Tickets{Items: []desk.Item{one}, More: true}); err != nil {
			t.Fatal(err)
		}
		if _, err := j.Add(wire.Tickets{Items: []desk.Item{next}}); err == nil {
			t.Errorf("%s was joined", name)
		}
	}
	var j wire.JoinTickets
	piece := one
	piece.Entries = [][]byte{make([]byte, 900_000)}
	var err error
	for n := 0; err == nil; n++ {
		if n > 100 {
			t.Fatal("a ticket may grow without end")
		}
		_, err = j.Add(wire.Tickets{Items: []desk.Item{piece}, More: true})
		piece.FromSeq++
	}
}

func TestFitBatch(t *testing.T) {
	var b desk.Batch
	b.Lane, b.Epoch, b.Last = "s/dir", "e", 9
	for i := range 8 {
		it := desk.Item{Kind: desk.ItemEnter, Ticket: sampleTicket, Version: 1, Head: make([]byte, 800), FromSeq: 1}
		for range 10 * (i + 1) {
			it.Entries = append(it.Entries, make([]byte, 4_000))
		}
		b.Items = append(b.Items, it)
	}
	fit := wire.FitBatch(b)
	raw, err := wire.EncodeFrame(fit)
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) > wire.MaxServerFrame {
		t.Errorf("got %d bytes", len(raw))
	}
	cut := 0
	for i, it := range fit.Items {
		switch {
		case len(it.Entries) == 0 && it.FromSeq == uint64(len(b.Items[i].Entries)+1) && len(it.Head) == 800:
			cut++
		case len(it.Entries) != len(b.Items[i].Entries) || it.FromSeq != 1:
			t.Errorf("item %d: %d entries from %d", i, len(it.Entries), it.FromSeq)
		}
	}
	if cut == 0 || cut == len(fit.Items) || len(b.Items[7].Entries) != 80 {
		t.Errorf("%d of %d lost their entries; the batch itself has %d", cut, len(fit.Items), len(b.Items[7].Entries))
	}
	small := desk.Batch{Lane: "s/dir", Epoch: "e", Items: b.Items[:2]}
	if got := wire.FitBatch(small); !reflect.DeepEqual(desk.Batch(got), small) {
		t.Error("a batch that fits was changed")
	}
}

func TestSplitPush(t *testing.T) {
	var cmds []wire.PushedCommand
	for i := range 30 {
		cmds = append(cmds, wire.PushedCommand{DSeq: uint64(i + 1), Body: make([]byte, 1+i*7_000%wire.MaxCommand)})
	}
	cmds[3].Body = make([]byte, wire.MaxCommand)
	next := uint64(1)
	for _, p := range wire.SplitPush(cmds) {
		b, err := wire.EncodeFrame(p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := wire.DecodeFrame(b, wire.FromClient); err != nil {
			t.Errorf("%d bytes: %v", len(b), err)
		}
		for _, c := range p.Commands {
			if c.DSeq != next {
				t.Fatalf("got %d, want %d", c.DSeq, next)
			}
			next++
		}
	}
	if next != 31 {
		t.Errorf("got up to %d, want 30", next-1)
	}
}
