package app

import (
	"testing"
	"time"

	"docket/app/desk"
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
