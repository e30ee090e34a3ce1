package engine_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/seam"
	"docket/storage/cache"
	"docket/storage/ledger"
	"docket/storage/outbox"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/engine"
	"docket/sync/wire"
)

// BenchmarkFirstSync loads a whole desk into a new cache over a real socket,
// the server in a process of its own: S1 and the first sync of C5;
// then C1 and C4 on what was loaded. A ticket has
// ten entries of about 400 bytes of text. 100,000 tickets take minutes to make;
// with DOCKET_BENCH_DIR they are made there once and used again:
//
//	DOCKET_BENCH_DIR=$HOME/bench go test ./sync/engine -run - -bench FirstSync/100000 -benchtime 1x
func BenchmarkFirstSync(b *testing.B) {
	for _, n := range []int{3000, 30_000, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) { firstSync(b, n) })
	}
}

func firstSync(b *testing.B, tickets int) {
	dir := os.Getenv("DOCKET_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	dir = filepath.Join(dir, strconv.Itoa(tickets))
	if _, err := os.Stat(filepath.Join(dir, "made")); err != nil {
		srv := runtest.NewServer(b, "", func(c *run.Config) { c.Data = dir })
		raw := crowd(b, srv.Ledger, tickets)
		if err := srv.Server.Close(); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "made"), []byte(strconv.Itoa(raw)), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	made, err := os.ReadFile(filepath.Join(dir, "made"))
	if err != nil {
		b.Fatal(err)
	}
	raw, _ := strconv.Atoi(string(made))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(160 << 20)) // that of main.go
	var m measured
	for b.Loop() {
		m = load(b, dir, tickets)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(tickets*11)/m.whole.Seconds(), "records/s")
	b.ReportMetric(m.whole.Seconds(), "s")
	b.ReportMetric(float64(m.first.Milliseconds()), "list-ms")
	b.ReportMetric(m.cpu.Seconds(), "client-cpu-s")
	b.ReportMetric(m.server.Seconds(), "server-cpu-s")
	b.ReportMetric(float64(m.wire)/float64(raw), "wire/text")
	b.ReportMetric(float64(m.disk)/float64(raw), "disk/text")
	b.ReportMetric(float64(m.work.Writes)/float64(tickets), "keys/ticket")
	b.ReportMetric(float64(m.work.Commits), "commits")
	b.ReportMetric(float64(m.pages[len(m.pages)/2].Microseconds()), "page-p50-µs")
	b.ReportMetric(float64(m.pages[len(m.pages)*99/100].Microseconds()), "page-p99-µs")
	b.ReportMetric(float64(m.open.Microseconds())/1000, "open-ms")
	b.ReportMetric(float64(m.killed.Microseconds())/1000, "open-killed-ms")
	b.ReportMetric(float64(m.idle)/(1<<20), "idle-anon-MiB")
	b.ReportMetric(float64(m.anon)/(1<<20), "peak-anon-MiB")
}

// TestServeTheBenchmark is the server of BenchmarkFirstSync, until its input ends.
func TestServeTheBenchmark(t *testing.T) {
	dir := os.Getenv("DOCKET_BENCH_SERVE")
	if dir == "" {
		t.Skip("only for BenchmarkFirstSync")
	}
	srv := runtest.NewServer(t, "", func(c *run.Config) { c.Data = dir })
	token, device := srv.Token("jonas")
	fmt.Println("serving", srv.URL, token, device)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// serve starts the server and gives a way in; end gives the CPU it took from then on.
func serve(b *testing.B, dir string) (url, token string, device desk.DeviceID, end func() time.Duration) {
	b.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestServeTheBenchmark$", "-test.v")
	cmd.Env = append(os.Environ(), "DOCKET_BENCH_SERVE="+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if n, _ := fmt.Sscanf(lines.Text(), "serving %s %s %s", &url, &token, &device); n == 3 {
			break
		}
	}
	before := cpuOf(cmd.Process.Pid)
	return url, token, device, func() time.Duration {
		took := cpuOf(cmd.Process.Pid) - before
		_ = in.Close()
		_, _ = io.Copy(io.Discard, out)
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
		return took
	}
}

type measured struct {
	whole, first, cpu, server time.Duration
	disk, wire, anon          int64
	work                      cache.Work
	pages                     []time.Duration // shortest first
	open, killed              time.Duration
	idle                      int64
}

// load signs jonas in on a new computer and waits until all is there.
func load(b *testing.B, data string, tickets int) measured {
	b.Helper()
	url, token, device, end := serve(b, data)
	dir := b.TempDir()
	store, _, err := cache.Open(filepath.Join(dir, "cache"), [32]byte{3}, wire.Codec{}, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	out, _, err := outbox.Open(outbox.Config{
		Dir: filepath.Join(dir, "outbox"), Key: [32]byte{1}, Codec: wire.Codec{}, Encode: wire.EncodeCommand, Decode: wire.DecodeCommand,
	})
	if err != nil {
		b.Fatal(err)
	}
	files, err := seam.OpenFiles(filepath.Join(dir, "files"), [32]byte{2})
	if err != nil {
		b.Fatal(err)
	}
	done, listed := make(chan struct{}, 1), make(chan time.Duration, 1)
	var m measured
	var wired atomic.Int64
	start, before := time.Now(), cpuOf(os.Getpid())
	eng, err := engine.New(engine.Config{
		NetDial: countedDial(&wired), Server: url, Token: token, Device: device, App: "bench",
		Store: seam.Store{Cache: store}, Memory: store, Outbox: seam.Outbox{Outbox: out}, Files: files,
		OnStatus: func(s engine.Status) {
			if s.State == engine.Live {
				select {
				case done <- struct{}{}:
				default:
				}
			}
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	store.Subscribe(func(cache.Applied) {
		if n, err := store.Count("all_open"); err == nil && n.Total >= 50 {
			select {
			case listed <- time.Since(start):
			default:
			}
		}
		m.anon = max(m.anon, anonymous())
	})
	eng.Start()
	<-done
	m.whole, m.cpu, m.first = time.Since(start), cpuOf(os.Getpid())-before, <-listed
	m.server, m.wire = end(), wired.Load()
	if n, err := store.Totals(); err != nil || n.Tickets != tickets {
		b.Fatalf("%d tickets, %v, want %d", n.Tickets, err, tickets)
	}
	m.work = store.Work()
	eng.Close()
	_, _ = out.Close(), files.Close()
	m.pages = pages(b, store)
	if err := os.CopyFS(filepath.Join(dir, "killed"), os.DirFS(filepath.Join(dir, "cache"))); err != nil {
		b.Fatal(err)
	}
	if err := store.Close(); err != nil {
		b.Fatal(err)
	}
	m.killed, _ = open(b, filepath.Join(dir, "killed"))
	_, _ = open(b, filepath.Join(dir, "cache"))
	m.open, m.idle = open(b, filepath.Join(dir, "cache"))
	_ = filepath.WalkDir(filepath.Join(dir, "cache"), func(_ string, d fs.DirEntry, err error) error {
		if f, err2 := d.Info(); err == nil && err2 == nil && !d.IsDir() {
			m.disk += f.Size()
		}
		return nil
	})
	return m
}

// open opens a cache and reads its first page, and gives how long that took and
// what memory it holds then.
func open(b *testing.B, dir string) (took time.Duration, idle int64) {
	b.Helper()
	start := time.Now()
	store, _, err := cache.Open(dir, [32]byte{3}, wire.Codec{}, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	if rows, err := store.Rows("all_open", 0, 50); err != nil || len(rows) != 50 {
		b.Fatalf("%d rows, %v", len(rows), err)
	}
	took = time.Since(start)
	debug.FreeOSMemory()
	idle = anonymous()
	if err := store.Close(); err != nil {
		b.Fatal(err)
	}
	return took, idle
}

// pages reads pages of 50 rows at any position and gives how long each took.
func pages(b *testing.B, store *cache.Cache) []time.Duration {
	b.Helper()
	n, err := store.Count("all_open")
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	ds := make([]time.Duration, 3000)
	for i := range ds {
		start := time.Now()
		if _, err := store.Rows("all_open", r.IntN(n.Total-50), 50); err != nil {
			b.Fatal(err)
		}
		ds[i] = time.Since(start)
	}
	slices.Sort(ds)
	return ds
}

// countedDial dials connections that count what they read.
func countedDial(n *atomic.Int64) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, addr)
		return wiredConn{c, n}, err
	}
}

type wiredConn struct {
	net.Conn
	n *atomic.Int64
}

func (c wiredConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.n.Add(int64(n))
	return n, err
}

// cpuOf is the CPU a process has used, 0 where there is no /proc.
func cpuOf(pid int) time.Duration {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// anonymous is the memory of this process that no file stands behind.
func anonymous() int64 {
	b, _ := os.ReadFile("/proc/self/status")
	_, after, _ := strings.Cut(string(b), "RssAnon:")
	var kb int64
	_, _ = fmt.Sscan(after, &kb)
	return kb << 10
}

// crowd fills a ledger and gives the bytes of its texts.
func crowd(b *testing.B, l *ledger.Ledger, tickets int) int {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var vocabulary []string
	for range 4000 {
		w := make([]byte, 3+r.IntN(7))
		for i := range w {
			w[i] = byte('a' + r.IntN(26))
		}
		vocabulary = append(vocabulary, string(w))
	}
	say := func(size int) string {
		var s strings.Builder
		for s.Len() < size {
			// Few words are said often, most seldom.
			s.WriteString(vocabulary[int(float64(len(vocabulary))*r.Float64()*r.Float64()*r.Float64())])
			s.WriteByte(' ')
		}
		return s.String()
	}
	raw := 0
	for from := 0; from < tickets; from += 500 {
		err := l.Update(context.Background(), func(tx *ledger.Tx) error {
			for i := from; i < min(from+500, tickets); i++ {
				ch := conversation(i, r, say)
				for _, e := range ch.Entries {
					raw += len(e.Text)
				}
				if _, _, err := tx.Apply(ch, "elif"); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return raw
}

func conversation(i int, r *rand.Rand, say func(int) string) desk.Change {
	at := time.Date(2025, 1, 1, 9, 0, 0, 0, time.UTC).Add(time.Duration(i) * 5 * time.Minute)
	id := desk.TicketID(fmt.Sprintf("%08x-%04x-7000-8000-%012x", at.UnixMilli()>>16, at.UnixMilli()&0xffff, r.Uint64()>>16))
	t := desk.Ticket{
		ID: id, Version: 1, PublicVersion: 1, LastSeq: 10, PublicSeq: 10, Subject: say(40), Requester: "elif", Org: "bakery", OrgName: "Bakery Brandt",
		Department: "hosting", Intended: "hosting", Priority: desk.PriorityNormal, Created: at, Updated: at.Add(time.Hour), PublicUpdated: at.Add(time.Hour),
		Status:   []desk.Status{desk.Closed, desk.Closed, desk.Solved, desk.InProgress, desk.WaitingCustomer, desk.Triage}[r.IntN(6)],
		Assignee: "lea", People: []desk.Named{{ID: "elif", Name: "Elif Brandt", Org: "bakery"}, {ID: "lea", Name: "Lea Moor", Staff: true}},
		LastBy: "lea", LastText: say(150), PublicLastBy: "lea",
		Steps: []desk.Step{{Kind: "received", At: at}, {Kind: "assigned", At: at.Add(time.Minute), By: "lea", To: "lea"}, {Kind: "answered", At: at.Add(time.Hour), By: "lea"}},
	}
	if t.Status.Done() {
		t.ClosedAt = t.Updated
	}
	if i%50 == 0 {
		t.Assignee = "jonas"
	}
	t.PublicLast = t.LastText
	ch := desk.Change{Ticket: t}
	for s := uint64(1); s <= 10; s++ {
		e := desk.Entry{
			ID: desk.EntryID(fmt.Sprintf("%s%04x-%012x", id[:19], r.Uint64()>>48, r.Uint64()>>16)), Ticket: id, Seq: s, PublicSeq: s, Kind: desk.Message,
			Audience: desk.Public, Author: "elif", AuthorName: "Elif Brandt", At: at.Add(time.Duration(s) * time.Minute), Channel: "app", Text: say(400),
		}
		e.Command = desk.CommandID(e.ID)
		if s == 1 {
			e.Kind = desk.Opened
		}
		ch.Entries = append(ch.Entries, e)
	}
	return ch
}
