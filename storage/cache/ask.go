package cache

import (
	"bytes"
	"cmp"
	"math"
	"slices"

	"docket/storage/terms"
)

// query is an Ask made ready: the words of each text.
type query struct {
	Ask
	of    []*query
	words []terms.Want
	// The rest is of the segment no. set are the documents that may fit; those of
	// several words have them all, and whether they stand together is in standing.
	no       uint32
	set      terms.Set
	lists    [][]terms.Postings
	standing []*footing
	// last is the document that was asked for last, and where it has the words.
	last   uint32
	places []uint32
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

// look calls fn with the postings of a word and of what else will do for it.
func (s *search) look(seg *segment, w *terms.Want, fn func(p terms.Postings, same bool)) error {
	s.at(seg)
	if seg.Last == nil {
		return nil
	}
	prefix, whole := w.Prefix()
	if whole {
		return terms.Lookup(s, seg.Last, w.Term, func(p terms.Postings) { fn(p, true) })
	}
	return terms.Scan(s, seg.Last, prefix, beginsWith(prefix), func(t []byte, p terms.Postings) error {
		if w.Fits(string(t)) {
			fn(p, string(t) == w.Term)
		}
		return nil
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
	q.whole, q.no = true, seg.No
	switch q.Op {
	case AskText, AskFile:
		q.whole = q.Op == AskText && len(q.words) < 2
		return q.set, s.having(seg, q)
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
	for i := range set {
		set[i] = math.MaxUint64
	}
	if rest := seg.Docs % 64; rest > 0 {
		set[len(set)-1] = 1<<rest - 1
	}
	return set
}

// having finds the documents that have all words of a text.
func (s *search) having(seg *segment, q *query) error {
	q.set, q.lists, q.standing, q.last = everything(seg), make([][]terms.Postings, len(q.words)), nil, math.MaxUint32
	for i := range q.words {
		has := terms.NewSet(seg.Docs)
		same := 0 // the word itself comes first
		if err := s.look(seg, &q.words[i], func(p terms.Postings, is bool) {
			q.lists[i] = append(q.lists[i], p)
			if n := len(q.lists[i]) - 1; is {
				q.lists[i][same], q.lists[i][n] = q.lists[i][n], q.lists[i][same]
				same++
			}
		}); err != nil {
			return err
		}
		for j := range q.lists[i] {
			if err := q.lists[i][j].Into(has, seg.Docs); err != nil {
				return err
			}
		}
		q.set.And(has)
		if q.set.Len() == 0 {
			return nil
		}
	}
	return nil
}

// footing is where a word of a text stands, in all that will do for it, in the
// documents from low to high: few at first, because the newest are asked for
// first and mostly are enough.
type footing struct {
	nth       uint32 // word of the text
	list      []terms.Postings
	at        []terms.Cursor
	low, high int
	first     []uint32 // those of a document begin there
	hits      []hit
}

type hit struct {
	terms.Hit
	list int
}

const (
	leastWindow = 256
	mostWindow  = 4096
)

// in gives the hits of a document that is in a set.
func (x *footing) in(doc uint32, set terms.Set, docs int) ([]hit, error) {
	if int(doc) < x.low || x.at == nil {
		x.at, x.low, x.high = x.at[:0], 0, 0
		for i := range x.list {
			c := x.list[i].Cursor()
			c.Next()
			x.at = append(x.at, c)
		}
	}
	for int(doc) >= x.high {
		size := min(max(leastWindow, 2*(x.high-x.low)), mostWindow)
		x.low, x.high = x.high, min(x.high+size, docs)
		if x.low == x.high {
			return nil, terms.ErrBroken
		}
		if err := x.window(set); err != nil {
			return nil, err
		}
	}
	d := int(doc) - x.low
	return x.hits[x.first[d]:x.first[d+1]], nil
}

// window reads the documents from low to high.
func (x *footing) window(set terms.Set) error {
	n := x.high - x.low
	x.first = append(x.first[:0], make([]uint32, n+1)...)
	var all []hit
	for i := range x.at {
		c := &x.at[i]
		for c.On() && int(c.Doc) < x.high {
			if set.Has(c.Doc) {
				all = append(all, hit{c.Hit, i})
				x.first[int(c.Doc)-x.low+1]++
			}
			c.Next()
		}
		if err := c.Err(); err != nil {
			return err
		}
	}
	for d := range n {
		x.first[d+1] += x.first[d]
	}
	if x.hits = all; len(x.list) == 1 {
		return nil
	}
	x.hits = make([]hit, len(all))
	next := slices.Clone(x.first)
	for _, h := range all {
		d := int(h.Doc) - x.low
		x.hits[next[d]] = h
		next[d]++
	}
	return nil
}

// places gives where the word stands by some hits; with one, one that will do is
// enough, the word itself before others.
func (x *footing) places(s *search, in []hit, one bool, out []uint32) (_ []uint32, err error) {
	if one {
		in = in[:min(1, len(in))]
	}
	for _, h := range in {
		if out, err = x.list[h.list].Places(h.Hit, s, out); err != nil {
			return nil, err
		}
	}
	if len(in) > 1 {
		slices.Sort(out)
	}
	return out, nil
}

// stands gives where the words of a text stand together in a document: the place
// of the first.
func (s *search) stands(seg *segment, q *query, doc uint32) ([]uint32, error) {
	if q.no != seg.No {
		if _, err := s.eval(seg, q); err != nil {
			return nil, err
		}
	}
	if !q.set.Has(doc) || len(q.words) == 0 {
		return nil, nil
	}
	if q.last == doc {
		return q.places, nil
	}
	s.at(seg)
	for i := len(q.standing); i < len(q.lists); i++ {
		q.standing = append(q.standing, &footing{nth: uint32(i), list: q.lists[i]}) //nolint:gosec // few words
	}
	type there struct {
		*footing
		in   []hit
		size uint64 // how much there is to read
	}
	all := make([]there, len(q.standing))
	for i, x := range q.standing {
		in, err := x.in(doc, q.set, seg.Docs)
		if err != nil {
			return nil, err
		}
		all[i] = there{footing: x, in: in}
		for _, h := range in {
			all[i].size += h.Size()
		}
	}
	// What there is least of is read first, and mostly ends it.
	slices.SortFunc(all, func(a, b there) int { return cmp.Compare(a.size, b.size) })
	q.last, q.places = doc, q.places[:0]
	for i, x := range all {
		has, err := x.places(s, x.in, len(q.words) == 1, s.room[:0])
		if err != nil {
			return nil, err
		}
		s.room = has
		if i > 0 {
			q.places = follow(q.places, has, x.nth)
		} else {
			for _, p := range has {
				if p >= x.nth {
					q.places = append(q.places, p-x.nth)
				}
			}
		}
		if len(q.places) == 0 {
			break
		}
	}
	return q.places, nil
}

// follow keeps the places from which on, by so many words, there is one of
// another list. Both are sorted.
func follow(places, others []uint32, by uint32) []uint32 {
	kept, j := places[:0], 0
	for _, p := range places {
		for j < len(others) && others[j] < p+by {
			j++
		}
		if j < len(others) && others[j] == p+by {
			kept = append(kept, p)
		}
	}
	return kept
}

// may tells from the index alone that a document cannot fit.
func (s *search) may(seg *segment, q *query, doc uint32) (bool, error) {
	switch q.Op {
	case AskText, AskFile:
		if q.no != seg.No {
			if _, err := s.eval(seg, q); err != nil {
				return false, err
			}
		}
		if len(q.words) < 2 {
			return q.set.Has(doc), nil
		}
		at, err := s.stands(seg, q, doc)
		return len(at) > 0, err
	case AskAll, AskAny:
		for _, o := range q.of {
			ok, err := s.may(seg, o, doc)
			if err != nil || ok == (q.Op == AskAny) {
				return ok, err
			}
		}
		return q.Op == AskAll || len(q.of) == 0, nil
	}
	return true, nil
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
	ok, err := s.judge(seg, q, &row, t, d)
	return row, ok, err
}

// judge decides what the index alone does not: what a head says, and that a
// text is nowhere in a ticket.
func (s *search) judge(seg *segment, q *query, row *Row, t tid, d uint32) (bool, error) {
	switch q.Op {
	case AskText:
		return s.may(seg, q, d)
	case AskHead:
		return q.Head(row), nil
	case AskFile:
		if ok, err := s.may(seg, q, d); err != nil || !ok {
			return false, err
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
		ok, err := s.judge(seg, o, row, t, d)
		if err != nil || ok == (q.Op == AskAny) {
			return ok, err
		}
	}
	return q.Op == AskAll || len(q.of) == 0, nil
}

// wholly judges a ticket by its texts themselves.
func (s *search) wholly(q *query, row *Row, t tid) (bool, error) {
	rec, entries, files, err := s.c.conversation(s.txn, t)
	if err != nil || rec == nil {
		return false, err
	}
	all := wholeTexts{row: row, texts: [][]terms.Word{terms.Words(terms.OfHead(&row.Ticket))}}
	for i := range entries {
		for _, text := range terms.OfEntry(&entries[i]) {
			all.texts = append(all.texts, terms.Words(text))
		}
		for _, f := range entries[i].Files {
			all.files = append(all.files, terms.Words(f.Name))
			all.texts = append(all.texts, terms.Words(files[f.Hash]))
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
