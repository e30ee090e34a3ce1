package app_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"docket/app"
)

// badQueries are what people type and paste, what is wrong with it at its first
// place, and whether the ticket about certificates is found all the same.
var badQueries = []struct {
	name, text string
	// at is the first fault: what of the text it marks and how it begins, "" for none.
	marks, says string
	finds       bool
}{
	{"a quotation mark without an end", `certificates "backup server`, `"`, "This quotation mark has no end.", true},
	{"a curly one", "certificates „backup server", "„", "This quotation mark has no end.", true},
	{"a bracket without an end", "(certificates is:open", "(", "This bracket is not closed.", true},
	{"a bracket that was not opened", "certificates) is:open", ")", "This bracket was never opened.", true},
	{"many that were not", "certificates" + strings.Repeat(")", 500), ")", "This bracket was never opened.", true},
	{"many without an end", strings.Repeat("(", 15) + "certificates", "(", "This bracket is not closed.", true},
	{"brackets within brackets", strings.Repeat("(", 400) + "x" + strings.Repeat(")", 400) + " certificates", "(", "There are too many brackets within brackets.", false},
	{"empty brackets", "certificates ()", "()", "There is nothing between these brackets.", true},
	{"or of nothing", "certificates or", "or", "“or” stands between nothing.", true},
	{"only or", "or or or", "or", "“or” stands between nothing.", false},
	{"an operator there is none of", "certificates farbe:rot", "farbe:", "There is no operator “farbe:”.", false},
	{"one that is nearly one", "asignee:me certificates", "asignee:", "There is no operator “asignee:”.", false},
	{"a value there is none of", "certificates is:purple", "is:purple", "“is:” knows no “purple”.", true},
	{"one that is nearly one", "certificates is:opne", "is:opne", "“is:” knows no “opne”.", true},
	{"no value", "certificates is:", "is:", "“is:” has no value.", true},
	{"a department there is none of", "certificates -dept:hostin", "dept:hostin", "There is no department “hostin”.", true},
	{"a day there is none of", "certificates after:2026-02-31", "after:2026-02-31", "“2026-02-31” is no date.", true},
	{"a month there is none of", "certificates before:2026-13", "before:2026-13", "“2026-13” is no date.", true},
	{"no date", "certificates created:lately", "created:lately", "“lately” is no date.", true},
	{"a year beyond all", "certificates after:99999", "after:99999", "“99999” is no date.", true},
	{"days beyond all", "certificates after:99999999999999999999d", "after:99999999999999999999d", "“99999999999999999999d” is no date.", true},
	{"a tag that can be none", "certificates tag:a/b?", "tag:a/b?", "“a/b?” can be no tag.", true},
	{"a character nobody sees", "certif\u200bicates", "\u200b", "There is an invisible character here.", true},
	{"several", "certificates\ufeff\u2060 \u202eis:open", "\ufeff\u2060", "There is an invisible character here.", true},
	{"zero bytes", "cert\x00ificates", "\x00", "There is an invisible character here.", true},
	{"marks of direction", "\u200fcertificates\u200e", "", "", true},
	{"a joiner that letters need", "certificates -می\u200cخواهم", "", "", true},
	{"bytes that are no text", "certificates \xff\xfe", "", "", true},
	{"a thousand operators", "certificates " + strings.Repeat("is:open ", 1000), "…", "The query has more than 100 parts.", true},
	{"a thousand words", strings.Repeat("certificates ", 1000), "…", "The query has more than 100 parts.", true},
	{"a thousand or", "certificates" + strings.Repeat(" or x", 1000), "…", "The query has more than 100 parts.", true},
	{"100 kB of words", "certificates " + strings.Repeat("expired ", 12_500), "…", "", true},
	{"100 kB in one word", strings.Repeat("x", 100_000), "…", "The query is too long.", false},
	{"100 kB in one phrase", `certificates "` + strings.Repeat("expired ", 12_500), `"`, "", false},
	{"100 kB of brackets", strings.Repeat("(", 100_000), "(", "", false},
	{"100 kB of dashes", "certificates " + strings.Repeat("- ", 50_000), "…", "The query is too long.", true},
	{"100 kB of emoji", "certificates or x" + strings.Repeat("🙂", 25_000), "…", "The query is too long.", true},
	{"100 kB of marks", "certificates or e" + strings.Repeat("\u0301", 50_000), "…", "The query is too long.", true},
	{"only dashes", "- -- ---", "--", "There is no letter and no digit here.", false},
	{"only signs", "?!%&/=*+~#'", "?!%&/=*+~#'", "There is no letter and no digit here.", false},
	{"blanks", " \t\n\u00a0\u3000", "", "", false},
	{"dashes before dashes", "-(-(-nonsense)) certificates", "", "", true},
	{"what is there and must not be", "certificates -certificates", "", "", false},
}

// TestBadQueries: whatever is typed, the field says what is wrong at its place,
// and what can be had is found, here and on the server, in bounded time.
func TestBadQueries(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	if err := jonas.api.Reply(o.Ticket, "The certificates of the backup server have expired.", []string{}, jonas.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	for _, d := range []*desktop{elif, jonas} {
		until(t, "it is found", func() bool {
			p := d.search("certificates expired")
			return len(p.Results) == 1 && p.Coverage.Waiting == 0
		})
	}
	for _, c := range badQueries {
		t.Run(c.name, func(t *testing.T) {
			began := time.Now()
			info, err := jonas.api.ReadQuery(c.text, len(c.text), true)
			if err != nil {
				t.Fatal(err)
			}
			noNulls(t, info)
			chars := utf16.Encode([]rune(strings.ToValidUTF8(c.text, "")))
			for _, f := range info.Faults {
				if f.At < 0 || f.Len < 0 || f.At+f.Len > len(chars) || f.Message == "" || f.Hint == "" || strings.Contains(f.Message+f.Hint, "{") {
					t.Errorf("a fault at %d, %d of %d: %s %s", f.At, f.Len, len(chars), f.Message, f.Hint)
				}
			}
			switch {
			case c.marks == "" && len(info.Faults) > 0:
				t.Errorf("nothing is wrong, and it says %+v", info.Faults)
			case c.marks != "" && len(info.Faults) == 0:
				t.Errorf("nothing is said")
			case c.marks != "":
				f := info.Faults[0]
				if !strings.HasPrefix(f.Message, c.says) {
					t.Errorf("says %q, want %q", f.Message, c.says)
				}
				if got := string(utf16.Decode(chars[f.At : f.At+f.Len])); c.marks != "…" && got != c.marks {
					t.Errorf("marks %q, want %q", got, c.marks)
				}
			}
			for name, d := range map[string]*desktop{"jonas": jonas, "elif": elif} {
				p, err := d.api.Search(c.text, 0)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				noNulls(t, p)
				if found := len(p.Results) == 1 && p.Results[0].Row.ID == o.Ticket; found != c.finds {
					t.Errorf("%s finds %d tickets, want it found: %t", name, len(p.Results), c.finds)
				}
				if n, err := d.api.CountSearch(c.text); err != nil || n.More || n.Tickets != len(p.Results) && !p.Near {
					t.Errorf("%s counts %+v, %v of %d", name, n, err, len(p.Results))
				}
				// All of it is here, so the server has no more; that it answers is what counts.
				if got, err := d.api.SearchServer(c.text, ""); err != nil || len(got.Results) > 0 {
					t.Errorf("%s asks the server: %+v, %v", name, got, err)
				}
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("it takes %v", took)
			}
		})
	}
}
