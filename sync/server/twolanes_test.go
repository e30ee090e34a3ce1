package server_test

import (
	"testing"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// TestATicketInTwoLanesComesOnce has an engineer, whose tickets lie in the
// department's lane and in their own, come back after customers wrote and one
// ticket left the department. What the first lane brought is in the second in
// name alone; what it did not is there whole. Live it is the same.
func TestATicketInTwoLanesComesOnce(t *testing.T) {
	const n = 100 // more than the hub has in memory
	s := runtest.NewServer(t, "", unpolled)
	s.Fill(0, n)
	jonas, elif := s.Connect("jonas"), s.Connect("elif")
	defer elif.Close()
	for i := range n - 1 {
		jonas.Must(runtest.Filled(i+1), 1, desk.Assign{To: "jonas"})
	}
	lea := s.Connect("lea")
	defer lea.Close()
	petra := s.Connect("petra")
	defer petra.Close()
	last := runtest.Filled(n) // which he follows
	basis := func() uint64 { return s.Ticket(last).LastSeq }
	lea.Must(last, basis(), desk.Refer{From: "hosting", To: "billing", Reason: "an invoice"})
	petra.Must(last, basis(), desk.AddNote{Text: "Have a look.", Mentions: []desk.PersonID{"jonas"}})
	petra.Must(last, basis(), desk.Refer{From: "billing", To: "hosting", Reason: "no invoice"})
	jonas.CatchUp()
	jonas.Quiet()
	jonas.Close()
	for i := range n {
		elif.Must(runtest.Filled(i+1), 1, desk.Reply{Text: "Still broken."})
	}
	lea.Must(last, basis(), desk.Refer{From: "hosting", To: "billing", Reason: "an invoice"})
	before := s.Ledger.Counters()
	jonas.Hello()
	items := jonas.CatchUp()
	if rows := s.Ledger.Counters().RowsRead - before.RowsRead; rows > 6*n+60 {
		t.Errorf("%d rows read for %d tickets", rows, n)
	}
	judge(t, items, n)
	elif.Must(runtest.Filled(1), 3, desk.Reply{Text: "And again."})
	judge(t, jonas.CatchUp(), 1)
	jonas.Close()
}

// judge looks whether each of n tickets came once with what was written.
func judge(t *testing.T, items []desk.Item, n int) {
	t.Helper()
	whole, light := map[desk.TicketID]int{}, map[desk.TicketID]int{}
	for _, it := range items {
		switch {
		case it.Kind == desk.ItemLeave && it.Ticket == runtest.Filled(n):
		case it.Kind != desk.ItemDelta:
			t.Errorf("%s of %s", it.Kind, it.Ticket)
		case len(it.Entries) > 0:
			whole[it.Ticket]++
		default:
			light[it.Ticket]++
		}
	}
	for i := range n {
		id := runtest.Filled(i + 1)
		want := 1
		if n > 1 && i+1 == n {
			want = 0 // it left the department
		}
		if whole[id] != 1 || light[id] != want {
			t.Errorf("ticket %d came %d times whole and %d times in name", i+1, whole[id], light[id])
		}
	}
}
