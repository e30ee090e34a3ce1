package ledger_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/storage/ledger/ledgertest"
	"docket/sync/wire"
)

// lived makes a ledger in which a bit of everything happened.
func (w *world) lived() {
	w.Helper()
	for n := 1; n <= 12; n++ {
		w.ask(n, "ann", "thing")
		w.do("eve", ticketID(n), desk.Reply{Text: "on it"})
		w.do("eve", ticketID(n), desk.AddNote{Text: "a word among us"})
	}
	w.do("eve", ticketID(3), desk.Refer{From: "front", To: "billing", Reason: "money"})
	w.update(func(tx *ledger.Tx) error {
		if err := tx.PutDevice(desk.Device{ID: "d1", Person: "ann", Name: "laptop", Created: day, LastSeen: day}, []byte("token")); err != nil {
			return err
		}
		if err := tx.SaveResult("d1", 1, desk.Receipt{Command: "c1", DSeq: 1, Outcome: desk.OK, At: day, Hash: "ab"}); err != nil {
			return err
		}
		if err := tx.SetCredential("ann", "phc"); err != nil {
			return err
		}
		return tx.Audit(ledger.AuditRow{At: day, Person: "ann", Action: "signin", Outcome: "ok"})
	})
}

func (w *world) check(l *ledger.Ledger) ledger.Report {
	w.Helper()
	if _, err := l.Check(context.Background()); err != nil {
		w.Errorf("check at start: %v", err)
	}
	r, err := l.CheckAll(context.Background())
	if err != nil {
		w.Errorf("check: %v, %v", err, r.Problems)
	}
	return r
}

func TestBackupVerifyRestore(t *testing.T) {
	stores(t, func(w *world) {
		w.lived()
		before := w.check(w.l)
		file := filepath.Join(w.TempDir(), "backup.db")
		got, err := w.l.Backup(context.Background(), file)
		if err != nil {
			w.Fatal(err)
		}
		if got.Tickets != before.Tickets || got.Entries != before.Entries || got.Items != before.Items || got.Results != 1 || got.Audit != 1 {
			w.Errorf("backup holds %+v of %+v", got, before)
		}
		if _, err := w.l.Backup(context.Background(), file); !errors.Is(err, desk.ErrConflict) {
			w.Errorf("a second backup under the name: %v", err)
		}
		raw, _ := os.ReadFile(file)
		w.ask(99, "ann", "after the backup")

		dsn := "sqlite:" + filepath.Join(w.TempDir(), "restored.db")
		if w.dsn[0] == 'p' {
			dsn = ledgertest.Postgres(w.T)
		}
		r, err := ledger.Restore(context.Background(), file, dsn, wire.Codec{})
		if err != nil {
			w.Fatal(err)
		}
		if r.Epoch == before.Epoch || r.Tickets != before.Tickets {
			w.Errorf("restored %+v", r)
		}
		if again, _ := os.ReadFile(file); !bytes.Equal(raw, again) {
			w.Error("verify or restore changed the backup")
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*")); len(left) != 2 {
			w.Errorf("beside the backup lies %v", left)
		}
		old := w.head("c/user/ann")
		w.l = w.open(dsn)
		if w.l.Epoch() != r.Epoch || w.resumes(old) {
			w.Error("an old cursor resumes in the restored ledger")
		}
		w.view(func(tx *ledger.Tx) error {
			got, found, err := tx.Result("d1", 1)
			if !found || got.Hash != "ab" {
				w.Error("the result is gone")
			}
			if _, err := tx.Ticket(ticketID(99)); !errors.Is(err, desk.ErrNotFound) {
				w.Errorf("a ticket from after the backup: %v", err)
			}
			return err
		})
		w.do("eve", ticketID(4), desk.AddNote{Text: "life goes on"})
		w.ask(100, "ann", "numbers go on")
		w.check(w.l)
		if _, err := ledger.Restore(context.Background(), file, dsn, wire.Codec{}); !errors.Is(err, desk.ErrConflict) {
			w.Errorf("restore over tickets: %v", err)
		}
	})
}

func TestDamagedFilesAreFound(t *testing.T) {
	w := newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "ledger.db"))
	w.lived()
	good := filepath.Join(t.TempDir(), "good.db")
	if _, err := w.l.Backup(context.Background(), good); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	write := func(b []byte) string {
		file := filepath.Join(t.TempDir(), "bad.db")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	verify := func(b []byte) error {
		_, err := ledger.Verify(context.Background(), write(b), wire.Codec{})
		return err
	}
	if err := verify(raw); err != nil {
		t.Fatal(err)
	}
	for what, b := range map[string][]byte{
		"cut": raw[:len(raw)/2], "empty": {}, "no database": bytes.Repeat([]byte("nothing like it "), 4096),
		"another word": bytes.Replace(raw, []byte("a word among us"), []byte("a sword in us  "), -1),
		"other sender": bytes.Replace(raw, []byte("signin"), []byte("delete"), -1),
	} {
		if err := verify(b); !errors.Is(err, desk.ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	// Space that nothing uses may rot unnoticed. What can be read may not.
	want := contents(t, good)
	for at := 101; at < len(raw); at += len(raw) / 60 {
		bad := bytes.Clone(raw)
		bad[at] ^= 0x10
		if verify(bad) == nil && contents(t, write(bad)) != want {
			t.Errorf("a flipped bit at %d went unnoticed", at)
		}
	}
	// With its sum beside it every bit of a backup counts.
	sum, err := os.ReadFile(good + ".sha256")
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)-20] ^= 1
	bad := write(raw)
	if err := os.WriteFile(bad+".sha256", sum, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Verify(context.Background(), bad, wire.Codec{}); !errors.Is(err, desk.ErrDamaged) {
		t.Errorf("verify against another sum: %v", err)
	}
}

// contents is everything that carries a sum or hash in a SQLite file.
func contents(t *testing.T, file string) string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro&immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	h := sha256.New()
	for _, q := range []string{
		"SELECT ticket, body FROM staff_heads", "SELECT ticket, seq, body FROM staff_entries", "SELECT ticket, body FROM customer_heads",
		"SELECT ticket, seq, body FROM customer_entries", "SELECT lane, seq, kind, ticket, version, hash FROM lane_items",
		"SELECT seq, person, action, outcome FROM audit", "SELECT device, dseq, body FROM results", "SELECT id, body FROM people",
		"SELECT lane, kind, id, body FROM lane_refs", "SELECT lane, ticket FROM lane_tickets", "SELECT lane, seq, hash FROM lanes",
	} {
		rows, err := db.Query(q)
		if err != nil {
			return err.Error()
		}
		columns, _ := rows.Columns()
		for rows.Next() {
			row, dest := make([]any, len(columns)), make([]any, len(columns))
			for i := range row {
				dest[i] = &row[i]
			}
			if err := rows.Scan(dest...); err != nil {
				return err.Error()
			}
			fmt.Fprintln(h, row...)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err.Error()
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}
