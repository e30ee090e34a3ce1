package cache

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// A transaction of Badger may hold 15 % of a memtable, 1.26 MB or 13,107 keys,
// values that go to the value log not counted; a commit is made well below. What does not fit into one is cut so that every
// piece leaves the cache whole, and what says that it is done comes last.
const (
	fullBytes = 400 << 10
	fullKeys  = 3000
)

// totals are the numbers of the whole cache as they are stored.
type totals struct {
	Tickets int `json:"tickets"`
	Unread  int `json:"unread"`
	// Lanes is how many lanes are stored, so that none goes missing unseen.
	Lanes int `json:"lanes"`
}

// writer prepares and commits changes. There is one at a time.
type writer struct {
	c     *Cache
	txn   *badger.Txn
	size  int
	keys  int
	rows  map[uint32]*rowDelta
	total totals // the change of it
	// moved is set once a ticket came or went in this commit.
	moved bool
	words map[string][]tid // of the pack being made
	news  map[tid]*news    // words of this commit, for the search
	// figured is what this commit changes of the days' figures, by their keys.
	figured map[string]policy.Tally
	// packed is the pack of this commit, once it has one.
	packed pack
	// after run at the commit, under mu: they bring the memory up to it.
	after []func()
	// fresh are tickets whose entries were written since the last commit.
	fresh map[tid]bool

	changed  map[tid]bool
	arrived  map[tid]Arrival
	missing  map[tid]bool
	removed  []Removal
	files    []desk.BlobHash
	views    map[uint32]bool
	touched  map[uint32]bool // views whose blocks may want tidying
	refs     bool
	help     bool
	snapshot bool
	bulk     bool // the words of what is stored are left to Index
	done     bool
	order    []tid // of changed
}

func (c *Cache) newWriter() (*writer, error) {
	if c.db == nil {
		return nil, errClosed
	}
	return &writer{
		c: c, txn: c.db.NewTransaction(true), rows: map[uint32]*rowDelta{}, words: map[string][]tid{}, news: map[tid]*news{}, fresh: map[tid]bool{}, figured: map[string]policy.Tally{},
		changed: map[tid]bool{}, arrived: map[tid]Arrival{}, missing: map[tid]bool{},
		views: map[uint32]bool{}, touched: map[uint32]bool{},
	}, nil
}

func (w *writer) discard() { w.txn.Discard() }

func (w *writer) applied() Applied {
	a := Applied{Removed: w.removed, Files: w.files, Refs: w.refs, Help: w.help, Snapshot: w.snapshot, Done: w.done}
	for _, t := range w.order {
		if !w.changed[t] {
			continue
		}
		a.Changed = append(a.Changed, t.id())
		if w.missing[t] {
			a.Missing = append(a.Missing, t.id())
		}
		if ar, ok := w.arrived[t]; ok && !w.snapshot {
			a.Arrived = append(a.Arrived, ar)
		}
	}
	for _, v := range w.c.index.state.Views {
		if w.views[v.No] {
			a.Views = append(a.Views, v.ID)
		}
	}
	return a
}

func (w *writer) change(t tid) {
	if !w.changed[t] {
		w.changed[t] = true
		w.order = append(w.order, t)
	}
}

// put writes a value, in parts if it is large.
func (w *writer) put(k, data []byte) error {
	if len(data) <= partSize {
		return w.set(k, seal(k, data, 0))
	}
	n := (len(data) + partSize - 1) / partSize
	for i := range n {
		pk := partKey(k, uint16(i))
		if err := w.set(pk, seal(pk, data[i*partSize:min((i+1)*partSize, len(data))], 0)); err != nil {
			return err
		}
	}
	return w.set(k, seal(k, binary.BigEndian.AppendUint16(nil, uint16(n)), 1))
}

func (w *writer) putChunk(k, chunk []byte) error {
	if len(chunk) > partSize {
		return w.put(k, chunk[sealRoom:])
	}
	return w.set(k, sealIn(k, chunk, 0))
}

func (w *writer) set(k, v []byte) error {
	if len(v) < longValue {
		w.count(len(k) + len(v))
	} else {
		w.count(len(k))
	}
	return redact("write", w.txn.Set(k, v))
}

func (w *writer) count(size int) {
	w.size += size + 20
	w.keys++
	w.c.work.Writes++
}

// del removes a value; delLarge also its parts.
func (w *writer) del(k []byte) error {
	w.count(len(k))
	return redact("remove", w.txn.Delete(k))
}

func (w *writer) delLarge(k []byte) error {
	w.c.work.Reads++
	item, err := w.txn.Get(k)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil
	}
	if err != nil {
		return redact("read", err)
	}
	parts := 0
	if err := item.Value(func(v []byte) error {
		data, flag, err := unseal(k, v)
		if err == nil && flag == 1 {
			parts = int(binary.BigEndian.Uint16(data))
		}
		return err
	}); err != nil {
		return redact("read", err)
	}
	for i := range parts {
		if err := w.del(partKey(k, uint16(i))); err != nil {
			return err
		}
	}
	return w.del(k)
}

func (w *writer) record(t tid) (*record, error) {
	w.c.work.Reads++
	return getRecord(w.txn, t)
}

func (w *writer) full() bool {
	return w.size > fullBytes || w.keys > fullKeys || len(w.figured) > figureDays
}

func (w *writer) flushIfFull() error {
	if !w.full() {
		return nil
	}
	return w.flush()
}

// flush commits what was prepared and brings the memory up to it.
func (w *writer) flush() error {
	if w.keys == 0 && len(w.after) == 0 && len(w.figured) == 0 {
		return nil
	}
	c := w.c
	if err := c.free.check(c.dir, leastFree); err != nil {
		return err
	}
	for _, no := range slices.Sorted(maps.Keys(w.rows)) {
		if err := w.putRows(no, w.rows[no]); err != nil {
			return err
		}
	}
	if err := w.putWords(); err != nil {
		return err
	}
	if err := errors.Join(w.putFigures(), w.putTerms()); err != nil {
		return err
	}
	total := totals{c.totals.Tickets + w.total.Tickets, c.totals.Unread + w.total.Unread, c.totals.Lanes + w.total.Lanes}
	if total != c.totals {
		if err := w.putOwn(ownTotals, total); err != nil {
			return err
		}
	}
	entry, err := c.serial.write(w)
	if err != nil {
		return err
	}
	if err := w.commit(total, entry); err != nil {
		return redact("commit", err)
	}
	c.work.Commits++
	for no, d := range w.rows {
		w.views[no], w.touched[no] = true, w.touched[no] || len(d.blocks) > 0
	}
	w.txn = c.db.NewTransaction(true)
	w.size, w.keys, w.after, w.total, w.moved = 0, 0, nil, totals{}, false
	w.packed = 0
	clear(w.words)
	clear(w.news)
	clear(w.rows)
	clear(w.figured)
	clear(w.fresh)
	return nil
}

// commit makes the store and the memory move in one moment for readers.
func (w *writer) commit(total totals, entry commit) error {
	c := w.c
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := w.txn.Commit(); err != nil {
		return err
	}
	if c.unclaimed += w.size; c.unclaimed > claimEvery {
		c.claim()
	}
	c.totals = total
	if w.moved {
		c.oldest.Store(nil)
	}
	for no, d := range w.rows {
		c.index.commit(no, d)
	}
	for _, fn := range w.after {
		fn()
	}
	c.serial.commit(entry)
	c.revision.Add(1)
	return nil
}

func (w *writer) putOwn(name string, v any) error {
	b, err := w.c.codec.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	return w.put(ownKey(name), b)
}

// ticket merges an item into what is known of its ticket, which becomes
// visible through the lane, if one is given. gen is the generation of the
// lane's snapshot.
func (w *writer) ticket(lane *laneState, gen uint32, it desk.Item) error {
	t, err := packID(it.Ticket)
	if err != nil {
		return badItem(err)
	}
	old, err := w.record(t)
	if err != nil {
		return err
	}
	if old == nil && len(it.Head) == 0 {
		return badItem(errors.New("a ticket without a head"))
	}
	rec := &record{}
	if old != nil {
		c := *old
		rec = &c
	}
	if lane != nil {
		if err := w.join(t, rec, lane, gen); err != nil {
			return err
		}
	}
	if len(it.Head) > 0 && (old == nil || it.Version > rec.Version || w.otherForm(rec, it)) {
		rec.Head, rec.Version, rec.ticket = it.Head, it.Version, nil
		if err := w.beginsAt(t, rec); err != nil {
			return err
		}
	}
	rec.Read = max(rec.Read, it.Read)
	if old, err = w.entries(t, old, rec, it); err != nil {
		return err
	}
	if old != nil && same(old, rec) {
		return nil
	}
	return w.store(t, old, rec)
}

// otherForm reports whether an item that shows a ticket whole has the head that
// is here in another form: what its reader may read of it has changed, and
// nothing in it has.
func (w *writer) otherForm(rec *record, it desk.Item) bool {
	return it.Kind == desk.ItemEnter && it.Version == rec.Version && !bytes.Equal(it.Head, rec.Head)
}

// beginsAt makes the conversation begin where a new head says. What is here
// before it goes, and where it begins earlier now, all of it comes anew.
func (w *writer) beginsAt(t tid, rec *record) error {
	head, err := w.c.head(rec)
	if err != nil {
		return badItem(err)
	}
	begins := max(head.Begins, 1)
	if begins == rec.From {
		return nil
	}
	if rec.Have > 0 && rec.From > 0 {
		if w.fresh[t] {
			if err := w.flush(); err != nil {
				return err
			}
		}
		gone := Removal{}
		keys, err := w.purgeEntries(t, &gone)
		if err != nil {
			return err
		}
		w.files = append(w.files, gone.Files...)
		rec.Since = 0
		if err := errors.Join(w.forget(t, false), w.dropTexts(t, gone.Files)); err != nil {
			return err
		}
		for _, k := range keys {
			if err := w.delLarge(k); err != nil {
				return err
			}
		}
	}
	rec.From, rec.Have = begins, begins-1
	return nil
}

func same(a, b *record) bool {
	return a.Version == b.Version && a.From == b.From && a.Have == b.Have && a.Read == b.Read && a.Unread == b.Unread && slices.Equal(a.Lanes, b.Lanes) &&
		bytes.Equal(a.Head, b.Head)
}

// join makes the ticket visible through a lane.
func (w *writer) join(t tid, rec *record, lane *laneState, gen uint32) error {
	k := memberKey(lane.No, t)
	if rec.in(lane.No) {
		w.c.work.Reads++
		b, err := get(w.txn, k)
		if err != nil || len(b) == 4 && binary.BigEndian.Uint32(b) == gen {
			return err
		}
		return w.put(k, u32(gen))
	}
	rec.Lanes = append(slices.Clone(rec.Lanes), lane.No)
	return w.put(k, u32(gen))
}

// entries writes those of the item that join up with what is here. An item too
// large for one commit is cut: the record then goes before its last entries,
// so that nothing is here that a purge would not find.
func (w *writer) entries(t tid, old, rec *record, it desk.Item) (*record, error) {
	from := max(it.FromSeq, 1)
	if len(it.Entries) == 0 || from > rec.Have+1 || rec.Have >= from+uint64(len(it.Entries))-1 {
		return old, nil
	}
	news := it.Entries[rec.Have+1-from:]
	first := rec.Have + 1
	for len(news) > 0 {
		n, size := 0, 0
		for n < len(news) && (n == 0 || size+len(news[n]) <= partSize/2) {
			size += len(news[n])
			n++
		}
		if err := w.putChunk(entriesKey(t, rec.Have+1), encodeChunk(news[:n])); err != nil {
			return old, err
		}
		w.fresh[t] = true
		w.tellNews(t, news[:n])
		rec.Have += uint64(n)
		news = news[n:]
		if w.full() && len(news) > 0 {
			if err := w.store(t, old, rec); err != nil {
				return old, err
			}
			c := *rec
			old = &c
			if err := w.flush(); err != nil {
				return old, err
			}
		}
	}
	if ar, ok := w.arrived[t]; ok {
		first = ar.From
	}
	w.arrived[t] = Arrival{Ticket: it.Ticket, From: first, To: rec.Have, Entered: first == rec.From}
	return old, nil
}

// store writes a record and brings rows, words and totals from old, nil if the
// ticket is new, to it.
func (w *writer) store(t tid, old, rec *record) error {
	w.change(t)
	headSame := old != nil && old.Version == rec.Version && bytes.Equal(old.Head, rec.Head)
	if headSame {
		rec.LastSeq = old.LastSeq
	} else {
		head, err := w.c.head(rec)
		if err != nil {
			return badItem(err)
		}
		if head.ID != t.id() {
			return badItem(errors.New("a head of another ticket"))
		}
		rec.LastSeq = head.LastSeq
	}
	rec.Missing = rec.Have < rec.LastSeq
	if err := w.mark(t, old, rec); err != nil {
		return err
	}
	if !headSame || old.unread() != rec.unread() {
		if err := w.relist(old, rec, t); err != nil {
			return err
		}
	}
	if err := w.learn(t, old, rec); err != nil {
		return err
	}
	return w.put(ticketKey(t), rec.encode())
}

// mark keeps the list of tickets that are to be fetched.
func (w *writer) mark(t tid, old, rec *record) error {
	w.missing[t] = rec.Missing
	switch was := old != nil && old.Missing; {
	case rec.Missing && !was:
		return w.put(missingKey(t), nil)
	case was && !rec.Missing:
		return w.del(missingKey(t))
	}
	return nil
}

// relist moves the ticket within the views, words and totals; rec is nil when
// it is removed.
func (w *writer) relist(old, rec *record, t tid) error {
	var was, is listing
	var err error
	w.moved = w.moved || old == nil || rec == nil
	if old != nil {
		if was, err = w.c.listing(old); err != nil {
			return err
		}
		w.total.Tickets--
		w.total.Unread -= one(was.unread)
	}
	if rec != nil {
		if is, err = w.c.listing(rec); err != nil {
			return err
		}
		w.total.Tickets++
		w.total.Unread += one(is.unread)
	}
	if err := w.moveRows(was, is); err != nil {
		return err
	}
	if err := w.refigure(old, rec); err != nil {
		return err
	}
	if slices.Equal(was.words, is.words) {
		return nil
	}
	if old != nil {
		if err := w.dropWords(was.words, old.Words, t); err != nil {
			return err
		}
	}
	if rec != nil {
		rec.Words = w.addWords(is.words, t)
	}
	return nil
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func badItem(err error) error {
	return &desk.Error{
		Code:    desk.CodeInvalid,
		Message: "The server sent something this version of Docket cannot keep.",
		Hint:    "Update Docket; if it stays, tell whoever runs the server.",
		Err:     err,
	}
}
