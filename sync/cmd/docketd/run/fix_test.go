package run_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/clerk"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
)

// TestWhoWaitsForAProblemIsToldOnce: more wait for a problem than are told at a
// time, two servers look, one goes in between; everybody is told once, and no
// customer is sent a word, the name or the number of the problem (BEHAVIOURS 3.16).
func TestWhoWaitsForAProblemIsToldOnce(t *testing.T) {
	var c moved
	s := runtest.NewServer(t, "", func(cfg *run.Config) { cfg.Clock, cfg.Clerk = c.now, -1 })
	elif, jonas := s.Connect("elif"), s.Connect("jonas")
	problem := desk.TicketID(runtest.UUID())
	jonas.Must(problem, 0, desk.Open{Subject: "Rusty disk array", Text: "The array of rack nine", Department: "hosting", Type: desk.Problem})
	var waiting []desk.TicketID
	for n := range 2*desk.MaxTold + 5 {
		id := elif.Open(fmt.Sprintf("The shop is slow, %d", n), "hosting", "")
		jonas.Must(id, 1, desk.SetFix{Problem: problem})
		waiting = append(waiting, id)
	}
	if got := len(s.Ticket(problem).Fix.Waiting); got != len(waiting) {
		t.Fatalf("%d wait, want %d", got, len(waiting))
	}
	jonas.Must(problem, s.Ticket(problem).LastSeq, desk.SetFix{State: desk.FixDone, Text: "The shop has new disks"})

	var acts atomic.Int64
	look := func(clerks ...*clerk.Clerk) {
		t.Helper()
		var wg sync.WaitGroup
		for _, k := range clerks {
			wg.Go(func() {
				if err := k.Look(context.WithoutCancel(t.Context())); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	look(by(s, &c, &acts), by(s, &c, &acts))
	if got := len(s.Ticket(problem).Fix.Untold); got != desk.MaxTold+5 {
		t.Fatalf("after the first look %d are untold", got)
	}
	s.Restart()
	k := by(s, &c, &acts) // one who never looked before
	for range 4 {
		c.ahead.Add(int64(time.Second + time.Millisecond))
		look(k)
	}
	for _, id := range waiting {
		told := 0
		for _, e := range s.Entries(id) {
			if e.Kind == desk.FixSet && e.To == string(desk.FixDone) {
				told++
			}
		}
		if got := s.Ticket(id); told != 1 || got.Status != desk.WaitingCustomer || got.Fix.State != desk.FixDone {
			t.Errorf("%s was told %d times and is %s, %+v", id, told, got.Status, got.Fix)
		}
	}
	if f := s.Ticket(problem).Fix; len(f.Untold)+len(f.Waiting) != 0 || !f.Tell.IsZero() {
		t.Errorf("the problem still has %+v", f)
	}
	if elif = s.Connect("elif"); !strings.Contains(elif.Raw(), "The shop has new disks") {
		t.Error("elif was told nothing")
	}
	p := s.Ticket(problem)
	for _, secret := range []string{"Rusty", "rack nine", string(problem), p.Number.String(), "waiting\x98", "untold"} {
		if strings.Contains(elif.Raw(), secret) {
			t.Errorf("a customer was sent %q", secret)
		}
	}
}
