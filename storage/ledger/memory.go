package ledger

import (
	"docket/app/desk"
)

// remembered is how many of each thing a memory holds before it begins anew.
const remembered = 4096

// memory is what a writer knows of the tables without asking: what the commits
// before it read and wrote. It is good for the transaction whose turn comes
// directly after the one that left it, which state.commits tells also when
// another process writes to the same database, and for no other.
type memory struct {
	commits int64
	tickets map[desk.TicketID]*known
	lanes   map[desk.LaneID]laneHead
	devices map[desk.DeviceID]desk.Device
	marks   map[markKey]uint64
}

type laneHead struct {
	seq     uint64
	hash    []byte
	tickets int64
}

type markKey struct {
	ticket desk.TicketID
	person desk.PersonID
}

func (m *memory) init() {
	*m = memory{
		tickets: map[desk.TicketID]*known{}, lanes: map[desk.LaneID]laneHead{},
		devices: map[desk.DeviceID]desk.Device{}, marks: map[markKey]uint64{},
	}
}

func (m *memory) lane(id desk.LaneID) (laneHead, bool) {
	if m == nil {
		return laneHead{}, false
	}
	at, ok := m.lanes[id]
	return at, ok
}

// ticketNow gives what is known of a ticket without asking.
func (tx *Tx) ticketNow(id desk.TicketID) *known {
	k := tx.now.tickets[id]
	if k == nil && tx.past != nil {
		k = tx.past.tickets[id]
	}
	return k
}

func (tx *Tx) deviceNow(id desk.DeviceID) (d desk.Device, ok bool) {
	if d, ok = tx.now.devices[id]; !ok && tx.past != nil {
		d, ok = tx.past.devices[id]
	}
	return d, ok
}

func (tx *Tx) markNow(k markKey) (seq uint64, ok bool) {
	if seq, ok = tx.now.marks[k]; !ok && tx.past != nil {
		seq, ok = tx.past.marks[k]
	}
	return seq, ok
}

// remember leaves what this transaction knows to the next, once it is
// committed.
func (tx *Tx) remember() {
	for id, st := range tx.lanes {
		tx.now.lanes[id] = laneHead{seq: st.seq, hash: st.hash, tickets: st.tickets}
	}
	m := tx.past
	if m == nil {
		m = new(memory)
		m.init()
	}
	m.commits = tx.state.commits
	keep(m.tickets, tx.now.tickets)
	keep(m.lanes, tx.now.lanes)
	keep(m.devices, tx.now.devices)
	keep(m.marks, tx.now.marks)
	tx.l.memory = m
}

func keep[K comparable, V any](all, more map[K]V) {
	if len(all)+len(more) > remembered {
		clear(all)
		if len(more) > remembered { // a large import; nobody needs each of it next
			return
		}
	}
	for k, v := range more {
		all[k] = v
	}
}
