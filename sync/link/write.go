package link

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"docket/sync/wire"
)

// packed is how much is written at once; what is taken from the queue for it
// does not count as waiting any more.
const packed = 32 << 10

// buffers are lent while something is written; an idle connection holds none.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, packed); return &b }}

// message is one frame to be written: as it goes out, or without its header if
// kind is one of a frame.
type message struct {
	b    []byte
	n    int // bytes of the message itself
	kind byte
}

const (
	framed = 0    // the kind of a message that has its header
	rest   = 0xff // of what the socket did not take of some
)

func (m message) bare() bool { return m.kind != framed && m.kind != rest }

// Shared is a frame for many connections, framed once.
type Shared struct {
	framed []byte // as a server writes it
	size   int
}

// NewShared prepares a frame.
func NewShared(b []byte) *Shared {
	framed := make([]byte, 0, len(b)+maxHead)
	return &Shared{framed: append(appendHeader(framed, opBinary, len(b), 0), b...), size: len(b)}
}

// Len is the frame's length in bytes.
func (s *Shared) Len() int { return s.size }

// Send queues a frame, which from then on belongs to the connection. It never
// waits. An error is the *End of a connection that is over, or is just being
// ended because its queue ran over.
func (c *Conn) Send(b []byte) error { return c.push(message{b, len(b), opBinary}) }

// SendShared queues frames that are sent to many; they go out together.
func (c *Conn) SendShared(all ...*Shared) error {
	var few [8]message
	ms := few[:0]
	for _, s := range all {
		if c.ws == nil {
			ms = append(ms, message{s.framed, s.size, framed})
		} else {
			ms = append(ms, message{s.framed[len(s.framed)-s.size:], s.size, opBinary})
		}
	}
	return c.push(ms...)
}

// push queues messages and sees to it that somebody writes them: the caller,
// where the socket takes them at once, or else a goroutine that lives as long
// as there is something to write. An idle connection has none.
func (c *Conn) push(ms ...message) error {
	c.mu.Lock()
	if c.ending {
		defer c.mu.Unlock()
		end := c.end
		return &end
	}
	n := 0
	for i, m := range ms {
		waiting := len(c.queue) + i
		if waiting > 0 && (c.bytes+n+m.n > c.cfg.QueueBytes || waiting >= c.cfg.QueueFrames) {
			defer c.mu.Unlock()
			c.endLocked(End{Code: wire.CloseSlow, Text: "the queue ran over"}, false)
			end := c.end
			return &end
		}
		n += m.n
	}
	c.bytes += n
	if c.writing {
		c.queue = append(c.queue, ms...)
		c.mu.Unlock()
		return nil
	}
	c.writing = true
	c.work.Add(1)
	if c.direct == nil || n > packed {
		c.queue = append(c.queue, ms...)
		c.mu.Unlock()
		go c.write()
		return nil
	}
	c.mu.Unlock()
	c.writeNow(ms, n)
	return nil
}

// writeNow hands the socket messages of n bytes without waiting. What it does
// not take is left to a goroutine.
func (c *Conn) writeNow(ms []message, n int) {
	var buf *[]byte
	p := ms[0].b
	if len(ms) > 1 || ms[0].bare() {
		buf = buffers.Get().(*[]byte)
		p = (*buf)[:0]
		for _, m := range ms {
			if m.bare() {
				p = appendHeader(p, m.kind, len(m.b), 0) // a client has no direct socket
			}
			p = append(p, m.b...)
		}
	}
	k, err := c.direct(p)
	var left []byte
	if err == nil && k < len(p) {
		if left = p[k:]; buf != nil {
			left = slices.Clone(left)
		}
	}
	if buf != nil {
		if cap(p) <= 2*packed {
			*buf = p[:0]
		}
		buffers.Put(buf)
	}
	c.sent(ms, n)
	c.mu.Lock()
	if left != nil {
		c.queue = slices.Insert(c.queue, 0, message{left, n, rest})
		c.mu.Unlock()
		go c.write()
		return
	}
	c.wroteLocked(n, err)
	if len(c.queue) > 0 {
		c.mu.Unlock()
		go c.write()
		return
	}
	c.restLocked()
	c.mu.Unlock()
	c.work.Done()
}

// sent counts data frames; the bytes of a control frame are not counted.
func (c *Conn) sent(ms []message, n int) {
	for _, m := range ms {
		if m.kind == framed || m.kind == opBinary {
			c.sentFrames.Add(1)
		} else {
			n -= m.n
		}
	}
	c.sentBytes.Add(int64(n))
}

// wroteLocked notes that n bytes are out, or that they never will be.
func (c *Conn) wroteLocked(n int, err error) {
	c.bytes -= n
	c.roomLocked()
	if err != nil {
		c.queue = nil
		c.brokenLocked(fmt.Errorf("write: %w", err))
	}
}

// restLocked ends the writer.
func (c *Conn) restLocked() {
	c.writing, c.queue, c.ponging = false, nil, false
	if c.ending {
		close(c.idle)
	}
}

// write writes until nothing waits.
func (c *Conn) write() {
	defer c.work.Done()
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	for {
		c.mu.Lock()
		if len(c.queue) == 0 {
			if c.direct != nil {
				_ = c.nc.SetWriteDeadline(time.Time{}) // it would end what is tried later
			}
			c.restLocked()
			c.mu.Unlock()
			return
		}
		k, n := 1, c.queue[0].n
		for k < len(c.queue) && n+c.queue[k].n <= packed {
			n += c.queue[k].n
			k++
		}
		ms := c.queue[:k]
		c.queue = c.queue[k:]
		c.mu.Unlock()

		err := c.writeAll((*buf)[:0], ms)
		c.sent(ms, n)
		clear(ms)
		c.mu.Lock()
		c.wroteLocked(n, err)
		c.mu.Unlock()
	}
}

// writeAll writes messages through a buffer, a client's masked.
func (c *Conn) writeAll(buf []byte, ms []message) error {
	flush := func() error {
		if len(buf) == 0 {
			return nil
		}
		_ = c.nc.SetWriteDeadline(time.Now().Add(c.cfg.WriteTimeout))
		_, err := c.nc.Write(buf)
		buf = buf[:0]
		return err
	}
	for _, m := range ms {
		var key [4]byte
		if cap(buf)-len(buf) < maxHead {
			if err := flush(); err != nil {
				return err
			}
		}
		if m.bare() {
			if c.ws == nil {
				buf = appendHeader(buf, m.kind, len(m.b), 0)
			} else {
				key = newKey()
				buf = append(appendHeader(buf, m.kind, len(m.b), masked), key[:]...)
			}
		}
		for pos := 0; pos < len(m.b); {
			if len(buf) == cap(buf) {
				if err := flush(); err != nil {
					return err
				}
			}
			at, some := len(buf), min(len(m.b)-pos, cap(buf)-len(buf))
			buf = append(buf, m.b[pos:pos+some]...)
			if c.ws != nil {
				mask(key, pos, buf[at:])
			}
			pos += some
		}
	}
	return flush()
}

// WaitRoom waits until the queue is no more than half full, or the connection
// is ending. Whoever answers a question with more than a queue holds paces
// itself with it; a peer that does not read ends the wait with the connection.
func (c *Conn) WaitRoom() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.ending && c.broken == nil && (c.bytes > c.cfg.QueueBytes/2 || len(c.queue) > c.cfg.QueueFrames/2) {
		if c.room == nil {
			c.room = make(chan struct{})
		}
		room := c.room
		c.mu.Unlock()
		<-room
		c.mu.Lock()
	}
}

// roomLocked wakes who waits for room: something was written, or the end began.
func (c *Conn) roomLocked() {
	if c.room != nil {
		close(c.room)
		c.room = nil
	}
}

// Room reports whether a frame of n bytes may be queued and leave half of the
// queue to others, or waits for nobody.
func (c *Conn) Room(n int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.queue) == 0 || c.bytes+n <= c.cfg.QueueBytes/2 && len(c.queue) < c.cfg.QueueFrames/2
}

// Queued is how many bytes wait to be written.
func (c *Conn) Queued() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes
}
