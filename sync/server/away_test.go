package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

// TestAwayIsTheTeams: who is away is told to the team at once and to no
// customer, not by a byte; nothing is given to them, and a new declaration of
// the desk forgets nothing of it (BEHAVIOURS 4.11).
func TestAwayIsTheTeams(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif, jonas, lea := s.Connect("elif"), s.Connect("jonas"), s.Connect("lea")
	elif.Open("The shop is slow", "hosting", "")
	jonas.Has("The shop is slow")
	lea.Has("The shop is slow")
	elif.Quiet()
	before := elif.Raw()
	put := func(c *runtest.Client, f wire.SetAway) string {
		b, _ := json.Marshal(f)
		r := s.Request("PUT", wire.PathPeople+"/jonas/away", c.Token, string(b))
		return fmt.Sprint(r.StatusCode, body(t, r))
	}
	until := time.Now().Add(50 * time.Hour)
	if got := put(jonas, wire.SetAway{Until: until}); !strings.HasPrefix(got, "400") && !strings.HasPrefix(got, "422") {
		t.Errorf("away without anybody who stands in: %s", got)
	}
	if got := put(jonas, wire.SetAway{Until: until, Substitute: "ada"}); !strings.HasPrefix(got, "204") {
		t.Fatalf("away: %s", got)
	}
	lea.Until("that jonas is away", func(it desk.Item) bool {
		return it.Ref != nil && it.Ref.ID == "jonas" && strings.Contains(string(it.Ref.Body), "substitute")
	})
	elif.Quiet()
	if after := strings.ReplaceAll(elif.Raw()[len(before):], "pong", ""); strings.Contains(after, "jonas") || strings.Contains(after, "ada") {
		t.Errorf("a customer was sent %q", after)
	}
	b, _ := json.Marshal(wire.Take{ID: desk.CommandID(runtest.UUID())})
	if r := s.Request("POST", wire.PathTake, jonas.Token, string(b)); r.StatusCode/100 == 2 {
		t.Error("who is away was given a ticket")
	}
	s.Redeclare(strings.Replace(runtest.Desk, "Jonas Vos, email", "Jonas Vos, title: Engineer, email", 1))
	if r := s.Request("POST", wire.PathTake, jonas.Token, string(b)); r.StatusCode/100 == 2 {
		t.Error("declaring the desk anew brought him back")
	}
	if got := put(lea, wire.SetAway{}); !strings.HasPrefix(got, "204") { // lea leads his department
		t.Fatalf("back: %s", got)
	}
	if r := s.Request("POST", wire.PathTake, jonas.Token, string(b)); r.StatusCode/100 != 2 {
		t.Errorf("who is back was given nothing: %d %s", r.StatusCode, body(t, r))
	}
}
