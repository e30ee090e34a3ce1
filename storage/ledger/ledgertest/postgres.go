// Package ledgertest gives tests a PostgreSQL database of their own.
package ledgertest

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

var databases atomic.Int64

// Postgres makes an empty database on the server DOCKET_TEST_PG names, which is
// gone with the test, and gives its address. Without a server it skips.
func Postgres(t testing.TB) string {
	t.Helper()
	base := os.Getenv("DOCKET_TEST_PG")
	if base == "" {
		t.Skip("DOCKET_TEST_PG names no PostgreSQL server")
	}
	name := fmt.Sprintf("ledger_%d_%d", os.Getpid(), databases.Add(1))
	run := func(q string) error {
		db, err := sql.Open("pgx", base)
		if err != nil {
			return err
		}
		defer func() { _ = db.Close() }()
		_, err = db.Exec(q)
		return err
	}
	if err := run("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := run("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}
