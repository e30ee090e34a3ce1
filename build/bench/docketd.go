//go:build linux

package main

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
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"docket/app/desk"
	"docket/build/crowd"
)

// server is a docketd over a folder.
type server struct {
	b               *bench
	data            string
	listen, private string
	cmd             *exec.Cmd
	log             *os.File
	under           []string // what runs it, such as strace
}

func (b *bench) newServer(data string) (*server, error) {
	s := &server{b: b, data: data}
	var err error
	if s.listen, err = freeAddress(); err != nil {
		return nil, err
	}
	if s.private, err = freeAddress(); err != nil {
		return nil, err
	}
	s.log, err = os.CreateTemp(b.dir, "docketd-*.log")
	return s, err
}

func freeAddress() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer ln.Close()
	return ln.Addr().String(), nil
}

func (s *server) url() string { return "http://" + s.listen }

// start runs docketd and returns when it is ready.
func (s *server) start(ctx context.Context) error {
	args := append(append([]string{}, s.under...), s.b.docketd, "serve", "--data", s.data, "--listen", s.listen, "--private", s.private)
	if s.b.profile != "" {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		args = []string{self, "serve", s.data, s.listen, s.private, s.b.profile}
	}
	s.cmd = exec.CommandContext(ctx, args[0], args[1:]...)
	// strace must not outlive, nor be outlived by, what it traces.
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	s.cmd.Cancel = func() error { return syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL) }
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("start docketd: %w", err)
	}
	return until(ctx, 60*time.Second, "docketd ready", func() bool { return answers("http://" + s.private + "/readyz") })
}

func answers(url string) bool {
	resp, err := http.Get(url) //nolint:noctx // ends with its server
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

func (s *server) pid() int { return s.cmd.Process.Pid }

// kill ends it as a power cut would, but for what the kernel holds.
func (s *server) kill() {
	if s.cmd != nil {
		_ = s.cmd.Cancel()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// metrics reads what docketd counts.
func (s *server) metrics() (map[string]float64, error) {
	resp, err := http.Get("http://" + s.private + "/metrics") //nolint:noctx // ends with its server
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	out := map[string]float64{}
	for sc := bufio.NewScanner(io.LimitReader(resp.Body, 1<<20)); sc.Scan(); {
		name, value, ok := strings.Cut(sc.Text(), " ")
		if v, err := strconv.ParseFloat(value, 64); ok && err == nil {
			out[name] = v
		}
	}
	return out, nil
}

// docket is Docket as a system: an organization for each group, all of whose
// customers see the request of the first, and one department for all.
type docket struct {
	b       *bench
	ear     *ear
	srv     *server
	passes  []crowd.Pass
	size    int
	cfg     crowd.Config
	all     []*crowd.Client // by group and member; nil where skipped
	at      map[*crowd.Client][2]int
	ticket  []desk.TicketID
	group   map[desk.TicketID]int
	sent    []uint64     // by group
	refused atomic.Int64 // messages the server did not accept
	silent  bool         // nobody opens a request; see M1
}

func (b *bench) docket(e *ear) *docket { return &docket{b: b, ear: e} }

func (d *docket) name() string { return "docket" }

func (d *docket) setting() string {
	return "docketd without flags, SQLite with synchronous=FULL, CBOR over websocket, each batch acknowledged"
}

func (d *docket) earOf() *ear { return d.ear }

func (d *docket) pid() int { return d.srv.pid() }

func (d *docket) start(ctx context.Context, groups, size int) error {
	data, err := d.b.fresh("docketd")
	if err != nil {
		return err
	}
	d.size = size
	d.passes, err = crowd.Furnish(ctx, data, crowd.Desk{Organizations: groups, Customers: size})
	if err != nil {
		return err
	}
	if d.srv, err = d.b.newServer(data); err != nil {
		return err
	}
	if err := d.srv.start(ctx); err != nil {
		return err
	}
	d.all = make([]*crowd.Client, groups*size)
	d.at = map[*crowd.Client][2]int{}
	d.ticket, d.group, d.sent = make([]desk.TicketID, groups), map[desk.TicketID]int{}, make([]uint64, groups)
	for g := range d.ticket {
		d.ticket[g] = desk.TicketID(crowd.UUID())
		d.group[d.ticket[g]] = g
	}
	d.ear.listen(groups, size)
	d.cfg = crowd.Config{URL: d.srv.url(), Arrived: d.arrived, Answered: d.answered}
	return nil
}

func (d *docket) arrived(c *crowd.Client, t desk.TicketID, seq uint64, _ []byte) {
	if seq > 1 { // the first is the request itself
		at := d.at[c]
		d.ear.hear(at[0], at[1], seq-1)
	}
}

func (d *docket) answered(_ *crowd.Client, r desk.Receipt) {
	if r.Outcome != desk.OK {
		d.refused.Add(1)
	}
	if g, ok := d.group[r.Ticket]; ok && r.Seq > 1 {
		d.ear.confirmed(g, r.Seq-1)
	}
}

func (d *docket) connect(ctx context.Context, from, to int, skip func(group, member int) bool) error {
	for g := from; g < to; g++ {
		for m := range d.size {
			if skip == nil || !skip(g, m) {
				c := crowd.New(d.passes[g*d.size+m], d.cfg)
				d.all[g*d.size+m], d.at[c] = c, [2]int{g, m}
			}
		}
	}
	if err := together(d.all[from*d.size:to*d.size], func(c *crowd.Client) error { return c.Connect(ctx) }); err != nil {
		return err
	}
	if d.silent {
		return nil
	}
	return d.open(ctx, from, to)
}

// open has each writer open the request its group talks in.
func (d *docket) open(ctx context.Context, from, to int) error {
	for g := from; g < to; g++ {
		_, err := d.all[g*d.size].Do(d.ticket[g], 0, desk.Open{Subject: "It does not answer", Text: "Since this morning.", Department: crowd.Department(0), Org: crowd.Org(g)})
		if err != nil {
			return err
		}
	}
	return until(ctx, time.Minute, "every request is everywhere", func() bool {
		for g := from; g < to; g++ {
			for m := range d.size {
				if c := d.all[g*d.size+m]; c != nil && c.Have(d.ticket[g]) < 1 {
					return false
				}
			}
		}
		return true
	})
}

// together does something with all clients, some at a time.
func together(all []*crowd.Client, do func(*crowd.Client) error) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var first error
	next := make(chan *crowd.Client)
	for range 64 {
		wg.Go(func() {
			for c := range next {
				if err := do(c); err != nil {
					mu.Lock()
					first = errors.Join(first, err)
					mu.Unlock()
				}
			}
		})
	}
	for _, c := range all {
		if c != nil {
			next <- c
		}
	}
	close(next)
	wg.Wait()
	return first
}

func (d *docket) send(group int, text string) error {
	c := d.all[group*d.size]
	d.sent[group]++
	_, err := c.Do(d.ticket[group], d.sent[group], desk.Reply{Text: text})
	return err
}

// counts sums what the thin clients saw.
func (d *docket) counts() crowd.Counts {
	var n crowd.Counts
	for _, c := range d.all {
		if c != nil {
			n.Add(c.Counts())
		}
	}
	return n
}

func (d *docket) stop() {
	for _, c := range d.all {
		if c != nil {
			go c.Close()
		}
	}
	if d.srv != nil {
		d.srv.kill()
		_ = os.RemoveAll(d.srv.data)
		d.srv.log.Close()
	}
}

// copyDir copies a folder of plain files.
func copyDir(from, to string) error {
	return os.CopyFS(filepath.Clean(to), os.DirFS(from))
}
