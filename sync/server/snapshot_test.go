package server_test

import (
	"fmt"
	"slices"
	"testing"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// TestAConversationIsSentOnce: what lies in a person's own lane and in that of
// their department or firm goes out whole with the first and as a head with the
// other, once all of the first went out on the same connection.
func TestAConversationIsSentOnce(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif, jonas := s.Connect("elif"), s.Connect("jonas")
	both, other := elif.Open("first", "hosting", "bakery"), elif.Open("second", "hosting", "bakery")
	jonas.Must(both, 1, desk.Reply{Text: "taken"})
	told := func(c *runtest.Client, lane desk.LaneID) string {
		t.Helper()
		out := []string{}
		for _, it := range c.Pull(lane) {
			name := map[desk.TicketID]string{both: "both", other: "other"}[it.Ticket]
			if len(it.Head) == 0 || it.Version == 0 {
				t.Errorf("%s: %s without a head", lane, name)
			}
			out = append(out, fmt.Sprintf("%s %v", name, len(it.Entries) > 0 && it.FromSeq == 1))
		}
		slices.Sort(out)
		return fmt.Sprint(out)
	}
	want := func(c *runtest.Client, lane desk.LaneID, want string) {
		t.Helper()
		if got := told(c, lane); got != want {
			t.Errorf("%s of %s: got %s, want %s", lane, c.Person, got, want)
		}
	}
	c := s.Client("jonas")
	c.Hello()
	want(c, "s/dept/hosting", "[both true other true]")
	want(c, "s/user/jonas", "[both true]")
	want(c, "s/dept/hosting", "[both false other true]")
	want(c, "s/user/jonas", "[both true]")
	c.Hello() // another connection: what the client kept of the one before is not known
	want(c, "s/dept/hosting", "[both true other true]")
	d := s.Client("elif")
	d.Hello()
	want(d, "c/user/elif", "[both true other true]")
	want(d, "c/org/bakery", "[both false other false]")
}
