package cache

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
	"docket/storage/terms"
)

// The search index is segments, each of some tickets: sorted words in blocks of
// a few kilobytes, with where they stand. A commit writes the words of its new
// entries as a small segment of its own, in the same transaction, so that a
// reply is found as soon as it is here and costs its words. Index gathers small
// ones, reading the tickets anew, so that there are few.
//
// A large snapshot is not slowed down by its words: its tickets are noted as
// Pending, and Index makes large segments of them afterwards, the newest first.
//
// A segment does not change. What it says of a ticket holds while the ticket is
// here and says that it was last made anew (record.Since) before the segment:
// so what was purged is not answered from the same transaction on. Its words
// go from the disk when Index makes the segment anew without it (kindGone).
//
// A block says which one is before it, the documents are counted, and the
// number of segments is stored, so that one missing is damage as elsewhere.
const (
	docsOfChunk = 64
	// mostInline is how many tickets a snapshot may have whose words are written
	// with its pages.
	mostInline = 1000
	// mostBlob is how many bytes of a text are looked at for words.
	mostBlob = 1 << 20
)

// segment is what is stored of one.
type segment struct {
	No   uint32
	Docs int
	// Text is how many bytes of text it was made of, Bytes how many it takes.
	Text, Bytes int
	// Newest is when something last happened in the newest of its tickets; the
	// order of segments.
	Newest int64
	// Partial says that it has new entries only, and not tickets whole.
	Partial bool
	// Last is the key of the last block.
	Last []byte
}

func (s *segment) encode() []byte {
	var b []byte
	for _, n := range []int64{int64(s.No), int64(s.Docs), int64(s.Text), int64(s.Bytes), s.Newest, int64(one(s.Partial))} {
		b = binary.AppendVarint(b, n)
	}
	return append(b, s.Last...)
}

func decodeSegment(b []byte) (segment, error) {
	var ns [6]int64
	for i := range ns {
		n, size := binary.Varint(b)
		if size <= 0 {
			return segment{}, fmt.Errorf("segment: %w", errIndex)
		}
		ns[i], b = n, b[size:]
	}
	s := segment{No: uint32(ns[0]), Docs: int(ns[1]), Text: int(ns[2]), Bytes: int(ns[3]), Newest: ns[4], Partial: ns[5] != 0} //nolint:gosec // as written
	if len(b) > 0 {
		s.Last = b
	}
	return s, nil
}

// termState is what is stored of the index as a whole.
type termState struct {
	Version  int    `json:"version"`
	Next     uint32 `json:"next"`
	Segments int    `json:"segments"`
	// Garbage are numbers that are no segment, or not yet.
	Garbage []uint32 `json:"garbage,omitempty"`
}

// termIndex is what is kept of it in memory, guarded like the views.
type termIndex struct {
	state termState
	segs  []segment // newest first
	// pending is how many tickets wait to be read for words, gone how many have
	// words that are to go, unread how many have text files whose text is not here.
	pending, gone, unread int

	// broken is set when a piece was found that is not what was written, until all
	// of it is made anew.
	broken atomic.Bool

	lengthMu sync.Mutex          // guards lengths, which readers fill in
	lengths  map[uint32][]uint16 // how many words each document of a segment has
}

func (x *termIndex) load(txn *badger.Txn, codec Codec) error {
	b, err := get(txn, ownKey(ownTerms))
	if err != nil {
		return err
	}
	if b == nil {
		return fmt.Errorf("search index is not there: %w", errMismatch)
	}
	if err := codec.Unmarshal(b, &x.state); err != nil {
		return fmt.Errorf("decode search index: %w", err)
	}
	err = x.loadSegments(txn)
	if errors.Is(err, errIndex) {
		x.broken.Store(true)
		return nil
	}
	if err != nil {
		return err
	}
	x.pending, x.gone, x.unread = keysOfKind(txn, kindPending), keysOfKind(txn, kindGone), keysOfKind(txn, kindUnread)
	return nil
}

func (x *termIndex) loadSegments(txn *badger.Txn) error {
	it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{kindSegment}})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		k := it.Item().KeyCopy(nil)
		b, err := valueOf(txn, k, it.Item())
		if err != nil {
			return err
		}
		s, err := decodeSegment(b)
		if err != nil {
			return err
		}
		x.segs = append(x.segs, s)
	}
	if len(x.segs) != x.state.Segments {
		return fmt.Errorf("%d segments of %d: %w", len(x.segs), x.state.Segments, errIndex)
	}
	sortSegments(x.segs)
	return nil
}

func keysOfKind(txn *badger.Txn, kind byte) (n int) {
	it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{kind}})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		n++
	}
	return n
}

func sortSegments(segs []segment) {
	slices.SortFunc(segs, func(a, b segment) int {
		switch {
		case a.Newest != b.Newest:
			return -1 + 2*one(a.Newest < b.Newest)
		case a.No != b.No:
			return -1 + 2*one(a.No < b.No)
		}
		return 0
	})
}

// news is what a commit has to say of a ticket.
type news struct {
	head    *desk.Ticket
	entries []desk.Entry
}

// learn notes the words of what is new of a ticket, as its record is about to
// be stored: its new entries, or that all of it is to be read again.
func (w *writer) learn(t tid, old, rec *record) error {
	n := w.news[t]
	head, err := w.c.head(rec)
	if err != nil {
		return badItem(err)
	}
	is := terms.OfHead(&head)
	again := rec.Since == 0
	if old == nil {
		rec.Since = w.c.terms.state.Next
		again = false
	}
	fresh := old == nil
	if old != nil && old.Version != rec.Version {
		before, err := w.c.head(old)
		if err != nil {
			return err
		}
		if was := terms.OfHead(&before); was != is {
			fresh = true
			again = again || !contained(was, is)
		}
	}
	if again {
		// What was said of it holds no more.
		rec.Since = w.c.terms.state.Next
	}
	if again || w.bulk {
		if err := w.pend(t, &head); err != nil {
			return err
		}
	}
	if w.bulk || !fresh && n == nil {
		return nil
	}
	if n == nil {
		n = &news{}
		w.news[t] = n
	}
	n.head = &head
	return nil
}

// tellNews notes entries whose words are written with this commit.
func (w *writer) tellNews(t tid, entries [][]byte) {
	if w.bulk {
		return
	}
	n := w.news[t]
	if n == nil {
		n = &news{}
		w.news[t] = n
	}
	for _, b := range entries {
		var e desk.Entry
		if w.c.codec.Unmarshal(b, &e) != nil {
			continue // of a form that cannot be shown either
		}
		n.entries = append(n.entries, e)
		w.size += len(b) / 4 // about what its words take
	}
}

// contained reports whether a text has every word of another.
func contained(was, is string) bool {
	has := map[string]bool{}
	for _, w := range terms.Words(is) {
		has[w.Term] = true
	}
	for _, w := range terms.Words(was) {
		if !has[w.Term] {
			return false
		}
	}
	return true
}

// pend notes that a ticket is to be read whole for its words.
func (w *writer) pend(t tid, head *desk.Ticket) error {
	w.c.work.Reads++
	k := key(kindPending, t[:])
	old, err := get(w.txn, k)
	if err != nil {
		return err
	}
	if old == nil {
		w.after = append(w.after, func() { w.c.terms.pending++ })
	}
	return w.put(k, append(u64(uint64(head.Updated.UnixMilli())), u64(w.c.serial.last+1)...)) //nolint:gosec // a time
}

// forget notes that a ticket is purged, or no more what it was.
func (w *writer) forget(t tid, purged bool) error {
	delete(w.news, t)
	w.c.work.Reads++
	gone, err := get(w.txn, key(kindGone, t[:]))
	if err != nil {
		return err
	}
	if gone == nil {
		w.after = append(w.after, func() { w.c.terms.gone++ })
	}
	if err := w.put(key(kindGone, t[:]), u32(w.c.terms.state.Next)); err != nil || !purged {
		return err
	}
	pending, err := get(w.txn, key(kindPending, t[:]))
	if err != nil || pending == nil {
		return err
	}
	w.after = append(w.after, func() { w.c.terms.pending-- })
	return w.del(key(kindPending, t[:]))
}

// putTerms writes the words of the commit as a segment.
func (w *writer) putTerms() error {
	if len(w.news) == 0 {
		return nil
	}
	b := terms.NewBuilder()
	ids := slices.Collect(maps.Keys(w.news))
	slices.SortFunc(ids, func(x, y tid) int {
		if c := w.news[y].head.Updated.Compare(w.news[x].head.Updated); c != 0 {
			return c
		}
		return slices.Compare(y[:], x[:])
	})
	for _, t := range ids {
		addDoc(b, t, w.news[t].head, w.news[t].entries, nil)
	}
	s := segment{No: w.c.terms.state.Next, Partial: true, Newest: w.news[ids[0]].head.Updated.UnixMilli()}
	state := w.c.terms.state
	state.Next++
	state.Segments++
	if err := w.putSegment(&s, b, func() error { return nil }); err != nil {
		return err
	}
	return w.setTerms(state, []segment{s}, nil)
}

// setTerms stores which segments there are.
func (w *writer) setTerms(state termState, come []segment, go_ map[uint32]bool) error {
	segs := slices.DeleteFunc(slices.Clone(w.c.terms.segs), func(s segment) bool { return go_[s.No] })
	segs = append(segs, come...)
	sortSegments(segs)
	state.Segments = len(segs)
	w.after = append(w.after, func() {
		w.c.terms.state, w.c.terms.segs = state, segs
		w.c.terms.lengthMu.Lock()
		defer w.c.terms.lengthMu.Unlock()
		maps.DeleteFunc(w.c.terms.lengths, func(no uint32, _ []uint16) bool { return go_[no] })
	})
	return w.putOwn(ownTerms, state)
}

// putSegment writes a segment. between is called between its blocks, where a
// large one may be cut into commits.
func (w *writer) putSegment(s *segment, b *terms.Builder, between func() error) error {
	s.Text = b.Size()
	seg := b.Finish()
	s.Docs = len(seg.Docs)
	for i := 0; i < len(seg.Docs); i += docsOfChunk {
		v := terms.EncodeDocs(seg.Docs[i:min(i+docsOfChunk, len(seg.Docs))])
		s.Bytes += len(v)
		if err := w.put(docsKey(s.No, i/docsOfChunk), v); err != nil {
			return err
		}
	}
	lengths := terms.EncodeLengths(seg.Docs)
	s.Bytes += len(lengths)
	if err := w.put(lengthsKey(s.No), lengths); err != nil {
		return err
	}
	for i := 0; i < len(seg.Places); i += terms.PlacesSize {
		v := seg.Places[i:min(i+terms.PlacesSize, len(seg.Places))]
		s.Bytes += len(v)
		if err := w.put(placesKey(s.No, uint64(i/terms.PlacesSize)), v); err != nil { //nolint:gosec // not below 0
			return err
		}
		if err := between(); err != nil {
			return err
		}
	}
	for _, blk := range seg.Blocks {
		k := blockOf(s.No, blk.Last)
		s.Bytes += len(k) + len(blk.Value)
		s.Last = blk.Last
		if err := w.put(k, blk.Value); err != nil {
			return err
		}
		if err := between(); err != nil {
			return err
		}
	}
	return w.put(segmentKey(s.No), s.encode())
}

// addDoc adds a ticket's head and entries with the texts of their files to a
// segment, as several documents if it is long. Newer entries come first, so that
// they are found first.
func addDoc(b *terms.Builder, t tid, head *desk.Ticket, entries []desk.Entry, texts map[desk.BlobHash]string) {
	begin := func() {
		b.Begin(t)
		b.Part(0)
		b.Add(head.Subject)
		b.Title()
		b.Add(terms.OfHead(head)[len(head.Subject):])
	}
	begin()
	for i := len(entries) - 1; i >= 0; i-- {
		b.Part(entries[i].Seq)
		full := false
		for _, text := range terms.OfEntry(&entries[i]) {
			full = b.Add(text[:min(len(text), mostBlob)]) || full
		}
		for _, f := range entries[i].Files {
			full = b.Add(texts[f.Hash]) || full
		}
		if full && i > 0 {
			begin()
		}
	}
}

func segmentKey(no uint32) []byte           { return key(kindSegment, u32(no)) }
func blockOf(no uint32, last []byte) []byte { return key(kindTerms, u32(no), last) }
func blocksOfSegment(no uint32) []byte      { return key(kindTerms, u32(no)) }
func docsOf(no uint32) []byte               { return key(kindDocs, u32(no)) }
func lengthsKey(no uint32) []byte           { return key(kindDocs, u32(no), []byte{1}) }

// docsKey is where a chunk of the documents lies, placesKey a piece of the
// stream of places.
func docsKey(no uint32, chunk int) []byte {
	return key(kindDocs, u32(no), binary.BigEndian.AppendUint16([]byte{0}, uint16(chunk))) //nolint:gosec // few
}

func placesKey(no uint32, piece uint64) []byte {
	return key(kindDocs, u32(no), binary.BigEndian.AppendUint32([]byte{2}, uint32(piece))) //nolint:gosec // some thousands
}

// lengthsOf gives how many words the documents of a segment have. Two bytes of
// each are kept from the first time on.
func (x *termIndex) lengthsOf(txn *badger.Txn, s *segment) ([]uint16, error) {
	x.lengthMu.Lock()
	defer x.lengthMu.Unlock()
	if is, ok := x.lengths[s.No]; ok {
		return is, nil
	}
	out, err := readLengths(txn, s)
	if err != nil {
		return nil, err
	}
	if x.lengths == nil {
		x.lengths = map[uint32][]uint16{}
	}
	x.lengths[s.No] = out
	return out, nil
}

func readLengths(txn *badger.Txn, s *segment) ([]uint16, error) {
	k := lengthsKey(s.No)
	b, err := get(txn, k)
	if err != nil {
		return nil, err
	}
	out, err := terms.DecodeLengths(b, s.Docs)
	if err != nil {
		return nil, mismatch("lengths of a segment", k)
	}
	return out, nil
}

// docs reads the documents of a segment from one on: a chunk of them.
func docsAt(txn *badger.Txn, s *segment, chunk int) ([]terms.Doc, error) {
	k := docsKey(s.No, chunk)
	b, err := get(txn, k)
	if err != nil {
		return nil, err
	}
	docs, err := terms.DecodeDocs(b)
	if err != nil || len(docs) != min(docsOfChunk, s.Docs-chunk*docsOfChunk) {
		return nil, mismatch("documents of a segment", k)
	}
	return docs, nil
}
