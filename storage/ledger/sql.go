package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"
)

// dialect is all the two databases disagree about.
type dialect struct {
	driver     string
	source     string
	begin      string // of a writer
	beginRead  string // of a reader: one snapshot
	lockSchema string
	readers    int
	numbered   bool // $1 instead of ?
	// cancel says that statements get the caller's context. SQLite is in this
	// process and its driver pays a goroutine per statement for a context.
	cancel bool
	fixed  bool // a backup: nothing may be written
}

// sqliteDialect lets the log grow to four times what SQLite would, 16 MB: the
// pages that every commit changes go into the file once for many. What is deleted
// or replaced is overwritten: a ticket whose time is over has no words left in
// the file once the log has gone into it.
func sqliteDialect(path string) *dialect {
	return sqliteAt(path, url.Values{"_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "wal_autocheckpoint(4000)", "foreign_keys(1)",
		"cache_size(-65536)", "mmap_size(268435456)", "temp_store(MEMORY)", "cell_size_check(1)", "trusted_schema(0)", "secure_delete(1)",
	}})
}

func backupDialect(path string) *dialect {
	d := sqliteAt(path, url.Values{"mode": {"ro"}, "immutable": {"1"}, "_pragma": {"query_only(1)", "cell_size_check(1)", "trusted_schema(0)"}})
	d.begin, d.fixed = d.beginRead, true
	return d
}

func sqliteAt(path string, q url.Values) *dialect {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}
	if !strings.HasPrefix(u.Path, "/") {
		u.Opaque, u.Path = url.PathEscape(u.Path), ""
	}
	return &dialect{
		driver: "sqlite", source: u.String(), begin: "BEGIN IMMEDIATE", beginRead: "BEGIN", readers: 4,
	}
}

func postgresDialect(dsn string) *dialect {
	return &dialect{
		driver: "pgx", source: dsn, begin: "BEGIN ISOLATION LEVEL READ COMMITTED",
		beginRead:  "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
		lockSchema: "SELECT pg_advisory_xact_lock(7305812)", readers: 8, numbered: true, cancel: true,
	}
}

// schema puts a migration's statement into the dialect's words.
func (d *dialect) schema(stmt string) string {
	if d.driver == "sqlite" {
		return stmt
	}
	return strings.NewReplacer("BLOB", "BYTEA", "WITHOUT ROWID", "", "TEXT", `TEXT COLLATE "C"`).Replace(stmt)
}

// rewrite numbers the placeholders. No statement of ours has a ? in a literal.
func (d *dialect) rewrite(q string) string {
	if !d.numbered || !strings.Contains(q, "?") {
		return q
	}
	var b strings.Builder
	n := 0
	for _, c := range []byte(q) {
		if c != '?' {
			b.WriteByte(c)
			continue
		}
		n++
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}

type counters struct {
	statements, rowsRead, rowsWritten, encodes, commits, purges atomic.Uint64
}

// session is one connection with the statements it has prepared. One goroutine
// has it at a time.
type session struct {
	d     *dialect
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	count *counters
}

func openSession(ctx context.Context, db *sql.DB, d *dialect, count *counters) (*session, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fault(fmt.Errorf("connect: %w", err))
	}
	return &session{d: d, conn: conn, stmts: map[string]*sql.Stmt{}, count: count}, nil
}

func (s *session) close() error {
	for _, st := range s.stmts {
		_ = st.Close()
	}
	return s.conn.Close()
}

// run sends a statement that is not worth preparing.
func (s *session) run(ctx context.Context, q string) error {
	s.count.statements.Add(1)
	if _, err := s.conn.ExecContext(ctx, q); err != nil {
		return fault(fmt.Errorf("%s: %w", verb(q), err))
	}
	return nil
}

func (s *session) prepared(ctx context.Context, q string) (*sql.Stmt, error) {
	if st := s.stmts[q]; st != nil {
		return st, nil
	}
	st, err := s.conn.PrepareContext(ctx, s.d.rewrite(q))
	if err != nil {
		return nil, fault(fmt.Errorf("prepare %s: %w", verb(q), err))
	}
	s.stmts[q] = st
	return st, nil
}

// exec runs q and gives how many rows it wrote.
func (s *session) exec(ctx context.Context, q string, args ...any) (int64, error) {
	st, err := s.prepared(ctx, q)
	if err != nil {
		return 0, err
	}
	s.count.statements.Add(1)
	res, err := st.ExecContext(ctx, args...)
	if err != nil {
		return 0, fault(fmt.Errorf("%s: %w", verb(q), err))
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, fault(err)
	}
	if n > 0 {
		s.count.rowsWritten.Add(uint64(n))
	}
	return n, nil
}

// one reads at most one row.
func (s *session) one(ctx context.Context, q string, args []any, dest ...any) (bool, error) {
	st, err := s.prepared(ctx, q)
	if err != nil {
		return false, err
	}
	s.count.statements.Add(1)
	err = st.QueryRowContext(ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fault(fmt.Errorf("%s: %w", verb(q), err))
	}
	s.count.rowsRead.Add(1)
	return true, nil
}

// each calls fn for every row; fn scans it. fn must not use the session.
func (s *session) each(ctx context.Context, q string, args []any, fn func(scan func(...any) error) error) error {
	st, err := s.prepared(ctx, q)
	if err != nil {
		return err
	}
	s.count.statements.Add(1)
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return fault(fmt.Errorf("%s: %w", verb(q), err))
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		s.count.rowsRead.Add(1)
		if err := fn(func(dest ...any) error { return fault(rows.Scan(dest...)) }); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fault(fmt.Errorf("%s: %w", verb(q), err))
	}
	return nil
}

// verb is what the log gets of a statement: enough to find it, no value.
func verb(q string) string {
	f := strings.Fields(q)
	if len(f) > 6 {
		f = f[:6]
	}
	return strings.Join(f, " ")
}
