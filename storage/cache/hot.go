package cache

import "sync"

// hotRows keeps the rows that lists showed lately, decoded: scrolling back and
// drawing again after a change ask for the same ones. It forgets in two
// generations, which is cheaper than an exact order and as good here. Rows are
// put in while mu is held for reading and taken out by the commit that changes
// them, so they are always of the store's moment.
type hotRows struct {
	mu       sync.Mutex
	new, old map[tid]Row
}

// hotMost is how many rows a generation holds; two of them take about 6 MB.
const hotMost = 2048

func (h *hotRows) get(t tid) (Row, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r, ok := h.new[t]; ok {
		return r, true
	}
	r, ok := h.old[t]
	if ok {
		h.add(t, r)
	}
	return r, ok
}

func (h *hotRows) put(t tid, r Row) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.add(t, r)
}

func (h *hotRows) add(t tid, r Row) {
	if h.new == nil || len(h.new) >= hotMost {
		h.new, h.old = make(map[tid]Row), h.new
	}
	h.new[t] = r
}

func (h *hotRows) drop(t tid) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.new, t)
	delete(h.old, t)
}

// forget drops all, because the actor is another.
func (h *hotRows) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.new, h.old = nil, nil
}
