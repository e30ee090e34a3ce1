package cache

import (
	"math"
	"slices"

	"docket/storage/terms"
)

// The relevance of a ticket is BM25 over its words, with what stands in the
// subject counting as much as titleWeight more times in the text. The numbers
// are those that do best over three collections together; see QUALITY in bench.
const (
	bmK1        = 1.8
	bmB         = 0.75
	titleWeight = 5
	// mostTelling is how many words of a text are asked for, mostScored how many
	// documents are kept for the end.
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

// scored is a document with its score.
type scored struct {
	seg   int
	doc   uint32
	score float64
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
			err := s.look(&s.segs[i], &x.Want, func(p terms.Postings, _ bool) {
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

// rank gives each document its score, and the tickets the best of theirs. What
// is weighed is the words of a segment at a time.
func (s *search) rank(clues []*clue, limit int) ([]Found, error) {
	var docs []scored
	most, least := max(mostScored, 4*limit), 0.0
	usual, err := s.usualLength()
	if err != nil {
		return nil, err
	}
	for i := range s.segs {
		seg := &s.segs[i]
		lengths, err := s.c.terms.lengthsOf(s.txn, seg)
		if err != nil {
			return nil, err
		}
		score := make([]float64, seg.Docs)
		tfs, titled := make([]float64, seg.Docs), make([]bool, seg.Docs)
		for _, x := range clues {
			if len(x.lists[i]) == 0 {
				continue
			}
			var in []uint32
			for j := range x.lists[i] {
				c := x.lists[i][j].Cursor()
				for c.Next() {
					if int(c.Doc) >= seg.Docs {
						return nil, terms.ErrBroken
					}
					if x.common && score[c.Doc] == 0 {
						continue
					}
					if tfs[c.Doc] == 0 {
						in = append(in, c.Doc)
					}
					tfs[c.Doc] += float64(c.TF)
					titled[c.Doc] = titled[c.Doc] || c.Title
				}
				if err := c.Err(); err != nil {
					return nil, err
				}
			}
			for _, d := range in {
				tf := tfs[d]
				if titled[d] {
					tf += titleWeight
				}
				tfs[d], titled[d] = 0, false
				score[d] += x.idf * tf * (bmK1 + 1) / (tf + bmK1*(1-bmB+bmB*float64(lengths[d])/usual))
			}
		}
		for d, sum := range score {
			if sum > least {
				docs = append(docs, scored{i, uint32(d), sum}) //nolint:gosec // some thousands
			}
		}
		if len(docs) > 2*most {
			slices.SortFunc(docs, byScore)
			docs = docs[:most]
			least = docs[most-1].score
		}
	}
	return s.best(docs, limit)
}

// byScore puts the likeliest first, and of equals the newest.
func byScore(a, b scored) int {
	switch {
	case a.score != b.score:
		return -1 + 2*one(a.score < b.score)
	case a.seg != b.seg:
		return a.seg - b.seg
	}
	return int(a.doc) - int(b.doc)
}

// usualLength is how many words a document has on average.
func (s *search) usualLength() (float64, error) {
	docs, words := 0, 0
	for i := range s.segs {
		lengths, err := s.c.terms.lengthsOf(s.txn, &s.segs[i])
		if err != nil {
			return 0, err
		}
		docs += len(lengths)
		for _, n := range lengths {
			words += int(n)
		}
	}
	return max(1, float64(words)/float64(max(1, docs))), nil
}

// best gives the tickets of the likeliest documents. What a ticket said before it
// was made anew is passed over, so several are looked at for each.
func (s *search) best(docs []scored, limit int) ([]Found, error) {
	slices.SortFunc(docs, byScore)
	type chunk struct{ seg, no int }
	read := map[chunk][]terms.Doc{}
	seen := map[tid]bool{}
	var out []Found
	for _, d := range docs {
		if len(out) == limit {
			break
		}
		at := chunk{d.seg, int(d.doc) / docsOfChunk}
		if read[at] == nil {
			var err error
			if read[at], err = docsAt(s.txn, &s.segs[d.seg], at.no); err != nil {
				return nil, err
			}
		}
		doc := read[at][d.doc%docsOfChunk]
		if seen[doc.Ticket] {
			continue
		}
		row, ok, err := s.candidate(&s.segs[d.seg], &query{whole: true}, doc.Ticket, d.doc)
		if err != nil {
			return nil, err
		}
		if ok {
			seen[doc.Ticket] = true
			out = append(out, Found{Row: row, Score: d.score})
		}
	}
	return out, nil
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
