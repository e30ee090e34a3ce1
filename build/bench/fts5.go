//go:build linux && cgo && sqlite_fts5

package main

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	_ "github.com/mattn/go-sqlite3" // the peer itself
)

// fts5 is SQLite's full-text search, in C, over the same messages: a document is
// a message, where ours is a ticket, and the newest come first by their rowid. It
// is not encrypted.
type fts5 struct {
	db   *sql.DB
	path string
	tx   *sql.Tx
	n    int
}

func openFTS5(path string) (*fts5, error) {
	db, err := sql.Open("sqlite3", path+"?_journal_mode=WAL&_synchronous=NORMAL&_cache_size=-65536")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	for _, q := range []string{
		"CREATE TABLE message (id INTEGER PRIMARY KEY, open INTEGER NOT NULL, text TEXT NOT NULL)",
		"CREATE VIRTUAL TABLE words USING fts5(text, content='message', content_rowid='id', tokenize='porter unicode61', prefix='2')",
	} {
		if _, err := db.Exec(q); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return &fts5{db: db, path: path}, nil
}

// add adds the messages of a ticket. The highest numbers are the newest.
func (p *fts5) add(ticket int, bodies []string) (err error) {
	if p.tx == nil {
		if p.tx, err = p.db.Begin(); err != nil {
			return err
		}
	}
	for i, text := range bodies {
		id := ticket*entriesOfTicket + i + 1
		if _, err := p.tx.Exec("INSERT INTO message VALUES (?, ?, ?)", id, (ticket+1)%2, text); err != nil {
			return err
		}
		if _, err := p.tx.Exec("INSERT INTO words (rowid, text) VALUES (?, ?)", id, text); err != nil {
			return err
		}
	}
	if p.n += len(bodies); p.n%20_000 < len(bodies) {
		return p.flush()
	}
	return nil
}

func (p *fts5) flush() error {
	if p.tx == nil {
		return nil
	}
	err := p.tx.Commit()
	p.tx = nil
	return err
}

func (p *fts5) close() error { return p.db.Close() }

// askAll asks every kind of question for the newest 30 messages.
func (p *fts5) askAll(asked map[string][]question) (any, error) {
	out := map[string]any{}
	if _, err := p.db.Exec("INSERT INTO words (words) VALUES ('optimize')"); err != nil {
		return nil, err
	}
	for kind, all := range asked {
		t := &times{}
		for _, q := range all {
			text := "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 30"
			if q.open {
				text = "SELECT words.rowid FROM words JOIN message ON message.id = words.rowid WHERE words MATCH ? AND open ORDER BY words.rowid DESC LIMIT 30"
			}
			start := time.Now()
			rows, err := p.db.Query(text, q.match)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", q.match, err)
			}
			for rows.Next() {
			}
			if err := errors.Join(rows.Err(), rows.Close()); err != nil {
				return nil, fmt.Errorf("%s: %w", q.match, err)
			}
			t.add(time.Since(start))
		}
		out[kind] = t.spread()
	}
	if st, err := os.Stat(p.path); err == nil {
		out["file MB"] = st.Size() >> 20
	}
	return out, nil
}
