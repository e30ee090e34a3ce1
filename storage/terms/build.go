package terms

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"
)

// What a block and a document hold at most. A block is read and decrypted
// whole for one word of it; a document counts its words from 0.
const (
	blockSize = 4 << 10
	// MostWords is where a document is full: a longer ticket is several.
	MostWords = 40_000
	// gap parts the entries of a document, so that no phrase runs over.
	gap = 8
)

// Part is an entry of a document, 0 for the ticket's head, and the position of
// its first word.
type Part struct {
	Seq  uint64
	From uint32
}

// Doc is a document of a segment.
type Doc struct {
	Ticket [16]byte
	// Length is how many words it has; those before Title are of its subject.
	Length, Title uint32
	Parts         []Part
}

// At is the entry a position is in, 0 for the head.
func (d *Doc) At(pos uint32) uint64 {
	var seq uint64
	for _, p := range d.Parts {
		if p.From > pos {
			break
		}
		seq = p.Seq
	}
	return seq
}

// Builder makes a segment, document by document, newest first.
type Builder struct {
	docs  []Doc
	lists map[string]*list
	pos   uint32
	size  int
}

// list is the postings of a word as they grow.
type list struct {
	n         int
	doc, last uint32 // the newest document plus 1, and the position in it
	tf        uint32
	docs, pos []byte
}

// NewBuilder gives an empty one.
func NewBuilder() *Builder { return &Builder{lists: map[string]*list{}} }

// Begin begins a document.
func (b *Builder) Begin(ticket [16]byte) {
	b.docs = append(b.docs, Doc{Ticket: ticket})
	b.pos = 0
}

// Part begins an entry of the document, 0 for its head.
func (b *Builder) Part(seq uint64) {
	d := &b.docs[len(b.docs)-1]
	if len(d.Parts) > 0 {
		b.pos += gap
	}
	d.Parts = append(d.Parts, Part{Seq: seq, From: b.pos})
}

// Title says that what was added until now is the subject.
func (b *Builder) Title() { b.docs[len(b.docs)-1].Title = b.pos }

// Add adds a text to the entry, and reports whether the document is full.
func (b *Builder) Add(text string) (full bool) {
	d := &b.docs[len(b.docs)-1]
	no := uint32(len(b.docs)) //nolint:gosec // a segment has some thousands
	Each(text, func(term []byte, _, _ int) {
		if b.pos >= MostWords {
			return
		}
		l := b.lists[string(term)]
		if l == nil {
			l = &list{}
			b.lists[string(term)] = l
		}
		if l.doc != no {
			l.next(no)
		}
		l.pos = binary.AppendUvarint(l.pos, uint64(b.pos-l.last))
		l.last = b.pos
		l.tf++
		b.pos++
		d.Length++
	})
	b.size += len(text)
	return b.pos >= MostWords
}

// next begins the postings of another document, 0 for none.
func (l *list) next(no uint32) {
	if l.tf > 0 {
		// l.docs holds the distance already; how often comes after it.
		l.docs = binary.AppendUvarint(l.docs, uint64(l.tf))
	}
	if no > 0 {
		l.docs = binary.AppendUvarint(l.docs, uint64(no-l.doc))
		l.n++
	}
	l.doc, l.last, l.tf = no, 0, 0
}

// Docs and Size are how much it holds: documents, and bytes of text.
func (b *Builder) Docs() int { return len(b.docs) }

// Size is how many bytes of text were added.
func (b *Builder) Size() int { return b.size }

// Block is a piece of a segment: the sorted words up to Last with their
// postings.
type Block struct {
	// Last is the end of the block's key.
	Last  []byte
	Value []byte
}

// Segment is what is stored of one.
type Segment struct {
	Docs   []Doc
	Blocks []Block
}

// lastKey orders blocks: by their last word, and the parts of a long list.
func lastKey(term string, part int) []byte {
	return binary.BigEndian.AppendUint16(append([]byte(term), 0), uint16(part)) //nolint:gosec // a list has few parts
}

// Finish gives the segment.
func (b *Builder) Finish() Segment {
	s := Segment{Docs: b.docs}
	w := blockWriter{seg: &s}
	for _, term := range slices.Sorted(maps.Keys(b.lists)) {
		l := b.lists[term]
		l.next(0)
		w.add(term, l)
		delete(b.lists, term)
	}
	w.flush()
	return s
}

type blockWriter struct {
	seg   *Segment
	after []byte // the key of the block before
	buf   []byte
	last  string
}

func (w *blockWriter) add(term string, l *list) {
	if len(l.docs)+len(l.pos) > 2*blockSize {
		w.flush()
		w.long(term, l)
		return
	}
	w.entry(term, l.n, l.docs, l.pos)
	if len(w.buf) >= blockSize {
		w.flush()
	}
}

// entry appends a word with its postings to the block.
func (w *blockWriter) entry(term string, n int, docs, pos []byte) {
	shared := len(common(term, w.last))
	w.buf = binary.AppendUvarint(w.buf, uint64(shared))
	w.buf = binary.AppendUvarint(w.buf, uint64(len(term)-shared))
	w.buf = append(w.buf, term[shared:]...)
	for _, n := range []int{n, len(docs), len(pos)} {
		w.buf = binary.AppendUvarint(w.buf, uint64(n)) //nolint:gosec // sizes
	}
	w.buf = append(append(w.buf, docs...), pos...)
	w.last = strings.Clone(term)
}

// long cuts a list that is longer than a block between documents. Each piece
// counts its documents from 0.
func (w *blockWriter) long(term string, l *list) {
	docs, pos, doc := l.docs, l.pos, uint64(0)
	for i := 0; len(docs) > 0; i++ {
		var out []byte
		n, q, base := 0, 0, uint64(0)
		for len(docs) > 0 && (n == 0 || len(out)+q < 2*blockSize) {
			delta, size := binary.Uvarint(docs)
			tf, more := binary.Uvarint(docs[size:])
			docs = docs[size+more:]
			doc += delta
			out = binary.AppendUvarint(binary.AppendUvarint(out, doc-base), tf)
			base = doc
			for range tf {
				_, k := binary.Uvarint(pos[q:])
				q += k
			}
			n++
		}
		w.entry(term, n, out, pos[:q])
		w.end(i)
		pos = pos[q:]
	}
}

func (w *blockWriter) flush() { w.end(0) }

func (w *blockWriter) end(part int) {
	if len(w.buf) == 0 {
		return
	}
	v := binary.AppendUvarint(nil, uint64(len(w.after)))
	v = append(append(v, w.after...), w.buf...)
	w.after = lastKey(w.last, part)
	w.seg.Blocks = append(w.seg.Blocks, Block{Last: w.after, Value: v})
	w.buf, w.last = w.buf[:0], ""
}

// EncodeDocs gives some documents of a segment as they are stored.
func EncodeDocs(docs []Doc) []byte {
	var b []byte
	for _, d := range docs {
		b = append(b, d.Ticket[:]...)
		for _, n := range []uint32{d.Length, d.Title, uint32(len(d.Parts))} { //nolint:gosec // below MostWords
			b = binary.AppendUvarint(b, uint64(n))
		}
		for _, p := range d.Parts {
			b = binary.AppendUvarint(binary.AppendUvarint(b, p.Seq), uint64(p.From))
		}
	}
	return b
}

// DecodeDocs reads them.
func DecodeDocs(b []byte) ([]Doc, error) {
	var out []Doc
	r := reader{buf: b}
	for len(r.buf) > 0 && !r.bad {
		var d Doc
		copy(d.Ticket[:], r.bytes(16))
		d.Length, d.Title = uint32(r.uvarint()), uint32(r.uvarint()) //nolint:gosec // as written
		n := r.uvarint()
		if n > uint64(len(r.buf)) {
			return nil, ErrBroken
		}
		for range n {
			d.Parts = append(d.Parts, Part{Seq: r.uvarint(), From: uint32(r.uvarint())}) //nolint:gosec // as written
		}
		out = append(out, d)
	}
	if r.bad {
		return nil, ErrBroken
	}
	return out, nil
}
