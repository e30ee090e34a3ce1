package run_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/clerk"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
)

// waits is a desk with a ticket that waits for its customer.
func waits(t *testing.T, c *moved, every time.Duration) (*runtest.Server, *runtest.Client, desk.TicketID) {
	t.Helper()
	s := runtest.NewServer(t, "", func(cfg *run.Config) { cfg.Clock, cfg.Clerk = c.now, every })
	elif, jonas := s.Connect("elif"), s.Connect("jonas")
	id := elif.Open("The shop is slow", "hosting", "")
	jonas.Has("The shop is slow")
	jonas.Must(id, 1, desk.Reply{Text: "Since when?"})
	elif.Has("Since when?")
	return s, elif, id
}

// TestTheDeskRemindsAndEnds: what time does reaches the customer by itself, and
// is done once by however many clerks (BEHAVIOURS 1.30).
func TestTheDeskRemindsAndEnds(t *testing.T) {
	var c moved
	s, elif, id := waits(t, &c, 10*time.Millisecond)
	c.ahead.Store(int64(48*time.Hour + time.Second))
	elif.Has("We are still waiting for your answer to: “Since when?”")
	if got := s.Ticket(id); got.Waiting.Sent != 1 || got.Status != desk.WaitingCustomer {
		t.Fatalf("after a reminder: %+v", got.Waiting)
	}
	c.ahead.Store(int64(96*time.Hour - time.Minute))
	elif.Until("the second reminder", func(it desk.Item) bool { return s.Ticket(id).Waiting.Sent == 2 })
	c.ahead.Store(int64(96*time.Hour + time.Second))
	elif.Has("We have not heard from you, so this request is solved.")
	if got := s.Ticket(id); got.Status != desk.Solved {
		t.Fatalf("it is %s", got.Status)
	}
	notices := 0
	for _, e := range s.Entries(id) {
		if e.Kind == desk.Notice && e.Author == desk.System {
			notices++
		}
	}
	if notices != 3 {
		t.Errorf("the customer was told %d times, want 3", notices)
	}
}

// by looks for what is due and counts what was looked at.
func by(s *runtest.Server, c *moved, acts *atomic.Int64) *clerk.Clerk {
	return clerk.New(clerk.Config{
		Due: func(ctx context.Context, now time.Time, most int) (due []desk.TicketID, err error) {
			err = s.Ledger.View(ctx, func(tx *ledger.Tx) error {
				due, err = tx.Due(now, most)
				return err
			})
			return due, err
		},
		Act: func(ctx context.Context, cmds []desk.Command) error {
			acts.Add(int64(len(cmds)))
			return s.Authority.Act(ctx, cmds)
		},
		NewID: func() desk.CommandID { return desk.CommandID(runtest.UUID()) }, Clock: c.now,
	})
}

// TestSeveralClerksDoItOnce: two servers that look at the same moment.
func TestSeveralClerksDoItOnce(t *testing.T) {
	var c moved
	s, _, id := waits(t, &c, -1)
	var acts atomic.Int64
	one, two := by(s, &c, &acts), by(s, &c, &acts)
	for _, k := range []*clerk.Clerk{one, two} {
		if err := k.Look(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, ahead := range []time.Duration{48*time.Hour + time.Second, 72*time.Hour + time.Second} {
		c.ahead.Store(int64(ahead))
		var wg sync.WaitGroup
		for _, k := range []*clerk.Clerk{one, two} {
			wg.Go(func() {
				if err := k.Look(context.WithoutCancel(t.Context())); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	if got := s.Ticket(id).Waiting.Sent; got != 2 {
		t.Errorf("%d reminders went out, want 2", got)
	}
	n := acts.Load()
	if err := one.Look(t.Context()); err != nil || acts.Load() != n {
		t.Errorf("nothing is due, and %d commands were given (%v)", acts.Load()-n, err)
	}
}

// TestAServerThatSlept ends nothing in bulk: there is an hour's grace, and the
// customer reads until when (BEHAVIOURS 1.30).
func TestAServerThatSlept(t *testing.T) {
	var c moved
	s, elif, id := waits(t, &c, -1)
	var acts atomic.Int64
	k := by(s, &c, &acts)
	c.ahead.Store(int64(500 * time.Hour))
	woke := c.now()
	if err := k.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := s.Ticket(id)
	if got.Status != desk.WaitingCustomer || got.Waiting.Close.Sub(woke).Round(time.Minute) != time.Hour {
		t.Fatalf("it is %s until %v", got.Status, got.Waiting.Close.Sub(woke))
	}
	elif.Until("the new end", func(it desk.Item) bool { return strings.Contains(string(it.Head), "close") })
	for range 15 {
		c.ahead.Add(int64(4*time.Minute + time.Second))
		if err := k.Look(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Ticket(id); got.Status != desk.Solved {
		t.Errorf("after its hour it is %s", got.Status)
	}
}

// TestWhoIsSignedOutIsNotReminded: where no computer of the customer's is signed
// in, whoever has the ticket is told, and silence ends nothing (BEHAVIOURS 4.13).
func TestWhoIsSignedOutIsNotReminded(t *testing.T) {
	var c moved
	s := runtest.NewServer(t, "", func(cfg *run.Config) { cfg.Clock, cfg.Clerk = c.now, 10*time.Millisecond })
	elif, jonas := s.Connect("elif"), s.Connect("jonas")
	id := elif.Open("The shop is slow", "hosting", "")
	jonas.Has("The shop is slow")
	jonas.Must(id, 1, desk.Reply{Text: "Since when?"})
	elif.Has("Since when?")
	s.Revoke(elif.Device)
	nudged := func(after time.Duration, n int) {
		c.ahead.Store(int64(after))
		jonas.Until("is told", func(desk.Item) bool {
			told := 0
			for _, e := range s.Entries(id) {
				if e.Kind == desk.Nudged && e.Reason == "unreached" && strings.Contains(e.To, "jonas") {
					told++
				}
			}
			return told == n
		})
	}
	nudged(48*time.Hour+time.Second, 1)
	nudged(96*time.Hour-time.Minute, 2)
	nudged(96*time.Hour+time.Second, 3)
	if got := s.Ticket(id); got.Status != desk.WaitingCustomer || got.Waiting.Sent != 0 {
		t.Errorf("it is %s after %d reminders", got.Status, got.Waiting.Sent)
	}
}
