package outbox

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
)

// A log file is a header and records:
//
//	header  magic 8 | file id 16 | crc32c 4 | file id 16 | crc32c 4
//	record  len u32 | crc32c u32 | seq u64 | nonce 12 | AES-256-GCM ciphertext
//
// len counts nonce and ciphertext; the crc covers len, seq, nonce and
// ciphertext; the file id and seq are authenticated with every record, and the
// key is derived from the file id, so that no record can be moved to another
// place or file. seq is dense from 1. The file id stands twice, because without
// it nothing else could be read.
//
// The nonce is random and not the seq: after a torn tail was cut off, the same
// seq is written again with other content.
const (
	magic     = "DKTLOG1\n"
	idLen     = 16
	headerLen = len(magic) + 2*(idLen+4)
	frameLen  = 16
	nonceLen  = 12
	maxRecord = 8 << 20
	sector    = 512 // what disks write whole

	keptCopies = 20
)

// errForeign is told with nothing touched: with the right key all is there.
var errForeign = &desk.Error{
	Code:    desk.CodeDamaged,
	Message: "What was not sent yet on this computer is kept under another key.",
	Hint:    "Sign in as the person who wrote it, or restore the key of this computer; nothing was removed.",
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// logFile appends encrypted records durably. It is not safe for concurrent use.
type logFile struct {
	fs   FS
	path string
	key  [32]byte
	f    File
	id   []byte
	aead cipher.AEAD
	seq  uint64
	end  int64
	// broken is set when it is not known any more what the file holds; only
	// rewriting it whole helps then.
	broken error
	// foreign is set when the file was written with another key.
	foreign bool
	// spare frees some of the reserve; false when there is none left.
	spare func() bool
}

// found is what reading a log gave.
type found struct {
	records [][]byte
	// torn is set when an unfinished last record was cut off, damaged when
	// something that had been finished is not as it was written, lost when it
	// could not be repaired.
	torn, damaged, lost bool
}

// openLog opens or creates the log at path and reads it.
func openLog(fsys FS, path string, key [32]byte, spare func() bool) (*logFile, found, error) {
	l := &logFile{fs: fsys, path: path, key: key, spare: spare}
	f, err := fsys.Open(path, false)
	if errors.Is(err, fs.ErrNotExist) {
		return l, found{}, l.rewrite(nil)
	}
	if err != nil {
		return nil, found{}, fmt.Errorf("open log: %w", err)
	}
	l.f = f
	got, err := l.read()
	if err == nil && l.foreign {
		err = errForeign
	}
	if err != nil {
		return nil, found{}, errors.Join(err, f.Close())
	}
	return l, got, nil
}

func (l *logFile) setID(id []byte) error {
	k, err := hkdf.Key(sha256.New, l.key[:], id, "docket log", 32)
	if err != nil {
		return fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return fmt.Errorf("derive key: %w", err)
	}
	l.aead, err = cipher.NewGCM(block)
	l.id = id
	return err
}

// read reads the file from its header. What is wrong is told in found and not
// as an error; an error means the file could not be read at all.
func (l *logFile) read() (found, error) {
	size, err := l.f.Size()
	if err != nil {
		return found{}, fmt.Errorf("read log: %w", err)
	}
	b := make([]byte, size)
	if n, err := l.f.ReadAt(b, 0); err != nil && int64(n) < size {
		return found{}, fmt.Errorf("read log: %w", err)
	}
	id, whole := fileID(b)
	if id == nil {
		return found{damaged: true, lost: true}, nil
	}
	if err := l.setID(id); err != nil {
		return found{}, err
	}
	got := l.scan(b)
	got.damaged = got.damaged || !whole
	return got, nil
}

// fileID gives the file id from a header, nil if neither copy is as it was
// written. The header is durable before the file gets its name, so whatever is
// wrong with it is damage, even in an empty file.
func fileID(b []byte) (id []byte, whole bool) {
	if len(b) < headerLen {
		return nil, false
	}
	whole = string(b[:len(magic)]) == magic
	for _, off := range []int{len(magic), len(magic) + idLen + 4} {
		c := b[off : off+idLen]
		if binary.BigEndian.Uint32(b[off+idLen:]) == crc32.Checksum(c, castagnoli) {
			id = bytes.Clone(c)
		} else {
			whole = false
		}
	}
	return id, whole
}

// header is the reverse of fileID.
func header(id []byte) []byte {
	c := binary.BigEndian.AppendUint32(bytes.Clone(id), crc32.Checksum(id, castagnoli))
	return bytes.Join([][]byte{[]byte(magic), c, c}, nil)
}

func (l *logFile) scan(b []byte) found {
	var got found
	off := headerLen
	for off < len(b) {
		rec, n, ok := l.decode(b[off:], l.seq+1)
		if ok {
			got.records = append(got.records, rec)
			l.seq++
			off += n
			continue
		}
		if rec, ok := l.repair(b[off:], l.seq+1); ok {
			got.records, got.damaged = append(got.records, rec), true
			l.seq++
			off = len(b)
			break
		}
		next, seq := l.resync(b, off+1)
		if next < 0 {
			if isTorn(b, off) {
				got.torn = true
			} else {
				got.damaged, got.lost = true, true
			}
			break
		}
		got.damaged, got.lost = true, true
		l.seq, off = seq-1, next
	}
	l.end = int64(off)
	return got
}

// decode reads the record at the start of b if it is whole and has the given seq.
func (l *logFile) decode(b []byte, seq uint64) (rec []byte, n int, ok bool) {
	if len(b) < frameLen+nonceLen {
		return nil, 0, false
	}
	size := int(binary.BigEndian.Uint32(b))
	if size < nonceLen+l.aead.Overhead() || size > maxRecord || len(b) < frameLen+size {
		return nil, 0, false
	}
	body := b[frameLen : frameLen+size]
	if binary.BigEndian.Uint64(b[8:]) != seq || binary.BigEndian.Uint32(b[4:]) != checksum(size, seq, body) {
		return nil, 0, false
	}
	rec, err := l.unseal(body, seq)
	// Damage does not pass the crc; only another key gives a record that does
	// and still cannot be read.
	l.foreign = l.foreign || err != nil
	return rec, frameLen + size, err == nil
}

// repair reads a last record whose frame was damaged: its length is what is
// left of the file and its seq is known, so the cipher alone can vouch for it.
func (l *logFile) repair(b []byte, seq uint64) ([]byte, bool) {
	if len(b) < frameLen+nonceLen+l.aead.Overhead() {
		return nil, false
	}
	rec, err := l.unseal(b[frameLen:], seq)
	return rec, err == nil
}

// resync looks for the next record that is whole after a damaged one.
func (l *logFile) resync(b []byte, from int) (off int, seq uint64) {
	for off = from; off+frameLen+nonceLen <= len(b); off++ {
		seq = binary.BigEndian.Uint64(b[off+8:])
		// A record is at least frameLen+nonceLen long: no seq can be further.
		if seq <= l.seq || seq-l.seq > uint64(len(b)) {
			continue
		}
		if _, _, ok := l.decode(b[off:], seq); ok {
			return off, seq
		}
	}
	return -1, 0
}

// isTorn reports whether what begins at off and ends the file looks like a
// record whose writing was cut short: it is shorter than it says, or a sector
// of it was never written.
func isTorn(b []byte, off int) bool {
	rec := b[off:]
	if len(rec) < frameLen || int(binary.BigEndian.Uint32(rec)) > len(rec)-frameLen {
		return true
	}
	for off < len(b) {
		next := min(off-off%sector+sector, len(b))
		if len(bytes.Trim(b[off:next], "\x00")) == 0 {
			return true
		}
		off = next
	}
	return false
}

func checksum(size int, seq uint64, body []byte) uint32 {
	var h [12]byte
	binary.BigEndian.PutUint32(h[:], uint32(size))
	binary.BigEndian.PutUint64(h[4:], seq)
	return crc32.Update(crc32.Checksum(h[:], castagnoli), castagnoli, body)
}

func (l *logFile) seal(rec []byte, seq uint64) []byte {
	out := make([]byte, frameLen+nonceLen, frameLen+nonceLen+len(rec)+l.aead.Overhead())
	// crypto/rand.Read never fails; it ends the program instead.
	_, _ = rand.Read(out[frameLen:])
	out = l.aead.Seal(out, out[frameLen:frameLen+nonceLen], rec, l.aad(seq))
	size := len(out) - frameLen
	binary.BigEndian.PutUint32(out, uint32(size))
	binary.BigEndian.PutUint32(out[4:], checksum(size, seq, out[frameLen:]))
	binary.BigEndian.PutUint64(out[8:], seq)
	return out
}

func (l *logFile) unseal(body []byte, seq uint64) ([]byte, error) {
	return l.aead.Open(nil, body[:nonceLen], body[nonceLen:], l.aad(seq))
}

func (l *logFile) aad(seq uint64) []byte {
	return binary.BigEndian.AppendUint64(bytes.Clone(l.id), seq)
}

// append makes one record durable before it returns. When it cannot, the file
// is as it was; if even that is not sure, the log is broken until rewritten.
func (l *logFile) append(rec []byte) error {
	if l.broken != nil {
		return l.broken
	}
	if len(rec) > maxRecord-nonceLen-l.aead.Overhead() {
		return fmt.Errorf("append record: %d bytes are too many", len(rec))
	}
	out := l.seal(rec, l.seq+1)
	for {
		err := l.write(out)
		if err == nil {
			l.seq++
			l.end += int64(len(out))
			return nil
		}
		if back := l.undo(); back != nil {
			l.broken = fmt.Errorf("append record: %w", errors.Join(err, back))
			return l.broken
		}
		if !isFull(err) || l.spare == nil || !l.spare() {
			return fmt.Errorf("append record: %w", err)
		}
	}
}

func (l *logFile) write(out []byte) error {
	if _, err := l.f.WriteAt(out, l.end); err != nil {
		return err
	}
	return l.f.Sync()
}

// undo takes back a record that was not made durable, so that it cannot come
// back after a crash when its author was told that it was not kept.
func (l *logFile) undo() error {
	return errors.Join(l.f.Truncate(l.end), l.f.Sync())
}

// rewrite replaces the file by one holding just recs: written beside it,
// synced, and only then given its name. The old file stays until that moment.
func (l *logFile) rewrite(recs [][]byte) error {
	dir, tmp := filepath.Dir(l.path), l.path+".new"
	n := &logFile{fs: l.fs, path: tmp, key: l.key}
	id := make([]byte, idLen)
	_, _ = rand.Read(id)
	if err := n.setID(id); err != nil {
		return err
	}
	b := header(id)
	for i, r := range recs {
		b = append(b, n.seal(r, uint64(i)+1)...)
	}
	if err := l.writeWhole(tmp, b); err != nil {
		return fmt.Errorf("rewrite log: %w", err)
	}
	had := l.f != nil
	if had {
		// Windows renames neither an open file nor over one.
		_ = l.f.Close()
		l.f = nil
	}
	if err := l.fs.Rename(tmp, l.path); err != nil {
		return l.keepOld(had, err)
	}
	f, err := l.fs.Open(l.path, false)
	if err == nil {
		l.f, l.id, l.aead = f, n.id, n.aead
		l.seq, l.end, l.broken = uint64(len(recs)), int64(len(b)), nil
		err = l.fs.SyncDir(dir)
	}
	if err != nil {
		// After a crash the name may stand for the old file again, so nothing
		// may be appended to the new one.
		l.broken = fmt.Errorf("rewrite log: %w", err)
		return l.broken
	}
	return nil
}

// keepOld goes on with the old file after it could not be replaced.
func (l *logFile) keepOld(had bool, cause error) error {
	cause = fmt.Errorf("rewrite log: %w", cause)
	if !had {
		return cause
	}
	f, err := l.fs.Open(l.path, false)
	if err != nil {
		l.broken = errors.Join(cause, err)
		return l.broken
	}
	l.f = f
	return cause
}

func (l *logFile) writeWhole(name string, b []byte) error {
	// What an earlier try left under the name is taken away and not written
	// over: where a renaming is not one step for the disk, it may be the log.
	if err := l.fs.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for {
		f, err := l.fs.Open(name, true)
		if err != nil {
			return err
		}
		err = f.Truncate(0)
		if err == nil {
			_, err = f.WriteAt(b, 0)
		}
		if err == nil {
			err = f.Sync()
		}
		err = errors.Join(err, f.Close())
		if err == nil || !isFull(err) || l.spare == nil || !l.spare() {
			return err
		}
	}
}

// cut removes a torn tail for good, so that what is appended next does not
// stand behind garbage.
func (l *logFile) cut() error {
	if err := l.undo(); err != nil {
		return fmt.Errorf("cut torn tail: %w", err)
	}
	return nil
}

// quarantine copies the file aside as it is and gives the copy's name. It may
// hold the only trace of what somebody wrote, so copies are removed only when
// there are very many.
func (l *logFile) quarantine(now time.Time) (string, error) {
	size, err := l.f.Size()
	if err != nil {
		return "", fmt.Errorf("quarantine: %w", err)
	}
	b := make([]byte, size)
	if n, err := l.f.ReadAt(b, 0); err != nil && int64(n) < size {
		return "", fmt.Errorf("quarantine: %w", err)
	}
	dir, base := filepath.Dir(l.path), filepath.Base(l.path)
	name := quarantined(l.path, now)
	if err := l.writeWhole(name, b); err != nil {
		return "", fmt.Errorf("quarantine: %w", err)
	}
	if err := l.fs.SyncDir(dir); err != nil {
		return "", fmt.Errorf("quarantine: %w", err)
	}
	names, err := l.fs.List(dir)
	if err != nil {
		return "", fmt.Errorf("quarantine: %w", err)
	}
	names = slices.DeleteFunc(names, func(n string) bool {
		return !strings.HasPrefix(n, "quarantine-") || !strings.HasSuffix(n, "-"+base)
	})
	slices.Sort(names)
	for len(names) > keptCopies {
		_ = l.fs.Remove(filepath.Join(dir, names[0]))
		names = names[1:]
	}
	return name, nil
}

func quarantined(path string, now time.Time) string {
	return filepath.Join(filepath.Dir(path), "quarantine-"+now.UTC().Format("20060102T150405Z")+"-"+filepath.Base(path))
}

func (l *logFile) close() error {
	if l.f == nil {
		return nil
	}
	f := l.f
	l.f = nil
	l.broken = errClosed
	return f.Close()
}
