package link

import (
	"bytes"
	"net"
	"testing"
	"time"
)

// script is a socket whose peer has said it all, in pieces of a size.
type script struct {
	net.Conn
	said  *bytes.Reader
	piece int
}

func (s script) Read(p []byte) (int, error) {
	if len(p) > s.piece {
		p = p[:s.piece]
	}
	return s.said.Read(p)
}
func (script) Write(p []byte) (int, error)      { return len(p), nil }
func (script) SetReadDeadline(time.Time) error  { return nil }
func (script) SetWriteDeadline(time.Time) error { return nil }
func (script) Close() error                     { return nil }

// got is what a connection handed over.
type got struct {
	messages [][]byte
	ends     int
}

func (g *got) Frame(b []byte) error {
	g.messages = append(g.messages, b)
	return nil
}
func (g *got) Closed(End) { g.ends++ }

const fuzzLimit = 300

func readAll(said []byte, piece int) *got {
	g := &got{}
	c := newConn(script{said: bytes.NewReader(said), piece: piece}, Config{ReadLimit: fuzzLimit, Linger: time.Millisecond, WriteTimeout: time.Millisecond})
	c.Start(g)
	<-c.Done()
	return g
}

// FuzzServerReads has a server read whatever a peer sends: it ends, hands over
// nothing beyond its limit, and the same however the bytes are cut.
func FuzzServerReads(f *testing.F) {
	key := []byte{7, 77, 177, 250}
	frame := func(first byte, payload string) []byte {
		b := appendHeader(nil, first&0x0f, len(payload), masked)
		b[0] = first
		at := len(b) + 4
		b = append(append(b, key...), payload...)
		mask([4]byte(key), 0, b[at:])
		return b
	}
	hello := frame(final|opBinary, "hello")
	f.Add(hello, byte(1))
	f.Add(bytes.Join([][]byte{frame(opBinary, "hel"), frame(final|opPing, "?"), frame(final|opContinue, "lo"), frame(final|opClose, "\x03\xe8")}, nil), byte(3))
	f.Add(frame(final|opBinary, string(make([]byte, fuzzLimit))), byte(7))
	f.Add(frame(final|opBinary, string(make([]byte, fuzzLimit+1))), byte(255))
	f.Add([]byte{final | opBinary, masked | 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4}, byte(2))
	f.Add(append(frame(0x40|opBinary, "rsv"), hello...), byte(9))
	f.Fuzz(func(t *testing.T, said []byte, piece byte) {
		whole, cut := readAll(said, len(said)+1), readAll(said, int(piece)+1)
		if whole.ends != 1 || cut.ends != 1 {
			t.Fatalf("ended %d and %d times", whole.ends, cut.ends)
		}
		if len(whole.messages) != len(cut.messages) {
			t.Fatalf("%d messages at once, %d in pieces of %d", len(whole.messages), len(cut.messages), int(piece)+1)
		}
		for i, m := range whole.messages {
			if len(m) > fuzzLimit || !bytes.Equal(m, cut.messages[i]) {
				t.Fatalf("message %d of %d bytes: %q and %q", i, len(m), m, cut.messages[i])
			}
		}
	})
}
