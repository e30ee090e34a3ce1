package cache

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
)

// Badger does not tell when a value is not what was written (RELIABILITY 0.3),
// so every value begins with a checksum over its key and itself:
//
//	crc32c 4 | 0 | data                  a value
//	crc32c 4 | 1 | parts u16             a value that lies in parts under kindPart
//
// Values stay below partSize, so that a transaction holds several.
const partSize = 128 << 10

// longValue is from where on a value goes to the value log: written once and
// left there, where the tree below the keys writes a value again for each level
// it passes. Conversations are as long; heads, rows and words are not.
const longValue = 2 << 10

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errMismatch marks an error as damage.
var errMismatch = errors.New("a stored value is not what was written")

// errIndex marks an error as damage of the search index alone, which is made
// anew from the tickets.
var errIndex = errors.New("a piece of the search index is not what was written")

func mismatch(what string, k []byte) error {
	kind, is := k[0], errMismatch
	if kind == kindPart && len(k) > 1 {
		kind = k[1]
	}
	if bytes.IndexByte(indexKinds, kind) >= 0 {
		is = errIndex
	}
	// The key's kind is told and not the key, which may hold words of people.
	return fmt.Errorf("%s of kind %q: %w", what, kind, is)
}

// sealRoom is what seal puts before the data.
const sealRoom = 5

func seal(k, data []byte, flag byte) []byte {
	return sealIn(k, append(make([]byte, sealRoom, sealRoom+len(data)), data...), flag)
}

// sealIn seals data that has the room before it already.
func sealIn(k, v []byte, flag byte) []byte {
	v[4] = flag
	binary.BigEndian.PutUint32(v, crc32.Update(crc32.Checksum(k, castagnoli), castagnoli, v[4:]))
	return v
}

func unseal(k, v []byte) (data []byte, flag byte, err error) {
	if len(v) < sealRoom || binary.BigEndian.Uint32(v) != crc32.Update(crc32.Checksum(k, castagnoli), castagnoli, v[4:]) {
		return nil, 0, mismatch("checksum", k)
	}
	return v[sealRoom:], v[4], nil
}

// get reads a value. The result is nil if there is none.
func get(txn *badger.Txn, k []byte) ([]byte, error) {
	item, err := txn.Get(k)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, redact("read", err)
	}
	return valueOf(txn, k, item)
}

func valueOf(txn *badger.Txn, k []byte, item *badger.Item) ([]byte, error) {
	var out []byte
	parts := -1
	err := item.Value(func(v []byte) error {
		data, flag, err := unseal(k, v)
		switch {
		case err != nil:
			return err
		case flag == 1:
			parts = int(binary.BigEndian.Uint16(data))
		default:
			out = append(make([]byte, 0, len(data)), data...)
		}
		return nil
	})
	if err != nil {
		return nil, redact("read", err)
	}
	for i := range max(parts, 0) {
		p, err := get(txn, partKey(k, uint16(i)))
		if err != nil {
			return nil, err
		}
		if p == nil {
			return nil, mismatch("missing part", k)
		}
		out = append(out, p...)
	}
	return out, nil
}

// redact keeps Badger's own words out of logs, because some of its errors hold
// pieces of what was stored (RELIABILITY B12).
func redact(what string, err error) error {
	switch {
	case err == nil || errors.Is(err, errMismatch) || errors.Is(err, errIndex):
		return err
	case errors.Is(err, badger.ErrDBClosed), errors.Is(err, badger.ErrBlockedWrites):
		return errClosed
	case errors.Is(err, badger.ErrTxnTooBig), errors.Is(err, badger.ErrConflict):
		return fmt.Errorf("%s: %w", what, err)
	}
	return fmt.Errorf("%s: the store answered with an error of type %T", what, err)
}

// record is what the cache knows of a ticket. Head is the bytes as received.
type record struct {
	Version uint64
	// From is the Seq of the first entry its reader has: 1 unless they were put in
	// CC later (BEHAVIOURS 2.14).
	From uint64
	// Have is the newest Seq up to which all entries from there are here. LastSeq is the
	// head's; they differ while a ticket is Missing.
	Have, LastSeq uint64
	Read          uint64
	// Unread is set when the person marked it unread.
	Unread  bool
	Missing bool
	Lanes   []uint32
	// Words is the pack the ticket's words are in. What segments of the search
	// index below Since say of it holds no more.
	Words pack
	Since uint32
	Head  []byte
	// ticket is Head decoded, once somebody asked.
	ticket *desk.Ticket
}

func (r *record) unread() bool { return r.Unread || r.LastSeq > r.Read }

func (r *record) encode() []byte {
	b := make([]byte, 0, 48+len(r.Head))
	var flags uint64
	if r.Unread {
		flags |= 1
	}
	if r.Missing {
		flags |= 2
	}
	for _, n := range []uint64{flags, r.Version, r.From, r.Have, r.LastSeq, r.Read, uint64(r.Words), uint64(r.Since), uint64(len(r.Lanes))} {
		b = binary.AppendUvarint(b, n)
	}
	for _, l := range r.Lanes {
		b = binary.AppendUvarint(b, uint64(l))
	}
	return append(b, r.Head...)
}

func decodeRecord(b []byte) (*record, error) {
	var ns [9]uint64
	next := func() (uint64, bool) {
		n, size := binary.Uvarint(b)
		if size <= 0 {
			return 0, false
		}
		b = b[size:]
		return n, true
	}
	for i := range ns {
		var ok bool
		if ns[i], ok = next(); !ok {
			return nil, fmt.Errorf("record of a ticket: %w", errMismatch)
		}
	}
	r := &record{Unread: ns[0]&1 != 0, Missing: ns[0]&2 != 0, Version: ns[1], From: ns[2], Have: ns[3], LastSeq: ns[4], Read: ns[5], Words: pack(ns[6]), Since: uint32(ns[7])} //nolint:gosec // as written
	for range ns[8] {
		l, ok := next()
		if !ok {
			return nil, fmt.Errorf("record of a ticket: %w", errMismatch)
		}
		r.Lanes = append(r.Lanes, uint32(l))
	}
	r.Head = b
	return r, nil
}

func (r *record) in(lane uint32) bool { return slices.Contains(r.Lanes, lane) }

// getRecord gives nil if the ticket is not here.
func getRecord(txn *badger.Txn, t tid) (*record, error) {
	b, err := get(txn, ticketKey(t))
	if b == nil || err != nil {
		return nil, err
	}
	return decodeRecord(b)
}

func (c *Cache) head(r *record) (desk.Ticket, error) {
	if r.ticket == nil {
		t := &desk.Ticket{}
		if err := c.codec.Unmarshal(r.Head, t); err != nil {
			return *t, fmt.Errorf("decode head: %w", err)
		}
		r.ticket = t
	}
	return *r.ticket, nil
}

// A chunk is entries in their order, each with its length before it. It is made
// with the room to seal it, because it is most of what is written.
func encodeChunk(entries [][]byte) []byte {
	size := sealRoom
	for _, e := range entries {
		size += len(e) + binary.MaxVarintLen32
	}
	b := make([]byte, sealRoom, size)
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(len(e)))
		b = append(b, e...)
	}
	return b
}

func decodeChunk(b []byte) ([][]byte, error) {
	var out [][]byte
	for len(b) > 0 {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return nil, fmt.Errorf("chunk of entries: %w", errMismatch)
		}
		out = append(out, b[size:size+int(n)])
		b = b[size+int(n):]
	}
	return out, nil
}
