package cache

import (
	"fmt"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/storage/terms"
)

// with is a ticket whose last entry names text files.
func with(n int, text string, files ...desk.BlobHash) desk.Item {
	it := talk(n, "first", text)
	e := entry(ticketID(n), 2, text)
	for i, h := range files {
		e.Files = append(e.Files, desk.Attachment{Hash: h, Name: fmt.Sprintf("%d.log", i), Size: 100, Type: "text/plain; charset=utf-8"})
	}
	it.Entries[1] = encode(e)
	return it
}

func blob(n int) desk.BlobHash { return desk.BlobHash(fmt.Sprintf("%064x", n)) }

// TestTexts brings the texts of files: they are found at their entry, are there
// again when the index is made anew, and go with their ticket.
func TestTexts(t *testing.T) {
	dir := t.TempDir()
	c, _ := open2(t, dir)
	begin(t, c)
	picture := with(3, "a picture", blob(3))
	load(t, c, laneWeb, with(1, "see the log", blob(1), blob(2)), talk(2, "none"), picture)
	index := func() {
		t.Helper()
		if err := c.Index(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	unread := func() string {
		t.Helper()
		us, err := c.Unread(10)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, u := range us {
			out = append(out, fmt.Sprint(len(u.Files)))
		}
		cov, err := c.Coverage()
		if err != nil || cov.Unread != len(us) {
			t.Errorf("it tells of %d tickets of %d, %v", cov.Unread, len(us), err)
		}
		return strings.Join(out, " ")
	}
	index()
	wantEqual(t, "what is not read", unread(), "1 2")
	for id, texts := range map[desk.TicketID]map[desk.BlobHash]string{
		ticketID(1): {blob(1): "the zebracanary failed\nwith code 17", blob(2): "", blob(9): "not its own"},
		ticketID(3): {blob(3): ""},
	} {
		if here, err := c.PutTexts(id, texts); err != nil || !here {
			t.Fatalf("%t, %v", here, err)
		}
	}
	index()
	wantEqual(t, "what is not read", unread(), "")
	for range 2 {
		wantEqual(t, "a word of a file", numbers(t, c, ask("zebracan", false)), "1/2")
		wantEqual(t, "a phrase of a file", numbers(t, c, ask("failed with code", true)), "1/2")
		wantEqual(t, "not", numbers(t, c, Ask{Op: AskAll, Of: []Ask{ask("see", true), {Op: AskNot, Of: []Ask{ask("zebracanary", true)}}}}), "")
		wantEqual(t, "what it does not name", numbers(t, c, ask("not its own", true)), "")
		if text, err := c.TextOf(ticketID(1), blob(1)); err != nil || !strings.HasPrefix(text, "the zebra") {
			t.Errorf("got %q, %v", text, err)
		}
		// As a program with another version of the index does.
		if _, err := c.update(func(w *writer) error {
			state := c.terms.state
			state.Version = terms.Version - 1
			return w.setTerms(state, nil, nil)
		}); err != nil {
			t.Fatal(err)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		c, _ = open2(t, dir)
		index()
		wantEqual(t, "what is not read", unread(), "")
	}
	apply(t, c, laneWeb, desk.Item{Kind: desk.ItemPurge, Ticket: ticketID(1)})
	if text, err := c.TextOf(ticketID(1), blob(1)); err != nil || text != "" {
		t.Errorf("after it went: %q, %v", text, err)
	}
	wantEqual(t, "after it went", numbers(t, c, ask("zebracan", false)), "")
	index()
	if stored(t, c, "canary") {
		t.Error("its words are stored after Index")
	}
	if here, err := c.PutTexts(ticketID(1), map[desk.BlobHash]string{blob(1): "zebracanary"}); err != nil || here || stored(t, c, "canary") {
		t.Errorf("what comes too late: %t, %v", here, err)
	}
	if size, err := c.TextsSize(); err != nil || size > 200 {
		t.Errorf("%d bytes of texts, %v", size, err)
	}
}
