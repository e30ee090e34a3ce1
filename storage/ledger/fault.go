package ledger

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"docket/app/desk"
)

// fault turns what a database says of itself into the error people and callers
// know; anything else stays as it is, and is ours to explain.
func fault(err error) error {
	if err == nil {
		return nil
	}
	var known *desk.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if code := faultCode(err); code != "" {
		return said(code, err)
	}
	return err
}

func said(code desk.Code, err error) *desk.Error {
	e := &desk.Error{Code: code, Err: err}
	switch code {
	case desk.CodeDiskFull:
		e.Message = "The disk of the server's database is full, so nothing more could be written. Everything confirmed before is safe."
		e.Hint = "Free some space on it; docketd goes on by itself, without a restart."
	case desk.CodeDamaged:
		e.Message = "A part of the server's database is not as it was written."
		e.Hint = "Stop docketd, keep its files, and restore the newest backup with “docketd restore”."
	case desk.CodeBusy:
		e.Message = "Another program holds the server's database."
		e.Hint = "Close what else has it open; docketd tries again by itself."
	default:
		e.Message = "The server's database cannot be reached."
		e.Hint = "Look whether it runs; docketd connects again by itself."
	}
	return e
}

func faultCode(err error) desk.Code {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return desk.CodeDiskFull
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return sqliteCode(lite)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return postgresCode(pg.Code)
	}
	var netErr net.Error
	var connect *pgconn.ConnectError
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.As(err, &connect) || errors.As(err, &netErr) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(err.Error(), "conn closed") {
		return desk.CodeOffline
	}
	if strings.Contains(err.Error(), "sql: Scan error") {
		return desk.CodeDamaged // a column holds what never goes into it
	}
	return ""
}

func sqliteCode(e *sqlite.Error) desk.Code {
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return desk.CodeDiskFull
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return desk.CodeDamaged
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return desk.CodeBusy
	case sqlite3.SQLITE_IOERR:
		// The WAL and its index cannot grow on a full disk; SQLite calls that an
		// I/O error. It is safer to say "no room" of a failed write than "damaged".
		switch e.Code() {
		case sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_SHMSIZE,
			sqlite3.SQLITE_IOERR_TRUNCATE, sqlite3.SQLITE_IOERR_DIR_FSYNC:
			return desk.CodeDiskFull
		case sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS, sqlite3.SQLITE_IOERR_DATA:
			return desk.CodeDamaged
		}
		return desk.CodeOffline
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
		return desk.CodeOffline
	}
	return ""
}

func postgresCode(state string) desk.Code {
	switch {
	case state == "53100":
		return desk.CodeDiskFull
	case state == "XX001" || state == "XX002":
		return desk.CodeDamaged
	case state == "40001" || state == "40P01" || state == "55P03":
		return desk.CodeBusy
	case strings.HasPrefix(state, "08") || strings.HasPrefix(state, "57P") || strings.HasPrefix(state, "53"):
		return desk.CodeOffline
	}
	return ""
}

// damaged is for what we find ourselves.
func damaged(what string) error {
	return said(desk.CodeDamaged, errors.New(what))
}
