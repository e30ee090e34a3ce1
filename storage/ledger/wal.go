package ledger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// SQLite reads its write-ahead log after a crash up to the first frame whose
// checksum is wrong, takes what follows for a write that the crash cut short,
// and says nothing. One flipped bit would so take back everything that was
// confirmed since. Before SQLite opens the log it is therefore read here: a
// frame that one bit makes right again is put right, and one that commits stand
// behind is damage.
//
//	header  magic | version | page size | sequence | salts 2×4 | sums 2×4
//	frame   page | size of the database, 0 but in a commit | salts 2×4 | sums 2×4 | the page's bytes
//
// Each sum goes on from the one before it, over the first 8 bytes of the frame
// and the page.
const (
	walHeader = 32
	walFrame  = 24
	walMagic  = 0x377f0682 // its last bit says in which order sums read their words
)

// walSums are the two running sums of a log.
type walSums [2]uint32

// walLog is a log as it was read.
type walLog struct {
	b     []byte
	order binary.ByteOrder
	size  int // of a frame with its page
}

func (w *walLog) add(s walSums, b []byte) walSums {
	for ; len(b) >= 8; b = b[8:] {
		s[0] += w.order.Uint32(b) + s[1]
		s[1] += w.order.Uint32(b[4:]) + s[0]
	}
	return s
}

func sumsAt(b []byte) walSums {
	return walSums{binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])}
}

// begin reads the header and reports whether it is as it was written.
func (w *walLog) begin() bool {
	magic := binary.BigEndian.Uint32(w.b)
	w.order = binary.LittleEndian
	if magic&1 == 1 {
		w.order = binary.BigEndian
	}
	page := int(binary.BigEndian.Uint32(w.b[8:]))
	w.size = walFrame + page
	return magic&^1 == walMagic && page >= 512 && page <= 65536 && page&(page-1) == 0 && w.add(walSums{}, w.b[:24]) == sumsAt(w.b[24:])
}

// frame gives frame i, nil if the log ends before its end.
func (w *walLog) frame(i int) []byte {
	at := walHeader + i*w.size
	if at+w.size > len(w.b) {
		return nil
	}
	return w.b[at : at+w.size]
}

// follows reports whether a frame is of this log and goes on from the sums.
func (w *walLog) follows(f []byte, before walSums) bool {
	return f != nil && bytes.Equal(f[8:16], w.b[16:24]) && w.add(w.add(before, f[:8]), f[walFrame:]) == sumsAt(f[16:])
}

func commits(f []byte) bool { return binary.BigEndian.Uint32(f[4:]) != 0 }

// oneBit looks for the one bit that makes b right and leaves it flipped.
func oneBit(b []byte, right func() bool) bool {
	for i := range b {
		for bit := byte(1); bit != 0; bit <<= 1 {
			if b[i] ^= bit; right() {
				return true
			}
			b[i] ^= bit
		}
	}
	return false
}

// mend looks at the log. It gives the pieces that were put right by their
// places, or says that what was confirmed cannot be read.
func (w *walLog) mend() (mended map[int64][]byte, err error) {
	mended = map[int64][]byte{}
	if !w.begin() {
		if !oneBit(w.b[:walHeader], w.begin) {
			return nil, damaged("the beginning of the write-ahead log")
		}
		mended[0] = w.b[:walHeader]
	}
	before := sumsAt(w.b[24:])
	for i := 0; ; i++ {
		f := w.frame(i)
		if f == nil {
			return mended, nil
		}
		if !w.follows(f, before) {
			switch {
			case w.ours(f) && oneBit(f, func() bool { return w.follows(f, before) }):
				mended[int64(walHeader+i*w.size)] = f
			case w.confirmedAfter(i):
				return nil, damaged(fmt.Sprintf("frame %d of the write-ahead log", i+1))
			default:
				return mended, nil // a write that was cut short, or rests of an earlier log
			}
		}
		before = sumsAt(f[16:])
	}
}

// ours reports whether a frame may be one of this log: its salts are, or are
// but for a bit. Rests of an earlier log, which are many, need no search.
func (w *walLog) ours(f []byte) bool {
	differ := 0
	for i := range 8 {
		for x := f[8+i] ^ w.b[16+i]; x != 0; x &= x - 1 {
			differ++
		}
	}
	return differ <= 1
}

// confirmedAfter reports whether behind frame i, which is not as it was
// written, a transaction was begun after another had ended: the one that ended
// was on the disk by then, and so was frame i.
func (w *walLog) confirmedAfter(i int) bool {
	ended := false
	for f := w.frame(i); ; i++ {
		ended = ended || commits(f)
		next := w.frame(i + 1)
		if next == nil || !bytes.Equal(next[8:16], w.b[16:24]) {
			return false
		}
		if ended && w.follows(next, sumsAt(f[16:])) {
			return true
		}
		f = next
	}
}

// mendWAL looks at the log of a database before it is opened. Another process
// may be writing it: what seems wrong and is something else a moment later was
// only being written.
func mendWAL(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open write-ahead log: %w", err)
	}
	defer func() { _ = f.Close() }()
	for range 10 {
		b, err := io.ReadAll(io.NewSectionReader(f, 0, 1<<40))
		if err != nil {
			return fmt.Errorf("read write-ahead log: %w", err)
		}
		if len(b) <= walHeader || len(bytes.Trim(b[:walHeader], "\x00")) == 0 {
			return nil // its header is on the disk before the first frame
		}
		was := bytes.Clone(b)
		w := &walLog{b: b}
		mended, bad := w.mend()
		if bad == nil && len(mended) == 0 {
			return nil
		}
		now, err := io.ReadAll(io.NewSectionReader(f, 0, int64(len(was))))
		if err != nil {
			return fmt.Errorf("read write-ahead log: %w", err)
		}
		if !bytes.Equal(was, now) {
			continue
		}
		if bad != nil {
			return bad
		}
		for at, piece := range mended {
			if _, err := f.WriteAt(piece, at); err != nil {
				return fmt.Errorf("mend write-ahead log: %w", err)
			}
		}
		return f.Sync()
	}
	return nil // it is in use, and whoever uses it has read it
}
