package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"docket/app"
	"docket/app/desk"
	"docket/app/menubar"
	"docket/app/notify"
	"docket/app/vault"
	"docket/storage/outbox"
	"docket/sync/cmd/docketd/runtest"
)

// shell is a window that remembers.
type shell struct {
	mu      sync.Mutex
	events  map[string][]any
	title   string
	shown   int
	files   []string
	dest    string
	clip    []byte
	dragged string
	opened  []string
	menu    []menubar.Group
	choose  func(string)
}

func (s *shell) Emit(event string, payload any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events[event] = append(s.events[event], payload)
}

func (s *shell) Show() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown++
}

func (s *shell) SetTitle(t string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.title = t
}

func (s *shell) OpenFiles(string) ([]string, error)      { return s.files, nil }
func (s *shell) SaveFile(_, name string) (string, error) { return s.dest, nil }
func (s *shell) ClipboardImage() ([]byte, error)         { return s.clip, nil }
func (s *shell) Screenshot() ([]byte, error)             { return s.clip, nil }
func (s *shell) DragFile(path string) error              { s.dragged = path; return nil }
func (s *shell) Menu(g []menubar.Group, run func(string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.menu, s.choose = g, run
}

func (s *shell) OpenURL(url string) error { s.opened = append(s.opened, url); return nil }

func (s *shell) Quit() {}
func (s *shell) shows() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown
}

func (s *shell) named() string { s.mu.Lock(); defer s.mu.Unlock(); return s.title }

// screen is a notifier that remembers.
type screen struct {
	mu     sync.Mutex
	toasts []notify.Toast
}

func (s *screen) Show(t notify.Toast) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.toasts = append(s.toasts, t)
	return nil
}
func (s *screen) Withdraw(string) {}
func (s *screen) Close() error    { return nil }
func (s *screen) all() []notify.Toast {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.toasts)
}

// ring is a keyring in memory; with err it is locked or missing.
type ring struct {
	mu   sync.Mutex
	kept map[string]string
	err  error
}

func (r *ring) Get(s, u string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return "", r.err
	}
	if v, ok := r.kept[u]; ok {
		return v, nil
	}
	return "", vault.ErrNotFound
}

func (r *ring) Set(s, u, v string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.kept[u] = v
	}
	return r.err
}

func (r *ring) Delete(s, u string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.kept, u)
	return r.err
}

// wire is the network, which can be cut.
type cable struct {
	mu    sync.Mutex
	down  bool
	conns []net.Conn
	// left, if set, is how many bytes are still written before it is cut.
	left atomic.Pointer[atomic.Int64]
	// wrap, if set, is put around every connection.
	wrap func(net.Conn) net.Conn
}

// metered is a connection over a cable that is cut after so much.
type metered struct {
	net.Conn
	c *cable
}

func (m metered) Write(b []byte) (int, error) {
	if left := m.c.left.Load(); left != nil && left.Add(-int64(len(b))) < 0 {
		m.c.cut()
		return 0, errors.New("cable is cut")
	}
	return m.Conn.Write(b)
}

func (c *cable) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down {
		return nil, errors.New("network is unreachable")
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
	if err == nil {
		c.conns = append(c.conns, conn)
		conn = metered{conn, c}
		if c.wrap != nil {
			conn = c.wrap(conn)
		}
	}
	return conn, err
}

func (c *cable) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = true
	for _, conn := range c.conns {
		_ = conn.Close()
	}
	c.conns = nil
}

func (c *cable) mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = false
}

// disk is the file system below the outbox; it can be full.
type disk struct {
	outbox.OS
	full atomic.Bool
	// writes, if set, hears of every write before it is made.
	writes atomic.Pointer[func()]
}

func (d *disk) Open(name string, create bool) (outbox.File, error) {
	f, err := d.OS.Open(name, create)
	if err != nil {
		return nil, err
	}
	return fullFile{f, d}, nil
}

type fullFile struct {
	outbox.File
	d *disk
}

func (f fullFile) WriteAt(b []byte, at int64) (int, error) {
	if fn := f.d.writes.Load(); fn != nil {
		(*fn)()
	}
	if f.d.full.Load() {
		return 0, syscall.ENOSPC
	}
	return f.File.WriteAt(b, at)
}

// desktop is one person's program.
type desktop struct {
	side   clockSide
	t      testing.TB
	p      *app.App
	api    *app.API
	shell  *shell
	screen *screen
	ring   *ring
	line   *cable
	dir    string
	disk   *disk
}

func newDesktop(t testing.TB) *desktop {
	t.Helper()
	d := &desktop{t: t, ring: &ring{kept: map[string]string{}}, line: &cable{}, disk: &disk{}, dir: filepath.Join(t.TempDir(), "profile")}
	d.start()
	t.Cleanup(func() { d.p.Close() })
	return d
}

func (d *desktop) start() {
	d.shell, d.screen = &shell{events: map[string][]any{}}, &screen{}
	d.p = app.New(app.Deps{
		Profile: "test", Dir: d.dir, Version: "test", Shell: d.shell, Notifier: d.screen,
		Vault: vault.New("test", d.dir, d.ring), NetDial: d.line.dial,
		Disk: d.disk, Tray: &d.side,
	})
	d.api = d.p.API()
	d.p.Start()
	d.p.Ready()
}

// restart ends the program and starts it over the same folder.
func (d *desktop) restart() {
	d.p.Close()
	d.start()
}

func (d *desktop) boot() app.Boot {
	d.t.Helper()
	b, err := d.api.Boot()
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

func (d *desktop) signIn(url, person string) {
	d.t.Helper()
	b, err := d.api.SignIn(url, person, runtest.Password)
	if err != nil {
		d.t.Fatalf("%s signs in: %v", person, err)
	}
	if b.State != "ready" || b.Me == nil || b.Me.ID != person {
		d.t.Fatalf("after signing in: %+v", b)
	}
	d.live()
}

// until waits for something that comes by itself.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline.C:
			t.Fatalf("%s: not within 20 s", what)
		case <-tick.C:
		}
	}
}

func (d *desktop) live() {
	d.t.Helper()
	until(d.t, "live", func() bool { c, err := d.api.Connection(); return err == nil && c.State == "live" })
}

func (d *desktop) offline() {
	d.t.Helper()
	d.line.cut()
	until(d.t, "offline", func() bool { c, err := d.api.Connection(); return err == nil && c.State == "offline" })
}

func (d *desktop) rows(view string) app.RowPage {
	d.t.Helper()
	p, err := d.api.Rows(view, 0, 100)
	if err != nil {
		d.t.Fatalf("rows of %s: %v", view, err)
	}
	if p.Total != len(p.Rows) {
		d.t.Errorf("%s says %d and gives %d", view, p.Total, len(p.Rows))
	}
	return p
}

func (d *desktop) ticket(id string) app.TicketView {
	d.t.Helper()
	v, err := d.api.Ticket(id)
	if err != nil {
		d.t.Fatalf("ticket: %v", err)
	}
	return v
}

// entry finds the entry with a text.
func entry(v app.TicketView, text string) (app.EntryView, int) {
	var found app.EntryView
	n := 0
	for _, e := range v.Entries {
		if e.Text == text {
			found, n = e, n+1
		}
	}
	return found, n
}

func (d *desktop) has(id, text string) bool {
	v, err := d.api.Ticket(id)
	if err != nil {
		return false
	}
	_, n := entry(v, text)
	return n == 1
}

// confirmed waits until an own text is at the server.
func (d *desktop) confirmed(id, text string) {
	d.t.Helper()
	until(d.t, "confirmed", func() bool {
		v, err := d.api.Ticket(id)
		if err != nil {
			return false
		}
		e, n := entry(v, text)
		return n == 1 && e.Receipt != nil && (e.Receipt.State == "confirmed" || e.Receipt.State == "seen") && e.Seq > 0
	})
}

func newTicket() app.NewTicket {
	return app.NewTicket{Subject: "Shop is down", Text: "It says 502.", Department: "hosting", Urgency: "high", Org: "bakery"}
}

func (d *desktop) opens(t app.NewTicket) app.Opened {
	d.t.Helper()
	o, err := d.api.OpenTicket(t)
	if err != nil {
		d.t.Fatalf("open: %v", err)
	}
	return o
}

// aTicket is elif's, at her desktop and at jonas's.
func aTicket(t *testing.T) (srv *runtest.Server, elif, jonas *desktop, o app.Opened) {
	t.Helper()
	srv, elif, jonas = runtest.NewServer(t, ""), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	o = elif.opens(newTicket())
	elif.confirmed(o.Ticket, "It says 502.")
	until(t, "jonas sees it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	return srv, elif, jonas, o
}

func TestTheWholeRoad(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas := newDesktop(t), newDesktop(t)
	if b := elif.boot(); b.State != "signed_out" {
		t.Fatalf("a new profile is %s", b.State)
	}
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")

	o := elif.opens(newTicket())
	elif.confirmed(o.Ticket, "It says 502.")
	v := elif.ticket(o.Ticket)
	if !strings.HasPrefix(v.Row.Number, "#") || v.Row.Queued || v.Row.Status != "new" {
		t.Errorf("row after confirmation: %+v", v.Row)
	}

	until(t, "jonas sees it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	until(t, "jonas is notified", func() bool { return len(jonas.screen.all()) == 1 })
	toast := jonas.screen.all()[0]
	if !strings.Contains(toast.Title, "Elif Brandt") || strings.Contains(toast.Title+toast.Body, "502") || string(toast.Ticket) != o.Ticket {
		t.Errorf("toast %+v", toast)
	}
	until(t, "nothing needs jonas alone", func() bool { return jonas.shell.named() == "Docket" })

	// Jonas looks at it and answers; reading takes the dot and the count away.
	if err := errors.Join(jonas.api.Focused(true), jonas.api.Looking(o.Ticket, false)); err != nil {
		t.Fatal(err)
	}
	until(t, "read", func() bool { return !jonas.ticket(o.Ticket).Row.Unread && jonas.shell.named() == "Docket" })
	jv := jonas.ticket(o.Ticket)
	if err := jonas.api.Reply(o.Ticket, "On it.", []string{}, jv.LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	jonas.confirmed(o.Ticket, "On it.")
	if err := jonas.api.AddNote(o.Ticket, "canary-note", []string{}, []string{}); err != nil {
		t.Fatal(err)
	}
	jonas.confirmed(o.Ticket, "canary-note")
	until(t, "elif reads the answer", func() bool { return elif.has(o.Ticket, "On it.") })
	if elif.has(o.Ticket, "canary-note") {
		t.Fatal("the customer reads the note")
	}
	until(t, "elif is notified", func() bool {
		return slices.ContainsFunc(elif.screen.all(), func(n notify.Toast) bool { return strings.Contains(n.Title, "Jonas Vos wrote") })
	})
	if err := errors.Join(elif.api.Focused(true), elif.api.Looking(o.Ticket, false)); err != nil {
		t.Fatal(err)
	}
	until(t, "jonas sees that it was seen", func() bool {
		e, _ := entry(jonas.ticket(o.Ticket), "On it.")
		return e.Receipt != nil && e.Receipt.State == "seen" && e.Receipt.SeenBy == "Elif Brandt"
	})
	noNulls(t, elif.boot(), jv, elif.rows("mine"))
}

func TestOfflineUntilReconnected(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	elif.offline()

	o := elif.opens(newTicket())
	page := elif.rows("mine")
	if len(page.Rows) != 1 || page.Rows[0].Number != o.Reference || !page.Rows[0].Queued || page.Rows[0].ID != o.Ticket {
		t.Fatalf("the list offline: %+v", page)
	}
	if at, err := elif.api.Position("mine", o.Ticket); err != nil || at != 0 {
		t.Errorf("position %d %v", at, err)
	}
	if found, err := elif.api.Find(o.Reference); err != nil || len(found) != 1 {
		t.Errorf("by its reference: %v %v", found, err)
	}
	if err := elif.api.Reply(o.Ticket, "One more thing.", []string{}, 0, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	check := func(when string) {
		t.Helper()
		v := elif.ticket(o.Ticket)
		for _, text := range []string{"It says 502.", "One more thing."} {
			e, n := entry(v, text)
			if n != 1 || e.Receipt == nil || e.Receipt.State != "queued" || e.Seq != 0 || e.Outbox == "" {
				t.Errorf("%s: %q stands there %d times: %+v", when, text, n, e.Receipt)
			}
		}
		if c, err := elif.api.Connection(); err != nil || c.Waiting != 2 {
			t.Errorf("%s: %+v %v", when, c, err)
		}
	}
	check("offline")
	elif.restart()
	if b := elif.boot(); b.State != "ready" || b.Desk != "Veldhost" {
		t.Fatalf("starting offline: %+v", b)
	}
	check("after a restart")
	if s := elif.p.Unsent(); !strings.HasPrefix(s, "2 messages") {
		t.Errorf("on quitting: %q", s)
	}
	srv.Restart()
	elif.line.mend()
	elif.live()
	elif.confirmed(o.Ticket, "It says 502.")
	elif.confirmed(o.Ticket, "One more thing.")
	until(t, "jonas sees both once", func() bool { return jonas.has(o.Ticket, "It says 502.") && jonas.has(o.Ticket, "One more thing.") })
	if p := elif.rows("mine"); len(p.Rows) != 1 || !strings.HasPrefix(p.Rows[0].Number, "#") {
		t.Errorf("the list after: %+v", p.Rows)
	}
}

// A reply that waits here moves its ticket where it will stand, so that a row,
// the head of its section and the counts say the same.
func TestAQueuedReplyMovesItsRow(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif, jonas := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	var all []string
	for _, subject := range []string{"One", "Two", "Three"} {
		n := newTicket()
		n.Subject = subject
		o := elif.opens(n)
		elif.confirmed(o.Ticket, "It says 502.")
		until(t, "jonas has it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
		if err := jonas.api.Reply(o.Ticket, "Try again.", []string{}, 1, "", app.Beside{}); err != nil {
			t.Fatal(err)
		}
		until(t, "elif has the answer", func() bool { return elif.has(o.Ticket, "Try again.") })
		all = append(all, o.Ticket)
	}
	if p := elif.rows("waiting_on_me"); p.Total != 3 || p.Needs != 3 {
		t.Fatalf("before: %+v", p)
	}
	elif.offline()
	v := elif.ticket(all[1])
	if err := elif.api.Reply(all[1], "Still 502.", []string{}, v.LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	for view, want := range map[string]string{"mine": "Three One | Two", "mine_all": "Three One | Two", "waiting_on_me": "Three One"} {
		p := elif.rows(view)
		var got []string
		for i, r := range p.Rows {
			if i > 0 && len(p.Sections) > 1 && p.Sections[1].Start == i {
				got = append(got, "|")
			}
			got = append(got, r.Subject)
			if at, err := elif.api.Position(view, r.ID); err != nil || at != i {
				t.Errorf("%s: %s is at %d and says %d, %v", view, r.Subject, i, at, err)
			}
			if one, err := elif.api.Rows(view, i, 1); err != nil || len(one.Rows) != 1 || one.Rows[0].ID != r.ID {
				t.Errorf("%s: row %d alone: %+v %v", view, i, one.Rows, err)
			}
		}
		if strings.Join(got, " ") != want || p.Needs != 2 || p.Total != len(p.Rows) {
			t.Errorf("%s: %v with %d of %d, want %s", view, got, p.Needs, p.Total, want)
		}
	}
	views, err := elif.api.Views()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range views {
		if p := elif.rows(v.ID); v.Total != p.Total || v.Needs != p.Needs {
			t.Errorf("%s counts %d and %d and shows %d and %d", v.ID, v.Total, v.Needs, p.Total, p.Needs)
		}
	}
	elif.line.mend()
	if err := elif.api.TryNow(); err != nil {
		t.Fatal(err)
	}
	elif.confirmed(all[1], "Still 502.")
}

func TestAHeldReplyIsItsAuthorsToDecide(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	basis := jonas.ticket(o.Ticket).LastSeq
	jonas.offline()
	for _, text := range []string{"Restarted it.", "As a note."} {
		if err := jonas.api.Reply(o.Ticket, text, []string{}, basis, "", app.Beside{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := elif.api.Reply(o.Ticket, "It works again!", []string{}, 1, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	elif.confirmed(o.Ticket, "It works again!")
	jonas.line.mend()
	jonas.live()
	held := func() []app.OutboxItem {
		items, err := jonas.api.Outbox()
		if err != nil {
			t.Fatal(err)
		}
		return slices.DeleteFunc(items, func(i app.OutboxItem) bool { return i.State != "held" })
	}
	until(t, "both held", func() bool { return len(held()) == 2 })
	first, second := held()[0], held()[1]
	h, err := jonas.api.Held(first.ID)
	if err != nil || len(h.Theirs) != 1 || h.Theirs[0].Text != "It works again!" || h.Mine.Text != "Restarted it." || !h.CanNote {
		t.Fatalf("held: %+v %v", h, err)
	}
	if elif.has(o.Ticket, "Restarted it.") {
		t.Fatal("it went out all the same")
	}
	if r := jonas.ticket(o.Ticket).Row; !r.Attention {
		t.Error("the row does not ask for attention")
	}
	if err := jonas.api.SendAnyway(first.ID); err != nil {
		t.Fatal(err)
	}
	jonas.confirmed(o.Ticket, "Restarted it.")
	if err := jonas.api.MakeNote(second.ID); err != nil {
		t.Fatal(err)
	}
	jonas.confirmed(o.Ticket, "As a note.")
	until(t, "elif reads the reply", func() bool { return elif.has(o.Ticket, "Restarted it.") })
	if elif.has(o.Ticket, "As a note.") {
		t.Error("the note reached the customer")
	}
	if len(held()) != 0 {
		t.Errorf("still held: %+v", held())
	}
}

// noNulls marshals what the page gets and looks for lists that are null.
func noNulls(t *testing.T, values ...any) {
	t.Helper()
	for _, v := range values {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var x any
		if err := json.Unmarshal(b, &x); err != nil {
			t.Fatal(err)
		}
		walkNulls(t, "", x)
	}
}

// mayBeNull are the fields types.ts says "| null" of.
var mayBeNull = []string{"me", "problem", "fault", "owner", "receipt", "reply", "note", "about", "proposal", "snooze", "cover", "page", "escalation", "live", "workaround", "misuse", "along", "fix", "work", "into", "keep", "hold", "busy", "grant", "saved"}

func walkNulls(t *testing.T, path string, x any) {
	t.Helper()
	switch x := x.(type) {
	case nil:
		if !slices.Contains(mayBeNull, path[strings.LastIndex(path, ".")+1:]) {
			t.Errorf("%s is null", path)
		}
	case map[string]any:
		for k, v := range x {
			walkNulls(t, path+"."+k, v)
		}
	case []any:
		for _, v := range x {
			walkNulls(t, path, v)
		}
	}
}

func write(t *testing.T, name string, size int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func code(err error) desk.Code {
	if err == nil {
		return ""
	}
	return desk.AsError(err).Code
}

// The first sync of a computer is not something that happened while its person
// was away, not even where a long conversation comes on its own.
func TestAFirstSyncIsNoCatchUp(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif := newDesktop(t)
	elif.signIn(srv.URL, "elif")
	o := elif.opens(newTicket())
	elif.confirmed(o.Ticket, "It says 502.")
	for i := range 14 {
		text := fmt.Sprintf("part %d %s", i, strings.Repeat("log line ", 10_000))
		if err := elif.api.Reply(o.Ticket, text, []string{}, elif.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "all is confirmed", func() bool { c, err := elif.api.Connection(); return err == nil && c.Waiting == 0 })
	jonas := newDesktop(t)
	jonas.signIn(srv.URL, "jonas")
	until(t, "all of it is here", func() bool { return jonas.ticket(o.Ticket).LastSeq >= 15 })
	if c, err := jonas.api.CatchUp(); err != nil || c != nil {
		t.Errorf("after a first sync: %+v %v", c, err)
	}
}

// Whoever looks while a message is confirmed sees it once: pending or
// confirmed, never both.
func TestAMessageStandsThereOnceAtEveryMoment(t *testing.T) {
	srv := runtest.NewServer(t, "")
	elif := newDesktop(t)
	elif.signIn(srv.URL, "elif")
	o := elif.opens(newTicket())
	elif.confirmed(o.Ticket, "It says 502.")
	for i := range 12 {
		if err := elif.api.Reply(o.Ticket, fmt.Sprint("message ", i), []string{}, elif.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
			t.Fatal(err)
		}
		// No pause in between: the moment is short.
		for waiting := 1; waiting > 0; {
			seen := map[string]bool{}
			for _, e := range elif.ticket(o.Ticket).Entries {
				if seen[e.ID] {
					t.Fatalf("entry %q stands there twice", e.Text)
				}
				seen[e.ID] = true
			}
			c, err := elif.api.Connection()
			if err != nil || t.Context().Err() != nil {
				t.Fatal(err)
			}
			waiting = c.Waiting
		}
	}
}
