package app_test

import (
	"strings"
	"testing"

	"docket/app"
)

func flat(ps []app.Piece) string {
	var b strings.Builder
	for _, p := range ps {
		if p.Mark {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// TestSearch finds words, phrases and operators, shows where they stand, and
// opens at the very entry; offline it finds what waits in the outbox too.
func TestSearch(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	if err := jonas.api.Reply(o.Ticket, "Please look at 192.168.17.4. The certificates of the backup server have expired, and renewing them failed.", []string{}, jonas.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "elif has it", func() bool {
		return elif.has(o.Ticket, "Please look at 192.168.17.4. The certificates of the backup server have expired, and renewing them failed.")
	})
	if err := jonas.api.AddNote(o.Ticket, "the canaryword is among ourselves", []string{}, []string{}); err != nil {
		t.Fatal(err)
	}
	jonas.confirmed(o.Ticket, "the canaryword is among ourselves")
	search := func(d *desktop, query string) app.SearchPage {
		t.Helper()
		p, err := d.api.Search(query, 0)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		noNulls(t, p)
		return p
	}
	for _, c := range []struct{ query, snippet string }{
		{"certif", "Please look at 192.168.17.4. The [certificates] of the backup server have expired, and renewing them failed."},
		{"certificate expire", "Please look at 192.168.17.4. The [certificates] of the backup server have [expired], and renewing them failed."},
		{`"backup server" is:open -nonsense`, "Please look at 192.168.17.4. The certificates of the [backup server] have expired, and renewing them failed."},
		{"192.168.17.4 (nonsense or renewing)", "Please look at [192.168.17.4]. The certificates of the backup server have expired, and [renewing] them failed."},
	} {
		for name, d := range map[string]*desktop{"jonas": jonas, "elif": elif} {
			p := search(d, c.query)
			if len(p.Results) != 1 || p.Results[0].Row.ID != o.Ticket || flat(p.Results[0].Snippet) != c.snippet || p.Results[0].Seq == 0 || p.Near {
				t.Errorf("%s, %s: got %+v", name, c.query, p)
			}
		}
	}
	v := jonas.ticket(o.Ticket)
	if p := search(jonas, "certif"); v.Entries[p.Results[0].Seq-1].Text == "" || !strings.Contains(v.Entries[p.Results[0].Seq-1].Text, "certificates") {
		t.Errorf("it opens at entry %d of %+v", p.Results[0].Seq, v.Entries)
	}
	if p := search(jonas, "certificats exprired"); len(p.Results) != 1 || !p.Near {
		t.Errorf("with slips: got %+v", p)
	}
	for _, none := range []string{"certificates is:closed", "-certificates -is:open", "nonsense", `"server backup"`} {
		if p := search(jonas, none); len(p.Results) != 0 {
			t.Errorf("%s: got %+v", none, p.Results)
		}
	}
	// What is among ourselves is found by us alone, also with slips.
	if p := search(jonas, "canaryword"); len(p.Results) != 1 {
		t.Errorf("the note: got %+v", p)
	}
	for _, q := range []string{"canaryword", "canarywrod", `"among ourselves"`, "canar", "-nonsense canaryword", "file:canaryword"} {
		if p := search(elif, q); len(p.Results) != 0 {
			t.Errorf("elif finds a note by %s: %+v", q, p.Results)
		}
	}
	p := search(jonas, "certif (is:opne nosuch:x \"open end")
	if p.Coverage.Tickets == 0 || p.Coverage.Oldest == "" {
		t.Errorf("what is wrong is passed over: got %+v", p)
	}
	if _, err := jonas.api.Search(strings.Repeat("a b (", 20_000), 0); err != nil {
		t.Errorf("100 kB: %v", err)
	}

	elif.offline()
	n := newTicket()
	n.Subject, n.Text = "Offline oddity", "The flamingo printer is out of paper."
	made := elif.opens(n)
	if err := elif.api.Reply(o.Ticket, "A pelican sits on the router.", []string{}, 0, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	if p := search(elif, "flaming"); len(p.Results) != 1 || p.Results[0].Row.ID != made.Ticket || !p.Results[0].Waits || flat(p.Results[0].Snippet) != "The [flamingo] printer is out of paper." {
		t.Errorf("a request that waits: got %+v", p.Results)
	}
	if p := search(elif, "pelican"); len(p.Results) != 1 || p.Results[0].Row.ID != o.Ticket || !p.Results[0].Waits {
		t.Errorf("a reply that waits: got %+v", p.Results)
	}
	if p := search(elif, made.Reference); len(p.Results) != 1 || p.Results[0].Row.ID != made.Ticket {
		t.Errorf("by its code: got %+v", p.Results)
	}
}
