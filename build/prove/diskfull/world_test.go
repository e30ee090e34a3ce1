//go:build linux

package diskfull_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"docket/app/desk"
	"docket/build/prove/proof"
	"docket/storage/ledger"
	"docket/sync/authority/secret"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
)

const person = "elif"

// world is a server and a client on disks of their own.
type world struct {
	t              *testing.T
	run            *proof.Run
	server, client *process
	docketd        string
	dir            string // on a disk with room
	listen         string
	private        string
	runs           int

	queued  []string
	refused map[string]bool
	drafts  map[string]string
}

// process is one of the two, started again and again over the same folder.
type process struct {
	name string
	disk *disk
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  chan said
	done chan struct{} // closed when it has ended
	log  string
	from int64 // where the log of this run begins
}

func newWorld(t *testing.T, run *proof.Run, client, server *disk) *world {
	t.Helper()
	w := &world{
		t: t, run: run, dir: t.TempDir(), refused: map[string]bool{}, drafts: map[string]string{},
		server: &process{name: "docketd", disk: server}, client: &process{name: "the client", disk: client},
	}
	w.docketd = filepath.Join(w.dir, "docketd")
	// Through the go command, so that whoever proves the check itself can put
	// other code in with GOFLAGS.
	if out, err := exec.Command("go", "build", "-o", w.docketd, "docket/sync/cmd/docketd").CombinedOutput(); err != nil {
		t.Fatalf("build docketd: %v\n%s", err, out)
	}
	if out, err := exec.Command(w.docketd, "apply", "--data", w.data(), filepath.Join("..", "..", "sample", "desk.yaml")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w.password()
	w.listen, w.private = address(t), address(t)
	for _, p := range []*process{w.server, w.client} {
		p.log = filepath.Join(w.dir, strings.ReplaceAll(p.name, " ", "-")+".log")
		t.Cleanup(func() {
			if p.cmd != nil {
				_ = p.cmd.Process.Kill()
				<-p.done
			}
		})
		if err := w.start(p); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w *world) data() string { return filepath.Join(w.server.disk.path, "data") }

func (w *world) password() {
	w.t.Helper()
	hash, err := secret.Hash(runtest.Password)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx := context.Background()
	l, err := run.Open(ctx, run.Config{Data: w.data()})
	if err != nil {
		w.t.Fatal(err)
	}
	err = l.Update(ctx, func(tx *ledger.Tx) error { return tx.SetCredential(person, hash) })
	if err := errors.Join(err, l.Close()); err != nil {
		w.t.Fatal(err)
	}
}

func address(t *testing.T) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// start starts a process and waits until it can be spoken to, or has ended.
func (w *world) start(p *process) error {
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	if p.from, err = log.Seek(0, io.SeekEnd); err != nil {
		return err
	}
	if p == w.server {
		return w.startServer(p, log)
	}
	return w.startClient(p, log, filepath.Join(p.disk.path, "profile"))
}

func (p *process) launch() error {
	if err := p.cmd.Start(); err != nil {
		return err
	}
	done := make(chan struct{})
	p.done = done
	return nil
}

func (w *world) startServer(p *process, log *os.File) error {
	p.cmd = exec.Command(w.docketd, "serve", "--data", w.data(), "--listen", w.listen, "--private", w.private)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if err := p.launch(); err != nil {
		return err
	}
	go func(cmd *exec.Cmd, done chan struct{}) {
		_ = cmd.Wait()
		close(done)
	}(p.cmd, p.done)
	return p.until(func() bool {
		resp, err := http.Get("http://" + w.private + "/healthz")
		if err != nil {
			return false
		}
		return resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
	})
}

func (w *world) startClient(p *process, log *os.File, dir string) error {
	w.runs++
	// The keyring lies elsewhere than the profile, as the system's does.
	spec, err := json.Marshal(order{Server: "http://" + w.listen, Person: person, Dir: dir, Keys: filepath.Join(w.dir, filepath.Base(dir)), Seed: w.run.Seed, Run: w.runs})
	if err != nil {
		return err
	}
	p.cmd = exec.Command(os.Args[0])
	p.cmd.Env = append(os.Environ(), orderEnv+"="+string(spec), "GOMEMLIMIT=256MiB")
	p.cmd.Stderr = log
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := p.launch(); err != nil {
		return err
	}
	p.out = make(chan said, 64)
	go func(cmd *exec.Cmd, done chan struct{}, lines chan said) {
		in := bufio.NewReader(out)
		for {
			b, err := in.ReadBytes('\n')
			if err != nil {
				break
			}
			var s said
			if json.Unmarshal(b, &s) == nil {
				lines <- s
			}
		}
		_ = cmd.Wait()
		close(lines)
		close(done)
	}(p.cmd, p.done, p.out)
	s, ok := <-p.out
	if !ok {
		return errEnded
	}
	if s.State != "ready" && (s.State != "problem" || s.Code != string(desk.CodeDiskFull)) {
		return fmt.Errorf("the client starts as %+v", s)
	}
	w.run.Add("client starts "+s.State, 1)
	return nil
}

func (p *process) over() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// why is what a process wrote in its last run.
func (p *process) why() string {
	b, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	s := string(b[min(p.from, int64(len(b))):])
	for _, crash := range []string{"unexpected fault", "fatal error", "panic:"} {
		if i := strings.Index(s, crash); i >= 0 {
			return p.cmd.ProcessState.String() + ": " + s[i:min(i+2500, len(s))]
		}
	}
	return p.cmd.ProcessState.String() + ": " + s[max(0, len(s)-1500):]
}

// crashed is an error when a process was ended by anything but us or its own
// words.
func (p *process) crashed() error {
	if !p.over() {
		return nil
	}
	st := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	why := p.why()
	if st.Signaled() || st.ExitStatus() == 2 || strings.Contains(why, "panic:") || strings.Contains(why, "fatal error") {
		return fmt.Errorf("%s crashed: %s", p.name, why)
	}
	return nil
}

func (p *process) until(fn func() bool) error {
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for !fn() {
		select {
		case <-p.done:
			if err := p.crashed(); err != nil {
				return err
			}
			return errEnded
		case <-deadline.C:
			return fmt.Errorf("%s is waited for in vain", p.name)
		default:
			pause(10 * time.Millisecond)
		}
	}
	return nil
}

// end ends a process; one that ended before by its own words stays ended.
func (w *world) end(p *process, kill bool) error {
	if p.over() {
		return p.crashed()
	}
	switch {
	case kill:
		_ = p.cmd.Process.Kill()
	case p == w.client:
		_ = p.in.Close()
	default:
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-p.done:
	case <-timer.C:
		_ = p.cmd.Process.Kill()
		<-p.done
		return fmt.Errorf("%s does not end", p.name)
	}
	if kill {
		return nil
	}
	return p.crashed()
}

// ask gives the client a word and takes what it says until it is done.
func (w *world) ask(word string) (last said, err error) {
	p := w.client
	if p.over() {
		return last, p.crashed()
	}
	if _, err := io.WriteString(p.in, word+"\n"); err != nil {
		<-p.done
		return last, errors.Join(p.crashed(), err)
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		select {
		case s, ok := <-p.out:
			if !ok {
				<-p.done
				return last, errors.Join(p.crashed(), errEnded)
			}
			if s.What == "done" {
				return last, nil
			}
			last = s
			if err := w.note(s); err != nil {
				return last, err
			}
		case <-timer.C:
			return last, fmt.Errorf("the client does not answer %q", word)
		}
	}
}

// note keeps what the client's person was told.
func (w *world) note(s said) error {
	switch s.What {
	case "queued":
		w.queued = append(w.queued, s.Token)
	case "draft":
		w.drafts[s.Key] = s.Text
		w.run.Add("drafts saved", 1)
	case "refused", "draft refused":
		w.run.Add("plainly refused", 1)
		if s.Token != "" {
			w.refused[s.Token] = true
		}
		if s.Code != string(desk.CodeDiskFull) {
			return fmt.Errorf("refused as %s and not for want of room: %s", s.Code, s.Text)
		}
	}
	return nil
}

func (w *world) work(n int) error {
	for range n {
		if w.client.over() {
			return w.client.crashed()
		}
		if _, err := w.ask("work"); err != nil {
			return err
		}
		if err := w.server.crashed(); err != nil {
			return err
		}
	}
	return nil
}

// settled waits until the client is live and has sent everything.
func (w *world) settled() error {
	var last said
	deadline := time.Now().Add(patience)
	for {
		s, err := w.ask("stand")
		if err != nil {
			return err
		}
		if err := w.server.crashed(); err != nil {
			return err
		}
		if last = s; s.State == "live" && s.Waits == 0 && !slices.ContainsFunc(s.All, waiting) {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("there is room again, and it does not go on by itself: %.400s", fmt.Sprintf("%+v", last))
		}
		pause(50 * time.Millisecond)
	}
}

func waiting(item string) bool {
	return strings.HasPrefix(item, "queued") || strings.HasPrefix(item, "sent")
}

// judge holds what was told against the ledger and a new computer.
func (w *world) judge() error {
	old, err := w.ask("dump")
	if err != nil {
		return err
	}
	if old.What != "dump" {
		return fmt.Errorf("the client cannot show everything: %+v", old)
	}
	if err := w.end(w.client, false); err != nil {
		return err
	}
	w.client.disk.free()
	fresh := &process{name: "a new computer", disk: w.client.disk, log: w.client.log}
	keep := w.client
	w.client = fresh
	log, err := os.OpenFile(fresh.log, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	if err := w.startClient(fresh, log, filepath.Join(w.dir, "fresh")); err != nil {
		return err
	}
	defer func() {
		_ = w.end(fresh, true)
		w.client = keep
	}()
	if err := w.settled(); err != nil {
		return err
	}
	anew, err := w.ask("dump")
	if err != nil {
		return err
	}
	if d := difference(old.All, anew.All); d != "" {
		return fmt.Errorf("the client shows something else than a new computer: %s", d)
	}
	all := strings.Join(anew.All, "\n")
	for _, tk := range w.queued {
		if n := strings.Count(all, tk); n != 1 {
			return fmt.Errorf("%s was queued, and the server has it %d times", tk, n)
		}
	}
	for tk := range w.refused {
		if strings.Contains(all, tk) {
			return fmt.Errorf("%s was refused, and the server has it", tk)
		}
	}
	for key, text := range w.drafts {
		if !slices.Contains(old.All, "draft "+key+" "+text) {
			return fmt.Errorf("the draft %s is not what was last saved", key)
		}
	}
	return nil
}

// difference compares what is on both computers; drafts are on one.
func difference(a, b []string) string {
	mine := func(s string) bool { return strings.HasPrefix(s, "draft ") }
	a, b = slices.DeleteFunc(slices.Clone(a), mine), slices.DeleteFunc(slices.Clone(b), mine)
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			return fmt.Sprintf("line %d of %d and %d", i, len(a), len(b))
		}
	}
	return ""
}

func (w *world) logs() {
	for _, p := range []*process{w.server, w.client} {
		b, err := os.ReadFile(p.log)
		w.t.Logf("%s: %v\n%s", p.name, err, b[max(0, len(b)-2500):])
	}
}
