package authority

import (
	"fmt"
	"testing"
	"time"
)

func TestGuard(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	tries := func(g *guard, at time.Time, n int, from, login string) (let int) {
		for range n {
			if g.allow(at, from, login) == nil {
				let++
			}
		}
		return let
	}
	t.Run("one account from one address", func(t *testing.T) {
		g := newGuard(Limits{})
		if got := tries(g, now, 100, "192.0.2.1", "elif"); got != 8 {
			t.Errorf("%d attempts let through, want 8", got)
		}
		if got := tries(g, now, 1, "192.0.2.1", " ELIF "); got != 0 {
			t.Error("another way to write the name got through")
		}
		if got := tries(g, now, 1, "192.0.2.9", "elif"); got != 1 {
			t.Error("the person is locked out on their own computer")
		}
		if got := tries(g, now.Add(20*time.Second), 100, "192.0.2.1", "elif"); got != 1 {
			t.Errorf("after 20 s %d attempts, want 1", got)
		}
	})
	t.Run("one account from everywhere recovers fast", func(t *testing.T) {
		g := newGuard(Limits{})
		let := 0
		for i := range 1000 {
			let += tries(g, now, 1, fmt.Sprintf("192.0.2.%d-%d", i%250, i), "elif")
		}
		if let != 40 {
			t.Errorf("%d attempts let through, want 40", let)
		}
		if got := tries(g, now.Add(3*time.Second), 1, "198.51.100.1", "elif"); got != 1 {
			t.Error("the victim is still locked out after three seconds")
		}
	})
	t.Run("many accounts from one address", func(t *testing.T) {
		g := newGuard(Limits{})
		let := 0
		for i := range 1000 {
			let += tries(g, now, 1, "192.0.2.1", fmt.Sprint("p", i))
		}
		if let != 60 {
			t.Errorf("%d attempts let through, want 60", let)
		}
	})
	t.Run("success forgives the account and not the address", func(t *testing.T) {
		g := newGuard(Limits{PerAddress: 10, AddressEvery: time.Minute})
		tries(g, now, 8, "192.0.2.1", "elif")
		g.forgive("192.0.2.1", "Elif")
		if got := tries(g, now, 100, "192.0.2.1", "elif"); got != 2 {
			t.Errorf("%d attempts let through, want the 2 left to the address", got)
		}
	})
	t.Run("counters do not pile up", func(t *testing.T) {
		g := newGuard(Limits{})
		for i := range 1000 {
			_ = g.allow(now, fmt.Sprint(i), "x")
		}
		_ = g.allow(now.Add(time.Hour), "a", "b")
		if len(g.all) > 3 {
			t.Errorf("%d counters left after an hour", len(g.all))
		}
	})
}
