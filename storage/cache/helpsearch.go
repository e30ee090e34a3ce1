package cache

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"docket/app/desk"
	"docket/storage/terms"
)

// SearchHelp gives the articles that fit what is asked, the best first. Texts are
// judged as in Search; what asks for a head or a file fits no article. An article
// is one document, so that what must not be in it is nowhere in it.
func (c *Cache) SearchHelp(ask Ask) ([]FoundArticle, error) {
	index, err := c.articleIndex()
	if err != nil || index.docs == 0 {
		return nil, err
	}
	s := helpSearch{c: c, index: index, words: map[desk.ArticleID][][]terms.Word{}}
	q := compile(ask)
	fit, err := s.eval(q)
	if err != nil || len(fit) == 0 {
		return nil, err
	}
	scores := map[desk.ArticleID]float64{}
	for _, x := range texts(q, nil) {
		for i := range x.words {
			hits := s.hits(&x.words[i])
			for id, weight := range hits {
				scores[id] += weight * math.Log(1+float64(index.docs+1)/float64(len(hits)+1))
			}
		}
	}
	out := make([]FoundArticle, 0, len(fit))
	for id := range fit {
		out = append(out, FoundArticle{id, scores[id]})
	}
	slices.SortFunc(out, func(a, b FoundArticle) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

// helpSearch is a search of the knowledge base under way.
type helpSearch struct {
	c     *Cache
	index *articleIndex
	words map[desk.ArticleID][][]terms.Word // of articles in which a phrase was looked for
}

type articles map[desk.ArticleID]bool

func (s *helpSearch) everything() articles {
	out := make(articles, len(s.index.of.Articles))
	for id := range s.index.of.Articles {
		out[id] = true
	}
	return out
}

// eval gives the articles that fit.
func (s *helpSearch) eval(q *query) (articles, error) {
	switch q.Op {
	case AskText:
		return s.text(q)
	case AskHead, AskFile:
		return nil, nil
	}
	var out articles
	for i, o := range q.of {
		set, err := s.eval(o)
		if err != nil {
			return nil, err
		}
		switch {
		case q.Op == AskNot:
			out = s.everything()
			for id := range set {
				delete(out, id)
			}
		case i == 0:
			out = set
		case q.Op == AskAny:
			maps.Copy(out, set)
		default:
			maps.DeleteFunc(out, func(id desk.ArticleID, _ bool) bool { return !set[id] })
		}
	}
	if q.Op == AskAll && len(q.of) == 0 {
		return s.everything(), nil
	}
	return out, nil
}

// text gives the articles in which the words of a text stand together.
func (s *helpSearch) text(q *query) (articles, error) {
	out := s.everything()
	for i := range q.words {
		has := s.hits(&q.words[i])
		maps.DeleteFunc(out, func(id desk.ArticleID, _ bool) bool { _, is := has[id]; return !is })
	}
	if len(q.words) < 2 {
		return out, nil
	}
	for id := range out {
		parts, err := s.said(id)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(parts, func(ws []terms.Word) bool { return len(terms.Marks(q.words, ws)) > 0 }) {
			delete(out, id)
		}
	}
	return out, nil
}

// said are the words of an article, those of its title apart from those of its
// text.
func (s *helpSearch) said(id desk.ArticleID) ([][]terms.Word, error) {
	if known, ok := s.words[id]; ok {
		return known, nil
	}
	x, err := s.c.Article(id)
	if err != nil {
		return nil, err
	}
	title, text := saidIn(&x.Article)
	s.words[id] = [][]terms.Word{terms.Words(title), terms.Words(text)}
	return s.words[id], nil
}

// hits says how much a word says in each article that has it.
func (s *helpSearch) hits(w *terms.Want) map[desk.ArticleID]float64 {
	out := map[desk.ArticleID]float64{}
	add := func(word string) {
		for _, at := range s.index.in[word] {
			out[at.id] += at.weight
		}
	}
	prefix, whole := w.Prefix()
	if whole {
		add(w.Term)
		return out
	}
	from, _ := slices.BinarySearch(s.index.terms, prefix)
	for _, word := range s.index.terms[from:] {
		if !strings.HasPrefix(word, prefix) {
			break
		}
		if w.Fits(word) {
			add(word)
		}
	}
	return out
}
