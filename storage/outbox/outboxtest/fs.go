// Package outboxtest has a file system for tests of what must outlive a power
// cut: it knows what was synced and forgets the rest.
package outboxtest

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"docket/storage/outbox"
)

// FS is a file system in memory that knows what was synced. Its fields are set
// before it is used. It may be used from any goroutine.
type FS struct {
	// FailAt is the step at which the power goes: that step and all after it
	// fail. A step is one operation that changes something. 0 is never.
	FailAt int
	// Limit is the size of the disk in bytes; 0 for no limit.
	Limit int
	// NoSync makes Sync, and NoSyncDir makes SyncDir, a lie: the control runs,
	// which must lose something.
	NoSync, NoSyncDir bool

	mu      sync.Mutex        // guards what follows
	names   map[string]*inode // as programs see it
	durable map[string]*inode // as the disk has it
	// moved are the states a name went through since its directory was synced,
	// nil for "not there". After a power cut the disk has any one of them, each
	// name by itself.
	moved map[string][]*inode
	steps int
	syncs []int
}

// inode is a file. writes are those since the last sync, in order.
type inode struct {
	data   []byte
	synced []byte
	writes []write
}

type write struct {
	off  int64
	data []byte // nil: truncate to off
}

var errPower = errors.New("the power is gone")

// New gives an empty file system.
func New() *FS {
	return &FS{names: map[string]*inode{}, durable: map[string]*inode{}, moved: map[string][]*inode{}}
}

// Steps is how many operations there were that change something.
func (c *FS) Steps() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.steps
}

// Syncs are the steps that made something durable.
func (c *FS) Syncs() []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.syncs)
}

// Used is the size of all files.
func (c *FS) Used() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used()
}

func (c *FS) used() int {
	n := 0
	for _, ino := range c.names {
		n += len(ino.data)
	}
	return n
}

func (c *FS) step() error {
	c.steps++
	if c.FailAt > 0 && c.steps >= c.FailAt {
		return errPower
	}
	return nil
}

// point notes a name's state; it is called before and after every change.
func (c *FS) point(name string) {
	if s := c.moved[name]; len(s) == 0 || s[len(s)-1] != c.names[name] {
		c.moved[name] = append(s, c.names[name])
	}
}

func applyWrite(data []byte, w write) []byte {
	if w.data == nil {
		if int64(len(data)) > w.off {
			return data[:w.off:w.off]
		}
		return append(data, make([]byte, w.off-int64(len(data)))...)
	}
	end := int(w.off) + len(w.data)
	if end > len(data) {
		data = append(data, make([]byte, end-len(data))...)
	}
	copy(data[w.off:], w.data)
	return data
}

// Crash gives the file system after a power cut: what was synced, and of the
// rest what r decides. A nil r loses everything that was not synced.
func (c *FS) Crash(r *rand.Rand) *FS {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := New()
	names := maps.Clone(c.durable)
	if r != nil {
		for _, name := range slices.Sorted(maps.Keys(c.moved)) {
			states := c.moved[name]
			if ino := states[r.IntN(len(states))]; ino != nil {
				names[name] = ino
			} else {
				delete(names, name)
			}
		}
	}
	after := map[*inode]*inode{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		ino := names[name]
		if after[ino] == nil {
			data := bytes.Clone(ino.synced)
			for _, w := range ino.writes {
				data = survive(data, w, r)
			}
			after[ino] = &inode{data: data, synced: bytes.Clone(data)}
		}
		n.names[name] = after[ino]
	}
	n.durable = maps.Clone(n.names)
	return n
}

// survive lays an unsynced write over data: not at all, whole, or torn, with
// the size already grown or not.
func survive(data []byte, w write, r *rand.Rand) []byte {
	if r == nil {
		return data
	}
	switch r.IntN(4) {
	case 0:
		return data
	case 1:
		return applyWrite(data, w)
	case 2:
		if len(w.data) > 0 {
			w.data = w.data[:r.IntN(len(w.data))]
		}
		return applyWrite(data, w)
	default:
		if w.data == nil {
			return data
		}
		// Disks write whole sectors; the last one written may end anywhere.
		keep := r.IntN(len(w.data) + 1)
		keep = max(keep-(int(w.off)+keep)%512, 0)
		grown := append(bytes.Clone(w.data[:keep]), make([]byte, len(w.data)-keep)...)
		return applyWrite(data, write{off: w.off, data: grown})
	}
}

// Open implements outbox.FS.
func (c *FS) Open(name string, create bool) (outbox.File, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ino := c.names[name]
	if ino == nil {
		if !create {
			return nil, fs.ErrNotExist
		}
		if err := c.step(); err != nil {
			return nil, err
		}
		c.point(name)
		ino = &inode{}
		c.names[name] = ino
		c.point(name)
	}
	return &file{c, ino}, nil
}

// Rename implements outbox.FS.
func (c *FS) Rename(from, to string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.step(); err != nil {
		return err
	}
	if c.names[from] == nil {
		return fs.ErrNotExist
	}
	c.point(from)
	c.point(to)
	c.names[to] = c.names[from]
	delete(c.names, from)
	c.point(from)
	c.point(to)
	return nil
}

// Remove implements outbox.FS.
func (c *FS) Remove(name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.names[name] == nil {
		return fs.ErrNotExist
	}
	if err := c.step(); err != nil {
		return err
	}
	c.point(name)
	delete(c.names, name)
	c.point(name)
	return nil
}

// MkdirAll implements outbox.FS.
func (c *FS) MkdirAll(string) error { return nil }

// List implements outbox.FS.
func (c *FS) List(dir string) ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for name := range c.names {
		if filepath.Dir(name) == dir {
			out = append(out, filepath.Base(name))
		}
	}
	slices.Sort(out)
	return out, nil
}

// SyncDir implements outbox.FS.
func (c *FS) SyncDir(dir string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.step(); err != nil {
		return err
	}
	c.syncs = append(c.syncs, c.steps)
	if c.NoSyncDir {
		return nil
	}
	for name := range c.moved {
		if filepath.Dir(name) != dir {
			continue
		}
		delete(c.moved, name)
		if ino := c.names[name]; ino != nil {
			c.durable[name] = ino
		} else {
			delete(c.durable, name)
		}
	}
	return nil
}

type file struct {
	fs  *FS
	ino *inode
}

// ReadAt implements outbox.File.
func (f *file) ReadAt(p []byte, off int64) (int, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if off >= int64(len(f.ino.data)) {
		return 0, io.EOF
	}
	n := copy(p, f.ino.data[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *file) change(w write) {
	f.ino.data = applyWrite(f.ino.data, w)
	f.ino.writes = append(f.ino.writes, w)
}

// WriteAt implements outbox.File. A full disk takes what fits, as real ones do.
func (f *file) WriteAt(p []byte, off int64) (int, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if err := f.fs.step(); err != nil {
		// The power went while writing: some of it may have arrived.
		f.change(write{off, bytes.Clone(p)})
		return 0, err
	}
	grow := int(off) + len(p) - len(f.ino.data)
	if over := f.fs.used() + grow - f.fs.Limit; f.fs.Limit > 0 && grow > 0 && over > 0 {
		n := max(len(p)-over, 0)
		f.change(write{off, bytes.Clone(p[:n])})
		return n, syscall.ENOSPC
	}
	f.change(write{off, bytes.Clone(p)})
	return len(p), nil
}

// Size implements outbox.File.
func (f *file) Size() (int64, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	return int64(len(f.ino.data)), nil
}

// Truncate implements outbox.File.
func (f *file) Truncate(size int64) error {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if err := f.fs.step(); err != nil {
		return err
	}
	f.change(write{off: size})
	return nil
}

// Sync implements outbox.File.
func (f *file) Sync() error {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if err := f.fs.step(); err != nil {
		return err
	}
	f.fs.syncs = append(f.fs.syncs, f.fs.steps)
	if !f.fs.NoSync {
		f.ino.synced, f.ino.writes = bytes.Clone(f.ino.data), nil
	}
	return nil
}

// Close implements outbox.File.
func (f *file) Close() error { return nil }
