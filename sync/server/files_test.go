package server_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

func start(s *runtest.Server, token string, h desk.BlobHash, size int64) *http.Response {
	b, _ := json.Marshal(wire.UploadStart{Hash: h, Size: size, Name: "x"})
	return s.Request("POST", wire.PathUploads, token, string(b))
}

func piece(s *runtest.Server, token string, h desk.BlobHash, offset int, content string) *http.Response {
	return s.Request("PATCH", fmt.Sprintf("%s/%s?offset=%d", wire.PathUploads, h, offset), token, content)
}

func hashOf(content string) desk.BlobHash {
	sum := sha256.Sum256([]byte(content))
	return desk.BlobHash(hex.EncodeToString(sum[:]))
}

// TestUploadGoesOn sends a file in pieces, with a server started anew between
// them, and fetches it whole and in part.
func TestUploadGoesOn(t *testing.T) {
	s := runtest.NewServer(t, "")
	c := s.Connect("elif")
	content := "<html><script>alert(1)</script></html>" + strings.Repeat("0123456789", 10_000)
	h := hashOf(content)
	if st := decode[wire.UploadState](t, start(s, c.Token, h, int64(len(content)))); st.Offset != 0 || st.Done {
		t.Fatalf("got %+v", st)
	}
	if st := decode[wire.UploadState](t, piece(s, c.Token, h, 0, content[:5000])); st.Offset != 5000 || st.Done {
		t.Fatalf("got %+v", st)
	}
	s.Restart()
	if st := decode[wire.UploadState](t, start(s, c.Token, h, int64(len(content)))); st.Offset != 5000 {
		t.Fatalf("after a restart: %+v", st)
	}
	if r := piece(s, c.Token, h, 100, "elsewhere"); r.StatusCode != http.StatusConflict {
		t.Errorf("a piece at the wrong place: %d", r.StatusCode)
	}
	if st := decode[wire.UploadState](t, piece(s, c.Token, h, 5000, content[5000:])); !st.Done || st.Offset != int64(len(content)) {
		t.Fatalf("got %+v", st)
	}
	if st := decode[wire.UploadState](t, start(s, c.Token, h, int64(len(content)))); !st.Done {
		t.Errorf("announced again: %+v", st)
	}
	c.Hello()
	id := desk.TicketID(runtest.UUID())
	// What the client says of size and type does not count.
	c.Must(id, 0, desk.Open{Subject: "a file", Text: "see there", Department: "hosting", Files: []desk.Attachment{{Hash: h, Name: "page.html", Size: int64(len(content)), Type: "image/png"}}})
	if f := s.Entries(id)[0].Files[0]; f.Size != int64(len(content)) || !strings.HasPrefix(f.Type, "text/html") {
		t.Errorf("the entry says %+v", f)
	}
	path := fmt.Sprintf("%s/%s?ticket=%s", wire.PathFiles, h, id)
	r := s.Request("GET", path, c.Token, "")
	if text := body(t, r); r.StatusCode != 200 || text != content {
		t.Errorf("got %d and %d bytes", r.StatusCode, len(text))
	}
	for k, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment", "Content-Security-Policy": "default-src 'none'; sandbox"} {
		if got := r.Header.Get(k); got != want {
			t.Errorf("%s is %q, want %q", k, got, want)
		}
	}
	req, _ := http.NewRequest("GET", s.URL+path, nil)
	req.Header.Set("Authorization", "Bearer "+c.Token)
	req.Header.Set("Range", "bytes=100000-")
	part, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer part.Body.Close()
	if text := body(t, part); part.StatusCode != http.StatusPartialContent || text != content[100000:] {
		t.Errorf("a range: %d, %d bytes", part.StatusCode, len(text))
	}
}

// zeros is a body of many bytes that is never held.
type zeros struct{ left int64 }

func (z *zeros) Read(b []byte) (int, error) {
	if z.left <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(b)), z.left)
	clear(b[:n])
	z.left -= n
	return int(n), nil
}

func TestTooLarge(t *testing.T) {
	s := runtest.NewServer(t, "")
	token, _ := s.Token("elif")
	r := start(s, token, hashOf("x"), desk.MaxAttachment+1)
	e := decode[desk.Error](t, r)
	if r.StatusCode != http.StatusRequestEntityTooLarge || e.Code != desk.CodeTooLarge || !strings.Contains(e.Message, "20000001") || !strings.Contains(e.Message, "20000000") {
		t.Errorf("got %d %+v", r.StatusCode, e)
	}
	// One that lies about its size, with and without saying how much comes.
	h := hashOf("y")
	if r := start(s, token, h, desk.MaxAttachment); r.StatusCode != 200 {
		t.Fatalf("20 MB exactly: %d", r.StatusCode)
	}
	for _, length := range []int64{desk.MaxAttachment + 1, -1} {
		req, _ := http.NewRequest("PATCH", fmt.Sprintf("%s%s/%s?offset=0", s.URL, wire.PathUploads, h), &zeros{desk.MaxAttachment + 1})
		req.ContentLength = length
		req.Header.Set("Authorization", "Bearer "+token)
		r, err := http.DefaultClient.Do(req)
		if err != nil {
			continue // it was cut off while sending, which is an answer too
		}
		if r.StatusCode < 400 {
			t.Errorf("%d bytes taken with length %d: %d", desk.MaxAttachment+1, length, r.StatusCode)
		}
		_ = r.Body.Close()
	}
	small := hashOf("abc")
	if r := start(s, token, small, 2); r.StatusCode != 200 {
		t.Fatal(r.StatusCode)
	}
	if r := piece(s, token, small, 0, "abc"); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("more than was said: %d", r.StatusCode)
	}
	if r := start(s, token, hashOf(""), 0); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an empty file: %d", r.StatusCode)
	}
}

func TestWrongContent(t *testing.T) {
	s := runtest.NewServer(t, "")
	token, _ := s.Token("elif")
	h := hashOf("what was announced")
	if r := start(s, token, h, 5); r.StatusCode != 200 {
		t.Fatal(r.StatusCode)
	}
	r := piece(s, token, h, 0, "other")
	if e := decode[desk.Error](t, r); e.Code != desk.CodeInvalid || e.Hint == "" {
		t.Errorf("got %d %+v", r.StatusCode, e)
	}
	if st := decode[wire.UploadState](t, start(s, token, h, 5)); st.Done || st.Offset != 0 {
		t.Errorf("afterwards: %+v", st)
	}
}

// TestNamingIsNotHaving names somebody else's file in a command: that must not
// make it readable (RELIABILITY T29).
func TestNamingIsNotHaving(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif, lars := s.Connect("elif"), s.Connect("lars")
	f := give(t, s, elif.Token, "secret.txt", []byte("CANARY"))
	elif.Must(desk.TicketID(runtest.UUID()), 0, desk.Open{Subject: "x", Text: "x", Department: "hosting", Files: []desk.Attachment{f}})
	id := desk.TicketID(runtest.UUID())
	r := lars.Do(id, 0, desk.Open{Subject: "x", Text: "x", Department: "hosting", Files: []desk.Attachment{f}})
	if r.Outcome != desk.Refused || r.Error.Code != desk.CodeInvalid || r.Error.Field != "files" {
		t.Errorf("got %s %+v", r.Outcome, r.Error)
	}
	none := f
	none.Hash = hashOf("nobody has this")
	if q := lars.Do(id, 0, desk.Open{Subject: "x", Text: "x", Department: "hosting", Files: []desk.Attachment{none}}); !reflect.DeepEqual(q.Error, r.Error) {
		t.Errorf("a file nobody has: %+v", q.Error)
	}
	lars.Must(id, 0, desk.Open{Subject: "x", Text: "x", Department: "hosting"})
	for what, args := range map[string]desk.Args{
		"a message": desk.Reply{Text: "x", Files: []desk.Attachment{f}},
		"a line":    desk.Say{Chat: "k1", Begin: true, Text: "x", Files: []desk.Attachment{f}},
	} {
		if q := lars.Do(id, 9, args); q.Outcome != desk.Refused || !reflect.DeepEqual(q.Error, r.Error) {
			t.Errorf("%s: %s %+v", what, q.Outcome, q.Error)
		}
	}
}
