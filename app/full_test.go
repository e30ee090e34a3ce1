package app_test

import (
	"crypto/sha256"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

// TestTheServersDiskIsFull: the server has no more room in the middle of a file.
// Who sends it reads whose disk is full and that it goes on by itself; it does,
// from where it was, and arrives whole (BEHAVIOURS 2.5).
func TestTheServersDiskIsFull(t *testing.T) {
	const size = 6_000_000
	srv := runtest.NewServer(t, "")
	to, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	var full atomic.Bool
	var taken atomic.Int64
	proxy := httputil.NewSingleHostReverseProxy(to)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.Method == http.MethodPatch && full.Load() {
			_, _ = io.Copy(io.Discard, q.Body)
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(wire.HTTPStatus(desk.CodeDiskFull))
			_ = json.NewEncoder(w).Encode(desk.Error{Code: desk.CodeDiskFull, Message: "The disk is full.", Hint: "Free some space."})
			return
		}
		if q.Method == http.MethodPatch {
			taken.Add(q.ContentLength)
			full.Store(taken.Load() < size) // after the first piece
		}
		proxy.ServeHTTP(w, q)
	}))
	t.Cleanup(front.Close)
	elif, jonas := newDesktop(t), newDesktop(t)
	elif.signIn(front.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	path, big := random(t, t.TempDir(), "big.bin", size)
	elif.shell.files = []string{path}
	picked, err := elif.api.PickFiles()
	if err != nil || len(picked.Files) != 1 {
		t.Fatalf("picked %+v, %v", picked, err)
	}
	n := newTicket()
	n.Files = []string{picked.Files[0].Hash}
	o := elif.opens(n)
	until(t, "it is said whose disk is full", func() bool {
		items, err := elif.api.Outbox()
		return err == nil && len(items) == 1 && items[0].State == "queued" && items[0].Fault == nil &&
			strings.Contains(items[0].Waits, "the server’s disk is full") && strings.Contains(items[0].Waits, "goes on by itself")
	})
	first := taken.Load()
	if first == 0 || first >= size {
		t.Fatalf("%d bytes were taken", first)
	}
	taken.Store(size) // there is room again
	full.Store(false)
	until(t, "it has arrived", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	if again := taken.Load() - size; first+again != size {
		t.Errorf("%d bytes and then %d were sent for %d", first, again, size)
	}
	jonas.shell.dest = filepath.Join(t.TempDir(), "got.bin")
	if err := jonas.api.SaveFile(o.Ticket, picked.Files[0].Hash); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(jonas.shell.dest); err != nil || sha256.Sum256(got) != sha256.Sum256(big) {
		t.Errorf("jonas has %d bytes, %v", len(got), err)
	}
}
