package cache

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
)

// Cache is the client's store. Its methods may be called from any goroutine.
type Cache struct {
	dir   string
	codec Codec

	// verifying is held while every table is read; before the others.
	verifying sync.Mutex

	// reading is held while the search index is made; before write.
	reading sync.Mutex

	// sorting is held while sorted views are made and dropped; before write.
	sorting sync.Mutex

	// write is held by whoever prepares and commits a change: there is one
	// writer at a time, so what it read is still so when it commits.
	write sync.Mutex

	// mu guards everything below. Readers hold it while they read, so that the
	// store and what is kept of it in memory are of one moment.
	mu      sync.RWMutex
	db      *badger.DB // nil when closed
	lanes   map[desk.LaneID]*laneState
	index   *index
	terms   *termIndex
	totals  totals
	figures figures
	// oldest is when the oldest ticket was opened; nil until asked for since a
	// ticket came or went. It is set under a read.
	oldest atomic.Pointer[time.Time]
	me     desk.Actor
	// revision moves with every commit, while mu is held.
	revision atomic.Uint64
	serial   journal
	behind   bool // set by load
	// unclaimed is how much was written since claim.
	unclaimed int

	queries queries
	help    help
	placeMu sync.Mutex
	place   *places // nil until asked for; placeMu guards setting it under a read

	subMu    sync.Mutex // guards what is below
	subs     map[int]func(Applied)
	nextSub  int
	onDamage func(error)
	onBroken func()
	onPurge  func(desk.Ticket, []desk.Entry) error
	damage   sync.Once

	free freeSpace
	work Work
}

// Work counts what the cache asked of the store, for tests that hold it to
// O(what changed).
type Work struct {
	// Reads and Writes are keys read one by one and keys written; Steps are
	// keys passed by iterators; Commits are transactions.
	Reads, Writes, Steps, Commits int
}

var errClosed = errors.New("cache is closed")

// Work gives the counters since the cache was opened. Only writes are counted.
func (c *Cache) Work() Work {
	c.write.Lock()
	defer c.write.Unlock()
	return c.work
}

// Close closes the cache; later calls fail. It may come twice.
func (c *Cache) Close() error {
	c.verifying.Lock()
	defer c.verifying.Unlock()
	c.write.Lock()
	defer c.write.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.db == nil {
		return nil
	}
	db := c.db
	c.db = nil
	c.serial.close()
	if err := c.free.check(c.dir, leastToOpen); err != nil {
		// Closing writes what is in the log into a table. On a full disk that
		// would end the process, and the next open finds the log as it is.
		abandoned.Store(c.dir, db)
		return err
	}
	if c.free.check(c.dir, leastFree) == nil {
		// A file of the value log half of which belongs to tickets that went is
		// written anew, one at a time; that there is none is known at once.
		_ = db.RunValueLogGC(0.5)
	}
	if err := db.Close(); err != nil {
		return redact("close cache", err)
	}
	return endRun(c.dir)
}

// abandoned holds the stores, by their folder, that could not be closed for want
// of room. Opening one again in the same process closes it first.
var abandoned sync.Map

func closeAbandoned(dir string) error {
	db, ok := abandoned.Load(dir)
	if !ok {
		return nil
	}
	abandoned.Delete(dir)
	if err := db.(*badger.DB).Close(); err != nil {
		return redact("close cache", err)
	}
	return nil
}

// OnDamage sets who hears, once, that a stored value is not what was written.
// Reads of it give CodeDamaged; the caller closes the cache, calls Discard and
// opens it again. fn must not call the cache.
func (c *Cache) OnDamage(fn func(error)) {
	c.subMu.Lock()
	defer c.subMu.Unlock()
	c.onDamage = fn
}

// OnPurge has fn see a ticket that is about to go from here because it was
// deleted for everybody. While fn gives an error the ticket stays, and the lane
// with it. It is set before the cache is used, and fn must not write it.
func (c *Cache) OnPurge(fn func(desk.Ticket, []desk.Entry) error) { c.onPurge = fn }

// Verify reads every table of the store and compares it with its checksums, and
// tells OnDamage if one is not as it was written. Opening leaves it out because
// of what it costs (doc.go); whoever has the cache open asks for it a little
// later. Others read and write meanwhile; Close waits for it.
func (c *Cache) Verify() (err error) {
	c.verifying.Lock()
	defer c.verifying.Unlock()
	c.mu.RLock()
	db := c.db
	c.mu.RUnlock()
	if db == nil {
		return errClosed
	}
	defer func() { err = c.check(err) }()
	defer caught(&err)
	if err := db.VerifyChecksum(); err != nil {
		return fmt.Errorf("a table does not match its checksums (%T): %w", err, errMismatch)
	}
	return nil
}

// Subscribe calls fn after every commit that changed something, in commit
// order, on the goroutine that committed. fn may read the cache and must not
// write it. The returned func ends it.
func (c *Cache) Subscribe(fn func(Applied)) (cancel func()) {
	c.subMu.Lock()
	defer c.subMu.Unlock()
	n := c.nextSub
	c.nextSub++
	c.subs[n] = fn
	return func() {
		c.subMu.Lock()
		defer c.subMu.Unlock()
		delete(c.subs, n)
	}
}

// tell is called by the writer after its commit, with write held and mu not.
func (c *Cache) tell(a Applied) {
	if a.Empty() {
		return
	}
	c.subMu.Lock()
	fns := slices.Collect(maps.Values(c.subs))
	c.subMu.Unlock()
	for _, fn := range fns {
		fn(a)
	}
}

// check turns damage into what a person is told, and says so to whoever
// listens for it.
func (c *Cache) check(err error) error {
	if errors.Is(err, errIndex) {
		return c.broke(err)
	}
	if err == nil || !errors.Is(err, errMismatch) {
		return err
	}
	var already *desk.Error
	if errors.As(err, &already) {
		return err
	}
	c.subMu.Lock()
	fn := c.onDamage
	c.subMu.Unlock()
	told := &desk.Error{
		Code:    desk.CodeDamaged,
		Message: "The copy of your tickets on this computer is damaged.",
		Hint:    "It is loaded anew from the server. Nothing you wrote is affected.",
		Err:     err,
	}
	if fn != nil {
		c.damage.Do(func() { fn(told) })
	}
	return told
}

// view runs fn on the store as it is at one moment. A panic of Badger over a
// damaged block is damage like any other.
func (c *Cache) view(fn func(*badger.Txn) error) (err error) {
	c.mu.RLock()
	defer func() {
		c.mu.RUnlock()
		err = c.check(err)
	}()
	defer caught(&err)
	if c.db == nil {
		return errClosed
	}
	txn := c.db.NewTransaction(false)
	defer txn.Discard()
	return fn(txn)
}

func caught(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("the store panicked with %T: %w", r, errMismatch)
	}
}

// update runs fn as the one writer and tells the subscribers what it changed.
func (c *Cache) update(fn func(*writer) error) (a Applied, err error) {
	c.write.Lock()
	defer c.write.Unlock()
	defer func() { err = c.check(err) }()
	defer caught(&err)
	w, err := c.newWriter()
	if err != nil {
		return Applied{}, err
	}
	defer w.discard()
	if err := fn(w); err != nil {
		return Applied{}, err
	}
	if err := w.flush(); err != nil {
		return Applied{}, err
	}
	if w.refs {
		// The departments may be others, and with them the views.
		if err := w.reindex(c.me); err != nil {
			return Applied{}, err
		}
		if err := w.flush(); err != nil {
			return Applied{}, err
		}
	}
	a = w.applied()
	c.tell(a)
	return a, w.tidy()
}

// Meta is a small value by its name, nil if there is none.
func (c *Cache) Meta(name string) (value []byte, err error) {
	err = c.view(func(txn *badger.Txn) error {
		value, err = get(txn, metaKey(name))
		return err
	})
	return value, err
}

// SetMeta stores a small value; nil removes it.
func (c *Cache) SetMeta(name string, value []byte) error {
	_, err := c.update(func(w *writer) error {
		if value == nil {
			return w.del(metaKey(name))
		}
		return w.put(metaKey(name), value)
	})
	return err
}

// Revision is another one after every commit. What was read after it is not
// older than it says.
func (c *Cache) Revision() uint64 { return c.revision.Load() }

// Me is the actor as the server last told; the zero Actor if it never did.
func (c *Cache) Me() (desk.Actor, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.db == nil {
		return desk.Actor{}, errClosed
	}
	return c.me, nil
}

// freeSpace says how much room the disk has. It is asked before every commit:
// what it said a moment ago is nothing to write through a memory map by.
type freeSpace struct {
	ask func(dir string) (uint64, error)
}

// leastFree is what must be left: Badger writes through memory maps, and a
// full disk would end the process (RELIABILITY 1.6).
// Opening needs only room for the store's own files, so that what is here can
// still be read.
const (
	leastFree   = 200 << 20
	leastToOpen = 64 << 20
)

func (f freeSpace) check(dir string, least uint64) error {
	left, err := f.ask(dir)
	if err != nil {
		return fmt.Errorf("ask for free space: %w", err)
	}
	if left >= least {
		return nil
	}
	return &desk.Error{
		Code:    desk.CodeDiskFull,
		Message: "The disk of this computer is nearly full, so nothing new is loaded from the server.",
		Hint:    "Free at least 200 MB. What is here can be read, and what you write is still kept.",
		Err:     fmt.Errorf("%d bytes are free", left),
	}
}
