package engine

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"docket/app/desk"
	"docket/sync/wire"
)

// State is how the client stands with the server.
type State string

// The states; doc.go draws them.
const (
	Offline    State = "offline"
	Connecting State = "connecting"
	Syncing    State = "syncing"
	Live       State = "live"
	Refused    State = "refused" // coming back by itself would not help
)

// Status is what a person may know about the connection.
type Status struct {
	State State
	// Since is when State began, AsOf the server's time when the store was
	// last known to be current; both zero if that never was.
	Since, AsOf time.Time
	// Done and Total count the tickets of a first sync; both 0 when none runs.
	Done, Total int
	// Err says why it is not live, or what to know while it is.
	Err *desk.Error
	// LeaseUntil is until when the store may be shown without contact; Expired
	// is set once that has passed.
	LeaseUntil time.Time
	Expired    bool
	// Retry is when the next attempt is made; zero while there is none to wait for.
	Retry time.Time
	// Skew is the server's time minus this computer's.
	Skew time.Duration
	// CanWrite is false while the server takes no commands from this version.
	CanWrite bool
}

// Progress tells how far a file is.
type Progress struct {
	Hash        desk.BlobHash
	Up          bool
	Done, Total int64
	// Err is set when it came to an end without success.
	Err *desk.Error
	// Full is set while it stands still because the server has no room for it.
	Full bool
}

// Config is what an engine works with. Server, Token, Device, Store, Memory,
// Outbox and Files are required.
type Config struct {
	Server string // https://host[:port]; http only where no TLS is to be had
	Token  string
	Device desk.DeviceID
	App    string // name and version, for the server's log
	Store  Store
	Memory Memory
	Outbox Outbox
	Files  Files

	// CA replaces the system's roots; for servers with their own authority.
	CA *x509.CertPool
	// NetDial replaces the network.
	NetDial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Now is the wall clock, Rand gives [0,1) for jitter.
	Now  func() time.Time
	Rand func() float64
	Log  *slog.Logger

	// OnStatus hears every change of Status, OnPresence who is on a ticket,
	// OnProgress how files go. They are called from the engine's goroutines,
	// must not block and must not call Close.
	OnStatus   func(Status)
	OnPresence func(wire.Presence)
	OnProgress func(Progress)
	// OnDamaged is called once when the store says that it is damaged. The
	// engine has stopped; its owner closes it, replaces the store and starts a
	// new one. Outbox and drafts are not touched.
	OnDamaged func(error)
}

// Engine is the client. New makes one, Start starts it, Close ends it.
type Engine struct {
	cfg Config
	log *slog.Logger
	web *Web

	ctx    context.Context
	cancel context.CancelCauseFunc
	wg     sync.WaitGroup
	kick   chan struct{} // there may be something to do now
	wanted chan wanted   // tickets somebody waits for
	wake   chan struct{} // the connection is to be dropped and made anew
	ups    *uploads
	downs  downloads

	// Of run alone.
	damaged    bool
	remembered map[string]string // written down by this engine

	mu      sync.Mutex // guards what follows
	status  Status
	paused  bool
	started bool
	session *session // while connected
	look    wire.Look
	cut     context.CancelCauseFunc // ends the connection or attempt there is
}

// Why a connection was given up from within.
var (
	errClosed  = errors.New("engine closed")
	errPaused  = errors.New("network switched off")
	errResumed = errors.New("the computer was asleep or its network changed")
)

// New makes an engine that does nothing before Start.
func New(cfg Config) (*Engine, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.Float64
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.OnStatus == nil {
		cfg.OnStatus = func(Status) {}
	}
	if cfg.OnPresence == nil {
		cfg.OnPresence = func(wire.Presence) {}
	}
	if cfg.OnProgress == nil {
		cfg.OnProgress = func(Progress) {}
	}
	if cfg.OnDamaged == nil {
		cfg.OnDamaged = func(error) {}
	}
	web, err := NewWeb(WebConfig{Server: cfg.Server, Token: cfg.Token, CA: cfg.CA, NetDial: cfg.NetDial, Now: cfg.Now})
	if err != nil {
		return nil, err
	}
	e := &Engine{
		cfg: cfg, log: cfg.Log, web: web,
		kick: make(chan struct{}, 1), wake: make(chan struct{}, 1), wanted: make(chan wanted),
		remembered: map[string]string{},
	}
	e.ctx, e.cancel = context.WithCancelCause(context.Background())
	e.ups = newUploads(e)
	e.status = Status{State: Offline, Since: cfg.Now(), CanWrite: true}
	e.recall()
	return e, nil
}

// Start begins to connect. It may come twice.
func (e *Engine) Start() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.started || e.ctx.Err() != nil {
		return
	}
	e.started = true
	e.wg.Go(e.run)
	e.wg.Go(e.ups.run)
	e.wg.Go(e.watchClock)
}

// Close ends the connection and waits for everything the engine started. It
// may come twice.
func (e *Engine) Close() {
	e.cancel(errClosed)
	e.wg.Wait()
	e.downs.wait()
	e.web.Close()
}

// Status is how things stand now.
func (e *Engine) Status() Status {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.status
}

// Now is the server's time as well as it is known here.
func (e *Engine) Now() time.Time {
	return e.cfg.Now().Add(e.Status().Skew)
}

// Kick says that the outbox has something, or that a person wants it tried
// now. It never blocks.
func (e *Engine) Kick() { poke(e.kick) }

// Resume says that the computer woke up or changed its network: the connection
// is made anew at once, because the old one would only be found dead later.
func (e *Engine) Resume() { e.restart() }

// SetPaused cuts the network off as a pulled cable would, or puts it back.
func (e *Engine) SetPaused(paused bool) {
	e.mu.Lock()
	e.paused = paused
	cut := e.cut
	e.mu.Unlock()
	if paused && cut != nil {
		cut(errPaused)
	}
	e.web.setPaused(paused)
	poke(e.kick)
}

// TakeChats tells the server whether the person takes chats, now and after every
// break of the connection until they say otherwise.
func (e *Engine) TakeChats(takes bool) {
	e.mu.Lock()
	e.look.Chats = takes
	look, s := e.look, e.session
	e.mu.Unlock()
	if s != nil {
		s.sendLook(look)
	}
}

// TakesChats reports whether the person said so.
func (e *Engine) TakesChats() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.look.Chats
}

// Look tells the server which ticket the person looks at, "" for none, and
// whether they are writing. It is forgotten if there is no connection for long.
func (e *Engine) Look(ticket desk.TicketID, writing bool) {
	e.mu.Lock()
	look := wire.Look{Ticket: ticket, Writing: writing && ticket != "", Chats: e.look.Chats}
	e.look = look
	s := e.session
	e.mu.Unlock()
	if s != nil {
		s.sendLook(look)
	}
}

func poke(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// setStatus changes the status and tells if it changed.
func (e *Engine) setStatus(change func(*Status)) {
	e.mu.Lock()
	old := e.status
	change(&e.status)
	if e.status.State != old.State {
		e.status.Since = e.cfg.Now()
	}
	now := e.status
	e.mu.Unlock()
	if now != old {
		e.cfg.OnStatus(now)
	}
}

// recall takes up what the last engine knew.
func (e *Engine) recall() {
	at := func(key string) time.Time {
		b, err := e.cfg.Memory.Meta(key)
		if err != nil {
			return time.Time{}
		}
		t, _ := time.Parse(time.RFC3339Nano, string(b))
		return t
	}
	e.status.AsOf, e.status.LeaseUntil = at(MetaAsOf), at(MetaLease)
	if b, err := e.cfg.Memory.Meta(MetaSkew); err == nil {
		e.status.Skew, _ = time.ParseDuration(string(b))
	}
	e.status.Expired = e.expired(e.status)
}

// expired compares by the server's time: setting the clock back gains nothing
// that was known before. It cannot be more than a bound on a machine its user
// controls.
func (e *Engine) expired(s Status) bool {
	return !s.LeaseUntil.IsZero() && e.cfg.Now().Add(s.Skew).After(s.LeaseUntil)
}

// remember writes down what is not written down already. It belongs to run.
func (e *Engine) remember(key, value string) error {
	if e.remembered[key] == value {
		return nil
	}
	err := e.cfg.Memory.SetMeta(key, []byte(value))
	if err == nil {
		e.remembered[key] = value
	}
	return err
}
