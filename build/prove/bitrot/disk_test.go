package bitrot_test

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

var only = flag.String("only", "", "flip only in files of this kind, such as sst or ledger.db")

// page is how coarse a copy knows what of a file is only zeros.
const page = 4096

// file is a file of a copy. Stores set room aside in files of many megabytes;
// what is only zeros is not kept.
type file struct {
	name  string // with slashes, below the folder
	size  int64
	at    time.Time        // of its last change, which rotting does not move
	parts map[int64][]byte // by page, those that are not all zero
}

// copied is a folder as it was at a moment.
type copied []file

// take copies a folder that nobody writes at the moment, as a process that is
// killed would leave it.
func take(dir string) (copied, error) {
	var out copied
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if d.Type()&fs.ModeSocket != 0 {
			return nil
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		st, err := d.Info()
		if err != nil {
			return err
		}
		f := file{name: filepath.ToSlash(name), size: int64(len(b)), at: st.ModTime(), parts: map[int64][]byte{}}
		for off := 0; off < len(b); off += page {
			part := b[off:min(off+page, len(b))]
			if len(bytes.Trim(part, "\x00")) > 0 {
				f.parts[int64(off)] = bytes.Clone(part)
			}
		}
		out = append(out, f)
		return nil
	})
	slices.SortFunc(out, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return out, err
}

// put writes the copy into a folder that is not there yet.
func (c copied) put(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, f := range c {
		p := filepath.Join(dir, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
			return err
		}
		out, err := os.OpenFile(p, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if err != nil {
			return err
		}
		err = out.Truncate(f.size)
		for off, part := range f.parts {
			if err == nil {
				_, err = out.WriteAt(part, off)
			}
		}
		if cerr := out.Close(); err == nil {
			err = cerr
		}
		if err == nil {
			err = os.Chtimes(p, f.at, f.at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// spot is a bit of a file.
type spot struct {
	name string
	kind string
	off  int64
	bit  byte
}

func (s spot) String() string { return fmt.Sprintf("bit %d of byte %d of %s", s.bit, s.off, s.name) }

// pick chooses a kind of file, a file of it and a bit, mostly one that is in
// use. Room set aside that is all zeros is hit too, but seldom.
func (c copied) pick(r *rand.Rand, kind func(name string) string) spot {
	byKind := map[string][]file{}
	var kinds []string
	for _, f := range c {
		k := kind(f.name)
		if k == "" || f.size == 0 || *only != "" && k != *only {
			continue
		}
		if byKind[k] == nil {
			kinds = append(kinds, k)
		}
		byKind[k] = append(byKind[k], f)
	}
	if len(kinds) == 0 {
		return spot{}
	}
	slices.Sort(kinds)
	s := spot{kind: kinds[r.IntN(len(kinds))]}
	list := byKind[s.kind]
	f := list[r.IntN(len(list))]
	s.name, s.bit = f.name, byte(1)<<r.IntN(8)
	s.off = r.Int64N(f.size)
	if len(f.parts) > 0 && r.IntN(20) > 0 {
		var at []int64
		for off := range f.parts {
			at = append(at, off)
		}
		slices.Sort(at)
		off := at[r.IntN(len(at))]
		s.off = off + r.Int64N(int64(len(f.parts[off])))
	}
	return s
}

// flip flips the bit in a folder the copy was put into.
func (s spot) flip(dir string) error {
	f, err := os.OpenFile(filepath.Join(dir, filepath.FromSlash(s.name)), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	var b [1]byte
	st, err := f.Stat()
	if err != nil {
		return err
	}
	if _, err := f.ReadAt(b[:], s.off); err != nil {
		return err
	}
	b[0] ^= s.bit
	if _, err := f.WriteAt(b[:], s.off); err != nil {
		return err
	}
	return os.Chtimes(f.Name(), st.ModTime(), st.ModTime())
}
