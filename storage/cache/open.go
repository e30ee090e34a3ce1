package cache

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"

	"docket/app/desk"
	"docket/storage/terms"
)

// Files beside the store. opening.<pid> exists while a process opens it,
// running while one has it open and holds how many runs in a row did not end
// well, damaged when Discard was called, and head the number of the last commit.
const (
	openingMark = "opening."
	runningMark = "running"
	damagedMark = "damaged"
	storeDir    = "store"
	headFile    = "head"
	quarantine  = "quarantine-"
	keepFor     = 7 * 24 * time.Hour
	stamp       = "20060102T150405Z"
)

// topTables is how many tables lie on level 0 before they sink.
const topTables = 8

// settings are the options of RELIABILITY 1.10, but for three: conversations lie
// in the value log, level 0 may pile up, and not every open verifies. Checking every
// table at every open reads the whole store; measured in doc.go, it costs more
// than opening may. It is done only after two runs in a row that did not end
// well. At other times the checksum of every value read, the counts and the
// journal find what it would have found.
func settings(dir string, key [32]byte, thorough bool) badger.Options {
	mode := options.NoVerification
	if thorough {
		mode = options.OnTableRead
	}
	// Memory is what bounds these. Compacting level 0 into itself takes a
	// buffer of 256 MiB and needs four idle tables there, which a stall at four
	// never leaves; tables of one size on every level keep the other buffers
	// small. First sync of 52,000 tickets peaked at 1.4 GB without the two.
	//
	// The first sync writes faster than tables sink. It may pile them up, rather
	// than wait: sixty small tables are read through their filters, and what is
	// piled up sinks at once. There is one writer, so nothing can conflict.
	//
	// An index that is not in its cache is decrypted for every row that is asked
	// for: 8 MiB were too few for 100,000 tickets, where a page took twice as long.
	o := badger.DefaultOptions(dir).
		WithSyncWrites(false).
		WithMemTableSize(8 << 20).WithNumMemtables(2).
		WithNumLevelZeroTables(topTables).WithNumLevelZeroTablesStall(60).WithBaseLevelSize(64 << 20).
		WithBaseTableSize(2 << 20).WithNumCompactors(2).WithNumGoroutines(2).
		WithValueThreshold(longValue).WithValueLogFileSize(8 << 20).
		WithBlockCacheSize(8 << 20).WithIndexCacheSize(16 << 20).
		WithCompression(options.None).WithChecksumVerificationMode(mode).
		WithEncryptionKey(key[:]).WithEncryptionKeyRotationDuration(30 * 24 * time.Hour).
		WithDetectConflicts(false).WithMetricsEnabled(false).
		WithLogger(nil).WithExternalMagic(Format)
	o.TableSizeMultiplier = 1
	return o
}

// Open opens or creates the cache in dir, which it makes with mode 0700. A
// cache that cannot be trusted is moved aside and an empty one begun. The
// error is CodeBusy when another process has it open.
func Open(dir string, key [32]byte, codec Codec, now time.Time) (*Cache, Opened, error) {
	opened := Opened{}
	if err := makeDir(dir); err != nil {
		return nil, opened, err
	}
	sweepQuarantine(dir, now)
	if why := distrust(dir); why != "" {
		if err := moveAside(dir, now, why, &opened); err != nil {
			return nil, opened, err
		}
	}
	c, err := open(dir, key, codec)
	if err == nil || errors.Is(err, desk.ErrBusy) || isFull(err) {
		return c, c.opened(opened), err
	}
	opened.Newer = errors.Is(err, desk.ErrNewer)
	if err := moveAside(dir, now, err.Error(), &opened); err != nil {
		return nil, opened, err
	}
	c, err = open(dir, key, codec)
	return c, c.opened(opened), err
}

func (c *Cache) opened(o Opened) Opened {
	o.Fresh = c != nil && len(c.lanes) == 0
	o.Behind = c != nil && c.behind
	return o
}

// Discard marks the closed cache in dir as damaged, so that the next Open
// moves it aside and starts anew.
func Discard(dir, why string) error {
	if err := os.WriteFile(filepath.Join(dir, damagedMark), []byte(why), 0o600); err != nil {
		return fmt.Errorf("mark cache as damaged: %w", err)
	}
	return nil
}

func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make cache directory: %w", err)
	}
	if runtime.GOOS == "windows" {
		return nil
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return fmt.Errorf("make cache directory: %w", err)
	}
	return nil
}

// distrust gives a reason not to open what is there, or "".
func distrust(dir string) string {
	if why, err := os.ReadFile(filepath.Join(dir, damagedMark)); err == nil {
		return string(why)
	}
	marks, _ := filepath.Glob(filepath.Join(dir, openingMark+"*"))
	for _, m := range marks {
		pid, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(m), openingMark))
		if err != nil || pid == os.Getpid() || !alive(pid) {
			return "the program ended while it was opening this"
		}
	}
	return ""
}

// alive reports whether a process runs. Where that cannot be asked it says
// yes: the store's own lock decides then.
func alive(pid int) bool {
	if runtime.GOOS == "windows" {
		p, err := os.FindProcess(pid)
		if err != nil {
			return false
		}
		_ = p.Release()
		return true
	}
	_, err := os.Stat("/proc/self")
	if err != nil {
		return true
	}
	_, err = os.Stat(filepath.Join("/proc", strconv.Itoa(pid)))
	return err == nil
}

// moveAside puts the store into quarantine. One that is kept already goes: a
// cache can be fetched again, and two would fill the disk.
func moveAside(dir string, now time.Time, why string, o *Opened) error {
	old, _ := filepath.Glob(filepath.Join(dir, quarantine+"*"))
	for _, q := range old {
		if err := os.RemoveAll(q); err != nil {
			return fmt.Errorf("remove old quarantine: %w", err)
		}
	}
	to := filepath.Join(dir, quarantine+now.UTC().Format(stamp))
	if err := os.Rename(filepath.Join(dir, storeDir), to); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("quarantine cache: %w", err)
	} else if err == nil {
		o.Quarantined = to
	}
	o.Why = why
	return clearMarks(dir, damagedMark, runningMark, headFile, openingMark+"*")
}

func clearMarks(dir string, patterns ...string) error {
	for _, p := range patterns {
		found, _ := filepath.Glob(filepath.Join(dir, p))
		for _, f := range found {
			if err := os.Remove(f); err != nil && !errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("remove mark: %w", err)
			}
		}
	}
	return nil
}

func sweepQuarantine(dir string, now time.Time) {
	found, _ := filepath.Glob(filepath.Join(dir, quarantine+"*"))
	for _, f := range found {
		at, err := time.Parse(stamp, strings.TrimPrefix(filepath.Base(f), quarantine))
		if err == nil && now.Sub(at) > keepFor {
			// What cannot be removed now is tried again at the next open.
			_ = os.RemoveAll(f)
		}
	}
}

// beginRun counts this run as one that did not end well until endRun.
func beginRun(dir string) error {
	n := badRuns(dir) + 1
	if err := os.WriteFile(filepath.Join(dir, runningMark), []byte(strconv.Itoa(n)), 0o600); err != nil {
		return fmt.Errorf("mark cache as open: %w", err)
	}
	return nil
}

func badRuns(dir string) int {
	b, _ := os.ReadFile(filepath.Join(dir, runningMark))
	n, _ := strconv.Atoi(string(b))
	return n
}

func endRun(dir string) error { return clearMarks(dir, runningMark) }

func open(dir string, key [32]byte, codec Codec) (*Cache, error) {
	mark := openingMark + strconv.Itoa(os.Getpid())
	store := filepath.Join(dir, storeDir)
	if err := os.MkdirAll(store, 0o700); err != nil {
		return nil, fmt.Errorf("make cache directory: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, mark), nil, 0o600); err != nil {
		return nil, fmt.Errorf("mark cache as opening: %w", err)
	}
	c, err := openStore(dir, key, codec)
	if cleared := clearMarks(dir, mark); err == nil {
		err = cleared
	}
	if err != nil && c != nil {
		c.serial.close()
		_ = c.db.Close()
	}
	if err != nil {
		return nil, err
	}
	return c, beginRun(dir)
}

func openStore(dir string, key [32]byte, codec Codec) (c *Cache, err error) {
	defer caught(&err)
	free := freeSpace{ask: diskFree}
	if err := free.check(dir, leastToOpen); err != nil {
		// Opening writes too; on a full disk it would end the process again
		// and again.
		return nil, err
	}
	if err := closeAbandoned(dir); err != nil {
		return nil, err
	}
	db, err := badger.Open(settings(filepath.Join(dir, storeDir), key, badRuns(dir) >= 2))
	if err != nil {
		if strings.Contains(err.Error(), "Cannot acquire directory lock") || strings.Contains(err.Error(), "Another process is using") {
			return nil, &desk.Error{
				Code:    desk.CodeBusy,
				Message: "Docket is already open for this profile.",
				Hint:    "Use the window that is open.",
			}
		}
		if strings.Contains(err.Error(), "external magic number doesn't match") {
			return nil, errOtherVersion
		}
		return nil, redact("open cache", err)
	}
	c = &Cache{dir: dir, codec: codec, db: db, subs: map[int]func(Applied){}, free: free}
	c.claim()
	return c, c.load()
}

var errOtherVersion = &desk.Error{
	Code: desk.CodeNewer, Message: "The copy of your tickets is of another version of Docket.", Hint: "It is loaded anew from the server.",
}

func isFull(err error) bool { return errors.Is(err, desk.ErrDiskFull) }

// load reads what is kept in memory and checks that it fits together. It reads
// a few keys for each lane and view, and never the tickets.
func (c *Cache) load() error {
	c.lanes = map[desk.LaneID]*laneState{}
	c.terms = &termIndex{state: termState{Version: terms.Version, Next: 1}}
	c.index = &index{next: 1, counts: map[uint32]*Counts{}, dirs: map[uint32]*directory{}}
	err := c.db.View(func(txn *badger.Txn) error {
		b, err := get(txn, ownKey(ownFormat))
		if err != nil {
			return err
		}
		if b == nil {
			return emptyStore(txn)
		}
		if len(b) != 2 || b[0] != byte(Format>>8) || b[1] != byte(Format) {
			return errOtherVersion
		}
		if err := c.serial.load(txn); err != nil {
			return err
		}
		return errors.Join(c.loadLanes(txn), c.loadOwn(txn))
	})
	if err != nil {
		return err
	}
	gone, err := c.serial.openHead(filepath.Join(c.dir, headFile))
	if err != nil {
		return err
	}
	c.behind = gone > 0
	if c.serial.last == 0 {
		if _, err := c.update((*writer).begin); err != nil {
			return err
		}
	}
	return c.finish()
}

// begin writes what every store has, so that none of it can be missing later
// without being missed.
func (w *writer) begin() error {
	return errors.Join(
		w.put(ownKey(ownFormat), []byte{byte(Format >> 8), byte(Format & 0xff)}),
		w.putOwn(ownIndex, w.c.index.state), w.putOwn(ownTotals, w.c.totals), w.putOwn(ownMe, w.c.me), w.putOwn(ownTerms, w.c.terms.state))
}

// emptyStore makes sure that a store without a format holds nothing at all:
// otherwise its first transactions were lost.
func emptyStore(txn *badger.Txn) error {
	it := txn.NewIterator(badger.IteratorOptions{})
	defer it.Close()
	if it.Rewind(); it.Valid() {
		return fmt.Errorf("a store without a beginning: %w", errMismatch)
	}
	return nil
}

func (c *Cache) loadOwn(txn *badger.Txn) error {
	for _, o := range []struct {
		name string
		to   any
	}{{ownMe, &c.me}, {ownTotals, &c.totals}, {ownIndex, &c.index.state}} {
		b, err := get(txn, ownKey(o.name))
		if err != nil {
			return err
		}
		if b == nil {
			return fmt.Errorf("%s is not there: %w", o.name, errMismatch)
		}
		if err := c.codec.Unmarshal(b, o.to); err != nil {
			return fmt.Errorf("decode %s: %w", o.name, err)
		}
	}
	b, err := get(txn, ownKey(ownFigures))
	if err == nil && b != nil {
		err = c.codec.Unmarshal(b, &c.figures.state)
	}
	if err != nil {
		return fmt.Errorf("decode figures: %w", err)
	}
	if c.totals.Lanes != len(c.lanes) {
		return fmt.Errorf("%d lanes of %d: %w", len(c.lanes), c.totals.Lanes, errMismatch)
	}
	return errors.Join(c.index.load(txn, c.codec), c.terms.load(txn, c.codec))
}

// finish ends what an earlier process left half done: sweeps of snapshots,
// dropped lanes, and an index of another set of rules.
func (c *Cache) finish() error {
	if _, err := c.update(func(w *writer) error { return w.refigures(c.me) }); err != nil {
		return err
	}
	for lane, st := range c.lanes {
		switch {
		case st.Dropping:
			if _, err := c.update(func(w *writer) error { return w.dropLane(lane) }); err != nil {
				return err
			}
		case st.Snap != nil && st.Snap.Sweeping:
			if _, err := c.update(func(w *writer) error { return w.sweep(lane) }); err != nil {
				return err
			}
		}
	}
	_, err := c.update(func(w *writer) error { return w.reindex(c.me) })
	return err
}
