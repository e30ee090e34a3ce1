package engine_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/outbox"
	"docket/sync/cmd/docketd/runtest"
)

// chaos is a random desk with random breaks.
type chaos struct {
	w    *town
	r    *rand.Rand
	all  []*client
	ids  []desk.TicketID
	said map[string]desk.CommandID // every text ever written, by its command
	mu   sync.Mutex                // guards limits, which the network asks for
	cuts *rand.Rand
}

// TestConvergence: whatever breaks on the way, when all is quiet every client
// holds what a new client of the same person is given, byte for byte, and
// every text somebody wrote is there once or waits for its author.
//
// A failure prints its seed; DOCKET_SEED=… plays the same moves again, as far
// as real goroutines allow.
func TestConvergence(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("DOCKET_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = n
	}
	steps := 120
	if s := os.Getenv("DOCKET_STEPS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		steps = n
	}
	t.Logf("DOCKET_SEED=%d", seed)
	c := &chaos{w: newTown(t), r: rand.New(rand.NewPCG(seed, 1)), cuts: rand.New(rand.NewPCG(seed, 2)), said: map[string]desk.CommandID{}}
	for _, p := range []desk.PersonID{"elif", "max", "lars", "jonas", "petra", "lea", "ada", "jonas"} {
		c.all = append(c.all, c.w.client(p))
	}
	for range steps {
		c.step()
	}
	c.quiet()
	c.compare()
	c.everythingOnce()
}

// step does one random thing.
func (c *chaos) step() {
	me := c.all[c.r.IntN(len(c.all))]
	switch c.r.IntN(20) {
	case 0:
		me.eng.SetPaused(true)
	case 1, 2:
		me.eng.SetPaused(false)
	case 3:
		c.w.network().Cut()
	case 4:
		c.w.network().CutEach(c.limit)
	case 5:
		c.w.network().CutEach(nil)
	case 6:
		cut := func() { c.w.decide.Store(nil); c.w.network().Cut() }
		c.w.decide.Store(&cut)
	case 7:
		if c.r.IntN(3) == 0 {
			c.w.restart()
		}
	case 8:
		me.restart()
	case 9:
		c.rights()
	default:
		c.act(me)
	}
	if c.r.IntN(3) == 0 { // let it work, now longer, now shorter
		want := c.r.IntN(40)
		for range want {
			select {
			case <-c.w.bell:
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
}

func (c *chaos) limit() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return 300 + c.cuts.IntN(30_000)
}

// rights changes what some people may see.
func (c *chaos) rights() {
	desk := runtest.Desk
	if c.r.IntN(2) == 0 {
		desk = strings.Replace(desk, "departments: [hosting, triage]", "departments: [billing]", 1)
	}
	if c.r.IntN(2) == 0 {
		desk = strings.Replace(desk, "{org: bakery, access: read}", "{org: bakery, access: none}", 1)
	}
	c.w.srv.Redeclare(desk)
}

// act queues a random command. Many are refused, and that is part of it.
func (c *chaos) act(me *client) {
	if len(c.ids) == 0 || c.r.IntN(4) == 0 {
		id := desk.TicketID(runtest.UUID())
		text := fmt.Sprintf("opening %d", len(c.said))
		c.said[text] = me.do(id, desk.Open{Subject: text, Text: text, Department: c.dept(), Private: c.r.IntN(4) == 0, Requester: c.requester(me)})
		c.ids = append(c.ids, id)
		return
	}
	id := c.ids[c.r.IntN(len(c.ids))]
	head, _, err := me.view.Ticket(id)
	if err != nil && c.r.IntN(4) != 0 {
		return
	}
	text := fmt.Sprintf("text %d", len(c.said))
	switch c.r.IntN(12) {
	case 0:
		c.said[text] = me.do(id, desk.AddNote{Text: text, Mentions: []desk.PersonID{"petra"}})
	case 1:
		me.do(id, desk.SetStatus{From: head.Status, To: desk.InProgress})
	case 2:
		me.do(id, desk.Assign{From: head.Assignee, To: []desk.PersonID{"", "jonas", "petra", "lea"}[c.r.IntN(4)]})
	case 3:
		me.do(id, desk.Refer{From: head.Department, To: c.dept(), Reason: "not ours"})
	case 4:
		me.do(id, desk.SetPriority{From: head.Priority, To: desk.PriorityHigh})
	case 5:
		me.do(id, desk.SetCCs{Add: []desk.PersonID{"nina", "max"}[c.r.IntN(2):][:1]})
	case 6:
		me.do(id, desk.SetCCs{Remove: []desk.PersonID{"max"}})
	case 7:
		me.do(id, desk.CloseTicket{Reason: "worked", Resolution: "done"})
	case 8:
		me.do(id, desk.Reopen{Reason: "again"})
	case 9:
		me.do(id, desk.MarkRead{Seq: head.LastSeq})
	default:
		c.said[text] = me.do(id, desk.Reply{Text: text})
	}
}

func (c *chaos) dept() desk.DeptID {
	return []desk.DeptID{"triage", "hosting", "billing"}[c.r.IntN(3)]
}

func (c *chaos) requester(me *client) desk.PersonID {
	switch me.person {
	case "elif", "max", "lars":
		return ""
	}
	return []desk.PersonID{"elif", "max", "lars"}[c.r.IntN(3)]
}

// quiet ends every fault and waits until nothing moves.
func (c *chaos) quiet() {
	c.w.t.Helper()
	c.w.decide.Store(nil)
	c.w.network().CutEach(nil)
	c.w.network().Cut()
	for _, x := range c.all {
		x.eng.SetPaused(false)
		x.eng.Kick()
	}
	c.w.until("peace", func() bool {
		for _, x := range c.all {
			if !x.current() {
				return false
			}
		}
		return true
	})
}

// compare holds each client against a new one of the same person, and one with
// a store of another making.
func (c *chaos) compare() {
	c.w.t.Helper()
	for i, x := range c.all {
		fresh := c.w.sign(x.person, i%2 == 1)
		c.w.until("the fresh client is current", fresh.current)
		got, want := x.dump(c.ids), fresh.dump(c.ids)
		if slices.Equal(got, want) {
			continue
		}
		c.w.t.Errorf("client %d (%s) differs from a fresh one:", i, x.person)
		for _, l := range got {
			if !slices.Contains(want, l) {
				c.w.t.Logf("  only the old one: %.300s", l)
			}
		}
		for _, l := range want {
			if !slices.Contains(got, l) {
				c.w.t.Logf("  only the fresh one: %.300s", l)
			}
		}
	}
}

// everythingOnce looks for every text in the administrator's view.
func (c *chaos) everythingOnce() {
	c.w.t.Helper()
	var ada *client
	states := map[desk.CommandID]outbox.State{}
	for _, x := range c.all {
		if x.person == "ada" {
			ada = x
		}
		for _, it := range x.out.Items() {
			states[it.ID] = it.State
		}
	}
	count := map[string]int{}
	for _, id := range c.ids {
		for _, text := range ada.texts(id) {
			count[text]++
		}
	}
	confirmed := 0
	for text, id := range c.said {
		switch st := states[id]; {
		case st == outbox.Confirmed && count[text] == 1:
			confirmed++
		case st.NeedsPerson() && count[text] == 0:
		default:
			c.w.t.Errorf("%q is %s and there %d times", text, st, count[text])
		}
	}
	c.w.t.Logf("%d texts, %d confirmed, %d tickets", len(c.said), confirmed, len(c.ids))
	if confirmed == 0 {
		c.w.t.Error("nothing was confirmed: the test tests nothing")
	}
}
