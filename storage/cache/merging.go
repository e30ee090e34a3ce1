package cache

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"docket/storage/terms"
)

// mergeWrites is how much of a merged segment is written in one commit, so that
// what comes from the server does not wait for all of it.
const mergeWrites = 1 << 20

// live is a document that a merge keeps.
type live struct {
	t       tid
	at      int64 // when something last happened in its ticket
	of, doc int
	d       terms.Doc
}

// merge makes one segment of several that have tickets whole, of their words and
// not of the tickets, and leaves out what they say of tickets that went. It does
// nothing while there are segments of new entries only: those are told from
// whole ones by which is newer.
func (c *Cache) merge(ctx context.Context, set, all []segment) error {
	no, err := c.allot(true)
	if err != nil || no == 0 {
		return err
	}
	docs, err := c.kept(ctx, set, all)
	if err != nil {
		return err
	}
	s := segment{No: no, Docs: len(docs)}
	to := make([][]uint32, len(set))
	was := 0
	for i := range set {
		was += set[i].Docs
		s.Text += set[i].Text
		to[i] = slices.Repeat([]uint32{terms.Gone}, set[i].Docs)
	}
	if was > 0 {
		s.Text = int(float64(s.Text) * float64(len(docs)) / float64(was))
	}
	for i, d := range docs {
		to[d.of][d.doc] = uint32(i) //nolint:gosec // some ten thousand
		s.Newest = max(s.Newest, d.at)
	}
	m := &merging{ctx: ctx, c: c, s: &s}
	if err := m.docs(set, docs); err != nil {
		return err
	}
	var of []terms.Source
	for i := range set {
		of = append(of, terms.Source{Blocks: &blockReader{c: c, seg: &set[i]}, Last: set[i].Last, To: to[i]})
	}
	if len(docs) > 0 {
		if s.Last, err = terms.Merge(of, m.block, m.places); errors.Is(err, terms.ErrBroken) {
			return c.damagedIndex("a segment")
		}
		if err == nil {
			err = m.write()
		}
		if err != nil {
			return err
		}
	}
	_, err = c.update(func(w *writer) error {
		var come []segment
		if s.Docs > 0 {
			if err := w.put(segmentKey(no), s.encode()); err != nil {
				return err
			}
			come = append(come, s)
		}
		return w.replace(no, come, set)
	})
	return err
}

// kept are the documents that stay, those first in whose tickets something
// happened last. Of a ticket the newest segment that has it whole is kept.
func (c *Cache) kept(ctx context.Context, set, all []segment) ([]live, error) {
	newest, least := map[tid]uint32{}, set[0].No
	for _, s := range set {
		least = min(least, s.No)
	}
	for i := range all {
		if all[i].Partial || all[i].No < least {
			continue
		}
		if err := c.eachDoc(&all[i], func(_ int, d *terms.Doc) { newest[d.Ticket] = max(newest[d.Ticket], all[i].No) }); err != nil {
			return nil, err
		}
	}
	var out []live
	for i := range set {
		if err := c.eachDoc(&set[i], func(n int, d *terms.Doc) {
			if newest[d.Ticket] == set[i].No {
				out = append(out, live{t: d.Ticket, of: i, doc: n, d: *d})
			}
		}); err != nil {
			return nil, err
		}
	}
	for i := range out {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		err := c.view(func(txn *badger.Txn) error {
			rec, err := getRecord(txn, out[i].t)
			if err != nil || rec == nil || rec.Since > set[out[i].of].No {
				out[i].of = -1
				return err
			}
			head, err := c.head(rec)
			out[i].at = head.Updated.UnixMilli()
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	out = slices.DeleteFunc(out, func(d live) bool { return d.of < 0 })
	slices.SortStableFunc(out, func(a, b live) int {
		if a.at != b.at {
			return -1 + 2*one(a.at < b.at)
		}
		return bytes.Compare(b.t[:], a.t[:])
	})
	return out, nil
}

// merging writes a segment piece by piece. Until it is done its number is among
// Garbage, so that a crash leaves nothing behind.
type merging struct {
	ctx    context.Context
	c      *Cache
	s      *segment
	keys   [][]byte
	values [][]byte
	size   int
	piece  []byte // of the stream of places
	pieces uint64
}

func (m *merging) put(k, v []byte) error {
	m.keys, m.values = append(m.keys, k), append(m.values, v)
	m.s.Bytes += len(v)
	if m.size += len(k) + len(v); m.size < mergeWrites {
		return nil
	}
	return m.flush()
}

func (m *merging) flush() error {
	if err := m.ctx.Err(); err != nil {
		return err
	}
	_, err := m.c.update(func(w *writer) error {
		for i, k := range m.keys {
			if err := w.put(k, m.values[i]); err != nil {
				return err
			}
		}
		return nil
	})
	m.keys, m.values, m.size = nil, nil, 0
	return err
}

// write writes what is left.
func (m *merging) write() error {
	if len(m.piece) > 0 {
		if err := m.put(placesKey(m.s.No, m.pieces), m.piece); err != nil {
			return err
		}
	}
	return m.flush()
}

func (m *merging) block(b terms.Block) error {
	k := blockOf(m.s.No, b.Last)
	m.s.Bytes += len(k)
	return m.put(k, b.Value)
}

func (m *merging) places(p []byte) error {
	for len(p) > 0 {
		n := min(len(p), terms.PlacesSize-len(m.piece))
		m.piece, p = append(m.piece, p[:n]...), p[n:]
		if len(m.piece) == terms.PlacesSize {
			if err := m.put(placesKey(m.s.No, m.pieces), m.piece); err != nil {
				return err
			}
			m.piece, m.pieces = nil, m.pieces+1
		}
	}
	return nil
}

// docs writes the documents and their lengths.
func (m *merging) docs(set []segment, docs []live) error {
	lengths := make([][]uint16, len(set))
	for i := range set {
		err := m.c.view(func(txn *badger.Txn) (err error) {
			lengths[i], err = readLengths(txn, &set[i])
			return err
		})
		if err != nil {
			return err
		}
	}
	out := make([]terms.Doc, len(docs))
	for i, d := range docs {
		out[i] = d.d
		out[i].Length = uint32(lengths[d.of][d.doc])
	}
	for i := 0; i < len(out); i += docsOfChunk {
		if err := m.put(docsKey(m.s.No, i/docsOfChunk), terms.EncodeDocs(out[i:min(i+docsOfChunk, len(out))])); err != nil {
			return err
		}
	}
	return m.put(lengthsKey(m.s.No), terms.EncodeLengths(out))
}

// blocksAtOnce is how many blocks a merge reads in one look at the store.
const blocksAtOnce = 32

// blockReader reads a segment from its first block to its last. Nobody waits for
// it longer than for some blocks.
type blockReader struct {
	c     *Cache
	seg   *segment
	next  []byte // where to read on
	ahead []terms.Block
	s     *search // for places
}

// Seek implements terms.Blocks.
func (r *blockReader) Seek(key []byte) (last, value []byte, err error) {
	r.next, r.ahead = key, nil
	return r.Next()
}

// Next implements terms.Blocks.
func (r *blockReader) Next() (last, value []byte, err error) {
	if len(r.ahead) == 0 {
		err := r.c.searching(func(s *search) error {
			s.at(r.seg)
			last, value, err := s.Seek(r.next)
			for ; err == nil && value != nil; last, value, err = s.Next() {
				r.ahead = append(r.ahead, terms.Block{Last: last, Value: value})
				if len(r.ahead) == blocksAtOnce {
					break
				}
			}
			return err
		})
		if err != nil || len(r.ahead) == 0 {
			return nil, nil, err
		}
		r.next = append(bytes.Clone(r.ahead[len(r.ahead)-1].Last), 0)
	}
	b := r.ahead[0]
	r.ahead = r.ahead[1:]
	return b.Last, b.Value, nil
}

// Places implements terms.Blocks.
func (r *blockReader) Places(at, size uint64) (out []byte, err error) {
	err = r.c.view(func(txn *badger.Txn) error {
		if r.s == nil {
			r.s = &search{c: r.c}
			r.s.at(r.seg)
		}
		r.s.txn = txn
		out, err = r.s.Places(at, size)
		r.s.txn = nil
		return err
	})
	return out, err
}
