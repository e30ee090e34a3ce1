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

// buffers are lent to a connection while it writes; an idle one holds none.
var buffers sync.Pool

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
		WriteBufferPool:  &buffers,
	}
	if opt.NetDial == nil {
		d.Proxy = http.ProxyFromEnvironment
		d.NetDialContext = (&net.Dialer{Timeout: handshakeTimeout, KeepAliveConfig: keepAlive}).DialContext
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
	return newConn(ws, opt.Config), nil
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
		// Small on purpose: thousands of idle connections hold one each.
		ReadBufferSize:  1 << 10,
		WriteBufferSize: 4 << 10,
		WriteBufferPool: &buffers,
		CheckOrigin:     func(*http.Request) bool { return true }, // decided above
	}
	ws, err := u.Upgrade(w, r, nil)
	if err != nil {
		return nil, fmt.Errorf("upgrade: %w", err)
	}
	return newConn(ws, cfg), nil
}
