package policy

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"strings"
	"time"

	"docket/app/desk"
)

// Order is how a person wants a view sorted. Every order keeps the sections:
// whose turn it is stands above all else.
type Order string

// The orders. ByQueue is the usual one, that of SortKey.
const (
	ByQueue  Order = "queue"
	ByNewest Order = "newest" // newest activity first, an internal note included
	ByOldest Order = "oldest" // oldest request first
	ByNumber Order = "number" // highest number first
	ByDue    Order = "due"    // least time left first
	// ByColleague keeps what one person asked together, by name, newest first.
	ByColleague Order = "colleague"
)

// Orders lists the orders there are.
func Orders() []Order { return []Order{ByQueue, ByNewest, ByOldest, ByNumber, ByDue, ByColleague} }

// orderMark stands between a view and its order; no view's id holds one.
const orderMark = "~"

// In is the id under which the view is kept in an order; its own for ByQueue.
func (v ViewID) In(o Order) ViewID {
	if o == ByQueue {
		return v
	}
	return v + ViewID(orderMark+string(o))
}

// Split gives the view and the order an id stands for. ok is false when there
// is no such order.
func (v ViewID) Split() (base ViewID, o Order, ok bool) {
	b, name, found := strings.Cut(string(v), orderMark)
	if !found {
		return v, ByQueue, true
	}
	switch o = Order(name); o {
	case ByNewest, ByOldest, ByNumber, ByDue, ByColleague:
		return ViewID(b), o, true
	}
	return ViewID(b), ByQueue, false
}

// Key orders tickets within a view for me by o; like SortKey, which it is for
// ByQueue, it begins with the section and ends in the ticket's id.
func (o Order) Key(t *desk.Ticket, me desk.Actor) []byte {
	if o == ByQueue {
		return SortKey(t, me)
	}
	key := append(make([]byte, 0, 9+len(t.ID)), sectionByte(Section(t, me)))
	var n uint64
	switch o {
	case ByColleague:
		key = append(key, colleague(t)...)
		n = moment(later(t.Updated, t.PublicUpdated), true)
	case ByNewest:
		n = moment(later(t.Updated, t.PublicUpdated), true)
	case ByOldest:
		n = moment(t.Created, false)
	case ByNumber:
		// Without a number yet, it is newer than all that have one.
		if t.Number > 0 {
			n = math.MaxUint64 - uint64(t.Number)
		}
	case ByDue:
		n = math.MaxUint64 // nothing is due
		if at, _ := Shown(t); !at.IsZero() {
			n = moment(at, false)
		}
	}
	return append(binary.BigEndian.AppendUint64(key, n), t.ID...)
}

// ColleagueKey is how many bytes of a key by colleague are the same for all that
// one person asked in one section.
const ColleagueKey = 1 + 24 + 8

// colleague begins with the name of who asked and ends in a mark of their own,
// so that two of one name are not mixed.
func colleague(t *desk.Ticket) []byte {
	name := string(t.Requester)
	for _, n := range t.People {
		if n.ID == t.Requester && n.Name != "" {
			name = n.Name
		}
	}
	out := make([]byte, 24)
	copy(out, strings.ToLower(name))
	mark := fnv.New64a()
	_, _ = mark.Write([]byte(t.Requester))
	return mark.Sum(out)
}

// Usual is the order of a view that nobody chose another for: what an
// organization asks is grouped by who asked.
func (v ViewID) Usual() Order {
	if strings.HasPrefix(string(v), orgPrefix) {
		return ByColleague
	}
	return ByQueue
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func sectionByte(p Part) byte {
	switch p {
	case Needs:
		return 1
	case Waiting:
		return 2
	}
	return 3
}
