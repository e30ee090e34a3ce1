package app_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"docket/app"
	"docket/app/desk"
	"docket/app/vault"
	"docket/sync/cmd/docketd/runtest"
)

// restartAt ends the program and starts it again with a clock that is ahead.
func (d *desktop) restartAt(ahead time.Duration) {
	d.p.Close()
	d.shell, d.screen = &shell{events: map[string][]any{}}, &screen{}
	d.p = app.New(app.Deps{
		Profile: "test", Dir: d.dir, Version: "test", Shell: d.shell, Notifier: d.screen, Vault: vault.New("test", d.dir, d.ring),
		NetDial: d.line.dial, Disk: d.disk, Clock: func() time.Time { return time.Now().Add(ahead) },
	})
	d.api = d.p.API()
	d.p.Start()
	d.p.Ready()
}

// After fifteen days without the server nothing is shown any more; what was
// written is kept, and goes out when the server is reached.
func TestTheLeaseEndsAndNothingWrittenIsLost(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	o := d.opens(newTicket())
	d.confirmed(o.Ticket, "It says 502.")
	d.offline()
	if err := d.api.Reply(o.Ticket, "written in time", []string{}, 1, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	d.restartAt(13 * 24 * time.Hour)
	if b := d.boot(); b.State != "ready" || !d.has(o.Ticket, "It says 502.") {
		t.Fatalf("after 13 days: %+v", b)
	}
	d.restartAt(15 * 24 * time.Hour)
	until(t, "the lease has ended", func() bool { return d.boot().State == "problem" })
	b := d.boot()
	if b.Problem.Code != string(desk.CodeSignIn) || !strings.Contains(b.Problem.Message, "without the server until") || !strings.Contains(b.Problem.Hint, "Connect to the network") {
		t.Errorf("%+v", b.Problem)
	}
	if _, err := d.api.Ticket(o.Ticket); code(err) != desk.CodeSignIn {
		t.Errorf("it is still shown: %v", err)
	}
	if _, err := d.api.SignOut(false); code(err) != "unsent" {
		t.Errorf("signing out would lose the reply: %v", err)
	}
	d.restart() // the clock was the test's
	d.line.mend()
	d.live()
	d.confirmed(o.Ticket, "written in time")
}

// The disk changes bytes of the copy while the program runs. It notices, loads
// the copy again by itself, and what was queued is sent.
func TestDamageWhileOpenIsLoadedAgain(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	// A colleague's, so that nothing of this computer's own looks at them when it starts.
	max := srv.Connect("max")
	var all []string
	for range 20 {
		all = append(all, string(max.Open("It says 502.", "hosting", "bakery")))
	}
	for _, id := range all {
		until(t, "loaded", func() bool { return d.has(id, "It says 502.") })
	}
	d.restart() // what was in memory is in tables now, and nothing of it was read yet
	d.line.cut()
	d.boot()
	if err := d.api.Reply(all[0], "queued canary", []string{}, 1, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	hurt := spoilTables(t, filepath.Join(d.dir, "cache"))
	if hurt == 0 {
		t.Fatal("no table to damage")
	}
	until(t, "noticed", func() bool {
		for _, id := range all {
			_, _ = d.api.Ticket(id)
		}
		b, err := d.api.Boot()
		return err == nil && strings.Contains(b.Notice, "found damaged")
	})
	d.line.mend()
	d.live()
	for _, id := range all {
		until(t, "loaded again", func() bool { return d.has(id, "It says 502.") })
	}
	d.confirmed(all[0], "queued canary")
}

// spoilTables changes the contents of the store's tables where they lie, but
// not the indexes behind them.
func spoilTables(t *testing.T, dir string) (hurt int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".sst") {
			return err
		}
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return err
		}
		b := make([]byte, info.Size()/2)
		if _, err := f.ReadAt(b, 0); err != nil {
			return err
		}
		for i := 16; i < len(b); i += 64 {
			b[i] ^= 0x5a
		}
		hurt++
		_, err = f.WriteAt(b, 0)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hurt
}
