package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/png"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app"
	"docket/app/desk"
	"docket/app/notify"
	"docket/sync/cmd/docketd/runtest"
)

func TestSigningInSaysWhatIsWrong(t *testing.T) {
	srv := runtest.NewServer(t, "")
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("<html>hello</html>")) }))
	defer other.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + l.Addr().String()
	_ = l.Close()
	hello := func(body string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(body))
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	now := time.Now().UTC().Format(time.RFC3339)
	for name, c := range map[string]struct {
		server, person, password string
		want                     desk.Code
		word                     string
	}{
		"wrong password":       {srv.URL, "elif", "nope", desk.CodeSignIn, ""},
		"nobody of the name":   {srv.URL, "ghost", "nope", desk.CodeSignIn, ""},
		"no person":            {srv.URL, "  ", "x", desk.CodeInvalid, "Who"},
		"no password":          {srv.URL, "elif", "", desk.CodeInvalid, "password"},
		"not an address":       {"what ever", "elif", "x", desk.CodeInvalid, ""},
		"plain http outside":   {"http://support.example.com", "elif", "x", desk.CodeInvalid, "https"},
		"not docketd":          {other.URL, "elif", "x", desk.CodeNotDocket, ""},
		"nobody answers":       {nobody, "elif", "x", desk.CodeOffline, ""},
		"server too old":       {hello(`{"server":"docketd","proto_min":0,"proto_max":0,"now":"` + now + `"}`), "elif", "x", desk.CodeServerOld, ""},
		"server too new":       {hello(`{"server":"docketd","proto_min":9000,"proto_max":9001,"now":"` + now + `"}`), "elif", "x", desk.CodeClientOld, ""},
		"clock wrong by years": {hello(`{"server":"docketd","proto_min":1,"proto_max":9001,"now":"2031-01-01T00:00:00Z"}`), "elif", "x", desk.CodeInvalid, "clock"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesktop(t)
			_, err := d.api.SignIn(c.server, c.person, c.password)
			e := desk.AsError(err)
			if err == nil || e.Code != c.want || e.Message == "" || e.Hint == "" || !strings.Contains(e.Message+e.Hint, c.word) {
				t.Errorf("got %+v", e)
			}
			if b := d.boot(); b.State != "signed_out" {
				t.Errorf("state %s", b.State)
			}
		})
	}
}

func TestAnInvitationSignsIn(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	secret := srv.Invite("lars", time.Now().Add(time.Hour))
	b, err := d.api.AcceptInvitation(srv.URL, secret, "a password of mine")
	if err != nil || b.State != "ready" || b.Me.ID != "lars" {
		t.Fatalf("%+v %v", b, err)
	}
	if _, err := newDesktop(t).api.AcceptInvitation(srv.URL, secret, "a password of mine"); err == nil {
		t.Error("the code works twice")
	}
}

func TestWithoutAKeyringThePasswordUnlocks(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.ring.err = errors.New("no such service")
	d.signIn(srv.URL, "elif")
	if b := d.boot(); b.Keyring != "password" {
		t.Errorf("the key lies in %s", b.Keyring)
	}
	o := d.opens(newTicket())
	d.confirmed(o.Ticket, "It says 502.")
	d.restart()
	if b := d.boot(); b.State != "locked" || b.Person != "elif" {
		t.Fatalf("after a restart: %+v", b)
	}
	if _, err := d.api.Ticket(o.Ticket); code(err) != desk.CodeSignIn {
		t.Errorf("locked, and reads: %v", err)
	}
	if _, err := d.api.Unlock("wrong"); code(err) != desk.CodeSignIn {
		t.Errorf("a wrong password: %v", err)
	}
	if b, err := d.api.Unlock(runtest.Password); err != nil || b.State != "ready" {
		t.Fatalf("%+v %v", b, err)
	}
	d.ticket(o.Ticket)
}

func TestALockedKeyringLosesNothing(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	d.offline()
	o := d.opens(newTicket())
	d.ring.err = errors.New("failed to unlock correct collection")
	d.restart()
	if b := d.boot(); b.State != "problem" || b.Problem.Code != string(desk.CodeNoKeyring) || b.Problem.Hint == "" {
		t.Fatalf("%+v %+v", b, b.Problem)
	}
	d.ring.err = nil
	d.restart()
	d.boot()
	if !d.has(o.Ticket, "It says 502.") {
		t.Error("the queued request is gone")
	}
}

// Whose copy it is stands with its key as well, so that a profile whose
// session.json cannot be read goes on as it was, and nobody else gets it.
func TestAnUnreadableSessionLosesNothing(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	d.offline()
	o := d.opens(newTicket())
	device := d.device()
	torn := func() {
		t.Helper()
		d.p.Close()
		if err := os.WriteFile(filepath.Join(d.dir, "session.json"), []byte(`{"server":`), 0o600); err != nil {
			t.Fatal(err)
		}
		d.start()
	}
	d.ring.err = errors.New("failed to unlock correct collection")
	torn()
	d.line.mend()
	if _, err := d.api.SignIn(srv.URL, "elif", runtest.Password); code(err) != desk.CodeNoKeyring {
		t.Errorf("signing in while the key cannot be had: %v", err)
	}
	d.ring.err = nil
	if _, err := d.api.SignIn(srv.URL, "max", runtest.Password); code(err) != desk.CodeDenied {
		t.Errorf("somebody else signs in: %v", err)
	}
	d.line.cut()
	torn()
	if b := d.boot(); b.State != "ready" || b.Person != "elif" || b.Keyring != "keyring" || d.device() != device {
		t.Errorf("%+v", b)
	}
	if !d.has(o.Ticket, "It says 502.") {
		t.Error("the queued request is gone")
	}
	d.line.mend()
	d.confirmed(o.Ticket, "It says 502.")
}

// A key that is gone for good keeps nobody out, and what it locks away is not
// thrown away.
func TestALostKeySetsTheOutboxAside(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	d.offline()
	d.opens(newTicket())
	d.p.Close()
	before, err := os.ReadFile(filepath.Join(d.dir, "outbox", "outbox.log"))
	if err != nil {
		t.Fatal(err)
	}
	clear(d.ring.kept)
	d.start()
	if b := d.boot(); b.State != "signed_out" || !strings.Contains(b.Notice, "kept aside") {
		t.Errorf("%+v", b)
	}
	d.line.mend()
	d.signIn(srv.URL, "elif")
	if b := d.boot(); !strings.Contains(b.Notice, "kept beside the outbox") {
		t.Errorf("notice %q", b.Notice)
	}
	kept, _ := filepath.Glob(filepath.Join(d.dir, "outbox", "quarantine-*-outbox.log"))
	if len(kept) != 1 {
		t.Fatalf("kept aside: %v", kept)
	}
	if after, err := os.ReadFile(kept[0]); err != nil || !bytes.Equal(after, before) {
		t.Errorf("what was kept is not what was there: %v", err)
	}
	o := d.opens(newTicket())
	d.confirmed(o.Ticket, "It says 502.")
}

func TestAnUnreadableSessionUnderAPassword(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.ring.err = errors.New("no such service")
	d.signIn(srv.URL, "elif")
	d.offline()
	o := d.opens(newTicket())
	for name, open := range map[string]func() error{
		"unlock":  func() error { _, err := d.api.Unlock(runtest.Password); return err },
		"sign in": func() error { _, err := d.api.SignIn(srv.URL, "elif", runtest.Password); return err },
	} {
		d.p.Close()
		if err := os.Remove(filepath.Join(d.dir, "session.json")); err != nil {
			t.Fatal(err)
		}
		d.start()
		if b := d.boot(); b.State != "locked" {
			t.Fatalf("%s: %+v", name, b)
		}
		d.line.mend()
		if err := open(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if b := d.boot(); b.State != "ready" || b.Person != "elif" || !d.has(o.Ticket, "It says 502.") {
			t.Errorf("%s: %+v", name, b)
		}
	}
	d.confirmed(o.Ticket, "It says 502.")
}

func TestADamagedCacheIsLoadedAnewAndTheOutboxKept(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	first := d.opens(newTicket())
	d.confirmed(first.Ticket, "It says 502.")
	d.offline()
	nt := newTicket()
	nt.Text = "queued canary"
	second := d.opens(nt)
	d.p.Close()
	hurt := 0
	err := filepath.WalkDir(filepath.Join(d.dir, "cache"), func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil || len(b) < 64 {
			return err
		}
		for i := len(b) / 8; i < min(len(b), len(b)/8+4096); i++ {
			b[i] ^= 0x5a
		}
		hurt++
		return os.WriteFile(path, b, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	if hurt == 0 {
		t.Fatal("nothing to damage")
	}
	d.start()
	b := d.boot()
	if b.State != "ready" || !strings.Contains(b.Notice, "damaged") {
		t.Fatalf("%+v %+v", b, b.Problem)
	}
	if !d.has(second.Ticket, "queued canary") {
		t.Error("the queued request is gone")
	}
	d.line.mend()
	d.live()
	until(t, "loaded again", func() bool { return d.has(first.Ticket, "It says 502.") })
	d.confirmed(second.Ticket, "queued canary")
}

func TestARevokedSessionKeepsWhatWasWritten(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	o := d.opens(newTicket())
	d.confirmed(o.Ticket, "It says 502.")
	var id struct{ Device desk.DeviceID }
	if b, err := os.ReadFile(filepath.Join(d.dir, "session.json")); err != nil || json.Unmarshal(b, &id) != nil {
		t.Fatal("no session.json", err)
	}
	srv.Revoke(id.Device)
	until(t, "refused", func() bool {
		c, err := d.api.Connection()
		return err == nil && c.State == "refused" && c.Fault.Code == "sign_in"
	})
	if err := d.api.Reply(o.Ticket, "still here", []string{}, 1, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.api.SignOut(false); code(err) != "unsent" {
		t.Errorf("signing out: %v", err)
	}
	d.signIn(srv.URL, "elif")
	d.confirmed(o.Ticket, "still here")
}

func TestFilesGoAlongAndTwentyMegabytesIsTheEnd(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	elif.shell.files = []string{write(t, "log.txt", 5000), write(t, "big.bin", desk.MaxAttachment+1), filepath.Join(t.TempDir(), "gone"), t.TempDir()}
	p, err := elif.api.PickFiles()
	if err != nil || len(p.Files) != 1 || len(p.Faults) != 3 {
		t.Fatalf("%+v %v", p, err)
	}
	if f := p.Faults[0]; f.Code != string(desk.CodeTooLarge) || !strings.Contains(f.Message, "20,000,001") || !strings.Contains(f.Message, "20,000,000") {
		t.Errorf("one byte too many: %+v", f)
	}
	if _, err := elif.api.AddFile("x.bin", base64.StdEncoding.EncodeToString(make([]byte, desk.MaxAttachment+1))); code(err) != desk.CodeTooLarge {
		t.Errorf("pasted: %v", err)
	}
	nt := newTicket()
	nt.Files = []string{p.Files[0].Hash}
	o := elif.opens(nt)
	elif.confirmed(o.Ticket, nt.Text)
	until(t, "jonas has it", func() bool { return jonas.has(o.Ticket, nt.Text) })
	e, _ := entry(jonas.ticket(o.Ticket), nt.Text)
	if len(e.Files) != 1 || e.Files[0].State != "there" || e.Files[0].Size != 5000 || e.Files[0].Name != "log.txt" {
		t.Fatalf("files %+v", e.Files)
	}
	if f, err := jonas.api.FetchFile(o.Ticket, e.Files[0].Hash); err != nil || f.State != "here" {
		t.Fatalf("fetched: %+v %v", f, err)
	}
	jonas.shell.dest = filepath.Join(t.TempDir(), "saved.txt")
	if err := jonas.api.SaveFile(o.Ticket, e.Files[0].Hash); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(jonas.shell.dest); err != nil || len(b) != 5000 {
		t.Errorf("saved %d bytes, %v", len(b), err)
	}
	if _, err := jonas.api.FetchFile(o.Ticket, strings.Repeat("0", 64)); code(err) != desk.CodeNotFound {
		t.Errorf("a file of nothing: %v", err)
	}
}

func TestDraftsSurviveAndItemsComeBack(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	o := d.opens(newTicket())
	d.confirmed(o.Ticket, "It says 502.")
	draft, err := d.api.SaveDraft(app.Draft{Ticket: o.Ticket, Kind: "reply", Text: "half a sen"})
	if err != nil || draft.Key == "" {
		t.Fatal(err)
	}
	if !d.ticket(o.Ticket).Row.Draft {
		t.Error("the row does not say that there is a draft")
	}
	d.restart()
	d.boot()
	if v := d.ticket(o.Ticket); v.Reply == nil || v.Reply.Text != "half a sen" {
		t.Fatalf("the draft: %+v", v.Reply)
	}
	d.live()
	d.offline()
	if err := d.api.Reply(o.Ticket, "queued", []string{}, 1, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	if v := d.ticket(o.Ticket); v.Reply != nil {
		t.Error("the draft stays after its text was queued")
	}
	items, err := d.api.Outbox()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(items, func(i app.OutboxItem) bool { return i.Text == "queued" })
	if i < 0 || items[i].State != "queued" || !slices.Equal(items[i].Actions, []string{"edit", "discard"}) || !strings.HasPrefix(items[i].Title, "Reply on #") {
		t.Fatalf("items %+v", items)
	}
	if _, err := d.api.SaveDraft(app.Draft{Ticket: o.Ticket, Kind: "reply", Text: "another"}); err != nil {
		t.Fatal(err)
	}
	back, err := d.api.EditItem(items[i].ID)
	if err != nil || back.Text != "queued\n\nanother" {
		t.Errorf("back as a draft: %q %v", back.Text, err)
	}
	if d.has(o.Ticket, "queued") {
		t.Error("it is a draft and still queued")
	}
	if err := d.api.Reply(o.Ticket, "  ", []string{}, 1, "", app.Beside{}); code(err) != desk.CodeInvalid {
		t.Errorf("an empty reply: %v", err)
	}
	if _, err := d.api.OpenTicket(app.NewTicket{Subject: " ", Text: "kept", Department: "hosting", Org: "bakery"}); code(err) != desk.CodeInvalid {
		t.Errorf("an empty subject: %v", err)
	}
	drafts, err := d.api.Drafts()
	if err != nil || !slices.ContainsFunc(drafts, func(x app.Draft) bool { return x.Kind == "new" && x.Text == "kept" }) {
		t.Errorf("the text of the refused request is gone: %+v %v", drafts, err)
	}
}

func TestCatchingUpIsOneNotificationAndOneList(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	jonas.offline()
	var last app.Opened
	for _, s := range []string{"one", "two", "three"} {
		nt := newTicket()
		nt.Subject = s
		last = elif.opens(nt)
	}
	elif.confirmed(last.Ticket, "It says 502.")
	jonas.line.mend()
	jonas.live()
	until(t, "one toast", func() bool { return len(jonas.screen.all()) > 0 })
	if got := jonas.screen.all(); len(got) != 1 || !strings.Contains(got[0].Title, "3 need you") {
		t.Errorf("toasts %+v", got)
	}
	until(t, "the list", func() bool { c, err := jonas.api.CatchUp(); return err == nil && c != nil && len(c.NeedsYou) == 3 })
	if err := jonas.api.CatchUpSeen(); err != nil {
		t.Fatal(err)
	}
	if c, err := jonas.api.CatchUp(); err != nil || c != nil {
		t.Errorf("after it was seen: %+v %v", c, err)
	}
}

func TestNoToastForTheTicketBeforeOnesEyes(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	o := elif.opens(newTicket())
	until(t, "told of the first", func() bool { return len(jonas.screen.all()) == 1 })
	if err := errors.Join(jonas.api.Looking(o.Ticket, false), jonas.api.Focused(true)); err != nil {
		t.Fatal(err)
	}
	if err := elif.api.Reply(o.Ticket, "more", []string{}, 1, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "read as it came", func() bool { return jonas.has(o.Ticket, "more") && !jonas.ticket(o.Ticket).Row.Unread })
	nt := newTicket()
	nt.Subject = "another"
	elif.opens(nt)
	until(t, "told of the other", func() bool { return len(jonas.screen.all()) == 2 })
	if got := jonas.screen.all(); slices.ContainsFunc(got[1:], func(n notify.Toast) bool { return string(n.Ticket) == o.Ticket }) {
		t.Errorf("toasts %+v", got)
	}
}

func picture(t *testing.T, w, h int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	m.Set(1, 1, color.White)
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPreviewsAreDrawnAnew(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	// A picture with a script behind its last byte.
	d.shell.clip = append(picture(t, 3000, 20), "<script>canary</script>"...)
	f, err := d.api.PasteImage()
	if err != nil || f == nil || f.Preview == "" {
		t.Fatalf("%+v %v", f, err)
	}
	h := d.p.Previews()
	get := func(method, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
		return w
	}
	w := get("GET", f.Preview)
	if w.Code != 200 || w.Header().Get("Content-Type") != "image/png" || w.Header().Get("X-Content-Type-Options") != "nosniff" || bytes.Contains(w.Body.Bytes(), []byte("canary")) {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if conf, err := png.DecodeConfig(w.Body); err != nil || conf.Width != 1600 {
		t.Errorf("%+v %v", conf, err)
	}
	for _, path := range []string{"/preview/", "/preview/x/" + f.Hash, f.Preview + "/..", "/preview/..%2f..%2fetc/passwd", strings.Replace(f.Preview, f.Hash, strings.Repeat("0", 64), 1)} {
		if w := get("GET", path); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := get("POST", f.Preview); w.Code != 405 {
		t.Errorf("POST: %d", w.Code)
	}
}

func TestAFullDiskLeavesTheTextWhereItIs(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	o := d.opens(newTicket())
	d.confirmed(o.Ticket, "It says 502.")
	if _, err := d.api.SaveDraft(app.Draft{Ticket: o.Ticket, Kind: "reply", Text: "before"}); err != nil {
		t.Fatal(err)
	}
	d.disk.full.Store(true)
	err := d.api.Reply(o.Ticket, "too much", []string{}, 1, "", app.Beside{})
	if e := desk.AsError(err); e.Code != desk.CodeDiskFull || !strings.Contains(e.Hint, "window") {
		t.Errorf("got %+v", e)
	}
	if d.has(o.Ticket, "too much") {
		t.Error("it is shown as queued, and is nowhere")
	}
	if _, err := d.api.SaveDraft(app.Draft{Ticket: o.Ticket, Kind: "reply", Text: "after"}); code(err) != desk.CodeDiskFull {
		t.Errorf("a draft: %v", err)
	}
	if v := d.ticket(o.Ticket); v.Reply == nil || v.Reply.Text != "before" {
		t.Errorf("the draft of before: %+v", v.Reply)
	}
	d.disk.full.Store(false)
	if err := d.api.Reply(o.Ticket, "too much", []string{}, 1, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	d.confirmed(o.Ticket, "too much")
}
