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
	n    int
	docs []byte
	// Its places are pos, or if those are nil, size bytes of the stream from at on.
	pos      []byte
	at, size uint64
}

// Hit is a word in a document: how often, whether in the subject, and where its
// places are among those of its postings.
type Hit struct {
	Doc, TF  uint32
	Title    bool
	at, size uint64
}

// Blocks gives the block of a segment whose key is the first not below one:
// the end of its key and its value, nil where there is none; and a stretch of
// its stream of places.
type Blocks interface {
	Seek(key []byte) (last, value []byte, err error)
	Next() (last, value []byte, err error)
	Places(at, size uint64) ([]byte, error)
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
	docs, places := r.uvarint(), r.uvarint()
	r.p.size = places >> 1
	if places&1 == 1 {
		r.p.at = r.uvarint()
		r.p.docs = r.bytes(docs)
		return !r.bad
	}
	r.p.docs = r.bytes(docs)
	r.p.pos = r.bytes(r.p.size)
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

// Into adds the documents the word is in to a set for so many.
func (p *Postings) Into(set Set, docs int) error {
	c := Cursor{p: p}
	for c.Next() {
		if int(c.Doc) >= docs {
			return ErrBroken
		}
		set.Add(c.Doc)
	}
	return c.Err()
}

// Cursor steps through the documents of postings.
type Cursor struct {
	Hit
	p    *Postings
	n    int // how many documents it has been at
	read int // how many bytes of them
	on   bool
	bad  bool
}

// Cursor gives one that stands before the first document.
func (p *Postings) Cursor() Cursor { return Cursor{p: p} }

func (c *Cursor) uvarint() uint64 {
	n, size := binary.Uvarint(c.p.docs[c.read:])
	if size <= 0 {
		c.bad = true
		return 0
	}
	c.read += size
	return n
}

// On reports whether it stands at a document.
func (c *Cursor) On() bool { return c.on }

// Next goes to the next document, if there is one.
func (c *Cursor) Next() bool {
	c.on = c.next()
	return c.on
}

func (c *Cursor) next() bool {
	if c.n == c.p.n || c.bad {
		return false
	}
	var delta, often, beyond uint64
	if b := c.p.docs[c.read:]; len(b) >= 3 && b[0]|b[1]|b[2] < 0x80 { // nearly always
		delta, often, beyond = uint64(b[0]), uint64(b[1]), uint64(b[2])
		c.read += 3
	} else {
		delta, often, beyond = c.uvarint(), c.uvarint(), c.uvarint()
	}
	c.Doc += uint32(delta) //nolint:gosec // checked by the segment
	if c.n == 0 {
		c.Doc--
	}
	c.n++
	c.TF, c.Title = uint32(often>>1), often&1 == 1 //nolint:gosec // as written
	c.at += c.size
	c.size = often>>1 + beyond
	if delta == 0 || c.size > c.p.size-c.at || c.n == c.p.n && (c.at+c.size != c.p.size || c.read != len(c.p.docs)) {
		c.bad = true
	}
	return !c.bad
}

// Err tells whether the postings were not as they were made.
func (c *Cursor) Err() error {
	if c.bad {
		return ErrBroken
	}
	return nil
}

// Size is how many bytes Places reads.
func (h Hit) Size() uint64 { return h.size }

// Places adds where in its document the word stands.
func (p *Postings) Places(h Hit, b Blocks, out []uint32) ([]uint32, error) {
	buf := p.pos
	if buf != nil {
		buf = buf[h.at : h.at+h.size]
	} else {
		var err error
		if buf, err = b.Places(p.at+h.at, h.size); err != nil {
			return out, err
		}
	}
	at, i := uint32(0), 0
	for range h.TF {
		if i < len(buf) && buf[i] < 0x80 {
			at += uint32(buf[i])
			i++
		} else {
			n, size := binary.Uvarint(buf[i:])
			if size <= 0 {
				return out, ErrBroken
			}
			at += uint32(n) //nolint:gosec // below MostWords
			i += size
		}
		out = append(out, at)
	}
	if i != len(buf) {
		return out, ErrBroken
	}
	return out, nil
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
