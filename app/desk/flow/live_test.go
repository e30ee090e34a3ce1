package flow_test

import (
	"fmt"
	"strings"
	"testing"

	"docket/app/desk"
)

// A long chat is kept in parts while it goes on, so that the head stays small;
// every line is in exactly one of them, in order.
func TestALongChatIsKeptInParts(t *testing.T) {
	w := newWorld()
	give := func(who desk.PersonID, args desk.Args) {
		t.Helper()
		if _, err := w.give(who, w.last(w.actor(who)), w.now, args); err != nil {
			t.Fatal(err)
		}
	}
	give("rita", desk.Open{Subject: "Odd", Department: "billing"})
	var want []string
	for i := range 450 {
		who, text := desk.PersonID("rita"), fmt.Sprintf("line %d %s", i, strings.Repeat("x", 10*(i%50)))
		if i%3 == 1 {
			who = "ada"
		}
		give(who, desk.Say{Chat: "k1", Text: text, Begin: i == 0})
		want = append(want, text)
		if n := len(mustJSON(w.t.Live)); n > 80_000 {
			t.Fatalf("after %d lines the chat in the head has %d bytes", i, n)
		}
	}
	give("ada", desk.EndChat{Chat: "k1"})
	var got []string
	parts := 0
	for _, e := range w.entries {
		if e.Kind != desk.Chat {
			continue
		}
		parts++
		for l := range strings.SplitSeq(e.Text, "\n") {
			if _, said, ok := strings.Cut(l, ": "); ok {
				got = append(got, said)
			}
		}
	}
	if parts < 3 || strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%d lines in %d parts, want %d", len(got), parts, len(want))
	}
}
