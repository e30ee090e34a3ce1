package flow_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/app/desk/flow"
)

// called notes a call as the server does: under the code of ticket a, or
// another.
func (w *world) called(words []string) error {
	n := desk.NotedCall{ID: desk.CommandID(fmt.Sprintf("call%d", len(w.calls)+1)), Code: desk.TicketID(uuidT).Reference()}
	want := ""
	for i, x := range words[1:] {
		k, v, _ := strings.Cut(x, "=")
		switch k {
		case "code":
			n.Code = v
		case "name":
			n.Talk.WithName = v
		case "with":
			n.Talk.With = desk.PersonID(v)
		case "began":
			at, err := moment(v)
			if err != nil {
				return err
			}
			n.Talk.Started = at
		case "text":
			n.Text = v
		case "note":
			n.Note = v
		case "->":
			want = words[i+2]
		}
	}
	n, err := flow.NoteCall(n, w.actor(desk.PersonID(words[0])), w.place, w.now)
	got := ""
	if err != nil {
		got = string(desk.AsError(err).Code)
	}
	if got != want {
		return fmt.Errorf("got %v", err)
	}
	if err == nil {
		w.calls = append(w.calls, n)
	}
	return nil
}

// joins puts what fits on the ticket that is there.
func (w *world) joins() error {
	for _, n := range w.calls {
		if !flow.Joins(n, w.t, w.now) {
			continue
		}
		ch := flow.JoinCalls(desk.State{Ticket: w.t, Tail: w.entries, Place: w.place}, []desk.NotedCall{n}, w.now)
		if len(ch.Calls) != 1 || ch.Calls[0] != n.ID {
			return errors.New("BROKEN: it waits still")
		}
		w.t, w.entries = &ch.Ticket, append(w.entries, ch.Entries...)
	}
	return nil
}

// TestKnows: who noted a call, their colleagues and admins know of it.
func TestKnows(t *testing.T) {
	w := newWorld()
	n := desk.NotedCall{By: "ed"}
	for p, want := range map[desk.PersonID]bool{"ed": true, "eve": true, "lea": true, "ada": true, "otto": false, "cat": false, "rita": false, "nobody": false} {
		if got := flow.Knows(w.actor(p), n, w.place); got != want {
			t.Errorf("%s knows: %t", p, got)
		}
	}
}
