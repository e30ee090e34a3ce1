package cache

import (
	"errors"
	"fmt"
	"time"

	"github.com/dgraph-io/badger/v4"

	"docket/storage/terms"
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
	AskFile
)

// Ask is what is looked for: a text, what a ticket must be, a text in the name
// of a file, or others together.
type Ask struct {
	Op AskOp
	Of []Ask
	// Text is found as words that stand together. Exact takes them as written;
	// else inflections count, and with Open the beginning of the last word does.
	Text        string
	Exact, Open bool
	// Near forgives slips.
	Near bool
	// Head judges a ticket by what is above its conversation, for AskHead.
	Head func(*Row) bool
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
	// Unread are those with text files whose text is not here.
	Unread int
	Oldest time.Time
}

// Coverage tells what the search knows.
func (c *Cache) Coverage() (Coverage, error) {
	all, err := c.Totals()
	if err != nil {
		return Coverage{}, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	out := Coverage{Tickets: all.Tickets, Oldest: all.Oldest, Waiting: min(c.terms.pending, all.Tickets), Unread: c.terms.unread}
	if !c.terms.usable() {
		out.Waiting = all.Tickets
	}
	return out, nil
}

// IndexSize is how much the search index takes.
type IndexSize struct {
	Segments, Docs int
	// Text is how many bytes of text it was made of, Bytes how many it takes.
	Text, Bytes int64
}

// IndexSize tells how much the search index takes, for measurements.
func (c *Cache) IndexSize() (out IndexSize, err error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.db == nil {
		return out, errClosed
	}
	for _, s := range c.terms.segs {
		out.Segments++
		out.Docs += s.Docs
		out.Text += int64(s.Text)
		out.Bytes += int64(s.Bytes)
	}
	return out, nil
}

// Search gives the tickets that fit from a place on, newest first: those in
// which something happened last.
func (c *Cache) Search(ask Ask, from, limit int) (out Answer, err error) {
	err = c.searching(func(s *search) error {
		q := compile(ask)
		seen := map[tid]bool{}
		for i := range s.segs {
			done, err := s.inSegment(&s.segs[i], q, seen, from, limit, &out)
			if err != nil || done {
				return err
			}
		}
		return nil
	})
	return out, err
}

// searching runs fn over the index as it is at one moment. Over one that turns
// out to be damaged it is run again as over none, which Coverage tells.
func (c *Cache) searching(fn func(*search) error) error {
	once := func() error {
		return c.view(func(txn *badger.Txn) error {
			s := c.newSearch(txn)
			defer s.close()
			err := fn(s)
			if errors.Is(err, terms.ErrBroken) {
				err = fmt.Errorf("%w: %w", err, errIndex)
			}
			return err
		})
	}
	err := once()
	if errors.Is(err, errIndex) {
		err = once()
	}
	return err
}

// search is one under way.
type search struct {
	c     *Cache
	txn   *badger.Txn
	it    *badger.Iterator
	segs  []segment
	heads int
	no    uint32
	// pieces are those of the stream of places that were read last.
	pieces map[uint64][]byte
	room   []uint32
}

func (c *Cache) newSearch(txn *badger.Txn) *search {
	s := &search{c: c, txn: txn}
	if c.terms.usable() {
		s.segs = c.terms.segs
	}
	s.it = txn.NewIterator(badger.IteratorOptions{Prefix: []byte{kindTerms}})
	return s
}

func (s *search) close() { s.it.Close() }

// at says of which segment the blocks are that are asked for next.
func (s *search) at(seg *segment) {
	if s.no != seg.No || s.pieces == nil {
		s.no, s.pieces = seg.No, map[uint64][]byte{}
	}
}

// mostPieces is how many pieces of the stream are held, four kilobytes each.
const mostPieces = 64

// Places gives a stretch of the segment's stream.
func (s *search) Places(at, size uint64) ([]byte, error) {
	var out []byte
	for size > 0 {
		no, from := at/terms.PlacesSize, at%terms.PlacesSize
		p := s.pieces[no]
		if p == nil {
			k := placesKey(s.no, no)
			var err error
			if p, err = get(s.txn, k); err != nil {
				return nil, err
			}
			if len(s.pieces) == mostPieces {
				clear(s.pieces)
			}
			s.pieces[no] = p
		}
		n := min(size, terms.PlacesSize-from)
		if from+n > uint64(len(p)) {
			return nil, terms.ErrBroken
		}
		if out == nil && n == size {
			return p[from : from+n], nil
		}
		out = append(out, p[from:from+n]...)
		at, size = at+n, size-n
	}
	return out, nil
}

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
		if may, err := s.may(seg, q, d); err != nil || !may {
			if err != nil {
				return false, err
			}
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

// entriesOf finds for each result the entry that has most of what was looked
// for.
func (s *search) entriesOf(seg *segment, q *query, found []located, out *Answer) error {
	if len(found) == 0 {
		return nil
	}
	of, in := texts(q, nil), terms.NewSet(seg.Docs)
	for _, f := range found {
		in.Add(f.doc)
	}
	for _, x := range of {
		if x.no == seg.No && len(x.words) == 1 {
			x.set.And(in) // where the others have it is not asked for
		}
	}
	for _, f := range found {
		has := map[uint64]int{}
		for _, x := range of {
			places, err := s.stands(seg, x, f.doc)
			if err != nil {
				return err
			}
			var last uint64
			for i, p := range places {
				if seq := f.d.At(p); i == 0 || seq != last {
					has[seq]++
					last = seq
				}
			}
		}
		best := uint64(0)
		for seq, count := range has {
			if top := has[best]; seq > 0 && (count > top || count == top && seq > best && best > 0) {
				best = seq
			}
		}
		out.Found[f.at].Seq = best
	}
	return nil
}
