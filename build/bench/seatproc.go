//go:build linux

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"docket/app"
	"docket/app/desk"
	"docket/app/vault"
	"docket/build/crowd"
)

// memoryLimit is the program's own, of main.go.
const memoryLimit = 160 << 20

// said is a line a client's process writes.
type said struct {
	What string  `json:"what"`
	MS   float64 `json:"ms,omitempty"` // since the process began to open its files, or as What says
	P50  float64 `json:"p50,omitempty"`
	P99  float64 `json:"p99,omitempty"`
	Max  float64 `json:"max,omitempty"`
	N    int64   `json:"n,omitempty"`
	Down int64   `json:"down,omitempty"`
	Up   int64   `json:"up,omitempty"`
	Err  string  `json:"err,omitempty"`
}

// cable counts what goes over the client's connections and can be cut.
type cable struct {
	down, up atomic.Int64
	began    atomic.Int64 // of the last dial

	mu    sync.Mutex
	conns []net.Conn
}

func (c *cable) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	c.began.Store(time.Now().UnixNano())
	conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.conns = append(c.conns, conn)
	c.mu.Unlock()
	return &counted{conn, c}, nil
}

func (c *cable) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		conn.Close()
	}
	c.conns = nil
	c.down.Store(0)
	c.up.Store(0)
}

type counted struct {
	net.Conn
	c *cable
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.c.down.Add(int64(n))
	return n, err
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.c.up.Add(int64(n))
	return n, err
}

// keysIn is a keyring in a file, so that a client's next process finds its key.
func keysIn(file string) *keys {
	k := &keys{kept: map[string]string{}, file: file}
	if b, err := os.ReadFile(file); err == nil {
		_ = json.Unmarshal(b, &k.kept)
	}
	return k
}

// client is a seat in a process of its own, as it sees itself.
type client struct {
	out   *json.Encoder
	cable *cable
	api   *app.API
	begin time.Time
}

// seatMain is a client's process: its folder, and the first time a server and a
// person. It says what happens and takes commands, one on a line.
func seatMain(args []string) error {
	debug.SetMemoryLimit(memoryLimit)
	if len(args) != 1 && len(args) != 3 {
		return errors.New("want a folder, and perhaps a server and a person")
	}
	c := &client{out: json.NewEncoder(os.Stdout), cable: &cable{}, begin: time.Now()}
	dir := args[0]
	p := app.New(app.Deps{
		Profile: "bench", Dir: filepath.Join(dir, "profile"), Version: "bench", Notifier: mute{}, NetDial: c.cable.dial,
		Vault: vault.New("bench", dir, keysIn(filepath.Join(dir, "keys.json"))),
		Shell: window{},
	})
	defer p.Close()
	c.api = p.API()
	p.Start()
	p.Ready()
	boot, err := c.api.Boot()
	if err == nil && len(args) == 3 {
		c.begin = time.Now()
		boot, err = c.api.SignIn(args[1], args[2], crowd.Password)
		c.say(said{What: "signed in", MS: c.since(time.Now())})
		c.begin = time.Now()
	}
	if err != nil {
		return err
	}
	if boot.State != "ready" {
		return errors.New("it is " + boot.State)
	}
	if err := c.firstRows(); err != nil {
		return err
	}
	at, err := c.state(true)
	if err != nil {
		return err
	}
	c.say(said{What: "live", MS: c.since(at), Down: c.cable.down.Load(), Up: c.cable.up.Load(), N: at.UnixNano() - c.cable.began.Load()})
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		if in.Text() == "quit" {
			return nil
		}
		if err := c.command(in.Text()); err != nil {
			c.say(said{What: in.Text(), Err: err.Error()})
		}
	}
	return nil
}

func (c *client) say(s said) { _ = c.out.Encode(s) }

func (c *client) since(at time.Time) float64 { return round(float64(at.Sub(c.begin)) / 1e6) }

// biggest gives the view with most rows and how many.
func (c *client) biggest() (view string, total int, err error) {
	views, err := c.api.Views()
	if errors.Is(err, desk.ErrNotFound) {
		return "", 0, nil // the person's rights are just coming in, and other lists with them
	}
	if err != nil {
		return "", 0, err
	}
	for _, v := range views {
		p, err := c.api.Rows(v.ID, 0, 1)
		if errors.Is(err, desk.ErrNotFound) {
			continue
		}
		if err != nil {
			return "", 0, err
		}
		if p.Total > total {
			view, total = v.ID, p.Total
		}
	}
	return view, total, nil
}

// firstRows waits until a list can be shown.
func (c *client) firstRows() error {
	for {
		view, total, err := c.biggest()
		if err != nil {
			return err
		}
		if total >= 50 {
			p, err := c.api.Rows(view, 0, 50)
			if err != nil {
				return err
			}
			c.say(said{What: "rows", MS: c.since(time.Now()), N: int64(len(p.Rows))})
			return nil
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// state waits until the connection is live, or is not, and tells when. It asks
// the program instead of listening, because what is told to the page in a burst
// is told 30 ms apart.
func (c *client) state(live bool) (time.Time, error) {
	for end := time.Now().Add(10 * time.Minute); time.Now().Before(end); {
		x, err := c.api.Connection()
		if err != nil {
			return time.Time{}, err
		}
		if (x.State == "live") == live {
			return time.Now(), nil
		}
		nap := syscall.NsecToTimespec(50_000)
		_ = syscall.Nanosleep(&nap, nil) // woken early, it asks sooner
	}
	return time.Time{}, errors.New("nothing changed within ten minutes")
}

// command does what the bench asks: "pages N" reads N pages of 50 at random
// places, "return" cuts the connection and comes back.
func (c *client) command(line string) error {
	switch word, arg, _ := strings.Cut(line, " "); word {
	case "pages":
		var n int
		if _, err := fmt.Sscan(arg, &n); err != nil {
			return err
		}
		view, total, err := c.biggest()
		if err != nil {
			return err
		}
		t := &times{}
		for range n {
			from, start := rand.IntN(max(1, total-50)), time.Now()
			if _, err := c.api.Rows(view, from, 50); err != nil {
				return err
			}
			t.add(time.Since(start))
		}
		s := t.spread()
		c.say(said{What: "pages", P50: s.P50, P99: s.P99, Max: s.Max, N: int64(total)})
	case "return":
		time.Sleep(1100 * time.Millisecond) // the engine lets a second pass between attempts
		c.cable.cut()
		if _, err := c.state(false); err != nil {
			return err
		}
		_ = c.api.TryNow()
		at, err := c.state(true)
		if err != nil {
			return err
		}
		c.say(said{What: "return", MS: round(float64(at.UnixNano()-c.cable.began.Load()) / 1e6), Down: c.cable.down.Load(), Up: c.cable.up.Load()})
	default:
		return fmt.Errorf("there is no command %q", word)
	}
	return nil
}

// seatProcess is a client's process as the bench sees it.
type seatProcess struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *json.Decoder
	peak atomic.Int64 // of its own memory, in bytes
	quit chan struct{}
	wg   sync.WaitGroup
}

func (b *bench) seatProcess(args ...string) (*seatProcess, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &seatProcess{cmd: exec.CommandContext(b.ctx, self, append([]string{"seat"}, args...)...), quit: make(chan struct{})}
	p.cmd.Stderr = os.Stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = json.NewDecoder(out)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	p.wg.Go(func() {
		t := time.NewTicker(20 * time.Millisecond)
		defer t.Stop()
		for {
			select {
			case <-p.quit:
				return
			case <-t.C:
				anon, _ := memOf(p.cmd.Process.Pid)
				p.peak.Store(max(p.peak.Load(), anon))
			}
		}
	})
	return p, nil
}

// hears waits for a line.
func (p *seatProcess) hears(what string) (said, error) {
	for {
		var s said
		if err := p.out.Decode(&s); err != nil {
			return s, fmt.Errorf("the client ended before %q: %w", what, err)
		}
		if s.Err != "" {
			return s, errors.New(s.Err)
		}
		if s.What == what {
			return s, nil
		}
	}
}

func (p *seatProcess) ask(command string) (said, error) {
	if _, err := fmt.Fprintln(p.in, command); err != nil {
		return said{}, err
	}
	word, _, _ := strings.Cut(command, " ")
	return p.hears(word)
}

// end lets it close its files, or with SIGKILL does not.
func (p *seatProcess) end(sig syscall.Signal) {
	if sig == syscall.SIGKILL {
		_ = p.cmd.Process.Kill()
	} else {
		fmt.Fprintln(p.in, "quit")
		_ = p.in.Close()
	}
	_ = p.cmd.Wait()
	close(p.quit)
	p.wg.Wait()
}
