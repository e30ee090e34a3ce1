package ledger_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"docket/app/desk"
)

// The list of tags is told when one comes into use and when the last ticket
// loses it, to staff and to nobody else, and not with every ticket.
func TestTagsInUse(t *testing.T) {
	stores(t, func(w *world) {
		w.ask(1, "ann", "mail")
		w.ask(2, "ben", "web")
		from, customers := w.head("s/dir"), w.head("c/dir")
		tagged := func(n int, a desk.SetTags) { w.do("eve", ticketID(n), a) }
		said := func() string { return says(w.batch("s/dir", from, "eve", 10).Items) }
		tagged(1, desk.SetTags{Add: []string{"dns", "mail"}})
		if got := said(); got != "ref tag/dns, ref tag/mail" {
			t.Errorf("after the first: %s", got)
		}
		from = w.head("s/dir")
		tagged(2, desk.SetTags{Add: []string{"dns"}})
		tagged(1, desk.SetTags{Remove: []string{"dns"}})
		if got := said(); got != "" {
			t.Errorf("while one has it still: %s", got)
		}
		tagged(2, desk.SetTags{Remove: []string{"dns"}})
		if got := said(); got != "unref tag/dns" {
			t.Errorf("after the last: %s", got)
		}
		if got := w.head("c/dir"); got.Seq != customers.Seq {
			t.Errorf("customers were told of tags: %d after %d", got.Seq, customers.Seq)
		}
		if r, err := w.l.CheckAll(context.Background()); err != nil {
			t.Errorf("%v: %v", err, r.Problems)
		}
	})
}

// A count that is not what the tickets say is found by the check.
func TestTagsThatAreWrong(t *testing.T) {
	for change, want := range map[string]string{
		"DELETE FROM tags":             `the tag "dns" is not counted`,
		"UPDATE tags SET tickets = 40": `the tag "dns" is counted 40 times, and 1 tickets have it`,
	} {
		w := newWorld(t, "sqlite:"+t.TempDir()+"/ledger.db")
		w.ask(1, "ann", "mail")
		w.do("eve", ticketID(1), desk.SetTags{Add: []string{"dns"}})
		if err := w.l.Close(); err != nil {
			t.Fatal(err)
		}
		w.raw(change)
		w.l = w.open(w.dsn)
		r, err := w.l.CheckAll(context.Background())
		if !errors.Is(err, desk.ErrDamaged) || !strings.Contains(strings.Join(r.Problems, "\n"), want) {
			t.Errorf("%s: %v, %v", change, err, r.Problems)
		}
	}
}
