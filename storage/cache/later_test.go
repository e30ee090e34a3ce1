package cache

import (
	"slices"
	"strings"
	"testing"

	"docket/app/desk"
)

// theirs is an item of a ticket as somebody has it who reads from begins on.
func theirs(kind desk.ItemKind, t desk.Ticket, begins, from uint64) desk.Item {
	if t.Begins = begins; begins <= 1 {
		t.Begins = 0
	}
	return item(kind, t, max(from, begins))
}

func said(t *testing.T, c *Cache, id desk.TicketID) string {
	t.Helper()
	entries, err := c.EntriesAfter(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, string(rune('0'+e.Seq)))
	}
	return strings.Join(out, " ")
}

// Who came into copy later has the conversation from there (BEHAVIOURS 2.14).
// When they may read less or more of it, what is here follows, although the
// ticket itself did not change.
func TestBeginsLater(t *testing.T) {
	c := fresh(t)
	begin(t, c)
	x := ticket(1)
	x.LastSeq = 5
	load(t, c, laneMail, theirs(desk.ItemEnter, x, 3, 1))
	if got := said(t, c, x.ID); got != "3 4 5" {
		t.Fatalf("has %q", got)
	}
	if old, err := c.Entries(x.ID, 3, 10); err != nil || len(old) > 0 {
		t.Fatalf("before it: %v %v", old, err)
	}
	x.Version, x.LastSeq = 2, 6
	apply(t, c, laneMail, theirs(desk.ItemDelta, x, 3, 6))
	if got := said(t, c, x.ID); got != "3 4 5 6" {
		t.Fatalf("has %q", got)
	}
	if a := apply(t, c, laneMail, theirs(desk.ItemEnter, x, 1, 1)); len(a.Missing) > 0 || len(a.Files) > 0 {
		t.Errorf("is let read all of it: %+v", a)
	}
	if got := said(t, c, x.ID); got != "1 2 3 4 5 6" {
		t.Fatalf("has %q", got)
	}
	apply(t, c, laneMail, theirs(desk.ItemEnter, x, 5, 1))
	if got := said(t, c, x.ID); got != "5 6" {
		t.Fatalf("still has %q", got)
	}
	if head, _, err := c.Ticket(x.ID); err != nil || head.Begins != 5 {
		t.Errorf("the head begins at %d (%v)", head.Begins, err)
	}
	verify(t, c, map[desk.TicketID]desk.Ticket{x.ID: func() desk.Ticket { x.Begins = 5; return x }()}, nil)

	// A page that tells the head alone, as beside a lane that was just sent: the
	// rest is fetched.
	it := theirs(desk.ItemEnter, x, 1, x.LastSeq+1)
	it.Entries = nil
	if a := apply(t, c, laneMail, it); !slices.Equal(a.Missing, []desk.TicketID{x.ID}) {
		t.Errorf("asks for %v", a.Missing)
	}
	if _, err := c.PutWhole([]desk.Item{theirs(desk.ItemEnter, x, 1, 1)}); err != nil {
		t.Fatal(err)
	}
	if got := said(t, c, x.ID); got != "1 2 3 4 5 6" {
		t.Fatalf("has %q", got)
	}
}

// The files of what went are not theirs any more, either.
func TestFilesOfBefore(t *testing.T) {
	c := fresh(t)
	begin(t, c)
	x := ticket(1)
	x.LastSeq = 2
	it := theirs(desk.ItemEnter, x, 1, 1)
	first := entry(x.ID, 1, "Look")
	first.Files = []desk.Attachment{{Name: "secret.txt", Hash: "h1"}}
	it.Entries[0] = encode(first)
	load(t, c, laneMail, it)
	a := apply(t, c, laneMail, theirs(desk.ItemEnter, x, 2, 2))
	if !slices.Equal(a.Files, []desk.BlobHash{"h1"}) {
		t.Errorf("the files %v went", a.Files)
	}
}
