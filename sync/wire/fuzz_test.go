package wire_test

import (
	"bytes"
	"reflect"
	"testing"

	"docket/app/desk"
	"docket/sync/wire"
)

// Whatever is taken can be sent again and is then the same; nothing panics.
func fuzzFrames(f *testing.F, side wire.Side) {
	for _, fr := range frames()[side] {
		b, err := wire.EncodeFrame(fr)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
	f.Add([]byte{0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := wire.DecodeFrame(b, side)
		if err != nil {
			return
		}
		if _, unknown := got.(*wire.Unknown); unknown {
			return
		}
		again, err := wire.EncodeFrame(got)
		if err != nil {
			t.Fatalf("%s cannot be sent again: %v", got.Type(), err)
		}
		back, err := wire.DecodeFrame(again, side)
		if err != nil {
			t.Fatalf("%s cannot be read again: %v", got.Type(), err)
		}
		third, err := wire.EncodeFrame(back)
		if err != nil || !bytes.Equal(again, third) {
			t.Fatalf("%s is not stable: %x, then %x (%v)", got.Type(), again, third, err)
		}
	})
}

func FuzzClientFrame(f *testing.F) { fuzzFrames(f, wire.FromClient) }
func FuzzServerFrame(f *testing.F) { fuzzFrames(f, wire.FromServer) }

func FuzzCommand(f *testing.F) {
	for _, c := range commands() {
		b, err := wire.EncodeCommand(c)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := wire.DecodeCommand(b)
		if err != nil {
			return
		}
		again, err := wire.EncodeCommand(c)
		if err != nil {
			t.Fatalf("cannot be sent again: %v", err)
		}
		back, err := wire.DecodeCommand(again)
		if err != nil || !reflect.DeepEqual(normal(c), normal(back)) {
			t.Fatalf("got %+v (%v), want %+v", back, err, c)
		}
	})
}

// normal gives a command through the codec once: nil and empty lists are one.
func normal(c desk.Command) string {
	b, _ := wire.Marshal(c.Args)
	return string(b) + string(c.ID) + string(c.Ticket) + c.Composed.UTC().String()
}

func FuzzPage(f *testing.F) {
	b, err := wire.EncodePage(samplePage)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := wire.DecodePage(b)
		if err != nil {
			return
		}
		if _, err := wire.EncodePage(p); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzUnmarshal(f *testing.F) {
	for _, v := range []any{desk.Ticket{ID: "x", Created: sampleTime}, desk.Entry{ID: "y"}, sampleReceipt} {
		b, err := wire.Marshal(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, v := range []any{&desk.Ticket{}, &desk.Entry{}, &desk.Receipt{}, new(any)} {
			_ = wire.Unmarshal(b, v)
		}
	})
}
