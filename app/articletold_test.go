package app

import (
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/notify"
	"docket/storage/cache"
)

// Lanes come one after the other: an older article that arrives after a newer one
// is told, once; and what was here at first is no news.
func TestArticlesToldInAnyOrder(t *testing.T) {
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	k := &knowledge{me: desk.Actor{Person: "ann", Role: desk.Customer}, now: start, articles: map[desk.ArticleID]cache.Article{}, follows: map[string]string{"section/mail": "all"}}
	arrives := func(id desk.ArticleID, published time.Time) {
		k.articles[id] = cache.Article{Article: desk.Article{ID: id, Published: published, Live: desk.Writing{Section: "mail", Title: string(id)}}}
	}
	var told helpTold
	tells := func(want int) {
		t.Helper()
		news, next := changedOf(k, told)
		told = next
		got := 0
		for _, n := range news {
			got += n.Articles
		}
		if got != want {
			t.Errorf("told of %d, want %d", got, want)
		}
	}
	arrives("old", start.Add(-time.Hour))
	arrives("ahead", start.Add(time.Minute)) // by the server's clock
	tells(0)
	k.now = start.Add(3 * time.Hour)
	arrives("newer", start.Add(2*time.Hour))
	tells(1)
	arrives("older", start.Add(time.Hour))
	tells(1)
	tells(0)
	delete(k.articles, "older") // while its lane is read anew
	tells(0)
	arrives("older", start.Add(time.Hour))
	tells(0)
	k.follows["section/mail"] = "digest"
	arrives("old", start.Add(3*time.Hour))
	tells(0)
	k.now = start.Add(25 * time.Hour)
	tells(1)
	tells(0)
}

// A notice says what is new in each article, the newest first, and one that was
// told at once and one of the day stand together in one.
func TestANoticeSaysWhatIsNew(t *testing.T) {
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	k := &knowledge{me: desk.Actor{Person: "ann", Role: desk.Customer}, now: start, articles: map[desk.ArticleID]cache.Article{}, follows: map[string]string{"section/mail": "digest", "article/a": "all"}}
	_, told := changedOf(k, helpTold{})
	for i, id := range []desk.ArticleID{"a", "b", "c"} {
		k.articles[id] = cache.Article{Article: desk.Article{ID: id, Published: start.Add(time.Duration(i+1) * time.Hour), Changed: "new in " + string(id), Live: desk.Writing{Section: "mail", Title: "Title " + string(id)}}}
	}
	k.now = start.Add(4 * time.Hour)
	news, told := changedOf(k, told)
	if len(news) != 1 || news[0].Article != "a" || news[0].Subject != "Title a" || news[0].Text != "new in a" {
		t.Fatalf("at once: %+v", news)
	}
	k.now = start.Add(23 * time.Hour)
	if news, told = changedOf(k, told); len(news) != 0 {
		t.Fatalf("before the day is over: %+v", news)
	}
	k.articles["a"] = cache.Article{Article: desk.Article{ID: "a", Published: start.Add(24 * time.Hour), Live: desk.Writing{Section: "mail", Title: "Title a"}}}
	k.now = start.Add(25 * time.Hour)
	news, told = changedOf(k, told)
	if len(news) != 2 || news[1].Articles != 2 || news[1].Subject != "Title c" || news[1].Text != "new in c\nTitle b: new in b" {
		t.Fatalf("once a day: %+v", news)
	}
	got := notify.Gather(news)
	if len(got) != 1 || got[0].Articles != 3 || got[0].Article != "a" || len(got[0].All) != 3 {
		t.Errorf("together: %+v", got)
	}
	if news, _ = changedOf(k, told); len(news) != 0 {
		t.Errorf("again: %+v", news)
	}
}
