//go:build linux

package main

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	_ "modernc.org/sqlite" // counts the raw bytes of a ledger

	"docket/app/desk"
	"docket/build/crowd"
)

const (
	perTicket = 5 // messages of each ticket; with what the desk adds about ten entries
	firms     = 100
	changed   = 100 // tickets in S3
)

// size is what one size of desk gave.
type size struct {
	tickets                  int
	docs, list, whole        float64 // documents/s of the first sync, ms until the list, ms until all
	records                  float64 // tickets and entries
	wire, raw                float64 // bytes
	peak, idle, mapped       float64 // MiB
	warm, killed, cold       float64 // ms until the first rows
	early, page              said    // pages while the store still settles, and after
	back                     []said
	backRows, manyMS, perRow float64
	manyDown, others         float64
}

// sizes measures what depends, or must not depend, on how much there is.
func (b *bench) sizes() error {
	counts := []int{1000}
	if b.standard {
		counts = []int{1000, 10_000, 100_000}
	}
	var all []size
	for _, n := range counts {
		s, err := b.sized(n)
		if err != nil {
			return fmt.Errorf("%d tickets: %w", n, err)
		}
		b.say("%d tickets: %.0f docs/s, list after %.0f ms of %.0f, %.2f of raw on the wire, back in %.2f ms, others %.0f %%",
			n, s.docs, s.list, s.whole, s.wire/s.raw, medianMS(s.back), s.others)
		all = append(all, s)
	}
	b.tellSizes(all)
	return nil
}

// ledgerOf makes a ledger of n tickets once and gives its folder; the passes
// beside it belong to its people.
func (b *bench) ledgerOf(n int) (string, []crowd.Pass, error) {
	dir := filepath.Join(b.cache, fmt.Sprintf("ledger-%d", n))
	file := filepath.Join(dir, "passes.json")
	var passes []crowd.Pass
	if text, err := os.ReadFile(file); err == nil {
		return dir, passes, json.Unmarshal(text, &passes)
	}
	b.say("making a ledger of %d tickets, once", n)
	if err := os.RemoveAll(dir); err != nil {
		return "", nil, err
	}
	passes, err := crowd.Furnish(b.ctx, dir, crowd.Desk{Organizations: firms, Customers: 1, Departments: 1, Engineers: 1})
	if err != nil {
		return "", nil, err
	}
	lines := filepath.Join(b.dir, "conversations.jsonl")
	if err := conversations(lines, n); err != nil {
		return "", nil, err
	}
	out, err := exec.CommandContext(b.ctx, b.docketd, "import", "--quiet", "--data", dir, lines).CombinedOutput()
	if err != nil {
		return "", nil, fmt.Errorf("import: %w: %.400s", err, out)
	}
	_ = os.Remove(lines)
	text, err := json.Marshal(passes)
	if err != nil {
		return "", nil, err
	}
	return dir, passes, os.WriteFile(file, text, 0o600)
}

var words = []string{
	"server", "mail", "invoice", "domain", "slow", "since", "yesterday", "morning", "backup", "certificate", "renewed", "restart", "cannot", "login",
	"password", "port", "closed", "timeout", "webshop", "orders", "customer", "waiting", "please", "look", "again", "thanks", "works", "now", "disk", "full",
}

func conversations(file string, n int) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same every time is the point
	say := func() string {
		s := ""
		for len(s) < 200+r.IntN(200) {
			s += words[r.IntN(len(words))] + " "
		}
		return s
	}
	enc := json.NewEncoder(w)
	for i := range n {
		org := i % firms
		who := string(crowd.Customer(org, 0))
		var messages []map[string]any
		for m := range perTicket {
			by := who
			if m%2 == 1 {
				by = string(crowd.Engineer(0, 0))
			}
			messages = append(messages, map[string]any{"by": by, "body": say(), "after": m})
		}
		if err := enc.Encode(map[string]any{
			"key": fmt.Sprint("bench-", i), "subject": say()[:40], "age": 24 + (n-i)%690, "requester": map[string]any{"id": who},
			"department": crowd.Department(0), "organization": crowd.Org(org), "messages": messages,
		}); err != nil {
			return err
		}
	}
	return w.Flush()
}

// sized takes the engineer of a desk of n tickets through a client's life.
func (b *bench) sized(n int) (s size, err error) {
	s.tickets = n
	made, passes, err := b.ledgerOf(n)
	if err != nil {
		return s, err
	}
	data, err := b.fresh("docketd")
	if err != nil {
		return s, err
	}
	defer os.RemoveAll(data)
	if err := copyDir(made, filepath.Join(data, "d")); err != nil {
		return s, err
	}
	srv, err := b.newServer(filepath.Join(data, "d"))
	if err != nil {
		return s, err
	}
	if s.records, s.raw, err = rawBytes(srv.data); err != nil {
		return s, err
	}
	if err := srv.start(b.ctx); err != nil {
		return s, err
	}
	defer srv.kill()
	dir, err := b.fresh("seat")
	if err != nil {
		return s, err
	}
	defer os.RemoveAll(dir)
	p, err := b.seatProcess(dir, srv.url(), string(crowd.Engineer(0, 0)))
	if err != nil {
		return s, err
	}
	m := watch(srv.pid(), p.cmd.Process.Pid)
	rows, err := p.hears("rows")
	if err != nil {
		return s, err
	}
	live, err := p.hears("live")
	if err != nil {
		return s, err
	}
	s.others = m.others()
	s.list, s.whole, s.wire = rows.MS, live.MS, float64(live.Down)
	s.docs = s.records / live.MS * 1000
	s.peak = float64(p.peak.Load()) / (1 << 20)
	if s.early, err = p.ask("pages 1000"); err != nil {
		return s, err
	}
	returns, rest := 3, 2*time.Second
	if b.standard {
		returns, rest = 5, 30*time.Second
	}
	wait(b.ctx, rest)
	anon, file := memOf(p.cmd.Process.Pid)
	s.idle, s.mapped = float64(anon)/(1<<20), float64(file)/(1<<20)
	if s.page, err = p.ask("pages 1000"); err != nil {
		return s, err
	}
	before, _ := srv.metrics()
	for range returns {
		back, err := p.ask("return")
		if err != nil {
			return s, err
		}
		s.back = append(s.back, back)
	}
	after, _ := srv.metrics()
	s.backRows = (after["docket_ledger_rows_read_total"] - before["docket_ledger_rows_read_total"]) / float64(returns)
	p.end(syscall.SIGTERM)
	return s, b.starts(&s, srv, dir, passes)
}

// starts opens the cache again: warm, after SIGKILL, from the disk; and after a
// hundred tickets changed.
func (b *bench) starts(s *size, srv *server, dir string, passes []crowd.Pass) error {
	open := func(sig syscall.Signal) (said, said, error) {
		p, err := b.seatProcess(dir)
		if err != nil {
			return said{}, said{}, err
		}
		defer p.end(sig)
		rows, err := p.hears("rows")
		if err != nil {
			return rows, rows, err
		}
		live, err := p.hears("live")
		return rows, live, err
	}
	rows, _, err := open(syscall.SIGKILL)
	if err != nil {
		return err
	}
	s.warm = rows.MS
	if rows, _, err = open(syscall.SIGTERM); err != nil {
		return err
	}
	s.killed = rows.MS
	if err := forget(dir); err != nil {
		return err
	}
	if rows, _, err = open(syscall.SIGTERM); err != nil {
		return err
	}
	s.cold = rows.MS
	if err := b.change(srv, passes); err != nil {
		return err
	}
	before, err := srv.metrics()
	if err != nil {
		return err
	}
	_, live, err := open(syscall.SIGTERM)
	if err != nil {
		return err
	}
	after, err := srv.metrics()
	s.manyMS, s.manyDown = float64(live.N)/1e6, float64(live.Down)
	s.perRow = (after["docket_ledger_rows_read_total"] - before["docket_ledger_rows_read_total"]) / changed
	return err
}

// change has customers answer in a hundred tickets.
func (b *bench) change(srv *server, passes []crowd.Pass) error {
	answered := make(chan desk.Receipt, changed)
	cfg := crowd.Config{URL: srv.url(), Answered: func(_ *crowd.Client, r desk.Receipt) { answered <- r }}
	var tickets []desk.TicketID
	for _, pass := range passes[1:] {
		c := crowd.New(pass, cfg)
		if err := c.Connect(b.ctx); err != nil {
			return err
		}
		defer c.Close()
		for id, seq := range c.Tickets() {
			if _, err := c.Do(id, seq, desk.Reply{Text: text(0, replyBytes)}); err != nil {
				return err
			}
			tickets = append(tickets, id)
			break // one of each firm
		}
	}
	for range tickets {
		select {
		case r := <-answered:
			if r.Outcome != desk.OK {
				return fmt.Errorf("a reply ended %s", r.Outcome)
			}
		case <-time.After(30 * time.Second):
			return fmt.Errorf("only %d of %d replies were answered", changed-len(answered), changed)
		}
	}
	if len(tickets) < changed {
		return fmt.Errorf("there were only %d tickets to change", len(tickets))
	}
	return nil
}

// rawBytes is what an engineer's copy holds and weighs: heads and entries as
// they are.
func rawBytes(data string) (records, bytes float64, err error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(data, "ledger.db")+"?mode=ro")
	if err != nil {
		return 0, 0, err
	}
	defer db.Close()
	for _, table := range []string{"staff_heads", "staff_entries"} {
		var n, size float64
		if err := db.QueryRow("SELECT count(*), sum(length(body)) FROM "+table).Scan(&n, &size); err != nil {
			return 0, 0, err
		}
		records, bytes = records+n, bytes+size
	}
	return records, bytes, nil
}

// forget drops the pages of a folder's files from memory, so that they come
// from the disk again.
func forget(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := f.Sync(); err != nil {
			return err
		}
		return unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)
	})
}

func medianMS(all []said) float64 {
	var ms []float64
	for _, s := range all {
		ms = append(ms, s.MS)
	}
	return median(ms)
}
