package wire_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/wire"
)

func TestCodecRoundTrip(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 123456789, time.FixedZone("", 3600))
	in := desk.Ticket{ID: "t", Subject: "Straße 😀", Created: at, Updated: at.Add(1)}
	b, err := wire.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out desk.Ticket
	if err := wire.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	if !out.Created.Equal(at) || out.Updated.Sub(out.Created) != 1 || out.Created.Location() != time.UTC {
		t.Errorf("got %v and %v, want %v to the nanosecond in UTC", out.Created, out.Updated, at)
	}
	if !out.HoldUntil.IsZero() || bytes.Contains(b, []byte("hold_until")) {
		t.Errorf("a zero time was written: got %v", out.HoldUntil)
	}
	again, err := wire.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again, b) {
		t.Errorf("encoding again: got %x, want %x", again, b)
	}
}

func TestCodecZeroTime(t *testing.T) {
	b, err := wire.Marshal(desk.Device{ID: "d"})
	if err != nil {
		t.Fatal(err)
	}
	out := desk.Device{Created: time.Now()}
	if err := wire.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	if !out.LastSeen.IsZero() {
		t.Errorf("got %v, want the zero time", out.LastSeen)
	}
}

func TestCodecRefuses(t *testing.T) {
	deep := append(bytes.Repeat([]byte{0x81}, 17), 0x00)
	for name, b := range map[string][]byte{
		"duplicate key":     {0xa2, 0x62, 'i', 'd', 0x61, 'a', 0x62, 'i', 'd', 0x61, 'b'},
		"not UTF-8":         {0xa1, 0x62, 'i', 'd', 0x61, 0xff},
		"too deep":          deep,
		"too many elements": {0x9a, 0x00, 0x00, 0x27, 0x11},
		"too many pairs":    {0xba, 0x00, 0x00, 0x27, 0x11},
		"indefinite length": {0xbf, 0xff},
		"tag":               {0xc1, 0x00},
		"bytes after it":    {0xa0, 0x00},
		"empty":             {},
	} {
		t.Run(name, func(t *testing.T) {
			var v desk.Device
			if err := wire.Unmarshal(b, &v); err == nil {
				t.Errorf("got %+v, want an error", v)
			}
			var any any
			if err := wire.Unmarshal(b, &any); err == nil && name != "tag" && !strings.HasPrefix(name, "dup") {
				t.Errorf("into any: got %+v, want an error", any)
			}
		})
	}
}

func TestCodecSharesNoMemory(t *testing.T) {
	b, _ := wire.Marshal(desk.Ref{Kind: "x", ID: "y", Body: []byte("body")})
	var r desk.Ref
	if err := wire.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	clear(b)
	if string(r.Body) != "body" {
		t.Errorf("got %q after the input was overwritten, want %q", r.Body, "body")
	}
}
