package app

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"docket/app/desk"
	"docket/app/desk/query"
	"docket/storage/cache"
)

// How much a search gives at once, and how much of a text stands around what was
// found.
const (
	searchPage   = 30
	mostSearched = 300
	aroundFound  = 60
	lengthFound  = 200
)

// Piece is a piece of a text; Mark says that it was looked for.
type Piece struct {
	Text string `json:"text"`
	Mark bool   `json:"mark"`
}

// SearchResult is a ticket that was found. Seq is the entry that fits, 0 where
// it is what stands above the conversation; By and At are whose and of when, and
// File is the name of its file whose text fits.
type SearchResult struct {
	Row     Row     `json:"row"`
	Seq     int     `json:"seq"`
	By      string  `json:"by"`
	At      string  `json:"at"`
	Subject []Piece `json:"subject"`
	Snippet []Piece `json:"snippet"`
	File    string  `json:"file"`
	// Waits is set for what is on its way and was found in the outbox.
	Waits bool `json:"waits"`
}

// SearchCoverage says how much of what is on this computer the search knows:
// Waiting tickets are not read for it yet, the text files of Unread not fetched
// for it, and at most Loading more are still on their way from the server; with Open, the server has not said of all how many.
type SearchCoverage struct {
	Tickets int    `json:"tickets"`
	Waiting int    `json:"waiting"`
	Unread  int    `json:"unread"`
	Oldest  string `json:"oldest"`
	Loading int    `json:"loading"`
	Open    bool   `json:"open"`
}

// SearchPage is what a search gives.
type SearchPage struct {
	Results []SearchResult `json:"results"`
	// Near says that nothing fits as it was asked, and these nearly do; More that
	// there are more, Stopped that older ones were not looked at.
	Near     bool           `json:"near"`
	More     bool           `json:"more"`
	Stopped  bool           `json:"stopped"`
	Coverage SearchCoverage `json:"coverage"`
	// Articles and Drafts stand beside the first of them, the best of so many as
	// fit.
	Articles     []FoundArticle `json:"articles"`
	ArticleCount int            `json:"articleCount"`
	Drafts       []FoundDraft   `json:"drafts"`
	DraftCount   int            `json:"draftCount"`
}

// Search gives the tickets on this computer that fit a query, newest first,
// from a place on, at most 30 at once.
func (a *API) Search(text string, from int) (SearchPage, error) {
	s, err := a.session()
	if err != nil {
		return SearchPage{}, err
	}
	from = min(max(from, 0), mostSearched)
	q, _ := query.Parse(text) // what is wrong with it is ReadQuery's to say
	out := SearchPage{Results: []SearchResult{}, Articles: []FoundArticle{}, Drafts: []FoundDraft{}}
	if out.Coverage, err = s.searchCoverage(); err != nil {
		return SearchPage{}, err
	}
	if q.Node == nil {
		return out, nil
	}
	f := s.finds(q)
	if from == 0 {
		out.Results = append(append(out.Results, f.direct(text)...), f.waiting()...)
		if err := f.beside(&out); err != nil {
			return SearchPage{}, err
		}
	}
	got, err := s.cache.Search(f.ask, from, searchPage)
	if err == nil && from == 0 && len(got.Found)+len(out.Results)+out.ArticleCount+out.DraftCount == 0 {
		f.near = true
		f.ask = f.of(q.Node)
		if err = f.beside(&out); err == nil {
			got, err = s.cache.Search(f.ask, 0, searchPage)
		}
		out.Near = len(got.Found)+out.ArticleCount+out.DraftCount > 0
	}
	if err != nil {
		return SearchPage{}, err
	}
	for _, x := range got.Found {
		if slices.ContainsFunc(out.Results, func(r SearchResult) bool { return r.Row.ID == string(x.Row.Ticket.ID) }) {
			continue
		}
		res, err := f.result(x)
		if err != nil {
			return SearchPage{}, err
		}
		out.Results = append(out.Results, res)
	}
	out.More, out.Stopped = got.More && from+searchPage <= mostSearched, got.Stopped
	return out, nil
}

func (s *session) searchCoverage() (SearchCoverage, error) {
	c, err := s.cache.Coverage()
	if err != nil {
		return SearchCoverage{}, err
	}
	out := SearchCoverage{Tickets: c.Tickets, Waiting: c.Waiting, Unread: c.Unread, Oldest: stamp(c.Oldest)}
	out.Loading, out.Open = s.cache.Coming()
	return out, nil
}

// finding is one search.
type finding struct {
	s     *session
	r     *rower
	q     query.Query
	scope query.Scope
	near  bool
	ask   cache.Ask
}

// of gives what the cache is asked for a part of a query: texts by its index,
// and the rest by what a head says.
func (f *finding) of(n query.Node) cache.Ask {
	all := func(op cache.AskOp, ns []query.Node) cache.Ask {
		out := cache.Ask{Op: op}
		for _, n := range ns {
			out.Of = append(out.Of, f.of(n))
		}
		return out
	}
	switch x := n.(type) {
	case query.And:
		return all(cache.AskAll, x.Nodes)
	case query.Or:
		return all(cache.AskAny, x.Nodes)
	case query.Not:
		return all(cache.AskNot, []query.Node{x.Node})
	case query.Term:
		return cache.Ask{Text: x.Text, Open: true, Near: f.near}
	case query.Phrase:
		return cache.Ask{Text: x.Text, Exact: true}
	case query.Field:
		if x.Op == query.File {
			return cache.Ask{Op: cache.AskFile, Text: x.Value, Open: true}
		}
	}
	one := query.Query{Node: n}
	return cache.Ask{Op: cache.AskHead, Head: func(r *cache.Row) bool {
		scope := f.scope
		scope.Unread = r.Unread
		return one.Match(&r.Ticket, scope)
	}}
}

// direct gives the ticket whose number or code the whole query is.
func (f *finding) direct(text string) []SearchResult {
	text = strings.TrimSpace(text)
	var id desk.TicketID
	if n, err := desk.ParseNumber(text); err == nil {
		id, _ = f.s.cache.ByNumber(n)
	}
	if id == "" {
		id, _ = f.s.cache.ByReference(text)
	}
	if id == "" {
		return nil
	}
	row, err := f.s.cache.Row(id)
	if err != nil {
		return nil
	}
	return []SearchResult{f.plain(f.r.row(row), row.Ticket.Subject)}
}

func (f *finding) plain(row Row, subject string) SearchResult {
	return SearchResult{Row: row, Subject: pieces(f.ask, subject, 0, len(subject)), Snippet: []Piece{}}
}

// waiting gives what the person has on its way: requests the server does not
// have yet, and messages on tickets it has.
func (f *finding) waiting() []SearchResult {
	out := []SearchResult{}
	f.s.mu.RLock()
	ids := slices.Collect(maps.Keys(f.s.pending))
	f.s.mu.RUnlock()
	for _, id := range f.s.made() {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b desk.TicketID) int { return strings.Compare(string(b), string(a)) })
	for _, id := range ids {
		l, err := f.s.lay(id)
		if err != nil || l.known && len(l.entries) == 0 {
			continue
		}
		row := cache.Row{Ticket: l.ticket, Unread: l.unread}
		var texts []string
		for _, e := range l.entries {
			texts = append(texts, e.entry.Text)
			for _, file := range e.entry.Files {
				texts = append(texts, file.Name)
			}
		}
		byCode := len(f.q.Parts()) == 1 && !l.known && coded(f.q.String()) == l.ticket.ID.Code()
		if len(texts) == 0 && l.known || !byCode && !cache.Fits(f.ask, row, !l.known, texts) {
			continue
		}
		res := f.plain(f.r.laid(l, false), l.ticket.Subject)
		res.Waits = true
		for _, e := range l.entries {
			if len(cache.Marks(f.ask, e.entry.Text)) > 0 {
				res.Snippet = snippet(f.ask, e.entry.Text)
			}
		}
		out = append(out, res)
	}
	return out[:min(len(out), searchPage)]
}

// result is a ticket of the cache as the page shows it.
func (f *finding) result(x cache.Found) (SearchResult, error) {
	res := f.plain(f.r.row(x.Row), x.Row.Ticket.Subject)
	if x.Seq == 0 {
		return res, nil
	}
	es, err := f.s.cache.Entries(x.Row.Ticket.ID, x.Seq+1, 1)
	if err != nil || len(es) == 0 || es[0].Seq != x.Seq {
		return res, err
	}
	f.entry(&res, &x.Row.Ticket, &es[0])
	return res, nil
}

// entry shows the entry that fits.
func (f *finding) entry(res *SearchResult, t *desk.Ticket, e *desk.Entry) {
	res.Seq, res.At = int(e.Seq), stamp(e.At) //nolint:gosec // far below
	if res.By = f.r.name(t, e.Author); res.By == "" {
		res.By = e.AuthorName
	}
	res.Snippet = snippet(f.ask, e.Text)
	if len(cache.Marks(f.ask, e.Text)) > 0 {
		return
	}
	for _, file := range e.Files {
		if len(cache.Marks(f.ask, file.Name)) > 0 {
			res.Snippet = snippet(f.ask, file.Name)
			return
		}
		// What cannot be read is not shown; the ticket is.
		if text, err := f.s.cache.TextOf(t.ID, file.Hash); err == nil && len(cache.Marks(f.ask, text)) > 0 {
			res.Snippet, res.File = snippet(f.ask, text), cleanName(file.Name)
			return
		}
	}
}

// snippet is the piece of a text around what was found, in one line.
func snippet(ask cache.Ask, text string) []Piece {
	marks := cache.Marks(ask, text)
	from := 0
	if len(marks) > 0 {
		from = max(0, marks[0][0]-aroundFound)
	}
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	if from > 0 {
		if i := strings.IndexAny(text[from:marks[0][0]], " \n\t"); i >= 0 {
			from += i + 1
		}
		from += len(text[from:marks[0][0]]) - len(strings.TrimLeft(text[from:marks[0][0]], " \n\t"))
	}
	to := min(len(text), from+lengthFound)
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	out := pieces(ask, text, from, to)
	for i := range out {
		out[i].Text = oneLine(out[i].Text)
	}
	if from > 0 && len(out) > 0 {
		out = append([]Piece{{Text: "… "}}, out...)
	}
	if to < len(text) {
		out = append(out, Piece{Text: " …"})
	}
	return out
}

// oneLine writes white space as single blanks, also at the ends, where the next
// piece goes on.
func oneLine(s string) string {
	var b strings.Builder
	blank := false
	for _, r := range s {
		if r == '\n' || r == '\t' || r == '\r' || r == ' ' {
			blank = true
			continue
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(r)
	}
	if blank {
		b.WriteByte(' ')
	}
	return b.String()
}

// pieces cuts a stretch of a text where marks begin and end.
func pieces(ask cache.Ask, text string, from, to int) []Piece {
	out := []Piece{}
	add := func(a, b int, mark bool) {
		if a < b {
			out = append(out, Piece{text[a:b], mark})
		}
	}
	at := from
	for _, m := range cache.Marks(ask, text) {
		if m[0] >= to || m[1] <= at {
			continue
		}
		add(at, max(m[0], at), false)
		add(max(m[0], at), min(m[1], to), true)
		at = min(m[1], to)
	}
	add(at, to, false)
	return out
}
