package terms

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
)

// Gone is the number of a document that a merge leaves out.
const Gone = math.MaxUint32

// Source is a segment that is merged: Last is the key of its last block, To what
// number each of its documents has in the new one.
type Source struct {
	Blocks Blocks
	Last   []byte
	To     []uint32
}

// Merge makes one segment of several, word by word, so that what is held of them
// is a word and a block of each. It gives blocks and stretches of the stream of
// places as they are made, and the key of the last block.
func Merge(of []Source, block func(Block) error, places func([]byte) error) (last []byte, err error) {
	var failed error
	note := func(err error) {
		if failed == nil {
			failed = err
		}
	}
	w := blockWriter{
		block:  func(b Block) { last = b.Last; note(block(b)) },
		places: func(p []byte) { note(places(p)) },
	}
	var ss []*stream
	for i := range of {
		s := &stream{Source: &of[i]}
		if err := s.begin(); err != nil {
			return nil, err
		}
		ss = append(ss, s)
	}
	var all []posting
	for failed == nil {
		var term []byte
		for _, s := range ss {
			if s.on && (term == nil || bytes.Compare(s.r.term, term) < 0) {
				term = s.r.term
			}
		}
		if term == nil {
			break
		}
		word := string(term)
		all = all[:0]
		for _, s := range ss {
			for s.on && string(s.r.term) == word {
				if all, err = s.take(all); err != nil {
					return nil, err
				}
				if err := s.next(); err != nil {
					return nil, err
				}
			}
		}
		if len(all) > 0 {
			docs, pos := listed(all)
			w.add(word, len(all), docs, pos)
		}
	}
	w.flush()
	return last, failed
}

// posting is a word in a document of the new segment.
type posting struct {
	doc   uint32
	often uint64 // as it is stored, see list
	tf    uint64
	pos   []byte
}

// listed writes postings as a list of a block.
func listed(all []posting) (docs, pos []byte) {
	before := func(a, b posting) int { return int(a.doc) - int(b.doc) }
	if !slices.IsSortedFunc(all, before) {
		slices.SortFunc(all, before)
	}
	last := uint64(0)
	for _, p := range all {
		no := uint64(p.doc) + 1
		for _, n := range []uint64{no - last, p.often, uint64(len(p.pos)) - p.tf} {
			docs = binary.AppendUvarint(docs, n)
		}
		last = no
		pos = append(pos, p.pos...)
	}
	return docs, pos
}

// stream steps through the words of a source.
type stream struct {
	*Source
	r  *reader
	at []byte // the key of its block
	on bool
}

func (s *stream) begin() error {
	if s.Last == nil {
		return nil
	}
	return s.open(s.Blocks.Seek([]byte{0}))
}

// open goes to the first word of a block that follows the one before.
func (s *stream) open(at, value []byte, err error) error {
	if err != nil {
		return err
	}
	if value == nil {
		return ErrBroken // there should be more
	}
	key := []byte{0}
	if s.at != nil {
		key = append(bytes.Clone(s.at), 0)
	}
	if s.r, err = block(key, value); err != nil {
		return err
	}
	s.at = at
	return s.next()
}

// next goes to the next word, in this block or the next.
func (s *stream) next() error {
	if s.on = s.r.next(); s.on {
		return nil
	}
	if s.r.bad {
		return ErrBroken
	}
	if bytes.Equal(s.at, s.Last) {
		return nil
	}
	return s.open(s.Blocks.Next())
}

// take adds what the source has of its word.
func (s *stream) take(all []posting) ([]posting, error) {
	p := s.r.p
	places := p.pos
	if places == nil && p.size > 0 {
		var err error
		if places, err = s.Blocks.Places(p.at, p.size); err != nil {
			return nil, err
		}
	}
	c := p.Cursor()
	for c.Next() {
		if int(c.Doc) >= len(s.To) {
			return nil, ErrBroken
		}
		if to := s.To[c.Doc]; to != Gone {
			often := uint64(c.TF) << 1
			if c.Title {
				often |= 1
			}
			all = append(all, posting{to, often, uint64(c.TF), places[c.at : c.at+c.size]})
		}
	}
	return all, c.Err()
}
