package app_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"docket/app"
	"docket/sync/cmd/docketd/runtest"
)

func (d *desktop) search(query string) app.SearchPage {
	d.t.Helper()
	p, err := d.api.Search(query, 0)
	if err != nil {
		d.t.Fatalf("%s: %v", query, err)
	}
	noNulls(d.t.(*testing.T), p)
	return p
}

// publishes has an article published and gives its id.
func (d *desktop) publishes(section, title, text, readers, org string) string {
	d.t.Helper()
	id, err := d.api.WriteArticle(app.ArticleDraft{Section: section, Title: title, Text: text, Readers: readers, Org: org}, true)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.api.MoveArticle(id, 1, "publish", ""); err != nil {
		d.t.Fatal(err)
	}
	return id
}

// TestArticlesAreFound: beside tickets stands what of the knowledge base fits,
// marked, by phrases, dashes, or and brackets as they are, offline and with slips.
// What speaks of tickets leaves articles out, and is:article tickets.
func TestArticlesAreFound(t *testing.T) {
	_, elif, lea, reset := anArticle(t)
	lea.publishes("mail", "Certificates of the mail server", "# Renewing\n\nThe **certificates** expire each year.\nSMTP says `454 4.7.0 TLS not available` then.", "public", "")
	made := elif.opens(app.NewTicket{Department: "hosting", Subject: "The certificates", Text: "Which certificates do you need? I cannot reset them.", Urgency: "normal", Files: []string{}, CCs: []string{}, Refs: []app.Ref{}})
	lea.live()
	for name, d := range map[string]*desktop{"elif": elif, "lea": lea} {
		until(t, name+" finds all of it", func() bool {
			p := d.search("certif")
			return len(p.Results) == 1 && p.Results[0].Row.ID == made.Ticket && p.Coverage.Waiting == 0 && p.ArticleCount == 1
		})
	}
	elif.offline()
	for _, c := range []struct{ query, articles string }{
		{"certif", "[Certificates] of the mail server | Renewing The [certificates] expire each year. SMTP says 454 4.7.0 TLS not available then."},
		{"expire certificate -password", "[Certificates] of the mail server | Renewing The [certificates] [expire] each year. SMTP says 454 4.7.0 TLS not available then."},
		{`"tls not available"`, "Certificates of the mail server | … The certificates expire each year. SMTP says 454 4.7.0 [TLS not available] then."},
		{"4.7.0", "Certificates of the mail server | Renewing The certificates expire each year. SMTP says 454 [4.7.0] TLS not available then."},
		{`"not tls"`, ""},
		{"certif -renewing", ""},
		{"(nonsense or reset) -expire", "[Reset] a password | Press [reset]."},
		{"certif is:open", ""},
		{"certif -is:open", ""},
		{"is:article press", "Reset a password | [Press] reset."},
	} {
		p, got := elif.search(c.query), []string{}
		for _, a := range p.Articles {
			got = append(got, flat(a.Title)+" | "+flat(a.Snippet))
		}
		if strings.Join(got, "\n") != c.articles || p.ArticleCount != len(got) || p.Near {
			t.Errorf("%s: got %q, %d, near %v; want %q", c.query, got, p.ArticleCount, p.Near, c.articles)
		}
	}
	if p := elif.search("is:article"); len(p.Results) != 0 || p.ArticleCount != 2 || p.Articles[0].Section != "Mail" || p.Articles[0].State != "published" {
		t.Errorf("all of them: got %+v", p)
	}
	if p := elif.search("pasword"); !p.Near || p.ArticleCount != 1 || p.Articles[0].ID != reset || flat(p.Articles[0].Title) != "Reset a [password]" {
		t.Errorf("with a slip: got %+v", p)
	}
	if p := elif.search("certificats"); p.Near && (len(p.Results) == 0 || p.ArticleCount == 0) {
		t.Errorf("with a slip in both: got %+v", p)
	}
	// What waits to go out is found as it will be.
	lea.offline()
	if _, err := lea.api.WriteArticle(app.ArticleDraft{Section: "mail", Title: "Flamingos", Text: "They stand on one leg.", Readers: "staff"}, false); err != nil {
		t.Fatal(err)
	}
	if p := lea.search("flaming"); p.ArticleCount != 1 || p.Articles[0].State != "draft" || flat(p.Articles[0].Title) != "[Flamingos]" {
		t.Errorf("offline, written: got %+v", p.Articles)
	}
}

// TestDraftsAreFound: what is in writing is found by whoever writes it, on their
// computer alone, goes on where it was left, and stands nowhere to be read.
func TestDraftsAreFound(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	put := func(d *desktop, x app.Draft) app.Draft {
		t.Helper()
		x.Files = []app.FileInfo{}
		out, err := d.api.SaveDraft(x)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	put(jonas, app.Draft{Kind: "reply", Ticket: o.Ticket, Text: "The zirconium router is on its way to you."})
	put(jonas, app.Draft{Kind: "note", Ticket: o.Ticket, Text: "Between us: zirconium is expensive."})
	began := put(jonas, app.Draft{Kind: "new", Subject: "Order zirconium", Text: "For the shelf."})
	if err := jonas.api.KeepArticle(app.ArticleDraft{Section: "", Title: "What zirconium is", Text: "A metal."}); err != nil {
		t.Fatal(err)
	}
	keys := func(d *desktop, query string) (out []string) {
		t.Helper()
		for _, x := range d.search(query).Drafts {
			out = append(out, x.Kind+":"+x.Ticket+x.Article+": "+flat(x.Title)+" | "+flat(x.Snippet))
		}
		slices.Sort(out)
		return out
	}
	subject := jonas.ticket(o.Ticket).Row.Subject
	reply, note := "reply:"+o.Ticket+": "+subject+" | The [zirconium] router is on its way to you.", "note:"+o.Ticket+": "+subject+" | Between us: [zirconium] is expensive."
	for _, c := range []struct {
		query string
		want  []string
	}{
		{"zirc is:open", []string{note, reply}},
		{"zirc is:closed", nil},
		{"zirconium router", []string{"reply:" + o.Ticket + ": " + subject + " | The [zirconium] [router] is on its way to you."}},
		{"zirconium shelf", []string{"new:: Order [zirconium] | For the [shelf]."}},
		{"zirconium metal", []string{"article:: What [zirconium] is | A [metal]."}},
		{"zirconium is:article", nil},
		{"zirconium -is:draft", nil},
	} {
		if got := keys(jonas, c.query); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.query, got, c.want)
		}
	}
	p := jonas.search("zirconium is:draft")
	if p.DraftCount != 4 || len(p.Drafts) != 4 || len(p.Results) != 0 || p.ArticleCount != 0 {
		t.Errorf("drafts alone: got %+v", p)
	}
	if p := jonas.search("zirconium"); p.DraftCount != 4 || len(p.Drafts) != 3 {
		t.Errorf("beside tickets: %d of %d", len(p.Drafts), p.DraftCount)
	}
	if i := slices.IndexFunc(p.Drafts, func(x app.FoundDraft) bool { return x.Key == began.Key }); i < 0 || p.Drafts[i].Kind != "new" {
		t.Errorf("%s is not among %+v", began.Key, p.Drafts)
	}
	if p := jonas.search("zirkonium"); !p.Near || p.DraftCount != 4 {
		t.Errorf("with a slip: got %+v", p)
	}
	for _, q := range []string{"zirconium", "is:draft", "zirconium is:draft", "zirkonium"} {
		if p := elif.search(q); p.DraftCount != 0 || len(p.Results) != 0 {
			t.Errorf("elif finds by %s what jonas has in writing: %+v", q, p)
		}
	}
	jonas.restart()
	until(t, "it is open again", func() bool { return jonas.boot().State == "ready" })
	if got := keys(jonas, "zirconium router"); len(got) != 1 {
		t.Errorf("after a restart: got %q", got)
	}
	// Nothing on the disk can be read.
	err := filepath.Walk(jonas.dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		b, err := os.ReadFile(path) //nolint:gosec // of the test
		if err == nil && bytes.Contains(bytes.ToLower(b), []byte("zirconium")) {
			t.Errorf("%s says it plainly", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSearchCount: how many fit is counted, also beyond the first page.
func TestSearchCount(t *testing.T) {
	srv, elif := runtest.NewServer(t, ""), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	elif.live()
	for range searchesOf + 3 {
		n := newTicket()
		n.Subject, n.Text = "Pelicans", "There are pelicans on the roof."
		elif.opens(n)
	}
	count := func(query string) app.SearchCount {
		t.Helper()
		c, err := elif.api.CountSearch(query)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	until(t, "all are counted", func() bool { return count("pelican") == app.SearchCount{Tickets: searchesOf + 3} })
	if p := elif.search("pelican"); len(p.Results) < searchesOf {
		t.Errorf("the first page has %d", len(p.Results))
	}
	if c := count("pelican -roof"); c != (app.SearchCount{}) {
		t.Errorf("none: got %+v", c)
	}
	if c := count(" "); c != (app.SearchCount{}) {
		t.Errorf("nothing asked: got %+v", c)
	}
}

// searchesOf is how many a search gives at once.
const searchesOf = 30
