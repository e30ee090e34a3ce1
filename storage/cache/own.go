package cache

import (
	"sync"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
	lang "docket/app/desk/query"
)

// A list by a query is kept as one in another order is: under an id that says
// all there is to it (query.ViewID), filled in steps, for as long as it is
// wanted (KeepSorted). So a change of a ticket costs one look at its head for
// each such list, and a page of it what a page of any list costs. The next day's
// list of a query that names days has another id, and is filled beside the old.

// queries are the lists by a query that were read from their ids.
type queries struct {
	mu   sync.Mutex
	read map[ViewID]lang.View
}

// in reports whether a ticket is in a list for me; base is its id without order.
func (c *Cache) in(base ViewID, t *desk.Ticket, me desk.Actor, unread bool) bool {
	if !lang.IsView(base) {
		return policy.InView(base, t, me)
	}
	x := &c.queries
	x.mu.Lock()
	v, known := x.read[base]
	if !known {
		v, known = lang.ReadView(base, time.Local)
		if known {
			if len(x.read) >= mostQueries {
				x.read = nil
			}
			if x.read == nil {
				x.read = map[ViewID]lang.View{}
			}
			x.read[base] = v
		}
	}
	x.mu.Unlock()
	return known && v.Has(t, me, unread)
}

// mostQueries bounds what is remembered of lists that may be no more.
const mostQueries = 1000
