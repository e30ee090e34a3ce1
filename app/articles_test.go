package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app"
	"docket/sync/cmd/docketd/runtest"
)

// shelf gives the articles that somebody has, as section:state:title.
func (d *desktop) shelf() (out []string) {
	d.t.Helper()
	h, err := d.api.Help()
	if err != nil {
		d.t.Fatal(err)
	}
	for _, a := range h.Articles {
		out = append(out, a.Section+":"+a.State+":"+a.Title)
	}
	return out
}

func (d *desktop) reads(id string) app.ArticleInfo {
	d.t.Helper()
	a, err := d.api.Article(id)
	if err != nil {
		d.t.Fatal(err)
	}
	return a
}

// anArticle is a desk with a published article that elif and lea have.
func anArticle(t *testing.T) (srv *runtest.Server, elif, lea *desktop, id string) {
	t.Helper()
	srv, elif, lea = runtest.NewServer(t, ""), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	lea.signIn(srv.URL, "lea")
	if err := lea.api.SaveSection(app.SectionInfo{ID: "mail", Name: "Mail", Readers: "public"}); err != nil {
		t.Fatal(err)
	}
	id, err := lea.api.WriteArticle(app.ArticleDraft{Section: "mail", Title: "Reset a password", Text: "Press **reset**.", Readers: "public", Tags: []string{"login"}}, true)
	if err != nil {
		t.Fatal(err)
	}
	// All of it stands at once, before the server has any.
	if a := lea.reads(id); a.State != "review" || a.Draft == nil || !slices.Contains(a.Can, "publish") || a.Edit != 1 {
		t.Errorf("written it is %+v", a)
	}
	if err := lea.api.MoveArticle(id, 1, "publish", ""); err != nil {
		t.Fatal(err)
	}
	until(t, "elif has it", func() bool { return slices.Equal(elif.shelf(), []string{"mail:published:Reset a password"}) })
	return srv, elif, lea, id
}

// An article is read offline, voted on and commented offline, and what was said
// arrives; what it said before and what is new of it can be read.
func TestAnArticleOffline(t *testing.T) {
	_, elif, lea, id := anArticle(t)
	elif.offline()
	a := elif.reads(id)
	if a.Text != "Press **reset**." || len(a.Tags) != 0 || a.By != "" || a.Vote != "" || !slices.Equal(a.Can, []string{"comment", "vote"}) {
		t.Errorf("elif reads %+v", a)
	}
	if err := elif.api.VoteArticle(id, true, false); err != nil {
		t.Fatal(err)
	}
	if err := elif.api.CommentArticle(id, "Step 3 is not there"); err != nil {
		t.Fatal(err)
	}
	if err := elif.api.CommentArticle(id, "  "); err == nil {
		t.Error("an empty comment is queued")
	}
	if err := elif.api.FollowArticle(id, "", "all"); err != nil {
		t.Fatal(err)
	}
	if a = elif.reads(id); a.Vote != "yes" || len(a.Comments) != 1 || !a.Comments[0].Waits || a.Follow != "all" || !a.Waits {
		t.Errorf("offline it is %+v", a)
	}
	if err := elif.api.VoteArticle(id, false, false); err != nil {
		t.Fatal(err)
	}
	if a = elif.reads(id); a.Vote != "no" {
		t.Errorf("the vote is %s", a.Vote)
	}
	elif.line.mend()
	elif.live()
	until(t, "lea hears of it", func() bool {
		a := lea.reads(id)
		return a.No == 1 && a.Yes == 0 && len(a.Comments) == 1 && a.Comments[0].Text == "Step 3 is not there" && a.Comments[0].Who == "Elif Brandt"
	})
	until(t, "nothing waits", func() bool {
		a := elif.reads(id)
		return !a.Waits && a.Vote == "no" && a.Follow == "all" && !a.Comments[0].Waits
	})
	if err := lea.api.SettleComment(lea.reads(id).Comments[0].ID, ""); err != nil {
		t.Fatal(err)
	}
	until(t, "it is done", func() bool { a := lea.reads(id); return a.Comments[0].Done && a.ArticleRow.Comments == 0 })

	edit := lea.reads(id).Edit
	if _, err := lea.api.WriteArticle(app.ArticleDraft{ID: id, Edit: edit, Section: "mail", Title: "Reset it", Text: "Press **reset** twice.", Readers: "public"}, false); err != nil {
		t.Fatal(err)
	}
	if _, err := lea.api.WriteArticle(app.ArticleDraft{ID: id, Edit: edit, Section: "mail", Title: "x", Text: "x"}, false); err == nil {
		t.Error("what was not seen is overwritten")
	}
	if err := lea.api.MoveArticle(id, edit+1, "publish", "twice"); err != nil {
		t.Fatal(err)
	}
	until(t, "elif reads the new one", func() bool {
		a := elif.reads(id)
		return a.Title == "Reset it" && a.Changed == "twice" && len(a.Earlier) == 1 && a.Earlier[0].Title == "Reset a password" && a.Earlier[0].Text == "Press **reset**."
	})
	if found, err := elif.api.FindArticles("rese"); err != nil || len(found) != 1 {
		t.Errorf("found %+v, %v", found, err)
	}
	if found, err := elif.api.SuggestArticles("How do I reset it?", "I forgot my password"); err != nil || len(found) != 1 || found[0].ID != id {
		t.Errorf("suggested %+v, %v", found, err)
	}
	if found, err := elif.api.SuggestArticles("The printer is broken", ""); err != nil || len(found) != 0 {
		t.Errorf("suggested %+v, %v", found, err)
	}
}

// A customer's contribution is theirs until they send it, and comes back with a
// reason.
func TestAContribution(t *testing.T) {
	_, elif, lea, _ := anArticle(t)
	// What is written is kept here from the first word, over a restart.
	if err := elif.api.KeepArticle(app.ArticleDraft{Section: "mail", Title: "My", Text: "Do it"}); err != nil {
		t.Fatal(err)
	}
	elif.restart()
	until(t, "it is open again", func() bool { return elif.boot().State == "ready" })
	if d, err := elif.api.KeptArticle(""); err != nil || d == nil || d.Title != "My" || d.Text != "Do it" || d.Section != "mail" {
		t.Errorf("kept is %+v, %v", d, err)
	}
	if all, err := elif.api.Drafts(); err != nil || len(all) != 0 {
		t.Errorf("it stands among the requests: %+v, %v", all, err)
	}
	if _, err := elif.api.WriteArticle(app.ArticleDraft{Section: "mail", Text: "Do it"}, false); err == nil {
		t.Error("one without a title is queued")
	}
	if d, _ := elif.api.KeptArticle(""); d == nil {
		t.Error("what was refused is lost")
	}
	mine, err := elif.api.WriteArticle(app.ArticleDraft{Section: "mail", Title: "My trick", Text: "Do it twice"}, false)
	if err != nil {
		t.Fatal(err)
	}
	if d, _ := elif.api.KeptArticle(""); d != nil {
		t.Errorf("what was queued is kept still: %+v", d)
	}
	a := elif.reads(mine)
	if a.State != "draft" || !a.Mine || a.Draft == nil || a.Draft.Text != "Do it twice" || !slices.Contains(a.Can, "drop") || !slices.Contains(a.Can, "write") {
		t.Errorf("it is %+v, %+v", a, a.Draft)
	}
	if _, err := elif.api.WriteArticle(app.ArticleDraft{ID: mine, Edit: a.Edit, Section: "mail", Title: "My trick", Text: "Do it three times"}, true); err != nil {
		t.Fatal(err)
	}
	until(t, "lea has it", func() bool { return slices.Contains(lea.shelf(), "mail:review:My trick") })
	if a := lea.reads(mine); a.By != "Elif Brandt" || a.Draft.Readers != "staff" {
		t.Errorf("lea has %+v, %+v", a, a.Draft)
	}
	if err := lea.api.MoveArticle(mine, lea.reads(mine).Edit, "return", "Which version?"); err != nil {
		t.Fatal(err)
	}
	until(t, "it came back", func() bool { a := elif.reads(mine); return a.State == "draft" && a.Draft.Reason == "Which version?" })
	until(t, "elif is told that it came back", func() bool {
		v := elif.notified()
		return len(v.Items) == 1 && v.Items[0].Kind == "contributed" && v.Items[0].Back && v.Items[0].Subject == "My trick" && v.Items[0].Article == mine
	})
	until(t, "lea has it no more", func() bool {
		return !slices.ContainsFunc(lea.shelf(), func(s string) bool { return strings.Contains(s, "My trick") })
	})
}

// changed gives what somebody was told of articles, the newest first: how many and
// what the newest is called.
func (d *desktop) changed() (out []string) {
	for _, n := range d.notified().Items {
		if n.Kind == "changed" {
			out = append(out, fmt.Sprint(n.Articles, " ", n.Subject))
		}
	}
	return out
}

// Whoever follows an article is told at once that it changed, and whoever wants it
// once a day is told once a day; who published it is not told.
func TestFollowedArticles(t *testing.T) {
	_, elif, lea, id := anArticle(t)
	publish := func(title string) {
		t.Helper()
		until(t, "nothing of it waits", func() bool { return !lea.reads(id).Waits })
		edit := lea.reads(id).Edit
		if _, err := lea.api.WriteArticle(app.ArticleDraft{ID: id, Edit: edit, Section: "mail", Title: title, Text: title, Readers: "public"}, false); err != nil {
			t.Fatal(err)
		}
		if err := lea.api.MoveArticle(id, edit+1, "publish", ""); err != nil {
			t.Fatal(err)
		}
		until(t, "elif reads it", func() bool { return elif.reads(id).Title == title && lea.reads(id).Title == title })
	}
	follow := func(d *desktop, article, section, level string) {
		t.Helper()
		if err := d.api.FollowArticle(article, section, level); err != nil {
			t.Fatal(err)
		}
	}
	publish("one") // nobody follows it
	follow(elif, id, "", "all")
	follow(lea, id, "", "all")
	publish("two")
	// What came right before they followed it may be told, too.
	until(t, "elif is told", func() bool { got := elif.changed(); return len(got) > 0 && got[0] == "1 two" })
	told := elif.changed()
	if n := elif.notified().Items[0]; n.Article != id || n.Seen || n.Class != "progress" {
		t.Errorf("told is %+v", n)
	}
	follow(elif, id, "", "")
	follow(elif, "", "mail", "digest")
	publish("three")
	publish("four")
	until(t, "it is followed by its section", func() bool { h, err := elif.api.Help(); return err == nil && h.Sections[0].Follow == "digest" })
	if got := elif.changed(); !slices.Equal(got, told) {
		t.Errorf("before the day is over: %q", got)
	}
	elif.restartAt(25 * time.Hour)
	until(t, "elif is told the next day", func() bool {
		return elif.boot().State == "ready" && slices.Equal(elif.changed(), append([]string{"1 four"}, told...))
	})
	if got := lea.changed(); len(got) != 0 {
		t.Errorf("who published is told %q", got)
	}
}

// An article is put into a reply as a ready answer where all who read that may
// read it; and what did not help is named beside the ticket.
func TestAnArticleInAReply(t *testing.T) {
	srv, elif, lea, id := anArticle(t)
	inside, err := lea.api.WriteArticle(app.ArticleDraft{Section: "mail", Title: "Our ways", Text: "x", Readers: "staff"}, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := lea.api.MoveArticle(inside, 1, "publish", ""); err != nil {
		t.Fatal(err)
	}
	n := newTicket()
	n.Department, n.Tried = "hosting", []string{id}
	// A draft knows them, too.
	kept, err := elif.api.SaveDraft(app.Draft{Kind: "new", Subject: "x", Tried: []string{id, "no id"}})
	if err != nil || len(kept.Tried) != 1 {
		t.Errorf("a draft keeps %+v, %v", kept.Tried, err)
	}
	if err := elif.api.DropDraft(kept.Key); err != nil {
		t.Fatal(err)
	}
	o := elif.opens(n)
	jonas := newDesktop(t)
	jonas.signIn(srv.URL, "jonas")
	until(t, "jonas has it all", func() bool {
		h, err := jonas.api.Help()
		return err == nil && len(h.Articles) == 2 && jonas.has(o.Ticket, "It says 502.")
	})
	if v := jonas.ticket(o.Ticket); len(v.Tried) != 1 || v.Tried[0].Title != "Reset a password" {
		t.Errorf("tried are %+v", v.Tried)
	}
	if v := elif.ticket(o.Ticket); len(v.Tried) != 0 {
		t.Errorf("a customer is told %+v", v.Tried)
	}
	all, err := jonas.api.Macros(o.Ticket)
	if err != nil || len(all) != 1 || all[0].ID != "article:"+id {
		t.Fatalf("ready answers %+v, %v", all, err)
	}
	if f, err := jonas.api.FillMacro(o.Ticket, all[0].ID); err != nil || f.Text != "Reset a password\n\nPress **reset**." {
		t.Errorf("filled %+v, %v", f, err)
	}
	if _, err := jonas.api.FillMacro(o.Ticket, "article:"+inside); err == nil {
		t.Error("what is the team's goes into a reply")
	}
}

// One that was retired and is brought back is where it was, as it was.
func TestAnArticleBroughtBack(t *testing.T) {
	_, elif, lea, id := anArticle(t)
	for _, step := range []string{"retire", "publish"} {
		until(t, "nothing of it waits", func() bool { return !lea.reads(id).Waits })
		if err := lea.api.MoveArticle(id, lea.reads(id).Edit, step, "x"); err != nil {
			t.Fatal(step, err)
		}
		has := step == "publish"
		until(t, "elif has it or not", func() bool { return slices.Equal(elif.shelf(), []string{"mail:published:Reset a password"}) == has })
	}
}

// Two write at once, offline: who comes second is told, has every word, and goes on
// from the article as it is.
func TestAnArticleSomebodyElseChanged(t *testing.T) {
	srv, _, lea, id := anArticle(t)
	jonas := newDesktop(t)
	jonas.signIn(srv.URL, "jonas")
	until(t, "jonas has it", func() bool { return slices.Contains(jonas.shelf(), "mail:published:Reset a password") })
	until(t, "nothing waits", func() bool { return !lea.reads(id).Waits })
	jonas.offline()
	his := app.ArticleDraft{ID: id, Edit: jonas.reads(id).Edit, Section: "mail", Title: "His", Text: "his words", Readers: "public"}
	if _, err := jonas.api.WriteArticle(his, true); err != nil {
		t.Fatal(err)
	}
	hers := his
	hers.Title, hers.Text = "Hers", "her words"
	if _, err := lea.api.WriteArticle(hers, false); err != nil {
		t.Fatal(err)
	}
	until(t, "hers is there", func() bool { a := lea.reads(id); return !a.Waits && a.Draft != nil && a.Draft.Title == "Hers" })
	jonas.line.mend()
	jonas.live()
	var item app.OutboxItem
	until(t, "his needs him", func() bool {
		all, err := jonas.api.Outbox()
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(all, func(x app.OutboxItem) bool { return x.State == "conflict" })
		if i >= 0 {
			item = all[i]
		}
		return i >= 0
	})
	if !strings.Contains(item.Title, "His") || item.Text != "his words" || !slices.Contains(item.Actions, "edit") {
		t.Errorf("in the outbox stands %+v", item)
	}
	until(t, "he sees hers", func() bool { a := jonas.reads(id); return a.Draft != nil && a.Draft.Title == "Hers" })
	if d, err := jonas.api.EditItem(item.ID); err != nil || d.Key != "article/"+id {
		t.Fatalf("taken back: %+v, %v", d, err)
	}
	kept, err := jonas.api.KeptArticle(id)
	if err != nil || kept == nil || kept.Text != "his words" || kept.Edit != jonas.reads(id).Edit || kept.Readers != "public" {
		t.Fatalf("kept is %+v, %v", kept, err)
	}
	kept.Text = "both"
	if _, err := jonas.api.WriteArticle(*kept, true); err != nil {
		t.Fatal(err)
	}
	until(t, "lea has both", func() bool { a := lea.reads(id); return a.Draft.Text == "both" && a.Draft.Sent })
}
