package engine_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"docket/app/desk"
	"docket/sync/wire"
)

// memFiles is Files in memory.
type memFiles struct {
	mu     sync.Mutex // guards what follows
	whole  map[desk.BlobHash][]byte
	staged map[desk.BlobHash][]byte
}

func newMemFiles() *memFiles {
	return &memFiles{whole: map[desk.BlobHash][]byte{}, staged: map[desk.BlobHash][]byte{}}
}

func hashOf(b []byte) desk.BlobHash {
	h := sha256.Sum256(b)
	return desk.BlobHash(hex.EncodeToString(h[:]))
}

type memFile struct{ *bytes.Reader }

func (memFile) Close() error { return nil }

func (m *memFiles) Open(h desk.BlobHash) (io.ReadSeekCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.whole[h]
	if !ok {
		return nil, desk.ErrNotFound
	}
	return memFile{bytes.NewReader(b)}, nil
}

func (m *memFiles) Staged(h desk.BlobHash) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return int64(len(m.staged[h])), nil
}

func (m *memFiles) Append(h desk.BlobHash, offset int64, r io.Reader) (int64, error) {
	b, err := io.ReadAll(r)
	m.mu.Lock()
	defer m.mu.Unlock()
	if int64(len(m.staged[h])) != offset {
		return 0, fmt.Errorf("at %d, have %d", offset, len(m.staged[h]))
	}
	m.staged[h] = append(m.staged[h], b...)
	return int64(len(b)), err
}

func (m *memFiles) Commit(h desk.BlobHash) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.staged[h]
	delete(m.staged, h)
	if hashOf(b) != h {
		return &desk.Error{Code: desk.CodeDamaged, Message: "bad"}
	}
	m.whole[h] = b
	return nil
}

func (m *memFiles) Drop(h desk.BlobHash) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.staged, h)
	return nil
}

// depot is the server's side of files: uploads that keep what arrived before a
// cut, downloads by range.
type depot struct {
	mu       sync.Mutex // guards what follows
	staged   map[desk.BlobHash][]byte
	sizes    map[desk.BlobHash]int64
	whole    map[desk.BlobHash][]byte
	forget   bool // drops an upload once
	spoil    bool // sends one wrong byte once
	noRange  bool
	requests int
	sent     int64 // of files asked for
}

// counted is a response that counts its bytes.
type counted struct {
	http.ResponseWriter
	d *depot
}

func (c counted) Write(b []byte) (int, error) {
	c.d.mu.Lock()
	c.d.sent += int64(len(b))
	c.d.mu.Unlock()
	return c.ResponseWriter.Write(b)
}

func (d *depot) serve(w http.ResponseWriter, r *http.Request) bool {
	d.mu.Lock()
	d.requests++
	d.mu.Unlock()
	switch {
	case r.Method == http.MethodPost && r.URL.Path == wire.PathUploads:
		var f wire.UploadStart
		if json.NewDecoder(r.Body).Decode(&f) != nil {
			return true
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.sizes[f.Hash] = f.Size
		d.state(w, f.Hash)
	case r.Method == http.MethodPatch:
		h := desk.BlobHash(strings.TrimPrefix(r.URL.Path, wire.PathUploads+"/"))
		offset, _ := strconv.ParseInt(r.URL.Query().Get("offset"), 10, 64)
		b, _ := io.ReadAll(r.Body) // what came before a cut counts
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.forget {
			d.forget = false
			delete(d.staged, h)
			jsonError(w, 404, &desk.Error{Code: desk.CodeNotFound, Message: "forgotten"})
			return true
		}
		if int64(len(d.staged[h])) != offset {
			jsonError(w, 409, &desk.Error{Code: desk.CodeConflict, Message: "offset"})
			return true
		}
		d.staged[h] = append(d.staged[h], b...)
		d.state(w, h)
	case r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, wire.PathFiles):
		h := desk.BlobHash(strings.TrimPrefix(r.URL.Path, wire.PathFiles+"/"))
		d.mu.Lock()
		b := d.whole[h]
		if d.noRange {
			r.Header.Del("Range")
		}
		if d.spoil {
			d.spoil = false
			b = bytes.Clone(b)
			b[len(b)/2] ^= 1
		}
		d.mu.Unlock()
		if b == nil || r.URL.Query().Get("ticket") != string(ticketID(1)) {
			jsonError(w, 404, &desk.Error{Code: desk.CodeNotFound, Message: "There is no such file."})
			return true
		}
		http.ServeContent(counted{w, d}, r, "", time.Time{}, bytes.NewReader(b))
	default:
		return false
	}
	return true
}

// state answers an upload's request; mu is held.
func (d *depot) state(w http.ResponseWriter, h desk.BlobHash) {
	b, size := d.staged[h], d.sizes[h]
	st := wire.UploadState{Offset: int64(len(b)), Done: int64(len(b)) == size}
	if st.Done {
		if hashOf(b) != h {
			delete(d.staged, h)
			jsonError(w, 422, &desk.Error{Code: desk.CodeInvalid, Message: "The file changed."})
			return
		}
		d.whole[h] = b
	}
	_ = json.NewEncoder(w).Encode(st)
}

func withFiles(w *world) (*memFiles, *depot) {
	files := newMemFiles()
	d := &depot{staged: map[desk.BlobHash][]byte{}, sizes: map[desk.BlobHash]int64{}, whole: map[desk.BlobHash][]byte{}}
	w.files = files
	w.answer(d.serve)
	return files, d
}

func bytesOf(seed uint64, n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	_, _ = r.Read(b)
	return b
}

// cuts makes every connection break after a random number of bytes.
func cuts(w *world, r *rand.Rand, most int) {
	var mu sync.Mutex
	w.net.CutEach(func() int {
		mu.Lock()
		defer mu.Unlock()
		return 2000 + r.IntN(most)
	})
}

// 20 MB go up and come down again over a line that breaks every few hundred
// kilobytes, at whatever byte; every byte is the same afterwards.
func TestFilesOverABreakingLine(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	bubble(t, func(t *testing.T, w *world) {
		r := rand.New(rand.NewPCG(seed, 1))
		files, d := withFiles(w)
		b := bytesOf(seed, desk.MaxAttachment)
		att := desk.Attachment{Hash: hashOf(b), Name: "big.bin", Size: int64(len(b))}
		files.whole[att.Hash] = b
		with := command(1)
		with.Files = []desk.Attachment{att}
		w.out.add(with)
		cuts(w, r, 900_000)
		w.start()
		for pushed := false; !pushed; {
			p := w.accept()
			if _, ok := p.next().(*wire.Hello); !ok {
				continue
			}
			_, last, _ := w.out.Numbers()
			p.send(welcome(wire.Welcome{LastDSeq: min(last, 0)}))
			_, pushed = p.next().(*wire.Push)
		}
		d.mu.Lock()
		up := d.whole[att.Hash]
		d.mu.Unlock()
		if !bytes.Equal(up, b) {
			t.Fatal("the command went before its file was whole")
		}
		delete(files.whole, att.Hash)
		if err := w.eng.Download(context.Background(), ticketID(1), att); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(files.whole[att.Hash], b) {
			t.Error("what came down is not what went up")
		}
		if d.requests < 40 {
			t.Errorf("%d requests: nothing was cut", d.requests)
		}
		w.net.CutEach(nil)
	})
}

func TestUploadBeginsAgainWhenForgotten(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		files, d := withFiles(w)
		b := bytesOf(1, 1_500_000)
		att := desk.Attachment{Hash: hashOf(b), Name: "a", Size: int64(len(b))}
		files.whole[att.Hash] = b
		d.staged[att.Hash], d.forget = bytes.Clone(b[:700_000]), true
		with := command(1)
		with.Files = []desk.Attachment{att}
		w.out.add(with)
		w.start()
		p, _ := w.connect(wire.Welcome{})
		expect[*wire.Push](p)
		if !bytes.Equal(d.whole[att.Hash], b) {
			t.Error("the file is not whole")
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		last := w.progress[len(w.progress)-1]
		if !last.Up || last.Done != att.Size || last.Total != att.Size || len(w.progress) < 4 {
			t.Errorf("progress: got %+v", w.progress)
		}
	})
}

// A file that changed on its way back to disk is not what was announced: the
// command comes back, and the next one goes.
func TestUploadOfAChangedFile(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		files, _ := withFiles(w)
		b := bytesOf(1, 1000)
		att := desk.Attachment{Hash: hashOf(b), Name: "a", Size: int64(len(b))}
		b[3] ^= 1
		files.whole[att.Hash] = b
		with := command(1)
		with.Files = []desk.Attachment{att}
		w.out.add(with, command(2))
		w.start()
		p, _ := w.connect(wire.Welcome{})
		if push := expect[*wire.Push](p); string(push.Commands[0].Body) != "command 2" {
			t.Errorf("got %+v", push)
		}
		synctest.Wait()
		if e := w.out.refused[commandID(1)]; !errors.Is(e, desk.ErrInvalid) {
			t.Errorf("got %+v", e)
		}
	})
}

func TestDownload(t *testing.T) {
	b := bytesOf(2, 700_000)
	att := desk.Attachment{Hash: hashOf(b), Name: "a", Size: int64(len(b))}
	setup := func(t *testing.T, w *world) (*memFiles, *depot) {
		files, d := withFiles(w)
		d.whole[att.Hash] = b
		w.start()
		w.connect(wire.Welcome{})
		synctest.Wait()
		return files, d
	}
	t.Run("goes on from what is here", func(t *testing.T) {
		bubble(t, func(t *testing.T, w *world) {
			files, d := setup(t, w)
			files.staged[att.Hash] = bytes.Clone(b[:500_000])
			n := d.sent
			if err := w.eng.Download(t.Context(), ticketID(1), att); err != nil || !bytes.Equal(files.whole[att.Hash], b) {
				t.Errorf("got %v", err)
			}
			if got := d.sent - n; got != 200_000 {
				t.Errorf("%d bytes came, want the 200000 that were not here", got)
			}
		})
	})
	t.Run("what is here is bad", func(t *testing.T) {
		bubble(t, func(t *testing.T, w *world) {
			files, _ := setup(t, w)
			files.staged[att.Hash] = bytes.Repeat([]byte{7}, 500_000)
			if err := w.eng.Download(t.Context(), ticketID(1), att); err != nil || !bytes.Equal(files.whole[att.Hash], b) {
				t.Errorf("got %v", err)
			}
		})
	})
	t.Run("spoiled on the way", func(t *testing.T) {
		bubble(t, func(t *testing.T, w *world) {
			files, d := setup(t, w)
			d.spoil = true
			if err := w.eng.Download(t.Context(), ticketID(1), att); err != nil || !bytes.Equal(files.whole[att.Hash], b) {
				t.Errorf("got %v", err)
			}
		})
	})
	t.Run("a server without ranges", func(t *testing.T) {
		bubble(t, func(t *testing.T, w *world) {
			files, d := setup(t, w)
			d.noRange = true
			files.staged[att.Hash] = bytes.Clone(b[:500_000])
			n := d.requests
			if err := w.eng.Download(t.Context(), ticketID(1), att); err != nil || !bytes.Equal(files.whole[att.Hash], b) {
				t.Errorf("got %v", err)
			}
			if d.requests != n+1 {
				t.Errorf("%d requests, want 1", d.requests-n)
			}
		})
	})
	t.Run("not theirs", func(t *testing.T) {
		bubble(t, func(t *testing.T, w *world) {
			setup(t, w)
			if err := w.eng.Download(t.Context(), ticketID(2), att); !errors.Is(err, desk.ErrNotFound) {
				t.Errorf("got %v, want not found", err)
			}
		})
	})
	t.Run("two ask, one fetches", func(t *testing.T) {
		bubble(t, func(t *testing.T, w *world) {
			_, d := setup(t, w)
			n := d.requests
			errs := make(chan error, 3)
			for range 3 {
				go func() { errs <- w.eng.Download(t.Context(), ticketID(1), att) }()
			}
			for range 3 {
				if err := <-errs; err != nil {
					t.Error(err)
				}
			}
			if d.requests != n+1 {
				t.Errorf("%d requests, want 1", d.requests-n)
			}
		})
	})
	t.Run("the network is switched off", func(t *testing.T) {
		bubble(t, func(t *testing.T, w *world) {
			files, _ := setup(t, w)
			w.eng.SetPaused(true)
			synctest.Wait()
			start := time.Now()
			if err := w.eng.Download(t.Context(), ticketID(1), att); !errors.Is(err, desk.ErrOffline) {
				t.Errorf("got %v, want offline", err)
			}
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("took %v to say so", d)
			}
			if len(files.whole) != 0 {
				t.Error("it came all the same")
			}
		})
	})
	t.Run("closed meanwhile", func(t *testing.T) {
		bubble(t, func(t *testing.T, w *world) {
			setup(t, w)
			w.net.Blackhole()
			errs := make(chan error, 1)
			go func() { errs <- w.eng.Download(t.Context(), ticketID(1), att) }()
			synctest.Wait()
			w.eng.Close()
			if err := <-errs; err == nil {
				t.Error("got no error")
			}
		})
	})
	t.Run("a size nobody may send", func(t *testing.T) {
		bubble(t, func(t *testing.T, w *world) {
			setup(t, w)
			big := att
			big.Size = desk.MaxGrant + 1
			if err := w.eng.Download(t.Context(), ticketID(1), big); !errors.Is(err, desk.ErrInvalid) {
				t.Errorf("got %v, want invalid", err)
			}
		})
	})
}

// A transfer that stands still is given up and begun again, not waited for.
func TestStalledTransfer(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		files, d := withFiles(w)
		b := bytesOf(2, 700_000)
		att := desk.Attachment{Hash: hashOf(b), Name: "a", Size: int64(len(b))}
		d.whole[att.Hash] = b
		w.start()
		w.connect(wire.Welcome{})
		synctest.Wait()
		w.net.Blackhole()
		errs := make(chan error, 1)
		go func() { errs <- w.eng.Download(t.Context(), ticketID(1), att) }()
		time.Sleep(20 * time.Second)
		w.net.Up()
		start := time.Now()
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
		if d := time.Since(start); d > time.Minute || !bytes.Equal(files.whole[att.Hash], b) {
			t.Errorf("took %v", d)
		}
	})
}
