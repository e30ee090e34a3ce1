package ledger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"time"
)

// SQLite's pages carry no checksum, and rows have sums for what people wrote
// and not for everything that leads to it. So whoever closes a database for the
// last time notes its sum beside it, and whoever opens it compares. A sum counts
// only for the file as it was left, of that size and time of change: what was
// written since, also by another program, makes it void and is not damage.
//
//	ledger.db.sum  size u64 | changed u64 in ns | crc32c u32 | crc32c of these u32
const (
	restSuffix = ".sum"
	restLen    = 24
	// restTick is how coarse file systems may tell the time of a change. A file
	// changed only just now could be changed again without showing it.
	restTick = 20 * time.Millisecond
)

// rest is what a file looks like when nobody writes it.
func rest(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open database file: %w", err)
	}
	defer func() { _ = f.Close() }()
	st, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("stat database file: %w", err)
	}
	h := crc32.New(castagnoli)
	if _, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{f}, make([]byte, 1<<20)); err != nil {
		return nil, fmt.Errorf("read database file: %w", err)
	}
	b := binary.BigEndian.AppendUint32(restHead(st), h.Sum32())
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli)), nil
}

func restHead(st fs.FileInfo) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(st.Size()))
	return binary.BigEndian.AppendUint64(b, uint64(st.ModTime().UnixNano()))
}

// checkRest compares a database with the sum it was left with, if that counts.
func checkRest(path string) error {
	was, err := os.ReadFile(path + restSuffix)
	if err != nil || len(was) != restLen || binary.BigEndian.Uint32(was[20:]) != crc32.Checksum(was[:20], castagnoli) {
		return nil
	}
	st, err := os.Stat(path)
	if err != nil || string(restHead(st)) != string(was[:16]) {
		return nil
	}
	is, err := rest(path)
	if err == nil && string(is[:16]) == string(was[:16]) && string(is) != string(was) {
		err = damaged("the database file is not as it was left")
	}
	return err
}

// leaveRest notes the sum of a database that was closed, unless another
// process has it open. Without one the next start only knows less.
func leaveRest(path string) {
	st, err := os.Stat(path)
	if err != nil {
		return
	}
	if young := restTick - time.Since(st.ModTime()); young > 0 {
		<-time.After(min(young, restTick))
	}
	b, err := rest(path)
	if _, open := os.Stat(path + "-wal"); err != nil || !errors.Is(open, fs.ErrNotExist) {
		return
	}
	if err := os.WriteFile(path+restSuffix, b, 0o600); err != nil {
		_ = os.Remove(path + restSuffix)
	}
}
