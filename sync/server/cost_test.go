package server_test

import (
	"fmt"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
)

// unpolled keeps the poll's own reads out of what is counted.
func unpolled(c *run.Config) { c.Poll = time.Hour }

// TestReconnectCostsNothing comes back after missing nothing. What the server
// reads and sends for that does not depend on how much is there.
func TestReconnectCostsNothing(t *testing.T) {
	cost := func(tickets int) (rows, bytes int) {
		s := runtest.NewServer(t, "", unpolled)
		elif, jonas := s.Connect("elif"), s.Connect("jonas")
		for i := range tickets {
			elif.Open(fmt.Sprint("number ", i), "hosting", "bakery")
		}
		jonas.CatchUp()
		jonas.Close()
		before, sent := s.Ledger.Counters(), len(jonas.Raw())
		w := jonas.Hello()
		jonas.Quiet()
		for _, l := range w.Lanes {
			if l.State != "resume" {
				t.Errorf("%s wants a %s", l.Lane, l.State)
			}
		}
		return int(s.Ledger.Counters().RowsRead - before.RowsRead), len(jonas.Raw()) - sent
	}
	few, fewBytes := cost(10)
	many, manyBytes := cost(300)
	if many > few+2 || few > 40 {
		t.Errorf("%d rows read with 10 tickets, %d with 300", few, many)
	}
	if manyBytes > fewBytes+20 {
		t.Errorf("%d bytes sent with 10 tickets, %d with 300", fewBytes, manyBytes)
	}
}

// TestReplyCostsItsSubscribers counts the work after one reply while others who
// have nothing to do with it are connected, few or many.
func TestReplyCostsItsSubscribers(t *testing.T) {
	s := runtest.NewServer(t, "", unpolled)
	elif := s.Connect("elif")
	var near []*runtest.Client
	for range 6 {
		near = append(near, s.Connect("jonas"))
	}
	id := elif.Open("first", "hosting", "")
	reply := func() (wakes, encodes, reads, ledgerEncodes uint64) {
		for _, c := range append(near, elif) {
			c.CatchUp()
			c.Quiet()
		}
		h, l := s.Hub.Counters(), s.Ledger.Counters()
		elif.Must(id, 1000, desk.Reply{Text: "a reply"})
		for _, c := range append(near, elif) {
			c.CatchUp()
			c.Quiet()
		}
		h2, l2 := s.Hub.Counters(), s.Ledger.Counters()
		return h2.Wakes - h.Wakes, h2.Encodes - h.Encodes, h2.Reads - h.Reads, l2.Encodes - l.Encodes
	}
	wakes, encodes, reads, stored := reply()
	// Two lanes: hosting with six sessions of jonas, elif's own with one.
	if wakes != 7 || encodes != 2 || reads != 2 {
		t.Errorf("%d sessions woken, %d batches encoded, %d steps read; want 7, 2, 2", wakes, encodes, reads)
	}
	for range 8 {
		s.Connect("lars")
		s.Connect("petra")
	}
	if w, e, r, st := reply(); w != wakes || e != encodes || r != reads || st != stored {
		t.Errorf("with sixteen others: %d woken, %d encoded, %d read, %d stored; without: %d, %d, %d, %d", w, e, r, st, wakes, encodes, reads, stored)
	}
}
