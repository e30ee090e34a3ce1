package link

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"docket/sync/wire"
)

// The kinds of websocket frames (RFC 6455, 5.2).
const (
	opContinue = 0
	opBinary   = websocket.BinaryMessage
	opClose    = websocket.CloseMessage
	opPing     = websocket.PingMessage
	opPong     = websocket.PongMessage

	final   = 0x80
	masked  = 0x80
	control = 8   // this kind and those above it
	maxCtl  = 125 // most bytes of a control frame
	maxHead = 14  // most bytes of a header
)

// appendHeader begins a frame that is a whole message.
func appendHeader(b []byte, kind byte, n int, mask byte) []byte {
	b = append(b, final|kind)
	switch {
	case n <= 125:
		return append(b, mask|byte(n))
	case n <= 0xffff:
		return binary.BigEndian.AppendUint16(append(b, mask|126), uint16(n))
	}
	return binary.BigEndian.AppendUint64(append(b, mask|127), uint64(n))
}

// mask masks or unmasks bytes that stand at pos in their frame.
func mask(key [4]byte, pos int, b []byte) {
	var k [8]byte
	for i := range k {
		k[i] = key[(pos+i)&3]
	}
	long := binary.LittleEndian.Uint64(k[:])
	for len(b) >= 8 {
		binary.LittleEndian.PutUint64(b, binary.LittleEndian.Uint64(b)^long)
		b = b[8:]
	}
	for i := range b {
		b[i] ^= k[i]
	}
}

func newKey() (key [4]byte) {
	// It keeps proxies from being misled by what a page sends; we are no page.
	binary.LittleEndian.PutUint32(key[:], rand.Uint32()) //nolint:gosec // see above
	return key
}

// inbox is what a server has read and not looked at. It is as small as a
// control frame allows, because every idle connection has one.
type inbox struct {
	buf  [256]byte
	r, w int
}

// fill reads what there is into the empty inbox. An idle connection waits
// here, or in gorilla if it is a client's.
func (c *Conn) fill() error {
	n, err := c.nc.Read(c.in.buf[:])
	c.in.r, c.in.w = 0, n
	if n > 0 {
		c.heardNow()
		return nil
	}
	return err
}

// goOn reports whether a read that failed has only been waiting for long.
func (c *Conn) goOn(err error) bool {
	return err == nil || errors.Is(err, os.ErrDeadlineExceeded) && c.tick()
}

// readFull fills p from the inbox and the socket.
func (c *Conn) readFull(p []byte) error {
	for len(p) > 0 {
		if c.in.r < c.in.w {
			n := copy(p, c.in.buf[c.in.r:c.in.w])
			c.in.r += n
			p = p[n:]
			continue
		}
		var n int
		var err error
		if len(p) < len(c.in.buf) {
			err = c.fill()
		} else if n, err = c.nc.Read(p); n > 0 {
			c.heardNow()
			p, err = p[n:], nil
		}
		if err != nil && !c.goOn(err) {
			return err
		}
	}
	return nil
}

// header is the beginning of a frame.
type header struct {
	kind  byte
	final bool
	n     uint64
	key   [4]byte
}

// errBroken is a frame against the rules of websocket.
var errBroken = &End{Code: wire.CloseBroken, Text: "broken frame"}

func (c *Conn) header() (h header, err error) {
	var b [8]byte
	if err := c.readFull(b[:2]); err != nil {
		return h, err
	}
	h.kind, h.final, h.n = b[0]&0x0f, b[0]&final != 0, uint64(b[1]&0x7f)
	if b[0]&0x70 != 0 || b[1]&masked == 0 || h.kind >= control && (!h.final || h.n > maxCtl) {
		return h, errBroken
	}
	switch h.n {
	case 126:
		err = c.readFull(b[:2])
		h.n = uint64(binary.BigEndian.Uint16(b[:]))
	case 127:
		err = c.readFull(b[:8])
		h.n = binary.BigEndian.Uint64(b[:])
	}
	if err == nil {
		err = c.readFull(h.key[:])
	}
	return h, err
}

// payload appends n bytes to msg. It makes room as they come: what a header
// announces costs nothing yet.
func (c *Conn) payload(msg []byte, h header) ([]byte, error) {
	for pos := 0; uint64(pos) < h.n; {
		some := int(min(h.n-uint64(pos), uint64(max(4096, len(msg))&^7)))
		at := len(msg)
		if msg == nil {
			msg = make([]byte, some)
		} else {
			msg = append(msg, make([]byte, some)...)
		}
		if err := c.readFull(msg[at:]); err != nil {
			return nil, err
		}
		mask(h.key, pos, msg[at:])
		pos += some
	}
	return msg, nil
}

// next gives the next whole message, as a server reads it.
func (c *Conn) next() (kind int, msg []byte, err error) {
	for {
		h, err := c.header()
		if err != nil {
			return 0, nil, err
		}
		if h.kind >= control {
			if err := c.control(h); err != nil {
				return 0, nil, err
			}
			continue
		}
		if (h.kind == opContinue) != (kind != 0) || h.kind > opBinary {
			return 0, nil, errBroken
		}
		kind = max(kind, int(h.kind))
		if h.n > uint64(c.cfg.ReadLimit) || len(msg)+int(h.n) > int(c.cfg.ReadLimit) {
			return 0, nil, websocket.ErrReadLimit
		}
		if msg, err = c.payload(msg, h); err != nil || h.final {
			return kind, msg, err
		}
	}
}

// control takes a ping, a pong or the peer's goodbye.
func (c *Conn) control(h header) error {
	b, err := c.payload(nil, h)
	if err != nil {
		return err
	}
	switch h.kind {
	case opPing:
		return c.pinged(string(b))
	case opPong:
		return nil
	case opClose:
		ce := &websocket.CloseError{Code: websocket.CloseNoStatusReceived}
		if len(b) >= 2 {
			ce.Code, ce.Text = int(binary.BigEndian.Uint16(b)), string(b[2:])
		}
		if len(b) == 1 || !utf8.ValidString(ce.Text) || len(b) > 1 && (ce.Code < 1000 || ce.Code == websocket.CloseNoStatusReceived || ce.Code == abnormal || ce.Code > 4999) {
			return errBroken
		}
		return ce
	}
	return errBroken
}

// nextOfClient is next through gorilla, which may have read beyond the
// handshake.
func (c *Conn) nextOfClient() (kind int, msg []byte, err error) {
	kind, r, err := c.ws.NextReader()
	if err == nil {
		msg, err = io.ReadAll(r)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("frame: %w", err)
	}
	return kind, msg, nil
}
