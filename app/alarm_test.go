package app

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"docket/app/desk"
	"docket/app/notify"
)

// shelf keeps what was shown.
type shelf struct {
	mu    sync.Mutex
	shown []string
	rang  chan struct{}
}

func (s *shelf) Show(t notify.Toast) error {
	s.mu.Lock()
	s.shown = append(s.shown, t.Body+": "+t.Title)
	s.mu.Unlock()
	s.rang <- struct{}{}
	return nil
}
func (s *shelf) Withdraw(string) {}
func (s *shelf) Close() error    { return nil }

// Deadlines of one's own ring a quarter of an hour before, once each, also while
// notices are held back because the network is away (BEHAVIOURS 4.7, N8).
func TestAlarms(t *testing.T) { synctest.Test(t, testAlarms) }

func testAlarms(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	box := &shelf{rang: make(chan struct{}, 10)}
	center := notify.NewCenter(box, func() time.Time { return now }, nil)
	defer center.Close()
	center.Hold(now)
	x := &alarms{s: &session{api: &API{center: center}}, mine: map[desk.TicketID]alarm{}, calls: map[desk.TicketID]call{}}
	me := desk.Actor{Person: "jonas", Role: desk.Engineer}
	ticket := func(id string, n desk.Number, minutes int, owner desk.PersonID, s desk.Status) desk.Ticket {
		return desk.Ticket{ID: desk.TicketID(id), Number: n, Assignee: owner, Status: s, Due: now.Add(time.Duration(minutes) * time.Minute), DueKind: desk.DueNextReply}
	}
	for _, t := range []desk.Ticket{
		ticket("a", 1, 20, "jonas", desk.InProgress), ticket("b", 2, 20, "anna", desk.InProgress),
		ticket("c", 3, 20, "jonas", desk.Solved), ticket("d", 4, 500, "jonas", desk.InProgress),
		{ID: "e", Assignee: "jonas", Status: desk.WaitingCustomer, Waiting: desk.Waiting{Close: now.Add(20 * time.Minute)}},
	} {
		x.put(me, t)
	}
	at := func(minutes int, offline bool, want ...string) {
		t.Helper()
		now = time.Date(2026, 3, 2, 9, minutes, 0, 0, time.UTC)
		box.mu.Lock()
		box.shown = nil
		box.mu.Unlock()
		x.ring(now, offline)
		for range want {
			<-box.rang
		}
		box.mu.Lock()
		defer box.mu.Unlock()
		if !slices.Equal(box.shown, want) {
			t.Errorf("at %d: got %q, want %q", minutes, box.shown, want)
		}
	}
	clock := func(minutes int) string {
		return time.Date(2026, 3, 2, 9, minutes, 0, 0, time.UTC).Local().Format("15:04")
	}
	at(4, false)
	at(5, false, "#13: An answer is due at "+clock(20))
	at(6, false)
	at(20, false) // the server says what is late
	at(21, true, "#13: An answer is late since "+clock(20))
	at(22, true)
	x.put(me, ticket("a", 1, 60, "jonas", desk.InProgress)) // a later deadline
	at(70, true, "#13: An answer is due at "+clock(82))
	x.put(me, ticket("a", 1, 90, "anna", desk.InProgress)) // given away
	at(119, true)

	// Who is called is called again until somebody acknowledges it, each minute to
	// an emergency and less often to an escalation.
	page := ticket("p", 5, 0, "", desk.New)
	page.Page = desk.Summons{At: now, Due: now, To: []desk.PersonID{"jonas"}}
	up := ticket("q", 6, 0, "", desk.InProgress)
	up.Escalation = desk.Escalation{At: now, Told: desk.Summons{At: now, Due: now, To: []desk.PersonID{"jonas"}}}
	others := ticket("r", 7, 0, "", desk.New)
	others.Page = desk.Summons{At: now, Due: now, To: []desk.PersonID{"anna"}}
	first := time.Date(2026, 3, 2, 11, 0, 0, 0, time.UTC)
	x.called(me, page, first)
	x.called(me, others, first)
	emergency, escalated := numberOf(&page)+": Emergency: you are called", numberOf(&up)+": Escalated to you"
	at(120, false, emergency)
	at(121, true, emergency)
	page.Page.AckAt = now
	x.called(me, page, first)
	x.called(me, up, first)
	at(122, false, escalated)
	x.called(me, up, first) // some other change of it
	at(123, false)
	at(127, true, escalated)
	up.Escalation.Ended = now
	x.called(me, up, first)
	at(140, false)
}
