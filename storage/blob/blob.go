package blob

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/gabriel-vasile/mimetype"

	"docket/app/desk"
)

// Store is an open store of attachments, safe for concurrent use. Two uses of
// the same staged file wait for each other.
//
//	<dir>/whole/ab/abcdef…  complete files by their hash
//	<dir>/staged/<key>      files on their way
type Store struct {
	root   *os.Root
	key    *[32]byte // nil: plain bytes
	sealed bool
	bucket Bucket // nil: whole files are in the folder

	mu   sync.Mutex // guards busy
	busy map[string]*sync.Mutex
}

// Options of Open. With a zero Key the bytes are kept as they are.
type Options struct {
	Key [32]byte
	// Bucket keeps whole files instead of the folder; the store closes it. It
	// is for servers, whose files are not sealed.
	Bucket Bucket
}

// Bucket keeps whole files by their names. A file that is not there is
// fs.ErrNotExist.
type Bucket interface {
	// Put returns once the file is durable under its name.
	Put(name string, from io.Reader) error
	// Open gives a file; the caller must close it.
	Open(name string) (Reader, error)
	// Delete removes a file; one that is not there is no error.
	Delete(name string) error
	// Names calls fn for every file, in order.
	Names(fn func(name string) error) error
	Close() error
}

// Reader reads a file; the caller must close it. What was changed on disk is
// desk.ErrDamaged when it is read in a sealed store.
type Reader interface {
	io.ReadSeekCloser
	io.ReaderAt
	Size() int64
}

// Info is a file in place.
type Info struct {
	Hash desk.BlobHash
	Size int64
	// Type is the media type found in the bytes, never what somebody claimed.
	Type string
}

const (
	wholeDir  = "whole"
	stagedDir = "staged"
)

// Open opens the store in dir, making it if needed.
func Open(dir string, o Options) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fault("make directory", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fault("open directory", err)
	}
	s := &Store{root: root, busy: map[string]*sync.Mutex{}, bucket: o.Bucket}
	if o.Key != [32]byte{} {
		s.key, s.sealed = &o.Key, true
	}
	for _, d := range []string{wholeDir, stagedDir} {
		if err := root.MkdirAll(d, 0o700); err != nil {
			_ = root.Close()
			return nil, fault("make directory", err)
		}
	}
	return s, nil
}

// Close closes the store. Readers that are open stay usable.
func (s *Store) Close() error {
	if s.bucket != nil {
		return errors.Join(s.bucket.Close(), s.root.Close())
	}
	return s.root.Close()
}

// OffsetError says where a staged file really ends when bytes were brought for
// another place.
type OffsetError struct{ Length int64 }

// Error implements error.
func (e *OffsetError) Error() string {
	return fmt.Sprintf("the staged file has %d bytes", e.Length)
}

// stagedPath refuses every key that could be more than a file's name.
func stagedPath(key string) (string, error) {
	ok := key != "" && len(key) <= 200 && !strings.HasPrefix(key, ".") && !strings.HasSuffix(key, ".")
	for _, c := range []byte(key) {
		ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.')
	}
	if !ok {
		return "", &desk.Error{Code: desk.CodeInvalid, Message: "This is no name for a file on its way.", Hint: "Attach the file again."}
	}
	return stagedDir + "/" + key, nil
}

func wholePath(h desk.BlobHash) (string, error) {
	if !h.ValidHash() {
		return "", &desk.Error{Code: desk.CodeInvalid, Message: "This is no name of a file.", Hint: "Attach the file again."}
	}
	return wholeDir + "/" + string(h[:2]) + "/" + string(h), nil
}

// lock keeps two transfers of the same file apart.
func (s *Store) lock(key string) (unlock func()) {
	s.mu.Lock()
	m := s.busy[key]
	if m == nil {
		if len(s.busy) > 1000 {
			s.forget()
		}
		m = &sync.Mutex{}
		s.busy[key] = m
	}
	s.mu.Unlock()
	m.Lock()
	// Another may have forgotten m in between and somebody locked a new one.
	s.mu.Lock()
	same := s.busy[key] == m
	s.mu.Unlock()
	if !same {
		m.Unlock()
		return s.lock(key)
	}
	return m.Unlock
}

// forget drops locks nobody holds. s.mu is held.
func (s *Store) forget() {
	for k, m := range s.busy {
		if m.TryLock() {
			delete(s.busy, k)
			m.Unlock()
		}
	}
}

// Staged tells how many bytes of a file on its way are safely on disk. A key is
// a name of a–z, 0–9, hyphen, underscore and dot, such as "<person>.<hash>".
func (s *Store) Staged(key string) (int64, error) {
	path, err := stagedPath(key)
	if err != nil {
		return 0, err
	}
	defer s.lock(key)()
	f, err := s.root.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fault("open staged file", err)
	}
	defer func() { _ = f.Close() }()
	return s.length(f)
}

// length is how many bytes of content a file holds that can be trusted.
func (s *Store) length(f *os.File) (int64, error) {
	if s.sealed {
		return s.sealedLength(f)
	}
	st, err := f.Stat()
	if err != nil {
		return 0, fault("stat file", err)
	}
	return st.Size(), nil
}

// grow appends what r gives and makes it durable. have is the length before.
func (s *Store) grow(f *os.File, have int64, r io.Reader) (end int64, err error) {
	if s.sealed {
		end, err = s.appendSealed(f, r)
	} else {
		end, err = appendPlain(f, have, r)
	}
	if err != nil {
		return have, err
	}
	if err := f.Sync(); err != nil {
		return have, fault("sync staged file", err)
	}
	if have == 0 {
		if err := s.syncDir(stagedDir); err != nil {
			return 0, err
		}
	}
	return end, nil
}

// Stage appends what r gives at offset, which must be the staged length, and
// gives the new length once the bytes are on disk. When r ends early the bytes
// that came are kept, and both the new length and r's error are returned. More
// than most bytes in all is desk.CodeTooLarge, and only the first most are kept.
// A wrong offset is an *OffsetError.
func (s *Store) Stage(key string, offset int64, r io.Reader, most int64) (int64, error) {
	path, err := stagedPath(key)
	if err != nil {
		return 0, err
	}
	defer s.lock(key)()
	f, err := s.root.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return 0, fault("open staged file", err)
	}
	defer func() { _ = f.Close() }()
	have, err := s.length(f)
	if err != nil {
		return 0, err
	}
	if offset != have {
		return have, &OffsetError{Length: have}
	}
	limited := io.LimitReader(r, max(most-have, 0))
	source := &sourceReader{r: limited}
	end, err := s.grow(f, have, source)
	if err != nil {
		return have, err
	}
	if source.err != nil {
		return end, fmt.Errorf("read: %w", source.err)
	}
	if end == most {
		if n, _ := io.ReadFull(r, make([]byte, 1)); n > 0 {
			return end, (&desk.Error{
				Code: desk.CodeTooLarge, Field: "files",
				Message: "The file is larger than the {most} bytes it may have.", Hint: "Send a smaller file, or share it another way.",
			}).With("most", most)
		}
	}
	return end, nil
}

// sourceReader tells errors of whoever brings the bytes from those of our disk.
type sourceReader struct {
	r   io.Reader
	err error
}

func (s *sourceReader) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err, err = err, io.EOF
	}
	return n, err
}

func appendPlain(f *os.File, have int64, r io.Reader) (int64, error) {
	if _, err := f.Seek(have, io.SeekStart); err != nil {
		return have, fault("seek staged file", err)
	}
	n, err := io.Copy(f, r)
	if err != nil {
		// What came is not known to be whole; take it back if the disk lets us.
		_ = f.Truncate(have)
		return have, fault("write staged file", err)
	}
	return have + n, nil
}

// Commit compares the staged bytes with the hash, moves them into place and
// tells what they are. When they differ the staged file is dropped and the
// error is desk.ErrDamaged. A file that is in place already stays.
func (s *Store) Commit(key string, hash desk.BlobHash) (Info, error) {
	from, err := stagedPath(key)
	if err != nil {
		return Info{}, err
	}
	to, err := wholePath(hash)
	if err != nil {
		return Info{}, err
	}
	defer s.lock(key)()
	info, err := s.examine(from)
	if err != nil {
		return Info{}, err
	}
	if info.Hash != hash {
		_ = s.root.Remove(from)
		return Info{}, &desk.Error{
			Code: desk.CodeDamaged, Message: "The file did not arrive as it was sent.", Hint: "It is sent again from its start.",
		}
	}
	if s.bucket != nil {
		return info, s.hand(from, to)
	}
	dir := to[:strings.LastIndexByte(to, '/')]
	if err := s.root.MkdirAll(dir, 0o700); err != nil {
		return Info{}, fault("make directory", err)
	}
	if err := s.root.Rename(from, to); err != nil {
		return Info{}, fault("move into place", err)
	}
	for _, d := range []string{dir, wholeDir, stagedDir} {
		if err := s.syncDir(d); err != nil {
			return Info{}, err
		}
	}
	return info, nil
}

// hand gives a staged file to the bucket. It is let go of only when the bucket
// has it.
func (s *Store) hand(from, to string) error {
	f, err := s.root.Open(from)
	if err != nil {
		return fault("open staged file", err)
	}
	defer func() { _ = f.Close() }()
	if err := s.bucket.Put(to, f); err != nil {
		return err
	}
	if err := s.root.Remove(from); err != nil {
		return fault("remove staged file", err)
	}
	return nil
}

// examine reads a file as the store would give it, so that what is verified is
// what will be read, and not what once came in.
func (s *Store) examine(path string) (Info, error) {
	f, err := s.root.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return Info{}, notFound()
	}
	if err != nil {
		return Info{}, fault("open staged file", err)
	}
	if s.sealed {
		if err := s.finish(f); err != nil {
			_ = f.Close()
			return Info{}, err
		}
	}
	r, err := s.reader(f)
	if err != nil {
		_ = f.Close()
		return Info{}, err
	}
	defer func() { _ = r.Close() }()
	sum := sha256.New()
	var start [3072]byte
	n, err := io.ReadFull(r, start[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return Info{}, fault("read staged file", err)
	}
	sum.Write(start[:n])
	rest, err := io.Copy(sum, r)
	if err != nil {
		return Info{}, fault("read staged file", err)
	}
	return Info{
		Hash: desk.BlobHash(hex.EncodeToString(sum.Sum(nil))), Size: int64(n) + rest,
		Type: mimetype.Detect(start[:n]).String(),
	}, nil
}

// Discard forgets a file on its way.
func (s *Store) Discard(key string) error {
	path, err := stagedPath(key)
	if err != nil {
		return err
	}
	defer s.lock(key)()
	if err := s.root.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault("remove staged file", err)
	}
	return nil
}

// Put keeps all of r, up to most bytes, under the hash it turns out to have.
func (s *Store) Put(r io.Reader, most int64) (Info, error) {
	key := newKey()
	info, err := s.put(key, r, most)
	if err != nil {
		_ = s.Discard(key)
	}
	return info, err
}

func (s *Store) put(key string, r io.Reader, most int64) (Info, error) {
	sum := sha256.New()
	if _, err := s.Stage(key, 0, io.TeeReader(r, sum), most); err != nil {
		return Info{}, err
	}
	return s.Commit(key, desk.BlobHash(hex.EncodeToString(sum.Sum(nil))))
}

// Open gives a file's bytes, or desk.ErrNotFound.
func (s *Store) Open(hash desk.BlobHash) (Reader, error) {
	path, err := wholePath(hash)
	if err != nil {
		return nil, err
	}
	if s.bucket != nil {
		r, err := s.bucket.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			err = notFound()
		}
		return r, err
	}
	f, err := s.root.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, notFound()
	}
	if err != nil {
		return nil, fault("open file", err)
	}
	r, err := s.reader(f)
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return r, nil
}

func (s *Store) reader(f *os.File) (Reader, error) {
	st, err := f.Stat()
	if err != nil {
		return nil, fault("stat file", err)
	}
	if s.sealed {
		return s.openSealed(f, st.Size())
	}
	return &plain{File: f, size: st.Size()}, nil
}

type plain struct {
	*os.File
	size int64
}

// Size implements Reader.
func (p *plain) Size() int64 { return p.size }

// Stat tells what a file is, or desk.ErrNotFound.
func (s *Store) Stat(hash desk.BlobHash) (Info, error) {
	r, err := s.Open(hash)
	if err != nil {
		return Info{}, err
	}
	defer func() { _ = r.Close() }()
	var start [3072]byte
	n, err := io.ReadFull(r, start[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return Info{}, fault("read file", err)
	}
	return Info{Hash: hash, Size: r.Size(), Type: mimetype.Detect(start[:n]).String()}, nil
}

// Verify reads a whole file and reports desk.ErrDamaged if it is not what its
// name says.
func (s *Store) Verify(hash desk.BlobHash) error {
	r, err := s.Open(hash)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, r); err != nil {
		return fault("read file", err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != string(hash) {
		return damaged()
	}
	return nil
}

// Delete removes a file; one that is not there is no error.
func (s *Store) Delete(hash desk.BlobHash) error {
	path, err := wholePath(hash)
	if err != nil {
		return err
	}
	if s.bucket != nil {
		return s.bucket.Delete(path)
	}
	if err := s.root.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault("remove file", err)
	}
	return nil
}

// Sweep forgets files on their way that nobody has added to since before, but
// for those that keep says may still come; nil keeps none.
func (s *Store) Sweep(before time.Time, keep func(key string) bool) (swept int, err error) {
	list, err := fs.ReadDir(s.root.FS(), stagedDir)
	if err != nil {
		return 0, fault("list staged files", err)
	}
	for _, e := range list {
		info, err := e.Info()
		if err != nil || !info.ModTime().Before(before) || keep != nil && keep(e.Name()) {
			continue // gone meanwhile, or in use
		}
		if err := s.Discard(e.Name()); err != nil {
			return swept, err
		}
		swept++
	}
	return swept, nil
}

// Hashes calls fn for every file in place, in order.
func (s *Store) Hashes(fn func(desk.BlobHash) error) error {
	if s.bucket != nil {
		return s.bucket.Names(func(name string) error {
			if h := desk.BlobHash(name[strings.LastIndexByte(name, '/')+1:]); h.ValidHash() {
				return fn(h)
			}
			return nil
		})
	}
	err := fs.WalkDir(s.root.FS(), wholeDir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if h := desk.BlobHash(e.Name()); h.ValidHash() {
			return fn(h)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("list files: %w", err)
	}
	return nil
}

func notFound() *desk.Error {
	return &desk.Error{Code: desk.CodeNotFound, Message: "The file is not here.", Hint: "Ask whoever sent it to attach it again."}
}

func damaged() *desk.Error {
	return &desk.Error{
		Code: desk.CodeDamaged, Message: "The file is not as it was kept: the disk may be failing.",
		Hint: "It is fetched again if the server has it.",
	}
}

// fault wraps an error of the disk; one that is full becomes what people read.
func fault(what string, err error) error {
	var known *desk.Error
	if errors.As(err, &known) {
		return err
	}
	err = fmt.Errorf("%s: %w", what, err)
	if errors.Is(err, syscall.ENOSPC) || isQuota(err) {
		return &desk.Error{
			Code: desk.CodeDiskFull, Message: "The disk is full, so the file could not be kept. What was kept before is safe.",
			Hint: "Free some space and try again; it goes on where it stopped.", Err: err,
		}
	}
	return err
}
