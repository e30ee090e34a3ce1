package soak_test

import (
	"context"
	"net"
	"sync"
	"time"
)

// manner is how somebody treats their socket.
type manner int

const (
	reads  manner = iota
	stalls        // takes nothing from the socket, as a program that hangs
	mute          // says nothing any more and hears nothing, as a computer that lost its network
)

// tap is a client's end of a socket whose manner can be changed.
type tap struct {
	net.Conn
	mu     sync.Mutex // guards what follows
	turn   *sync.Cond // manner or closed changed
	manner manner
	closed bool
	lost   bool          // the other end takes nothing any more
	muted  time.Time     // since when
	let    time.Duration // how long after that the server let go
	done   chan struct{} // closed with the socket
}

// dialTap dials with a window that does not grow, so that little fits between
// the two. One below what goes at once over the loopback would be slow by
// itself.
func dialTap(ctx context.Context, network, addr string) (*tap, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetReadBuffer(128 << 10)
	}
	p := &tap{Conn: conn, done: make(chan struct{})}
	p.turn = sync.NewCond(&p.mu)
	return p, nil
}

func (p *tap) set(m manner) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.manner = m
	if m == mute {
		p.muted = time.Now()
	}
	p.turn.Broadcast()
}

// now waits while the socket is stalled and gives its manner.
func (p *tap) now() manner {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.manner == stalls && !p.closed {
		p.turn.Wait()
	}
	return p.manner
}

// Read implements net.Conn.
func (p *tap) Read(b []byte) (int, error) {
	p.now()
	for {
		n, err := p.Conn.Read(b)
		if p.now() != mute {
			return n, err
		}
		if err != nil {
			p.mu.Lock()
			if !p.closed {
				p.let = time.Since(p.muted)
			}
			p.mu.Unlock()
			return n, err
		}
	}
}

// Write implements net.Conn.
func (p *tap) Write(b []byte) (int, error) {
	p.mu.Lock()
	m := p.manner
	p.mu.Unlock()
	if m == mute {
		return len(b), nil
	}
	n, err := p.Conn.Write(b)
	if err != nil {
		p.mu.Lock()
		p.lost = true
		p.mu.Unlock()
	}
	return n, err
}

func (p *tap) over() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lost || p.closed
}

// SetReadDeadline implements net.Conn; who is stalled or mute does not notice
// the silence either.
func (*tap) SetReadDeadline(time.Time) error { return nil }

// Close implements net.Conn.
func (p *tap) Close() error {
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		close(p.done)
		p.turn.Broadcast()
	}
	p.mu.Unlock()
	return p.Conn.Close()
}

// freed is how long after it fell silent the server let go; 0 if it has not.
func (p *tap) freed() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.let
}
