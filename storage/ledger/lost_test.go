package ledger_test

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/storage/ledger/ledgertest"
)

// TestADeadConnectionIsReplaced has the database end every connection of the
// ledger, between transactions and in the middle of one. The next one finds
// that out and connects again; the one in the middle did not happen.
func TestADeadConnectionIsReplaced(t *testing.T) {
	dsn := ledgertest.Postgres(t)
	w := newWorld(t, dsn)
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := sql.Open("pgx", os.Getenv("DOCKET_TEST_PG"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = admin.Close() }()
	kill := func() {
		t.Helper()
		var n int
		if err := admin.QueryRow(`SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
			WHERE datname = $1`, strings.TrimPrefix(u.Path, "/")).Scan(&n); err != nil || n == 0 {
			t.Fatalf("%d connections ended, %v", n, err)
		}
	}
	w.ask(1, "ann", "before")
	kill()
	w.ask(2, "ann", "between") // fails the test if it does not go through
	w.view(func(tx *ledger.Tx) error { _, err := tx.Ticket(ticketID(2)); return err })

	err = w.l.Update(context.Background(), func(tx *ledger.Tx) error {
		if _, err := w.doIn(tx, "ann", ticketID(3), ask("ann", "in the middle")); err != nil {
			return err
		}
		kill()
		return nil
	})
	if e := desk.AsError(err); err == nil || e.Code != desk.CodeOffline || e.Message == "" || e.Hint == "" {
		t.Errorf("in the middle: %+v", err)
	}
	w.view(func(tx *ledger.Tx) error {
		if _, err := tx.Ticket(ticketID(3)); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("half of it happened: %v", err)
		}
		return nil
	})
	w.ask(3, "ann", "again")
	if r, err := w.l.Check(context.Background()); err != nil || len(r.Problems) > 0 {
		t.Errorf("afterwards: %v %v", r.Problems, err)
	}
}
