package blob_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"docket/app/desk"
	"docket/storage/blob"
)

var key = [32]byte{1, 2, 3}

// both runs a test over a store of plain bytes and one with a key.
func both(t *testing.T, test func(t *testing.T, dir string, open func() *blob.Store)) {
	for name, o := range map[string]blob.Options{"plain": {}, "sealed": {Key: key}} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "files")
			test(t, dir, func() *blob.Store {
				s, err := blob.Open(dir, o)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = s.Close() })
				return s
			})
		})
	}
}

func content(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.New(rand.NewSource(int64(n))).Read(b)
	return b
}

func hashOf(b []byte) desk.BlobHash {
	s := sha256.Sum256(b)
	return desk.BlobHash(hex.EncodeToString(s[:]))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, s *blob.Store, h desk.BlobHash) []byte {
	t.Helper()
	r, err := s.Open(h)
	must(t, err)
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(r)
	must(t, err)
	if r.Size() != int64(len(b)) {
		t.Fatalf("size %d, read %d", r.Size(), len(b))
	}
	return b
}

func TestUploadGoesOnWhereItStopped(t *testing.T) {
	both(t, func(t *testing.T, dir string, open func() *blob.Store) {
		for _, n := range []int{0, 1, 65535, 65536, 65537, 3 * 65536, 300_000} {
			b := content(n)
			at := int64(0)
			for at < int64(n) {
				s := open() // a new process each time
				have, err := s.Staged("eve.x")
				must(t, err)
				if have != at {
					t.Fatalf("%d bytes: staged %d, want %d", n, have, at)
				}
				piece := b[at:min(at+70_001, int64(n))]
				if at, err = s.Stage("eve.x", at, bytes.NewReader(piece), 1<<20); err != nil {
					t.Fatal(err)
				}
			}
			s := open()
			if n == 0 {
				_, err := s.Stage("eve.x", 0, strings.NewReader(""), 1<<20)
				must(t, err)
			}
			info, err := s.Commit("eve.x", hashOf(b))
			must(t, err)
			if info.Size != int64(n) {
				t.Errorf("size %d, want %d", info.Size, n)
			}
			if !bytes.Equal(read(t, s, info.Hash), b) {
				t.Errorf("%d bytes came back different", n)
			}
			if have, _ := s.Staged("eve.x"); have != 0 {
				t.Error("still staged after the commit")
			}
		}
	})
}

func TestRangesAreTheBytes(t *testing.T) {
	both(t, func(t *testing.T, _ string, open func() *blob.Store) {
		s, b := open(), content(200_000)
		info, err := s.Put(bytes.NewReader(b), 1<<20)
		must(t, err)
		r, err := s.Open(info.Hash)
		must(t, err)
		defer func() { _ = r.Close() }()
		must(t, iotest.TestReader(r, b))
		for _, at := range []int{0, 65535, 65536, 131_071, 199_999} {
			got := make([]byte, min(70_000, len(b)-at))
			if _, err := r.ReadAt(got, int64(at)); err != nil || !bytes.Equal(got, b[at:at+len(got)]) {
				t.Errorf("range at %d: %v", at, err)
			}
		}
	})
}

func TestWrongOffsetSaysWhereItIs(t *testing.T) {
	both(t, func(t *testing.T, _ string, open func() *blob.Store) {
		s := open()
		_, err := s.Stage("k", 0, strings.NewReader("abc"), 100)
		must(t, err)
		for _, at := range []int64{0, 2, 4} {
			have, err := s.Stage("k", at, strings.NewReader("zzz"), 100)
			var wrong *blob.OffsetError
			if !errors.As(err, &wrong) || wrong.Length != 3 || have != 3 {
				t.Errorf("at %d: %d, %v", at, have, err)
			}
		}
	})
}

func TestBrokenSenderKeepsWhatCame(t *testing.T) {
	both(t, func(t *testing.T, _ string, open func() *blob.Store) {
		s, cut := open(), errors.New("cut")
		end, err := s.Stage("k", 0, io.MultiReader(strings.NewReader("abcdef"), iotest.ErrReader(cut)), 100)
		if end != 6 || !errors.Is(err, cut) {
			t.Fatalf("%d, %v", end, err)
		}
		end, err = s.Stage("k", 6, strings.NewReader("ghi"), 100)
		if end != 9 || err != nil {
			t.Fatalf("%d, %v", end, err)
		}
		_, err = s.Commit("k", hashOf([]byte("abcdefghi")))
		must(t, err)
	})
}

func TestTooMuchIsRefused(t *testing.T) {
	both(t, func(t *testing.T, _ string, open func() *blob.Store) {
		s := open()
		end, err := s.Stage("k", 0, strings.NewReader("abcdef"), 5)
		var e *desk.Error
		if !errors.As(err, &e) || e.Code != desk.CodeTooLarge || end != 5 {
			t.Errorf("%d, %v", end, err)
		}
		if _, err := s.Put(strings.NewReader("abcde"), 5); err != nil {
			t.Errorf("just enough: %v", err)
		}
	})
}

func TestWrongHashIsDropped(t *testing.T) {
	both(t, func(t *testing.T, _ string, open func() *blob.Store) {
		s := open()
		_, err := s.Stage("k", 0, strings.NewReader("abc"), 100)
		must(t, err)
		if _, err := s.Commit("k", hashOf([]byte("other"))); !errors.Is(err, desk.ErrDamaged) {
			t.Errorf("commit: %v", err)
		}
		if _, err := s.Open(hashOf([]byte("other"))); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("open: %v", err)
		}
		if n, _ := s.Staged("k"); n != 0 {
			t.Errorf("%d bytes are still staged", n)
		}
	})
}

// A crash leaves any prefix of the newest write, or its length with other bytes
// in it. Whatever is left, the store says how much is there, takes the rest and
// ends with the right file; it never commits a wrong one.
func TestTornStagedFileGoesOn(t *testing.T) {
	both(t, func(t *testing.T, dir string, open func() *blob.Store) {
		b := content(150_000)
		s := open()
		_, err := s.Stage("k", 0, bytes.NewReader(b[:90_000]), 1<<20)
		must(t, err)
		before, err := os.ReadFile(filepath.Join(dir, "staged", "k"))
		must(t, err)
		_, err = s.Stage("k", 90_000, bytes.NewReader(b[90_000:]), 1<<20)
		must(t, err)
		after, err := os.ReadFile(filepath.Join(dir, "staged", "k"))
		must(t, err)
		random := rand.New(rand.NewSource(1))
		for i := range 60 {
			n := len(before) + random.Intn(len(after)-len(before)+1)
			torn := bytes.Clone(after[:n])
			if i%2 == 1 { // blocks that never reached the disk
				at := 70_000 + random.Intn(max(n-70_000, 1))
				clear(torn[at:])
			}
			must(t, os.WriteFile(filepath.Join(dir, "staged", "k"), torn, 0o600))
			s := open()
			have, err := s.Staged("k")
			must(t, err)
			_, err = s.Stage("k", have, bytes.NewReader(b[min(have, int64(len(b))):]), 1<<20)
			must(t, err)
			if _, err := s.Commit("k", hashOf(b)); err != nil {
				if !errors.Is(err, desk.ErrDamaged) {
					t.Fatalf("torn at %d: %v", n, err)
				}
				_, err := s.Put(bytes.NewReader(b), 1<<20) // sent again, as the error says
				must(t, err)
			}
			if !bytes.Equal(read(t, s, hashOf(b)), b) {
				t.Fatalf("torn at %d: other bytes", n)
			}
			must(t, s.Delete(hashOf(b)))
		}
	})
}

func TestSealedFileShowsNothingAndNoticesEverything(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	s, err := blob.Open(dir, blob.Options{Key: key})
	must(t, err)
	defer func() { _ = s.Close() }()
	b := bytes.Repeat([]byte("the canary sings. "), 10_000)
	info, err := s.Put(bytes.NewReader(b), 1<<20)
	must(t, err)
	path := filepath.Join(dir, "whole", string(info.Hash[:2]), string(info.Hash))
	raw, err := os.ReadFile(path)
	must(t, err)
	if bytes.Contains(raw, []byte("canary")) {
		t.Fatal("the canary is in the file")
	}
	const segment = 64<<10 + 28
	change := func(what string, raw []byte) {
		must(t, os.WriteFile(path, raw, 0o600))
		r, err := s.Open(info.Hash)
		if err == nil {
			_, err = io.ReadAll(r)
			_ = r.Close()
		}
		if !errors.Is(err, desk.ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	random := rand.New(rand.NewSource(2))
	for range 50 {
		bad := bytes.Clone(raw)
		bad[random.Intn(len(bad))] ^= 1 << random.Intn(8)
		change("a flipped bit", bad)
	}
	change("cut at a segment", raw[:32+segment])
	change("cut in a segment", raw[:32+segment+500])
	change("grown", append(bytes.Clone(raw), raw[32:32+segment]...))
	change("empty", nil)
	swapped := bytes.Clone(raw)
	copy(swapped[32:], raw[32+segment:32+2*segment])
	copy(swapped[32+segment:], raw[32:32+segment])
	change("segments exchanged", swapped)
	other, err := blob.Open(dir, blob.Options{Key: [32]byte{9}})
	must(t, err)
	defer func() { _ = other.Close() }()
	must(t, os.WriteFile(path, raw, 0o600))
	if _, err := other.Open(info.Hash); !errors.Is(err, desk.ErrDamaged) {
		t.Errorf("another key: %v", err)
	}
	must(t, s.Verify(info.Hash))
}

func TestVerifyFindsAChangedPlainFile(t *testing.T) {
	dir := t.TempDir()
	s, err := blob.Open(dir, blob.Options{})
	must(t, err)
	defer func() { _ = s.Close() }()
	info, err := s.Put(strings.NewReader("hello"), 100)
	must(t, err)
	must(t, s.Verify(info.Hash))
	must(t, os.WriteFile(filepath.Join(dir, "whole", string(info.Hash[:2]), string(info.Hash)), []byte("jello"), 0o600))
	if err := s.Verify(info.Hash); !errors.Is(err, desk.ErrDamaged) {
		t.Errorf("verify: %v", err)
	}
}

func TestNamesCannotLeaveTheStore(t *testing.T) {
	s, err := blob.Open(t.TempDir(), blob.Options{})
	must(t, err)
	defer func() { _ = s.Close() }()
	for _, name := range []string{
		"", ".", "..", "../x", "a/b", `a\b`, "/etc/passwd", "C:x", "x\x00y", ".hidden", "UP", "a b", strings.Repeat("a", 300), "%2e%2e", "nul.", "é",
	} {
		if _, err := s.Stage(name, 0, strings.NewReader("x"), 10); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("staged %q: %v", name, err)
		}
		if _, err := s.Open(desk.BlobHash(name)); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("opened %q: %v", name, err)
		}
		if err := s.Delete(desk.BlobHash(name)); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("deleted %q: %v", name, err)
		}
	}
}

func TestTypeIsFoundInTheBytes(t *testing.T) {
	both(t, func(t *testing.T, _ string, open func() *blob.Store) {
		s := open()
		for body, want := range map[string]string{
			"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR": "image/png", "%PDF-1.7\n": "application/pdf", "just words": "text/plain; charset=utf-8",
			"<html><script>": "text/html; charset=utf-8",
		} {
			info, err := s.Put(strings.NewReader(body), 100)
			must(t, err)
			again, err := s.Stat(info.Hash)
			must(t, err)
			if info.Type != want || again != info {
				t.Errorf("%q is %q, then %+v", body, info.Type, again)
			}
		}
	})
}

func TestSweepForgetsOldStagedFiles(t *testing.T) {
	dir := t.TempDir()
	s, err := blob.Open(dir, blob.Options{})
	must(t, err)
	defer func() { _ = s.Close() }()
	now := time.Now()
	for name, age := range map[string]time.Duration{"old": 48 * time.Hour, "new": time.Hour} {
		_, err := s.Stage(name, 0, strings.NewReader("x"), 10)
		must(t, err)
		must(t, os.Chtimes(filepath.Join(dir, "staged", name), now, now.Add(-age)))
	}
	n, err := s.Sweep(now.Add(-24*time.Hour), nil)
	must(t, err)
	if have, _ := s.Staged("new"); n != 1 || have != 1 {
		t.Errorf("swept %d, new has %d", n, have)
	}
	if free, err := s.Free(); err != nil || free <= 0 {
		t.Errorf("free: %d, %v", free, err)
	}
}

func TestManyAtOnce(t *testing.T) {
	both(t, func(t *testing.T, _ string, open func() *blob.Store) {
		s := open()
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				b := content(100_000 + i%2) // two files, four senders each
				k := fmt.Sprintf("p%d", i)
				for at := 0; at < len(b); at += 30_000 {
					if _, err := s.Stage(k, int64(at), bytes.NewReader(b[at:min(at+30_000, len(b))]), 1<<20); err != nil {
						t.Error(err)
						return
					}
				}
				if _, err := s.Commit(k, hashOf(b)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for i := range 2 {
			if b := content(100_000 + i); !bytes.Equal(read(t, s, hashOf(b)), b) {
				t.Error("other bytes")
			}
		}
		var n int
		must(t, s.Hashes(func(desk.BlobHash) error { n++; return nil }))
		if n != 2 {
			t.Errorf("%d files, want 2", n)
		}
	})
}
