package server_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

func (s *callers) note(c *runtest.Client, n desk.NotedCall) string {
	s.t.Helper()
	p := c.Command(desk.TicketID(n.ID), 0, desk.NoteCall{Code: n.Code, Talk: n.Talk, Text: n.Text, Note: n.Note})
	cmd, err := wire.DecodeCommand(p.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	cmd.ID = n.ID
	if p.Body, err = wire.EncodeCommand(cmd); err != nil {
		s.t.Fatal(err)
	}
	r := c.Push(p).Receipts[0]
	if r.Seq != 0 || r.Number != 0 || r.Ticket != desk.TicketID(n.ID) {
		s.t.Errorf("the receipt tells of a ticket: %+v", r)
	}
	return string(r.Outcome)
}

func (s *callers) put(c *runtest.Client, id desk.CommandID, on desk.TicketID) string {
	b, _ := json.Marshal(wire.PutCall{Ticket: on})
	r := s.Request("PUT", wire.PathCalls+"/"+string(id), c.Token, string(b))
	return fmt.Sprint(r.StatusCode, body(s.t, r))
}

type callers struct {
	*runtest.Server
	t *testing.T
}

// aCall is one under a code, of somebody the desk does not know.
func aCall(code string) desk.NotedCall {
	return desk.NotedCall{
		ID: desk.CommandID(runtest.UUID()), Code: code, Text: "canary-said", Note: "canary-inner",
		Talk: desk.Talk{WithName: "Elif", Started: time.Now().Add(-time.Minute)},
	}
}

// TestACallBeforeItsTicket: a call noted under a code waits, its author's
// colleagues know of it and nobody else does, and it joins the ticket when that
// arrives; who asked reads it there (BEHAVIOURS N4).
func TestACallBeforeItsTicket(t *testing.T) {
	s := &callers{runtest.NewServer(t, ""), t}
	elif, jonas, lea, petra := s.Connect("elif"), s.Connect("jonas"), s.Connect("lea"), s.Connect("petra")
	ticket := desk.TicketID(runtest.UUID())
	n := aCall(strings.ToLower(ticket.Reference()))
	if got := s.note(elif, aCall(n.Code)); got != "refused" {
		t.Errorf("a customer notes a call: %s", got)
	}
	for range 2 { // the answer may be lost, and it is asked again
		if got := s.note(jonas, n); got != "ok" {
			t.Fatalf("noted: %s", got)
		}
	}
	waits := func(it desk.Item) bool {
		return it.Kind == desk.ItemRef && it.Ref.Kind == desk.RefCall && it.Ref.ID == string(n.ID)
	}
	jonas.Until("the call waits", waits)
	lea.Until("the call waits", waits) // she works for hosting, too
	elif.Quiet()
	petra.Quiet()
	for _, c := range []*runtest.Client{elif, petra} {
		if strings.Contains(c.Raw(), "canary") {
			t.Errorf("%s was told of it", c.Person)
		}
	}
	if got := s.put(petra, n.ID, ""); !strings.HasPrefix(got, "404") {
		t.Errorf("petra drops it: %s", got)
	}

	elif.Must(ticket, 0, desk.Open{Subject: "No internet", Text: "Nothing works", Department: "hosting"})
	elif.Has("canary-said")
	if strings.Contains(elif.Raw(), "canary-inner") {
		t.Error("the customer was sent the note")
	}
	lea.Has("canary-inner")
	lea.Until("it waits no more", func(it desk.Item) bool { return it.Kind == desk.ItemUnref && it.Ref.ID == string(n.ID) })
	kinds := func(id desk.TicketID) (out []desk.Kind) {
		for _, e := range s.Entries(id) {
			out = append(out, e.Kind)
		}
		return out
	}
	if got := kinds(ticket); !slices.Equal(got, []desk.Kind{desk.Opened, desk.Call, desk.Note}) {
		t.Errorf("entries %v", got)
	}
	if e := s.Entries(ticket)[1]; e.Author != "jonas" || e.Talk.WithName != "Elif" {
		t.Errorf("the call: %+v", e)
	}
	if got := s.put(jonas, n.ID, ticket); !strings.HasPrefix(got, "409") {
		t.Errorf("put on it once more: %s", got)
	}
	// Asked again after it joined, and another for what is there already.
	if got := s.note(jonas, n); got != "ok" || len(kinds(ticket)) != 3 {
		t.Errorf("again: %s, %v", got, kinds(ticket))
	}
	if got := s.note(petra, aCall(ticket.Reference())); got != "ok" || kinds(ticket)[3] != desk.Call {
		t.Errorf("at once: %s, %v", got, kinds(ticket))
	}
	if a, b := s.note(petra, aCall(ticket.Reference())), s.note(petra, aCall("22-222")); a != b {
		t.Errorf("whether a ticket is there is told: %s and %s", a, b)
	}
}

// TestACallThatWaitsIsPut puts a call on a ticket by hand, where its author's
// colleague may log one, and drops another.
func TestACallThatWaitsIsPut(t *testing.T) {
	s := &callers{runtest.NewServer(t, ""), t}
	elif, jonas, lea := s.Connect("elif"), s.Connect("jonas"), s.Connect("lea")
	billing, hosting := elif.Open("an invoice", "billing", ""), elif.Open("a disk", "hosting", "")
	one, two := aCall("22-222"), aCall("22-223")
	for _, n := range []desk.NotedCall{one, two} {
		if got := s.note(jonas, n); got != "ok" {
			t.Fatalf("noted: %s", got)
		}
	}
	if got := s.put(lea, one.ID, billing); strings.HasPrefix(got, "2") {
		t.Errorf("on a ticket of another department: %s", got)
	}
	if got := s.put(lea, one.ID, hosting); !strings.HasPrefix(got, "204") {
		t.Errorf("put: %s", got)
	}
	if e := s.Entries(hosting); e[1].Kind != desk.Call || e[1].Author != "jonas" {
		t.Errorf("entries %+v", e[1])
	}
	if got := s.put(jonas, two.ID, ""); !strings.HasPrefix(got, "204") {
		t.Errorf("dropped: %s", got)
	}
	if got := s.put(jonas, two.ID, hosting); !strings.HasPrefix(got, "409") {
		t.Errorf("put what was dropped: %s", got)
	}
}
