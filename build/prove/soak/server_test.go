package soak_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// docketd is the server's process.
type docketd struct {
	cmd             *exec.Cmd
	log             string
	listen, private string
	ended           chan error
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

func freeAddress(t *testing.T) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

func startServer(t *testing.T, program, data string) *docketd {
	t.Helper()
	d := &docketd{log: filepath.Join(t.TempDir(), "log"), listen: freeAddress(t), private: freeAddress(t), ended: make(chan error, 1)}
	log, err := os.Create(d.log)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	d.cmd = exec.Command(program, "serve", "--data", data, "--listen", d.listen, "--private", d.private)
	d.cmd.Stdout, d.cmd.Stderr = log, log
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { d.ended <- d.cmd.Wait() }()
	t.Cleanup(func() { _ = d.cmd.Process.Kill() })
	until(t, "docketd is ready", func() bool {
		resp, err := http.Get("http://" + d.private + "/readyz")
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	return d
}

// stop asks it to end and gives how it did.
func (d *docketd) stop(within time.Duration) error {
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-d.ended:
		return err
	case <-time.After(within):
		return fmt.Errorf("it still runs after %v", within)
	}
}

// said gives the lines of its log of that level.
func (d *docketd) said(level string) []string {
	b, _ := os.ReadFile(d.log)
	var out []string
	for l := range strings.Lines(string(b)) {
		if strings.Contains(l, "level="+level) {
			out = append(out, strings.TrimSpace(l))
		}
	}
	return out
}

// sample is what the server has at a moment.
type sample struct {
	at                          time.Time
	anon, file                  float64 // MiB
	live                        float64 // MiB that survived the last collection
	heap                        float64 // MiB of anon that are Go's; the others are SQLite's
	goroutines, sessions, files float64
	slow                        float64 // closed for reading too slowly
	commands                    float64
	commits, committing         float64 // how many, and their seconds
}

func (d *docketd) sample() (sample, error) {
	s := sample{at: time.Now()}
	pid := "/proc/" + strconv.Itoa(d.cmd.Process.Pid)
	status, err := os.ReadFile(pid + "/status")
	if err != nil {
		return s, err
	}
	for l := range strings.Lines(string(status)) {
		name, rest, _ := strings.Cut(l, ":")
		kb, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
		switch name {
		case "RssAnon":
			s.anon = kb / 1024
		case "RssFile":
			s.file = kb / 1024
		}
	}
	fds, err := os.ReadDir(pid + "/fd")
	if err != nil {
		return s, err
	}
	s.files = float64(len(fds))
	resp, err := http.Get("http://" + d.private + "/metrics")
	if err != nil {
		return s, err
	}
	defer resp.Body.Close()
	for sc := bufio.NewScanner(io.LimitReader(resp.Body, 1<<20)); sc.Scan(); {
		name, value, ok := strings.Cut(sc.Text(), " ")
		v, err := strconv.ParseFloat(value, 64)
		if !ok || err != nil {
			continue
		}
		switch name {
		case "go_goroutines":
			s.goroutines = v
		case "go_memstats_next_gc_bytes":
			s.live = v / 2 / (1 << 20) // the next collection comes when what lives has doubled
		case "go_memstats_sys_bytes":
			s.heap += v / (1 << 20)
		case "go_memstats_heap_released_bytes":
			s.heap -= v / (1 << 20)
		case "docket_commit_seconds_count":
			s.commits = v
		case "docket_commit_seconds_sum":
			s.committing = v
		case "docket_sessions":
			s.sessions = v
		case "docket_slow_closed_total":
			s.slow = v
		case "docket_commands_total":
			s.commands = v
		}
	}
	return s, nil
}

// settled samples until nothing comes or goes any more; with sessions not
// negative, once that many are there.
func (d *docketd) settled(t *testing.T, sessions int) sample {
	t.Helper()
	var last sample
	same := 0
	until(t, fmt.Sprintf("the server rests with %d sessions", sessions), func() bool {
		s, err := d.sample()
		if err != nil {
			t.Fatal(err)
		}
		if s.goroutines == last.goroutines && s.files == last.files && int(s.sessions) == sessions {
			same++
		} else {
			same = 0
		}
		last = s
		return same >= 3
	})
	return last
}

// patience bounds every wait for what must come by itself.
const patience = 2 * time.Minute

var errPatience = errors.New("it did not come about")

func wait(ctx context.Context, within time.Duration, ok func() bool) error {
	end := time.NewTimer(within)
	defer end.Stop()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-end.C:
			return errPatience
		case <-look.C:
		}
	}
	return nil
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	if err := wait(context.Background(), patience, ok); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}
