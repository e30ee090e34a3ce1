package app_test

import (
	"encoding/base64"
	"testing"

	"docket/app"
)

// What text files say is found, on a computer that did not send them and offline
// too, at the entry they came with; of what is among the team by the team alone
// (BEHAVIOURS 0.8).
func TestTheTextOfFilesIsFound(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	add := func(d *desktop, name, content string) string {
		t.Helper()
		f, err := d.api.AddFile(name, base64.StdEncoding.EncodeToString([]byte(content)))
		if err != nil {
			t.Fatal(err)
		}
		return f.Hash
	}
	log := add(elif, "till.log", "12:04 start\n12:05 panic: quuxfailure at 0x80070005\n12:06 stop\n")
	if err := elif.api.Reply(o.Ticket, "This is what it says.", []string{log}, elif.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	elif.confirmed(o.Ticket, "This is what it says.")
	until(t, "jonas has it", func() bool { return jonas.has(o.Ticket, "This is what it says.") })
	secret := add(jonas, "among.txt", "the canaryword of the team")
	if err := jonas.api.AddNote(o.Ticket, "For ourselves.", []string{secret}, []string{}); err != nil {
		t.Fatal(err)
	}
	jonas.confirmed(o.Ticket, "For ourselves.")

	search := func(d *desktop, query string) []app.SearchResult {
		t.Helper()
		p, err := d.api.Search(query, 0)
		if err != nil {
			t.Fatal(err)
		}
		noNulls(t, p)
		return p.Results
	}
	until(t, "jonas finds it", func() bool { return len(search(jonas, "quuxfailure")) == 1 })
	until(t, "jonas finds his own", func() bool { return len(search(jonas, "canaryword")) == 1 })
	until(t, "elif finds hers", func() bool { return len(search(elif, `"panic quuxfailure"`)) == 1 })
	jonas.offline()
	for d, query := range map[*desktop]string{jonas: "quuxfail till", elif: "0x80070005 -nonsense"} {
		got := search(d, query)
		if len(got) != 1 || got[0].Row.ID != o.Ticket {
			t.Fatalf("%s: got %+v", query, got)
		}
	}
	got := search(jonas, "quuxfailure")[0]
	if e := jonas.ticket(o.Ticket).Entries[got.Seq-1]; got.File != "till.log" || e.Text != "This is what it says." || flat(got.Snippet) != "12:04 start 12:05 panic: [quuxfailure] at 0x80070005 12:06 stop " {
		t.Errorf("got %+v at %+v", got, e)
	}
	if got := search(elif, "canaryword"); len(got) != 0 {
		t.Errorf("elif finds what is among the team: %+v", got)
	}
	if got := search(jonas, "file:quuxfailure"); len(got) != 0 {
		t.Errorf("a name is not a text: %+v", got)
	}
}
