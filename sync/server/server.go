package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"docket/app/desk"
	"docket/sync/hub"
	"docket/sync/link"
	"docket/sync/wire"
)

// Config is what a Server is made of. Everything without a default stated is
// required.
type Config struct {
	Store Store
	Files Files
	Auth  Auth
	Hub   *hub.Hub
	Clock Clock
	Log   *slog.Logger
	// Version is the program's, for people.
	Version string
	// Listener takes clients; TLS, if set, secures it.
	Listener net.Listener
	TLS      *Certificate
	// Private takes health and metrics; none if nil.
	Private net.Listener
	// PerAddress is how many connections one address may have; 256 unless said
	// otherwise. This computer itself is not counted.
	PerAddress int
	Link       link.Config
	Metrics    *prometheus.Registry
}

// Server is a running door.
type Server struct {
	cfg      Config
	http     *http.Server
	private  *http.Server
	tasks    sync.WaitGroup
	draining atomic.Bool
	requests *prometheus.CounterVec
	// searching is who has a search under way.
	searching map[desk.PersonID]bool
	// emergency is what the page for emergencies remembers.
	emergency emergency

	mu    sync.Mutex // guards conns
	conns map[*link.Conn]struct{}
}

// Start serves until Close.
func Start(cfg Config) *Server {
	if cfg.PerAddress == 0 {
		cfg.PerAddress = 256
	}
	if cfg.Metrics == nil {
		cfg.Metrics = prometheus.NewRegistry()
	}
	s := &Server{cfg: cfg, conns: map[*link.Conn]struct{}{}}
	s.metrics()
	s.reachable(context.Background()) // so that it is known whatever happens next
	s.http = &http.Server{
		Handler:           s.routes(),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(cfg.Log.Handler(), slog.LevelDebug),
	}
	l := limitPerAddress(cfg.Listener, cfg.PerAddress)
	if cfg.TLS != nil {
		l = cfg.TLS.listen(l)
	}
	s.serve(s.http, l)
	if cfg.Private != nil {
		s.private = &http.Server{Handler: s.privateRoutes(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second}
		s.serve(s.private, cfg.Private)
	}
	return s
}

func (s *Server) serve(h *http.Server, l net.Listener) {
	s.tasks.Go(func() {
		if err := h.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			s.cfg.Log.Error("listener ended", "addr", l.Addr().String(), "err", err)
		}
	})
}

// Close drains: no new connection, no new command, what is queued for a client
// is written, every socket is closed with the restart code. What is left when
// ctx ends is cut.
func (s *Server) Close(ctx context.Context) error {
	s.draining.Store(true)
	s.cfg.Hub.Drain()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = fmt.Errorf("drain: %w", err)
		_ = s.http.Close()
	}
	for _, c := range s.open() {
		select {
		case <-c.Done():
			continue
		case <-ctx.Done():
		}
		c.Fail(wire.CloseRestart, "the server restarts")
		<-c.Done()
	}
	if s.private != nil {
		_ = s.private.Close()
	}
	s.tasks.Wait()
	return err
}

func (s *Server) open() []*link.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*link.Conn, 0, len(s.conns))
	for c := range s.conns {
		all = append(all, c)
	}
	return all
}

// tracked is a session's handler that also tells the server when the
// connection ended.
type tracked struct {
	*hub.Session
	s *Server
	c *link.Conn
}

// Closed implements link.Handler.
func (t *tracked) Closed(e link.End) {
	t.Session.Closed(e)
	t.s.mu.Lock()
	delete(t.s.conns, t.c)
	t.s.mu.Unlock()
	t.s.cfg.Log.Debug("connection ended", "code", e.Code, "text", e.Text, "err", e.Err)
}
