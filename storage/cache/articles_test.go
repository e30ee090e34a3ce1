package cache

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"docket/app/desk"
)

func artID(n int) desk.ArticleID {
	return desk.ArticleID(fmt.Sprintf("0198b000-0000-7000-8000-%012d", n))
}

func refItem(kind desk.RefKind, id string, v any) desk.Item {
	return desk.Item{Kind: desk.ItemRef, Ref: &desk.Ref{Kind: kind, ID: id, Body: encode(v)}}
}

func articleItem(n int, title, text string) desk.Item {
	return refItem(desk.RefArticle, string(artID(n)), desk.Article{
		ID: artID(n), Edit: 1, By: "anna", Published: t0.Add(time.Duration(n) * time.Hour), Live: desk.Writing{Section: "mail", Title: title, Text: text, Readers: desk.ReadersPublic},
	})
}

// helpCache has a few articles.
func helpCache(t *testing.T) *Cache {
	c := fresh(t)
	load(t, c, "s/help",
		refItem(desk.RefSection, "mail", desk.Section{ID: "mail", Name: "Mail", Readers: desk.ReadersPublic}),
		articleItem(1, "Reset a password", "Press reset and wait for the message."),
		articleItem(2, "The mailbox is full", "Error 552 5.2.2 says that it is full. A password does not help; passwords never do."),
		articleItem(3, "Kündigen Sie ein Postfach", "Eine Kündigung gilt zum Ende des Monats."),
		refItem(desk.RefTally, string(artID(1)), desk.Tally{Article: artID(1), Yes: 7}),
	)
	return c
}

func TestHelpIsReadAndKeptCurrent(t *testing.T) {
	c := helpCache(t)
	place, err := c.Place()
	if err != nil || len(place.Departments) != 3 {
		t.Fatalf("place %+v, %v", place, err)
	}
	known := c.place
	h, err := c.Help()
	if err != nil || len(h.Articles) != 3 || len(h.Sections) != 1 || h.Tallies[artID(1)].Yes != 7 {
		t.Fatalf("help %+v, %v", h, err)
	}
	if a := h.Articles[artID(1)]; a.Live.Title != "Reset a password" || a.Live.Text != "" {
		t.Errorf("a head has %+v", a)
	}
	a, err := c.Article(artID(2))
	if err != nil || a.Live.Text == "" {
		t.Errorf("article %+v, %v", a, err)
	}
	if _, err := c.Article(artID(9)); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("one that is not here: %v", err)
	}
	var told []Applied
	defer c.Subscribe(func(a Applied) { told = append(told, a) })()
	apply(t, c, "s/help", articleItem(1, "Reset it", "now"), refItem(desk.RefEarlier, desk.EarlierRef(artID(1), t0), desk.Earlier{Article: artID(1), Published: t0, Live: desk.Writing{Title: "Reset a password"}}))
	if h, _ := c.Help(); h.Articles[artID(1)].Live.Title != "Reset it" {
		t.Errorf("it is still %+v", h.Articles[artID(1)])
	}
	if e, err := c.Earlier(artID(1)); err != nil || len(e) != 1 || e[0].Live.Title != "Reset a password" {
		t.Errorf("earlier %+v, %v", e, err)
	}
	if e, err := c.Earlier(artID(2)); err != nil || len(e) != 0 {
		t.Errorf("earlier of another %+v, %v", e, err)
	}
	if len(told) != 1 || !told[0].Help || told[0].Refs {
		t.Errorf("told %+v", told)
	}
	if c.place != known {
		t.Error("an article had the directory read anew")
	}
	// What is kept up to date in memory is what reading all of it gives.
	apply(t, c, "s/help", refItem(desk.RefTally, string(artID(2)), desk.Tally{Article: artID(2), No: 1}), refItem(desk.RefSection, "mail", desk.Section{ID: "mail", Name: "Post"}),
		refItem(desk.RefComment, "c1", desk.Comment{ID: "c1", Article: artID(2), Text: "x"}), articleItem(4, "Four", "4"))
	have, err := c.Help()
	if err != nil {
		t.Fatal(err)
	}
	c.help.now = nil
	if read, err := c.Help(); err != nil || !reflect.DeepEqual(have, read) || len(read.Articles) != 4 || read.Sections[0].Name != "Post" || len(read.Sections) != 1 || have == read {
		t.Errorf("in memory %+v, read %+v, %v", have, read, err)
	}
	apply(t, c, "s/help", desk.Item{Kind: desk.ItemUnref, Ref: &desk.Ref{Kind: desk.RefArticle, ID: string(artID(4))}})
	apply(t, c, "s/help", desk.Item{Kind: desk.ItemUnref, Ref: &desk.Ref{Kind: desk.RefArticle, ID: string(artID(1))}})
	if h, _ := c.Help(); len(h.Articles) != 2 {
		t.Errorf("it is there still: %+v", h.Articles)
	}
}

// What somebody contributed and what of it they may read are one article.
func TestWhatACustomerContributed(t *testing.T) {
	c, _ := open2(t, t.TempDir())
	if err := c.SetMe(desk.Actor{Person: "rita", Role: desk.Customer}); err != nil {
		t.Fatal(err)
	}
	load(t, c, "c/dir", dirItem())
	own := desk.OwnArticle{Article: artID(1), State: desk.ArticlePublished, Contribution: desk.Contribution{Edit: 2, Title: "Mine", Text: "my text", Sent: true}}
	load(t, c, "c/user/rita", refItem(desk.RefContributed, string(artID(1)), own))
	load(t, c, "c/help", refItem(desk.RefArticle, string(artID(1)), desk.CustomerArticle{ID: artID(1), Published: t0, Helped: 5, Live: desk.CustomerWriting{Title: "Ours", Text: "our text", Readers: desk.ReadersPublic}}))
	a, err := c.Article(artID(1))
	if err != nil || a.Live.Text != "our text" || a.Contributed == nil || a.Contributed.Text != "my text" || a.By != "rita" || a.Helped != 5 || a.EditFor(c.me) != 2 {
		t.Errorf("article %+v, %+v, %v", a, a.Contributed, err)
	}
	if h, err := c.Help(); err != nil || len(h.Articles) != 1 || h.Articles[artID(1)].Contributed == nil || h.Articles[artID(1)].Contributed.Text != "" {
		t.Errorf("heads %+v, %v", h, err)
	}
}

func TestArticlesAreFound(t *testing.T) {
	c := helpCache(t)
	find := func(text string, all bool) (out []int) {
		t.Helper()
		got, err := c.FindArticles(text, all, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range got {
			for n := range 5 {
				if f.ID == artID(n) {
					out = append(out, n)
				}
			}
		}
		return out
	}
	for _, x := range []struct {
		text string
		all  bool
		want []int
	}{
		{"password", true, []int{1, 2}}, // the title first
		{"passwords", true, []int{1, 2}},
		{"pass", true, []int{1, 2}},
		{"reset passw", true, []int{1}},
		{"552 5.2.2", true, []int{2}},
		{"kundigung", true, []int{3}},
		{"KÜNDIG", true, []int{3}},
		{"reset mailbox", true, nil},
		{"I cannot reset my password since this morning", false, []int{1, 2}},
		{"the printer is out of paper", false, nil},
		{"", true, nil},
		{" -- ", false, nil},
		{"\xff", true, nil},
	} {
		if got := find(x.text, x.all); !slices.Equal(got, x.want) {
			t.Errorf("%q finds %v, want %v", x.text, got, x.want)
		}
	}
	again := articleItem(1, "Set it again", "now")
	var a desk.Article
	if err := c.codec.Unmarshal(again.Ref.Body, &a); err != nil {
		t.Fatal(err)
	}
	a.Edit = 3
	again.Ref.Body = encode(a)
	apply(t, c, "s/help", again)
	if got := find("reset", true); got != nil {
		t.Errorf("what it said before finds %v", got)
	}
	if got := find("set again", true); !slices.Equal(got, []int{1}) {
		t.Errorf("what it says finds %v", got)
	}
}
