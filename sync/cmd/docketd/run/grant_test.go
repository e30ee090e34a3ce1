package run_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

// TestLargeUploads: files above 20 MB come in for whom it was allowed, on that
// ticket, for so long and so much; what came before a server was killed is there
// after it, and what was wrong says by how much (BEHAVIOURS 2.5, N11).
func TestLargeUploads(t *testing.T) {
	var c moved
	s := runtest.NewServer(t, "", func(cfg *run.Config) { cfg.Clock = c.now })
	elif, jonas, lars := s.Connect("elif"), s.Connect("jonas"), s.Connect("lars")
	id := elif.Open("a crash", "hosting", "")
	jonas.Has("a crash")
	big := bytes.Repeat([]byte("0123456789abcdef"), 1_500_000) // 24 MB
	sum := sha256.Sum256(big)
	hash := hex.EncodeToString(sum[:])
	ask := func(token, method, path string, body string) (wire.UploadState, string) {
		t.Helper()
		r := s.Request(method, path, token, body)
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		var st wire.UploadState
		if r.StatusCode != http.StatusOK {
			return st, string(b)
		}
		if err := json.Unmarshal(b, &st); err != nil {
			t.Fatal(err)
		}
		return st, ""
	}
	start := func(token string, ticket desk.TicketID, size int) (wire.UploadState, string) {
		return ask(token, http.MethodPost, wire.PathUploads, fmt.Sprintf(`{"hash":%q,"size":%d,"name":"dump.bin","ticket":%q}`, hash, size, ticket))
	}
	piece := func(token string, from, to int) (wire.UploadState, string) {
		return ask(token, http.MethodPatch, fmt.Sprintf("%s/%s?offset=%d&ticket=%s", wire.PathUploads, hash, from, id), string(big[from:to]))
	}
	refused := func(what, answer, want string) {
		t.Helper()
		if !strings.Contains(answer, want) {
			t.Errorf("%s: got %q, want %q", what, answer, want)
		}
	}
	_, no := start(elif.Token, id, len(big))
	refused("without a grant", no, "24,000,000 bytes; a file can have 20,000,000")
	elif.Must(id, 10, desk.AskUpload{Name: "dump.bin", Bytes: int64(len(big))})
	jonas.Has("upload_asked")
	jonas.Must(id, 10, desk.GrantUpload{Bytes: 30_000_000, Days: 1})
	elif.Has("upload_granted")
	_, no = start(lars.Token, id, len(big))
	refused("somebody who does not see the ticket", no, "a file can have 20,000,000")
	_, no = start(s.Connect("max").Token, id, len(big))
	refused("somebody else", no, "a file can have 20,000,000")
	_, no = start(elif.Token, id, 30_000_001)
	refused("more than was allowed", no, "30,000,000 of the 30,000,000 that are allowed are left")
	_, no = start(elif.Token, desk.TicketID(runtest.UUID()), len(big))
	refused("another ticket", no, "a file can have 20,000,000")

	const half = 12_000_000
	if st, no := start(elif.Token, id, len(big)); no != "" || st.Offset != 0 {
		t.Fatalf("with a grant: %+v %s", st, no)
	}
	if st, no := piece(elif.Token, 0, half); no != "" || st.Offset != half {
		t.Fatalf("a piece: %+v %s", st, no)
	}
	other := strings.Replace(hash, hash[:1], "f", 1)
	_, no = ask(elif.Token, http.MethodPost, wire.PathUploads, fmt.Sprintf(`{"hash":%q,"size":%d,"name":"more.bin","ticket":%q}`, other, len(big), id))
	if hash != other {
		refused("a second one beside it", no, "6,000,000 of the 30,000,000")
	}
	s.Restart()
	// It rests for longer than a small one may, and is still there.
	if _, err := s.Tidy(t.Context(), time.Now().Add(20*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if st, no := start(elif.Token, id, len(big)); no != "" || st.Offset != half {
		t.Fatalf("after the server was there again: %+v %s", st, no)
	}
	c.ahead.Store(int64(25 * time.Hour))
	_, no = piece(elif.Token, half, half+1000)
	refused("a grant that ended", no, "large files could be sent until")
	jonas = s.Client("jonas")
	jonas.Sync()
	jonas.Must(id, 20, desk.GrantUpload{Bytes: 24_000_000, Days: 1})
	if st, no := start(elif.Token, id, len(big)); no != "" || st.Offset != half {
		t.Fatalf("with another grant: %+v %s", st, no)
	}
	if st, no := piece(elif.Token, half, len(big)); no != "" || !st.Done {
		t.Fatalf("the rest: %+v %s", st, no)
	}
	elif = s.Client("elif")
	elif.Sync()
	elif.Must(id, 20, desk.Reply{Text: "the dump", Files: []desk.Attachment{{Hash: desk.BlobHash(hash), Name: "dump.bin", Size: int64(len(big))}}})
	if g := s.Ticket(id).Grant; g.Used != int64(len(big)) {
		t.Errorf("the grant is %+v", g)
	}
	r := s.Request(http.MethodGet, wire.PathFiles+"/"+hash+"?ticket="+string(id), jonas.Token, "")
	got := sha256.New()
	if n, err := io.Copy(got, r.Body); err != nil || n != int64(len(big)) || hex.EncodeToString(got.Sum(nil)) != hash {
		t.Errorf("the team gets %d bytes (%v)", n, err)
	}
}
