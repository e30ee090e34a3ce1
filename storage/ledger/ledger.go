package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"docket/app/desk"
)

// Ledger is an open store. Its methods may be used by any number of goroutines.
type Ledger struct {
	d     *dialect
	db    *sql.DB
	codec Codec
	count counters
	epoch string
	file  string // of SQLite
	name  string // of this process among those that share a PostgreSQL

	// now dates lane rows, for Trim alone; nothing is decided by it.
	now func() time.Time

	write chan *session // holds the one writer; nil in it means "connect again"
	read  chan *session // holds the readers, connected on first use

	memory *memory // of the last commit; belongs to whoever holds the writer

	mu  sync.Mutex // guards dir
	dir *directory // newest that was committed and read

	closing  chan struct{}
	closeErr error
	once     sync.Once
}

var errClosed = &desk.Error{Code: desk.CodeOffline, Message: "The server's database is closed.", Hint: "docketd is stopping."}

// Open opens the ledger at "sqlite:/path/ledger.db" or "postgres://…", making
// it if nothing is there and bringing an older one to today's form. Errors that
// people should see are *desk.Error; desk.ErrNewer is for what a newer version
// wrote, desk.ErrDamaged for what is no ledger.
func Open(ctx context.Context, dsn string, codec Codec) (*Ledger, error) {
	l := &Ledger{codec: codec, now: time.Now, closing: make(chan struct{}), name: rand.Text()}
	switch {
	case strings.HasPrefix(dsn, "sqlite:"):
		l.file = strings.TrimPrefix(dsn, "sqlite:")
		if err := os.MkdirAll(filepath.Dir(l.file), 0o700); err != nil {
			return nil, fault(fmt.Errorf("make directory: %w", err))
		}
		if err := private(l.file); err != nil {
			return nil, fault(err)
		}
		if err := errors.Join(mendWAL(l.file+"-wal"), checkRest(l.file)); err != nil {
			return nil, fault(err)
		}
		l.d = sqliteDialect(l.file)
	case strings.HasPrefix(dsn, "postgres://"), strings.HasPrefix(dsn, "postgresql://"):
		l.d = postgresDialect(dsn)
	default:
		return nil, &desk.Error{
			Code: desk.CodeInvalid, Field: "dsn", Message: "The address of the database is neither SQLite's nor PostgreSQL's.",
			Hint: "Write sqlite:/path/to/ledger.db or postgres://user@host/name.",
		}
	}
	return openWith(ctx, l)
}

func openWith(ctx context.Context, l *Ledger) (*Ledger, error) {
	var err error
	if l.db, err = sql.Open(l.d.driver, l.d.source); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	l.db.SetMaxOpenConns(l.d.readers + 1)
	l.db.SetMaxIdleConns(0)
	l.write = make(chan *session, 1)
	l.read = make(chan *session, l.d.readers)
	for range l.d.readers {
		l.read <- nil
	}
	s, err := openSession(ctx, l.db, l.d, &l.count)
	if err == nil {
		err = l.begin(ctx, s)
	}
	if err != nil {
		_ = l.db.Close()
		return nil, err
	}
	l.write <- s
	return l, nil
}

func (l *Ledger) begin(ctx context.Context, s *session) error {
	if l.d.fixed {
		if err := s.current(ctx); err != nil {
			return err
		}
	} else if err := s.migrate(ctx, l.codec); err != nil {
		return err
	}
	ok, err := s.one(ctx, "SELECT epoch FROM state WHERE id = 1", nil, &l.epoch)
	if err == nil && !ok {
		err = damaged("no state")
	}
	return err
}

// private makes the database file, readable by its owner alone. SQLite gives
// its other files the rights of this one.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("make database file: %w", err)
	}
	return f.Close()
}

// Close waits for what is running and closes the store. It may come twice.
func (l *Ledger) Close() error {
	l.once.Do(func() {
		close(l.closing)
		var errs []error
		end := func(s *session) {
			if s != nil {
				errs = append(errs, s.close())
			}
		}
		end(<-l.write)
		for range l.d.readers {
			end(<-l.read)
		}
		errs = append(errs, l.db.Close())
		if l.file != "" && !l.d.fixed { // a backup has a sum of its own
			leaveRest(l.file)
		}
		l.closeErr = errors.Join(errs...)
	})
	return l.closeErr
}

// Epoch names this history of the ledger. It changes when a backup is restored.
func (l *Ledger) Epoch() string { return l.epoch }

// Counters gives what the store did since it was opened.
func (l *Ledger) Counters() Counters {
	return Counters{
		Statements: l.count.statements.Load(), RowsRead: l.count.rowsRead.Load(), RowsWritten: l.count.rowsWritten.Load(),
		Encodes: l.count.encodes.Load(), Commits: l.count.commits.Load(),
	}
}

// Update runs fn in one transaction that is durable when it returns nil. There
// is one such transaction at a time. If fn fails or panics nothing of it
// happened. fn may run a second time when the connection was found dead.
func (l *Ledger) Update(ctx context.Context, fn func(*Tx) error) error {
	return l.in(ctx, l.write, true, fn)
}

// View runs fn on one snapshot.
func (l *Ledger) View(ctx context.Context, fn func(*Tx) error) error {
	return l.in(ctx, l.read, false, fn)
}

func (l *Ledger) in(ctx context.Context, pool chan *session, write bool, fn func(*Tx) error) error {
	select {
	case <-l.closing:
		return errClosed
	default:
	}
	var s *session
	select {
	case s = <-pool:
	case <-l.closing:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	healthy := false
	defer func() {
		if !healthy && s != nil {
			_ = s.close()
			s = nil
		}
		pool <- s
	}()
	tx, err := l.start(ctx, &s, write)
	if err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // fn failed or panicked
			healthy = tx.s.run(tx.after(), "ROLLBACK") == nil
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	if err := tx.flush(); err != nil {
		return err
	}
	if err := tx.hint(); err != nil {
		return err
	}
	if err := tx.s.run(tx.ctx, "COMMIT"); err != nil {
		return err
	}
	done, healthy = true, true
	tx.committed()
	return nil
}

// start begins a transaction, on a new connection if there is none or the one
// at hand turns out to be dead.
func (l *Ledger) start(ctx context.Context, s **session, write bool) (*Tx, error) {
	stmtCtx := context.Background()
	if l.d.cancel {
		stmtCtx = ctx
	}
	begin := l.d.beginRead
	if write {
		begin = l.d.begin
	}
	fresh := *s == nil
	for {
		if *s == nil {
			var err error
			if *s, err = openSession(ctx, l.db, l.d, &l.count); err != nil {
				return nil, err
			}
			fresh = true
		}
		tx := &Tx{l: l, s: *s, ctx: stmtCtx, write: write, at: l.now()}
		err := (*s).run(stmtCtx, begin)
		if err == nil && write {
			if err = tx.takeTurn(); err != nil {
				_ = (*s).run(tx.after(), "ROLLBACK")
			}
		}
		if err == nil {
			return tx, nil
		}
		_ = (*s).close()
		*s = nil
		if fresh || !errors.Is(err, desk.ErrOffline) {
			return nil, err
		}
	}
}

// Tx is one transaction. It belongs to the goroutine that was given it and is
// worth nothing after fn returned.
type Tx struct {
	l     *Ledger
	s     *session
	ctx   context.Context
	write bool
	at    time.Time

	state   state // loaded when a writer takes its turn
	rights  int64 // of state then
	dirty   bool  // state has to be written
	dir     *directory
	dirMine bool // dir is this transaction's own copy

	lanes map[desk.LaneID]*laneState
	forms map[formKey]*form // what was written, for Moved

	formBytes int

	past *memory // what the commit before this one left behind; nil when that is not known
	now  memory  // what this transaction read and wrote itself
	held held

	looked []desk.TicketID // on which somebody came or went, for the other servers

	failed error // what was held back could not be written
}

// state is the one row that every writer takes first.
type state struct {
	commits, number, directory, rights, auditSeq int64
	auditHash                                    []byte
}

var errReadOnly = errors.New("a view was asked to write")

func (tx *Tx) takeTurn() error {
	st := &tx.state
	ok, err := tx.s.one(tx.ctx, `UPDATE state SET commits = commits + 1 WHERE id = 1
		RETURNING commits, number, directory, rights, audit_seq, audit_hash`, nil,
		&st.commits, &st.number, &st.directory, &st.rights, &st.auditSeq, &st.auditHash)
	if err == nil && !ok {
		err = damaged("no state")
	}
	tx.rights = st.rights
	tx.s.count.rowsWritten.Add(1)
	tx.now.init()
	if m := tx.l.memory; m != nil && m.commits == st.commits-1 {
		tx.past = m
	}
	return err
}

// after is a context for ending a transaction whose own has ended.
func (tx *Tx) after() context.Context { return context.WithoutCancel(tx.ctx) }

// exec writes by hand. What is held back comes before it, and what was known
// of the tables may be wrong after it.
func (tx *Tx) exec(q string, args ...any) (int64, error) {
	if !tx.write {
		return 0, errReadOnly
	}
	if err := tx.settle(); err != nil {
		return 0, err
	}
	tx.past = nil
	tx.now.init()
	return tx.put(q, args...)
}

// put writes to tables nothing is remembered of, or what is remembered.
func (tx *Tx) put(q string, args ...any) (int64, error) {
	return tx.s.exec(tx.ctx, q, args...)
}

// one reads at most one row, and sees what is held back.
func (tx *Tx) one(q string, args []any, dest ...any) (bool, error) {
	if err := tx.settle(); err != nil {
		return false, err
	}
	return tx.get(q, args, dest...)
}

// get is one for rows that are not held back.
func (tx *Tx) get(q string, args []any, dest ...any) (bool, error) {
	return tx.s.one(tx.ctx, q, args, dest...)
}

// each reads rows, and sees what is held back.
func (tx *Tx) each(q string, args []any, fn func(scan func(...any) error) error) error {
	if err := tx.settle(); err != nil {
		return err
	}
	return tx.s.each(tx.ctx, q, args, fn)
}

func (tx *Tx) encode(v any) ([]byte, error) {
	tx.l.count.encodes.Add(1)
	return tx.l.codec.Marshal(v)
}

// decode checks the sum before it believes the bytes.
func (tx *Tx) decode(b []byte, sum int64, v any, what string) error {
	if crc(b) != sum {
		return damaged(what + " does not match its sum")
	}
	if err := tx.l.codec.Unmarshal(b, v); err != nil {
		return damaged(what + ": " + err.Error())
	}
	return nil
}

func (tx *Tx) committed() {
	if tx.write {
		tx.l.count.commits.Add(1)
		tx.remember()
	}
	if tx.dir != nil {
		tx.l.mu.Lock()
		if tx.l.dir == nil || tx.l.dir.revision < tx.dir.revision {
			tx.l.dir = tx.dir
		}
		tx.l.mu.Unlock()
	}
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
