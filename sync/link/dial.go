package link

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"docket/app/desk"
	"docket/sync/wire"
)

// handshakeTimeout bounds everything before the first frame.
const handshakeTimeout = 10 * time.Second

// handshakes are lent to a connection while it is made.
var handshakes sync.Pool

// patient is the socket under a client's connection: a read that has only
// waited for long goes on; see [Conn.tick].
type patient struct {
	net.Conn
	c *Conn // set before anything but the handshake is read
}

// Read implements net.Conn.
func (p *patient) Read(b []byte) (int, error) {
	for {
		n, err := p.Conn.Read(b)
		if n > 0 || err == nil || p.c == nil || !p.c.goOn(err) {
			return n, err
		}
	}
}

// DialOptions is what a client needs besides an address.
type DialOptions struct {
	Header http.Header
	// TLS is used for wss; nil means the system's roots and TLS 1.2 or newer.
	TLS *tls.Config
	// NetDial replaces the network; tests dial memory with it.
	NetDial func(ctx context.Context, network, addr string) (net.Conn, error)
	Config  Config
}

// HandshakeError is an HTTP answer that was not an upgrade.
type HandshakeError struct {
	Status int
	Header http.Header
	Body   []byte // at most 4 KiB
}

// Error implements error.
func (e *HandshakeError) Error() string { return fmt.Sprintf("handshake answered with %d", e.Status) }

// Dial opens a connection to url (ws or wss). The error is a *HandshakeError
// if something answered but did not upgrade.
func Dial(ctx context.Context, url string, opt DialOptions) (*Conn, error) {
	if opt.Config.ReadLimit == 0 {
		opt.Config.ReadLimit = wire.MaxServerFrame
	}
	d := websocket.Dialer{
		NetDialContext:   opt.NetDial,
		TLSClientConfig:  opt.TLS,
		HandshakeTimeout: handshakeTimeout,
		Subprotocols:     []string{wire.Subprotocol},
		ReadBufferSize:   4 << 10,
		WriteBufferSize:  4 << 10,
		WriteBufferPool:  &handshakes,
	}
	if opt.NetDial == nil {
		d.Proxy = http.ProxyFromEnvironment
		opt.NetDial = (&net.Dialer{Timeout: handshakeTimeout, KeepAliveConfig: keepAlive}).DialContext
	}
	socket := &patient{}
	d.NetDialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		nc, err := opt.NetDial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		socket.Conn = nc
		return socket, nil
	}
	ctx, cancel := context.WithTimeout(ctx, handshakeTimeout)
	defer cancel()
	// The websocket owns the body, and closes it where the handshake failed.
	ws, resp, err := d.DialContext(ctx, url, opt.Header) //nolint:bodyclose // see above
	if err != nil {
		if resp != nil && resp.StatusCode != http.StatusSwitchingProtocols {
			body, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
			return nil, &HandshakeError{Status: resp.StatusCode, Header: resp.Header, Body: body}
		}
		return nil, fmt.Errorf("dial: %w", err)
	}
	if ws.Subprotocol() != wire.Subprotocol {
		_ = ws.Close()
		return nil, wire.NotDocket(fmt.Errorf("subprotocol %.40q", ws.Subprotocol()))
	}
	c := newConn(ws.NetConn(), opt.Config)
	c.ws, socket.c = ws, c
	ws.SetReadLimit(c.cfg.ReadLimit)
	ws.SetPingHandler(c.pinged)
	ws.SetPongHandler(func(string) error { c.heardNow(); return nil })
	ws.SetCloseHandler(func(int, string) error { return nil }) // shutdown answers
	return c, nil
}

// keepAlive is a second line behind the pings.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 30 * time.Second, Interval: 10 * time.Second, Count: 3}

// Accept turns a request into a connection. A request from a web page, which
// carries an Origin, is refused: only the native client connects, and it sends
// none. Accept has answered the request when it returns an error.
func Accept(w http.ResponseWriter, r *http.Request, cfg Config) (*Conn, error) {
	if r.Header.Get("Origin") != "" {
		http.Error(w, "web pages may not connect", http.StatusForbidden)
		return nil, &desk.Error{Code: desk.CodeDenied, Message: "Web pages may not connect."}
	}
	if !slices.Contains(websocket.Subprotocols(r), wire.Subprotocol) {
		http.Error(w, "subprotocol "+wire.Subprotocol+" wanted", http.StatusBadRequest)
		return nil, &desk.Error{Code: desk.CodeInvalid, Message: "This is no Docket client."}
	}
	u := websocket.Upgrader{
		HandshakeTimeout: handshakeTimeout,
		Subprotocols:     []string{wire.Subprotocol},
		// The handshake is all gorilla does here: its connection is dropped.
		ReadBufferSize:  128,
		WriteBufferSize: 4 << 10,
		WriteBufferPool: &handshakes,
		CheckOrigin:     func(*http.Request) bool { return true }, // decided above
	}
	ws, err := u.Upgrade(w, r, nil)
	if err != nil {
		return nil, fmt.Errorf("upgrade: %w", err)
	}
	c := newConn(ws.NetConn(), cfg)
	c.direct = directOf(c.nc)
	return c, nil
}
