package cache

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
	"docket/app/desk/policy"
)

func notHere() error {
	return &desk.Error{Code: desk.CodeNotFound, Message: "This ticket is not on this computer."}
}

// known reads a ticket's record. One that is in a lane and has none is damage.
func (c *Cache) known(txn *badger.Txn, id desk.TicketID) (tid, *record, error) {
	t, err := packID(id)
	if err != nil {
		return t, nil, notHere()
	}
	rec, err := getRecord(txn, t)
	if err != nil {
		return t, nil, err
	}
	if rec != nil {
		return t, rec, c.standsThere(txn, rec)
	}
	for _, st := range c.lanes {
		b, err := get(txn, memberKey(st.No, t))
		if err != nil {
			return t, nil, err
		}
		if b != nil {
			return t, nil, fmt.Errorf("a ticket of a lane has no record: %w", errMismatch)
		}
	}
	return t, nil, notHere()
}

// standsThere makes sure that a record is the newest of its ticket: an older
// one, which a flipped bit can bring back, says that it stands where no row is.
func (c *Cache) standsThere(txn *badger.Txn, rec *record) error {
	head, err := c.head(rec)
	if err != nil {
		return err
	}
	for _, v := range c.index.state.Views {
		base, by, ok := v.ID.Split()
		if !ok || !c.in(base, &head, c.me, rec.unread()) {
			continue
		}
		k := rowKey(v.No, by.Key(&head, c.me))
		if b, err := get(txn, k); err != nil || b != nil {
			return err
		}
		return mismatch("missing row", k)
	}
	return nil
}

func (c *Cache) rowOf(rec *record) (Row, error) {
	t, err := c.head(rec)
	if err != nil {
		return Row{}, err
	}
	return Row{Ticket: t, Read: rec.Read, Unread: rec.unread(), Section: string(policy.Section(&t, c.me))}, nil
}

// Row gives a ticket as a list shows it; Section is by policy.
func (c *Cache) Row(id desk.TicketID) (row Row, err error) {
	err = c.view(func(txn *badger.Txn) error {
		_, rec, err := c.known(txn, id)
		if err != nil {
			return err
		}
		row, err = c.rowOf(rec)
		return err
	})
	return row, err
}

// Ticket gives a ticket's head and how far the person has read; ErrNotFound if
// it is not here.
func (c *Cache) Ticket(id desk.TicketID) (t desk.Ticket, read uint64, err error) {
	row, err := c.Row(id)
	return row.Ticket, row.Read, err
}

// LastSeq is the newest entry of a ticket as its head here has it, 0 if the
// ticket is not here.
func (c *Cache) LastSeq(id desk.TicketID) (seq uint64, err error) {
	err = c.view(func(txn *badger.Txn) error {
		t, err := packID(id)
		if err != nil {
			return notHere()
		}
		rec, err := getRecord(txn, t)
		if rec != nil {
			seq = rec.LastSeq
		}
		return err
	})
	return seq, err
}

// Entries gives up to limit entries below before (0: from the newest), oldest
// first.
func (c *Cache) Entries(id desk.TicketID, before uint64, limit int) (out []desk.Entry, err error) {
	err = c.view(func(txn *badger.Txn) error {
		t, rec, err := c.known(txn, id)
		if err != nil {
			return err
		}
		last := rec.Have
		if before > 0 {
			last = min(last, before-1)
		}
		first := rec.From
		if n := uint64(max(limit, 0)); last > n {
			first = max(first, last-n+1)
		}
		out, err = c.entriesBetween(txn, t, rec, first, last)
		return err
	})
	return out, err
}

// EntriesAfter gives the entries above seq, oldest first.
func (c *Cache) EntriesAfter(id desk.TicketID, seq uint64) (out []desk.Entry, err error) {
	err = c.view(func(txn *badger.Txn) error {
		t, rec, err := c.known(txn, id)
		if err != nil {
			return err
		}
		out, err = c.entriesBetween(txn, t, rec, max(seq+1, rec.From), rec.Have)
		return err
	})
	return out, err
}

// entriesBetween reads first to last, all of which are here. It goes backwards,
// because a chunk is named by its first entry. What lies behind the last one the
// record knows says that the record is not the newest.
func (c *Cache) entriesBetween(txn *badger.Txn, t tid, rec *record, first, last uint64) ([]desk.Entry, error) {
	if first > last {
		return nil, nil
	}
	it := txn.NewIterator(badger.IteratorOptions{Prefix: entriesOf(t), Reverse: true})
	defer it.Close()
	out := make([]desk.Entry, 0, min(last-first+1, 1000))
	next := last // the seq looked for
	from := last
	if last == rec.Have {
		from = math.MaxUint64
	}
	for it.Seek(entriesKey(t, from)); it.Valid() && next >= first; it.Next() {
		k := it.Item().KeyCopy(nil)
		b, err := valueOf(txn, k, it.Item())
		if err != nil {
			return nil, err
		}
		chunk, err := decodeChunk(b)
		if err != nil {
			return nil, err
		}
		from := binary.BigEndian.Uint64(k[17:])
		if from > next || from+uint64(len(chunk)) <= next || from+uint64(len(chunk)) > rec.Have+1 {
			return nil, mismatch("gap", k)
		}
		for next >= from && next >= first {
			var e desk.Entry
			if err := c.codec.Unmarshal(chunk[next-from], &e); err != nil {
				return nil, fmt.Errorf("decode entry: %w", err)
			}
			out = append(out, e)
			next--
		}
	}
	if next >= first {
		return nil, fmt.Errorf("entries %d to %d are missing: %w", first, next, errMismatch)
	}
	slices.Reverse(out)
	return out, nil
}

// Views lists the views of the actor, in the order the policy gives them, and
// after them those that are kept in another order; see KeepSorted.
func (c *Cache) Views() []ViewID {
	c.mu.RLock()
	defer c.mu.RUnlock()
	var out []ViewID
	for _, v := range c.index.state.Views {
		out = append(out, v.ID)
	}
	return out
}

// Has reports whether a view is kept.
func (c *Cache) Has(v ViewID) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	_, err := c.index.no(v)
	return err == nil
}

// Count gives the kept numbers of a view.
func (c *Cache) Count(v ViewID) (Counts, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.db == nil {
		return Counts{}, errClosed
	}
	no, err := c.index.no(v)
	if err != nil {
		return Counts{}, err
	}
	return *c.index.counts[no], nil
}

// Rows gives count rows of a view from a position. Their tickets have what a
// list shows, and not what only a conversation does; see brief. Read is not
// told.
func (c *Cache) Rows(v ViewID, from, count int) (rows []Row, err error) {
	err = c.view(func(txn *badger.Txn) error {
		no, err := c.index.no(v)
		if err != nil {
			return err
		}
		total := c.index.counts[no].Total
		from = max(from, 0)
		if count = min(count, total-from); count > 0 {
			rows, err = c.rowsFrom(txn, no, from, count)
		}
		return err
	})
	return rows, err
}

// rowsFrom reads count rows from a position; they are there by the counts.
func (c *Cache) rowsFrom(txn *badger.Txn, no uint32, from, count int) ([]Row, error) {
	d, err := c.index.dir(txn, no)
	if err != nil {
		return nil, err
	}
	block, off := d.at(from)
	if block == len(d.counts) {
		return nil, fmt.Errorf("position beyond the blocks: %w", errMismatch)
	}
	it := txn.NewIterator(badger.IteratorOptions{Prefix: rowsOf(no)})
	defer it.Close()
	it.Seek(rowKey(no, d.fences[block]))
	out := make([]Row, 0, count)
	for ; len(out) < count && block < len(d.counts); block++ {
		err := blockRows(it, no, d, block, func(k []byte) error {
			if off > 0 {
				off--
				return nil
			}
			if len(out) == count {
				return nil
			}
			row, err := c.rowAt(it.Item(), k)
			out = append(out, row)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if len(out) < count {
		return nil, fmt.Errorf("rows of a view end early: %w", errMismatch)
	}
	return out, nil
}

// rowAt is a row of a list as it is stored.
func (c *Cache) rowAt(item *badger.Item, k []byte) (row Row, err error) {
	if err := item.Value(func(v []byte) error {
		b, _, err := unseal(k, v)
		if err == nil {
			row.Ticket, row.Unread, err = debrief(b)
		}
		return err
	}); err != nil {
		return row, redact("read", err)
	}
	if !bytes.HasSuffix(k, []byte(row.Ticket.ID)) {
		return row, mismatch("row", k)
	}
	row.Section = string(policy.Section(&row.Ticket, c.me))
	return row, nil
}

// blockRows steps through the rows of a block, from where it begins. All of the
// block is passed, whatever is wanted of it: a row that is missing, or came
// back, shows only in their number.
func blockRows(it *badger.Iterator, no uint32, d *directory, block int, fn func(k []byte) error) error {
	var end []byte
	if block+1 < len(d.fences) {
		end = rowKey(no, d.fences[block+1])
	}
	n := 0
	for ; it.Valid() && n <= d.counts[block]; it.Next() {
		k := it.Item().Key()
		if end != nil && bytes.Compare(k, end) >= 0 {
			break
		}
		n++
		if err := fn(k); err != nil {
			return err
		}
	}
	if n != d.counts[block] {
		return fmt.Errorf("a block of a view has other rows than are counted: %w", errMismatch)
	}
	return nil
}

// Position gives a ticket's place in a view, -1 if it is not in it.
func (c *Cache) Position(v ViewID, id desk.TicketID) (pos int, err error) {
	pos = -1
	err = c.view(func(txn *badger.Txn) error {
		no, err := c.index.no(v)
		if err != nil {
			return err
		}
		_, rec, err := c.known(txn, id)
		if err != nil {
			return err
		}
		l, err := c.listing(rec)
		if err != nil {
			return err
		}
		if key := l.in(no); key != nil {
			pos, err = c.countTo(txn, no, key)
		}
		return err
	})
	return pos, err
}

// countTo gives the position of a row that is there.
func (c *Cache) countTo(txn *badger.Txn, no uint32, sortKey []byte) (int, error) {
	d, err := c.index.dir(txn, no)
	if err != nil {
		return -1, err
	}
	block := d.find(sortKey)
	n := 0
	for _, m := range d.counts[:block] {
		n += m
	}
	it := txn.NewIterator(badger.IteratorOptions{Prefix: rowsOf(no)})
	defer it.Close()
	it.Seek(rowKey(no, d.fences[block]))
	want, at := rowKey(no, sortKey), -1
	if err := blockRows(it, no, d, block, func(k []byte) error {
		if bytes.Equal(k, want) {
			at = n
		}
		n++
		return nil
	}); err != nil {
		return -1, err
	}
	if at < 0 {
		return -1, fmt.Errorf("a row is missing: %w", errMismatch)
	}
	return at, nil
}

// Totals gives the kept numbers of the whole cache.
func (c *Cache) Totals() (out Totals, err error) {
	err = c.view(func(txn *badger.Txn) error {
		out = Totals{Tickets: c.totals.Tickets, Unread: c.totals.Unread}
		if out.Tickets == 0 {
			return nil
		}
		if at := c.oldest.Load(); at != nil {
			out.Oldest = *at
			return nil
		}
		// Ids begin with their time, so the first ticket is the oldest.
		it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{kindTicket}})
		defer it.Close()
		if it.Rewind(); !it.Valid() {
			return fmt.Errorf("there are no tickets: %w", errMismatch)
		}
		b, err := valueOf(txn, it.Item().KeyCopy(nil), it.Item())
		if err != nil {
			return err
		}
		rec, err := decodeRecord(b)
		if err != nil {
			return err
		}
		t, err := c.head(rec)
		if err == nil {
			out.Oldest = t.Created
			at := t.Created // not a part of the whole ticket
			c.oldest.Store(&at)
		}
		return err
	})
	return out, err
}

// UnreadTotal is Totals().Unread, 0 if it cannot be read.
func (c *Cache) UnreadTotal() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.totals.Unread
}
