package server_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

// unpolled keeps the poll's own reads out of what is counted.
func unpolled(c *run.Config) { c.Poll = time.Hour }

// cost is what a step asked of the ledger, the hub and the sockets.
type cost struct {
	RowsRead, RowsWritten, Statements, LedgerEncodes, Commits uint64 // a commit is one fsync
	Wakes, Reads, Handed, Encodes, Sent, SentBytes            uint64
	Items, Bytes, Goroutines                                  uint64 // arrived at all clients; standing afterwards
}

func (c cost) parts() map[string]uint64 {
	return map[string]uint64{
		"rows read": c.RowsRead, "rows written": c.RowsWritten, "statements": c.Statements, "encoded by the ledger": c.LedgerEncodes, "commits": c.Commits,
		"sessions woken": c.Wakes, "steps read": c.Reads, "steps handed over": c.Handed, "batches encoded": c.Encodes, "batches sent": c.Sent, "bytes of batches": c.SentBytes,
		"items arrived": c.Items, "bytes arrived": c.Bytes, "goroutines": c.Goroutines,
	}
}

// spend counts what a step costs, until clients have everything; those in
// before have it first.
func spend(s *runtest.Server, before, clients []*runtest.Client, step func()) cost {
	arrived := func() (n int) {
		for _, c := range clients {
			n += c.RawLen()
		}
		return n
	}
	settle := func(clients []*runtest.Client) (items int) {
		for _, c := range clients {
			items += len(c.CatchUp())
			c.Quiet()
		}
		return items
	}
	settle(before)
	l, h, bytes := s.Ledger.Counters(), s.Hub.Counters(), arrived()
	step()
	items := settle(clients)
	l2, h2, bytes2 := s.Ledger.Counters(), s.Hub.Counters(), arrived()
	settle(clients) // asks the ledger where each client has to be, which is not the step's
	l3, idle := s.Ledger.Counters(), arrived()-bytes2
	return cost{
		RowsRead: l2.RowsRead - l.RowsRead - (l3.RowsRead - l2.RowsRead), RowsWritten: l2.RowsWritten - l.RowsWritten,
		Statements: l2.Statements - l.Statements - (l3.Statements - l2.Statements), LedgerEncodes: l2.Encodes - l.Encodes, Commits: l2.Commits - l.Commits,
		Wakes: h2.Wakes - h.Wakes, Reads: h2.Reads - h.Reads, Handed: h2.Handed - h.Handed, Encodes: h2.Encodes - h.Encodes, Sent: h2.Sent - h.Sent, SentBytes: h2.SentBytes - h.SentBytes,
		Items: uint64(items), Bytes: uint64(bytes2 - bytes - idle), Goroutines: uint64(runtime.NumGoroutine()),
	}
}

// engineers hear every reply.
const engineers = 11

// TestCostIsWhatChanged grows one server tenfold and tenfold again and counts,
// over real sockets, what the same work costs each time: a reply that twelve
// clients hear, coming back after missing nothing, and after a hundred changes.
// None of it may know how much is there.
func TestCostIsWhatChanged(t *testing.T) {
	sizes := []int{1_000, 10_000, 100_000}
	if withRace {
		sizes = []int{1_000, 3_000} // the task "test" runs the others without the detector
	}
	place := runtest.Desk
	for i := range engineers {
		place += fmt.Sprintf("  - {id: eng-%d, name: Engineer %d, email: eng%d@veldhost.example, role: engineer, departments: [hosting]}\n", i, i, i)
	}
	s := runtest.NewServer(t, place, unpolled)
	var first map[string]cost
	have := 0
	for _, n := range sizes {
		start := time.Now()
		s.Fill(have, n)
		t.Logf("%d tickets after %v more", n, time.Since(start).Round(time.Millisecond))
		have = n
		got := costs(t, s, n)
		if first == nil {
			first = got
			continue
		}
		for what, c := range got {
			for part, b := range c.parts() {
				if a := first[what].parts()[part]; b*5 > a*6 || b*5 < a*4 {
					t.Errorf("%s, %s: %d at 1,000 tickets and %d at %d", what, part, a, b, n)
				}
			}
		}
	}
}

// costs counts the work with n tickets there.
func costs(t *testing.T, s *runtest.Server, n int) map[string]cost {
	elif := s.Current("elif")
	clients := []*runtest.Client{elif}
	for i := range engineers {
		clients = append(clients, s.Current(desk.PersonID(fmt.Sprint("eng-", i))))
	}
	hello := func(c *runtest.Client) {
		for _, l := range c.Hello().Lanes {
			if l.State != wire.LaneResume {
				t.Errorf("with %d tickets %s wants a %s", n, l.Lane, l.State)
			}
		}
	}
	for _, c := range clients {
		hello(c)
		defer c.Close()
	}
	reply := func(at int) { elif.Must(runtest.Filled(at), 1, desk.Reply{Text: "a reply"}) }
	reply(n / 2) // the first of a connection reads what the next does not
	got := map[string]cost{}
	got["a reply"] = spend(s, clients, clients, func() { reply(n/2 + 1) })
	away := clients[len(clients)-1]
	got["back after nothing"] = spend(s, clients, clients, func() {
		away.Close()
		hello(away)
	})
	for _, c := range clients[1:] {
		c.Close() // so that nothing of what follows is kept for somebody else
	}
	for i := range 100 {
		reply(n/200 + i*(n/100) + 5)
	}
	got["back after a hundred changes"] = spend(s, clients[:1], []*runtest.Client{away}, func() { hello(away) })
	for what, c := range got {
		t.Logf("%6d tickets, %s: %+v", n, what, c)
	}
	if c := got["a reply"]; c.Commits != 1 || c.LedgerEncodes != 5 || c.Items != engineers+3 || c.Encodes != 3 || c.Reads != 0 || c.Handed != 3 || c.RowsRead > 8 || c.Statements > 28 {
		t.Errorf("a reply: %+v", c)
	}
	if c := got["back after nothing"]; c.Commits+c.RowsWritten+c.Encodes+c.Sent != 0 || c.Bytes > 400 || c.RowsRead > 8 || c.Statements > 15 {
		t.Errorf("coming back after nothing: %+v", c)
	}
	if c := got["back after a hundred changes"]; c.Items != 100 || c.Commits+c.LedgerEncodes != 0 || c.Reads != 1 || c.Encodes != 1 || c.RowsRead > 3*100+20 {
		t.Errorf("coming back after a hundred changes: %+v", c)
	}
	return got
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
	if wakes != 7 || encodes != 2 || reads != 0 {
		t.Errorf("%d sessions woken, %d batches encoded, %d steps read; want 7, 2, 0", wakes, encodes, reads)
	}
	for range 8 {
		s.Connect("lars")
		s.Connect("petra")
	}
	if w, e, r, st := reply(); w != wakes || e != encodes || r != reads || st != stored {
		t.Errorf("with sixteen others: %d woken, %d encoded, %d read, %d stored; without: %d, %d, %d, %d", w, e, r, st, wakes, encodes, reads, stored)
	}
}
