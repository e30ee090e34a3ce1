package outbox_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"maps"
	"math/rand"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"docket/storage/outbox"
)

// crashFS is a file system in memory that knows what was synced and forgets
// the rest, as a power cut does. It can be told to fail at the n-th step, to
// be full, and not to sync at all (the control run).
type crashFS struct {
	mu      sync.Mutex
	names   map[string]*inode // as programs see it
	durable map[string]*inode // as the disk has it
	steps   int
	failAt  int // the step that fails, and all after it; 0 for none
	limit   int // bytes of all files; 0 for no limit
	noSync  bool
	syncs   int
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

func newCrashFS() *crashFS {
	return &crashFS{names: map[string]*inode{}, durable: map[string]*inode{}}
}

// step counts one operation that changes something.
func (c *crashFS) step() error {
	c.steps++
	if c.failAt > 0 && c.steps >= c.failAt {
		return errPower
	}
	return nil
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

// crash gives the file system after a power cut: what was synced, and of the
// rest what r decides. A nil r loses everything that was not synced.
func (c *crashFS) crash(r *rand.Rand) *crashFS {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := newCrashFS()
	names := c.durable
	if r != nil && r.Intn(2) == 0 {
		names = c.names
	}
	after := map[*inode]*inode{}
	for name, ino := range names {
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
	switch r.Intn(4) {
	case 0:
		return data
	case 1:
		return applyWrite(data, w)
	case 2:
		if len(w.data) > 0 {
			w.data = w.data[:r.Intn(len(w.data))]
		}
		return applyWrite(data, w)
	default:
		if w.data == nil {
			return data
		}
		// Disks write whole sectors; the last one written may end anywhere.
		keep := r.Intn(len(w.data) + 1)
		keep = max(keep-(int(w.off)+keep)%512, 0)
		grown := append(bytes.Clone(w.data[:keep]), make([]byte, len(w.data)-keep)...)
		return applyWrite(data, write{off: w.off, data: grown})
	}
}

func (c *crashFS) used() int {
	n := 0
	for _, ino := range c.names {
		n += len(ino.data)
	}
	return n
}

// Open implements outbox.FS.
func (c *crashFS) Open(name string, create bool) (outbox.File, error) {
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
		ino = &inode{}
		c.names[name] = ino
	}
	return &crashFile{c, ino}, nil
}

// Rename implements outbox.FS.
func (c *crashFS) Rename(from, to string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.step(); err != nil {
		return err
	}
	if c.names[from] == nil {
		return fs.ErrNotExist
	}
	c.names[to] = c.names[from]
	delete(c.names, from)
	return nil
}

// Remove implements outbox.FS.
func (c *crashFS) Remove(name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.step(); err != nil {
		return err
	}
	delete(c.names, name)
	return nil
}

// MkdirAll implements outbox.FS.
func (c *crashFS) MkdirAll(string) error { return nil }

// List implements outbox.FS.
func (c *crashFS) List(dir string) ([]string, error) {
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
func (c *crashFS) SyncDir(string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.step(); err != nil {
		return err
	}
	c.syncs++
	if !c.noSync {
		c.durable = maps.Clone(c.names)
	}
	return nil
}

type crashFile struct {
	fs  *crashFS
	ino *inode
}

// ReadAt implements outbox.File.
func (f *crashFile) ReadAt(p []byte, off int64) (int, error) {
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

func (f *crashFile) change(w write) error {
	f.ino.data = applyWrite(f.ino.data, w)
	f.ino.writes = append(f.ino.writes, w)
	return nil
}

// WriteAt implements outbox.File. A full disk takes what fits, as real ones do.
func (f *crashFile) WriteAt(p []byte, off int64) (int, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if err := f.fs.step(); err != nil {
		// The power went while writing: some of it may have arrived.
		_ = f.change(write{off, bytes.Clone(p)})
		return 0, err
	}
	grow := int(off) + len(p) - len(f.ino.data)
	if over := f.fs.used() + grow - f.fs.limit; f.fs.limit > 0 && grow > 0 && over > 0 {
		n := max(len(p)-over, 0)
		_ = f.change(write{off, bytes.Clone(p[:n])})
		return n, syscall.ENOSPC
	}
	return len(p), f.change(write{off, bytes.Clone(p)})
}

// Size implements outbox.File.
func (f *crashFile) Size() (int64, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	return int64(len(f.ino.data)), nil
}

// Truncate implements outbox.File.
func (f *crashFile) Truncate(size int64) error {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if err := f.fs.step(); err != nil {
		return err
	}
	return f.change(write{off: size})
}

// Sync implements outbox.File.
func (f *crashFile) Sync() error {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if err := f.fs.step(); err != nil {
		return err
	}
	f.fs.syncs++
	if !f.fs.noSync {
		f.ino.synced, f.ino.writes = bytes.Clone(f.ino.data), nil
	}
	return nil
}

// Close implements outbox.File.
func (f *crashFile) Close() error { return nil }
