package cache

import (
	"errors"
	"slices"
	"testing"

	"docket/app/desk"
)

// What a list shows comes back as it was, and a piece of it is damage.
func TestBrief(t *testing.T) {
	for i := range 50 {
		want := ticket(i)
		want.Private, want.Files, want.DueKind = i%2 == 0, i%3 == 0, "answer"
		want.Due, want.DueSince, want.HoldUntil = want.Updated.Add(1), want.Updated, want.Updated.Add(-1)
		tagged := want
		tagged.Tags = []string{"dns", "приветствие"}
		if got, _, err := debrief(brief(&tagged, false)); err != nil || !slices.Equal(got.Tags, tagged.Tags) {
			t.Fatalf("tags: got %v, %v", got.Tags, err)
		}
		b := brief(&want, i%5 == 0)
		got, unread, err := debrief(b)
		want.LastBy, want.LastText, want.PublicUpdated = "", "", got.PublicUpdated
		want.People = []desk.Named{{ID: "carl", Name: "Carl Customer"}}
		if want.Assignee == "anna" {
			want.People = append(want.People, desk.Named{ID: "anna", Name: "Anna"})
		}
		wantEqual(t, "brief", say(got, unread, err), say(want, i%5 == 0, nil))
		for cut := range b {
			if _, _, err := debrief(b[:cut]); !errors.Is(err, errMismatch) {
				t.Fatalf("%d of %d bytes: got %v", cut, len(b), err)
			}
		}
		if _, _, err := debrief(append(b, 0)); !errors.Is(err, errMismatch) {
			t.Fatalf("a byte more: got %v", err)
		}
	}
}
