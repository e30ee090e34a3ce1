package hub

import (
	"bytes"
	"slices"
	"sync"
	"time"

	"docket/app/desk"
)

const (
	toldMoves = 64      // most moves kept for a lane
	toldBytes = 1 << 20 // and most bytes
	toldRows  = 100     // most rows of a way made of them; the store cuts longer ones at stepItems
)

// told is what commits said of a lane, newest last, so that who stands where a
// commit found the lane is led on without a read. mu is held for moments.
type told struct {
	mu    sync.Mutex
	moves []handed
	bytes int
	// head is where the lane stood, in a snapshot read after the newest of moves
	// was told, and rights the revision there: see way.
	head   desk.Cursor
	rights uint64
}

type handed struct {
	desk.Move
	at    time.Time
	bytes int
}

// hand keeps a move for those who stand at its beginning.
func (h *Hub) hand(l *lane, m desk.Move) {
	n := 0
	for _, it := range m.Items {
		n += len(it.Head)
		for _, e := range it.Entries {
			n += len(e)
		}
	}
	l.told.mu.Lock()
	l.told.moves = append(l.told.moves, handed{m, time.Now(), n})
	l.told.bytes += n
	for len(l.told.moves) > toldMoves || l.told.bytes > toldBytes {
		l.told.dropFirst()
	}
	l.told.head = desk.Cursor{}
	first := len(l.told.moves) == 1
	l.told.mu.Unlock()
	if first {
		h.warmed(l)
	}
}

func (t *told) dropFirst() {
	t.bytes -= t.moves[0].bytes
	t.moves[0] = handed{}
	t.moves = t.moves[1:]
}

// cool forgets what everybody has had by now and reports whether nothing is left.
func (t *told) cool() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.moves) > 0 && time.Since(t.moves[0].at) > keptFor {
		t.dropFirst()
	}
	if len(t.moves) == 0 {
		t.moves = nil
	}
	return t.moves == nil
}

// vouch notes where the lane stands.
func (t *told) vouch(head desk.Cursor, rights uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.head, t.rights = head, rights
}

// way joins what is kept from a cursor to the lane's newest, which must be seq
// at least. What commits said is good as long as nothing came after it, here or
// in another process, when it was looked at: a later change may have taken a
// ticket out of the lane, or a reader's rights.
func (t *told) way(from desk.Cursor, seq uint64) (way desk.Move, rights uint64, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.head.Seq == 0 || t.head.Seq < seq {
		return way, 0, false
	}
	way, ok = t.to(from, t.head)
	return way, t.rights, ok
}

// to joins what is kept from a cursor to head. mu is held.
func (t *told) to(from, head desk.Cursor) (desk.Move, bool) {
	var way desk.Move
	for i := len(t.moves) - 1; i >= 0; i-- {
		m := t.moves[i].Move
		switch {
		case way.To.Seq == 0 && !same(m.To, head):
			return way, false
		case way.To.Seq == 0:
			way = m
		case same(m.To, way.From):
			way = join(m, way)
		default:
			return way, false
		}
		if way.To.Seq-way.From.Seq > toldRows {
			return way, false
		}
		if same(way.From, from) {
			return way, true
		}
	}
	return way, false
}

func batchOf(m desk.Move) desk.Batch {
	return desk.Batch{Lane: m.To.Lane, Epoch: m.To.Epoch, Prev: m.From.Seq, Last: m.To.Seq, Hash: m.To.Hash, Items: m.Items}
}

func same(a, b desk.Cursor) bool {
	return a.Seq == b.Seq && a.Epoch == b.Epoch && bytes.Equal(a.Hash, b.Hash)
}

// join makes one move of two that follow on each other, as the store collapses
// rows: one item for a thing, where its last one stood.
func join(a, b desk.Move) desk.Move {
	out := desk.Move{From: a.From, To: b.To, Known: true}
	later := slices.Clone(b.Items)
	for _, it := range a.Items {
		i := slices.IndexFunc(later, func(l desk.Item) bool {
			return l.Ticket == it.Ticket && (l.Kind == desk.ItemRead) == (it.Kind == desk.ItemRead)
		})
		if i < 0 {
			out.Items = append(out.Items, it)
			continue
		}
		if l := &later[i]; l.Kind == desk.ItemDelta && l.FromSeq > it.FromSeq {
			l.Entries = slices.Concat(it.Entries, l.Entries)
			l.FromSeq = it.FromSeq
		}
	}
	out.Items = append(out.Items, later...)
	return out
}
