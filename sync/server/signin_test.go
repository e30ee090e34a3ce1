package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/authority"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

// clock is a server's clock that a test moves.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time          { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }
func (c *clock) config(cfg *run.Config)  { cfg.Clock = c.now }
func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func signIn(s *runtest.Server, person, password string) *http.Response {
	b, _ := json.Marshal(wire.SignIn{Person: person, Password: password, Device: desk.DeviceID(runtest.UUID()), Name: "laptop"})
	return s.Request("POST", wire.PathSignIn, "", string(b))
}

func decode[T any](t *testing.T, r *http.Response) T {
	t.Helper()
	var v T
	text := body(t, r)
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("status %d, %q: %v", r.StatusCode, text, err)
	}
	return v
}

func TestSignIn(t *testing.T) {
	s := runtest.NewServer(t, strings.Replace(runtest.Desk, "id: nina,", "id: nina, disabled: true,", 1), func(c *run.Config) {
		c.Limits = authority.Limits{PerAccount: 1000, AccountEvery: time.Second}
	})
	for _, login := range []string{"elif", "elif@brandt.example", " ELIF@Brandt.Example "} {
		r := signIn(s, login, runtest.Password)
		if r.StatusCode != http.StatusOK {
			t.Fatalf("%q: status %d: %s", login, r.StatusCode, body(t, r))
		}
		got := decode[wire.SignedIn](t, r)
		if got.Actor.Person != "elif" || got.Desk != "Veldhost" || len(got.Token) < 43 || got.Actor.Device != got.Device {
			t.Errorf("%q: got %+v", login, got)
		}
	}
	var first string
	for _, c := range []struct{ who, password string }{
		{"elif", "wrong"},
		{"elif", ""},
		{"nobody", runtest.Password},
		{"nobody@brandt.example", "x"},
		{"nina", runtest.Password},
		{"", ""},
		{"' OR 1=1 --", "x"},
		{strings.Repeat("x", 5000), "x"},
	} {
		r := signIn(s, c.who, c.password)
		got := fmt.Sprint(r.StatusCode, r.Header.Get("Content-Type"), body(t, r))
		if first == "" {
			first = got
		}
		if got != first || r.StatusCode != http.StatusUnauthorized {
			t.Errorf("%.20q/%q answered with %s, a wrong password with %s", c.who, c.password, got, first)
		}
	}
}

// TestNobodyTakesAsLong wants a name that does not exist to cost what a wrong
// password costs: the fastest of several tries of each. Without the hash the
// factor is thirty; a busy machine makes it two.
func TestNobodyTakesAsLong(t *testing.T) {
	s := runtest.NewServer(t, "", func(c *run.Config) {
		c.Limits = authority.Limits{PerAccount: 1000, AccountEvery: time.Second, PerAccountAll: 1000, AccountAllEvery: time.Second, PerAddress: 1000, AddressEvery: time.Second}
	})
	fastest := map[string]time.Duration{}
	for range 8 {
		for _, who := range []string{"elif", "nobody"} {
			start := time.Now()
			_ = body(t, signIn(s, who, "not the password"))
			if d := time.Since(start); fastest[who] == 0 || d < fastest[who] {
				fastest[who] = d
			}
		}
	}
	if a, b := fastest["elif"], fastest["nobody"]; a > 4*b || b > 4*a {
		t.Errorf("a wrong password takes %v, nobody %v", a, b)
	}
}

func TestGuessingIsSlow(t *testing.T) {
	var c clock
	s := runtest.NewServer(t, "", c.config, func(cfg *run.Config) {
		cfg.Limits = authority.Limits{PerAccount: 3, AccountEvery: 20 * time.Second}
	})
	for i := range 3 {
		if r := signIn(s, "elif", "wrong"); r.StatusCode != http.StatusUnauthorized {
			t.Fatalf("attempt %d: %d", i, r.StatusCode)
		}
	}
	for _, who := range []string{"elif", "ELIF "} {
		r := signIn(s, who, runtest.Password)
		if r.StatusCode != http.StatusTooManyRequests || r.Header.Get("Retry-After") == "" {
			t.Errorf("after three failures: %d", r.StatusCode)
		}
		if e := decode[desk.Error](t, r); e.Code != desk.CodeTooMany || e.Hint == "" {
			t.Errorf("got %+v", e)
		}
	}
	if r := signIn(s, "max", runtest.Password); r.StatusCode != http.StatusOK {
		t.Errorf("somebody else: %d", r.StatusCode)
	}
	c.advance(21 * time.Second)
	if r := signIn(s, "elif", runtest.Password); r.StatusCode != http.StatusOK {
		t.Errorf("after waiting: %d", r.StatusCode)
	}
}

func TestInvitation(t *testing.T) {
	var c clock
	s := runtest.NewServer(t, "", c.config)
	accept := func(code, password string) *http.Response {
		b, _ := json.Marshal(wire.Invitation{Code: code, Password: password, Device: desk.DeviceID(runtest.UUID()), Name: "laptop"})
		return s.Request("POST", wire.PathInvitation, "", string(b))
	}
	code := s.Invite("nina", c.now().Add(time.Hour))
	if e := decode[desk.Error](t, accept(code, "short")); e.Code != desk.CodeInvalid || !strings.Contains(e.Message, "5 characters") {
		t.Errorf("a short password: %+v", e)
	}
	if r := accept(code, "a new long password"); r.StatusCode != http.StatusOK {
		t.Fatalf("accept: %d %s", r.StatusCode, body(t, r))
	}
	if r := accept(code, "a new long password"); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("the same code again: %d", r.StatusCode)
	}
	if r := signIn(s, "nina", "a new long password"); r.StatusCode != http.StatusOK {
		t.Errorf("sign in with the new password: %d", r.StatusCode)
	}
	if r := signIn(s, "nina", runtest.Password); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("sign in with the old password: %d", r.StatusCode)
	}
	late := s.Invite("nina", c.now().Add(time.Hour))
	c.advance(2 * time.Hour)
	if r := accept(late, "a new long password"); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("an expired code: %d", r.StatusCode)
	}
}

func TestSignedOut(t *testing.T) {
	s := runtest.NewServer(t, "")
	c := s.Connect("elif")
	if r := s.Request("POST", wire.PathSignOut, c.Token, ""); r.StatusCode != http.StatusNoContent {
		t.Fatalf("sign out: %d", r.StatusCode)
	}
	if e := c.End(); e.Code != wire.CloseRevoked {
		t.Errorf("the socket ended with %v", e)
	}
	if r := s.Request("POST", wire.PathSignOut, c.Token, ""); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("the token still works: %d", r.StatusCode)
	}
	if err := c.Dial(); err == nil {
		t.Error("the socket opens with a dead token")
	}
}

func TestSessionsExpire(t *testing.T) {
	var c clock
	s := runtest.NewServer(t, "", c.config)
	token, _ := s.Token("elif")
	c.advance(authority.SessionIdle - time.Hour)
	if r := s.Request("POST", wire.PathUploads, token, "{}"); r.StatusCode == http.StatusUnauthorized {
		t.Error("ended too soon")
	}
	c.advance(2 * time.Hour)
	r := s.Request("POST", wire.PathUploads, token, "{}")
	if e := decode[desk.Error](t, r); r.StatusCode != http.StatusUnauthorized || e.Code != desk.CodeSignIn || e.Hint == "" {
		t.Errorf("got %d %+v", r.StatusCode, e)
	}
}

// TestDeviceOfSomebodyElse wants a device id that belongs to another person to
// be neither taken over nor fatal.
func TestDeviceOfSomebodyElse(t *testing.T) {
	s := runtest.NewServer(t, "")
	c := s.Connect("elif")
	b, _ := json.Marshal(wire.SignIn{Person: "max", Password: runtest.Password, Device: c.Device, Name: "shared"})
	got := decode[wire.SignedIn](t, s.Request("POST", wire.PathSignIn, "", string(b)))
	if got.Device == c.Device || !desk.ValidUUID(string(got.Device)) {
		t.Errorf("max got device %q, elif has %q", got.Device, c.Device)
	}
	c.Quiet() // still there
}

func TestBadRequests(t *testing.T) {
	s := runtest.NewServer(t, "")
	token, _ := s.Token("elif")
	for _, c := range []struct {
		name, method, path, contentType, body string
		origin                                string
		want                                  int
		code                                  desk.Code
	}{
		{"not JSON", "POST", wire.PathSignIn, "text/plain", "hello", "", 422, desk.CodeInvalid},
		{"broken JSON", "POST", wire.PathSignIn, "application/json", `{"person":`, "", 422, desk.CodeInvalid},
		{"too large", "POST", wire.PathSignIn, "application/json", `{"person":"` + strings.Repeat("x", 20<<10) + `"}`, "", 413, desk.CodeTooLarge},
		{"from a web page", "POST", wire.PathSignIn, "application/json", `{}`, "https://evil.example", 403, desk.CodeDenied},
		{"socket from a web page", "GET", wire.PathSync, "", "", "https://evil.example", 403, desk.CodeDenied},
		{"socket without upgrade", "GET", wire.PathSync, "", "", "", 422, desk.CodeInvalid},
		{"unknown path", "GET", "/v1/tickets", "", "", "", 404, ""},
		{"unknown method", "DELETE", wire.PathSignIn, "", "", "", 404, ""},
		{"traversal", "GET", wire.PathFiles + "/..%2f..%2fledger.db", "", "", "", 404, desk.CodeNotFound},
		{"root", "GET", "/", "", "", "", 404, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			req, err := http.NewRequest(c.method, s.URL+c.path, bytes.NewReader([]byte(c.body)))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+token)
			if c.contentType != "" {
				req.Header.Set("Content-Type", c.contentType)
			}
			if c.origin != "" {
				req.Header.Set("Origin", c.origin)
			}
			r, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Body.Close()
			text := body(t, r)
			if r.StatusCode != c.want {
				t.Errorf("status %d, want %d: %s", r.StatusCode, c.want, text)
			}
			if c.code == "" {
				if text != "not found\n" {
					t.Errorf("got %q, want a plain 404", text)
				}
				return
			}
			var e desk.Error
			if err := json.Unmarshal([]byte(text), &e); err != nil || e.Code != c.code || e.Message == "" {
				t.Errorf("got %q, want code %s", text, c.code)
			}
		})
	}
}

func TestHello(t *testing.T) {
	s := runtest.NewServer(t, "")
	got := decode[wire.ServerInfo](t, s.Request("GET", wire.PathHello, "", ""))
	if got.Server != "docketd" || got.Desk != "Veldhost" || got.ProtoMin != wire.Oldest || got.ProtoMax != wire.Version || got.Now.IsZero() {
		t.Errorf("got %+v", got)
	}
}

func TestPrivateListener(t *testing.T) {
	s := runtest.NewServer(t, "")
	c := s.Connect("elif")
	c.Open("metrics-canary", "hosting", "")
	get := func(path string) (int, string) {
		r, err := http.Get(s.PrivateURL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		return r.StatusCode, body(t, r)
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if code, text := get(path); code != http.StatusOK {
			t.Errorf("%s: %d %s", path, code, text)
		}
	}
	_, text := get("/metrics")
	for _, want := range []string{"docket_sessions 1", "docket_commands_total 1", "docket_commit_seconds_count 1", "docket_http_requests_total"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in the metrics", want)
		}
	}
	for _, secret := range []string{"elif", "metrics-canary", c.Token} {
		if strings.Contains(text, secret) {
			t.Errorf("the metrics tell %q", secret)
		}
	}
	if r := s.Request("GET", "/metrics", "", ""); r.StatusCode != http.StatusNotFound {
		t.Errorf("metrics on the clients' listener: %d", r.StatusCode)
	}
}
