package simnet

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// ErrRefused is what Dial gives while nobody listens.
var ErrRefused = errors.New("simnet: connection refused")

// Net has at most one listener at a time.
type Net struct {
	mu       sync.Mutex // guards what follows
	listener *Listener
	lines    []*Line
}

// Listen begins to listen; the listener before, if any, must be closed.
func (n *Net) Listen() *Listener {
	l := &Listener{net: n, accept: make(chan net.Conn), closed: make(chan struct{})}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.listener = l
	return l
}

// Line makes a line for one client, which is what has faults.
func (n *Net) Line() *Line {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := &Line{net: n, number: len(n.lines) + 1, changed: make(chan struct{}), conns: map[*link]struct{}{}}
	n.lines = append(n.lines, l)
	return l
}

// Crash is the end of the server: every connection is reset and nobody listens.
func (n *Net) Crash() {
	n.mu.Lock()
	l, lines := n.listener, n.lines
	n.mu.Unlock()
	if l != nil {
		_ = l.Close()
	}
	for _, x := range lines {
		x.Cut()
	}
}

// Listener implements net.Listener.
type Listener struct {
	net    *Net
	accept chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// Accept implements net.Listener.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.accept:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener. Connections stay.
func (l *Listener) Close() error {
	l.once.Do(func() {
		close(l.closed)
		l.net.mu.Lock()
		defer l.net.mu.Unlock()
		if l.net.listener == l {
			l.net.listener = nil
		}
	})
	return nil
}

// Addr implements net.Listener.
func (l *Listener) Addr() net.Addr { return &net.UnixAddr{Name: "simnet", Net: "unix"} }

// Line is a client's way to the server. What is set on it holds for what is
// sent from then on; Stall, and taking a delay or rate back, for what is on its
// way too.
type Line struct {
	net    *Net
	number int

	mu      sync.Mutex // guards what follows
	stalled bool
	delay   func() time.Duration
	rate    int // bytes a second towards the client, 0 for no bound
	cutIn   func() int
	changed chan struct{} // closed and made anew when stalled changes
	conns   map[*link]struct{}
	dials   int
}

// SetDelay makes every packet take what f says; nil is no time. f is called
// with the line locked.
func (l *Line) SetDelay(f func() time.Duration) {
	l.mu.Lock()
	l.delay = f
	l.mu.Unlock()
	if f == nil {
		l.hurry()
	}
}

// SetRate bounds how fast the client gets bytes; 0 is no bound. It is how a
// slow reader looks from the server.
func (l *Line) SetRate(bytesPerSecond int) {
	l.mu.Lock()
	l.rate = bytesPerSecond
	l.mu.Unlock()
	if bytesPerSecond == 0 {
		l.hurry()
	}
}

// hurry lets what is on its way arrive now.
func (l *Line) hurry() {
	l.mu.Lock()
	var pipes []*pipe
	for k := range l.conns {
		pipes = append(pipes, k.up, k.down)
	}
	l.mu.Unlock()
	for _, p := range pipes {
		p.hurry()
	}
}

// SetCutIn makes each new connection break after as many bytes, both ways
// together, as f says; nil or 0 is never. f is called with the line locked.
func (l *Line) SetCutIn(f func() int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cutIn = f
}

// Stall lets nothing through, neither bytes nor a goodbye nor a new
// connection, until it is taken back. Nothing is lost by it.
func (l *Line) Stall(on bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stalled != on {
		l.stalled = on
		close(l.changed)
		l.changed = make(chan struct{})
	}
}

// Cut resets every connection; what was on its way is lost.
func (l *Line) Cut() {
	l.mu.Lock()
	conns := l.conns
	l.conns = map[*link]struct{}{}
	l.mu.Unlock()
	for k := range conns {
		k.reset()
	}
}

// Dials is how often Dial was called.
func (l *Line) Dials() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dials
}

// state gives whether the line is stalled and what tells that it no longer is.
func (l *Line) state() (bool, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stalled, l.changed
}

// takes is how long n bytes take, and how long only one packet of them may
// take the line.
func (l *Line) takes(n int, down bool) (delay, occupied time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.delay != nil {
		delay = l.delay()
	}
	if down && l.rate > 0 {
		occupied = time.Duration(n) * time.Second / time.Duration(l.rate)
	}
	return delay, occupied
}

// Dial connects to whoever listens; network and address do not matter.
func (l *Line) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	l.mu.Lock()
	l.dials++
	l.mu.Unlock()
	delay, _ := l.takes(0, false)
	t := time.NewTimer(delay)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for {
		stalled, changed := l.state()
		if !stalled {
			break
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	l.net.mu.Lock()
	to := l.net.listener
	l.net.mu.Unlock()
	if to == nil {
		return nil, ErrRefused
	}
	k := newLink(l)
	// Before it is handed over, so that a cut from now on finds it.
	l.mu.Lock()
	l.conns[k] = struct{}{}
	l.mu.Unlock()
	err := ErrRefused
	select {
	case to.accept <- k.server:
		return k.client, nil
	case <-to.closed:
	case <-ctx.Done():
		err = ctx.Err()
	}
	l.mu.Lock()
	delete(l.conns, k)
	l.mu.Unlock()
	return nil, err
}
