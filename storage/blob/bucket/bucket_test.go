package bucket_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"docket/app/desk"
	"docket/storage/blob"
	"docket/storage/blob/bucket"
)

// s3 is a server that speaks S3, and can be cut off.
func s3(t *testing.T) (address string, down *atomic.Bool) {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	backend := s3mem.New()
	if err := backend.CreateBucket("files"); err != nil {
		t.Fatal(err)
	}
	down = &atomic.Bool{}
	h := gofakes3.New(backend).Server()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down.Load() {
			w.WriteHeader(http.StatusForbidden) // nothing is tried again after this
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	q := url.Values{"endpoint": {srv.URL}, "use_path_style": {"true"}, "disable_https": {"true"}, "region": {"eu-central-1"}}
	return "s3://files?" + q.Encode(), down
}

func store(t *testing.T, dir, address string) *blob.Store {
	t.Helper()
	b, err := bucket.Open(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	s, err := blob.Open(dir, blob.Options{Bucket: b})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func hashOf(b []byte) desk.BlobHash {
	sum := sha256.Sum256(b)
	return desk.BlobHash(hex.EncodeToString(sum[:]))
}

// TestBucket takes a file through its life: it arrives in pieces at one server
// and is read at another, whole and in part.
func TestBucket(t *testing.T) {
	folder := "file://" + t.TempDir() + "?no_tmp_dir=true"
	fromS3, _ := s3(t)
	for name, address := range map[string]string{"folder": folder, "s3": fromS3} {
		t.Run(name, func(t *testing.T) {
			one, two := store(t, t.TempDir(), address), store(t, t.TempDir(), address)
			text := bytes.Repeat([]byte("A line of a log.\n"), 40_000)
			hash := hashOf(text)
			at := len(text) / 3
			for from, piece := range [][]byte{text[:at], text[at:]} {
				if _, err := one.Stage("elif", int64(from*at), bytes.NewReader(piece), 1<<20); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := two.Open(hash); !errors.Is(err, desk.ErrNotFound) {
				t.Fatalf("before it is whole: %v", err)
			}
			info, err := one.Commit("elif", hash)
			if err != nil || info.Size != int64(len(text)) || !strings.HasPrefix(info.Type, "text/plain") {
				t.Fatalf("commit: %+v, %v", info, err)
			}
			if n, err := one.Staged("elif"); n != 0 || err != nil {
				t.Errorf("%d bytes are still on their way (%v)", n, err)
			}
			r, err := two.Open(hash)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(got, text) || r.Size() != int64(len(text)) {
				t.Fatalf("read %d of %d bytes: %v", len(got), len(text), err)
			}
			if to, err := r.Seek(-20, io.SeekEnd); err != nil || to != int64(len(text)-20) {
				t.Errorf("seek: %d, %v", to, err)
			}
			if got, err = io.ReadAll(r); err != nil || !bytes.Equal(got, text[len(text)-20:]) {
				t.Errorf("the end is %q, %v", got, err)
			}
			part := make([]byte, 30)
			if n, err := r.ReadAt(part, int64(len(text)-10)); n != 10 || !errors.Is(err, io.EOF) {
				t.Errorf("past the end: %d, %v", n, err)
			}
			if n, err := r.ReadAt(part, 17); n != 30 || err != nil || !bytes.Equal(part, text[17:47]) {
				t.Errorf("in the middle: %q, %v", part[:n], err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			other, err := two.Put(strings.NewReader("short"), 100)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(one.Verify(hash), one.Verify(other.Hash)); err != nil {
				t.Error(err)
			}
			var all []desk.BlobHash
			if err := one.Hashes(func(h desk.BlobHash) error { all = append(all, h); return nil }); err != nil {
				t.Fatal(err)
			}
			want := []desk.BlobHash{hash, other.Hash}
			slices.Sort(want)
			if !slices.Equal(all, want) {
				t.Errorf("there are %v, want %v", all, want)
			}
			if err := errors.Join(two.Delete(hash), two.Delete(hash)); err != nil {
				t.Errorf("deleting twice: %v", err)
			}
			if _, err := one.Stat(hash); !errors.Is(err, desk.ErrNotFound) {
				t.Errorf("after deleting: %v", err)
			}
		})
	}
}

// TestBucketCutOff keeps what arrived while the bucket cannot be reached, and
// hands it over afterwards.
func TestBucketCutOff(t *testing.T) {
	address, down := s3(t)
	s := store(t, t.TempDir(), address)
	text := []byte("The log of the till.")
	if _, err := s.Stage("elif", 0, bytes.NewReader(text), 100); err != nil {
		t.Fatal(err)
	}
	down.Store(true)
	if _, err := s.Commit("elif", hashOf(text)); !errors.Is(err, desk.ErrOffline) {
		t.Fatalf("commit without a bucket: %v", err)
	}
	if n, err := s.Staged("elif"); n != int64(len(text)) || err != nil {
		t.Fatalf("%d bytes are kept, %v", n, err)
	}
	down.Store(false)
	if _, err := s.Commit("elif", hashOf(text)); err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(hashOf(text)); err != nil {
		t.Error(err)
	}
	down.Store(true)
	if _, err := bucket.Open(t.Context(), address); !errors.Is(err, desk.ErrOffline) {
		t.Errorf("opening what cannot be reached: %v", err)
	}
	if _, err := bucket.Open(t.Context(), "files"); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("an address that is none: %v", err)
	}
}
