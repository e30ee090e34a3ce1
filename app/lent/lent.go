// Package lent hands out readable copies of files for a while: to a program
// that a file is dragged to, which copies it. Everything else of a person's
// files on a computer is encrypted, so these copies lie in a directory that
// nobody else can enter, each goes after its time, and all go when the person
// goes: at lock, at sign-out, when the program ends, and when it starts again
// after it could not end.
package lent

import (
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// For is how long a copy is there: long enough for a large file to be copied by
// whoever it was dragged to.
const For = 10 * time.Minute

// errClosed says that nothing is handed out any more.
var errClosed = errors.New("lent: closed")

// Copies are the copies that are out. Its methods may be called from any goroutine.
type Copies struct {
	dir string

	mu     sync.Mutex // guards what follows, and the directory
	out    map[string]*copied
	closed bool
}

type copied struct {
	dir   string
	until *time.Timer
}

// Open takes over a directory and empties it. It is made when it is needed.
func Open(dir string) (*Copies, error) {
	return &Copies{dir: dir, out: map[string]*copied{}}, os.RemoveAll(dir)
}

// Put makes a copy of a file under its name, which is one element of a path. key
// is what it is dropped by; an earlier copy of it goes.
func (c *Copies) Put(key, name string, r io.Reader) (path string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return "", errClosed
	}
	if name == "" || name != filepath.Base(name) || name == "." || name == ".." {
		return "", errors.New("lent: a name with a path in it")
	}
	if err := c.drop(key); err != nil {
		return "", err
	}
	dir := filepath.Join(c.dir, rand.Text())
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	if err := os.Chmod(c.dir, 0o700); err != nil { //nolint:gosec // a directory needs its x bit
		return "", err
	}
	path = filepath.Join(dir, name)
	if err := write(path, r); err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	one := &copied{dir: dir}
	one.until = time.AfterFunc(For, func() { c.ended(key, one) })
	c.out[key] = one
	return path, nil
}

func write(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}

// ended removes a copy after its time; what could not be removed goes with the rest.
func (c *Copies) ended(key string, one *copied) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.out[key] == one {
		_ = c.drop(key)
	}
}

func (c *Copies) drop(key string) error {
	one := c.out[key]
	if one == nil {
		return nil
	}
	one.until.Stop()
	delete(c.out, key)
	return os.RemoveAll(one.dir)
}

// Drop removes the copy of a file, if there is one.
func (c *Copies) Drop(key string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.drop(key)
}

// Empty removes all copies.
func (c *Copies) Empty() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.empty()
}

// Close removes all copies and hands out none any more. It may come twice.
func (c *Copies) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	return c.empty()
}

func (c *Copies) empty() error {
	for key := range c.out {
		_ = c.drop(key)
	}
	return os.RemoveAll(c.dir)
}
