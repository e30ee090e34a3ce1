package soak_test

import (
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// spread is a histogram of times; a bucket is 2 % wide.
type spread struct {
	mu   sync.Mutex // guards what follows
	n    int
	in   [1200]int
	most time.Duration
}

const width = 1.02

func (s *spread) add(d time.Duration) {
	at := 0
	if us := float64(d) / float64(time.Microsecond); us > 1 {
		at = min(int(math.Log(us)/math.Log(width)), len(s.in)-1)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.in[at]++
	s.n++
	s.most = max(s.most, d)
}

// at gives a quantile in milliseconds.
func (s *spread) at(q float64) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	left := int(q * float64(s.n))
	for i, n := range s.in {
		if left -= n; left < 0 {
			return round(min(math.Pow(width, float64(i+1))/1000, ms(s.most)))
		}
	}
	return round(ms(s.most))
}

func (s *spread) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

// line is what of it goes into the proof.
func (s *spread) line() map[string]any {
	s.mu.Lock()
	most, n := s.most, s.n
	s.mu.Unlock()
	return map[string]any{"n": n, "p50": s.at(.5), "p99": s.at(.99), "p99.9": s.at(.999), "max": round(ms(most))}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func round(f float64) float64 { return math.Round(f*100) / 100 }

// growth is by how much the straight line nearest to the values rises from the
// first to the last.
func growth(values []float64) float64 {
	n := float64(len(values))
	if n < 2 {
		return 0
	}
	var sx, sy, sxx, sxy float64
	for i, v := range values {
		x := float64(i)
		sx, sy, sxx, sxy = sx+x, sy+v, sxx+x*x, sxy+x*v
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx) * (n - 1)
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	v := slices.Sorted(slices.Values(values))
	return v[len(v)/2]
}

// busy is how much of the processors' time has been used, in seconds.
type busy struct {
	at                time.Time
	all, server, here float64
}

// tick is the unit of times in /proc.
const tick = 100

func cpu(pid int) busy {
	b := busy{at: time.Now(), server: cpuOf(strconv.Itoa(pid)), here: cpuOf("self")}
	stat, _ := os.ReadFile("/proc/stat")
	for i, f := range strings.Fields(strings.SplitN(string(stat), "\n", 2)[0]) {
		if v, err := strconv.ParseFloat(f, 64); err == nil && i != 4 && i != 5 && i < 9 { // neither idle nor waiting for a disk
			b.all += v / tick
		}
	}
	return b
}

func cpuOf(pid string) float64 {
	stat, _ := os.ReadFile("/proc/" + pid + "/stat")
	_, after, _ := strings.Cut(string(stat), ") ")
	f := strings.Fields(after)
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.ParseFloat(f[11], 64)
	system, _ := strconv.ParseFloat(f[12], 64)
	return (user + system) / tick
}
