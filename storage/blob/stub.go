package blob

import (
	"errors"
	"io"
	"time"

	"docket/app/desk"
)

var errStub = errors.New("not there yet")

// Store is an open store of attachments, safe for concurrent use.
type Store struct{}

// Options of Open. A zero Key keeps plain bytes.
type Options struct {
	Key [32]byte
}

// Reader reads a blob; the caller must close it.
type Reader interface {
	io.ReadSeekCloser
	io.ReaderAt
	Size() int64
}

// Info is a blob in place.
type Info struct {
	Hash desk.BlobHash
	Size int64
	Type string // media type found in the bytes
}

// Open opens the store in dir, making it if needed.
func Open(dir string, o Options) (*Store, error) { return nil, errStub }
func (s *Store) Close() error                    { return errStub }

// Staged tells how many bytes of a staged file are safely on disk; key is any
// name of [a-z0-9-_.], such as "<person>-<hash>".
func (s *Store) Staged(key string) (int64, error) { return 0, errStub }

// Stage appends r at offset, fsyncs, and gives the new length. An offset that
// is not the length is an error that carries the length (see OffsetError).
func (s *Store) Stage(key string, offset int64, r io.Reader, max int64) (int64, error) {
	return 0, errStub
}

// Commit verifies that the staged bytes have this hash and moves them into place.
func (s *Store) Commit(key string, hash desk.BlobHash) (Info, error) { return Info{}, errStub }

// Discard forgets a staged file.
func (s *Store) Discard(key string) error { return errStub }

// Put stages and commits r at once.
func (s *Store) Put(r io.Reader, max int64) (Info, error) { return Info{}, errStub }

func (s *Store) Open(hash desk.BlobHash) (Reader, error)        { return nil, errStub }
func (s *Store) Stat(hash desk.BlobHash) (Info, error)          { return Info{}, errStub }
func (s *Store) Delete(hash desk.BlobHash) error                { return errStub }
func (s *Store) Sweep(before time.Time) (staged int, err error) { return 0, errStub }
func (s *Store) Free() (int64, error)                           { return 0, errStub }

// OffsetError says where the staged file really ends.
type OffsetError struct{ Length int64 }

func (e *OffsetError) Error() string { return "wrong offset" }
