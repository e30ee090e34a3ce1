package cache

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"

	"github.com/dgraph-io/badger/v4"
)

// journal finds commits that are missing from the middle. After a crash Badger
// replays the logs of its memtables, cuts each off at the first damaged record
// and says nothing; if that is not the newest log, later commits stand on ones
// that are gone. So each commit leaves a numbered key, and the numbers must be
// dense at open. Keys are removed once several memtables have been written
// after them, because what has reached a table is checked in other ways.
//
// If it is the newest log that was cut off, the numbers are dense and the
// store is one of an earlier moment. That is why the number of the last commit
// is also kept in a file beside the store, which a power cut may take back as
// it may the commits.
type journal struct {
	last uint64
	head *os.File
	kept []commit
	size int
}

type commit struct {
	n    uint64
	size int
	drop int // how many of the oldest keys go with it
}

// How much must be written after a commit until its key is removed, and how
// many keys there may be at most.
const (
	journalBytes = 32 << 20
	journalKeys  = 8192
)

func (j *journal) load(txn *badger.Txn) error {
	it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{kindJournal}})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		k := it.Item().Key()
		if len(k) != 9 {
			return fmt.Errorf("journal: %w", errMismatch)
		}
		n := binary.BigEndian.Uint64(k[1:])
		if j.last > 0 && n != j.last+1 {
			return fmt.Errorf("commits %d to %d are missing: %w", j.last+1, n-1, errMismatch)
		}
		j.last = n
		j.kept = append(j.kept, commit{n: n})
	}
	if j.last == 0 {
		return fmt.Errorf("journal is empty: %w", errMismatch)
	}
	return nil
}

// write adds the key of the next commit to w, and removes old ones: a few at a
// time, so that a commit after a long quiet stays small.
func (j *journal) write(w *writer) (commit, error) {
	next := commit{n: j.last + 1, size: w.size}
	if err := w.put(journalKey(next.n), nil); err != nil {
		return next, err
	}
	size := j.size
	for next.drop < min(2, len(j.kept)-1) {
		old := j.kept[next.drop]
		size -= old.size
		if size <= journalBytes && len(j.kept)-next.drop <= journalKeys {
			break
		}
		if err := w.del(journalKey(old.n)); err != nil {
			return next, err
		}
		next.drop++
	}
	return next, nil
}

// commit notes that write's keys are in the store.
func (j *journal) commit(next commit) {
	for _, old := range j.kept[:next.drop] {
		j.size -= old.size
	}
	j.kept = append(j.kept[next.drop:], next)
	j.size += next.size
	j.last = next.n
	if j.head != nil {
		j.note()
	}
}

// openHead opens the file with the number of the last commit and says how many
// commits are gone: 0 also when the file is not there or not as it was written.
func (j *journal) openHead(path string) (gone uint64, err error) {
	if j.head, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return 0, fmt.Errorf("open number of commits: %w", err)
	}
	var b [12]byte
	if n, _ := j.head.ReadAt(b[:], 0); n < len(b) || binary.BigEndian.Uint32(b[8:]) != crc32.Checksum(b[:8], castagnoli) {
		return 0, nil
	}
	if n := binary.BigEndian.Uint64(b[:]); n > j.last {
		return n - j.last, nil
	}
	return 0, nil
}

// note writes the number of the last commit. That it cannot be written is no
// reason to refuse what was committed: then there is one check less.
func (j *journal) note() {
	var b [12]byte
	binary.BigEndian.PutUint64(b[:], j.last)
	binary.BigEndian.PutUint32(b[8:], crc32.Checksum(b[:8], castagnoli))
	_, _ = j.head.WriteAt(b[:], 0)
}

func (j *journal) close() {
	if j.head != nil {
		_ = j.head.Close()
	}
}
