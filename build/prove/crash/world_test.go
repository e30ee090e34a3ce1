package crash_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/authority/secret"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
)

// patience bounds every wait for something that must come by itself.
const patience = 90 * time.Second

// groups are the people of one process each.
var groups = [][]string{{"elif", "jonas"}, {"mert", "anna"}, {"pieter", "nadia"}}

func everybody() []string {
	var out []string
	for _, g := range groups {
		out = append(out, g...)
	}
	return out
}

// world is a server and its clients, all of them processes.
type world struct {
	t       *testing.T
	dir     string
	docketd string
	listen  string
	private string
	desks   [2]string // two declarations of the desk
	book    *book
	server  *exec.Cmd
	kids    []*kid
}

// kid is a client process.
type kid struct {
	w     *world
	group int
	runs  int
	cmd   *exec.Cmd
	in    io.WriteCloser
	done  chan struct{} // closed when it has ended and all it said is in the book
	logs  *os.File
}

// build makes docketd. It goes through the go command, so that whoever proves
// the check itself can put other code in with GOFLAGS.
func build(t *testing.T, dir string) string {
	t.Helper()
	name := filepath.Join(dir, "docketd")
	cmd := exec.Command("go", "build", "-o", name, "docket/sync/cmd/docketd")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build docketd: %v\n%s", err, out)
	}
	return name
}

// atOnce is a declaration whose departments hold no message back.
func atOnce(declared string) string {
	head, tail, _ := strings.Cut(declared, "\nforms:\n")
	departments := strings.Split(head, "\n  - id: ")
	for i, d := range departments[1:] {
		id, rest, _ := strings.Cut(d, "\n")
		if !strings.Contains(rest, "    policy:\n") {
			rest = "    policy:\n" + rest
		}
		departments[i+1] = id + "\n" + strings.Replace(rest, "    policy:\n", "    policy:\n      recall_seconds: 0\n", 1)
	}
	return strings.Join(departments, "\n  - id: ") + "\nforms:\n" + tail
}

func newWorld(t *testing.T, docketd string) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), docketd: docketd}
	sample, err := os.ReadFile(filepath.Join("..", "..", "sample", "desk.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	// What is written goes out at once, or the clients would mostly wait.
	text := atOnce(string(sample))
	holidays, err := os.ReadFile(filepath.Join("..", "..", "sample", "holidays.ics"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.dir, "holidays.ics"), holidays, 0o600); err != nil {
		t.Fatal(err)
	}
	other := text
	for _, x := range [][2]string{
		{"departments: [care, mail, servers]", "departments: [care, mail]"},
		{"role: customer, memberships: [{org: papierladen, access: read}]", "role: customer, memberships: [{org: papierladen, access: none}]"},
	} {
		if !strings.Contains(other, x[0]) {
			t.Fatalf("the sample desk has no %q any more", x[0])
		}
		other = strings.Replace(other, x[0], x[1], 1)
	}
	for i, text := range []string{text, other} {
		w.desks[i] = filepath.Join(w.dir, fmt.Sprintf("desk-%d.yaml", i))
		if err := os.WriteFile(w.desks[i], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.declare()
	w.listen, w.private = freeAddress(t), freeAddress(t)
	if w.book, err = newBook(filepath.Join(w.dir, "said.jsonl")); err != nil {
		t.Fatal(err)
	}
	for i := range groups {
		w.kids = append(w.kids, &kid{w: w, group: i})
	}
	t.Cleanup(func() {
		for _, k := range w.kids {
			k.kill()
		}
		w.killServer()
		_ = w.book.out.Close()
	})
	return w
}

func freeAddress(t *testing.T) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

func (w *world) data() string { return filepath.Join(w.dir, "server") }

// declare fills the ledger: the desk, a year of conversations, and everybody's
// password.
func (w *world) declare() {
	w.t.Helper()
	ctx := context.Background()
	w.run("apply", "--data", w.data(), w.desks[0])
	w.run("import", "--data", w.data(), filepath.Join("..", "..", "sample", "conversations.jsonl"))
	hash, err := secret.Hash(runtest.Password)
	if err != nil {
		w.t.Fatal(err)
	}
	l, err := run.Open(ctx, run.Config{Data: w.data()})
	if err != nil {
		w.t.Fatal(err)
	}
	err = l.Update(ctx, func(tx *ledger.Tx) error {
		var errs []error
		for _, p := range everybody() {
			errs = append(errs, tx.SetCredential(desk.PersonID(p), hash))
		}
		return errors.Join(errs...)
	})
	if err := errors.Join(err, l.Close()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) run(args ...string) {
	w.t.Helper()
	if out, err := exec.Command(w.docketd, args...).CombinedOutput(); err != nil {
		w.t.Fatalf("docketd %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// startServer starts docketd; it may still be starting when this returns.
func (w *world) startServer() {
	w.t.Helper()
	log, err := os.OpenFile(filepath.Join(w.dir, "server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		w.t.Fatal(err)
	}
	defer log.Close()
	w.server = exec.Command(w.docketd, "serve", "--data", w.data(), "--listen", w.listen, "--private", w.private)
	w.server.Stdout, w.server.Stderr = log, log
	if err := w.server.Start(); err != nil {
		w.t.Fatal(err)
	}
}

// ready waits until docketd says that it checked its ledger and serves.
func (w *world) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.private+"/readyz", nil)
		if err != nil {
			return err
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(w.dir, "server.log"))
			return fmt.Errorf("docketd does not become ready: %s", tail(string(log)))
		case <-tick.C:
		}
	}
}

func tail(s string) string { return s[max(0, len(s)-2000):] }

// killServer ends docketd as a power cut would.
func (w *world) killServer() {
	if w.server != nil {
		_ = w.server.Process.Kill()
		_ = w.server.Wait()
		w.server = nil
	}
}

func (k *kid) people() []someone {
	var out []someone
	for _, p := range groups[k.group] {
		out = append(out, someone{p, filepath.Join(k.w.dir, "people", p)})
	}
	return out
}

// start starts the process once more over the same folders.
func (k *kid) start(o order) {
	k.w.t.Helper()
	k.runs++
	o.Server, o.Run = "http://"+k.w.listen, k.runs*10+k.group
	if o.People == nil {
		o.People = k.people()
	}
	spec, err := json.Marshal(o)
	if err != nil {
		k.w.t.Fatal(err)
	}
	if k.logs == nil {
		if k.logs, err = os.Create(filepath.Join(k.w.dir, fmt.Sprintf("client-%d.log", k.group))); err != nil {
			k.w.t.Fatal(err)
		}
	}
	k.cmd = exec.Command(os.Args[0])
	k.cmd.Env = append(os.Environ(), orderEnv+"="+string(spec), "GOMEMLIMIT=256MiB")
	k.cmd.Stderr = k.logs
	if k.in, err = k.cmd.StdinPipe(); err != nil {
		k.w.t.Fatal(err)
	}
	out, err := k.cmd.StdoutPipe()
	if err != nil {
		k.w.t.Fatal(err)
	}
	if err := k.cmd.Start(); err != nil {
		k.w.t.Fatal(err)
	}
	k.done = make(chan struct{})
	go func(cmd *exec.Cmd, done chan struct{}) {
		k.w.book.listen(out)
		_ = cmd.Wait()
		close(done)
	}(k.cmd, k.done)
}

// kill ends the process as a power cut would, if it has not died already, and
// waits until all it said was heard.
func (k *kid) kill() (own bool) {
	if k.cmd == nil {
		return false
	}
	select {
	case <-k.done:
		own = true
	default:
		_ = k.cmd.Process.Kill()
		<-k.done
	}
	_ = k.in.Close()
	k.cmd = nil
	return own
}

// end lets the process close everything and end by itself.
func (k *kid) end() error {
	_ = k.in.Close()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-k.done:
	case <-timer.C:
		k.kill()
		return errors.New("the program does not end when it is closed")
	}
	code := k.cmd.ProcessState.ExitCode()
	k.cmd = nil
	if code != 0 {
		log, _ := os.ReadFile(k.logs.Name())
		return fmt.Errorf("a client ended with %d: %s", code, tail(string(log)))
	}
	return nil
}

// pause waits a random while.
func pause(r *rand.Rand, least, most time.Duration) {
	t := time.NewTimer(least + time.Duration(r.Int64N(int64(most-least))))
	defer t.Stop()
	<-t.C
}
