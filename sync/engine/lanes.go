package engine

import (
	"errors"
	"slices"
	"strings"

	"docket/app/desk"
	"docket/sync/wire"
)

// maxPulls is how many pages are asked for at once. Two keep the server busy
// while a page is committed; more would only fill memory.
const maxPulls = 2

// lane is what a session knows of one of its lanes.
type lane struct {
	at, head uint64
	// loading is set while a snapshot runs; asked while a page is on its way,
	// and stale if that page belongs to a snapshot given up meanwhile.
	loading, asked, stale bool
	token                 string
	pages                 int // committed in this session
}

// lanes brings the store up to date.
type lanes struct {
	s     *session
	known map[desk.LaneID]uint64 // where the store stood at hello
	all   map[desk.LaneID]*lane
	turn  []desk.LaneID // lanes being loaded, the next to be pulled first
	asked int
	acks  wire.Acks
}

func (l *lanes) begin(cursors []desk.Cursor) {
	l.known = map[desk.LaneID]uint64{}
	for _, c := range cursors {
		l.known[c.Lane] = c.Seq
	}
}

// replace makes ls the lanes of the session; what the store holds beyond them
// is gone already.
func (l *lanes) replace(ls []wire.LaneState) error {
	old := l.all
	l.all = make(map[desk.LaneID]*lane, len(ls))
	l.turn = slices.DeleteFunc(l.turn, func(id desk.LaneID) bool {
		return !slices.ContainsFunc(ls, func(s wire.LaneState) bool { return s.Lane == id })
	})
	for _, st := range ls {
		ln := old[st.Lane]
		if ln == nil {
			ln = &lane{at: l.known[st.Lane]}
		}
		ln.head = max(ln.head, st.Head)
		l.all[st.Lane] = ln
		if st.State == wire.LaneSnapshot && !ln.loading {
			if err := l.load(st.Lane, ln, true); err != nil {
				return err
			}
		}
	}
	for id, ln := range old {
		if l.all[id] == nil && ln.asked {
			l.asked-- // its page, if it still comes, finds no lane
		}
	}
	return nil
}

// load begins a lane's snapshot. Reference data goes first, because lists show
// names; the other lanes take turns, so that the newest of each is here early.
func (l *lanes) load(id desk.LaneID, ln *lane, resume bool) error {
	token, err := l.s.e.cfg.Store.SnapshotStart(id, resume)
	if err != nil {
		return &storeError{err}
	}
	ln.stale = ln.asked
	ln.loading, ln.token, ln.pages = true, token, 0
	if !slices.Contains(l.turn, id) {
		l.turn = append(l.turn, id)
	}
	slices.SortStableFunc(l.turn, func(a, b desk.LaneID) int { return rank(a) - rank(b) })
	return nil
}

func rank(id desk.LaneID) int {
	switch p := strings.Split(string(id), "/"); {
	case len(p) > 1 && p[1] == "dir":
		return 0
	case len(p) > 1 && p[1] == "user":
		return 1
	}
	return 2
}

// pull asks for the next pages. The person's own lane goes before those of
// departments and firms, whose pages then need not tell its tickets again.
func (l *lanes) pull() error {
	for i := 0; i < len(l.turn) && l.asked < maxPulls; {
		id := l.turn[i]
		if rank(id) == 2 && rank(l.turn[0]) == 1 {
			return nil
		}
		ln := l.all[id]
		if ln.asked {
			i++
			continue
		}
		if err := l.s.send(wire.Pull{Lane: id, Token: ln.token}); err != nil {
			return err
		}
		ln.asked = true
		l.asked++
		if rank(id) == 2 { // to the back
			l.turn = append(slices.Delete(l.turn, i, i+1), id)
		} else {
			i++
		}
	}
	return nil
}

// page commits a page of a snapshot. The next is asked for before, unless this
// one may turn out not to fit.
func (l *lanes) page(id desk.LaneID, p *desk.Page) error {
	ln := l.all[id]
	if ln == nil || !ln.asked {
		return nil
	}
	ln.asked = false
	l.asked--
	if ln.stale {
		ln.stale = false
		return l.pull()
	}
	ln.token = p.Next
	if p.Next == "" {
		l.turn = slices.DeleteFunc(l.turn, func(x desk.LaneID) bool { return x == id })
	}
	if ln.pages > 0 || p.Next == "" {
		if err := l.pull(); err != nil {
			return err
		}
	}
	missing, err := l.s.e.cfg.Store.SnapshotPage(*p)
	if errors.Is(err, ErrSnapshotChanged) {
		if err := l.load(id, ln, false); err != nil {
			return err
		}
		return l.pull()
	}
	if err != nil {
		return &storeError{err}
	}
	ln.pages++
	if p.Next == "" {
		ln.loading, ln.at = false, p.AsOf
	}
	if err := l.pull(); err != nil {
		return err
	}
	return l.s.committed(missing)
}

// batch commits a batch. One for a lane that was dropped or is being loaded
// whole is of no use any more; it is acknowledged so that the server goes on.
func (l *lanes) batch(b desk.Batch, bytes int) error {
	ln := l.all[b.Lane]
	if ln == nil || ln.loading {
		return l.done(b, bytes)
	}
	missing, err := l.s.e.cfg.Store.Apply(b)
	if errors.Is(err, ErrGap) {
		l.s.e.log.Warn("lane does not continue", "lane", b.Lane, "prev", b.Prev, "last", b.Last, "at", ln.at)
		if err := errors.Join(l.load(b.Lane, ln, false), l.done(b, bytes)); err != nil {
			return err
		}
		if err := l.pull(); err != nil {
			return err
		}
		return l.s.progress()
	}
	if err != nil {
		return &storeError{err}
	}
	ln.at = max(ln.at, b.Last)
	ln.head = max(ln.head, b.Last)
	if err := l.done(b, bytes); err != nil {
		return err
	}
	return l.s.committed(missing)
}

// done has a batch acknowledged, now or with those that follow. While pages
// fill the server's queue it may hold batches back for room, which an ack tells.
func (l *lanes) done(b desk.Batch, bytes int) error {
	if !l.acks.Add(b.Lane, b.Last, bytes) && !l.loading() {
		return nil
	}
	return l.acknowledge()
}

// acknowledge tells the server what is committed and was not acknowledged yet.
func (l *lanes) acknowledge() error {
	for _, a := range l.acks.Take() {
		if err := l.s.send(a); err != nil {
			return err
		}
	}
	return nil
}

// loading reports whether any snapshot runs.
func (l *lanes) loading() bool { return len(l.turn) > 0 || l.asked > 0 }

// deltas reports whether every lane that goes on has caught up with where the
// server stood at the welcome.
func (l *lanes) deltas() bool {
	for _, ln := range l.all {
		if !ln.loading && ln.at < ln.head {
			return false
		}
	}
	return l.all != nil
}

// current reports whether everything there is to see is here.
func (l *lanes) current() bool {
	for _, ln := range l.all {
		if ln.loading || ln.at < ln.head {
			return false
		}
	}
	return l.all != nil && l.s.welcomed && l.s.fetch.idle()
}

// committed goes on after a transaction of the store.
func (s *session) committed(missing []desk.TicketID) error {
	if err := s.fetch.want(missing); err != nil {
		return err
	}
	return s.progress()
}

const (
	fetchAtOnce = 50
	// fetchTries is how often a ticket is fetched in one session before it is
	// left to the next; a server that keeps sending halves must not keep both busy.
	fetchTries = 3
)

// fetches asks for whole tickets, one request at a time.
type fetches struct {
	s     *session
	queue []desk.TicketID
	tries map[desk.TicketID]int
	join  wire.JoinTickets
	owed  int // tickets asked for and not here yet
	waits []wanted
}

// wanted is a ticket somebody waits for until done is closed: then it is here,
// or will not come.
type wanted struct {
	id   desk.TicketID
	done chan struct{}
}

// arrived tells who waits for a ticket, or for any if all is set.
func (f *fetches) arrived(id desk.TicketID, all bool) {
	f.waits = slices.DeleteFunc(f.waits, func(w wanted) bool {
		if all || w.id == id {
			close(w.done)
			return true
		}
		return false
	})
}

func (f *fetches) idle() bool { return f.owed == 0 && len(f.queue) == 0 }

func (f *fetches) want(ids []desk.TicketID) error {
	for _, id := range ids {
		if f.tries == nil {
			f.tries = map[desk.TicketID]int{}
		}
		if f.tries[id] < fetchTries && !slices.Contains(f.queue, id) {
			f.tries[id]++
			f.queue = append(f.queue, id)
		} else if f.tries[id] >= fetchTries {
			f.s.e.log.Warn("ticket stays incomplete", "ticket", id)
		}
	}
	return f.ask()
}

func (f *fetches) ask() error {
	if f.owed > 0 || len(f.queue) == 0 {
		return nil
	}
	n := min(len(f.queue), fetchAtOnce)
	ids := slices.Clone(f.queue[:n])
	f.queue = slices.Delete(f.queue, 0, n)
	f.owed = n
	return f.s.send(wire.Fetch{Tickets: ids})
}

func (f *fetches) tickets(t wire.Tickets) error {
	items, err := f.join.Add(t)
	if err != nil {
		return err
	}
	if len(items) == 0 {
		return nil
	}
	f.owed = max(0, f.owed-len(items))
	missing, err := f.s.e.cfg.Store.PutWhole(items)
	if err != nil {
		return &storeError{err}
	}
	for _, it := range items {
		if !slices.Contains(missing, it.Ticket) {
			delete(f.tries, it.Ticket)
			f.arrived(it.Ticket, false)
		}
	}
	return f.s.committed(missing)
}
