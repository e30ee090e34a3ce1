package server_test

import (
	"crypto/rand"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

func TestEachSeesTheOther(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif, jonas := s.Connect("elif"), s.Connect("jonas")
	id := elif.Open("the mail is down", "hosting", "bakery")
	if it := jonas.Has("the mail is down"); it.Kind != desk.ItemEnter || it.Ticket != id {
		t.Errorf("jonas got %s of %s", it.Kind, it.Ticket)
	}
	elif.Has("the mail is down")
	jonas.Must(id, s.Ticket(id).LastSeq, desk.Reply{Text: "we are on it"})
	if it := elif.Has("we are on it"); it.Kind != desk.ItemDelta {
		t.Errorf("elif got %s", it.Kind)
	}
	if n := s.Ticket(id).Number; n == 0 {
		t.Error("the ticket has no number")
	}
}

// TestExactlyOnce sends the same command again: on the same socket, on a new
// one, and to a server that was started anew. It happens once, and every answer
// is the same.
func TestExactlyOnce(t *testing.T) {
	s := runtest.NewServer(t, "")
	c := s.Connect("elif")
	id := c.Open("first", "hosting", "")
	cmd := c.Command(id, 1, desk.Reply{Text: "once only"})
	first := c.Push(cmd).Receipts[0]
	if first.Outcome != desk.OK || first.Hash != wire.Hash(cmd.Body) || first.Seq == 0 || first.Number == 0 || first.At.IsZero() {
		t.Fatalf("got %+v %v", first, first.Error)
	}
	check := func(what string, r desk.Receipt) {
		t.Helper()
		a, _ := wire.Marshal(first)
		b, _ := wire.Marshal(r)
		if string(a) != string(b) {
			t.Errorf("%s: got %+v, want %+v", what, r, first)
		}
	}
	check("same socket", c.Push(cmd).Receipts[0])
	c.Close()
	w := c.Hello()
	if w.LastDSeq != 2 || len(w.Receipts) != 2 {
		t.Fatalf("welcome: last %d, %d receipts", w.LastDSeq, len(w.Receipts))
	}
	check("welcome", w.Receipts[1])
	check("new socket", c.Push(cmd).Receipts[0])
	s.Restart()
	if w := c.Hello(); w.LastDSeq != 2 {
		t.Errorf("after a restart the last number is %d", w.LastDSeq)
	}
	check("after a restart", c.Push(cmd).Receipts[0])
	n := 0
	for _, e := range s.Entries(id) {
		if e.Text == "once only" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the reply is there %d times", n)
	}
}

// TestSameCommandUnderAnotherName is what happens when a device learns that it
// is a copy, takes a new name and sends again.
func TestSameCommandUnderAnotherName(t *testing.T) {
	s := runtest.NewServer(t, "")
	old, renamed, other := s.Connect("elif"), s.Connect("elif"), s.Connect("lars")
	id := old.Open("first", "hosting", "")
	cmd := old.Command(id, 1, desk.Reply{Text: "once only"})
	first := old.Push(cmd).Receipts[0]
	cmd.DSeq = 1
	again := renamed.Push(cmd).Receipts[0]
	if again.Outcome != desk.OK || again.Seq != first.Seq || again.DSeq != 1 {
		t.Errorf("got %+v, want what %+v says", again, first)
	}
	if n := len(s.Entries(id)); n != 2 {
		t.Errorf("%d entries, want 2", n)
	}
	// Somebody else who knows the id learns nothing and does nothing.
	if r := other.Push(cmd).Receipts[0]; r.Outcome != desk.Refused || r.Seq != 0 || r.Number != 0 {
		t.Errorf("lars got %+v", r)
	}
}

func TestGap(t *testing.T) {
	s := runtest.NewServer(t, "")
	c := s.Connect("elif")
	id := c.Open("first", "hosting", "")
	cmd := c.Command(id, 1, desk.Reply{Text: "too early"})
	cmd.DSeq = 7
	if r := c.Push(cmd); r.Gap != 2 || len(r.Receipts) != 0 {
		t.Errorf("got %+v, want the gap at 2", r)
	}
	cmd.DSeq = 2
	if r := c.Push(cmd); r.Gap != 0 || r.Receipts[0].Outcome != desk.OK {
		t.Errorf("got %+v", r)
	}
}

func TestForked(t *testing.T) {
	s := runtest.NewServer(t, "")
	c := s.Connect("elif")
	id := c.Open("first", "hosting", "")
	other := c.Command(id, 1, desk.Reply{Text: "of the copy"})
	other.DSeq = 1
	r := c.Push(other).Receipts[0]
	if r.Outcome != desk.Refused || r.Error == nil || r.Error.Code != desk.CodeForked {
		t.Errorf("got %+v %v", r, r.Error)
	}
	if n := len(s.Entries(id)); n != 1 {
		t.Errorf("%d entries, want 1", n)
	}
}

func TestHeldAndConflict(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif, jonas, lea := s.Connect("elif"), s.Connect("jonas"), s.Connect("lea")
	id := elif.Open("first", "hosting", "")
	basis := s.Ticket(id).LastSeq
	lea.Must(id, basis, desk.AddNote{Text: "an internal word"})
	elif.Must(id, 1, desk.Reply{Text: "and another thing"})

	r := jonas.Do(id, basis, desk.Reply{Text: "all is well"})
	if r.Outcome != desk.Held || r.Error.Code != desk.CodeHeld || len(r.Newer) != 1 {
		t.Fatalf("got %s with %d newer: %v", r.Outcome, len(r.Newer), r.Error)
	}
	var newer desk.Entry
	if err := wire.Unmarshal(r.Newer[0], &newer); err != nil || newer.Text != "and another thing" {
		t.Errorf("newer is %+v, %v", newer, err)
	}
	if again := jonas.Hello(); len(again.Receipts) != 1 || again.Receipts[0].Outcome != desk.Held || len(again.Receipts[0].Newer) != 1 {
		t.Errorf("the held receipt is not kept: %+v", again.Receipts)
	}
	jonas.Must(id, s.Ticket(id).LastSeq, desk.Reply{Text: "now I have read it"})

	// A held reply of a customer shows them the customer's form only.
	lea.Must(id, s.Ticket(id).LastSeq, desk.AddNote{Text: "secret-note"})
	held := elif.Do(id, 2, desk.Reply{Text: "hello?"})
	if held.Outcome == desk.Held {
		for _, b := range held.Newer {
			var c desk.CustomerEntry
			if err := wire.Unmarshal(b, &c); err != nil || strings.Contains(string(b), "secret-note") || strings.Contains(string(b), "public_seq") {
				t.Errorf("newer is %q", b)
			}
		}
	}

	jonas.Must(id, s.Ticket(id).LastSeq, desk.SetPriority{From: s.Ticket(id).Priority, To: desk.PriorityHigh})
	c := lea.Do(id, s.Ticket(id).LastSeq, desk.SetPriority{From: desk.PriorityNormal, To: desk.PriorityLow})
	if c.Outcome != desk.Conflict || c.Current != string(desk.PriorityHigh) {
		t.Errorf("got %s, current %q: %v", c.Outcome, c.Current, c.Error)
	}
}

// TestBadCommands wants everything that is wrong with a command to be a durable
// receipt, after which the next one has its turn.
func TestBadCommands(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif, lars := s.Connect("elif"), s.Connect("lars")
	id := elif.Open("first", "hosting", "")
	notThere := lars.Do(desk.TicketID(runtest.UUID()), 0, desk.Reply{Text: "x"})
	notTheirs := lars.Do(id, 0, desk.Reply{Text: "x"})
	if notThere.Outcome != desk.Refused || notThere.Error.Code != desk.CodeNotFound || *notThere.Error != *notTheirs.Error {
		t.Errorf("not there: %+v; not theirs: %+v", notThere.Error, notTheirs.Error)
	}
	if r := lars.Do(id, 0, desk.Open{Subject: "x", Text: "over it", Department: "hosting"}); r.Outcome != desk.Refused {
		t.Errorf("opened over a ticket: %+v", r)
	}
	if r := elif.Do(id, 1, desk.AddNote{Text: "x"}); r.Outcome != desk.Refused || r.Error.Code != desk.CodeDenied {
		t.Errorf("a customer's note: %+v", r)
	}
	garbage := make([]byte, 100)
	_, _ = rand.Read(garbage)
	c := elif.Command(id, 1, desk.Reply{Text: "x"})
	c.Body = garbage
	if r := elif.Push(c); len(r.Receipts) != 1 || r.Receipts[0].Outcome != desk.Refused || r.Receipts[0].DSeq != c.DSeq {
		t.Errorf("garbage: %+v", r)
	}
	elif.Must(id, 1, desk.Reply{Text: "and on it goes"})
	if w := elif.Hello(); w.LastDSeq != 4 || len(w.Receipts) != 4 {
		t.Errorf("last %d, %d receipts, want 4 and 4", w.LastDSeq, len(w.Receipts))
	}
}

func TestPanicIsARefusal(t *testing.T) {
	s := runtest.NewServer(t, "", func(c *run.Config) {
		c.Decide = func(st desk.State, cmd desk.Command, a desk.Actor, now time.Time) (desk.Change, error) {
			if r, ok := cmd.Args.(desk.Reply); ok && r.Text == "poison" {
				panic("poison")
			}
			return flow.Decide(st, cmd, a, now)
		}
	})
	c := s.Connect("elif")
	id := c.Open("first", "hosting", "")
	cmds := []wire.PushedCommand{c.Command(id, 1, desk.Reply{Text: "poison"}), c.Command(id, 1, desk.Reply{Text: "after it"})}
	r := c.Push(cmds...)
	if len(r.Receipts) != 2 || r.Receipts[0].Error.Code != desk.CodeInternal || r.Receipts[1].Outcome != desk.OK {
		t.Fatalf("got %+v", r)
	}
	if c.Push(cmds[0]).Receipts[0].Outcome != desk.Refused {
		t.Error("the refusal is not kept")
	}
}

// TestPoisonForTheStore is a command the rules take and the store does not: it
// is refused, and a command of somebody else in the same batch is not.
func TestPoisonForTheStore(t *testing.T) {
	s := runtest.NewServer(t, "", func(c *run.Config) {
		c.Decide = func(st desk.State, cmd desk.Command, a desk.Actor, now time.Time) (desk.Change, error) {
			ch, err := flow.Decide(st, cmd, a, now)
			if r, ok := cmd.Args.(desk.Reply); ok && r.Text == "poison" {
				ch.Ticket.Version += 5
			}
			return ch, err
		}
	})
	c, d := s.Connect("elif"), s.Connect("lars")
	id, other := c.Open("first", "hosting", ""), d.Open("second", "hosting", "")
	c.Send(wire.Push{Commands: []wire.PushedCommand{c.Command(id, 1, desk.Reply{Text: "poison"}), c.Command(id, 1, desk.Reply{Text: "after it"})}})
	d.Must(other, 1, desk.Reply{Text: "not concerned"})
	r := runtest.Next[*wire.Receipts](c)
	if len(r.Receipts) != 2 || r.Receipts[0].Outcome != desk.Refused || r.Receipts[0].Error.Code != desk.CodeInternal || r.Receipts[1].Outcome != desk.OK {
		t.Errorf("got %+v", r)
	}
}

// TestDiskFull lets every write fail for a while. Nothing is confirmed, no
// number is spent, and it goes on by itself afterwards.
func TestDiskFull(t *testing.T) {
	var full atomic.Bool
	s := runtest.NewServer(t, "", func(c *run.Config) {
		c.Faults = func(what string, run func() error) error {
			if what == "update" && full.Load() {
				return &desk.Error{Code: desk.CodeDiskFull, Message: "injected", Err: errors.New("no space left")}
			}
			return run()
		}
	})
	c := s.Connect("elif")
	id := c.Open("first", "hosting", "")
	full.Store(true)
	cmd := c.Command(id, 1, desk.Reply{Text: "kept"})
	r := c.Push(cmd)
	if len(r.Receipts) != 0 || r.Gap != 0 || r.Retry == nil || r.Retry.Code != desk.CodeDiskFull || r.RetryAfter <= 0 || r.Retry.Hint == "" {
		t.Fatalf("got %+v", r)
	}
	c.Quiet() // reading and the socket go on
	if r := signIn(s, "max", runtest.Password); r.StatusCode != http.StatusInsufficientStorage {
		t.Errorf("sign in on a full disk: %d", r.StatusCode)
	}
	full.Store(false)
	if r := c.Push(cmd); len(r.Receipts) != 1 || r.Receipts[0].Outcome != desk.OK || r.Receipts[0].DSeq != 2 {
		t.Errorf("afterwards: %+v", r)
	}
}

func TestVersions(t *testing.T) {
	s := runtest.NewServer(t, "")
	for _, c := range []struct {
		name     string
		min, max int
		device   desk.DeviceID
		want     int
	}{
		{"a client too old", 0, 0, "", wire.CloseBroken},
		{"a client from the future", wire.Version + 1, wire.Version + 3, "", wire.CloseServerOld},
		{"another device's token", 1, 1, desk.DeviceID(runtest.UUID()), wire.CloseSignIn},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := s.Client("elif")
			if err := x.Dial(); err != nil {
				t.Fatal(err)
			}
			if c.device == "" {
				c.device = x.Device
			}
			h := wire.Hello{ProtoMin: c.min, ProtoMax: c.max, Device: c.device, FirstUnsettled: 1}
			if c.min == 0 {
				x.SendRaw(rawHello(x.Device))
			} else {
				x.Send(h)
			}
			if e := x.End(); e.Code != c.want {
				t.Errorf("ended with %v, want %d", e, c.want)
			}
		})
	}
	if _, err := wire.Agree(1, 1, 2, 3); wire.CloseCode(err) != wire.CloseClientOld {
		t.Errorf("an old client is closed with %d", wire.CloseCode(err))
	}
}

// rawHello is a hello no encoder of ours makes: versions below 1.
func rawHello(d desk.DeviceID) []byte {
	body := map[string]any{"proto_min": 0, "proto_max": 0, "app": "x", "device": string(d), "first_unsettled": 0, "last_sent": 0, "settled_up_to": 0}
	b, _ := wire.Marshal([]any{"hello", body})
	return b
}

// TestBrokenFrames wants every broken frame to end its own connection with a
// code that says so, and nothing else.
func TestBrokenFrames(t *testing.T) {
	s := runtest.NewServer(t, "")
	witness := s.Connect("jonas")
	noise := make([]byte, 2000)
	_, _ = rand.Read(noise)
	foreign, _ := wire.EncodeFrame(wire.Pong{})
	hello, _ := wire.EncodeFrame(wire.Hello{ProtoMin: 1, ProtoMax: 1, Device: desk.DeviceID(runtest.UUID()), FirstUnsettled: 1})
	bomb := []byte{0x82, 0x64, 'p', 'u', 's', 'h', 0xa1, 0x68, 'c', 'o', 'm', 'm', 'a', 'n', 'd', 's', 0x9b, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff}
	for _, c := range []struct {
		name string
		b    []byte
		want int
	}{
		{"noise", noise, wire.CloseBroken},
		{"empty", nil, wire.CloseBroken},
		{"a frame of the server's", foreign, wire.CloseBroken},
		{"hello twice", hello, wire.CloseBroken},
		{"four billion commands", bomb, wire.CloseBroken},
		{"too large", make([]byte, wire.MaxClientFrame+1), wire.CloseTooBig},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := s.Connect("elif")
			x.SendRaw(c.b)
			if e := x.End(); e.Code != c.want {
				t.Errorf("ended with %v, want %d", e, c.want)
			}
			witness.Quiet()
		})
	}
	t.Run("before hello", func(t *testing.T) {
		x := s.Client("elif")
		if err := x.Dial(); err != nil {
			t.Fatal(err)
		}
		x.Send(wire.Ping{N: 1})
		if e := x.End(); e.Code != wire.CloseBroken {
			t.Errorf("ended with %v", e)
		}
	})
	t.Run("a frame of the future", func(t *testing.T) {
		x := s.Connect("elif")
		b, _ := wire.Marshal([]any{"dance", map[string]any{"steps": 3}})
		x.SendRaw(b)
		x.Quiet()
	})
}

// TestSlowReader acknowledges nothing: it gets its window and no more, nobody
// else waits for it, and once it acknowledges it has everything.
func TestSlowReader(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif, jonas, slow := s.Connect("elif"), s.Connect("jonas"), s.Connect("lea")
	slow.Manual = true
	const n = 30
	id := elif.Open("first", "hosting", "")
	jonas.Has("first")
	for i := range n {
		elif.Must(id, 100, desk.Reply{Text: "number " + string(rune('A'+i))})
		jonas.Has("number " + string(rune('A'+i)))
	}
	slow.Quiet()
	if got := len(runtest.Peek[*wire.Batch](slow)); got != 8 {
		t.Errorf("%d batches without an acknowledgement, want 8", got)
	}
	slow.Manual = false
	slow.Has("number " + string(rune('A'+n-1)))
}

func TestDrain(t *testing.T) {
	s := runtest.NewServer(t, "")
	c := s.Connect("elif")
	id := c.Open("first", "hosting", "")
	cmd := c.Command(id, 1, desk.Reply{Text: "on its way"})
	c.Send(wire.Push{Commands: []wire.PushedCommand{cmd}})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	e := c.End()
	if e.Code != wire.CloseRestart {
		t.Errorf("ended with %v", e)
	}
	if after, _ := wire.ParseCloseReason(e.Text); after <= 0 {
		t.Errorf("no word when to come back: %q", e.Text)
	}
	s.Start()
	c.Hello()
	if r := c.Push(cmd); r.Receipts[0].Outcome != desk.OK {
		t.Errorf("got %+v", r)
	}
	if n := len(s.Entries(id)); n != 2 {
		t.Errorf("%d entries, want 2", n)
	}
}

func TestSecondSocketOfADevice(t *testing.T) {
	s := runtest.NewServer(t, "")
	c := s.Connect("elif")
	d := s.Client("elif")
	d.Device, d.Token = c.Device, c.Token
	d.Sync()
	if e := c.End(); e.Code != wire.CloseReplaced {
		t.Errorf("the older socket ended with %v", e)
	}
	d.Quiet()
}

func TestPresence(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif, jonas, lea, petra := s.Connect("elif"), s.Connect("jonas"), s.Connect("lea"), s.Connect("petra")
	id := elif.Open("first", "hosting", "")
	elif.Send(wire.Look{Ticket: id, Writing: true})
	petra.Send(wire.Look{Ticket: id}) // of another department: it is not there for her
	petra.Quiet()
	jonas.Send(wire.Look{Ticket: id})
	lea.Send(wire.Look{Ticket: id, Writing: true})
	for {
		p := runtest.Next[*wire.Presence](jonas)
		if len(p.People) == 2 {
			if p.Ticket != id || p.People[0].Person != "jonas" || p.People[1] != (wire.Present{Person: "lea", Writing: true}) {
				t.Errorf("got %+v", p)
			}
			break
		}
	}
	lea.Close()
	for {
		if p := runtest.Next[*wire.Presence](jonas); len(p.People) == 1 {
			break
		}
	}
	for _, c := range []*runtest.Client{elif, petra} {
		c.Quiet()
		if got := runtest.Peek[*wire.Presence](c); len(got) > 0 {
			t.Errorf("%s was told %+v", c.Person, got[0])
		}
	}
}

// TestPresenceStaysWithTheTicket passes a ticket on while somebody looks at
// it: who looks at it afterwards is nothing for the department that had it.
func TestPresenceStaysWithTheTicket(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif, jonas, petra := s.Connect("elif"), s.Connect("jonas"), s.Connect("petra")
	id := elif.Open("first", "hosting", "")
	jonas.Send(wire.Look{Ticket: id})
	runtest.Next[*wire.Presence](jonas)
	jonas.Must(id, s.Ticket(id).LastSeq, desk.Refer{From: "hosting", To: "billing", Reason: "theirs"})
	petra.Send(wire.Look{Ticket: id})
	if p := runtest.Next[*wire.Presence](petra); len(p.People) != 1 || p.People[0].Person != "petra" {
		t.Errorf("got %+v", p)
	}
	jonas.Quiet()
	if got := runtest.Peek[*wire.Presence](jonas); len(got) > 0 {
		t.Errorf("jonas was told %+v", got[0])
	}
}

// TestWhoIsBriefIsToldWhatIsNew comes back with nothing missed, then with a
// reply missed: only that lane says where it ends.
func TestWhoIsBriefIsToldWhatIsNew(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif := s.Connect("elif")
	id := elif.Open("first", "hosting", "")
	jonas := s.Current("jonas")
	back := func() *wire.Welcome {
		t.Helper()
		if err := jonas.Dial(); err != nil {
			t.Fatal(err)
		}
		h := wire.Hello{ProtoMin: wire.Oldest, ProtoMax: wire.Version, App: "test", Device: jonas.Device, FirstUnsettled: 1, Brief: true}
		for _, cur := range jonas.Cursors {
			h.Lanes = append(h.Lanes, cur)
		}
		jonas.Send(h)
		return runtest.Next[*wire.Welcome](jonas)
	}
	w := back()
	for _, l := range w.Lanes {
		if l.State != "" || l.Head != 0 {
			t.Errorf("nothing was missed, and %s is said to be %q to %d", l.Lane, l.State, l.Head)
		}
	}
	if b, err := wire.EncodeFrame(w); err != nil || len(b) > 360 || len(w.Lanes) != 5 || w.Actor.Device != "" {
		t.Errorf("a welcome of %d bytes with %d lanes and device %q, %v", len(b), len(w.Lanes), w.Actor.Device, err)
	}
	jonas.Close()
	elif.Must(id, 1, desk.Reply{Text: "more"})
	for _, l := range back().Lanes {
		if missed := l.Lane == "s/dept/hosting"; missed != (l.Head != 0) || l.State != "" {
			t.Errorf("%s is said to be %q to %d", l.Lane, l.State, l.Head)
		}
	}
}
