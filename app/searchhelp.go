package app

import (
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/app/desk/query"
	"docket/storage/cache"
	"docket/storage/outbox"
)

// How many articles and drafts stand beside tickets, and how many where they
// alone are asked for.
const (
	fewBeside = 3
	mostAlone = 50
)

// FoundArticle is an article that was found in what its reader has of the
// knowledge base.
type FoundArticle struct {
	ID      string  `json:"id"`
	Title   []Piece `json:"title"`
	Snippet []Piece `json:"snippet"`
	Section string  `json:"section"`
	State   string  `json:"state"`
	Old     bool    `json:"old"`
}

// FoundDraft is something the person has written here and not sent. Ticket says on
// what it stands, and Article which article is being written, "" for a new one.
type FoundDraft struct {
	Key     string  `json:"key"`
	Kind    string  `json:"kind"`
	Ticket  string  `json:"ticket"`
	Article string  `json:"article"`
	Number  string  `json:"number"`
	Title   []Piece `json:"title"`
	Snippet []Piece `json:"snippet"`
	Updated string  `json:"updated"`
}

// SearchCount is how many tickets fit; More says that there are more than were
// looked at.
type SearchCount struct {
	Tickets int  `json:"tickets"`
	More    bool `json:"more"`
}

// CountSearch counts the tickets on this computer that fit a query, up to the 300
// that a search gives. It is a call of its own, so that no result waits for it.
func (a *API) CountSearch(text string) (SearchCount, error) {
	s, err := a.session()
	if err != nil {
		return SearchCount{}, err
	}
	q, _ := query.Parse(text)
	if q.Node == nil {
		return SearchCount{}, nil
	}
	f := s.finds(q)
	got, err := s.cache.Search(f.ask, 0, mostSearched)
	if err != nil {
		return SearchCount{}, err
	}
	ids := map[string]bool{}
	for _, r := range append(f.direct(text), f.waiting()...) {
		ids[r.Row.ID] = true
	}
	for _, x := range got.Found {
		ids[string(x.Row.Ticket.ID)] = true
	}
	return SearchCount{Tickets: min(len(ids), mostSearched), More: got.More || got.Stopped || len(ids) > mostSearched}, nil
}

// beside gives what fits beside tickets: of the knowledge base as its reader has
// it, and of what they have in writing.
func (f *finding) beside(out *SearchPage) (err error) {
	if out.Articles, out.ArticleCount, err = f.articles(); err != nil {
		return err
	}
	out.Drafts, out.DraftCount = f.drafts()
	return nil
}

// articles gives those that fit, those nobody looked at for long and those that
// readers do not have behind the others.
func (f *finding) articles() ([]FoundArticle, int, error) {
	out := []FoundArticle{}
	q, ok := f.q.For(query.Article, nil)
	if !ok {
		return out, 0, nil
	}
	k, err := f.s.knowledge()
	if err != nil {
		return nil, 0, err
	}
	ask := cache.Ask{Op: cache.AskAll}
	if q.Node != nil {
		ask = f.of(q.Node)
	}
	found, err := f.s.cache.SearchHelp(ask)
	if err != nil {
		return nil, 0, err
	}
	ids := make([]desk.ArticleID, 0, len(found)+len(k.texts))
	for id, x := range k.texts { // what waits is looked through as it will be
		if w, _ := shownOf(x, k.me); cache.Fits(ask, cache.Row{}, false, []string{w.Title, w.Text}) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, x := range found {
		if k.texts[x.ID] == nil {
			ids = append(ids, x.ID)
		}
	}
	ids = slices.DeleteFunc(ids, func(id desk.ArticleID) bool { _, there := k.articles[id]; return !there })
	slices.SortStableFunc(ids, func(x, y desk.ArticleID) int { return k.behind(x) - k.behind(y) })
	most := fewBeside
	if f.q.Alone(query.Article) {
		most = mostAlone
	}
	for _, id := range ids[:min(most, len(ids))] {
		x, err := k.whole(id)
		if err != nil {
			return nil, 0, err
		}
		w, state := shownOf(x, k.me)
		a := FoundArticle{ID: string(id), Title: pieces(ask, w.Title, 0, len(w.Title)), Snippet: snippet(ask, unmarked(w.Text)), State: string(state), Old: policy.OldArticle(x, k.now)}
		for _, s := range k.sections {
			if s.ID == w.Section {
				a.Section = s.Name
			}
		}
		out = append(out, a)
	}
	return out, len(ids), nil
}

// behind says how far an article stands behind what answers best.
func (k *knowledge) behind(id desk.ArticleID) int {
	x := k.articles[id]
	return 2*one(!x.IsLive()) + one(policy.OldArticle(&x.Article, k.now))
}

// unmarked is a text without what only sets it: what stands around bold and code,
// and before headings.
func unmarked(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if rest := strings.TrimLeft(l, "#"); rest != l && strings.HasPrefix(rest, " ") {
			lines[i] = rest[1:]
		}
	}
	return strings.NewReplacer("**", "", "`", "").Replace(strings.Join(lines, "\n"))
}

// drafts gives what the person has in writing on this computer, the newest first.
// It is looked through where it is kept, and is in no index.
func (f *finding) drafts() ([]FoundDraft, int) {
	out := []FoundDraft{}
	all := f.s.out.Drafts()
	slices.SortStableFunc(all, func(x, y outbox.Draft) int { return y.Updated.Compare(x.Updated) })
	for i := range all {
		d := &all[i]
		var row *cache.Row
		if d.Ticket != "" {
			if r, err := f.s.cache.Row(d.Ticket); err == nil {
				row = &r
			} else if l, err := f.s.lay(d.Ticket); err == nil {
				row = &cache.Row{Ticket: l.ticket}
			} else {
				continue // it stands on nothing that can be opened
			}
		}
		q, ok := f.q.For(query.Draft, f.judge(row))
		if !ok || d.Empty() {
			continue
		}
		ask := cache.Ask{Op: cache.AskAll}
		if q.Node != nil {
			ask = f.of(q.Node)
		}
		texts := []string{d.Subject, d.Text}
		for _, file := range d.Files {
			texts = append(texts, file.Name)
		}
		for _, x := range d.Asks {
			texts = append(texts, x.Text)
		}
		if cache.Fits(ask, cache.Row{}, false, texts) {
			out = append(out, f.draft(d, row, ask))
		}
	}
	n, most := len(out), fewBeside
	if f.q.Alone(query.Draft) {
		most = mostAlone
	}
	return out[:min(most, n)], n
}

// judge decides what speaks of tickets by the ticket a draft is on.
func (f *finding) judge(row *cache.Row) func(query.Field) bool {
	if row == nil {
		return nil
	}
	return func(x query.Field) bool {
		scope := f.scope
		scope.Unread = row.Unread
		return query.Query{Node: x}.Match(&row.Ticket, scope)
	}
}

func (f *finding) draft(d *outbox.Draft, row *cache.Row, ask cache.Ask) FoundDraft {
	out := FoundDraft{Key: d.Key, Kind: string(d.Kind), Ticket: string(d.Ticket), Updated: stamp(d.Updated), Snippet: snippet(ask, d.Text)}
	title := d.Subject
	switch {
	case row != nil:
		title, out.Number = row.Ticket.Subject, numberOf(&row.Ticket)
	case d.Kind == outbox.DraftArticle:
		out.Article = strings.TrimPrefix(strings.TrimPrefix(d.Key, "article/"), "new")
	}
	out.Title = pieces(ask, title, 0, len(title))
	return out
}
