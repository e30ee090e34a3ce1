//go:build linux

package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// busy is the share of the machine other processes may have, in percent,
// before a round gives no verdict.
const busy = 20

// tick is the unit of CPU times in /proc.
const tick = 10 * time.Millisecond

// cpuOf is the CPU time a process has had.
func cpuOf(pid int) time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	s := string(b)
	f := strings.Fields(s[strings.LastIndexByte(s, ')')+1:])
	user, _ := strconv.ParseInt(f[11], 10, 64)
	sys, _ := strconv.ParseInt(f[12], 10, 64)
	return time.Duration(user+sys) * tick
}

// memOf is a process's memory of its own and its mapped files, in bytes.
func memOf(pid int) (anon, file int64) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		w := strings.Fields(s.Text())
		if len(w) < 2 {
			continue
		}
		kb, _ := strconv.ParseInt(w[1], 10, 64)
		switch w[0] {
		case "RssAnon:":
			anon = kb << 10
		case "RssFile:":
			file = kb << 10
		}
	}
	return anon, file
}

// machine is the CPU time everything on the machine has had.
func machine() time.Duration {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(b), "\n")
	var sum int64
	for i, w := range strings.Fields(line)[1:] {
		if i == 3 || i == 4 || i >= 8 { // idle, iowait, guests (counted in user)
			continue
		}
		n, _ := strconv.ParseInt(w, 10, 64)
		sum += n
	}
	return time.Duration(sum) * tick
}

// meter tells what other processes had between two moments.
type meter struct {
	at   time.Time
	all  time.Duration
	mine map[int]time.Duration
}

// watch begins; pids are the processes that belong to the measurement beside
// this one.
func watch(pids ...int) *meter {
	m := &meter{at: time.Now(), all: machine(), mine: map[int]time.Duration{}}
	for _, pid := range append(pids, os.Getpid()) {
		m.mine[pid] = cpuOf(pid)
	}
	return m
}

// others gives the percentage of the whole machine that others had. Processes
// that ended meanwhile count with what they had at the start, so it is read
// before they are ended.
func (m *meter) others() float64 {
	all := machine() - m.all
	for pid, before := range m.mine {
		all -= cpuOf(pid) - before
	}
	whole := time.Since(m.at) * time.Duration(runtime.NumCPU())
	return math.Round(1000*max(0, float64(all)/float64(whole))) / 10
}

// times collects durations.
type times struct {
	mu  sync.Mutex
	all []time.Duration
}

func (t *times) add(d time.Duration) {
	t.mu.Lock()
	t.all = append(t.all, d)
	t.mu.Unlock()
}

// spread is what a figure says of times, in milliseconds.
type spread struct {
	N    int     `json:"n"`
	P50  float64 `json:"p50"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p999"`
	Max  float64 `json:"max"`
}

func (t *times) spread() spread {
	t.mu.Lock()
	all := slices.Clone(t.all)
	t.mu.Unlock()
	if len(all) == 0 {
		return spread{}
	}
	slices.Sort(all)
	at := func(q float64) float64 {
		return round(float64(all[min(len(all)-1, int(q*float64(len(all))))]) / 1e6)
	}
	return spread{N: len(all), P50: at(.50), P99: at(.99), P999: at(.999), Max: at(1)}
}

// median of numbers; 0 of none.
func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	s := slices.Clone(all)
	slices.Sort(s)
	if len(s)%2 == 1 {
		return s[len(s)/2]
	}
	return (s[len(s)/2-1] + s[len(s)/2]) / 2
}

// result is one number of one round, with how busy others were.
type result struct {
	value, others float64
}

// settle gives the median over the quiet rounds, or over all if there were
// none, with the number of quiet ones.
func settle(rounds []result) (value float64, quiet int) {
	var calm, all []float64
	for _, r := range rounds {
		all = append(all, r.value)
		if r.others <= busy {
			calm = append(calm, r.value)
		}
	}
	if len(calm) == 0 {
		return median(all), 0
	}
	return median(calm), len(calm)
}

func othersOf(rounds []result) []float64 {
	var out []float64
	for _, r := range rounds {
		out = append(out, r.others)
	}
	return out
}

// pace calls fn at start, start+every, start+2*every … until n were called. It
// holds a thread: a timer of Go fires up to a millisecond late, a nanosleep some
// tens of microseconds, and the rest is spun.
func pace(start time.Time, every time.Duration, n int, fn func(i int, intended time.Time)) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for i := range n {
			at := start.Add(time.Duration(i) * every)
			if wait := time.Until(at) - 100*time.Microsecond; wait > 0 {
				ts := syscall.NsecToTimespec(int64(wait))
				_ = syscall.Nanosleep(&ts, nil) // woken early, it spins longer
			}
			for time.Now().Before(at) {
				runtime.Gosched()
			}
			fn(i, at)
		}
	}()
	<-done
}
