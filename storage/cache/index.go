package cache

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"sort"
	"sync"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// A view is its rows, keys in the order of the list, cut into blocks of about
// a hundred. What stands in the list from position n on is found by adding up
// the blocks' counts and stepping through one block.
//
// The counts are stored with the rows, so opening reads no rows: a view's
// blocks, one small key per hundred rows, are read when the view is first
// used. Rejected: a list in memory, which would have to be built from every
// ticket at every start; blocks that hold their rows, because moving one row
// would write a hundred; a counted tree, because adding up a thousand counts
// takes a microsecond.
const (
	blockMost  = 256 // rows of a block before it is split
	blockSplit = 128
	blockLeast = 32 // below this a block joins the one before it
)

// index is what is kept of the views in memory.
type index struct {
	state  indexState
	next   uint32
	counts map[uint32]*Counts
	// building is the sorted view that is being filled, nil for none.
	building *partial

	dirMu sync.Mutex // guards dirs, which readers fill in too
	dirs  map[uint32]*directory
}

// indexState says which views are stored under which numbers.
type indexState struct {
	Views []viewNo `json:"views"`
	// Rules is the fingerprint of the rules the rows were built with.
	Rules []byte `json:"rules"`
	// Next is the next free number; Garbage are numbers whose rows are to be
	// removed.
	Next    uint32   `json:"next"`
	Garbage []uint32 `json:"garbage,omitempty"`
}

type viewNo struct {
	ID ViewID `json:"id"`
	No uint32 `json:"no"`
}

// directory is the blocks of one view. The first fence is empty.
type directory struct {
	fences [][]byte
	counts []int
}

// rowDelta is what a commit changes of one view.
type rowDelta struct {
	blocks map[int]int
	counts Counts
}

func (x *index) no(v ViewID) (uint32, error) {
	for _, s := range x.state.Views {
		if s.ID == v {
			return s.No, nil
		}
	}
	return 0, &desk.Error{Code: desk.CodeNotFound, Message: "There is no such list."}
}

func (x *index) load(txn *badger.Txn, codec Codec) error {
	x.counts, x.dirs = map[uint32]*Counts{}, map[uint32]*directory{}
	x.next = max(x.state.Next, 1)
	for _, v := range x.state.Views {
		b, err := get(txn, countsKey(v.No))
		if err != nil {
			return err
		}
		if b == nil {
			return fmt.Errorf("counts of a view are not there: %w", errMismatch)
		}
		n := &Counts{}
		if err := codec.Unmarshal(b, n); err != nil {
			return fmt.Errorf("decode counts: %w", err)
		}
		if n.Total != n.Needs+n.Waiting+n.Solved || min(n.Needs, n.Waiting, n.Solved, n.Unread) < 0 {
			return fmt.Errorf("counts of a view: %w", errMismatch)
		}
		x.counts[v.No] = n
	}
	return nil
}

// dir gives the blocks of a view, read when first asked for.
func (x *index) dir(txn *badger.Txn, no uint32) (*directory, error) {
	x.dirMu.Lock()
	defer x.dirMu.Unlock()
	if d := x.dirs[no]; d != nil {
		return d, nil
	}
	d := &directory{}
	it := txn.NewIterator(badger.IteratorOptions{Prefix: blocksOf(no)})
	defer it.Close()
	total := 0
	for it.Rewind(); it.Valid(); it.Next() {
		k := it.Item().KeyCopy(nil)
		b, err := valueOf(txn, k, it.Item())
		if err != nil {
			return nil, err
		}
		if len(b) != 4 {
			return nil, mismatch("block", k)
		}
		n := int(binary.BigEndian.Uint32(b))
		d.fences = append(d.fences, k[5:])
		d.counts = append(d.counts, n)
		total += n
	}
	if len(d.fences) == 0 {
		d.fences, d.counts = [][]byte{{}}, []int{0}
	}
	if c := x.counts[no]; len(d.fences[0]) != 0 || c != nil && c.Total != total {
		return nil, fmt.Errorf("blocks of a view: %w", errMismatch)
	}
	x.dirs[no] = d
	return d, nil
}

// loaded gives the blocks of a view if they were read.
func (x *index) loaded(no uint32) *directory {
	x.dirMu.Lock()
	defer x.dirMu.Unlock()
	return x.dirs[no]
}

// find gives the block a sort key belongs to.
func (d *directory) find(sortKey []byte) int {
	return sort.Search(len(d.fences), func(i int) bool { return bytes.Compare(d.fences[i], sortKey) > 0 }) - 1
}

// at gives the block that holds a position, and the position within it.
func (d *directory) at(pos int) (block, off int) {
	for i, n := range d.counts {
		if pos < n {
			return i, pos
		}
		pos -= n
	}
	return len(d.counts), 0
}

// listing is where a ticket stands by the rules in force.
type listing struct {
	rows   []row
	unread bool
	words  []string
	brief  []byte
}

// row is a ticket's place in a view.
type row struct {
	no   uint32
	sort []byte
}

// in gives the sort key in a view, nil if the ticket is not in it.
func (l listing) in(no uint32) []byte {
	for _, r := range l.rows {
		if r.no == no {
			return r.sort
		}
	}
	return nil
}

func (c *Cache) listing(r *record) (listing, error) {
	t, err := c.head(r)
	if err != nil {
		return listing{}, err
	}
	l := listing{unread: r.unread(), words: wordsOf(&t), brief: brief(&t, r.unread())}
	keys := map[policy.Order][]byte{}
	add := func(v viewNo) {
		base, by, ok := v.ID.Split()
		if !ok || !c.in(base, &t, c.me, l.unread) {
			return
		}
		if keys[by] == nil {
			keys[by] = by.Key(&t, c.me)
		}
		l.rows = append(l.rows, row{v.No, keys[by]})
	}
	for _, v := range c.index.state.Views {
		add(v)
	}
	if b := c.index.building; b != nil && b.reached(t.ID) {
		add(b.view)
	}
	return l, nil
}

// moveRows brings the views from one listing of a ticket to another.
func (w *writer) moveRows(was, is listing) error {
	for _, r := range was.rows {
		if err := w.tally(r, was.unread, -1); err != nil {
			return err
		}
		if !bytes.Equal(is.in(r.no), r.sort) {
			if err := w.del(rowKey(r.no, r.sort)); err != nil {
				return err
			}
		}
	}
	same := bytes.Equal(was.brief, is.brief)
	for _, r := range is.rows {
		if err := w.tally(r, is.unread, 1); err != nil {
			return err
		}
		if !same || !bytes.Equal(was.in(r.no), r.sort) {
			if err := w.put(rowKey(r.no, r.sort), is.brief); err != nil {
				return err
			}
		}
	}
	return nil
}

// tally counts a row that comes (1) or goes (-1).
func (w *writer) tally(r row, unread bool, by int) error {
	d, err := w.c.index.dir(w.txn, r.no)
	if err != nil {
		return err
	}
	delta := w.rows[r.no]
	if delta == nil {
		delta = &rowDelta{blocks: map[int]int{}}
		w.rows[r.no] = delta
	}
	delta.counts.Unread += by * one(unread)
	delta.counts.add(r.sort[0], by)
	delta.blocks[d.find(r.sort)] += by
	return nil
}

// The first byte of a sort key is its section; see policy.SortKey.
func (c *Counts) add(section byte, by int) {
	c.Total += by
	switch section {
	case 1:
		c.Needs += by
	case 2:
		c.Waiting += by
	default:
		c.Solved += by
	}
}

func (c Counts) plus(d Counts) Counts {
	return Counts{c.Total + d.Total, c.Needs + d.Needs, c.Waiting + d.Waiting, c.Solved + d.Solved, c.Unread + d.Unread, c.Version + 1}
}

// putRows writes the counts a commit changes.
func (w *writer) putRows(no uint32, delta *rowDelta) error {
	x := w.c.index
	d, err := x.dir(w.txn, no)
	if err != nil {
		return err
	}
	for i, by := range delta.blocks {
		if by == 0 {
			delete(delta.blocks, i)
			continue
		}
		n := d.counts[i] + by
		if n < 0 {
			return fmt.Errorf("a block of a view has %d rows: %w", n, errMismatch)
		}
		if err := w.put(blockKey(no, d.fences[i]), u32(uint32(n))); err != nil {
			return err
		}
	}
	b, err := w.c.codec.Marshal(x.counts[no].plus(delta.counts))
	if err != nil {
		return fmt.Errorf("encode counts: %w", err)
	}
	return w.put(countsKey(no), b)
}

// commit brings the memory up to a commit; mu is held.
func (x *index) commit(no uint32, delta *rowDelta) {
	n := x.counts[no].plus(delta.counts)
	x.counts[no] = &n
	x.dirMu.Lock()
	defer x.dirMu.Unlock()
	d := x.dirs[no]
	for i, by := range delta.blocks {
		d.counts[i] += by
	}
}

// tidy splits blocks that grew large and joins those that became small. It is
// a commit of its own: a block of any size is right, only slow.
func (w *writer) tidy() error {
	touched := slices.Sorted(maps.Keys(w.touched))
	clear(w.touched)
	for _, no := range touched {
		d := w.c.index.loaded(no)
		if d == nil || !d.untidy() {
			continue
		}
		n := &directory{fences: slices.Clone(d.fences), counts: slices.Clone(d.counts)}
		for i := len(n.counts) - 1; i >= 0; i-- {
			if err := w.tidyBlock(no, n, i); err != nil {
				return err
			}
		}
		x := w.c.index
		w.after = append(w.after, func() {
			x.dirMu.Lock()
			defer x.dirMu.Unlock()
			x.dirs[no] = n
		})
		if err := w.flush(); err != nil {
			return err
		}
	}
	return nil
}

func (d *directory) untidy() bool {
	for i, n := range d.counts {
		if n > blockMost || d.joins(i) {
			return true
		}
	}
	return false
}

func (d *directory) joins(i int) bool {
	return i > 0 && d.counts[i] < blockLeast && d.counts[i]+d.counts[i-1] < blockSplit
}

func (w *writer) tidyBlock(no uint32, d *directory, i int) error {
	switch {
	case d.counts[i] > blockMost:
		fences, counts, err := w.cut(no, d.fences[i], d.counts[i])
		if err != nil {
			return err
		}
		for j := range fences {
			if err := w.put(blockKey(no, fences[j]), u32(uint32(counts[j]))); err != nil {
				return err
			}
		}
		d.fences = slices.Replace(d.fences, i, i+1, fences...)
		d.counts = slices.Replace(d.counts, i, i+1, counts...)
	case d.joins(i):
		if err := w.del(blockKey(no, d.fences[i])); err != nil {
			return err
		}
		d.counts[i-1] += d.counts[i]
		if err := w.put(blockKey(no, d.fences[i-1]), u32(uint32(d.counts[i-1]))); err != nil {
			return err
		}
		d.fences = slices.Delete(d.fences, i, i+1)
		d.counts = slices.Delete(d.counts, i, i+1)
	}
	return nil
}

// cut gives the blocks for n rows that begin at a fence.
func (w *writer) cut(no uint32, fence []byte, n int) (fences [][]byte, counts []int, err error) {
	txn := w.c.db.NewTransaction(false)
	defer txn.Discard()
	it := txn.NewIterator(badger.IteratorOptions{Prefix: rowsOf(no)})
	defer it.Close()
	it.Seek(rowKey(no, fence))
	for i := range n {
		if !it.Valid() {
			return nil, nil, fmt.Errorf("rows of a view end early: %w", errMismatch)
		}
		if i%blockSplit == 0 && n-i >= blockSplit/2 || i == 0 {
			if i > 0 {
				fence = it.Item().KeyCopy(nil)[5:]
			}
			fences, counts = append(fences, fence), append(counts, 0)
		}
		counts[len(counts)-1]++
		w.c.work.Steps++
		it.Next()
	}
	return fences, counts, nil
}
