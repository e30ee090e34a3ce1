package crash_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"docket/app"
	"docket/app/desk"
	"docket/build/prove/headless"
	"docket/storage/blob"
	"docket/sync/cmd/docketd/runtest"
)

// uploadEnv has a process send a large file; see sends.
const uploadEnv = "DOCKET_CRASH_UPLOAD"

// sends is what the process that uploads is told. Ticket is empty on the first
// start's behalf: later ones only go on.
type sends struct {
	Server, Dir, Ticket, Path string
}

// slow is a line of so many bytes a second, so that a kill falls into the middle.
type slow struct {
	net.Conn
	sent *atomic.Int64
}

const lineRate = 6_000_000

func (s slow) Write(b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		part := b[n:min(len(b), n+32<<10)]
		t := time.NewTimer(time.Duration(len(part)) * time.Second / lineRate)
		<-t.C
		var m int
		m, err = s.Conn.Write(part)
		n += m
		s.sent.Add(int64(m))
	}
	return n, err
}

func openApp(dir string, dial func(context.Context, string, string) (net.Conn, error), files ...string) *app.App {
	p := app.New(app.Deps{
		Profile: headless.Profile, Dir: dir, Version: "crash", Shell: &headless.Shell{Files: files}, Notifier: headless.Quiet{},
		Vault: headless.Vault(dir), NetDial: dial,
	})
	p.Start()
	p.Ready()
	return p
}

// uploader is the life of the process that is killed: it attaches the file if it
// is told of a ticket, and then says how many bytes left it until it ends.
func uploader(spec string) error {
	var o sends
	if err := json.Unmarshal([]byte(spec), &o); err != nil {
		return err
	}
	var sent atomic.Int64
	p := openApp(o.Dir, func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return slow{c, &sent}, nil
	}, o.Path)
	defer p.Close()
	if boot, err := p.API().Boot(); err != nil || boot.State != "ready" {
		return fmt.Errorf("%s: %+v %w", boot.State, boot.Problem, err)
	}
	if o.Ticket != "" {
		if err := p.API().Looking(o.Ticket, false); err != nil { // what may be attached is for what one looks at
			return err
		}
		picked, err := p.API().PickFiles()
		if err != nil || len(picked.Files) != 1 {
			return fmt.Errorf("pick: %+v %w", picked, err)
		}
		v, err := p.API().Ticket(o.Ticket)
		if err != nil {
			return err
		}
		if err := p.API().Reply(o.Ticket, "The dump", []string{picked.Files[0].Hash}, v.LastSeq, "", app.Beside{}); err != nil {
			return err
		}
	}
	end := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(end)
	}()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-end:
			return nil
		case <-tick.C:
			fmt.Println(sent.Load())
			if c, err := p.API().Connection(); err == nil && c.State == "offline" {
				_ = p.API().TryNow()
			}
		}
	}
}

// uploading is one run of that process.
type uploading struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	sent atomic.Int64
	done chan struct{}
}

func startUploading(t *testing.T, o sends) *uploading {
	t.Helper()
	spec, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	u := &uploading{cmd: exec.Command(os.Args[0]), done: make(chan struct{})}
	u.cmd.Env = append(os.Environ(), uploadEnv+"="+string(spec), "GOMEMLIMIT=256MiB")
	u.cmd.Stderr = os.Stderr
	if u.in, err = u.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := u.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := u.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(u.done)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			var n int64
			if _, err := fmt.Sscan(lines.Text(), &n); err == nil {
				u.sent.Store(n)
			}
		}
		_ = u.cmd.Wait()
	}()
	t.Cleanup(u.kill)
	return u
}

// over reports whether it has ended by itself.
func (u *uploading) over() bool {
	select {
	case <-u.done:
		return true
	default:
		return false
	}
}

// kill ends it as a power cut would.
func (u *uploading) kill() {
	_ = u.cmd.Process.Kill()
	<-u.done
}

// await waits for something that comes by itself.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline.C:
			t.Fatalf("%s: not within %s", what, patience)
		case <-tick.C:
		}
	}
}

// TestLargeUpload kills the server and the client, each as a power cut would, in
// the middle of a file above the limit: it goes on where it was, arrives once
// and is the file that was attached (BEHAVIOURS 2.5, N11).
func TestLargeUpload(t *testing.T) {
	const size = 24_000_000
	w := newWorld(t, build(t, t.TempDir()))
	w.startServer()
	if err := w.ready(); err != nil {
		t.Fatal(err)
	}
	big := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{7}).Read(big)
	path := filepath.Join(w.dir, "dump.bin")
	if err := os.WriteFile(path, big, 0o600); err != nil {
		t.Fatal(err)
	}
	server := "http://" + w.listen
	theirs, ours := filepath.Join(w.dir, "large", "elif"), filepath.Join(w.dir, "large", "anna")
	customer, engineer := openApp(theirs, dial, path), openApp(ours, dial)
	defer engineer.Close()
	for p, who := range map[*app.App]string{customer: "elif", engineer: "jonas"} {
		if _, err := p.API().SignIn(server, who, runtest.Password); err != nil {
			t.Fatal(err)
		}
	}
	await(t, "the customer knows the departments", func() bool { c, err := customer.API().Connection(); return err == nil && c.State == "live" })
	o, err := customer.API().OpenTicket(app.NewTicket{Subject: "A dump", Text: "Where to?", Department: "servers", Urgency: "normal"})
	if err != nil {
		t.Fatal(err)
	}
	await(t, "the team has the ticket", func() bool { _, err := engineer.API().Ticket(o.Ticket); return err == nil })
	if err := engineer.API().GrantUpload(o.Ticket, 30_000_000, 7); err != nil {
		t.Fatal(err)
	}
	await(t, "the customer may", func() bool { v, err := customer.API().Ticket(o.Ticket); return err == nil && v.Grant != nil })
	customer.Close()

	u := startUploading(t, sends{Server: server, Dir: theirs, Ticket: o.Ticket, Path: path})
	await(t, "a third is sent", func() bool { return u.sent.Load() > size/3 || u.over() })
	w.killServer()
	w.startServer()
	if err := w.ready(); err != nil {
		t.Fatal(err)
	}
	mid := u.sent.Load()
	await(t, "it goes on", func() bool { return u.sent.Load() > mid+size/6 })
	u.kill()
	total := u.sent.Load()
	if total >= size {
		t.Fatalf("%d bytes were sent before the client was killed, so nothing was in the middle", total)
	}
	if err := os.Remove(path); err != nil { // what goes out is what was attached
		t.Fatal(err)
	}
	u = startUploading(t, sends{Server: server, Dir: theirs})
	var name string
	await(t, "the team has the file", func() bool {
		v, err := engineer.API().Ticket(o.Ticket)
		if err != nil {
			return false
		}
		for _, e := range v.Entries {
			if len(e.Files) == 1 && e.Files[0].Size == size {
				name = e.Files[0].Hash
				return true
			}
		}
		return false
	})
	total += u.sent.Load()
	u.kill()
	if total > size*3/2 {
		t.Errorf("%d bytes were sent for %d: it began anew", total, size)
	}
	w.killServer()
	sum := sha256.Sum256(big)
	if want := hex.EncodeToString(sum[:]); !strings.EqualFold(name, want) {
		t.Errorf("the file is called %s, want %s", name, want)
	}
	if err := intact(filepath.Join(w.data(), "files"), name, sum); err != nil {
		t.Error(err)
	}
}

// intact reads a file from the server's folder and compares it.
func intact(dir, name string, sum [32]byte) error {
	files, err := blob.Open(dir, blob.Options{})
	if err != nil {
		return err
	}
	defer files.Close()
	f, err := files.Open(desk.BlobHash(name))
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	if string(h.Sum(nil)) != string(sum[:]) {
		return errors.New("the file that arrived is another")
	}
	return nil
}
