package ledger

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"docket/app/desk"
)

// A backup is a SQLite file with the tables of schema.go, whichever database it
// was taken from. So one form is documented and verified, and a desk moves from
// SQLite to PostgreSQL by a backup and a restore.

// Backup writes a backup of this moment to a new file while the server runs,
// reads it back whole, and only then gives it its name. The file holds
// everything but the attachments.
func (l *Ledger) Backup(ctx context.Context, file string) (Report, error) {
	if _, err := os.Stat(file); err == nil {
		return Report{}, &desk.Error{
			Code: desk.CodeConflict, Message: fmt.Sprintf("There is a file %s already; a backup never replaces one.", filepath.Base(file)),
			Hint: "Choose another name.",
		}
	}
	part := file + ".part"
	if err := removeDatabase(part); err != nil {
		return Report{}, fault(fmt.Errorf("remove unfinished backup: %w", err))
	}
	defer func() { _ = removeDatabase(part) }()
	if err := l.copyTo(ctx, part); err != nil {
		return Report{}, fmt.Errorf("back up: %w", err)
	}
	r, err := Verify(ctx, part, l.codec)
	if err != nil {
		return r, fmt.Errorf("verify backup: %w", err)
	}
	if r.Sum, err = writeSum(part, file); err != nil {
		return r, fault(err)
	}
	return r, fault(moveInto(part, file))
}

// writeSum writes the sum of the finished part beside the name it will get, in
// the form sha256sum reads.
func writeSum(part, file string) (string, error) {
	sum, err := sumOf(part)
	if err != nil {
		return "", err
	}
	line := sum + "  " + filepath.Base(file) + "\n"
	if err := os.WriteFile(file+sumSuffix, []byte(line), 0o600); err != nil {
		return "", fmt.Errorf("write sum: %w", err)
	}
	return sum, nil
}

// sumSuffix names the file with a backup's SHA-256.
const sumSuffix = ".sha256"

func sumOf(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("open backup: %w", err)
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("read backup: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// checkSum compares a backup with the sum beside it; no sum is no error.
func checkSum(file string) (string, error) {
	line, err := os.ReadFile(file + sumSuffix)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read sum: %w", err)
	}
	sum, err := sumOf(file)
	if err == nil && !strings.HasPrefix(string(line), sum) {
		err = damaged("the backup does not match its sum")
	}
	return sum, err
}

// copyTo writes the snapshot: SQLite by its own VACUUM INTO, others row by row.
func (l *Ledger) copyTo(ctx context.Context, file string) error {
	if l.file != "" {
		if err := private(file); err != nil { // an empty file is taken; it keeps its rights
			return fault(err)
		}
		return l.withReader(ctx, func(s *session) error {
			_, err := s.conn.ExecContext(ctx, "VACUUM INTO ?", file)
			return fault(err)
		})
	}
	to, err := Open(ctx, "sqlite:"+file, l.codec)
	if err != nil {
		return err
	}
	err = l.View(ctx, func(from *Tx) error {
		return to.Update(ctx, func(tx *Tx) error { return copyTables(from, tx) })
	})
	return errors.Join(err, to.Close())
}

// withReader runs fn on a reader's connection outside of any transaction.
func (l *Ledger) withReader(ctx context.Context, fn func(*session) error) error {
	var s *session
	select {
	case s = <-l.read:
	case <-l.closing:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { l.read <- s }()
	if s == nil {
		var err error
		if s, err = openSession(ctx, l.db, l.d, &l.count); err != nil {
			return err
		}
	}
	return fn(s)
}

// copyTables replaces everything in to by what from holds.
func copyTables(from, to *Tx) error {
	for i := len(tables) - 1; i >= 0; i-- {
		if _, err := to.exec("DELETE FROM " + tables[i].name); err != nil {
			return fmt.Errorf("clear %s: %w", tables[i].name, err)
		}
	}
	for _, t := range tables {
		columns := strings.Join(t.columns, ", ")
		head := "INSERT INTO " + t.name + " (" + columns + ") VALUES "
		var rows []any
		put := func() error {
			err := to.insertMany(head, "", len(t.columns), rows)
			rows = rows[:0]
			return err
		}
		err := from.each("SELECT "+columns+" FROM "+t.name, nil, func(scan func(...any) error) error {
			row, dest := make([]any, len(t.columns)), make([]any, len(t.columns))
			for i := range row {
				dest[i] = &row[i]
			}
			if err := scan(dest...); err != nil {
				return err
			}
			for i := range row {
				// SQLite gives an empty BLOB as nil; no column of ours is nullable.
				if b, isBytes := row[i].([]byte); row[i] == nil || isBytes && b == nil {
					row[i] = []byte{}
				}
			}
			rows = append(rows, row...)
			if len(rows) >= 320*len(t.columns) {
				return put()
			}
			return nil
		})
		if err == nil {
			err = put()
		}
		if err != nil {
			return fmt.Errorf("copy %s: %w", t.name, err)
		}
	}
	return nil
}

// Verify reads a backup whole and checks everything in it, and the file itself
// against the sum beside it if there is one. It changes nothing.
func Verify(ctx context.Context, file string, codec Codec) (Report, error) {
	l, err := openFile(ctx, file, codec)
	if err != nil {
		return Report{}, err
	}
	sum, err := checkSum(file)
	if err != nil {
		return Report{}, errors.Join(err, l.Close())
	}
	r, err := l.CheckAll(ctx)
	r.Sum = sum
	return r, errors.Join(err, l.Close())
}

// openFile opens a backup to read, and only that: no write-ahead log appears
// beside it, and it may lie on a disk that cannot be written.
func openFile(ctx context.Context, file string, codec Codec) (*Ledger, error) {
	if _, err := os.Stat(file); err != nil {
		return nil, &desk.Error{
			Code: desk.CodeNotFound, Message: fmt.Sprintf("There is no backup %s.", filepath.Base(file)), Hint: "Check the name.", Err: err,
		}
	}
	return openWith(ctx, &Ledger{codec: codec, now: time.Now, closing: make(chan struct{}), file: file, d: backupDialect(file)})
}

// Restore makes the ledger at dsn from a backup that verifies. There must be no
// ledger with tickets in it. The restored ledger has a new epoch, so that every
// client takes its lanes anew and sends again what the backup does not know.
func Restore(ctx context.Context, file, dsn string, codec Codec) (Report, error) {
	if r, err := Verify(ctx, file, codec); err != nil {
		return r, fmt.Errorf("verify backup: %w", err)
	}
	from, err := openFile(ctx, file, codec)
	if err != nil {
		return Report{}, err
	}
	to, err := Open(ctx, dsn, codec)
	if err != nil {
		return Report{}, errors.Join(err, from.Close())
	}
	epoch := rand.Text()
	err = from.View(ctx, func(src *Tx) error {
		return to.Update(ctx, func(tx *Tx) error {
			taken, err := tx.one("SELECT 1 FROM staff_heads LIMIT 1", nil, new(int))
			if err != nil {
				return err
			}
			if taken {
				return &desk.Error{
					Code: desk.CodeConflict, Message: "There are tickets in the ledger already, and a restore never replaces them.",
					Hint: "Move that ledger away first and restore again.",
				}
			}
			if err := copyTables(src, tx); err != nil {
				return err
			}
			_, err = tx.exec("UPDATE state SET epoch = ?, rights = rights + 1 WHERE id = 1", epoch)
			return err
		})
	})
	if err = errors.Join(err, from.Close()); err != nil {
		return Report{}, errors.Join(fmt.Errorf("restore: %w", err), to.Close())
	}
	to.epoch = epoch
	r, err := to.CheckAll(ctx)
	return r, errors.Join(err, to.Close())
}

// moveInto gives a finished file its name, durably.
func moveInto(part, file string) error {
	f, err := os.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("open backup: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("sync backup: %w", err)
	}
	if err := os.Rename(part, file); err != nil {
		return fmt.Errorf("name backup: %w", err)
	}
	d, err := os.Open(filepath.Dir(file))
	if err != nil {
		return fmt.Errorf("open directory: %w", err)
	}
	defer func() { _ = d.Close() }()
	_ = d.Sync() // Windows has no such thing, and the file itself is safe
	return nil
}

// removeDatabase removes a SQLite file with what it may have beside it.
func removeDatabase(file string) error {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal", restSuffix} {
		if err := os.Remove(file + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
