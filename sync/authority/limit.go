package authority

import (
	"strings"
	"sync"
	"time"

	"docket/app/desk"

	"golang.org/x/time/rate"
)

// Limits are how fast somebody may guess. The zero value means the defaults.
type Limits struct {
	// PerAddress is how many attempts an address has at once; one more every
	// AddressEvery.
	PerAddress   int
	AddressEvery time.Duration
	// PerAccount is the same for one login from one address.
	PerAccount   int
	AccountEvery time.Duration
	// PerAccountAll is the same for one login from everywhere. It is wide and
	// recovers fast, so that nobody can lock somebody else out for long.
	PerAccountAll   int
	AccountAllEvery time.Duration
}

func (l Limits) withDefaults() Limits {
	set := func(n *int, every *time.Duration, dn int, de time.Duration) {
		if *n == 0 {
			*n, *every = dn, de
		}
	}
	set(&l.PerAddress, &l.AddressEvery, 60, time.Second)
	set(&l.PerAccount, &l.AccountEvery, 8, 20*time.Second)
	set(&l.PerAccountAll, &l.AccountAllEvery, 40, 3*time.Second)
	return l
}

// guard counts attempts. It holds a bounded number of counters; the one idle
// longest is full again anyway and goes first.
type guard struct {
	limits Limits

	mu   sync.Mutex // guards all
	all  map[string]*counter
	next time.Time // of the sweep
}

type counter struct {
	*rate.Limiter
	full time.Duration // to recover wholly
	used time.Time
}

const maxCounters = 100_000

func newGuard(l Limits) *guard {
	return &guard{limits: l.withDefaults(), all: map[string]*counter{}}
}

var errTooMany = &desk.Error{
	Code: desk.CodeTooMany, Message: "There were too many attempts to sign in.",
	Hint: "Wait a minute, then try again.",
}

// allow spends one attempt. It answers alike for logins that exist and that
// do not.
func (g *guard) allow(now time.Time, address, login string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sweep(now)
	login = fold(login)
	l := g.limits
	if !g.take(now, "a:"+address, l.PerAddress, l.AddressEvery) {
		return errTooMany
	}
	if login == "" {
		return nil
	}
	if !g.take(now, "b:"+address+"\x00"+login, l.PerAccount, l.AccountEvery) ||
		!g.take(now, "c:"+login, l.PerAccountAll, l.AccountAllEvery) {
		return errTooMany
	}
	return nil
}

func (g *guard) take(now time.Time, key string, burst int, every time.Duration) bool {
	c := g.all[key]
	if c == nil {
		if len(g.all) >= maxCounters {
			return false // only a flood from very many addresses gets here
		}
		c = &counter{Limiter: rate.NewLimiter(rate.Every(every), burst), full: time.Duration(burst) * every}
		g.all[key] = c
	}
	c.used = now
	return c.AllowN(now, 1)
}

// forgive forgets the failures of somebody who proved who they are. The
// address keeps its count, or one account would open all others.
func (g *guard) forgive(address, login string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.all, "b:"+address+"\x00"+fold(login))
}

func (g *guard) sweep(now time.Time) {
	if now.Before(g.next) && len(g.all) < maxCounters {
		return
	}
	g.next = now.Add(time.Minute)
	for k, c := range g.all {
		if now.Sub(c.used) > c.full {
			delete(g.all, k)
		}
	}
}

func fold(login string) string { return strings.ToLower(strings.TrimSpace(clip(login, 320))) }
