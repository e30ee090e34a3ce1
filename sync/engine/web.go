package engine

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"docket/app/desk"
	"docket/sync/link"
	"docket/sync/wire"
)

// WebConfig is what is needed to reach a server.
type WebConfig struct {
	Server  string
	Token   string // empty before signing in
	CA      *x509.CertPool
	NetDial func(ctx context.Context, network, addr string) (net.Conn, error)
	Now     func() time.Time
}

// Web reaches one server over HTTP: to sign in before there is an engine, and
// for the engine's files and its socket.
type Web struct {
	cfg    WebConfig
	base   string
	tls    *tls.Config
	client *http.Client

	mu     sync.Mutex // guards what follows
	paused bool
	active map[*context.CancelCauseFunc]struct{}
}

// requestTimeout bounds a small request as a whole; files have a watchdog of
// their own.
const requestTimeout = 30 * time.Second

// NewWeb checks the address and makes a Web. Nothing is sent yet.
func NewWeb(cfg WebConfig) (*Web, error) {
	base, err := ParseServer(cfg.Server)
	if err != nil {
		return nil, err
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	w := &Web{cfg: cfg, base: base}
	w.tls = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: cfg.CA, Time: cfg.Now}
	tr := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		TLSClientConfig:       w.tls,
		DialContext:           cfg.NetDial,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: requestTimeout,
		IdleConnTimeout:       time.Minute,
		MaxIdleConnsPerHost:   2,
		ForceAttemptHTTP2:     cfg.NetDial == nil,
		DisableCompression:    true,
	}
	if cfg.NetDial != nil {
		tr.Proxy = nil
	} else {
		tr.DialContext = (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	}
	w.client = &http.Client{
		Transport: tr,
		// A redirect comes from a portal or a moved server, and would take the
		// token to somebody else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return w, nil
}

// ParseServer gives the address of a server as it is used: a scheme, a host
// and perhaps a port. Without a scheme it is https. Plain http is taken only
// for this computer itself.
func ParseServer(s string) (string, error) {
	bad := func(msg, hint string) (string, error) {
		return "", &desk.Error{Code: desk.CodeInvalid, Field: "server", Message: msg, Hint: hint}
	}
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return bad("This is not the address of a server.", "It looks like https://support.example.com.")
	}
	switch strings.ToLower(u.Scheme) {
	case "https":
	case "http":
		ip := net.ParseIP(u.Hostname())
		if u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return bad("A server elsewhere is reached through https only.", "Write https:// before the address. Without it anybody on the way could read along.")
		}
	default:
		return bad("This is not the address of a server.", "It begins with https://.")
	}
	return strings.ToLower(u.Scheme) + "://" + strings.ToLower(u.Host), nil
}

// Close lets go of idle connections.
func (w *Web) Close() { w.client.CloseIdleConnections() }

// setPaused cuts the network off, for what is under way too, or puts it back.
func (w *Web) setPaused(p bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.paused = p
	if p {
		for cancel := range w.active {
			(*cancel)(errPaused)
		}
		w.client.CloseIdleConnections()
	}
}

// begin gives a context that ends when the network is switched off. The caller
// must call end.
func (w *Web) begin(ctx context.Context) (_ context.Context, cancel context.CancelCauseFunc, end func()) {
	ctx, cancel = context.WithCancelCause(ctx)
	key := &cancel
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.paused {
		cancel(errPaused)
	}
	if w.active == nil {
		w.active = map[*context.CancelCauseFunc]struct{}{}
	}
	w.active[key] = struct{}{}
	return ctx, cancel, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.active, key)
		cancel(nil)
	}
}

// Hello asks what the server is and whether the two can speak to each other.
func (w *Web) Hello(ctx context.Context) (wire.ServerInfo, error) {
	var info wire.ServerInfo
	if err := w.call(ctx, http.MethodGet, wire.PathHello, nil, &info); err != nil {
		return info, err
	}
	if info.Server != "docketd" {
		return info, wire.NotDocket(fmt.Errorf("server %.40q", info.Server))
	}
	_, err := wire.Agree(wire.Oldest, wire.Version, info.ProtoMin, info.ProtoMax)
	return info, err
}

// SignIn proves who the person is and gets a token for this device.
func (w *Web) SignIn(ctx context.Context, in wire.SignIn) (wire.SignedIn, error) {
	var out wire.SignedIn
	err := w.call(ctx, http.MethodPost, wire.PathSignIn, in, &out)
	return out, err
}

// AcceptInvitation turns a one-time code into a password and a token.
func (w *Web) AcceptInvitation(ctx context.Context, in wire.Invitation) (wire.SignedIn, error) {
	var out wire.SignedIn
	err := w.call(ctx, http.MethodPost, wire.PathInvitation, in, &out)
	return out, err
}

// SignOut makes the server forget the token.
func (w *Web) SignOut(ctx context.Context) error {
	return w.call(ctx, http.MethodPost, wire.PathSignOut, nil, nil)
}

// take asks for the head of the person's queues.
func (w *Web) take(ctx context.Context, in wire.Take) (wire.Taken, error) {
	var out wire.Taken
	err := w.call(ctx, http.MethodPost, wire.PathTake, in, &out)
	return out, err
}

// chats asks where somebody takes chats.
func (w *Web) chats(ctx context.Context) ([]desk.DeptID, error) {
	var out wire.Chats
	err := w.call(ctx, http.MethodGet, wire.PathChats, nil, &out)
	return out.Departments, err
}

// announce says how busy a department is.
func (w *Web) announce(ctx context.Context, b desk.Busy) error {
	return w.call(ctx, http.MethodPost, wire.PathBusy, b, nil)
}

// call makes one small request with JSON both ways.
func (w *Web) call(ctx context.Context, method, path string, in, out any) error {
	ctx, _, end := w.begin(ctx)
	defer end()
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("encode request: %w", err)
		}
		body = bytes.NewReader(b)
	}
	req, err := w.request(ctx, method, path, body)
	if err != nil {
		return err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return w.answer(req, out)
}

// answer sends a request and decodes the JSON that comes back.
func (w *Web) answer(req *http.Request, out any) error {
	resp, err := w.do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if out == nil {
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return w.explain(err)
	}
	if err := json.Unmarshal(b, out); err != nil {
		return wire.NotDocket(fmt.Errorf("decode answer: %w", err))
	}
	return nil
}

func (w *Web) request(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, w.base+path, body)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	if w.cfg.Token != "" {
		req.Header.Set("Authorization", "Bearer "+w.cfg.Token)
	}
	return req, nil
}

// do sends a request and turns everything but success into a *desk.Error. The
// caller closes the body.
func (w *Web) do(req *http.Request) (*http.Response, error) {
	resp, err := w.client.Do(req)
	if err != nil {
		return nil, w.explain(err)
	}
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return resp, nil
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	resp.Body.Close()
	return nil, wire.HTTPError(resp.StatusCode, body)
}

// dial opens the socket of the protocol.
func (w *Web) dial(ctx context.Context) (*link.Conn, error) {
	ctx, _, end := w.begin(ctx)
	defer end()
	u := "ws" + strings.TrimPrefix(w.base, "http") + wire.PathSync
	c, err := link.Dial(ctx, u, link.DialOptions{
		Header:  http.Header{"Authorization": {"Bearer " + w.cfg.Token}},
		TLS:     w.tls,
		NetDial: w.cfg.NetDial,
	})
	if err == nil {
		return c, nil
	}
	var he *link.HandshakeError
	if errors.As(err, &he) {
		e := wire.HTTPError(he.Status, he.Body)
		return nil, &retryError{after: wire.RetryAfter(he.Header), err: e}
	}
	return nil, w.explain(err)
}

// retryError carries a server's word on when to come back.
type retryError struct {
	after time.Duration
	err   *desk.Error
}

func (r *retryError) Error() string { return r.err.Error() }
func (r *retryError) Unwrap() error { return r.err }

// explain turns an error of the network into what a person can use.
func (w *Web) explain(err error) *desk.Error {
	var de *desk.Error
	if errors.As(err, &de) {
		return de
	}
	e := &desk.Error{
		Code: desk.CodeOffline, Err: err,
		Message: "The server cannot be reached.",
		Hint:    "Docket tries again by itself. You can go on working.",
	}
	var (
		expired  x509.CertificateInvalidError
		host     x509.HostnameError
		unknown  x509.UnknownAuthorityError
		dns      *net.DNSError
		notTLS   tls.RecordHeaderError
		verifies *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &expired) && expired.Reason == x509.Expired:
		e.Code = desk.CodeInvalid
		e.Message = "The server's certificate is not valid at this time."
		now := w.cfg.Now()
		e.Hint = "This computer's clock says {now, date, clock}. If that is wrong, set the clock; if it is right, tell whoever runs the server."
		if c := expired.Cert; c != nil && now.Before(c.NotBefore) {
			e.Message = "The server's certificate is not valid yet."
		}
		e = e.With("now", now)
	case errors.As(err, &host):
		e.Code = desk.CodeInvalid
		e.Message = "Another computer answers at this address."
		e.Hint = "Check the address. In a hotel or on a train, sign in to the network first."
	case errors.As(err, &unknown), errors.As(err, &verifies):
		e.Code = desk.CodeInvalid
		e.Message = "It cannot be checked whether this is the right server."
		e.Hint = "Its certificate comes from somebody this computer does not know. Tell whoever runs the server; do not go around it."
	case errors.As(err, &notTLS):
		e = wire.NotDocket(err)
	case errors.As(err, &dns) && dns.IsNotFound:
		e.Hint = "There is no server of this name as far as this network knows. Check the address if it never worked; otherwise Docket tries again by itself."
	}
	return e
}
