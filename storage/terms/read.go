package terms

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/bits"
)

// ErrBroken is what a block or a row that is not as it was made gives.
var ErrBroken = errors.New("a piece of the search index is not as it was made")

// Postings are where a word stands.
type Postings struct {
	n         int
	docs, pos []byte
}

// Hit is a word in a document: how often, and at which positions.
type Hit struct {
	Doc uint32
	TF  uint32
	pos []byte
}

// Blocks gives the block of a segment whose key is the first not below one:
// the end of its key and its value, nil where there is none.
type Blocks interface {
	Seek(key []byte) (last, value []byte, err error)
	Next() (last, value []byte, err error)
}

// reader steps through the words of a block.
type reader struct {
	buf  []byte
	term []byte
	p    Postings
	bad  bool
}

func (r *reader) uvarint() uint64 {
	n, size := binary.Uvarint(r.buf)
	if size <= 0 {
		r.bad, r.buf = true, nil
		return 0
	}
	r.buf = r.buf[size:]
	return n
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.buf)) {
		r.bad, r.buf = true, nil
		return nil
	}
	b := r.buf[:n]
	r.buf = r.buf[n:]
	return b
}

// next goes to the next word.
func (r *reader) next() bool {
	if len(r.buf) == 0 {
		return false
	}
	shared, rest := r.uvarint(), r.uvarint()
	if shared > uint64(len(r.term)) {
		r.bad = true
		return false
	}
	r.term = append(r.term[:shared:shared], r.bytes(rest)...)
	r.p = Postings{n: int(r.uvarint())} //nolint:gosec // checked by what follows
	docs, pos := r.uvarint(), r.uvarint()
	r.p.docs, r.p.pos = r.bytes(docs), r.bytes(pos)
	return !r.bad
}

// block opens one, and makes sure that none is missing before it: where it
// was looked for a key, the block before must end below that key.
func block(key, value []byte) (*reader, error) {
	r := &reader{buf: value}
	after := r.bytes(r.uvarint())
	if r.bad || bytes.Compare(after, key) >= 0 && len(after) > 0 {
		return nil, ErrBroken
	}
	return r, nil
}

// Lookup calls fn with the postings of a word, in one or several pieces. last
// is the key of the segment's last block.
func Lookup(b Blocks, last []byte, term string, fn func(Postings)) error {
	return Scan(b, last, term, func(t []byte) int { return bytes.Compare(t, []byte(term)) }, func(_ []byte, p Postings) error { fn(p); return nil })
}

// Scan calls fn with the words from one on for which is says 0, until it says
// more. What it says less of is passed over. Neither keeps the word.
func Scan(b Blocks, last []byte, from string, is func(term []byte) int, fn func(term []byte, p Postings) error) error {
	key := lastKey(from, 0)
	at, value, err := b.Seek(key)
	for ; err == nil && value != nil; at, value, err = b.Next() {
		r, berr := block(key, value)
		if berr != nil {
			return berr
		}
		for r.next() {
			switch c := is(r.term); {
			case c > 0:
				return nil
			case c == 0:
				if err := fn(r.term, r.p); err != nil {
					return err
				}
			}
		}
		if r.bad {
			return ErrBroken
		}
		// The next one follows this one, and not one after it.
		key = append(bytes.Clone(at), 0)
		if bytes.Equal(at, last) {
			return nil
		}
	}
	if err == nil && bytes.Compare(key, last) <= 0 {
		err = ErrBroken // there should be more
	}
	return err
}

// Len is in how many documents the word is.
func (p Postings) Len() int { return p.n }

// Hits calls fn with each document the word is in.
func (p Postings) Hits(fn func(Hit) error) error {
	docs, pos := &reader{buf: p.docs}, &reader{buf: p.pos}
	doc := uint32(0)
	for range p.n {
		doc += uint32(docs.uvarint()) //nolint:gosec // checked by the segment
		tf := uint32(docs.uvarint())  //nolint:gosec // checked by what follows
		if docs.bad || doc == 0 {
			return ErrBroken
		}
		from := pos.buf
		n := 0
		for range tf {
			_, k := binary.Uvarint(from[n:])
			if k <= 0 {
				return ErrBroken
			}
			n += k
		}
		pos.buf = from[n:]
		if err := fn(Hit{Doc: doc - 1, TF: tf, pos: from[:n]}); err != nil {
			return err
		}
	}
	return nil
}

// Positions gives where in its document the word stands.
func (h Hit) Positions(out []uint32) []uint32 {
	r, at := reader{buf: h.pos}, uint32(0)
	for range h.TF {
		at += uint32(r.uvarint()) //nolint:gosec // below MostWords
		out = append(out, at)
	}
	return out
}

// First is the first position.
func (h Hit) First() uint32 {
	n, _ := binary.Uvarint(h.pos)
	return uint32(n) //nolint:gosec // below MostWords
}

// Set is a set of the documents of a segment.
type Set []uint64

// NewSet gives an empty one for n documents.
func NewSet(n int) Set { return make(Set, (n+63)/64) }

// Add adds a document.
func (s Set) Add(d uint32) { s[d/64] |= 1 << (d % 64) }

// Has reports whether a document is in it.
func (s Set) Has(d uint32) bool { return s[d/64]&(1<<(d%64)) != 0 }

// Len is how many there are in it.
func (s Set) Len() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// And keeps what is also in another.
func (s Set) And(t Set) {
	for i := range s {
		s[i] &= t[i]
	}
}

// Or adds what is in another.
func (s Set) Or(t Set) {
	for i := range s {
		s[i] |= t[i]
	}
}
