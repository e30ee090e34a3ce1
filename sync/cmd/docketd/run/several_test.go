package run_test

import (
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/ledger/ledgertest"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
)

// TestTwoServersOfOneDesk has what one of them commits reach the other's
// clients although that one looks by itself once an hour.
func TestTwoServersOfOneDesk(t *testing.T) {
	dsn := ledgertest.Postgres(t)
	seldom := func(c *run.Config) { c.DSN, c.Poll = dsn, time.Hour }
	one, two := runtest.NewServer(t, "", seldom), runtest.NewServer(t, "", seldom)
	jonas := two.Connect("jonas")
	elif := one.Connect("elif")
	id := elif.Open("The till is slow", "hosting", "bakery")
	jonas.Until("the request that came to the other server", func(it desk.Item) bool { return it.Ticket == id })
	jonas.Must(id, 1, desk.Reply{Text: "Since when?"})
	elif.Has("Since when?")
}
