package wire

import (
	"cmp"
	"slices"

	"docket/app/desk"
)

// roomServer and roomClient are how much content a frame may carry, with a
// margin for the keys and lengths around it.
const (
	roomServer = MaxServerFrame - 64<<10
	roomClient = MaxClientFrame - 8<<10
)

// weight is at least what an item takes on the wire.
func weight(it desk.Item) int {
	n := 160 + len(it.Head)
	if it.Ref != nil {
		n += len(it.Ref.Body) + len(it.Ref.ID)
	}
	for _, e := range it.Entries {
		n += len(e) + 5
	}
	return n
}

// FitBatch gives b in a form that fits a frame. When it does not, the largest
// conversations lose their entries, and FromSeq says so: the client sees that
// it lacks some and fetches the ticket whole. b itself is not changed.
func FitBatch(b desk.Batch) Batch {
	b.Items = fit(b.Items, roomServer)
	return Batch(b)
}

// FitPage does for a page what FitBatch does for a batch.
func FitPage(p desk.Page) desk.Page {
	p.Items = fit(p.Items, roomServer)
	return p
}

func fit(items []desk.Item, room int) []desk.Item {
	total := 0
	for _, it := range items {
		total += weight(it)
	}
	if total <= room {
		return items
	}
	items = slices.Clone(items)
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(weight(items[b]), weight(items[a])) })
	for _, i := range order {
		if total <= room {
			break
		}
		total -= weight(items[i])
		items[i].FromSeq += uint64(len(items[i].Entries))
		items[i].Entries = nil
		total += weight(items[i])
	}
	return items
}

// SplitTickets spreads whole tickets over as many frames as they need, in
// order. There is at least one frame, also for no items.
func SplitTickets(items []desk.Item) []Tickets {
	out := []Tickets{{}}
	used := 0
	for _, it := range items {
		if w := weight(it); used+w > roomServer && used > 0 {
			out, used = append(out, Tickets{}), 0
		}
		for {
			head, rest, cut := cutItem(it, roomServer)
			last := &out[len(out)-1]
			last.Items = append(last.Items, head)
			used += weight(head)
			if !cut {
				break
			}
			last.More = true
			out, used, it = append(out, Tickets{}), 0, rest
		}
	}
	return out
}

// cutItem takes as many entries of it as fit into room.
func cutItem(it desk.Item, room int) (head, rest desk.Item, cut bool) {
	if weight(it) <= room {
		return it, desk.Item{}, false
	}
	head, rest = it, it
	n, used := 0, 160+len(it.Head)
	for n < len(it.Entries) && (n == 0 || used+len(it.Entries[n])+5 <= room) {
		used += len(it.Entries[n]) + 5
		n++
	}
	if n >= len(it.Entries) {
		return it, desk.Item{}, false
	}
	head.Entries, rest.Entries = it.Entries[:n:n], it.Entries[n:]
	rest.FromSeq += uint64(n)
	return head, rest, true
}

// JoinTickets puts the pieces SplitTickets made together again as they arrive.
// Its zero value is ready.
type JoinTickets struct {
	open *desk.Item
	size int
}

// MaxTicket is how much of one ticket a client takes, over all its frames.
const MaxTicket = 64 << 20

// Add takes the next frame and gives the items that are now whole.
func (j *JoinTickets) Add(t Tickets) ([]desk.Item, error) {
	items := t.Items
	if len(items) == 0 {
		if j.open != nil || t.More {
			return nil, invalid("tickets: nothing where a conversation goes on")
		}
		return nil, nil
	}
	if j.open != nil {
		next := items[0]
		if next.Ticket != j.open.Ticket || next.Version != j.open.Version ||
			next.FromSeq != j.open.FromSeq+uint64(len(j.open.Entries)) {
			return nil, invalid("tickets: %s goes on with %s", j.open.Ticket, next.Ticket)
		}
		if j.size += weight(next); j.size > MaxTicket {
			return nil, invalid("tickets: %s is over %d bytes", next.Ticket, MaxTicket)
		}
		j.open.Entries = append(j.open.Entries, next.Entries...)
		if len(items) == 1 && t.More {
			return nil, nil
		}
		items = append([]desk.Item{*j.open}, items[1:]...)
		j.open, j.size = nil, 0
	}
	if t.More {
		last := items[len(items)-1]
		last.Entries = slices.Clone(last.Entries)
		j.open, j.size = &last, weight(last)
		items = items[:len(items)-1]
	}
	return items, nil
}

// SplitPush spreads commands over frames that fit, in order.
func SplitPush(cmds []PushedCommand) []Push {
	var out []Push
	used := 0
	for _, c := range cmds {
		w := len(c.Body) + 32
		if len(out) == 0 || used+w > roomClient || len(out[len(out)-1].Commands) >= maxPushed {
			out, used = append(out, Push{}), 0
		}
		last := &out[len(out)-1]
		last.Commands = append(last.Commands, c)
		used += w
	}
	return out
}
