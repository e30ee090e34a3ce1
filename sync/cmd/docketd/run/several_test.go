package run_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/ledger/ledgertest"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
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

// TestWhoIsThereAtTheOtherServer: those at the other server are there as well:
// they are kept free for what is urgent, take chats, and are seen on a ticket
// (BEHAVIOURS 3.14).
func TestWhoIsThereAtTheOtherServer(t *testing.T) {
	dsn := ledgertest.Postgres(t)
	shared := func(c *run.Config) { c.DSN, c.Poll = dsn, time.Hour }
	place := strings.Replace(runtest.Desk, "reopen_days: 7, policy: {recall_seconds: 0}", "reopen_days: 7, policy: {recall_seconds: 0, reserve: 1}", 1)
	one, two := runtest.NewServer(t, place, shared), runtest.NewServer(t, place, shared)
	elif, jonas, lea := one.Connect("elif"), one.Connect("jonas"), two.Connect("lea")
	id := elif.Open("a change", "hosting", "bakery")
	jonas.Must(id, one.Ticket(id).LastSeq, desk.SetPriority{From: desk.PriorityNormal, To: desk.PriorityLow})
	lea.Until("the request", func(it desk.Item) bool { return it.Ticket == id })

	// On one ticket at two servers.
	jonas.Send(wire.Look{Ticket: id})
	lea.Send(wire.Look{Ticket: id, Writing: true, Chats: true})
	seen := func(c *runtest.Client, p wire.Present) {
		t.Helper()
		for !slices.Contains(runtest.Next[*wire.Presence](c).People, p) {
		}
	}
	seen(jonas, wire.Present{Person: "lea", Writing: true})
	seen(lea, wire.Present{Person: "jonas"})

	// Somebody takes chats, if at another server.
	chats := func() bool {
		b, err := io.ReadAll(one.Request(http.MethodGet, wire.PathChats, elif.Token, "").Body)
		return err == nil && strings.Contains(string(b), "hosting")
	}
	if !chats() {
		t.Error("nobody takes chats")
	}
	// Lea is free, so Jonas may take what is planned.
	next := func() desk.TicketID {
		t.Helper()
		r := one.Request(http.MethodPost, wire.PathTake, jonas.Token, `{"id":"`+runtest.UUID()+`"}`)
		var taken wire.Taken
		_ = json.NewDecoder(r.Body).Decode(&taken) // a refusal names no ticket
		return taken.Ticket
	}
	if got := next(); got != id {
		t.Fatalf("with lea there jonas got %q", got)
	}
	second := elif.Open("another change", "hosting", "bakery")
	jonas.Must(second, one.Ticket(second).LastSeq, desk.SetPriority{From: desk.PriorityNormal, To: desk.PriorityLow})

	// The other server ends in order: who was there is gone at once.
	lea.Close()
	if err := two.Close(); err != nil {
		t.Fatal(err)
	}
	for slices.ContainsFunc(runtest.Next[*wire.Presence](jonas).People, func(p wire.Present) bool { return p.Person == "lea" }) {
	}
	if chats() {
		t.Error("who took chats is gone, and chats are offered")
	}
	if got := next(); got != "" {
		t.Errorf("with nobody else there jonas got %q", got)
	}
}
