package app_test

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"docket/app"
	"docket/sync/cmd/docketd/runtest"
)

// asking are the ways in which the page asks by words, or is told of what is like
// something (RELIABILITY T05, T06): what each answers is a function of who asks and
// of what they type alone. A new way has to stand here, or among those that show no
// text of anybody's.
var asking = map[string]func(d *desktop, word, ticket, article string) (any, error){
	"Search":          func(d *desktop, w, _, _ string) (any, error) { return d.api.Search(w, 0) },
	"Search, begun":   func(d *desktop, w, _, _ string) (any, error) { return d.api.Search(w[:len(w)-3], 0) },
	"Search, a slip":  func(d *desktop, w, _, _ string) (any, error) { return d.api.Search(w[1:2]+w[:1]+w[2:], 0) },
	"Search, not":     func(d *desktop, w, _, _ string) (any, error) { return d.api.Search(w+" -nonsense", 0) },
	"Search, or":      func(d *desktop, w, _, _ string) (any, error) { return d.api.Search("(nonsense or "+w+")", 0) },
	"Search, exactly": func(d *desktop, w, _, _ string) (any, error) { return d.api.Search(`"`+w+`"`, 0) },
	"Search, a file":  func(d *desktop, w, _, _ string) (any, error) { return d.api.Search("file:"+w, 0) },
	"Search, a tag":   func(d *desktop, w, _, _ string) (any, error) { return d.api.Search("tag:"+w, 0) },
	"Search, article": func(d *desktop, w, _, _ string) (any, error) { return d.api.Search("is:article "+w, 0) },
	"Search, draft":   func(d *desktop, w, _, _ string) (any, error) { return d.api.Search("is:draft "+w, 0) },
	"CountSearch":     func(d *desktop, w, _, _ string) (any, error) { return d.api.CountSearch(w) },
	"CountSearch, but": func(d *desktop, w, _, _ string) (any, error) {
		return d.api.CountSearch("-" + w)
	},
	"SearchServer":       func(d *desktop, w, _, _ string) (any, error) { return d.api.SearchServer(w, "") },
	"SearchServer, file": func(d *desktop, w, _, _ string) (any, error) { return d.api.SearchServer("file:"+w, "") },
	"Find":               func(d *desktop, w, _, _ string) (any, error) { return d.api.Find(w) },
	"FindArticles":       func(d *desktop, w, _, _ string) (any, error) { return d.api.FindArticles(w) },
	"SuggestArticles":    func(d *desktop, w, _, _ string) (any, error) { return d.api.SuggestArticles(w, "") },
	"Suggest":            func(d *desktop, w, _, _ string) (any, error) { return d.api.Suggest(w, w) },
	"ReadQuery":          func(d *desktop, w, _, _ string) (any, error) { return d.api.ReadQuery("tag:"+w[:5], 9, true) },
	"MergeChoices":       func(d *desktop, w, t, _ string) (any, error) { return d.api.MergeChoices(t, w) },
	"ProblemChoices":     func(d *desktop, w, t, _ string) (any, error) { return d.api.ProblemChoices(t, w) },
	"Resembles":          func(d *desktop, _, t, _ string) (any, error) { return d.api.Resembles(t) },
	"Article":            func(d *desktop, _, _, a string) (any, error) { return d.api.Article(a) },
	"Ticket":             func(d *desktop, _, t, _ string) (any, error) { return d.api.Ticket(t) },
	"Tags":               func(d *desktop, w, _, _ string) (any, error) { return d.api.Tags(w[:5]) },
	"Help":               func(d *desktop, _, _, _ string) (any, error) { return d.api.Help() },
	"Drafts":             func(d *desktop, _, _, _ string) (any, error) { return d.api.Drafts() },
}

// notAsking are methods that are called like it and are none.
var notAsking = map[string]string{
	"CountMisuse":   "a command",
	"UncountMisuse": "a command",
	"SuggestOwner":  "names people of a department alone; see TestSuggest",
	"ReadArticle":   "marks as read what one has",
	"EarlierDrafts": "of a draft by its key, which is one's own",
}

// teamsWords are ways that tell the words of tags, which all of the team shares in
// every department.
var teamsWords = map[string]bool{"Tags": true, "ReadQuery": true}

// everybody are the people of the desk, one of each kind.
var everybody = []string{"elif", "max", "nina", "lars", "jonas", "lea", "petra", "ada"}

// canaries are words that stand in one place each, who may read them, and by which
// way all of those find it.
var canaries = []struct{ word, where, readers, by string }{
	{"walnutbird", "a request of an organization", "elif max jonas lea ada", "Search"},
	{"hazelnotes", "a note on it", "jonas lea ada", "Search"},
	{"papayafile", "the name of a file at the note", "jonas lea ada", "Search, a file"},
	{"melonmarks", "a tag", "jonas lea ada", "Search, a tag"},
	{"almondonly", "a private request", "elif jonas lea ada", "Search"},
	{"pecanother", "a request of another organization, in another department", "lars petra ada", "Search"},
	{"cashewheal", "what solved a request", "elif max jonas lea ada", "Search"},
	{"acorndraft", "what jonas has in writing", "jonas", "Search, draft"},
	{"figarticle", "an article for everybody", "elif max nina lars jonas lea petra ada", "Search, article"},
	{"datearticle", "an article for customers", "elif max nina lars jonas lea petra ada", "FindArticles"},
	{"plumarticle", "an article for one organization", "elif max nina jonas lea petra ada", "SuggestArticles"},
	{"peacharticle", "an article for another one", "lars jonas lea petra ada", "Search"},
	{"limearticle", "an article for the team", "jonas lea petra ada", "Search"},
	{"kiwidraft", "an article that is not published", "jonas lea petra ada", "Search, article"},
	{"guavachange", "the change of a published one", "jonas lea petra ada", "Article"},
	{"olivegone", "an article that was for everybody and was retired", "jonas lea petra ada", "Search, article"},
	{"quinceunsent", "what lars contributed and has not sent", "lars", "Search, article"},
}

// canaryDesk is a desk with every canary in its place.
type canaryDesk struct {
	d       map[string]*desktop
	ticket  map[string]string // by its canary
	article map[string]string
}

func newCanaryDesk(t *testing.T) canaryDesk {
	t.Helper()
	srv := runtest.NewServer(t, "")
	c := canaryDesk{d: map[string]*desktop{}, ticket: map[string]string{}, article: map[string]string{}}
	for _, who := range everybody {
		c.d[who] = newDesktop(t)
		c.d[who].signIn(srv.URL, who)
	}
	elif, lars, jonas, lea := c.d["elif"], c.d["lars"], c.d["jonas"], c.d["lea"]
	opens := func(d *desktop, word, department, org string, private bool) {
		n := newTicket()
		n.Subject, n.Text, n.Department, n.Org, n.Private = word, word+" "+word, department, org, private
		c.ticket[word] = d.opens(n).Ticket
	}
	opens(elif, "walnutbird", "hosting", "bakery", false)
	opens(elif, "almondonly", "hosting", "bakery", true)
	opens(elif, "cashewheal", "hosting", "bakery", false)
	opens(lars, "pecanother", "billing", "studio", false)
	until(t, "jonas has them", func() bool {
		return jonas.has(c.ticket["walnutbird"], "walnutbird walnutbird") && jonas.has(c.ticket["cashewheal"], "cashewheal cashewheal")
	})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	f, err := jonas.api.AddFile("papayafile.txt", "bm8gcGFwZXI=")
	must(err)
	must(jonas.api.AddNote(c.ticket["walnutbird"], "hazelnotes", []string{f.Hash}, []string{}))
	must(jonas.api.SetTags(c.ticket["walnutbird"], []string{"melonmarks"}, []string{}))
	must(jonas.api.Reply(c.ticket["cashewheal"], "cashewheal by its key", nil, 99, "solved", app.Beside{}))
	_, err = jonas.api.SaveDraft(app.Draft{Kind: "note", Ticket: c.ticket["walnutbird"], Text: "acorndraft"})
	must(err)
	for _, s := range []app.SectionInfo{{ID: "all", Name: "All", Readers: "public"}} {
		must(lea.api.SaveSection(s))
	}
	until(t, "jonas has the section", func() bool { h, err := jonas.api.Help(); return err == nil && len(h.Sections) == 1 })
	for word, readers := range map[string]string{"figarticle": "public", "datearticle": "customers", "plumarticle": "org bakery", "peacharticle": "org studio", "limearticle": "staff"} {
		readers, org, _ := strings.Cut(readers, " ")
		c.article[word] = lea.publishes("all", word, word+" "+word, readers, org)
	}
	write := func(d *desktop, word, id string, edit int) {
		t.Helper()
		got, err := d.api.WriteArticle(app.ArticleDraft{ID: id, Edit: edit, Section: "all", Title: word, Text: word, Readers: "public"}, false)
		must(err)
		c.article[word] = got
	}
	write(lea, "kiwidraft", "", 0)
	edit := lea.reads(c.article["figarticle"]).Edit
	write(lea, "guavachange", c.article["figarticle"], edit)
	write(lars, "quinceunsent", "", 0)
	c.article["olivegone"] = lea.publishes("all", "olivegone", "olivegone", "public", "")
	until(t, "elif has it", func() bool { return elif.search("is:article olivegone").ArticleCount == 1 })
	must(lea.api.MoveArticle(c.article["olivegone"], lea.reads(c.article["olivegone"]).Edit, "retire", "it is over"))
	until(t, "elif has it no more", func() bool { return elif.search("is:article olivegone").ArticleCount == 0 })
	return c
}

// answer is what a way says, as the page is given it, with what was typed taken out.
func (c canaryDesk) answer(t *testing.T, who, way, word, typed string) string {
	t.Helper()
	got, err := asking[way](c.d[who], typed, c.ticket[word], c.article[word])
	if p, is := got.(app.SearchPage); is { // what of one's own is still being read is another matter
		p.Coverage.Waiting, p.Coverage.Unread = 0, 0
		got = p
	}
	b, _ := json.Marshal(got)
	if err != nil {
		b, _ = json.Marshal(app.FormatError(err))
	}
	out := string(b)
	for _, x := range []string{typed, typed[1:2] + typed[:1] + typed[2:], typed[:len(typed)-3], typed[:5]} {
		out = strings.ReplaceAll(out, x, "…")
	}
	return out
}

// nobodys is a word of that length that stands nowhere.
func nobodys(word string) string { return strings.Repeat("xqzjvwk", 3)[:len(word)] }

// TestCanaries: each word is found by who may read it, and whoever may not is told
// the same as of a word that stands nowhere: no title, no count, no order.
func TestCanaries(t *testing.T) {
	c := newCanaryDesk(t)
	may := func(readers, who string) bool { return slices.Contains(strings.Fields(readers), who) }
	finds := func(who, way, word string) bool {
		t.Helper()
		got, err := asking[way](c.d[who], word, c.ticket[word], c.article[word])
		if err != nil {
			return false
		}
		b, _ := json.Marshal(got)
		for _, found := range []string{`"mark":true`, `"title":"` + word, `"draft":{"id":"` + c.article[word]} {
			if strings.Contains(string(b), found) {
				return true
			}
		}
		p, is := got.(app.SearchPage)
		return is && len(p.Results)+p.ArticleCount+p.DraftCount > 0
	}
	for _, x := range canaries {
		for _, who := range strings.Fields(x.readers) {
			until(t, who+" finds "+x.word+", "+x.where, func() bool { return finds(who, x.by, x.word) })
		}
	}
	for round, ways := range map[string]func(string) bool{
		"live":    func(string) bool { return true },
		"offline": func(way string) bool { return !strings.HasPrefix(way, "SearchServer") },
	} {
		if round == "offline" {
			for _, d := range c.d {
				d.offline()
			}
		}
		for _, x := range canaries {
			for _, who := range everybody {
				if may(x.readers, who) {
					continue
				}
				for way := range asking {
					if !ways(way) || teamsWords[way] && c.d[who].boot().Me.Role != "customer" {
						continue
					}
					got, nothing := c.answer(t, who, way, x.word, x.word), c.answer(t, who, way, x.word, nobodys(x.word))
					if got != nothing || strings.Contains(nothing, x.word) {
						t.Errorf("%s, %s can tell by %s that there is %s (%s):\n\t%s\nand of nothing:\n\t%s", round, who, way, x.word, x.where, got, nothing)
					}
				}
			}
		}
		for _, x := range canaries {
			if !may(x.readers, "jonas") || !ways(x.by) {
				continue
			}
			if !finds("jonas", x.by, x.word) {
				t.Errorf("%s, jonas does not find %s", round, x.word)
			}
		}
	}
}

// TestEveryWayOfAskingIsWatched: what the page can ask by words is among the ways
// above.
func TestEveryWayOfAskingIsWatched(t *testing.T) {
	like := regexp.MustCompile(`Search|Find|Suggest|Choices|Resembl|Count|Query|Article$|Drafts$|Tags$|^Help$|Like`)
	api := reflect.TypeFor[*app.API]()
	decided := map[string]bool{}
	for way := range asking {
		name, _, _ := strings.Cut(way, ",")
		decided[name] = true
	}
	changes := regexp.MustCompile(`^(Set|Keep|Drop|Save|Take|Write|Move|Vote|Comment|Settle|Follow|Kept)`)
	for i := range api.NumMethod() {
		name := api.Method(i).Name
		if like.MatchString(name) && !changes.MatchString(name) && !decided[name] && notAsking[name] == "" {
			t.Errorf("%s tells what is like something, and nobody looks whom", name)
		}
	}
}
