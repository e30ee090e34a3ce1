package cache

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
	"docket/storage/cache/terms"
)

// AskOp is what an Ask does with what it is made of.
type AskOp byte

// The kinds of Ask.
const (
	AskText AskOp = iota
	AskAll
	AskAny
	AskNot
	AskHead
)

// Ask is what is looked for: a text, what a head must be, or others together.
type Ask struct {
	Op AskOp
	Of []Ask
	// Text is found as words that stand together. Exact takes them as written;
	// else inflections count, and with Open the beginning of the last word does.
	Text        string
	Exact, Open bool
	// Near forgives slips.
	Near bool
	// Head judges a head, for AskHead.
	Head func(*desk.Ticket) bool
}

// Found is a ticket that fits.
type Found struct {
	Row Row
	// Seq is the entry that fits best, 0 where it is what stands above the
	// conversation.
	Seq uint64
	// Score orders Related.
	Score float64
}

// Answer is what a search gives.
type Answer struct {
	Found []Found
	// More says that there are more, Stopped that it looked at as many as it may
	// and older ones were not looked at.
	More, Stopped bool
}

// mostHeads is how many heads a search looks at.
const mostHeads = 3000

// Coverage is what of the tickets here the search knows.
type Coverage struct {
	// Tickets are those here, Waiting those of them that are not found yet by
	// everything in them.
	Tickets, Waiting int
	Oldest           time.Time
}

// Coverage tells what the search knows.
func (c *Cache) Coverage() (Coverage, error) {
	all, err := c.Totals()
	if err != nil {
		return Coverage{}, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	out := Coverage{Tickets: all.Tickets, Oldest: all.Oldest, Waiting: min(c.terms.pending, all.Tickets)}
	if c.terms.state.Version != terms.Version {
		out.Waiting = all.Tickets
	}
	return out, nil
}

// Search gives the tickets that fit from a place on, newest first: those in
// which something happened last.
func (c *Cache) Search(ask Ask, from, limit int) (out Answer, err error) {
	err = c.view(func(txn *badger.Txn) error {
		s := c.newSearch(txn)
		defer s.close()
		q := s.compile(ask)
		seen := map[tid]bool{}
		for i := range s.segs {
			done, err := s.inSegment(&s.segs[i], q, seen, from, limit, &out)
			if err != nil || done {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, terms.ErrBroken) {
		err = fmt.Errorf("%w: %w", err, errMismatch)
	}
	return out, err
}

// search is one under way.
type search struct {
	c     *Cache
	txn   *badger.Txn
	it    *badger.Iterator
	segs  []segment
	heads int
	no    uint32
	// inflected remembers what was found out about words of this search.
	inflected map[string]bool
}

func (c *Cache) newSearch(txn *badger.Txn) *search {
	s := &search{c: c, txn: txn, inflected: map[string]bool{}}
	if c.terms.state.Version == terms.Version {
		s.segs = c.terms.segs
	}
	s.it = txn.NewIterator(badger.IteratorOptions{Prefix: []byte{kindTerms}})
	return s
}

func (s *search) close() { s.it.Close() }

// Seek and Next are terms.Blocks for the segment s.no.
func (s *search) Seek(k []byte) (last, value []byte, err error) {
	s.it.Seek(blockOf(s.no, k))
	return s.block()
}

// Next goes to the next block of the segment.
func (s *search) Next() (last, value []byte, err error) {
	s.it.Next()
	return s.block()
}

func (s *search) block() (last, value []byte, err error) {
	prefix := blocksOfSegment(s.no)
	if !s.it.ValidForPrefix(prefix) {
		return nil, nil, nil
	}
	k := s.it.Item().KeyCopy(nil)
	value, err = valueOf(s.txn, k, s.it.Item())
	return k[len(prefix):], value, err
}

// query is an Ask made ready: the words of each text.
type query struct {
	Ask
	of    []*query
	words []word
	set   terms.Set
	// whole says that set is right by itself, and no head need be asked.
	whole bool
}

// word is one that is looked for.
type word struct {
	term string
	open bool
	near bool
	inf  terms.Inflected
	bent bool
}

func (s *search) compile(a Ask) *query {
	q := &query{Ask: a}
	for _, o := range a.Of {
		q.of = append(q.of, s.compile(o))
	}
	if a.Op != AskText {
		return q
	}
	ws := terms.Words(a.Text)
	for i, w := range ws {
		x := word{term: w.Term, open: a.Open && i == len(ws)-1}
		if !a.Exact && len(ws) == 1 {
			x.near = a.Near && terms.Slips(w.Term) > 0
			x.inf, x.bent = terms.Inflect(w.Term)
		}
		q.words = append(q.words, x)
	}
	return q
}

// fits reports whether a word of a text is the one looked for.
func (s *search) fits(w *word, term string) bool {
	switch {
	case term == w.term, w.open && strings.HasPrefix(term, w.term):
		return true
	case w.near && terms.Near(w.term, term):
		return true
	}
	if !w.bent || !strings.HasPrefix(term, w.inf.Prefix) {
		return false
	}
	is, known := s.inflected[w.term+"\x00"+term]
	if !known {
		is = w.inf.Has(term)
		s.inflected[w.term+"\x00"+term] = is
	}
	return is
}

// hits calls fn with every document of a segment that has the word.
func (s *search) hits(seg *segment, w *word, fn func(terms.Hit) error) error {
	s.no = seg.No
	if seg.Last == nil {
		return nil
	}
	prefix := w.term
	switch {
	case w.near:
		prefix = string([]rune(w.term)[:1])
	case w.bent:
		prefix = w.inf.Prefix
	case !w.open:
		var err error
		lerr := terms.Lookup(s, seg.Last, w.term, func(p terms.Postings) {
			if err == nil {
				err = p.Hits(fn)
			}
		})
		return errors.Join(lerr, err)
	}
	return terms.Scan(s, seg.Last, prefix, beginsWith(prefix), func(t []byte, p terms.Postings) error {
		if !s.fits(w, string(t)) {
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
	case AskText:
		var err error
		q.set, err = s.phrase(seg, q)
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

// inSegment adds what fits in a segment, and reports whether that is enough.
func (s *search) inSegment(seg *segment, q *query, seen map[tid]bool, from, limit int, out *Answer) (bool, error) {
	set, err := s.eval(seg, q)
	if err != nil {
		return false, err
	}
	var found []located
	var chunk []terms.Doc
	chunkNo := -1
	for d := range uint32(seg.Docs) { //nolint:gosec // some thousands
		if !set.Has(d) {
			continue
		}
		if no := int(d) / docsOfChunk; no != chunkNo {
			if chunk, err = docsAt(s.txn, seg, no); err != nil {
				return false, err
			}
			chunkNo = no
		}
		doc := chunk[d%docsOfChunk]
		if seen[doc.Ticket] {
			continue
		}
		if s.heads++; s.heads > mostHeads {
			out.Stopped = true
			return true, s.entriesOf(seg, q, found, out)
		}
		row, ok, err := s.candidate(seg, q, doc.Ticket, d)
		if err != nil {
			return false, err
		}
		if !ok {
			continue
		}
		seen[doc.Ticket] = true
		if len(seen) <= from {
			continue
		}
		if len(out.Found) == limit {
			out.More = true
			break
		}
		out.Found = append(out.Found, Found{Row: row})
		found = append(found, located{len(out.Found) - 1, d, doc})
	}
	return out.More, s.entriesOf(seg, q, found, out)
}

// located is a result whose entry is to be found.
type located struct {
	at  int
	doc uint32
	d   terms.Doc
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
	ok, err := s.judge(q, &row.Ticket, t, d)
	return row, ok, err
}

// judge decides what the index alone does not: what a head says, and that a
// text is nowhere in a ticket.
func (s *search) judge(q *query, head *desk.Ticket, t tid, d uint32) (bool, error) {
	switch q.Op {
	case AskText:
		return q.set.Has(d), nil
	case AskHead:
		return q.Head(head), nil
	case AskNot:
		if q.of[0].Op == AskHead {
			return !q.of[0].Head(head), nil
		}
		has, err := s.wholly(q.of[0], head, t)
		return !has, err
	}
	for _, o := range q.of {
		ok, err := s.judge(o, head, t, d)
		if err != nil || ok == (q.Op == AskAny) {
			return ok, err
		}
	}
	return q.Op == AskAll || len(q.of) == 0, nil
}

// wholly judges a ticket by its texts themselves.
func (s *search) wholly(q *query, head *desk.Ticket, t tid) (bool, error) {
	rec, err := getRecord(s.txn, t)
	if err != nil || rec == nil {
		return false, err
	}
	entries, err := s.c.entriesBetween(s.txn, t, rec, max(rec.From, 1), rec.Have)
	if err != nil {
		return false, err
	}
	texts := [][]terms.Word{terms.Words(headText(head))}
	for i := range entries {
		for _, text := range entryTexts(&entries[i]) {
			texts = append(texts, terms.Words(text))
		}
	}
	return s.inTexts(q, head, texts), nil
}

func (s *search) inTexts(q *query, head *desk.Ticket, texts [][]terms.Word) bool {
	switch q.Op {
	case AskText:
		return slices.ContainsFunc(texts, func(ws []terms.Word) bool { return len(s.marks(q, ws)) > 0 })
	case AskHead:
		return q.Head(head)
	case AskNot:
		return !s.inTexts(q.of[0], head, texts)
	case AskAny:
		return slices.ContainsFunc(q.of, func(o *query) bool { return s.inTexts(o, head, texts) })
	}
	return !slices.ContainsFunc(q.of, func(o *query) bool { return !s.inTexts(o, head, texts) })
}

// entriesOf finds for each result the entry that has most of what was looked
// for.
func (s *search) entriesOf(seg *segment, q *query, found []located, out *Answer) error {
	if len(found) == 0 {
		return nil
	}
	want := map[uint32]int{}
	for i, f := range found {
		want[f.doc] = i
	}
	has := make([]map[uint64]int, len(found))
	for _, x := range texts(q, nil) {
		had := make([]map[uint64]bool, len(found))
		for i := range x.words {
			err := s.hits(seg, &x.words[i], func(h terms.Hit) error {
				n, ok := want[h.Doc]
				if !ok {
					return nil
				}
				for _, p := range h.Positions(nil) {
					seq := found[n].d.At(p)
					if had[n] == nil {
						had[n] = map[uint64]bool{}
					}
					had[n][seq] = true
				}
				return nil
			})
			if err != nil {
				return err
			}
			for n := range had {
				for seq := range had[n] {
					if has[n] == nil {
						has[n] = map[uint64]int{}
					}
					has[n][seq]++
				}
				clear(had[n])
			}
		}
	}
	for n, f := range found {
		best := uint64(0)
		for seq, count := range has[n] {
			if top := has[n][best]; seq > 0 && (count > top || count == top && seq > best && best > 0) {
				best = seq
			}
		}
		out.Found[f.at].Seq = best
	}
	return nil
}

// texts are the texts that make a ticket fit.
func texts(q *query, out []*query) []*query {
	if q.Op == AskText {
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

// span is a piece of a text, in bytes.
type span struct{ from, to int }

// marks gives where in a text a text that is looked for stands.
func (s *search) marks(q *query, ws []terms.Word) []span {
	var out []span
	n := len(q.words)
	for i := 0; n > 0 && i+n <= len(ws); i++ {
		fit := true
		for j := range n {
			if !s.fits(&q.words[j], ws[i+j].Term) {
				fit = false
				break
			}
		}
		if fit {
			out = append(out, span{ws[i].Start, ws[i+n-1].End})
		}
	}
	return out
}

// Marks gives where in a text what is looked for stands, as pairs of bytes,
// sorted and apart from each other.
func Marks(ask Ask, text string) [][2]int {
	s := &search{inflected: map[string]bool{}}
	ws := terms.Words(text)
	var all []span
	for _, x := range texts(s.compile(ask), nil) {
		all = append(all, s.marks(x, ws)...)
	}
	slices.SortFunc(all, func(a, b span) int { return a.from - b.from })
	var out [][2]int
	for _, m := range all {
		if n := len(out); n > 0 && m.from <= out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], m.to)
			continue
		}
		out = append(out, [2]int{m.from, m.to})
	}
	return out
}
