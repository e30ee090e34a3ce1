package cache

import (
	"bytes"
	"errors"
	"slices"

	"docket/storage/terms"
)

// query is an Ask made ready: the words of each text.
type query struct {
	Ask
	of    []*query
	words []terms.Want
	set   terms.Set
	// whole says that set is right by itself, and no head need be asked.
	whole bool
}

func compile(a Ask) *query {
	q := &query{Ask: a}
	for _, o := range a.Of {
		q.of = append(q.of, compile(o))
	}
	if a.Op != AskText && a.Op != AskFile {
		return q
	}
	q.words = terms.Wants(a.Text, a.Open, a.Exact, a.Near)
	return q
}

// hits calls fn with every document of a segment that has the word.
func (s *search) hits(seg *segment, w *terms.Want, fn func(terms.Hit) error) error {
	s.no = seg.No
	if seg.Last == nil {
		return nil
	}
	prefix := w.Term
	switch {
	case w.Near:
		prefix = string([]rune(w.Term)[:1])
	case w.Bent:
		prefix = w.Inf.Prefix
	case !w.Open:
		var err error
		lerr := terms.Lookup(s, seg.Last, w.Term, func(p terms.Postings) {
			if err == nil {
				err = p.Hits(fn)
			}
		})
		return errors.Join(lerr, err)
	}
	return terms.Scan(s, seg.Last, prefix, beginsWith(prefix), func(t []byte, p terms.Postings) error {
		if !w.Fits(string(t)) {
			return nil
		}
		return p.Hits(fn)
	})
}

// beginsWith tells where a word lies by those with a beginning.
func beginsWith(prefix string) func([]byte) int {
	p := []byte(prefix)
	return func(t []byte) int {
		if bytes.HasPrefix(t, p) {
			return 0
		}
		return bytes.Compare(t, p)
	}
}

// eval gives the documents of a segment that may fit.
func (s *search) eval(seg *segment, q *query) (terms.Set, error) {
	q.whole = true
	switch q.Op {
	case AskText, AskFile:
		var err error
		q.set, err = s.phrase(seg, q)
		q.whole = q.Op == AskText
		return q.set, err
	case AskHead:
		q.whole = false
		q.set = everything(seg)
		return q.set, nil
	}
	q.set = nil
	for _, o := range q.of {
		set, err := s.eval(seg, o)
		if err != nil {
			return nil, err
		}
		q.whole = q.whole && o.whole
		switch {
		case q.Op == AskNot && o.whole:
			q.set = everything(seg)
			for i := range set {
				q.set[i] &^= set[i]
			}
			q.whole = false // an older piece of the ticket may have it
		case q.Op == AskNot:
			q.set = everything(seg)
		case q.set == nil:
			q.set = slices.Clone(set)
		case q.Op == AskAny:
			q.set.Or(set)
		default:
			q.set.And(set)
		}
		if q.Op == AskAll && q.set.Len() == 0 {
			return q.set, nil
		}
	}
	if q.set == nil {
		q.set = everything(seg)
	}
	return q.set, nil
}

func everything(seg *segment) terms.Set {
	set := terms.NewSet(seg.Docs)
	for d := range seg.Docs {
		set.Add(uint32(d)) //nolint:gosec // some thousands
	}
	return set
}

// phrase gives the documents in which the words of a text stand together.
func (s *search) phrase(seg *segment, q *query) (terms.Set, error) {
	set := everything(seg)
	if len(q.words) == 0 {
		return set, nil
	}
	for i := range q.words {
		has := terms.NewSet(seg.Docs)
		if err := s.hits(seg, &q.words[i], func(h terms.Hit) error { return put(has, seg, h.Doc) }); err != nil {
			return nil, err
		}
		set.And(has)
		if set.Len() == 0 {
			return set, nil
		}
	}
	if len(q.words) == 1 {
		return set, nil
	}
	// Where each document has the words so far, the position of the last.
	at := map[uint32][]uint32{}
	for i := range q.words {
		next := map[uint32][]uint32{}
		var room []uint32
		err := s.hits(seg, &q.words[i], func(h terms.Hit) error {
			if !set.Has(h.Doc) {
				return nil
			}
			room = h.Positions(room[:0])
			for _, p := range room {
				if i == 0 || p > 0 && slices.Contains(at[h.Doc], p-1) {
					next[h.Doc] = append(next[h.Doc], p)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		at = next
	}
	out := terms.NewSet(seg.Docs)
	for d := range at {
		out.Add(d)
	}
	return out, nil
}

func put(set terms.Set, seg *segment, d uint32) error {
	if int(d) >= seg.Docs {
		return terms.ErrBroken
	}
	set.Add(d)
	return nil
}

// candidate reads a ticket that may fit and judges it.
func (s *search) candidate(seg *segment, q *query, t tid, d uint32) (Row, bool, error) {
	rec, err := getRecord(s.txn, t)
	if err != nil || rec == nil || seg.No < rec.Since {
		return Row{}, false, err
	}
	row, err := s.c.rowOf(rec)
	if err != nil {
		return row, false, err
	}
	if q.whole {
		return row, true, nil
	}
	ok, err := s.judge(q, &row, t, d)
	return row, ok, err
}

// judge decides what the index alone does not: what a head says, and that a
// text is nowhere in a ticket.
func (s *search) judge(q *query, row *Row, t tid, d uint32) (bool, error) {
	switch q.Op {
	case AskText:
		return q.set.Has(d), nil
	case AskHead:
		return q.Head(row), nil
	case AskFile:
		if !q.set.Has(d) {
			return false, nil
		}
		return s.wholly(q, row, t)
	case AskNot:
		if q.of[0].Op == AskHead {
			return !q.of[0].Head(row), nil
		}
		has, err := s.wholly(q.of[0], row, t)
		return !has, err
	}
	for _, o := range q.of {
		ok, err := s.judge(o, row, t, d)
		if err != nil || ok == (q.Op == AskAny) {
			return ok, err
		}
	}
	return q.Op == AskAll || len(q.of) == 0, nil
}

// wholly judges a ticket by its texts themselves.
func (s *search) wholly(q *query, row *Row, t tid) (bool, error) {
	rec, err := getRecord(s.txn, t)
	if err != nil || rec == nil {
		return false, err
	}
	entries, err := s.c.entriesBetween(s.txn, t, rec, max(rec.From, 1), rec.Have)
	if err != nil {
		return false, err
	}
	all := wholeTexts{row: row, texts: [][]terms.Word{terms.Words(terms.OfHead(&row.Ticket))}}
	for i := range entries {
		for _, text := range terms.OfEntry(&entries[i]) {
			all.texts = append(all.texts, terms.Words(text))
		}
		for _, f := range entries[i].Files {
			all.files = append(all.files, terms.Words(f.Name))
		}
	}
	return inTexts(q, &all), nil
}

// wholeTexts is everything a ticket says.
type wholeTexts struct {
	row          *Row
	texts, files [][]terms.Word
}

func inTexts(q *query, all *wholeTexts) bool {
	has := func(ws []terms.Word) bool { return len(terms.Marks(q.words, ws)) > 0 }
	switch q.Op {
	case AskText:
		return slices.ContainsFunc(all.texts, has)
	case AskFile:
		return slices.ContainsFunc(all.files, has)
	case AskHead:
		return q.Head(all.row)
	case AskNot:
		return !inTexts(q.of[0], all)
	case AskAny:
		return slices.ContainsFunc(q.of, func(o *query) bool { return inTexts(o, all) })
	}
	return !slices.ContainsFunc(q.of, func(o *query) bool { return !inTexts(o, all) })
}

// texts are the texts that make a ticket fit.
func texts(q *query, out []*query) []*query {
	if q.Op == AskText || q.Op == AskFile {
		return append(out, q)
	}
	if q.Op == AskNot {
		return out
	}
	for _, o := range q.of {
		out = texts(o, out)
	}
	return out
}

// Marks gives where in a text what is looked for stands, as pairs of bytes,
// sorted and apart from each other.
func Marks(ask Ask, text string) [][2]int {
	ws := terms.Words(text)
	var all [][2]int
	for _, x := range texts(compile(ask), nil) {
		all = append(all, terms.Marks(x.words, ws)...)
	}
	slices.SortFunc(all, func(a, b [2]int) int { return a[0] - b[0] })
	var out [][2]int
	for _, m := range all {
		if n := len(out); n > 0 && m[0] <= out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], m[1])
			continue
		}
		out = append(out, m)
	}
	return out
}

// Fits reports whether a ticket that is not kept here is what is asked for, by
// its head, if head is set, and by texts.
func Fits(ask Ask, row Row, head bool, texts []string) bool {
	all := wholeTexts{row: &row}
	if head {
		all.texts = append(all.texts, terms.Words(terms.OfHead(&row.Ticket)))
	}
	for _, t := range texts {
		all.texts = append(all.texts, terms.Words(t))
		all.files = append(all.files, terms.Words(t))
	}
	return inTexts(compile(ask), &all)
}
