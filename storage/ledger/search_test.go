package ledger_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/query"
	"docket/storage/ledger"
	"docket/sync/wire"
)

// said is what a file says in these tests.
type said struct{ *strings.Reader }

func (said) Close() error { return nil }

func openFile(h desk.BlobHash) (io.ReadSeekCloser, error) {
	for _, s := range []string{"open", "inner"} {
		if h == hashOf(s) {
			return said{strings.NewReader("it says " + s)}, nil
		}
	}
	return nil, desk.ErrNotFound
}

// look has the server's search go through everything of a person's, and gives
// the last digits of what it found with the entry's Seq.
func (w *world) look(who desk.PersonID, text string) (found []string, looked, calls int) {
	w.Helper()
	q, _ := query.Parse(text)
	for from := ""; ; {
		var p desk.FoundPage
		w.view(func(tx *ledger.Tx) error {
			me, err := tx.Actor(who)
			if err != nil {
				return err
			}
			p, err = tx.Search(access.LanesFor(me), q, query.Scope{Me: me, Now: w.clock}, openFile, from)
			return err
		})
		for _, x := range p.Found {
			var t desk.Ticket
			if err := wire.Unmarshal(x.Head, &t); err != nil || t.ID != x.Ticket {
				w.Fatalf("head of %s: %v", x.Ticket, err)
			}
			s := fmt.Sprintf("%s/%d", strings.TrimLeft(string(x.Ticket[len(x.Ticket)-4:]), "0"), x.Seq)
			if !slices.Contains(found, s) { // in two lanes
				found = append(found, s)
			}
		}
		looked += p.Looked
		if calls++; p.Next == "" {
			return found, looked, calls
		}
		from = p.Next
	}
}

// What the server searches is what its person may read, in the form they have
// of it, by the grammar of their own program (BEHAVIOURS 0.8).
func TestSearch(t *testing.T) {
	stores(t, func(w *world) {
		a := w.ask(1, "ann", "the printers refuse")
		w.do("eve", a, desk.AddNote{Text: "the zebra is ours alone"})
		w.do("eve", a, desk.Reply{Text: "Which printer, and what does “E-4711” say?"})
		w.ask(2, "ben", "a printer that prints nothing")
		w.do("eve", ticketID(3), desk.Open{Subject: "Invoice", Text: "Too high", Department: "billing", Requester: "ben"})
		file := func(s string) desk.Attachment {
			return desk.Attachment{Hash: hashOf(s), Name: "a.txt", Size: 9, Type: "text/plain"}
		}
		w.update(func(tx *ledger.Tx) error {
			return errors.Join(tx.PutBlob(ledger.Blob{Hash: hashOf("open"), Size: 9, Type: "text/plain"}, "eve"), tx.PutBlob(ledger.Blob{Hash: hashOf("inner"), Size: 9, Type: "text/plain"}, "eve"))
		})
		w.do("eve", a, desk.AddNote{Text: "psst", Files: []desk.Attachment{file("inner")}})
		w.do("eve", a, desk.Reply{Text: "see", Files: []desk.Attachment{file("open")}})
		for _, c := range []struct {
			who  desk.PersonID
			text string
			want string
		}{
			{"ann", `"says open"`, "1/5"},
			{"eve", "says", "1/7"},
			{"ann", "inner", ""},
			{"eve", `"says inner"`, "1/6"},
			{"ann", "printer", "1/2"},
			{"al", "printer", "1/2"}, // their colleague
			{"ben", "printer", "2/1"},
			{"eve", "printer", "1/3 2/1"},
			{"ann", "zebra", ""},
			{"eve", "zebra", "1/2"},
			{"hal", "invoice", ""},
			{"ada", "invoice", "3/0"},
			{"ben", "E-4711", ""},
			{"ann", "e-4711", "1/2"},
			{"eve", `"printer refuse"`, ""},
			{"eve", `"printers refuse"`, "1/1"},
			{"eve", "printer -refuse", "2/1"},
			{"eve", "refuse or nothing", "1/1 2/1"},
			{"eve", "from:ben printer", "2/1"},
			{"eve", "is:open dept:front", "1/0 2/0"},
			{"ann", "", ""},
		} {
			got, _, _ := w.look(c.who, c.text)
			slices.Sort(got)
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s looks for %q: got %v, want %s", c.who, c.text, got, c.want)
			}
		}
	})
}

// A search reads a stretch at a time and goes on where it was; a place in
// somebody else's lanes is none.
func TestSearchGoesOn(t *testing.T) {
	stores(t, func(w *world) {
		for n := range 70 {
			w.do("ann", ticketID(n+1), desk.Open{Subject: fmt.Sprintf("Needle %d", n), Text: strings.Repeat("hay ", 4000), Department: "hosting", Org: "acme"})
		}
		found, looked, calls := w.look("ann", "needle")
		if len(found) != 70 || calls < 2 {
			t.Errorf("found %d of 70 in %d calls", len(found), calls)
		}
		if looked < 70 {
			t.Errorf("looked at %d", looked)
		}
		q, _ := query.Parse("needle")
		w.view(func(tx *ledger.Tx) error {
			me, err := tx.Actor("ann")
			if err != nil {
				return err
			}
			p, err := tx.Search(access.LanesFor(me), q, query.Scope{Me: me}, openFile, "")
			if err != nil || p.Next == "" || p.Back.IsZero() {
				t.Fatalf("%+v, %v", p, err)
			}
			for _, bad := range []string{p.Next, "x", "W10"} {
				if _, err := tx.Search([]desk.LaneID{"c/dir", "c/user/ben"}, q, query.Scope{Me: me}, openFile, bad); (bad != "W10") != errors.Is(err, desk.ErrInvalid) {
					t.Errorf("ben goes on at %q: %v", bad, err)
				}
			}
			return nil
		})
	})
}
