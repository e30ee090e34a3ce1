package simnet

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// room is how much a connection takes before its writer has to wait.
const room = 64 << 10

// packet is the most that travels as one.
const packet = 4 << 10

// link is one connection: two ends and a pipe in each direction.
type link struct {
	line           *Line
	up, down       *pipe
	client, server *end

	mu   sync.Mutex // guards left
	left int        // bytes until it breaks; -1 never
}

func newLink(l *Line) *link {
	k := &link{line: l, up: newPipe(l, false), down: newPipe(l, true), left: -1}
	l.mu.Lock()
	if l.cutIn != nil {
		if n := l.cutIn(); n > 0 {
			k.left = n
		}
	}
	l.mu.Unlock()
	port := 1000 + l.number
	k.client = &end{link: k, in: k.down, out: k.up, peer: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}}
	k.server = &end{link: k, in: k.up, out: k.down, peer: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}}
	return k
}

func (k *link) reset() {
	k.up.reset()
	k.down.reset()
}

// spend takes n bytes off what the connection may still carry.
func (k *link) spend(n int) (pass int, breaks bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.left < 0 {
		return n, false
	}
	pass = min(n, k.left)
	k.left -= pass
	return pass, k.left == 0
}

type chunk struct {
	at time.Time
	b  []byte // nil is the end of the stream
}

// pipe is one direction.
type pipe struct {
	line *Line
	down bool

	mu       sync.Mutex // guards what follows
	queue    []chunk
	size     int
	last     time.Time // when the newest chunk arrives
	free     time.Time // when the line is free again
	finished bool      // the writer said goodbye
	deaf     bool      // nobody reads any more; what is written is dropped
	broken   bool
	readBy   time.Time
	writeBy  time.Time
	changed  chan struct{} // closed and made anew at every change
}

func newPipe(l *Line, down bool) *pipe {
	return &pipe{line: l, down: down, changed: make(chan struct{})}
}

// tell wakes whoever waits. mu is held.
func (p *pipe) tell() {
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *pipe) reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken, p.queue, p.size = true, nil, 0
	p.tell()
}

// hurry lets what is on its way arrive now.
func (p *pipe) hurry() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	for i := range p.queue {
		p.queue[i].at = earlier(p.queue[i].at, now)
	}
	p.last, p.free = earlier(p.last, now), earlier(p.free, now)
	p.tell()
}

// wait waits for a change, the end of a stall or the moment, whichever comes
// first; the zero moment never comes.
func wait(changed, stall <-chan struct{}, until time.Time) {
	var timer <-chan time.Time
	if !until.IsZero() {
		t := time.NewTimer(time.Until(until))
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-changed:
	case <-stall:
	case <-timer:
	}
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func (p *pipe) read(b []byte) (int, error) {
	for {
		stalled, unstall := p.line.state()
		p.mu.Lock()
		now := time.Now()
		until := p.readBy
		switch {
		case p.broken:
			p.mu.Unlock()
			return 0, syscall.ECONNRESET
		case p.deaf:
			p.mu.Unlock()
			return 0, net.ErrClosed
		case !p.readBy.IsZero() && !now.Before(p.readBy):
			p.mu.Unlock()
			return 0, os.ErrDeadlineExceeded
		case stalled || len(p.queue) == 0:
		case p.queue[0].b == nil && !now.Before(p.queue[0].at):
			p.mu.Unlock()
			return 0, io.EOF
		case !now.Before(p.queue[0].at):
			n := copy(b, p.queue[0].b)
			p.size -= n
			if p.queue[0].b = p.queue[0].b[n:]; len(p.queue[0].b) == 0 {
				p.queue = p.queue[1:]
			}
			p.tell()
			p.mu.Unlock()
			return n, nil
		default:
			until = earlier(until, p.queue[0].at)
		}
		changed := p.changed
		p.mu.Unlock()
		wait(changed, unstall, until)
	}
}

func (p *pipe) write(b []byte) (int, error) {
	done := 0
	for done < len(b) {
		p.mu.Lock()
		now := time.Now()
		switch {
		case p.broken:
			p.mu.Unlock()
			return done, syscall.EPIPE
		case p.finished:
			p.mu.Unlock()
			return done, net.ErrClosed
		case !p.writeBy.IsZero() && !now.Before(p.writeBy):
			p.mu.Unlock()
			return done, os.ErrDeadlineExceeded
		case p.deaf:
			p.mu.Unlock()
			return len(b), nil
		case p.size < room:
			n := min(len(b)-done, packet, room-p.size)
			p.put(append([]byte(nil), b[done:done+n]...))
			done += n
			p.mu.Unlock()
			continue
		}
		changed := p.changed
		until := p.writeBy
		p.mu.Unlock()
		wait(changed, nil, until)
	}
	return done, nil
}

// put sends a chunk on its way. mu is held.
func (p *pipe) put(b []byte) {
	now := time.Now()
	delay, occupied := p.line.takes(len(b), p.down)
	if p.free.Before(now) {
		p.free = now
	}
	p.free = p.free.Add(occupied)
	at := p.free.Add(delay)
	if at.Before(p.last) {
		at = p.last // a stream keeps its order
	}
	p.last = at
	p.queue = append(p.queue, chunk{at, b})
	p.size += len(b)
	p.tell()
}

// end is one end of a connection.
type end struct {
	link    *link
	in, out *pipe
	peer    net.Addr
}

// Read implements net.Conn.
func (e *end) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	return e.in.read(b)
}

// Write implements net.Conn.
func (e *end) Write(b []byte) (int, error) {
	pass, breaks := e.link.spend(len(b))
	n, err := e.out.write(b[:pass])
	if breaks {
		e.link.reset()
		if err == nil {
			err = syscall.ECONNRESET
		}
	}
	return n, err
}

// Close implements net.Conn. What was written still arrives, then the goodbye.
func (e *end) Close() error {
	e.out.mu.Lock()
	if !e.out.finished {
		e.out.finished = true
		if !e.out.deaf && !e.out.broken {
			e.out.put(nil)
		}
	}
	e.out.tell()
	e.out.mu.Unlock()
	e.in.mu.Lock()
	e.in.deaf, e.in.queue, e.in.size = true, nil, 0
	e.in.tell()
	e.in.mu.Unlock()
	e.link.line.forget(e.link)
	return nil
}

// forget lets go of a connection both ends of which were closed.
func (l *Line) forget(k *link) {
	k.up.mu.Lock()
	over := k.up.deaf && k.up.finished
	k.up.mu.Unlock()
	if over {
		l.mu.Lock()
		delete(l.conns, k)
		l.mu.Unlock()
	}
}

// LocalAddr implements net.Conn.
func (e *end) LocalAddr() net.Addr { return &net.UnixAddr{Name: "simnet", Net: "unix"} }

// RemoteAddr implements net.Conn.
func (e *end) RemoteAddr() net.Addr { return e.peer }

// SetDeadline implements net.Conn.
func (e *end) SetDeadline(t time.Time) error {
	_ = e.SetReadDeadline(t)
	return e.SetWriteDeadline(t)
}

// SetReadDeadline implements net.Conn.
func (e *end) SetReadDeadline(t time.Time) error {
	e.in.mu.Lock()
	defer e.in.mu.Unlock()
	e.in.readBy = t
	e.in.tell()
	return nil
}

// SetWriteDeadline implements net.Conn.
func (e *end) SetWriteDeadline(t time.Time) error {
	e.out.mu.Lock()
	defer e.out.mu.Unlock()
	e.out.writeBy = t
	e.out.tell()
	return nil
}
