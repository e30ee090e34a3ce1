package cache

import (
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// datasets are caches of so many tickets, made once for all tests and
// benchmarks of a run.
var datasets struct {
	sync.Mutex
	dir  string
	made map[int]string
}

func TestMain(m *testing.M) {
	code := m.Run()
	// Badger leaves these two behind when it cannot open a store; a cache that
	// was not closed has others too.
	if err := goleak.Find(goleak.IgnoreTopFunction("github.com/dgraph-io/badger/v4.(*DB).monitorCache"),
		goleak.IgnoreTopFunction("github.com/dgraph-io/ristretto/v2/z.(*AllocatorPool).freeupAllocators")); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	if datasets.dir != "" {
		_ = os.RemoveAll(datasets.dir)
	}
	os.Exit(code)
}

// dataset gives a copy of a closed cache with n tickets in laneWeb.
func dataset(t testing.TB, n int) string {
	t.Helper()
	datasets.Lock()
	defer datasets.Unlock()
	if datasets.made == nil {
		dir, err := os.MkdirTemp("", "cache-test")
		if err != nil {
			t.Fatal(err)
		}
		datasets.dir, datasets.made = dir, map[int]string{}
	}
	if datasets.made[n] == "" {
		datasets.made[n] = makeDataset(t, filepath.Join(datasets.dir, fmt.Sprint(n)), n)
	}
	to := t.TempDir()
	copyDir(t, datasets.made[n], to)
	return to
}

func makeDataset(t testing.TB, dir string, n int) string {
	t.Helper()
	start := time.Now()
	c, _, err := Open(dir, testKey, jsonCodec{}, t0)
	if err != nil {
		t.Fatal(err)
	}
	begin(t, c)
	if _, err := c.SnapshotStart(laneWeb, false); err != nil {
		t.Fatal(err)
	}
	for from := n; from > 0; {
		p := desk.Page{Lane: laneWeb, Epoch: "e", AsOf: 10, Total: n}
		for i := 0; i < 150 && from > 0; i++ {
			from--
			p.Items = append(p.Items, item(desk.ItemEnter, light(from), 1))
		}
		if from > 0 {
			p.Next = fmt.Sprint(from)
		}
		if _, err := c.SnapshotPage(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("made %d tickets in %v", n, time.Since(start).Round(time.Millisecond))
	return dir
}

// light is a ticket with one entry.
func light(n int) desk.Ticket {
	t := ticket(n)
	t.LastSeq = 1
	return t
}

func copyDir(t testing.TB, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// percentile gives the p-th of sorted durations.
func percentile(ds []time.Duration, p float64) time.Duration {
	slices.Sort(ds)
	return ds[min(int(float64(len(ds))*p), len(ds)-1)]
}

// BenchmarkC1 reads pages of 50 rows at any position.
func BenchmarkC1(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			c, _ := open2(b, dataset(b, n))
			k, err := c.Count("all_open")
			if err != nil {
				b.Fatal(err)
			}
			r := rand.New(rand.NewSource(1))
			var ds []time.Duration
			for b.Loop() {
				start := time.Now()
				if _, err := c.Rows("all_open", r.Intn(k.Total-50), 50); err != nil {
					b.Fatal(err)
				}
				ds = append(ds, time.Since(start))
			}
			b.ReportMetric(float64(percentile(ds, 0.5).Microseconds()), "p50-µs")
			b.ReportMetric(float64(percentile(ds, 0.99).Microseconds()), "p99-µs")
		})
	}
}

// BenchmarkScroll reads a list page by page, forwards and back.
func BenchmarkScroll(b *testing.B) {
	c, _ := open2(b, dataset(b, 100_000))
	i := 0
	for b.Loop() {
		i++
		at := i % 40
		if at > 20 {
			at = 40 - at
		}
		if _, err := c.Rows("all_open", 5000+at*25, 50); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkC4 opens a cache and reads the first page.
func BenchmarkC4(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := dataset(b, n)
			var ds []time.Duration
			for b.Loop() {
				start := time.Now()
				c, _, err := Open(dir, testKey, jsonCodec{}, t0)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := c.Rows("all_open", 0, 50); err != nil {
					b.Fatal(err)
				}
				ds = append(ds, time.Since(start))
				if err := c.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(percentile(ds, 0.5).Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(percentile(ds, 0.99).Microseconds())/1000, "p99-ms")
		})
	}
}

// BenchmarkApply applies one reply to one ticket.
func BenchmarkApply(b *testing.B) {
	c, _ := open2(b, dataset(b, 100_000))
	i := 0
	for b.Loop() {
		i++
		t := light(i % 100_000)
		t.Version, t.LastSeq = uint64(i/100_000+2), uint64(i/100_000+2)
		if _, err := c.Apply(desk.Batch{Lane: laneWeb, Epoch: "e", Prev: uint64(9 + i), Last: uint64(10 + i), Items: []desk.Item{item(desk.ItemDelta, t, t.LastSeq)}}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSorted fills a list in another order.
func BenchmarkSorted(b *testing.B) {
	c, _ := open2(b, dataset(b, 100_000))
	for i := 0; b.Loop(); i++ {
		by := []policy.Order{policy.ByNewest, policy.ByOldest}[i%2]
		if err := c.KeepSorted(b.Context(), []ViewID{policy.ViewAllOpen.In(by)}); err != nil {
			b.Fatal(err)
		}
	}
}
