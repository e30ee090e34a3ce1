package run_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

// moved is a clock that is ahead of the world's.
type moved struct{ ahead atomic.Int64 }

func (m *moved) now() time.Time { return time.Now().Add(time.Duration(m.ahead.Load())) }

// announce begins an upload of size bytes and sends the first of them.
func announce(t *testing.T, s *runtest.Server, token, text string, size int) {
	t.Helper()
	sum := sha256.Sum256([]byte(text))
	hash := hex.EncodeToString(sum[:])
	for _, q := range [][3]string{
		{"POST", wire.PathUploads, fmt.Sprintf(`{"hash":%q,"size":%d}`, hash, size)},
		{"PATCH", wire.PathUploads + "/" + hash + "?offset=0", text},
	} {
		if r := s.Request(q[0], q[1], token, q[2]); r.StatusCode != http.StatusOK {
			t.Fatalf("%s %s: %s", q[0], q[1], r.Status)
		}
	}
}

func staged(t *testing.T, s *runtest.Server) int {
	t.Helper()
	list, err := os.ReadDir(filepath.Join(s.Config.Data, "files", "staged"))
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func TestTidyRemovesWhatNobodyComesBackFor(t *testing.T) {
	s := runtest.NewServer(t, "")
	ctx, now := context.Background(), time.Now()
	elif, jonas := s.Connect("elif"), s.Connect("jonas")
	id := elif.Open("first", "hosting", "")
	for i := range 5 {
		elif.Must(id, 100, desk.Reply{Text: fmt.Sprint("more ", i)})
	}
	jonas.CatchUp()
	jonas.Close()
	announce(t, s, elif.Token, "half of a file", 5000)
	s.Invite("lars", now.Add(time.Hour))

	tidy := func(after time.Duration) run.Tidied {
		t.Helper()
		got, err := s.Tidy(ctx, now.Add(after))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := tidy(30 * time.Minute); got != (run.Tidied{}) || staged(t, s) != 1 {
		t.Errorf("after half an hour: %+v, %d staged", got, staged(t, s))
	}
	if got := tidy(2 * time.Hour); got != (run.Tidied{Invitations: 1}) {
		t.Errorf("after two hours: %+v", got)
	}
	if got := tidy(25 * time.Hour); got != (run.Tidied{Staged: 1, Uploads: 1}) || staged(t, s) != 0 {
		t.Errorf("after a day: %+v, %d staged", got, staged(t, s))
	}
	if got := tidy(44 * 24 * time.Hour); got != (run.Tidied{}) {
		t.Errorf("after 44 days: %+v", got)
	}
	got := tidy(46 * 24 * time.Hour)
	if got.Lanes == 0 || got.Rows < 12 {
		t.Errorf("after 46 days: %+v", got)
	}
	if again := tidy(46 * 24 * time.Hour); again != (run.Tidied{}) {
		t.Errorf("and once more: %+v", again)
	}
	if r, err := s.Ledger.Check(ctx); err != nil || len(r.Problems) > 0 {
		t.Errorf("the ledger after it: %v %v", r.Problems, err)
	}
	// Who stands at the head goes on from there; who stands below the floor
	// takes a snapshot and misses nothing.
	for _, l := range jonas.Hello().Lanes {
		if l.State != wire.LaneResume {
			t.Errorf("at the head of %s: %s", l.Lane, l.State)
		}
	}
	jonas.Close()
	lane := desk.LaneID("s/dept/hosting")
	at := jonas.Cursors[lane]
	at.Seq--
	jonas.Cursors[lane] = at
	w := jonas.Hello()
	found := false
	for _, it := range jonas.Snapshots(w.Lanes) {
		found = found || runtest.ItemHas(it, "more 4")
	}
	if !found {
		t.Error("below the floor, and no snapshot with the newest message")
	}
}

func TestUpkeepRunsByItselfAndEndsWithTheServer(t *testing.T) {
	clock := &moved{}
	s := runtest.NewServer(t, "", func(c *run.Config) { c.Clock, c.Upkeep = clock.now, 5*time.Millisecond })
	elif := s.Connect("elif")
	announce(t, s, elif.Token, "half of a file", 5000)
	if staged(t, s) != 1 {
		t.Fatal("nothing staged")
	}
	clock.ahead.Store(int64(25 * time.Hour))
	deadline := time.NewTimer(runtest.Patience)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for staged(t, s) != 0 {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatal("the upload is still there")
		}
	}
}

// TestLostDatabase takes the database away and gives it back. The server says
// so, loses nothing, and goes on by itself.
func TestLostDatabase(t *testing.T) {
	var down atomic.Bool
	s := runtest.NewServer(t, "", func(c *run.Config) {
		c.Faults = func(_ string, fn func() error) error {
			if down.Load() {
				return &desk.Error{Code: desk.CodeOffline, Message: "The server's database cannot be reached.", Hint: "Look whether it runs; docketd connects again by itself."}
			}
			return fn()
		}
	})
	ready := func() (int, string) {
		r, err := http.Get(s.PrivateURL + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b := make([]byte, 500)
		n, _ := r.Body.Read(b)
		return r.StatusCode, string(b[:n])
	}
	elif := s.Connect("elif")
	id := elif.Open("first", "hosting", "")
	cmd := elif.Command(id, 1, desk.Reply{Text: "in between"})
	down.Store(true)
	if code, text := ready(); code != http.StatusServiceUnavailable || !strings.Contains(text, "cannot be reached") || !strings.Contains(text, "by itself") {
		t.Errorf("not ready: %d %q", code, text)
	}
	if r := elif.Push(cmd); r.Retry == nil || r.RetryAfter == 0 || len(r.Receipts) != 0 || r.Retry.Message == "" || r.Retry.Hint == "" {
		t.Errorf("a command meanwhile: %+v", r)
	}
	if r := s.Request("POST", wire.PathSignIn, "", `{"person":"elif","password":"`+runtest.Password+`","device":"`+runtest.UUID()+`"}`); r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("signing in meanwhile: %s", r.Status)
	}
	down.Store(false)
	if code, text := ready(); code != http.StatusOK {
		t.Errorf("ready again: %d %q", code, text)
	}
	if r := elif.Push(cmd); len(r.Receipts) != 1 || r.Receipts[0].Outcome != desk.OK {
		t.Errorf("the command sent again: %+v", r)
	}
	if n := len(s.Entries(id)); n != 2 {
		t.Errorf("%d entries", n)
	}
}
