package cache

import (
	"math"
	"slices"

	"docket/storage/terms"
)

// The relevance of a ticket is BM25 over its words, with what stands in the
// subject counting as much as titleWeight more times in the text.
const (
	bmK1        = 1.2
	bmB         = 0.75
	titleWeight = 3
	// mostTelling is how many words of a text are asked for, mostScored how many
	// tickets are weighed in the end.
	mostTelling = 40
	mostScored  = 400
)

// clue is a word of a text, with where it stands in each segment.
type clue struct {
	terms.Want
	lists [][]terms.Postings
	df    int
	idf   float64
	// common words weigh the tickets that have a rarer one, and find none.
	common bool
}

// scored is a document on its way to a score.
type scored struct {
	seg, doc int
	sum      float64
	tfs      []uint32
	first    []uint32
}

// Related gives up to limit tickets with the most in common with a text, the
// likeliest first. Like Search it asks this computer alone.
func (c *Cache) Related(text string, limit int) (out []Found, err error) {
	err = c.searching(func(s *search) error {
		clues, err := s.clues(text)
		if err != nil || len(clues) == 0 {
			return err
		}
		out, err = s.rank(clues, limit)
		return err
	})
	return out, err
}

// clues looks up the words of a text, the rarest first.
func (s *search) clues(text string) ([]*clue, error) {
	total := 0
	for _, seg := range s.segs {
		total += seg.Docs
	}
	var out []*clue
	seen := map[string]bool{}
	for _, w := range terms.Words(text) {
		if seen[w.Term] || len(seen) == mostTelling {
			continue
		}
		seen[w.Term] = true
		x := &clue{Want: terms.Want{Term: w.Term}, lists: make([][]terms.Postings, len(s.segs))}
		x.Inf, x.Bent = terms.Inflect(w.Term)
		for i := range s.segs {
			err := s.lists(&s.segs[i], &x.Want, func(p terms.Postings) {
				x.lists[i] = append(x.lists[i], p)
				x.df += p.Len()
			})
			if err != nil {
				return nil, err
			}
		}
		if x.df == 0 {
			continue
		}
		n, df := float64(total), float64(min(x.df, total))
		x.idf = math.Log(1 + (n-df+0.5)/(df+0.5))
		out = append(out, x)
	}
	slices.SortStableFunc(out, func(a, b *clue) int { return a.df - b.df })
	for i := 3; i < len(out); i++ {
		out[i].common = out[i].df > total/5+10
	}
	return out, nil
}

// lists calls fn with the postings of a word and its inflections.
func (s *search) lists(seg *segment, w *terms.Want, fn func(terms.Postings)) error {
	s.no = seg.No
	if seg.Last == nil {
		return nil
	}
	if !w.Bent {
		return terms.Lookup(s, seg.Last, w.Term, fn)
	}
	return terms.Scan(s, seg.Last, w.Inf.Prefix, beginsWith(w.Inf.Prefix), func(t []byte, p terms.Postings) error {
		if w.Fits(string(t)) {
			fn(p)
		}
		return nil
	})
}

func (s *search) rank(clues []*clue, limit int) ([]Found, error) {
	var docs []*scored
	for i, seg := range s.segs {
		by := map[uint32]*scored{}
		for j, x := range clues {
			for _, p := range x.lists[i] {
				err := p.Hits(func(h terms.Hit) error {
					if int(h.Doc) >= seg.Docs {
						return terms.ErrBroken
					}
					d := by[h.Doc]
					if d == nil && x.common {
						return nil
					}
					if d == nil {
						d = &scored{seg: i, doc: int(h.Doc), tfs: make([]uint32, len(clues)), first: make([]uint32, len(clues))}
						by[h.Doc] = d
						docs = append(docs, d)
					}
					if first := h.First(); d.tfs[j] == 0 || first < d.first[j] {
						d.first[j] = first
					}
					if d.tfs[j] == 0 {
						d.sum += x.idf
					}
					d.tfs[j] += h.TF
					return nil
				})
				if err != nil {
					return nil, err
				}
			}
		}
	}
	most := func(a, b *scored) int {
		switch {
		case a.sum != b.sum:
			return -1 + 2*one(a.sum < b.sum)
		case a.seg != b.seg:
			return a.seg - b.seg
		}
		return a.doc - b.doc
	}
	slices.SortFunc(docs, most)
	docs = docs[:min(len(docs), max(mostScored, 4*limit))]
	return s.weigh(clues, docs, limit)
}

// usualLength is how many words a document has on average: as stored, a segment
// knows its bytes of text, and a word with what is around it is six.
func (s *search) usualLength() float64 {
	docs, text := 0, 0
	for _, seg := range s.segs {
		docs, text = docs+seg.Docs, text+seg.Text
	}
	return max(1, float64(text)/6/float64(max(1, docs)))
}

// weigh gives the documents their score, and the tickets the best of theirs.
func (s *search) weigh(clues []*clue, docs []*scored, limit int) ([]Found, error) {
	type chunk struct{ seg, no int }
	read := map[chunk][]terms.Doc{}
	best := map[tid]*Found{}
	usual := s.usualLength()
	for _, d := range docs {
		at := chunk{d.seg, d.doc / docsOfChunk}
		if read[at] == nil {
			var err error
			if read[at], err = docsAt(s.txn, &s.segs[d.seg], at.no); err != nil {
				return nil, err
			}
		}
		doc := read[at][d.doc%docsOfChunk]
		score := 0.0
		for j, x := range clues {
			if d.tfs[j] == 0 {
				continue
			}
			tf := float64(d.tfs[j])
			if d.first[j] < doc.Title {
				tf += titleWeight
			}
			score += x.idf * tf * (bmK1 + 1) / (tf + bmK1*(1-bmB+bmB*float64(doc.Length)/usual))
		}
		f := best[doc.Ticket]
		if f == nil {
			row, ok, err := s.candidate(&s.segs[d.seg], &query{whole: true}, doc.Ticket, 0)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			f = &Found{Row: row}
			best[doc.Ticket] = f
		}
		f.Score = max(f.Score, score)
	}
	var out []Found
	for _, f := range best {
		out = append(out, *f)
	}
	slices.SortFunc(out, func(a, b Found) int {
		if a.Score != b.Score {
			return -1 + 2*one(a.Score < b.Score)
		}
		return b.Row.Ticket.Updated.Compare(a.Row.Ticket.Updated)
	})
	return out[:min(limit, len(out))], nil
}

// Like gives up to limit tickets that have most in common with a text.
func (c *Cache) Like(text string, limit int) ([]Row, error) {
	found, err := c.Related(text, limit)
	var out []Row
	for _, f := range found {
		out = append(out, f.Row)
	}
	return out, err
}
