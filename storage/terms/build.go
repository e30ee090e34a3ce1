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
	// What stands of a word in more bytes than these lies in the stream of places,
	// which is stored in pieces of PlacesSize: who asks whether a word is in a
	// document, which is nearly everybody, does not read where.
	placesInline = 256
	// PlacesSize is how long a piece of the stream is, but for the last.
	PlacesSize = 8 << 10
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
	// Length is how many words it has.
	Length uint32
	Parts  []Part
	stored []byte // the parts, of one that was read
}

// At is the entry a position is in, 0 for the head.
func (d *Doc) At(pos uint32) uint64 {
	var seq uint64
	r := reader{buf: d.stored}
	for len(r.buf) > 0 {
		of, from := r.uvarint(), r.uvarint()
		if from > uint64(pos) {
			break
		}
		seq = of
	}
	return seq
}

// Builder makes a segment, document by document, newest first.
type Builder struct {
	docs  []Doc
	lists map[string]*list
	pos   uint32
	size  int
	title bool // what is added is the subject
}

// list is the postings of a word as they grow.
type list struct {
	n         int
	doc, last uint32 // the newest document plus 1, and the position in it
	tf        uint32
	title     bool // the newest document has it in its subject
	from      int  // where the positions in it begin
	docs, pos []byte
}

// NewBuilder gives an empty one.
func NewBuilder() *Builder { return &Builder{lists: map[string]*list{}} }

// Begin begins a document.
func (b *Builder) Begin(ticket [16]byte) {
	b.docs = append(b.docs, Doc{Ticket: ticket})
	b.pos, b.title = 0, true
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
func (b *Builder) Title() { b.title = false }

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
		l.title = l.title || b.title
		b.pos++
		d.Length++
	})
	b.size += len(text)
	return b.pos >= MostWords
}

// next begins the postings of another document, 0 for none.
func (l *list) next(no uint32) {
	if l.tf > 0 {
		// l.docs holds the distance already; then come how often, whether in the
		// subject, and how many bytes its places take beyond one each.
		often := uint64(l.tf) << 1
		if l.title {
			often |= 1
		}
		l.docs = binary.AppendUvarint(binary.AppendUvarint(l.docs, often), uint64(len(l.pos)-l.from)-uint64(l.tf)) //nolint:gosec // a position takes a byte at least
	}
	if no > 0 {
		l.docs = binary.AppendUvarint(l.docs, uint64(no-l.doc))
		l.n++
	}
	l.doc, l.last, l.tf, l.title, l.from = no, 0, 0, false, len(l.pos)
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
	// Places is the stream of what stands where.
	Places []byte
}

// lastKey orders blocks: by their last word, and the parts of a long list.
func lastKey(term string, part int) []byte {
	return binary.BigEndian.AppendUint16(append([]byte(term), 0), uint16(part)) //nolint:gosec // a list has few parts
}

// Finish gives the segment.
func (b *Builder) Finish() Segment {
	s := Segment{Docs: b.docs}
	w := blockWriter{
		block:  func(b Block) { s.Blocks = append(s.Blocks, b) },
		places: func(p []byte) { s.Places = append(s.Places, p...) },
	}
	for _, term := range slices.Sorted(maps.Keys(b.lists)) {
		l := b.lists[term]
		l.next(0)
		w.add(term, l.n, l.docs, l.pos)
		delete(b.lists, term)
	}
	w.flush()
	return s
}

// blockWriter makes the blocks of words that are added in their order.
type blockWriter struct {
	block  func(Block)
	places func([]byte)
	at     uint64 // how long the stream is
	after  []byte // the key of the block before
	buf    []byte
	last   string
}

func (w *blockWriter) add(term string, n int, docs, pos []byte) {
	if len(docs) > 2*blockSize {
		w.flush()
		w.long(term, docs, pos)
		return
	}
	w.entry(term, n, docs, pos)
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
	for _, n := range []int{n, len(docs)} {
		w.buf = binary.AppendUvarint(w.buf, uint64(n)) //nolint:gosec // sizes
	}
	size := uint64(len(pos)) << 1
	if len(pos) > placesInline {
		w.buf = binary.AppendUvarint(binary.AppendUvarint(w.buf, size|1), w.at)
		w.places(pos)
		w.at += uint64(len(pos))
		pos = nil
	} else {
		w.buf = binary.AppendUvarint(w.buf, size)
	}
	w.buf = append(append(w.buf, docs...), pos...)
	w.last = strings.Clone(term)
}

// long cuts a list that is longer than a block between documents. Each piece
// counts its documents from 0.
func (w *blockWriter) long(term string, docs, pos []byte) {
	doc := uint64(0)
	for i := 0; len(docs) > 0; i++ {
		var out []byte
		n, q, base := 0, 0, uint64(0)
		for len(docs) > 0 && len(out) < 2*blockSize {
			delta, size := binary.Uvarint(docs)
			often, more := binary.Uvarint(docs[size:])
			beyond, most := binary.Uvarint(docs[size+more:])
			doc += delta
			out = append(binary.AppendUvarint(out, doc-base), docs[size:size+more+most]...)
			docs = docs[size+more+most:]
			base = doc
			q += int(often>>1 + beyond) //nolint:gosec // as made above
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
	w.block(Block{Last: w.after, Value: v})
	w.buf, w.last = w.buf[:0], ""
}

// EncodeDocs gives some documents of a segment as they are stored.
func EncodeDocs(docs []Doc) []byte {
	var b, parts []byte
	for _, d := range docs {
		parts = parts[:0]
		if d.Parts == nil {
			parts = append(parts, d.stored...)
		}
		for _, p := range d.Parts {
			parts = binary.AppendUvarint(binary.AppendUvarint(parts, p.Seq), uint64(p.From))
		}
		b = append(b, d.Ticket[:]...)
		b = append(binary.AppendUvarint(b, uint64(len(parts))), parts...)
	}
	return b
}

// EncodeLengths gives how many words the documents of a segment have, as that
// is stored. DecodeLengths reads it.
func EncodeLengths(docs []Doc) []byte {
	var b []byte
	for _, d := range docs {
		b = binary.BigEndian.AppendUint16(b, uint16(d.Length)) //nolint:gosec // at most MostWords
	}
	return b
}

// DecodeLengths reads what EncodeLengths made of n documents.
func DecodeLengths(b []byte, n int) ([]uint16, error) {
	if len(b) != 2*n {
		return nil, ErrBroken
	}
	out := make([]uint16, n)
	for i := range out {
		out[i] = binary.BigEndian.Uint16(b[2*i:])
	}
	return out, nil
}

// DecodeDocs reads the tickets of documents, and where their parts are.
func DecodeDocs(b []byte) ([]Doc, error) {
	var out []Doc
	r := reader{buf: b}
	for len(r.buf) > 0 && !r.bad {
		var d Doc
		copy(d.Ticket[:], r.bytes(16))
		d.stored = r.bytes(r.uvarint())
		out = append(out, d)
	}
	if r.bad {
		return nil, ErrBroken
	}
	return out, nil
}
