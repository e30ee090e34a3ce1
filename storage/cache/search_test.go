package cache

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
)

// talk is a ticket with a conversation of these texts.
func talk(n int, texts ...string) desk.Item {
	t := ticket(n)
	t.LastSeq = uint64(len(texts))
	it := desk.Item{Kind: desk.ItemEnter, Ticket: t.ID, Version: t.Version, Head: encode(t), FromSeq: 1}
	for i, text := range texts {
		it.Entries = append(it.Entries, encode(entry(t.ID, uint64(i+1), text)))
	}
	return it
}

func ask(text string, exact bool) Ask {
	if exact {
		return Ask{Text: text, Exact: true}
	}
	return Words(text)
}

// numbers gives which tickets a search finds, and at which entry.
func numbers(t testing.TB, c *Cache, a Ask) string {
	t.Helper()
	got, err := c.Search(a, 0, 20)
	if err != nil {
		t.Fatalf("search for %+v: %v", a, err)
	}
	var out []string
	for _, f := range got.Found {
		out = append(out, fmt.Sprintf("%d/%d", int(f.Row.Ticket.Number)-1000, f.Seq))
	}
	return strings.Join(out, " ")
}

// TestExactFinds is the table of odd strings: each is found in the one ticket
// that has it, at its entry, however it is asked for.
func TestExactFinds(t *testing.T) {
	c := fresh(t)
	texts := []string{
		0:  "Connection to 192.168.10.17:8443 refused; fe80::1ff:fe23:4567:890a answers",
		1:  "Windows says 0x80070005 and ERR_CONNECTION_RESET (code -2147024891)",
		2:  "at com.acme.billing.InvoiceService$Proxy.run(InvoiceService.java:214)\nCaused by: java.lang.NullPointerException: null",
		3:  "2026-03-02T09:15:01.123Z sshd[4711]: Failed password for invalid user admin from 203.0.113.9 port 52311 ssh2",
		4:  "/var/log/nginx/error.log and C:\\Windows\\System32\\drivers\\etc\\hosts",
		5:  "Die Straße in Köln heißt Überseeallee, der Schlüssel fehlt",
		6:  "日本語のメールが文字化けします。東京都のサーバー",
		7:  "Пришлите, пожалуйста, счёт-фактуру за ноябрь",
		8:  "لا أَستطيع تسجيل الدخول إلى البريد",
		9:  "Order INV-2024-00317/B, ticket DK-N7F3K, part no. A.1-77_x",
		10: "The printers were disconnecting while the invoices were running",
		11: "Die Rechnungen der Häuser wurden nicht bezahlt",
		12: "naïve café résumé — ﬁne print ½ ①",
		13: "pass\u200bword re\u00adset for o'brien@example.test",
		14: "한국어 메시지를 보낼 수 없습니다",
	}
	var items []desk.Item
	for i, s := range texts {
		items = append(items, talk(i, "good morning", s, "thank you"))
	}
	load(t, c, laneWeb, items...)
	for _, round := range []string{"as it came", "gathered"} {
		for _, x := range []struct {
			ask   string
			exact bool
			want  int
		}{
			{"192.168.10.17", false, 0},
			{"192.168.10.17:8443", true, 0},
			{"168.10.17", true, 0},
			{"fe80::1ff", false, 0},
			{"0x80070005", false, 1},
			{"ERR_CONNECTION_RESET", false, 1},
			{"err_conn", false, 1},
			{"-2147024891", false, 1},
			{"com.acme.billing.InvoiceService", false, 2},
			{"InvoiceService.java:214", true, 2},
			{"NullPointer", false, 2},
			{"sshd[4711]", false, 3},
			{"2026-03-02T09:15:01.123Z", true, 3},
			{"Failed password for invalid user admin", true, 3},
			{"/var/log/nginx/error.log", false, 4},
			{`C:\Windows\System32`, true, 4},
			{"strasse", false, 5},
			{"KOLN uberseeallee", false, 5},
			{"schlussel", false, 5},
			{"文字化け", false, 6},
			{"東京", false, 6},
			{"サーバー", false, 6},
			{"メ", false, 6},
			{"счет", false, 7},
			{"НОЯБРЬ", false, 7},
			{"استطيع", false, 8},
			{"البريد", false, 8},
			{"INV-2024-00317", false, 9},
			{"DK-N7F3K", true, 9},
			{"A.1-77_x", true, 9},
			{"printer disconnect", false, 10},
			{"invoices run", false, 10},
			{"Rechnung haus", false, 11},
			{"bezahlt rechnung", false, 11},
			{"resume", false, 12},
			{"CAFE", false, 12},
			{"fine print", true, 12},
			{"password reset", true, 13},
			{"o’brien", false, 13},
			{"example.test", false, 13},
			{"한국어", false, 14},
			{"메시지", false, 14},
		} {
			want := fmt.Sprintf("%d/2", x.want)
			if got := numbers(t, c, ask(x.ask, x.exact)); got != want {
				t.Errorf("%s, %q (exact %t): got %q, want %q", round, x.ask, x.exact, got, want)
			}
		}
		for _, none := range []string{"192.168.17.10", "reset password", "10.17:8444", "都京", "0x80070006"} {
			if got := numbers(t, c, ask(none, true)); got != "" {
				t.Errorf("%s, %q: got %q, want nothing", round, none, got)
			}
		}
		if err := c.Index(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAsks(t *testing.T) {
	c := fresh(t)
	load(t, c, laneWeb, talk(1, "router down", "rebooted the modem"), talk(2, "router slow"), talk(3, "modem slow", "printer jam"), talk(4, "nothing here"))
	text := func(s string) Ask { return Ask{Text: s, Open: true} }
	not := func(a Ask) Ask { return Ask{Op: AskNot, Of: []Ask{a}} }
	all := func(as ...Ask) Ask { return Ask{Op: AskAll, Of: as} }
	some := func(as ...Ask) Ask { return Ask{Op: AskAny, Of: as} }
	head := func(n int) Ask {
		return Ask{Op: AskHead, Head: func(r *Row) bool { return int(r.Ticket.Number) == 1000+n }}
	}
	check := func(what string, a Ask, want string) { t.Helper(); wantEqual(t, what, numbers(t, c, a), want) }
	check("words of two entries", all(text("router"), text("modem")), "1/2")
	check("either", some(text("router"), text("printer")), "3/2 2/1 1/1")
	check("not", all(text("router"), not(text("modem"))), "2/1")
	check("a head", all(text("slow"), head(3)), "3/1")
	check("not a head", all(text("slow"), not(head(3))), "2/1")
	check("either of a text and a head", some(text("printer"), head(4)), "4/0 3/2")
	check("nothing", all(text("router"), text("jam")), "")
	check("above the conversation", text("subject4"), "4/0")
	check("all", all(), "4/0 3/0 2/0 1/0")
	check("a slip", Ask{Text: "ruoter", Near: true}, "2/1 1/1")
	check("no slip", text("ruoter"), "")

	// A reply with the word that is not to be there, in a segment of its own.
	tk := ticket(2)
	tk.Version, tk.LastSeq, tk.Updated = 2, 2, tk.Updated.Add(90*time.Minute)
	apply(t, c, laneWeb, desk.Item{Kind: desk.ItemDelta, Ticket: tk.ID, Version: 2, Head: encode(tk), FromSeq: 2, Entries: [][]byte{encode(entry(tk.ID, 2, "it was the modem"))}})
	check("what came in", text("modem"), "2/2 3/1 1/2")
	check("not, of what came in", all(text("router"), not(text("modem"))), "")
	if err := c.Index(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("words of entries that came apart", all(text("router"), text("modem")), "2/2 1/2")
	got, err := c.Search(some(text("router"), text("modem")), 1, 1)
	if err != nil || len(got.Found) != 1 || !got.More || got.Found[0].Row.Ticket.Number != 1003 {
		t.Errorf("the second page: got %+v, %v", got, err)
	}
	wantEqual(t, "marks", say(Marks(all(text("mod"), Ask{Text: "the modem", Exact: true}), "It was the modem, or MODEMS.")), "[[7 16] [21 27]]")
}

// stored reports whether a word stands in the search index as it is stored,
// whatever the answers say.
func stored(t *testing.T, c *Cache, word string) bool {
	t.Helper()
	found := false
	err := c.view(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{kindTerms}})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			k := it.Item().KeyCopy(nil)
			b, err := valueOf(txn, k, it.Item())
			if err != nil {
				return err
			}
			found = found || strings.Contains(string(b), word) || strings.Contains(string(k), word)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestPurgedWords is the canary: what was purged, or left, or is hidden by a
// later beginning, is answered no more from that commit on, and after Index no
// word of it is stored.
func TestPurgedWords(t *testing.T) {
	for name, take := range map[string]func(t *testing.T, c *Cache){
		"purged": func(t *testing.T, c *Cache) {
			apply(t, c, laneWeb, desk.Item{Kind: desk.ItemPurge, Ticket: ticketID(1)})
		},
		"left": func(t *testing.T, c *Cache) {
			apply(t, c, laneWeb, desk.Item{Kind: desk.ItemLeave, Ticket: ticketID(1)})
		},
		"lane dropped": func(t *testing.T, c *Cache) {
			if _, err := c.KeepLanes([]desk.LaneID{laneDir}); err != nil {
				t.Fatal(err)
			}
		},
		"begins later": func(t *testing.T, c *Cache) {
			tk := ticket(1)
			tk.Version, tk.LastSeq, tk.Begins = 2, 4, 4
			apply(t, c, laneWeb, desk.Item{Kind: desk.ItemEnter, Ticket: tk.ID, Version: 2, Head: encode(tk), FromSeq: 4, Entries: [][]byte{encode(entry(tk.ID, 4, "from here on"))}})
			wantEqual(t, "what is still there", numbers(t, c, ask("from here on", false)), "1/4")
		},
		"purged and back": func(t *testing.T, c *Cache) {
			apply(t, c, laneWeb, desk.Item{Kind: desk.ItemPurge, Ticket: ticketID(1)}, talk(1, "other words"))
			wantEqual(t, "what is there now", numbers(t, c, ask("other words", false)), "1/1")
		},
		"renamed": nil,
	} {
		for _, indexed := range []bool{false, true} {
			t.Run(fmt.Sprint(name, indexed), func(t *testing.T) {
				c := fresh(t)
				canary := talk(1, "one", "the zebracanary sang", "three")
				if name == "renamed" {
					tk := ticket(1)
					tk.Subject, tk.LastSeq = "Zebracanary", 1
					canary = desk.Item{Kind: desk.ItemEnter, Ticket: tk.ID, Version: 1, Head: encode(tk), FromSeq: 1, Entries: [][]byte{encode(entry(tk.ID, 1, "body"))}}
				}
				load(t, c, laneWeb, canary, talk(2, "other", "zebracrossing"))
				if indexed {
					if err := c.Index(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				if got := numbers(t, c, ask("zebracan", false)); !strings.HasPrefix(got, "1/") || !stored(t, c, "canary") {
					t.Fatalf("before: got %q", got)
				}
				if take != nil {
					take(t, c)
				} else {
					tk := ticket(1)
					tk.Version, tk.LastSeq = 2, 1
					apply(t, c, laneWeb, desk.Item{Kind: desk.ItemDelta, Ticket: tk.ID, Version: 2, Head: encode(tk)})
				}
				for range 2 {
					for _, a := range []Ask{ask("zebracan", false), ask("zebracanary", true), {Text: "zebracanari", Near: true}} {
						if got := numbers(t, c, a); got != "" {
							t.Fatalf("%+v: got %q after it went", a, got)
						}
					}
					if got, err := c.Related("the zebracanary sang", 5); err != nil || len(got) > 0 && got[0].Row.Ticket.Number == 1001 && name != "begins later" && name != "renamed" && name != "purged and back" {
						t.Fatalf("related: got %+v, %v", got, err)
					}
					if err := c.Index(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				if name != "renamed" && stored(t, c, "canary") {
					t.Error("its words are stored after Index")
				}
				if name != "lane dropped" {
					wantEqual(t, "others", numbers(t, c, ask("zebracross", false)), "2/2")
				}
				if err := c.Index(t.Context()); err != nil || c.terms.gone != 0 || c.terms.pending != 0 || len(c.terms.state.Garbage) != 0 {
					t.Errorf("left to do: %+v, %v", c.terms, err)
				}
			})
		}
	}
}

// TestLargeSnapshot leaves the words of a large snapshot to Index, says so, and
// finds everything afterwards; a reply meanwhile is found at once.
func TestLargeSnapshot(t *testing.T) {
	dir := t.TempDir()
	c, _ := open2(t, dir)
	begin(t, c)
	if _, err := c.SnapshotStart(laneWeb, false); err != nil {
		t.Fatal(err)
	}
	const n = mostInline + 1
	for i := 0; i < n; i += 100 {
		p := desk.Page{Lane: laneWeb, Epoch: "e", AsOf: 10, Hash: []byte{1}, Total: n}
		for j := i; j < min(i+100, n); j++ {
			p.Items = append(p.Items, talk(j, fmt.Sprintf("ticket word%d", j)))
		}
		if i+100 < n {
			p.Next = "x"
		}
		if _, err := c.SnapshotPage(p); err != nil {
			t.Fatal(err)
		}
	}
	cov, err := c.Coverage()
	if err != nil || cov.Tickets != n || cov.Waiting != n {
		t.Errorf("before: got %+v, %v", cov, err)
	}
	tk := ticket(5)
	tk.Version, tk.LastSeq = 2, 2
	apply(t, c, laneWeb, desk.Item{Kind: desk.ItemDelta, Ticket: tk.ID, Version: 2, Head: encode(tk), FromSeq: 2, Entries: [][]byte{encode(entry(tk.ID, 2, "meanwhile"))}})
	wantEqual(t, "a reply meanwhile", numbers(t, c, ask("meanwhile", false)), "5/2")
	ended, end := context.WithCancel(t.Context())
	end()
	if err := c.Index(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("ended: got %v", err)
	}
	if err := c.Index(t.Context()); err != nil {
		t.Fatal(err)
	}
	if cov, err := c.Coverage(); err != nil || cov.Waiting != 0 {
		t.Errorf("after: got %+v, %v", cov, err)
	}
	for _, i := range []int{0, 7, n - 1} {
		wantEqual(t, "a word", numbers(t, c, ask(fmt.Sprintf("word%d", i), true)), fmt.Sprintf("%d/1", i))
	}

	// Another version makes it anew, and a search meanwhile says that it waits.
	if _, err := c.update(func(w *writer) error {
		state := c.terms.state
		state.Version = -1
		return w.setTerms(state, nil, nil)
	}); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c, opened := open2(t, dir)
	if opened.Quarantined != "" {
		t.Fatalf("opening: %+v", opened)
	}
	if cov, err := c.Coverage(); err != nil || cov.Waiting != n {
		t.Errorf("of another version: got %+v, %v", cov, err)
	}
	wantEqual(t, "of another version", numbers(t, c, ask("word7", true)), "")
	if err := c.Index(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "made anew", numbers(t, c, ask("word7", true)), "7/1")
	wantEqual(t, "and no more than once", len(c.terms.segs), 1)
}

// TestLostPieces takes single keys of the index away, or writes something else
// there: whatever is asked, the answer is the right one, or none and the coverage
// says that nothing is known. After Index it is the right one, and the tickets
// were never doubted.
func TestLostPieces(t *testing.T) {
	dir := t.TempDir()
	c, _ := open2(t, dir)
	begin(t, c)
	items := []desk.Item{with(0, "common words and word0 of it", blob(1))}
	for i := range 300 {
		items = append(items, talk(i+1, fmt.Sprintf("common words and word%d of %x", i+1, i*7919), strings.Repeat("again and again ", 20)))
	}
	load(t, c, laneWeb, items...)
	if err := c.Index(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.PutTexts(ticketID(0), map[desk.BlobHash]string{blob(1): "the text of a file"}); err != nil {
		t.Fatal(err)
	}
	asks := []Ask{ask("common", true), ask("word17", true), ask("word2", false), ask("zzz", true), ask("of again", false), {Op: AskAll}, ask("again and", true)}
	answers := func(c *Cache) (out []string) {
		for _, a := range asks {
			out = append(out, numbers(t, c, a))
		}
		if got, err := c.Related("word17 again", 3); err != nil || len(got) > 0 {
			out = append(out, fmt.Sprint(len(got), err))
		}
		return out
	}
	want := answers(c)
	var keys [][]byte
	if err := c.db.View(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			if k := it.Item().KeyCopy(nil); bytes.IndexByte(indexKinds, k[0]) >= 0 {
				keys = append(keys, k)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if len(keys) < 10 {
		t.Fatalf("%d keys", len(keys))
	}
	harmed := 0
	for i, k := range keys {
		to := t.TempDir()
		copyDir(t, dir, to)
		c, _ := open2(t, to)
		c.OnDamage(func(err error) { t.Errorf("without %q the tickets are doubted: %v", k, err) })
		if err := c.db.Update(func(txn *badger.Txn) error {
			if i%2 == 0 {
				return txn.Delete(k)
			}
			return txn.Set(k, []byte("something else"))
		}); err != nil {
			t.Fatal(err)
		}
		for reopened := range 2 {
			if reopened == 1 {
				if err := c.Close(); err != nil {
					t.Fatal(err)
				}
				var opened Opened
				if c, opened = open2(t, to); opened.Quarantined != "" {
					t.Fatalf("without %q the tickets are doubted", k)
				}
			}
			got := answers(c)
			cov, err := c.Coverage()
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				harmed++
				if cov.Waiting != cov.Tickets {
					t.Errorf("without %q: got %q, and nobody is told", k, got)
				}
			}
		}
		for range 3 {
			if err := c.Index(t.Context()); err != nil && !errors.Is(err, errIndex) {
				t.Fatalf("without %q: %v", k, err)
			}
		}
		if got := answers(c); fmt.Sprint(got) != fmt.Sprint(want) || c.terms.pending != 0 || len(c.terms.state.Garbage) != 0 {
			t.Errorf("made anew without %q: got %q, want %q, left %+v", k, got, want, c.terms.state)
		}
		if us, err := c.Unread(3); err != nil || len(us) == 0 && numbers(t, c, ask("text of a file", true)) != "0/2" {
			t.Errorf("without %q the text of a file is neither found nor missed: %v", k, err)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		_ = os.RemoveAll(to)
	}
	if harmed < len(keys)/2 {
		t.Errorf("%d of %d harmed anything", harmed, len(keys))
	}
}

// TestManyReplies keeps the segments few and everything found.
func TestManyReplies(t *testing.T) {
	c := fresh(t)
	var items []desk.Item
	for i := range 20 {
		items = append(items, talk(i, "begin"))
	}
	load(t, c, laneWeb, items...)
	for v := uint64(2); v < 12; v++ {
		for i := range 20 {
			tk := ticket(i)
			tk.Version, tk.LastSeq = v, v
			apply(t, c, laneWeb, desk.Item{Kind: desk.ItemDelta, Ticket: tk.ID, Version: v, Head: encode(tk), FromSeq: v, Entries: [][]byte{encode(entry(tk.ID, v, fmt.Sprintf("reply%dof%d", v, i)))}})
			if i%5 == 0 {
				if err := c.Index(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := c.Index(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(c.terms.segs); n > 3*segmentsAlike {
		t.Errorf("%d segments", n)
	}
	for v := uint64(2); v < 12; v++ {
		for i := range 20 {
			wantEqual(t, "a reply", numbers(t, c, ask(fmt.Sprintf("reply%dof%d", v, i), true)), fmt.Sprintf("%d/%d", i, v))
		}
	}
}

func TestRelated(t *testing.T) {
	c := fresh(t)
	load(t, c, laneWeb, talk(1, "The printer on floor two jams when printing invoices"), talk(2, "Outlook asks for the password again and again"),
		talk(3, "Printing is slow"), talk(4, "the the the the again"))
	got, err := c.Related("printers jam with an invoice", 3)
	if err != nil || len(got) == 0 || got[0].Row.Ticket.Number != 1001 {
		t.Errorf("got %+v, %v", got, err)
	}
	got, err = c.Related("outlook password", 1)
	if err != nil || len(got) != 1 || got[0].Row.Ticket.Number != 1002 {
		t.Errorf("got %+v, %v", got, err)
	}
}
