package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

// Who takes chats says so with the connection, and is not there any more with
// its end; what a customer says in between is ignored.
func TestWhoTakesChats(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif, jonas := s.Connect("elif"), s.Connect("jonas")
	there := func(c *runtest.Client) []desk.DeptID {
		t.Helper()
		r := s.Request(http.MethodGet, wire.PathChats, c.Token, "")
		if r.StatusCode != http.StatusOK {
			t.Fatalf("status %d", r.StatusCode)
		}
		return decode[wire.Chats](t, r).Departments
	}
	elif.Send(wire.Look{Chats: true})
	elif.Quiet()
	if got := there(elif); len(got) > 0 {
		t.Fatalf("a customer takes chats for %v", got)
	}
	jonas.Send(wire.Look{Chats: true})
	jonas.Quiet()
	if got := there(elif); !slices.Contains(got, "hosting") {
		t.Fatalf("got %v", got)
	}
	jonas.Send(wire.Look{})
	jonas.Quiet()
	if got := there(elif); len(got) > 0 {
		t.Fatalf("who said no is still there: %v", got)
	}
	jonas.Send(wire.Look{Chats: true})
	jonas.Quiet()
	jonas.Close()
	for len(there(elif)) > 0 { // the server hears of the end a moment later
		elif.Quiet()
	}
}

// A line is safe at the server and with the other side at once; when either
// side is gone the server has it all, and the end is one entry.
func TestAChat(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif, jonas := s.Connect("elif"), s.Connect("jonas")
	id := elif.Open("odd", "hosting", "")
	say := func(c *runtest.Client, args desk.Args) {
		t.Helper()
		seq := s.Ticket(id).LastSeq
		if c == elif {
			seq = s.Ticket(id).PublicSeq
		}
		c.Must(id, seq, args)
	}
	say(elif, desk.Say{Chat: "k1", Text: "Are you there?", Begin: true})
	jonas.Quiet()
	say(jonas, desk.JoinChat{Chat: "k1"})
	say(jonas, desk.AddNote{Text: "CANARY she owes us"})
	elif.Close()
	say(jonas, desk.Say{Chat: "k1", Text: "I am"})
	back := s.Connect("elif")
	if live := s.Ticket(id).Live; len(live.Lines) != 3 || live.By != "jonas" || live.Lines[2].Text != "I am" {
		t.Fatalf("the server has %+v", live)
	}
	say(jonas, desk.EndChat{Chat: "k1"})
	back.Quiet()
	last := s.Ticket(id)
	if last.Live.ID != "" || !strings.Contains(last.PublicLast, "I am") {
		t.Errorf("after its end: %+v, last %q", last.Live, last.PublicLast)
	}
}
