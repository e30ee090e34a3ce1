package server_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"docket/app/desk"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

// take asks for the next ticket; the id is empty when it was refused.
func take(t *testing.T, s *runtest.Server, token string, skip desk.TicketID, reason string) (desk.TicketID, desk.Error) {
	t.Helper()
	b, _ := json.Marshal(wire.Take{ID: desk.CommandID(runtest.UUID()), Skip: skip, Reason: reason})
	r := s.Request("POST", wire.PathTake, token, string(b))
	if r.StatusCode != http.StatusOK {
		return "", decode[desk.Error](t, r)
	}
	return decode[wire.Taken](t, r).Ticket, desk.Error{}
}

// However many press at once, every ticket is given to one person, and each
// person gets what was the head of their own queues then.
func TestTakenOnce(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif := s.Connect("elif")
	var asked []desk.TicketID
	for range 12 {
		asked = append(asked, elif.Open("help", "hosting", "bakery"))
	}
	elif.Open("money", "billing", "bakery")
	tokens := map[desk.PersonID]string{}
	for _, p := range []desk.PersonID{"jonas", "lea"} {
		tokens[p], _ = s.Token(p)
	}
	var mu sync.Mutex
	var given []desk.TicketID
	var all sync.WaitGroup
	for range 3 {
		for p, token := range tokens {
			all.Go(func() {
				for range 2 {
					id, e := take(t, s, token, "", "")
					if id == "" || s.Ticket(id).Assignee != p {
						t.Errorf("%s got %q: %+v", p, id, e)
					}
					mu.Lock()
					given = append(given, id)
					mu.Unlock()
				}
			})
		}
	}
	all.Wait()
	slices.Sort(given)
	slices.Sort(asked)
	if !slices.Equal(given, asked) {
		t.Errorf("given %v of %v", given, asked)
	}
	_, e := take(t, s, tokens["lea"], "", "")
	if e.Code != desk.CodeNotFound || e.Message != "Nothing waits in your queues." {
		t.Errorf("nothing left: %+v", e)
	}
}

func TestTakenByPriorityThenWaiting(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif, jonas := s.Connect("elif"), s.Connect("jonas")
	first, second, stopped := elif.Open("a change", "hosting", "bakery"), elif.Open("another", "hosting", "bakery"), elif.Open("all is down", "hosting", "bakery")
	inTriage := s.Connect("lars").Open("question", "hosting", "studio")
	_ = inTriage
	jonas.Must(stopped, s.Ticket(stopped).LastSeq, desk.SetPriority{From: desk.PriorityNormal, To: desk.PriorityEmergency})
	elif.Must(first, s.Ticket(first).PublicSeq, desk.Reply{Text: "still"})
	for i, want := range []desk.TicketID{stopped, first, second, inTriage} {
		if got, e := take(t, s, jonas.Token, "", ""); got != want {
			t.Errorf("%d: got %s (%+v), want %s", i, got, e, want)
		}
	}
	if h := s.Ticket(first); h.Status != desk.InProgress || h.Assignee != "jonas" {
		t.Errorf("taken: %+v", h)
	}
}

func TestSkippingKeepsTheReason(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif := s.Connect("elif")
	one, two := elif.Open("one", "hosting", "bakery"), elif.Open("two", "hosting", "bakery")
	jonas, _ := s.Token("jonas")
	lea, _ := s.Token("lea")
	form := s.Ticket(one).PublicVersion
	for _, reason := range []string{"", " \n"} {
		if got, e := take(t, s, jonas, one, reason); got != "" || e.Code != desk.CodeInvalid || e.Field != "reason" {
			t.Errorf("without a reason: got %s, %+v", got, e)
		}
	}
	if got, e := take(t, s, jonas, one, "not my field"); got != two {
		t.Errorf("got %s, %+v", got, e)
	}
	all := s.Entries(one)
	if e := all[len(all)-1]; e.Kind != desk.Skipped || e.Audience != desk.Internal || e.Reason != "not my field" || e.Author != "jonas" {
		t.Errorf("kept: %+v", e)
	}
	if h := s.Ticket(one); h.Assignee != "" || h.PublicVersion != form {
		t.Errorf("skipped: %+v", h)
	}
	got, e := take(t, s, jonas, "", "")
	if got != "" || e.Message != "Nothing else waits in your queues." || !strings.HasPrefix(e.Hint, "One ticket is left") {
		t.Errorf("what was skipped: got %s, %+v", got, e)
	}
	if got, e := take(t, s, lea, "", ""); got != one {
		t.Errorf("a colleague: got %s, %+v", got, e)
	}
	three := elif.Open("three", "hosting", "bakery")
	// It is lea's by now: nothing to skip, and the next is served.
	if got, e := take(t, s, jonas, one, "not my field"); got != three {
		t.Errorf("skipping what somebody has: got %s, %+v", got, e)
	}
	// Putting back what one has serves nothing else, and tells the reason.
	if got, e := take(t, s, jonas, three, "too hard"); got != "" || e.Code != desk.CodeNotFound {
		t.Errorf("putting back: got %s, %+v", got, e)
	}
	if h := s.Ticket(three); h.Assignee != "" || h.Status != desk.Triage || !slices.Contains(h.Passed, "jonas") {
		t.Errorf("put back: %+v", h)
	}
}

// A server that cannot write takes nothing and says so; afterwards it goes on.
func TestTakingOnAFullDisk(t *testing.T) {
	var full atomic.Pointer[desk.Error]
	s := runtest.NewServer(t, "", func(c *run.Config) {
		c.Faults = func(what string, run func() error) error {
			if e := full.Load(); what == "update" && e != nil {
				return e
			}
			return run()
		}
	})
	id := s.Connect("elif").Open("help", "hosting", "bakery")
	token, _ := s.Token("jonas")
	for _, e := range []desk.Error{{Code: desk.CodeDiskFull, Message: "injected"}, {Code: desk.CodeInternal, Message: "injected"}} {
		full.Store(&e)
		got, said := take(t, s, token, "", "")
		if got != "" || said.Code != e.Code || said.Hint == "" || strings.Contains(said.Message, "injected") {
			t.Errorf("%s: got %q, %+v", e.Code, got, said)
		}
	}
	full.Store(nil)
	if got, e := take(t, s, token, "", ""); got != id {
		t.Errorf("afterwards: got %q, %+v", got, e)
	}
}

func TestWhoMayTake(t *testing.T) {
	s := runtest.NewServer(t, "")
	id := s.Connect("elif").Open("help", "hosting", "bakery")
	for p, want := range map[desk.PersonID]desk.Code{"elif": desk.CodeDenied, "max": desk.CodeDenied, "petra": desk.CodeNotFound} {
		token, _ := s.Token(p)
		if got, e := take(t, s, token, "", ""); got != "" || e.Code != want {
			t.Errorf("%s: got %q, %+v", p, got, e)
		}
	}
	token, _ := s.Token("jonas")
	for _, b := range []string{`{}`, `{"id":"x"}`, `{"id":"` + runtest.UUID() + `","skip":"x"}`} {
		r := s.Request("POST", wire.PathTake, token, b)
		if e := decode[desk.Error](t, r); e.Code != desk.CodeInvalid {
			t.Errorf("%s: %+v", b, e)
		}
	}
	if h := s.Ticket(id); h.Assignee != "" || h.Version != 1 {
		t.Errorf("touched: %+v", h)
	}
}
