package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"docket/app"
	"docket/app/desk"
)

// Files of an article are attached offline and go out with it; small ones are here
// without a connection, large ones once somebody opened them, and none stays that
// no article names.
func TestFilesOfAnArticle(t *testing.T) {
	srv, elif, lea, id := anArticle(t)
	lea.restart() // so that what she has is what the server told her, and nothing laid over it
	lea.boot()
	lea.live()
	until(t, "lea has it as it is at the server", func() bool { return lea.reads(id).State == "published" && !lea.reads(id).Waits })
	lea.offline()
	lea.shell.files = []string{write(t, "small.txt", 5000), write(t, "large.bin", 3_000_000), write(t, "big.bin", desk.MaxAttachment+1)}
	p, err := lea.api.PickFiles()
	if err != nil || len(p.Files) != 2 || len(p.Faults) != 1 || p.Faults[0].Code != string(desk.CodeTooLarge) {
		t.Fatalf("%+v %v", p, err)
	}
	draft := app.ArticleDraft{ID: id, Edit: lea.reads(id).Edit, Section: "mail", Title: "Reset a password", Text: "![](small.txt)", Readers: "public", Files: p.Files}
	if err := lea.api.KeepArticle(draft); err != nil {
		t.Fatal(err)
	}
	lea.restart()
	lea.boot()
	if k, err := lea.api.KeptArticle(id); err != nil || k == nil || len(k.Files) != 2 || k.Files[0].Name != "small.txt" || k.Files[0].State != "here" {
		t.Fatalf("kept: %+v %v", k, err)
	}
	if _, err := lea.api.WriteArticle(draft, false); err != nil {
		t.Fatal(err)
	}
	if a := lea.reads(id); len(a.Files) != 0 || a.Draft == nil || len(a.Draft.Files) != 2 {
		t.Errorf("written offline it has %+v, and %+v", a.Files, a.Draft)
	}
	lea.line.mend()
	lea.live()
	until(t, "it has gone out", func() bool { return !lea.reads(id).Waits })
	if err := lea.api.MoveArticle(id, lea.reads(id).Edit, "publish", "with files"); err != nil {
		t.Fatal(err)
	}
	until(t, "the small one is at elif's", func() bool {
		a := elif.reads(id)
		return len(a.Files) == 2 && a.Files[0].State == "here" && a.Files[1].State == "there"
	})
	of, small, large := "article/"+id, p.Files[0].Hash, p.Files[1].Hash
	elif.offline()
	elif.shell.dest = filepath.Join(t.TempDir(), "saved.txt")
	if err := elif.api.SaveFile(of, small); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(elif.shell.dest); err != nil || len(b) != 5000 {
		t.Errorf("saved %d bytes, %v", len(b), err)
	}
	if _, err := elif.api.LookFile(of, small); err != nil {
		t.Errorf("looked at: %v", err)
	}
	if _, err := elif.api.FetchFile(of, large); code(err) != desk.CodeOffline {
		t.Errorf("a large one offline: %v", err)
	}
	elif.line.mend()
	elif.live()
	if f, err := elif.api.FetchFile(of, large); err != nil || f.State != "here" {
		t.Errorf("fetched: %+v %v", f, err)
	}
	for _, x := range []string{"article/x", "article/", "article/" + strings.Replace(id, id[:1], "f", 1)} {
		if _, err := elif.api.FetchFile(x, small); code(err) != desk.CodeNotFound {
			t.Errorf("of %s: %v", x, err)
		}
	}

	// Another one of the team changes it, who does not have the large file here.
	ada := newDesktop(t)
	ada.signIn(srv.URL, "ada")
	until(t, "ada has it", func() bool { h, err := ada.api.Help(); return err == nil && len(h.Articles) == 1 })
	a := ada.reads(id)
	if _, err := ada.api.WriteArticle(app.ArticleDraft{ID: id, Edit: a.Edit, Section: "mail", Title: a.Title, Text: "x", Readers: "public", Files: a.Files[1:]}, true); err != nil {
		t.Fatal(err)
	}
	until(t, "it is taken as it is there", func() bool { a := lea.reads(id); return a.Draft != nil && len(a.Draft.Files) == 1 })
	if err := lea.api.MoveArticle(id, lea.reads(id).Edit, "publish", ""); err != nil {
		t.Fatal(err)
	}
	until(t, "what it said before has its files", func() bool {
		a := elif.reads(id)
		return len(a.Files) == 1 && len(a.Earlier) == 2 && len(a.Earlier[0].Files) == 2 && a.Earlier[0].Files[0].State == "here"
	})
	stored := func() (files int) {
		_ = filepath.WalkDir(filepath.Join(elif.dir, "files"), func(_ string, e os.DirEntry, err error) error {
			if err == nil && !e.IsDir() && len(e.Name()) >= 32 {
				files++
			}
			return nil
		})
		return files
	}
	if n := stored(); n != 2 {
		t.Errorf("elif has %d files", n)
	}
	if err := lea.api.MoveArticle(id, lea.reads(id).Edit, "retire", ""); err != nil {
		t.Fatal(err)
	}
	until(t, "none stays at elif's", func() bool {
		return len(elif.shelf()) == 0 && stored() == 0
	})
	if _, err := elif.api.FetchFile(of, small); code(err) != desk.CodeNotFound {
		t.Errorf("of a retired one: %v", err)
	}
	if a := lea.reads(id); a.Files[0].State != "here" {
		t.Errorf("the team has %+v", a.Files)
	}
}

// Reading an article is noted offline, counts once, stands in no outbox, and says
// what changed since; nobody else is told who read.
func TestReadingAnArticle(t *testing.T) {
	_, elif, lea, id := anArticle(t)
	elif.offline()
	for range 3 {
		if err := elif.api.ReadArticle(id); err != nil {
			t.Fatal(err)
		}
	}
	first := elif.reads(id)
	if first.Read != first.Published || first.Waits {
		t.Errorf("read offline it is %+v", first)
	}
	if items, err := elif.api.Outbox(); err != nil || len(items) > 0 {
		t.Errorf("the outbox shows %+v %v", items, err)
	}
	if c, err := elif.api.Connection(); err != nil || c.Waiting != 0 {
		t.Errorf("waiting: %+v %v", c, err)
	}
	elif.line.mend()
	elif.live()
	until(t, "it is counted", func() bool { return lea.reads(id).Views == 1 })
	if err := lea.api.ReadArticle(id); err != nil {
		t.Fatal(err)
	}
	if _, err := lea.api.WriteArticle(app.ArticleDraft{ID: id, Edit: lea.reads(id).Edit, Section: "mail", Title: "Reset a password", Text: "Press it twice and wait until the mail is there.", Readers: "public"}, false); err != nil {
		t.Fatal(err)
	}
	if err := lea.api.MoveArticle(id, lea.reads(id).Edit, "publish", "twice"); err != nil {
		t.Fatal(err)
	}
	until(t, "elif has what is new", func() bool {
		a := elif.reads(id)
		return a.Read == first.Published && a.Published > a.Read && a.Changed == "twice" && a.Earlier[0].Published == a.Read && a.Language == "en"
	})
	if err := elif.api.ReadArticle(id); err != nil {
		t.Fatal(err)
	}
	until(t, "and has read it", func() bool { a := elif.reads(id); return a.Read == a.Published && a.Views == 0 })
	if a := lea.reads(id); a.Views != 1 || a.Kept != "" {
		t.Errorf("lea has %+v", a.ArticleRow)
	}
	if err := elif.api.ReadArticle("x"); err != nil {
		t.Errorf("what is not there: %v", err)
	}
}
