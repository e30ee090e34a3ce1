package server_test

import (
	"fmt"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

// articleFile is a file of an article, and who may have it.
type articleFile struct {
	of   desk.ArticleID
	file desk.Attachment
	may  string // between spaces
}

const desksTeam = " jonas petra lea ada "

// writeArticles has articles for every audience with a file each, a draft beside
// what is published, one that said something else before, and what a customer
// contributes and has not sent.
func (w *world) writeArticles(t *testing.T) {
	lea, lars := w.s.Connect("lea"), w.s.Connect("lars")
	defer lea.Close()
	defer lars.Close()
	does := func(c *runtest.Client, args desk.Args) {
		t.Helper()
		if r := c.Do(desk.TicketID(runtest.UUID()), 0, args); r.Outcome != desk.OK {
			t.Fatalf("%T: %v", args, r.Error)
		}
	}
	does(lea, desk.SaveSection{Section: desk.Section{ID: "mail", Name: "Mail", Readers: desk.ReadersPublic}})
	write := func(id desk.ArticleID, edit uint64, name, may string, r desk.Readers, org desk.OrgID, publish bool) {
		f := give(t, w.s, lea.Token, name+".txt", []byte("CANARY-article-"+name))
		does(lea, desk.WriteArticle{Article: id, Edit: edit, Writing: desk.Writing{Section: "mail", Title: "T", Text: "x", Readers: r, Org: org, Files: []desk.Attachment{f}}})
		if publish {
			does(lea, desk.MoveArticle{Article: id, Edit: edit + 1, Step: desk.StepPublish})
		}
		w.articles = append(w.articles, articleFile{id, f, may})
	}
	id := func() desk.ArticleID { return desk.ArticleID(runtest.UUID()) }
	const all = desksTeam + "elif max nina lars "
	write(id(), 0, "public", all, desk.ReadersPublic, "", true)
	write(id(), 0, "customers", all, desk.ReadersCustomers, "", true)
	write(id(), 0, "bakerys", desksTeam+"elif max nina ", desk.ReadersOrg, "bakery", true)
	write(id(), 0, "teams", desksTeam, desk.ReadersStaff, "", true)
	moves := id()
	write(moves, 0, "before", desksTeam, desk.ReadersOrg, "bakery", true) // not all who read it now could then
	write(moves, 2, "now", all, desk.ReadersPublic, "", true)
	write(moves, 4, "drafted", desksTeam, desk.ReadersPublic, "", false)
	own := id()
	f := give(t, w.s, lars.Token, "own.txt", []byte("CANARY-article-own"))
	does(lars, desk.WriteArticle{Article: own, Writing: desk.Writing{Title: "T", Text: "x", Files: []desk.Attachment{f}}})
	w.articles = append(w.articles, articleFile{own, f, " lars "})
}

// articleFiles asks for each of them, and has what is not theirs be answered like
// what is not there.
func (w *world) articleFiles(t *testing.T, p desk.PersonID, token string) {
	get := func(h desk.BlobHash, of string) string {
		r := w.s.Request("GET", fmt.Sprintf("%s/%s?%s", wire.PathFiles, h, of), token, "")
		return fmt.Sprint(r.StatusCode, body(t, r))
	}
	none := get(desk.BlobHash(strings.Repeat("a", 64)), "article="+string(w.articles[0].of))
	for i, x := range w.articles {
		may := strings.Contains(x.may, " "+string(p)+" ")
		got := get(x.file.Hash, "article="+string(x.of))
		if strings.HasPrefix(got, "200CANARY-article") != may || !may && got != none {
			t.Errorf("%s of %s: %s", x.file.Name, p, got)
		}
		// Nor by another article, by a ticket, or by both.
		for _, of := range []string{
			"article=" + string(w.articles[(i+1)%len(w.articles)].of), "ticket=" + string(w.id), "article=" + string(w.articles[0].of) + "&ticket=" + string(w.id), "article=", "article=x", "",
		} {
			if got := get(x.file.Hash, of); of != "article="+string(x.of) && got != none {
				t.Errorf("%s of %q by %s: %s", x.file.Name, of, p, got)
			}
		}
	}
}

// TestAFileOfAnArticleIsNotNamedByWhoHasItNot has people write articles with files
// they do not have: the answer says nothing of whether there is such a file, and
// they get none.
func TestAFileOfAnArticleIsNotNamedByWhoHasItNot(t *testing.T) {
	w := newWorld(t)
	lars := w.s.Connect("lars")
	none := desk.Attachment{Hash: desk.BlobHash(strings.Repeat("a", 64)), Name: "own.txt", Size: 18}
	for _, x := range append(w.articles, articleFile{file: w.public}, articleFile{file: w.noted}) {
		if strings.Contains(x.may, " lars ") {
			continue
		}
		for _, at := range []desk.ArticleID{desk.ArticleID(runtest.UUID()), x.of} {
			f := x.file
			f.Name, f.Size = none.Name, none.Size
			a := lars.Do(desk.TicketID(runtest.UUID()), 0, desk.WriteArticle{Article: at, Writing: desk.Writing{Title: "T", Files: []desk.Attachment{f}}})
			b := lars.Do(desk.TicketID(runtest.UUID()), 0, desk.WriteArticle{Article: at, Writing: desk.Writing{Title: "T", Files: []desk.Attachment{none}}})
			if a.Outcome != desk.Refused || b.Outcome != desk.Refused || a.Error.Error() != b.Error.Error() || a.Error.Code != b.Error.Code {
				t.Errorf("%s: %+v, and of nothing: %+v", x.file.Name, a.Error, b.Error)
			}
		}
	}
	// Whoever writes an article has the files it has, also those of others.
	jonas := w.jonas
	first := w.articles[0]
	a := jonas.Do(desk.TicketID(runtest.UUID()), 0, desk.WriteArticle{Article: first.of, Edit: 2, Writing: desk.Writing{Section: "mail", Title: "T", Text: "y", Readers: desk.ReadersPublic, Files: []desk.Attachment{first.file}}})
	if a.Outcome != desk.OK {
		t.Errorf("a file of the article itself: %v", a.Error)
	}
}
