package cache

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/storage/terms"
)

// The knowledge base lies among the reference data, in lanes of its own. What is
// shown of all of it, heads without their texts, is kept in memory until some of
// it changes; a text is read when somebody opens it. Its words are few beside
// those of tickets: they are looked at when somebody first searches in it, once
// for each form of an article, and nothing of them is stored.

// Article is an article as its reader has it, and how many at least it helped.
type Article struct {
	desk.Article
	Helped uint32 `json:"helped,omitempty"`
	// Views is how many at least read what its reader contributed.
	Views uint32 `json:"-"`
}

// Help is what there is of the knowledge base. Nobody may change it.
type Help struct {
	Sections []desk.Section
	// Articles are heads; their texts are Cache.Article's.
	Articles map[desk.ArticleID]Article
	Tallies  map[desk.ArticleID]desk.Tally
	Votes    map[desk.ArticleID]desk.Vote
	Seen     map[desk.ArticleID]desk.Seen
	Comments map[desk.CommandID]desk.Comment
	// Before are the files of what articles said before, by its EarlierRef.
	Before map[string][]desk.Attachment
}

// help is what is in memory of the knowledge base.
type help struct {
	mu    sync.Mutex
	now   *Help // nil until asked for
	words map[desk.ArticleID]*articleTerms
	index *articleIndex
}

// articleIndex says where each word stands in the articles of a Help.
type articleIndex struct {
	of    *Help
	terms []string // in their order
	in    map[string][]standing
	docs  int
}

// standing is a word in an article: how much it says there.
type standing struct {
	id     desk.ArticleID
	weight float64
}

// articleTerms are the words of an article in one form.
type articleTerms struct {
	form  string
	title map[string]bool
	all   map[string]int // how often
	size  int
}

// isHelp reports whether a kind of reference data is of the knowledge base.
func isHelp(k desk.RefKind) bool {
	switch k {
	case desk.RefSection, desk.RefArticle, desk.RefEarlier, desk.RefTally, desk.RefComment, desk.RefVote, desk.RefContributed, desk.RefSeen:
		return true
	}
	return false
}

// helpChanged brings what is in memory to a piece of reference data that is stored,
// or has it read anew where one is gone: another lane may have it still.
func (w *writer) helpChanged(ref *desk.Ref, gone bool) {
	w.help = true
	w.after = append(w.after, func() {
		x := &w.c.help
		x.mu.Lock()
		defer x.mu.Unlock()
		if x.now == nil {
			return
		}
		if gone {
			x.now = nil
			return
		}
		next := *x.now
		next.Sections, next.Articles, next.Tallies = slices.Clone(next.Sections), maps.Clone(next.Articles), maps.Clone(next.Tallies)
		next.Votes, next.Comments, next.Before = maps.Clone(next.Votes), maps.Clone(next.Comments), maps.Clone(next.Before)
		next.Seen = maps.Clone(next.Seen)
		if x.now = &next; w.c.helpRef(&next, ref.Kind, ref.Body) != nil {
			x.now = nil // whoever reads it hears what is wrong
		}
	})
}

// helpLanes are the numbers of the lanes that have some of the knowledge base,
// those of staff last.
func (c *Cache) helpLanes() []uint32 {
	var customers, staff []uint32
	for lane, st := range c.lanes {
		switch {
		case !access.IsHelp(lane) && access.ReaderOf(lane) == "":
		case access.IsCustomerLane(lane):
			customers = append(customers, st.No)
		default:
			staff = append(staff, st.No)
		}
	}
	return append(customers, staff...)
}

// Help gives what there is of the knowledge base.
func (c *Cache) Help() (*Help, error) {
	var out *Help
	err := c.view(func(txn *badger.Txn) (err error) {
		c.help.mu.Lock() // within the read, so that no commit can come between
		defer c.help.mu.Unlock()
		if c.help.now == nil {
			if c.help.now, err = c.readHelp(txn); err != nil {
				c.help.now = nil
				return err
			}
		}
		out = c.help.now
		return nil
	})
	return out, err
}

func (c *Cache) readHelp(txn *badger.Txn) (*Help, error) {
	h := &Help{
		Articles: map[desk.ArticleID]Article{}, Tallies: map[desk.ArticleID]desk.Tally{}, Votes: map[desk.ArticleID]desk.Vote{}, Comments: map[desk.CommandID]desk.Comment{},
		Before: map[string][]desk.Attachment{}, Seen: map[desk.ArticleID]desk.Seen{},
	}
	for _, no := range c.helpLanes() {
		err := c.refsOfLane(txn, no, func(kind desk.RefKind, _ string, body []byte) error { return c.helpRef(h, kind, body) })
		if err != nil {
			return nil, err
		}
	}
	return h, nil
}

// helpRef puts a piece of reference data in its place.
func (c *Cache) helpRef(h *Help, kind desk.RefKind, body []byte) error {
	var err error
	switch kind {
	case desk.RefSection:
		var v desk.Section
		err = c.codec.Unmarshal(body, &v)
		h.Sections = append(slices.DeleteFunc(h.Sections, func(x desk.Section) bool { return x.ID == v.ID }), v)
	case desk.RefArticle, desk.RefContributed:
		var v Article
		if v, err = c.decodeArticle(kind, body, h.Articles); err == nil {
			h.Articles[v.ID] = headOf(v)
		}
	case desk.RefEarlier:
		var v desk.Earlier
		if err = c.codec.Unmarshal(body, &v); err == nil && len(v.Live.Files) > 0 {
			h.Before[desk.EarlierRef(v.Article, v.Published)] = v.Live.Files
		}
	case desk.RefTally:
		var v desk.Tally
		err = c.codec.Unmarshal(body, &v)
		h.Tallies[v.Article] = v
	case desk.RefVote:
		var v desk.Vote
		err = c.codec.Unmarshal(body, &v)
		h.Votes[v.Article] = v
	case desk.RefSeen:
		var v desk.Seen
		err = c.codec.Unmarshal(body, &v)
		h.Seen[v.Article] = v
	case desk.RefComment:
		var v desk.Comment
		err = c.codec.Unmarshal(body, &v)
		h.Comments[v.ID] = v
	}
	if err != nil {
		return fmt.Errorf("decode reference %s: %w", kind, err)
	}
	return nil
}

// headOf is an article without its texts.
func headOf(v Article) Article {
	v.Live.Text = ""
	if v.Draft != nil {
		d := *v.Draft
		d.Text, v.Draft = "", &d
	}
	if v.Contributed != nil {
		x := *v.Contributed
		x.Text, v.Contributed = "", &x
	}
	return v
}

// decodeArticle reads an article, or what its reader contributed of one; the two
// are one article where both are here.
func (c *Cache) decodeArticle(kind desk.RefKind, body []byte, have map[desk.ArticleID]Article) (Article, error) {
	if kind == desk.RefArticle {
		var v Article
		err := c.codec.Unmarshal(body, &v)
		if old, there := have[v.ID]; there && v.Contributed == nil && old.Contributed != nil {
			v.Contributed, v.By, v.Views = old.Contributed, old.By, old.Views
		}
		return v, err
	}
	var o desk.OwnArticle
	if err := c.codec.Unmarshal(body, &o); err != nil {
		return Article{}, err
	}
	v := have[o.Article]
	x := o.Contribution
	v.ID, v.By, v.Contributed, v.Views = o.Article, c.me.Person, &x, o.Views
	return v, nil
}

// refsNamed reads what the lanes of the knowledge base have of that kind and id,
// or of those that begin so.
func (c *Cache) refsNamed(txn *badger.Txn, kind desk.RefKind, begins string, fn func(body []byte) error) error {
	for _, no := range c.helpLanes() {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: refKey(no, &desk.Ref{Kind: kind, ID: begins})})
		err := func() error {
			defer it.Close()
			for it.Rewind(); it.Valid(); it.Next() {
				k := it.Item().KeyCopy(nil)
				b, err := valueOf(txn, k, it.Item())
				if err != nil {
					return err
				}
				if len(b) < 4 {
					return mismatch("reference", k)
				}
				if err := fn(bytes.Clone(b[4:])); err != nil {
					return fmt.Errorf("decode reference %s: %w", kind, err)
				}
			}
			return nil
		}()
		if err != nil {
			return err
		}
	}
	return nil
}

// Article gives an article with its texts, and desk.ErrNotFound for one that is
// not here.
func (c *Cache) Article(id desk.ArticleID) (Article, error) {
	have := map[desk.ArticleID]Article{}
	if !desk.ValidUUID(string(id)) {
		return Article{}, noArticle()
	}
	err := c.view(func(txn *badger.Txn) error {
		for _, kind := range []desk.RefKind{desk.RefContributed, desk.RefArticle} {
			if err := c.refsNamed(txn, kind, string(id), func(body []byte) error {
				v, err := c.decodeArticle(kind, body, have)
				have[id] = v
				return err
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Article{}, err
	}
	v, there := have[id]
	if !there {
		return Article{}, noArticle()
	}
	return v, nil
}

func noArticle() *desk.Error {
	return &desk.Error{Code: desk.CodeNotFound, Field: "article", Message: "There is no such article, or you cannot see it any more.", Hint: "Look for it in Help, or ask the support desk."}
}

// Earlier gives what an article said before, the newest first.
func (c *Cache) Earlier(id desk.ArticleID) (out []desk.Earlier, err error) {
	if !desk.ValidUUID(string(id)) {
		return nil, noArticle()
	}
	err = c.view(func(txn *badger.Txn) error {
		return c.refsNamed(txn, desk.RefEarlier, string(id)+"/", func(body []byte) error {
			var e desk.Earlier
			err := c.codec.Unmarshal(body, &e)
			out = append(out, e)
			return err
		})
	})
	slices.SortFunc(out, func(a, b desk.Earlier) int { return b.Published.Compare(a.Published) })
	return out, err
}

// FoundArticle is an article that was looked for, and how well it fits.
type FoundArticle struct {
	ID    desk.ArticleID
	Score float64
}

// FindArticles looks in the titles and texts of what readers have, and of drafts
// where there is nothing else, for the words of a text; the best first, at most
// most. With all, every word has to be there, the last as far as it was typed; else
// a third of what the words weigh.
func (c *Cache) FindArticles(text string, all bool, most int) ([]FoundArticle, error) {
	var asked []string
	ask := func(text string) {
		for _, w := range terms.Words(text) {
			if !slices.Contains(asked, w.Term) && len(asked) < mostAsked {
				asked = append(asked, w.Term)
			}
		}
	}
	if all {
		ask(text)
	} else {
		for _, w := range slices.Sorted(maps.Keys(desk.Telling(text))) { // not what every text has
			if !everywhere[w] {
				ask(w)
			}
		}
	}
	if len(asked) == 0 {
		return nil, nil
	}
	index, err := c.articleIndex()
	if err != nil {
		return nil, err
	}
	// How often each word that was asked is in each article, and in how many.
	hits := make([]map[desk.ArticleID]float64, len(asked))
	for i, term := range asked {
		hits[i] = index.fits(term, all && i == len(asked)-1)
	}
	total := 0.0
	scores := map[desk.ArticleID]float64{}
	found := map[desk.ArticleID]float64{}
	words := map[desk.ArticleID]int{}
	for _, h := range hits {
		weight := math.Log(1 + float64(index.docs+1)/float64(len(h)+1))
		if len(h) > 0 { // what no article has tells them not apart
			total += weight
		}
		for id, n := range h {
			scores[id] += weight * n
			found[id] += weight
			words[id]++
		}
	}
	var out []FoundArticle
	for id, score := range scores {
		if all && words[id] < len(asked) || !all && found[id] < total/3 {
			continue
		}
		out = append(out, FoundArticle{id, score})
	}
	slices.SortFunc(out, func(a, b FoundArticle) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return strings.Compare(string(a.ID), string(b.ID))
	})
	return out[:min(most, len(out))], nil
}

// everywhere are words that say nothing of what a text is about, in English and in
// German, where a few articles do not tell.
var everywhere = func() map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(`the and for are was were that this these those with from have has had not but you your our can cannot could will would
		since when what why how who all any its his her their they them there then than does did been being into out off over after before about please help hello thanks
		der die das und ist sind war nicht ein eine einen einem einer den dem des mit von aus für auf bei seit wenn was wie wer warum ich wir sie ihr ihre mein meine
		kann können hat haben habe wird werden auch noch nur aber oder nach vor über bitte hallo danke seit heute dass`) {
		out[w] = true
	}
	return out
}()

// mostAsked bounds the words that are looked for.
const mostAsked = 40

// fits says how well each article has a word: in its title, often, as it is or
// inflected, or, where it is still typed, as a beginning.
func (x *articleIndex) fits(term string, typing bool) map[desk.ArticleID]float64 {
	out := map[desk.ArticleID]float64{}
	add := func(word string) {
		for _, at := range x.in[word] {
			out[at.id] += at.weight
		}
	}
	f, inflected := terms.Inflect(term)
	prefix := term
	if inflected {
		prefix = f.Prefix
	}
	if !typing && !inflected {
		add(term)
		return out
	}
	from, _ := slices.BinarySearch(x.terms, prefix)
	for _, word := range x.terms[from:] {
		if !strings.HasPrefix(word, prefix) {
			break
		}
		if word == term || typing && strings.HasPrefix(word, term) || inflected && f.Has(word) {
			add(word)
		}
	}
	return out
}

// articleIndex gives the words of every article, reading the articles that are
// new.
func (c *Cache) articleIndex() (*articleIndex, error) {
	h, err := c.Help()
	if err != nil {
		return nil, err
	}
	c.help.mu.Lock()
	index, known := c.help.index, c.help.words
	c.help.mu.Unlock()
	if index != nil && index.of == h {
		return index, nil
	}
	words := map[desk.ArticleID]*articleTerms{}
	index = &articleIndex{of: h, in: map[string][]standing{}, docs: len(h.Articles)}
	for id, a := range h.Articles {
		form := fmt.Sprint(a.Published.UnixNano(), a.Retired.IsZero(), a.EditFor(c.me))
		w := known[id]
		if w == nil || w.form != form {
			whole, err := c.Article(id)
			if err != nil {
				return nil, err
			}
			w = wordsIn(form, &whole.Article)
		}
		words[id] = w
		for word, times := range w.all {
			weight := float64(times) / (float64(times) + 0.5 + float64(w.size)/200)
			if w.title[word] {
				weight += 2
			}
			index.in[word] = append(index.in[word], standing{id, weight})
		}
	}
	index.terms = slices.Sorted(maps.Keys(index.in))
	c.help.mu.Lock()
	c.help.words, c.help.index = words, index
	c.help.mu.Unlock()
	return index, nil
}

// saidIn is what an article is found by: what readers have, or what will be that
// where there is nothing else.
func saidIn(a *desk.Article) (title, text string) {
	switch {
	case a.Live.Title != "":
	case a.Draft != nil:
		return a.Draft.Title, a.Draft.Text
	case a.Contributed != nil:
		return a.Contributed.Title, a.Contributed.Text
	}
	return a.Live.Title, a.Live.Text
}

func wordsIn(form string, a *desk.Article) *articleTerms {
	title, text := saidIn(a)
	w := &articleTerms{form: form, title: map[string]bool{}, all: map[string]int{}}
	for at, part := range []string{title, text} {
		terms.Each(part, func(term []byte, _, _ int) {
			w.all[string(term)]++
			w.size++
			if at == 0 {
				w.title[string(term)] = true
			}
		})
	}
	return w
}
