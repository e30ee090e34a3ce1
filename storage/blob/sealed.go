package blob

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// A sealed file is a header and segments. The header is a magic and a random
// salt; the SHA-256 of the store's key and the salt is the file's own key for
// AES-256-GCM.
//
//	"docket-blob-1\n" (14)  salt (18)
//	segment: random nonce (12)  AES-256-GCM of up to 64 KiB (+16)
//
// Each segment authenticates its number and whether it is the last. All but the
// last are full, so a place in the content is a place in the file, and a file
// that was cut, grown or had segments exchanged does not open. While a file is
// staged its last segment grows and is written again; a crash in that moment
// costs that segment, and whoever sends asks how much is there before going on.
const (
	magic       = "docket-blob-1\n"
	saltLen     = 18
	headerLen   = int64(len(magic) + saltLen)
	segmentData = 64 << 10
	nonceLen    = 12
	overhead    = nonceLen + 16
	segmentFile = segmentData + overhead
)

// newKey is a key for staging what has no name yet.
func newKey() string { return "put-" + hex.EncodeToString(randomBytes(16)) }

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails; the program ends if it would
	return b
}

type sealer struct{ aead cipher.AEAD }

func (s *Store) sealer(salt []byte) (*sealer, error) {
	sum := sha256.Sum256(append(append([]byte("docket blob key\n"), s.key[:]...), salt...))
	block, err := aes.NewCipher(sum[:])
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return &sealer{aead}, nil
}

func about(index int64, last bool) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(index))
	if last {
		return append(b, 1)
	}
	return append(b, 0)
}

func (c *sealer) seal(index int64, last bool, data []byte) []byte {
	nonce := randomBytes(nonceLen)
	return c.aead.Seal(nonce, nonce, data, about(index, last))
}

func (c *sealer) open(index int64, last bool, raw []byte) ([]byte, error) {
	if len(raw) < overhead {
		return nil, damaged()
	}
	data, err := c.aead.Open(nil, raw[:nonceLen], raw[nonceLen:], about(index, last))
	if err != nil {
		return nil, damaged()
	}
	return data, nil
}

// unlock reads the header; nil if the file has no whole header.
func (s *Store) unlock(f io.ReaderAt) (*sealer, error) {
	b := make([]byte, headerLen)
	n, err := f.ReadAt(b, 0)
	if int64(n) < headerLen {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, fault("read header", err)
	}
	if !bytes.HasPrefix(b, []byte(magic)) {
		return nil, damaged()
	}
	return s.sealer(b[len(magic):])
}

// growing is a staged file up to where it can be trusted.
type growing struct {
	c     *sealer // nil when there is no header yet
	index int64   // of the segment that grows
	data  []byte  // what is in it
}

func (g *growing) length() int64 { return g.index*segmentData + int64(len(g.data)) }

// grown reads a staged file from its start to the first segment that does not
// open: a crash may leave any part of what was last written on the disk.
func (s *Store) grown(f io.ReaderAt) (growing, error) {
	c, err := s.unlock(f)
	if err != nil || c == nil {
		return growing{}, err
	}
	g := growing{c: c}
	raw := make([]byte, segmentFile)
	for {
		n, err := f.ReadAt(raw, headerLen+g.index*segmentFile)
		if err != nil && !errors.Is(err, io.EOF) {
			return g, fault("read segment", err)
		}
		data, bad := c.open(g.index, false, raw[:n])
		if bad != nil {
			data, bad = c.open(g.index, true, raw[:n])
		}
		if bad != nil {
			return g, nil
		}
		if len(data) < segmentData {
			g.data = data
			return g, nil
		}
		g.index++
	}
}

func (s *Store) sealedLength(f *os.File) (int64, error) {
	g, err := s.grown(f)
	return g.length(), err
}

// appendSealed adds what r gives behind the trusted part of a staged file and
// gives the new length.
func (s *Store) appendSealed(f *os.File, r io.Reader) (int64, error) {
	g, err := s.grown(f)
	if err != nil {
		return 0, err
	}
	if g.c == nil {
		salt := randomBytes(saltLen)
		if g.c, err = s.sealer(salt); err != nil {
			return 0, err
		}
		if _, err := f.WriteAt(append([]byte(magic), salt...), 0); err != nil {
			return 0, fault("write header", err)
		}
	}
	buf := make([]byte, segmentData)
	n := copy(buf, g.data)
	had := n
	for {
		more, err := io.ReadFull(r, buf[n:])
		n += more
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return g.length(), fmt.Errorf("read: %w", err)
		}
		if n > had {
			if _, err := f.WriteAt(g.c.seal(g.index, false, buf[:n]), headerLen+g.index*segmentFile); err != nil {
				return g.length(), fault("write segment", err)
			}
		}
		if n < segmentData {
			g.data = buf[:n]
			return g.length(), cut(f, g.end())
		}
		g.index, n, had = g.index+1, 0, 0
		g.data = nil
	}
}

// end is how long the file is when it ends with what can be trusted.
func (g *growing) end() int64 {
	at := headerLen + g.index*segmentFile
	if len(g.data) > 0 {
		at += int64(len(g.data)) + overhead
	}
	return at
}

// cut removes what a crash left behind the end.
func cut(f *os.File, end int64) error {
	st, err := f.Stat()
	if err != nil {
		return fault("stat file", err)
	}
	if st.Size() > end {
		if err := f.Truncate(end); err != nil {
			return fault("cut file", err)
		}
	}
	return nil
}

// finish marks the last segment as the last, so that the file reads as whole.
func (s *Store) finish(f *os.File) error {
	g, err := s.grown(f)
	if err != nil {
		return err
	}
	if g.c == nil {
		return damaged()
	}
	if len(g.data) == 0 && g.index > 0 {
		g.index--
		raw := make([]byte, segmentFile)
		if _, err := f.ReadAt(raw, headerLen+g.index*segmentFile); err != nil && !errors.Is(err, io.EOF) {
			return fault("read segment", err)
		}
		if g.data, err = g.c.open(g.index, false, raw); err != nil {
			if g.data, err = g.c.open(g.index, true, raw); err != nil {
				return err
			}
		}
	}
	at := headerLen + g.index*segmentFile
	if _, err := f.WriteAt(g.c.seal(g.index, true, g.data), at); err != nil {
		return fault("write segment", err)
	}
	if err := cut(f, at+int64(len(g.data))+overhead); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return fault("sync file", err)
	}
	return nil
}

// sealed reads a whole sealed file, a segment at a time.
type sealed struct {
	f    *os.File
	c    *sealer
	size int64
	last int64 // number of the last segment
	pos  int64

	mu   sync.Mutex // guards have and data
	have int64      // number of the segment in data, -1 for none
	data []byte
}

func (s *Store) openSealed(f *os.File, fileSize int64) (Reader, error) {
	c, err := s.unlock(f)
	if err != nil {
		return nil, err
	}
	body := fileSize - headerLen
	if c == nil || body < overhead {
		return nil, damaged()
	}
	r := &sealed{f: f, c: c, have: -1, last: (body - 1) / segmentFile}
	rest := body - r.last*segmentFile
	if rest < overhead {
		return nil, damaged()
	}
	r.size = r.last*segmentData + rest - overhead
	// Opening the last segment now proves that the file ends where it should.
	if _, err := r.segment(r.last); err != nil {
		return nil, err
	}
	return r, nil
}

// read gives a segment from the file.
func (r *sealed) read(index int64) ([]byte, error) {
	n := int64(segmentFile)
	if index == r.last {
		n = r.size - r.last*segmentData + overhead
	}
	raw := make([]byte, n)
	if _, err := r.f.ReadAt(raw, headerLen+index*segmentFile); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, damaged()
		}
		return nil, fault("read segment", err)
	}
	return r.c.open(index, index == r.last, raw)
}

// segment gives a segment, at best the one that was read last. Nobody changes
// what it returns.
func (r *sealed) segment(index int64) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.have == index {
		return r.data, nil
	}
	data, err := r.read(index)
	if err != nil {
		return nil, err
	}
	r.have, r.data = index, data
	return data, nil
}

// Size implements Reader.
func (r *sealed) Size() int64 { return r.size }

// Read implements io.Reader.
func (r *sealed) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if r.pos >= r.size {
		return 0, io.EOF
	}
	data, err := r.segment(r.pos / segmentData)
	if err != nil {
		return 0, err
	}
	n := copy(p, data[r.pos%segmentData:])
	r.pos += int64(n)
	return n, nil
}

// ReadAt implements io.ReaderAt; it may be called from several goroutines.
func (r *sealed) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("read at a negative place")
	}
	for n < len(p) {
		if off >= r.size {
			return n, io.EOF
		}
		data, err := r.segment(off / segmentData)
		if err != nil {
			return n, err
		}
		c := copy(p[n:], data[off%segmentData:])
		n, off = n+c, off+int64(c)
	}
	return n, nil
}

// Seek implements io.Seeker.
func (r *sealed) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.pos
	case io.SeekEnd:
		offset += r.size
	case io.SeekStart:
	default:
		return 0, errors.New("seek from nowhere")
	}
	if offset < 0 {
		return 0, errors.New("seek to a negative place")
	}
	r.pos = offset
	return offset, nil
}

// Close implements io.Closer.
func (r *sealed) Close() error { return r.f.Close() }
