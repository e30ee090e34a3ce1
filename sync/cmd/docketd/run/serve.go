package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"docket/app/desk"
	"docket/storage/blob"
	"docket/storage/blob/bucket"
	"docket/storage/ledger"
	"docket/sync/authority"
	"docket/sync/authority/secret"
	"docket/sync/clerk"
	"docket/sync/hub"
	"docket/sync/link"
	"docket/sync/server"
	"docket/sync/wire"
)

// Config says where a desk lives and how it is reached.
type Config struct {
	// Data is the folder of the desk: ledger.db and files.
	Data string
	// DSN names another store than Data's SQLite: "postgres://…".
	DSN string
	// Attachments names a bucket for them instead of Data's folder; see package
	// bucket. What is on its way still lies in the folder.
	Attachments string
	// Listen takes clients, Private health and metrics; "127.0.0.1:0" takes a
	// free port. No Private listener if empty.
	Listen, Private string
	// TLSCert and TLSKey are files; both or none.
	TLSCert, TLSKey string
	// PlainHTTP allows serving other computers without TLS, behind something
	// that adds it.
	PlainHTTP bool
	Version   string
	Clock     func() time.Time
	Log       *slog.Logger
	// Limits on guessing, Link on connections; zero values are the defaults.
	Limits authority.Limits
	Link   link.Config
	// Drain is how long Close waits for what is under way; 10 s if zero.
	Drain time.Duration
	// Poll is how often changes by other processes are looked for; 1 s if zero.
	Poll time.Duration
	// Clerk is how often tickets are looked for whose time has come; 1 s if
	// zero, never if negative.
	Clerk time.Duration
	// Upkeep is how often what nobody needs any more is removed; 1 h if zero.
	Upkeep time.Duration

	// Listener replaces Listen, Faults stand between the ledger and the rest,
	// and Decide replaces flow.Decide: for tests.
	Listener net.Listener
	Faults   Wrap
	Decide   func(desk.State, desk.Command, desk.Actor, time.Time) (desk.Change, error)
}

func (c Config) withDefaults() Config {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Drain == 0 {
		c.Drain = 10 * time.Second
	}
	if c.Upkeep == 0 {
		c.Upkeep = time.Hour
	}
	if c.Version == "" {
		c.Version = "dev"
	}
	return c
}

// Open opens the ledger of a desk, making its folder if needed. The caller
// must close it.
func Open(ctx context.Context, cfg Config) (*ledger.Ledger, error) {
	dsn := cfg.DSN
	if dsn == "" {
		if cfg.Data == "" {
			return nil, &desk.Error{Code: desk.CodeInvalid, Message: "No data folder was named.", Hint: "Give one with --data."}
		}
		if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
			return nil, fmt.Errorf("make data folder: %w", err)
		}
		dsn = "sqlite:" + filepath.Join(cfg.Data, "ledger.db")
	}
	l, err := ledger.Open(ctx, dsn, wire.Codec{})
	if err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	return l, nil
}

// OpenFiles opens the attachments of a desk. The caller must close them.
func OpenFiles(ctx context.Context, cfg Config) (*blob.Store, error) {
	dir := filepath.Join(cfg.Data, "files")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make files folder: %w", err)
	}
	var o blob.Options
	if cfg.Attachments != "" {
		b, err := bucket.Open(ctx, cfg.Attachments)
		if err != nil {
			return nil, err
		}
		o.Bucket = b
	}
	s, err := blob.Open(dir, o)
	if err != nil {
		return nil, fmt.Errorf("open files: %w", err)
	}
	return s, nil
}

// Server is a running docketd.
type Server struct {
	// URL is where clients reach it, PrivateURL where health and metrics are.
	URL, PrivateURL string
	Ledger          *ledger.Ledger
	Files           *blob.Store
	Hub             *hub.Hub
	Authority       *authority.Authority

	door *server.Server
	cert *server.Certificate
	cfg  Config

	clerk *clerk.Clerk // nil if nobody looks
	tasks sync.WaitGroup
	stop  context.CancelFunc // of the tasks

	once sync.Once
	err  error
}

// Serve starts a server; the caller must Close it. ctx bounds the start only.
func Serve(ctx context.Context, cfg Config) (_ *Server, err error) {
	cfg = cfg.withDefaults()
	s := &Server{cfg: cfg}
	var undo []func()
	defer func() {
		if err != nil {
			for i := len(undo) - 1; i >= 0; i-- {
				undo[i]()
			}
		}
	}()
	if err := s.certificate(); err != nil {
		return nil, err
	}
	public, err := s.listen(cfg.Listen, "--listen")
	if err != nil {
		return nil, err
	}
	undo = append(undo, func() { _ = public.Close() })
	private, err := s.listenPrivate()
	if err != nil {
		return nil, err
	}
	if private != nil {
		undo = append(undo, func() { _ = private.Close() })
		s.PrivateURL = "http://" + private.Addr().String()
	}
	if s.Ledger, err = Open(ctx, cfg); err != nil {
		return nil, err
	}
	undo = append(undo, func() { _ = s.Ledger.Close() })
	if err := s.selfCheck(ctx); err != nil {
		return nil, err
	}
	if s.Files, err = OpenFiles(ctx, cfg); err != nil {
		return nil, err
	}
	if err := s.bury(ctx); err != nil {
		return nil, errors.Join(err, s.Files.Close())
	}
	s.start(public, private)
	return s, nil
}

// selfCheck refuses to serve a ledger that contradicts itself: what it would
// send could not be taken back.
func (s *Server) selfCheck(ctx context.Context) error {
	r, err := s.Ledger.Check(ctx)
	if err != nil {
		return fmt.Errorf("check ledger: %w", err)
	}
	if len(r.Problems) == 0 {
		return nil
	}
	for _, p := range r.Problems {
		s.cfg.Log.Error("self-check", "problem", p)
	}
	return &desk.Error{
		Code: desk.CodeDamaged, Message: fmt.Sprintf("The ledger contradicts itself: %s.", r.Problems[0]),
		Hint: "Nothing is served, so that nothing wrong reaches anybody. Restore the newest backup with docketd restore.",
	}
}

func (s *Server) certificate() (err error) {
	cfg := s.cfg
	switch {
	case (cfg.TLSCert == "") != (cfg.TLSKey == ""):
		return &desk.Error{Code: desk.CodeInvalid, Message: "A certificate needs its key and a key its certificate.", Hint: "Give both --tls-cert and --tls-key."}
	case cfg.TLSCert == "":
		return nil
	}
	s.cert, err = server.LoadCertificate(cfg.TLSCert, cfg.TLSKey, cfg.Log)
	if err != nil {
		return &desk.Error{Code: desk.CodeInvalid, Message: "The certificate cannot be used: " + err.Error() + ".", Hint: "Check the files given with --tls-cert and --tls-key.", Err: err}
	}
	return nil
}

// listen opens the clients' listener. Without TLS it must be this computer's
// own, unless somebody said in so many words that it need not.
func (s *Server) listen(addr, flag string) (net.Listener, error) {
	l := s.cfg.Listener
	if l == nil {
		var err error
		if l, err = net.Listen("tcp", addr); err != nil {
			return nil, &desk.Error{Code: desk.CodeInvalid, Message: fmt.Sprintf("Cannot listen on %q: %v.", addr, err), Hint: "Choose another address with " + flag + ".", Err: err}
		}
	}
	if s.cert == nil && !s.cfg.PlainHTTP && !server.Loopback(l.Addr()) {
		_ = l.Close()
		return nil, &desk.Error{
			Code: desk.CodeInvalid, Message: fmt.Sprintf("Without TLS, %s would let anybody on the network read along.", l.Addr()),
			Hint: "Give --tls-cert and --tls-key, or listen on 127.0.0.1. If something in front adds TLS, say --plain-http.",
		}
	}
	s.URL = "http://" + l.Addr().String()
	if s.cert != nil {
		s.URL = "https://" + l.Addr().String()
	}
	return l, nil
}

func (s *Server) listenPrivate() (net.Listener, error) {
	if s.cfg.Private == "" {
		return nil, nil
	}
	l, err := net.Listen("tcp", s.cfg.Private)
	if err != nil {
		return nil, &desk.Error{Code: desk.CodeInvalid, Message: fmt.Sprintf("Cannot listen on %q: %v.", s.cfg.Private, err), Hint: "Choose another address with --private.", Err: err}
	}
	if !server.Loopback(l.Addr()) {
		_ = l.Close()
		return nil, &desk.Error{Code: desk.CodeInvalid, Message: "Health and metrics are for this computer only.", Hint: "Give --private an address such as 127.0.0.1:9090."}
	}
	return l, nil
}

func (s *Server) start(public, private net.Listener) {
	cfg := s.cfg
	st := store{l: s.Ledger, wrap: cfg.Faults}
	reg := prometheus.NewRegistry()
	commands := prometheus.NewCounter(prometheus.CounterOpts{Name: "docket_commands_total", Help: "Commands committed."})
	commits := prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "docket_commit_seconds", Help: "Time of a commit, of one command or many.",
		Buckets: []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .5, 2},
	})
	ledgerCount := func(name, help string, get func(ledger.Counters) uint64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(get(s.Ledger.Counters())) })
	}
	reg.MustRegister(commands, commits,
		ledgerCount("docket_ledger_commits_total", "Transactions that wrote.", func(c ledger.Counters) uint64 { return c.Commits }),
		ledgerCount("docket_ledger_rows_read_total", "Rows read.", func(c ledger.Counters) uint64 { return c.RowsRead }),
		ledgerCount("docket_ledger_rows_written_total", "Rows written.", func(c ledger.Counters) uint64 { return c.RowsWritten }))

	s.Authority = authority.New(authority.Config{
		Store: authorityStore{st}, Passwords: secret.Argon2id{}, Clock: cfg.Clock, Log: cfg.Log, Limits: cfg.Limits, Decide: cfg.Decide,
		// The hub below is there before the first command can come.
		Told:   func(moved []desk.Move) { s.Hub.Moved(moved) },
		Ended:  func(d desk.DeviceID) { s.Hub.Ended(d) },
		Rights: func() { s.Hub.RightsChanged() },
		Here:   func() map[desk.PersonID]bool { return s.Hub.Here() },
		Committed: func(n int, took time.Duration) {
			commands.Add(float64(n))
			commits.Observe(took.Seconds())
		},
	})
	s.Hub = hub.New(hub.Config{Store: hubStore{st}, Exec: s.Authority, Clock: cfg.Clock, Log: cfg.Log, Poll: cfg.Poll})
	s.door = server.Start(server.Config{
		Store: serverStore{st, cfg.Clock}, Files: files{s.Files}, Auth: s.Authority, Hub: s.Hub, Clock: cfg.Clock, Log: cfg.Log,
		Version: cfg.Version, Listener: public, TLS: s.cert, Private: private, Link: cfg.Link, Metrics: reg,
	})
	if cfg.Clerk >= 0 {
		s.clerk = clerk.Start(clerk.Config{
			Due: func(ctx context.Context, now time.Time, most int) (due []desk.TicketID, err error) {
				err = st.view(ctx, func(tx *ledger.Tx) error {
					due, err = tx.Due(now, most)
					return err
				})
				return due, err
			},
			Tell: s.tellOutlook, Sweep: st.sweep,
			Act: s.act, Clock: cfg.Clock, Log: cfg.Log, Every: cfg.Clerk,
			NewID: func() desk.CommandID { return desk.CommandID(uuid.Must(uuid.NewV7()).String()) },
		})
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.tasks.Go(func() { s.upkeep(ctx) })
	s.tasks.Go(func() { s.Ledger.Listen(ctx, s.hinted) })
	if s.Ledger.Shared() {
		s.tasks.Go(func() { s.attend(ctx) })
	}
}

// act executes the desk's own commands. What they deleted is listed at once, so
// that a backup that is restored a minute later does not bring it back.
func (s *Server) act(ctx context.Context, own []desk.Command) error {
	before := s.Ledger.Purges()
	err := s.Authority.Act(ctx, own)
	if s.Ledger.Purges() != before {
		if err := s.listGone(ctx); err != nil {
			s.cfg.Log.Error("deleted", "err", err) // the next time, or with the upkeep
		}
	}
	return err
}

// hinted passes on what another process committed to the same ledger.
func (s *Server) hinted(h ledger.Hint) {
	var moved []desk.Move
	for lane, seq := range h.Lanes {
		moved = append(moved, desk.Move{To: desk.Cursor{Lane: lane, Seq: seq}})
	}
	s.Hub.Moved(moved)
	if h.Rights {
		s.Hub.RightsChanged()
	}
	s.Hub.Looked(h.Looked)
}

// tellOutlook tells what can be expected of the departments now.
func (s *Server) tellOutlook(ctx context.Context, now time.Time) error {
	var moved []desk.Move
	err := store{s.Ledger, s.cfg.Faults}.update(ctx, func(tx *ledger.Tx) error {
		heads, err := tx.Outlook(now)
		moved = nil
		for _, c := range heads {
			// Without what it told: the committer's next may be heard of before it.
			moved = append(moved, desk.Move{To: c})
		}
		return err
	})
	if err == nil && len(moved) > 0 {
		s.Hub.Moved(moved)
	}
	return err
}

// Reload looks at once for changed rights and a changed certificate; SIGHUP
// calls it. Both are noticed without it too, a little later.
func (s *Server) Reload() {
	s.Hub.RightsChanged()
	if s.cert != nil {
		s.cert.Reload()
	}
}

// Close drains and waits until nothing of the server runs. Closing again gives
// the same answer.
func (s *Server) Close() error {
	s.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), s.cfg.Drain)
		defer cancel()
		s.stop()
		err := s.door.Close(ctx)
		s.tasks.Wait()
		if s.clerk != nil {
			s.clerk.Close()
		}
		s.Authority.Close()
		s.Hub.Close()
		s.err = errors.Join(err, s.listGone(ctx), s.Files.Close(), s.Ledger.Close())
	})
	return s.err
}
