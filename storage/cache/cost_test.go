package cache

import (
	"sync/atomic"
	"testing"

	"docket/app/desk"
)

// counting is the codec of the tests that counts what is decoded.
type counting struct {
	jsonCodec
	decoded atomic.Int64
}

func (c *counting) Unmarshal(b []byte, v any) error {
	c.decoded.Add(1)
	return c.jsonCodec.Unmarshal(b, v)
}

// TestCostOfReading counts what is decoded to open a cache and show its first
// page, to show a page from the middle, a conversation, and the page again
// after one change. None of it may know how many tickets there are. (Opening a
// list also reads the sizes of its blocks, which are few.)
func TestCostOfReading(t *testing.T) {
	sizes := []int{1000, 10_000, 100_000}
	if withRace {
		sizes = sizes[:2] // the task "test" runs the third without the detector
	}
	first := map[string]int64{}
	for _, n := range sizes {
		dir, codec := dataset(t, n), &counting{}
		var c *Cache
		cost := func(what string, fn func() error) {
			t.Helper()
			before := codec.decoded.Load()
			if err := fn(); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			got := codec.decoded.Load() - before
			t.Logf("%d tickets, %s: %d decoded", n, what, got)
			if n == sizes[0] {
				first[what] = got
			}
			if a := first[what]; got*10 > a*12 || got*10 < a*8 {
				t.Errorf("%s: %d decoded with %d tickets, %d with %d", what, got, n, a, sizes[0])
			}
		}
		cost("opening", func() (err error) {
			c, _, err = Open(dir, testKey, codec, t0)
			return err
		})
		cost("the first page", func() error { _, err := c.Rows("all_open", 0, 50); return err })
		cost("the counts", func() error { _, err := c.Count("all_open"); return err })
		cost("a page from the middle", func() error { _, err := c.Rows("all_open", n/2-100, 50); return err })
		cost("a conversation", func() error { _, err := c.Entries(ticketID(n/2), 0, 50); return err })
		changed := light(n / 2)
		changed.Version, changed.LastSeq = 2, 2
		cost("a change", func() error { apply(t, c, laneWeb, item(desk.ItemDelta, changed, 2)); return nil })
		cost("the page after it", func() error { _, err := c.Rows("all_open", 0, 50); return err })
		no, err := c.index.no("all_open")
		if err != nil {
			t.Fatal(err)
		}
		if got := len(c.index.loaded(no).fences); got > n/(blockMost/4)+1 {
			t.Errorf("%d blocks for %d tickets", got, n)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
