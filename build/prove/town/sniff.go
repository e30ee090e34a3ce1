package town

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"sync"

	"docket/sync/wire"
)

// Ear listens to everything a computer is sent: the bytes as they come from
// the socket, HTTP answers and frames alike, and once more what pages hold,
// which is packed.
type Ear struct {
	mu    sync.Mutex // guards what follows
	fresh []byte     // not taken yet
	total int
	pages int
}

// Dialer is how computers reach a server.
type Dialer func(ctx context.Context, network, addr string) (net.Conn, error)

// Through gives a dialer whose connections are listened to.
func (e *Ear) Through(dial Dialer) Dialer {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &heardConn{Conn: c, ear: e}, nil
	}
}

// Take gives what came since the last Take and a little of what came before,
// so that nothing is cut in two.
func (e *Ear) Take() []byte {
	const overlap = 64
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.fresh) <= overlap && e.total > 0 {
		return nil
	}
	b := e.fresh
	e.fresh = bytes.Clone(b[max(0, len(b)-overlap):])
	return b
}

// Forget drops what came until now.
func (e *Ear) Forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fresh = nil
}

// Total is how many bytes were heard.
func (e *Ear) Total() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.total
}

// Pages is how many snapshot pages were heard.
func (e *Ear) Pages() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.pages
}

func (e *Ear) hear(b []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fresh = append(e.fresh, b...)
	e.total += len(b)
}

type heardConn struct {
	net.Conn
	ear *Ear
	// rest is what came and was not unpacked yet; frames is set once the
	// connection has become a websocket, dead when it never will.
	rest         []byte
	frames, dead bool
}

// Read implements net.Conn.
func (c *heardConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.ear.hear(b[:n])
		c.unpack(b[:n])
	}
	return n, err
}

// unpack finds the pages in the stream. A server's frames are not masked and
// never fragmented.
func (c *heardConn) unpack(b []byte) {
	if c.dead {
		return
	}
	c.rest = append(c.rest, b...)
	if !c.frames {
		head, after, whole := bytes.Cut(c.rest, []byte("\r\n\r\n"))
		if !whole {
			return
		}
		if !bytes.HasPrefix(head, []byte("HTTP/1.1 101")) {
			c.dead, c.rest = true, nil
			return
		}
		c.frames, c.rest = true, bytes.Clone(after)
	}
	for {
		size, body := 0, 2
		switch {
		case len(c.rest) < 2:
			return
		case c.rest[1] < 126:
			size = int(c.rest[1])
		case c.rest[1] == 126 && len(c.rest) >= 4:
			size, body = int(binary.BigEndian.Uint16(c.rest[2:])), 4
		case c.rest[1] == 127 && len(c.rest) >= 10:
			size, body = int(binary.BigEndian.Uint64(c.rest[2:])), 10
		default:
			return
		}
		if len(c.rest) < body+size {
			return
		}
		if f, err := wire.DecodeFrame(c.rest[body:body+size], wire.FromServer); err == nil {
			if p, ok := f.(*wire.Page); ok {
				c.page(p)
			}
		}
		c.rest = c.rest[body+size:]
	}
}

func (c *heardConn) page(p *wire.Page) {
	c.ear.mu.Lock()
	c.ear.pages++
	c.ear.mu.Unlock()
	page, err := wire.DecodePage(p.Body)
	if err != nil {
		return // the client will say so
	}
	if b, err := wire.Marshal(page); err == nil {
		c.ear.hear(b)
	}
}
