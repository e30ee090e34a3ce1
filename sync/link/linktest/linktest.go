// Package linktest is a network in memory for tests of both ends: net.Pipe
// behind a listener and a dialler, with faults. It works inside a
// testing/synctest bubble.
package linktest

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// ErrDown is what Dial gives while the network is down.
var ErrDown = errors.New("linktest: network is down")

// Net is a network with one listener. Its zero value is not ready; see New.
type Net struct {
	accept chan net.Conn
	closed chan struct{}
	once   sync.Once

	mu    sync.Mutex // guards what follows
	down  bool
	hole  bool
	pairs map[*pair]struct{}
	limit func() int
	dials int
}

// New gives a network that is up.
func New() *Net {
	return &Net{accept: make(chan net.Conn), closed: make(chan struct{}), pairs: map[*pair]struct{}{}}
}

// CutEach makes every new connection break after limit() bytes have gone
// through it in both directions together; 0 means it does not break.
func (n *Net) CutEach(limit func() int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.limit = limit
}

// Down refuses new connections, and breaks those there are, until Up.
func (n *Net) Down() {
	n.mu.Lock()
	n.down = true
	n.mu.Unlock()
	n.Cut()
}

// Up ends Down and Blackhole for new connections.
func (n *Net) Up() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down, n.hole = false, false
}

// Cut breaks every connection there is.
func (n *Net) Cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for p := range n.pairs {
		p.cut()
	}
	clear(n.pairs)
}

// Blackhole makes every connection half-open: writes seem to succeed, nothing
// arrives, nobody is told. New connections hang until their deadline.
func (n *Net) Blackhole() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.hole = true
	for p := range n.pairs {
		p.mu.Lock()
		p.hole = true
		p.mu.Unlock()
	}
}

// Dials is how often Dial was called.
func (n *Net) Dials() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.dials
}

// Dial connects to the listener; network and address do not matter.
func (n *Net) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	n.mu.Lock()
	n.dials++
	if n.down {
		n.mu.Unlock()
		return nil, ErrDown
	}
	a, b := net.Pipe()
	p := &pair{a: a, b: b, hole: n.hole, left: -1}
	if n.limit != nil {
		if l := n.limit(); l > 0 {
			p.left = l
		}
	}
	n.pairs[p] = struct{}{}
	hole := n.hole
	n.mu.Unlock()
	if hole {
		return &conn{Conn: a, pair: p}, nil
	}
	select {
	case n.accept <- &conn{Conn: b, pair: p}:
		return &conn{Conn: a, pair: p}, nil
	case <-n.closed:
		return nil, ErrDown
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (n *Net) Accept() (net.Conn, error) {
	select {
	case c := <-n.accept:
		return c, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener; it breaks every connection too.
func (n *Net) Close() error {
	n.once.Do(func() { close(n.closed) })
	n.Cut()
	return nil
}

// Addr implements net.Listener.
func (n *Net) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "unix"} }

// pair is the two ends of one connection.
type pair struct {
	a, b net.Conn

	mu   sync.Mutex // guards what follows
	hole bool
	left int  // bytes until it breaks; -1 never
	half bool // one end was closed and the other was not told
}

func (p *pair) cut() {
	_ = p.a.Close()
	_ = p.b.Close()
}

// spend takes n bytes off what the connection may still carry and gives how
// many of them may pass.
func (p *pair) spend(n int) (pass int, hole, cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hole {
		return 0, true, false
	}
	if p.left < 0 {
		return n, false, false
	}
	pass = min(n, p.left)
	p.left -= pass
	return pass, false, p.left == 0
}

// conn is one end.
type conn struct {
	net.Conn
	pair *pair
}

// Write implements net.Conn.
func (c *conn) Write(b []byte) (int, error) {
	pass, hole, cut := c.pair.spend(len(b))
	if hole {
		return len(b), nil
	}
	n, err := c.Conn.Write(b[:pass])
	if cut {
		c.pair.cut()
		if err == nil {
			err = net.ErrClosed
		}
	}
	return n, err
}

// Close implements net.Conn. In a black hole the other end is not told.
func (c *conn) Close() error {
	c.pair.mu.Lock()
	silent := c.pair.hole && !c.pair.half
	c.pair.half = true
	c.pair.mu.Unlock()
	if !silent {
		return c.Conn.Close()
	}
	return c.Conn.SetDeadline(time.Unix(1, 0))
}

// RemoteAddr implements net.Conn; a server counts connections by it.
func (c *conn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }
