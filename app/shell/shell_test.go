package shell_test

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/shell"
)

const id = "01890a5d-ac96-774b-bcce-b302099a8057"

func TestASecondStartShowsTheFirst(t *testing.T) {
	dir := t.TempDir()
	shown := make(chan desk.TicketID, 4)
	first, err := shell.Claim(dir, "", func(x desk.TicketID) { shown <- x })
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []desk.TicketID{"", id} {
		if _, err := shell.Claim(dir, want, nil); !errors.Is(err, shell.ErrRunning) {
			t.Fatalf("a second claim: %v", err)
		}
		select {
		case got := <-shown:
			if got != want {
				t.Errorf("shown %q, want %q", got, want)
			}
		case <-time.After(5 * time.Second):
			t.Fatal("the first was not asked")
		}
	}
	other, err := shell.Claim(t.TempDir(), "", nil)
	if err != nil {
		t.Errorf("another profile: %v", err)
	} else if err := other.Close(); err != nil {
		t.Error(err)
	}
	// What a stranger writes to the socket is not followed.
	for _, say := range []string{"{\"open\":\"../../x\"}\n", "garbage\n", strings.Repeat("a", 5000) + "\n", "\n"} {
		conn, err := net.Dial("unix", filepath.Join(dir, "instance.sock"))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write([]byte(say))
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		if n, _ := conn.Read(make([]byte, 10)); n > 0 {
			t.Errorf("%.30q was followed", say)
		}
		_ = conn.Close()
	}
	if len(shown) > 0 {
		t.Errorf("shown %q", <-shown)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	// A killed copy leaves its socket behind; the lock is what counts.
	if err := os.WriteFile(filepath.Join(dir, "instance.sock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := shell.Claim(dir, "", func(desk.TicketID) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestLinksOnlyNameATicket(t *testing.T) {
	for _, good := range []string{"docket://ticket/" + id, "docket://ticket/" + id + "/"} {
		if got, err := shell.ParseLink(good); err != nil || got != id {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", id, "docket://ticket/", "docket://ticket/" + id + "/close", "docket://ticket/" + id + "?x=1", "DOCKET://ticket/" + id, "docket:ticket/" + id,
		"docket://close/" + id, "docket://ticket/" + strings.ToUpper(id), "docket://ticket/../x", "--help", "docket://ticket/" + id + "\n", "file:///etc/passwd",
	} {
		if _, err := shell.ParseLink(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func FuzzParseLink(f *testing.F) {
	f.Add("docket://ticket/" + id)
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := shell.ParseLink(s); err == nil && !desk.ValidUUID(string(got)) {
			t.Errorf("%q gave %q", s, got)
		}
	})
}

func TestEveryAnswerCarriesThePolicy(t *testing.T) {
	h := shell.Guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) }))
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, "/", nil))
		reading := method == "GET" || method == "HEAD"
		if (w.Code == 200) != reading {
			t.Errorf("%s: %d", method, w.Code)
		}
		policy := w.Header().Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "frame-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'none'", "connect-src 'self'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy lacks %s", method, part)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", method, w.Header())
		}
	}
}

func TestProfilesLieApart(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", "/data")
	a, err := shell.Home("", "anna")
	if err != nil || a == "" {
		t.Fatal(err)
	}
	b, err := shell.Home("", "")
	if err != nil || a == b {
		t.Errorf("%q and %q: %v", a, b, err)
	}
	for _, bad := range []string{"..", "a/b", "A", "-x", strings.Repeat("a", 64), `a\b`} {
		if got, err := shell.Home("", bad); err == nil {
			t.Errorf("profile %q lies in %q", bad, got)
		}
	}
}
