package run_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

// keeps is the desk whose hosting keeps closed tickets for a month.
var keeps = strings.Replace(runtest.Desk, "reopen_days: 7, policy: {recall_seconds: 0}", "reopen_days: 7, policy: {recall_seconds: 0, retention_months: 1}", 1)

func look(t *testing.T, s *run.Server, c *moved, ahead time.Duration) {
	t.Helper()
	c.ahead.Store(int64(ahead))
	srv := &runtest.Server{Server: s}
	for range 3 {
		if err := by(srv, c, &looked).Look(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

var looked atomic.Int64

const day = 24 * time.Hour

// sent sends a file and gives it as an attachment.
func sent(t *testing.T, s *runtest.Server, token, text string) desk.Attachment {
	t.Helper()
	announce(t, s, token, text, len(text))
	sum := sha256.Sum256([]byte(text))
	return desk.Attachment{Hash: desk.BlobHash(hex.EncodeToString(sum[:])), Name: "log.txt", Size: int64(len(text)), Type: "text/plain"}
}

// TestAClosedTicketIsDeletedAfterItsTime: everything of it is gone from the
// server and from those who have it, also from who was offline, and what belongs
// to others stays (BEHAVIOURS 1.7).
func TestAClosedTicketIsDeletedAfterItsTime(t *testing.T) {
	var c moved
	s := runtest.NewServer(t, keeps, func(cfg *run.Config) { cfg.Clock = c.now })
	elif, jonas, away := s.Connect("elif"), s.Connect("jonas"), s.Connect("max")
	own, shared := sent(t, s, elif.Token, "canary in a file"), sent(t, s, elif.Token, "shared file")
	id, other := desk.TicketID(runtest.UUID()), desk.TicketID(runtest.UUID())
	open := desk.Open{Subject: "The canary subject", Text: "the canary text", Department: "hosting", Org: "bakery", Files: []desk.Attachment{own, shared}}
	elif.Must(id, 0, open)
	elif.Must(other, 0, desk.Open{Subject: "Another", Text: "stays", Department: "hosting", Org: "bakery", Files: []desk.Attachment{shared}})
	jonas.Must(id, 1, desk.SetTags{Add: []string{"slow"}})
	jonas.Must(id, 1, desk.Reply{Text: "the canary answer"})
	if r := elif.Do(id, 1, desk.Reply{Text: "unseen", Then: desk.Solved}); r.Outcome != desk.Held || len(r.Newer) == 0 {
		t.Fatalf("got %+v, want held with what is newer", r)
	}
	jonas.Must(id, 10, desk.CloseTicket{Cause: desk.CauseFixed, Resolution: "canary resolution"})
	number := s.Ticket(id).Number
	away.CatchUp()
	away.Close() // and is away until all is over

	look(t, s.Server, &c, 7*day+time.Minute)
	if got := s.Ticket(id); got.Status != desk.Closed || got.Keep.Tell.IsZero() {
		t.Fatalf("after a week it is %s and tells %v", got.Status, got.Keep.Tell)
	}
	look(t, s.Server, &c, 9*day)
	elif.Has("will be deleted with its files on")
	ends := s.Ticket(id).Deletes
	s.Restart()
	look(t, s.Server, &c, 20*day)
	if !s.Ticket(id).Deletes.Equal(ends) {
		t.Fatalf("after a restart it ends %v, before %v", s.Ticket(id).Deletes, ends)
	}
	notices := 0
	for _, e := range s.Entries(id) {
		if e.Kind == desk.Notice {
			notices++
		}
	}
	if notices != 1 {
		t.Errorf("the requester was told %d times, want once", notices)
	}
	elif, jonas = s.Client("elif"), s.Client("jonas")
	elif.Sync()
	jonas.Sync()
	look(t, s.Server, &c, time.Until(ends)+time.Minute) // nobody looked: a day's grace
	if got := s.Ticket(id).Deletes; !got.After(ends) {
		t.Fatalf("a server that slept deletes at %v", got)
	}
	look(t, s.Server, &c, time.Until(ends)+25*time.Hour)

	gone := func(it desk.Item) bool { return it.Kind == desk.ItemPurge && it.Ticket == id }
	elif.Until("the end", gone)
	jonas.Until("the end", gone)
	err := s.Ledger.View(t.Context(), func(tx *ledger.Tx) error {
		if _, err := tx.Ticket(id); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("the ticket is there: %v", err)
		}
		if _, err := tx.TicketByNumber(number); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("its number finds %v", err)
		}
		if _, found, err := tx.Blob(own.Hash); found || err != nil {
			t.Errorf("its file is known: %v", err)
		}
		if _, found, err := tx.Blob(shared.Hash); !found || err != nil {
			t.Errorf("the file of another ticket is gone: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Request(http.MethodGet, wire.PathFiles+"/"+string(shared.Hash)+"?ticket="+string(other), elif.Token, ""); got.StatusCode != http.StatusOK {
		t.Errorf("the other's file: %s", got.Status)
	}
	tidied, err := s.Tidy(t.Context(), c.now())
	if err != nil || tidied.Deleted != 1 {
		t.Errorf("tidied %+v, %v; want one deleted file", tidied, err)
	}
	if _, err := s.Files.Stat(own.Hash); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("its bytes are there: %v", err)
	}

	// Who was away comes back to its end, or to a snapshot without it.
	away.Hello()
	away.Until("the end", gone)
	// Neither its id nor its number is used again, and who writes to it hears so.
	if r := elif.Do(id, 0, open); r.Outcome != desk.Refused || !strings.Contains(r.Error.Message, "deleted after its time") {
		t.Errorf("opening it again: %+v", r)
	}
	if r := elif.Do(id, 9, desk.Reply{Text: "late"}); r.Outcome != desk.Refused || r.Error.Code != desk.CodeNotFound {
		t.Errorf("writing to it: %+v", r)
	}
	err = s.Ledger.Update(t.Context(), func(tx *ledger.Tx) error {
		x := desk.Ticket{ID: desk.TicketID(runtest.UUID()), Number: number, Version: 1, Requester: "elif", Department: "hosting", Status: desk.New}
		_, _, err := tx.Apply(desk.Change{Ticket: x}, "elif")
		return err
	})
	if !errors.Is(err, desk.ErrConflict) {
		t.Errorf("its number was given again: %v", err)
	}
	if r, err := s.Ledger.CheckAll(context.WithoutCancel(t.Context())); err != nil {
		t.Errorf("the ledger contradicts itself: %v %v", err, r.Problems)
	}
	backup := filepath.Join(t.TempDir(), "backup.db")
	if r, err := s.Ledger.Backup(t.Context(), backup); err != nil {
		t.Fatalf("backup: %v %v", err, r.Problems)
	}
	b, err := os.ReadFile(backup)
	if err != nil || strings.Contains(strings.ToLower(string(b)), "canary") {
		i := strings.Index(strings.ToLower(string(b)), "canary")
		t.Errorf("a backup after the end has words of it (%v): %q", err, b[max(i-60, 0):i+60])
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b, err = os.ReadFile(filepath.Join(s.Config.Data, "ledger.db"))
	if err != nil || strings.Contains(strings.ToLower(string(b)), "canary") {
		t.Errorf("the ledger's file has words of it (%v)", err)
	}
}

// TestANewPolicyTakesUpWhatIsClosed: a policy that was declared later is about
// what was closed before, and a hold stops it.
func TestANewPolicyTakesUpWhatIsClosed(t *testing.T) {
	var c moved
	s := runtest.NewServer(t, "", func(cfg *run.Config) { cfg.Clock, cfg.Clerk = c.now, 10*time.Millisecond })
	elif, jonas, lea := s.Connect("elif"), s.Connect("jonas"), s.Connect("lea")
	id := elif.Open("this", "hosting", "")
	held := elif.Open("that", "hosting", "")
	for _, x := range []desk.TicketID{id, held} {
		jonas.Until("it", func(it desk.Item) bool { return it.Ticket == x })
		jonas.Must(x, 10, desk.CloseTicket{Cause: desk.CauseFixed, Resolution: "done"})
	}
	lea.Must(held, 10, desk.SetHold{On: true, Reason: "a claim"})
	if r := jonas.Do(held, 10, desk.SetHold{Reason: "no claim"}); r.Outcome != desk.Refused || r.Error.Code != desk.CodeDenied {
		t.Errorf("an engineer took off a hold: %+v", r)
	}
	c.ahead.Store(int64(8 * day))
	closed := func(it desk.Item) bool { return it.Ticket == id && s.Ticket(id).Status == desk.Closed }
	elif.Until("the closing", closed)
	c.ahead.Store(int64(60 * day))
	s.Redeclare(keeps)
	elif.Until("the notice", func(it desk.Item) bool { return it.Ticket == id && runtest.ItemHas(it, "will be deleted") })
	if got := s.Ticket(held); !got.Deletes.IsZero() {
		t.Errorf("what is held is deleted on %v", got.Deletes)
	}
}

// TestARestoredBackupForgetsAgainWhatWasDeleted: a backup that is older than the
// end of a ticket has it, and nobody is served it: before the door opens it is
// deleted again, with its number, by the list beside the ledger (BEHAVIOURS 1.7).
func TestARestoredBackupForgetsAgainWhatWasDeleted(t *testing.T) {
	var c moved
	s := runtest.NewServer(t, keeps, func(cfg *run.Config) { cfg.Clock = c.now })
	elif, jonas := s.Connect("elif"), s.Connect("jonas")
	id, later, stays := desk.TicketID(runtest.UUID()), desk.TicketID(runtest.UUID()), desk.TicketID(runtest.UUID())
	elif.Must(id, 0, desk.Open{Subject: "The canary subject", Text: "the canary text", Department: "hosting", Org: "bakery"})
	elif.Must(stays, 0, desk.Open{Subject: "Another", Text: "stays", Department: "hosting", Org: "bakery"})
	backup := filepath.Join(t.TempDir(), "ledger.db")
	if _, err := s.Ledger.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	elif.Must(later, 0, desk.Open{Subject: "Younger than the backup", Text: "x", Department: "hosting", Org: "bakery"})
	number := s.Ticket(later).Number
	jonas.Must(id, 10, desk.CloseTicket{Cause: desk.CauseFixed})
	jonas.Must(later, 10, desk.CloseTicket{Cause: desk.CauseFixed})
	for _, ahead := range []time.Duration{7*day + time.Minute, 9 * day, 40 * day, 42 * day} {
		look(t, s.Server, &c, ahead)
	}
	if err := s.Server.Close(); err != nil {
		t.Fatal(err)
	}
	old, err := filepath.Glob(filepath.Join(s.Config.Data, "ledger.db*"))
	if err != nil || len(old) == 0 {
		t.Fatal(old, err)
	}
	for _, f := range old {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := ledger.Restore(t.Context(), backup, "sqlite:"+filepath.Join(s.Config.Data, "ledger.db"), wire.Codec{}); err != nil {
		t.Fatal(err)
	}
	s.Start()
	err = s.Ledger.View(t.Context(), func(tx *ledger.Tx) error {
		for _, x := range []desk.TicketID{id, later} {
			if gone, err := tx.WasPurged(x); !gone || err != nil {
				t.Errorf("%s is not known to be deleted: %v", x, err)
			}
			if _, err := tx.Ticket(x); !errors.Is(err, desk.ErrNotFound) {
				t.Errorf("%s is there again: %v", x, err)
			}
		}
		_, err := tx.Ticket(stays)
		return err
	})
	if err != nil {
		t.Errorf("another ticket: %v", err)
	}
	fresh := s.Client("elif")
	fresh.Sync()
	if raw := fresh.Raw(); strings.Contains(raw, "canary") || !strings.Contains(raw, "stays") {
		t.Error("a computer is served what was deleted, or not what was not")
	}
	err = s.Ledger.Update(t.Context(), func(tx *ledger.Tx) error {
		x := desk.Ticket{ID: desk.TicketID(runtest.UUID()), Number: number, Version: 1, Requester: "elif", Department: "hosting", Status: desk.New}
		_, _, err := tx.Apply(desk.Change{Ticket: x}, "elif")
		return err
	})
	if !errors.Is(err, desk.ErrConflict) {
		t.Errorf("a number of what was deleted is given again: %v", err)
	}
	if r, err := s.Ledger.CheckAll(t.Context()); err != nil || len(r.Problems) > 0 {
		t.Errorf("the ledger: %+v %v", r.Problems, err)
	}
}
