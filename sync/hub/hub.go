package hub

import (
	"context"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"docket/app/desk"
	"docket/sync/link"
	"docket/sync/wire"
)

// Hub holds the sessions. Its methods may be used by any number of goroutines.
type Hub struct {
	cfg    Config
	ctx    context.Context // ends with the hub; reads of the store stop
	stop   context.CancelFunc
	tasks  sync.WaitGroup
	rights atomic.Uint64 // the newest rights revision seen

	warmMu sync.Mutex // guards warm
	warm   map[*lane]struct{}

	mu       sync.Mutex // guards what follows
	sessions map[*Session]struct{}
	people   map[desk.PersonID]map[*Session]struct{} // the same by person
	lanes    map[desk.LaneID]*lane
	looks    map[desk.TicketID]map[*Session]bool // value: writing
	chats    map[*Session]struct{}               // of staff who take chats
	crew     map[*Session]struct{}               // of staff
	moved    []desk.Move
	check    bool       // rights are to be looked at now
	failed   []*Session // to try again at the next poll
	arrived  int        // sessions since memory was last given back
	came     bool       // some of them since the last poll
	draining bool

	wake  chan struct{} // to the dispatcher
	crewd chan struct{} // to whoever tells other servers of the crew
	queue runQueue
	count counters
}

type counters struct {
	wakes, reads, handed, shared, encodes, sent, sentBytes, refreshes, slow atomic.Uint64
}

// New starts the dispatcher, the poll and the workers. The caller must Close.
func New(cfg Config) *Hub {
	if cfg.Lease == 0 {
		cfg.Lease = 14 * 24 * time.Hour
	}
	if cfg.Poll == 0 {
		cfg.Poll = time.Second
	}
	if cfg.Workers == 0 {
		cfg.Workers = 4
	}
	if cfg.Collect == nil {
		cfg.Collect = debug.FreeOSMemory
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	ctx, stop := context.WithCancel(context.Background())
	h := &Hub{
		cfg: cfg, ctx: ctx, stop: stop,
		sessions: map[*Session]struct{}{}, people: map[desk.PersonID]map[*Session]struct{}{}, lanes: map[desk.LaneID]*lane{},
		warm:  map[*lane]struct{}{},
		looks: map[desk.TicketID]map[*Session]bool{}, chats: map[*Session]struct{}{}, crew: map[*Session]struct{}{},
		wake: make(chan struct{}, 1), crewd: make(chan struct{}, 1),
	}
	h.queue.init()
	h.tasks.Go(h.dispatch)
	for range cfg.Workers {
		h.tasks.Go(h.work)
	}
	return h
}

// Close ends every session with the restart code and returns when the hub's
// goroutines have ended.
func (h *Hub) Close() {
	h.Drain()
	h.stop()
	h.queue.close()
	h.tasks.Wait()
}

// Drain closes every session with the restart code and lets no new one in.
// What is queued for a connection is still written.
func (h *Hub) Drain() {
	h.mu.Lock()
	h.draining = true
	all := h.snapshotLocked()
	h.mu.Unlock()
	for i, s := range all {
		// Everybody comes back, but not in the same second.
		after := 500*time.Millisecond + time.Duration(i%32)*100*time.Millisecond
		s.end(wire.CloseRestart, wire.CloseReason(after, "the server restarts"))
	}
}

func (h *Hub) snapshotLocked() []*Session {
	all := make([]*Session, 0, len(h.sessions))
	for s := range h.sessions {
		all = append(all, s)
	}
	return all
}

// Moved tells how a commit has moved lanes. It does not block.
func (h *Hub) Moved(moved []desk.Move) {
	h.mu.Lock()
	h.moved = append(h.moved, moved...)
	h.mu.Unlock()
	h.nudge()
}

// RightsChanged has every session's rights compared with the store at once
// instead of at the next poll. It does not block.
func (h *Hub) RightsChanged() {
	h.mu.Lock()
	h.check = true
	h.mu.Unlock()
	h.nudge()
}

// Ended closes the sessions of a device that was signed out.
func (h *Hub) Ended(d desk.DeviceID) {
	h.mu.Lock()
	all := h.snapshotLocked()
	h.mu.Unlock()
	for _, s := range all {
		if s.device == d {
			s.end(wire.CloseRevoked, "signed out")
		}
	}
}

func (h *Hub) nudge() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// Counters gives what was done so far.
func (h *Hub) Counters() Counters {
	h.mu.Lock()
	sessions, lanes := len(h.sessions), len(h.lanes)
	h.mu.Unlock()
	c := &h.count
	return Counters{
		Sessions: sessions, Lanes: lanes, Wakes: c.wakes.Load(), Reads: c.reads.Load(), Handed: c.handed.Load(),
		Shared: c.shared.Load(), Encodes: c.encodes.Load(), Sent: c.sent.Load(),
		SentBytes: c.sentBytes.Load(), Refreshes: c.refreshes.Load(), SlowClosed: c.slow.Load(),
	}
}

// dispatch turns what moved into sessions to bring up to date, so that the
// committer never waits for a map of sessions.
func (h *Hub) dispatch() {
	tick := time.NewTicker(h.cfg.Poll)
	defer tick.Stop()
	var at int
	for {
		poll := false
		select {
		case <-h.ctx.Done():
			return
		case <-h.wake:
		case <-tick.C:
			poll = true
		}
		h.mu.Lock()
		moved, check := h.moved, h.check
		h.moved, h.check = nil, false
		h.mu.Unlock()
		h.advance(moved)
		if check || poll {
			h.pollRights()
		}
		if poll {
			at = h.pollHeads(at)
			h.closeSilent()
			h.cool()
			if h.rushOver() {
				h.tasks.Go(h.cfg.Collect)
			}
		}
	}
}

func (h *Hub) advance(moved []desk.Move) {
	if len(moved) == 0 {
		return
	}
	// First what a step is made of, so that who sees the new head need not read.
	if known := h.handAll(moved); len(known) > 0 {
		h.vouch(known)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	// Lanes of one reader come last: who sees the new head of theirs sees those
	// of the shared ones too, and what they have in common is sent once.
	var raised []*lane
	for _, own := range []bool{false, true} {
		for _, m := range moved {
			if l := h.lanes[m.To.Lane]; l != nil && (l.reader != "") == own && l.raise(m.To.Seq) {
				raised = append(raised, l)
			}
		}
	}
	for _, l := range raised {
		h.wakeLocked(l)
	}
}

// handAll keeps the moves of lanes somebody listens to, and gives those lanes.
func (h *Hub) handAll(moved []desk.Move) map[desk.LaneID]*lane {
	known := map[desk.LaneID]*lane{}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range moved {
		if l := h.lanes[m.To.Lane]; l != nil && m.Known {
			h.hand(l, m)
			known[l.id] = l
		}
	}
	return known
}

// vouch looks once for all of them whether what commits said of lanes is what
// there is to know.
func (h *Hub) vouch(lanes map[desk.LaneID]*lane) {
	var rights uint64
	var heads map[desk.LaneID]desk.Cursor
	err := h.cfg.Store.View(h.ctx, func(tx Tx) (err error) {
		if rights, err = tx.RightsRevision(); err != nil {
			return err
		}
		heads, err = tx.Heads(slices.Collect(maps.Keys(lanes)))
		return err
	})
	if err != nil {
		h.complain("read heads", err) // each step looks for itself then
		return
	}
	for id, l := range lanes {
		l.told.vouch(heads[id], rights)
	}
}

// raise notes a head that somebody read before the dispatcher was told of it.
// The dispatcher will find it is no news, so the lane's sessions are woken here.
func (h *Hub) raise(l *lane, seq uint64) {
	if !l.raise(seq) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wakeLocked(l)
}

func (h *Hub) wakeLocked(l *lane) {
	h.count.wakes.Add(uint64(len(l.sessions)))
	h.queue.pushAll(l.sessions)
}

// pollRights notices a change of rights by any process.
func (h *Hub) pollRights() {
	var rev uint64
	err := h.cfg.Store.View(h.ctx, func(tx Tx) (err error) {
		rev, err = tx.RightsRevision()
		return err
	})
	if err != nil {
		h.complain("read rights revision", err)
		return
	}
	if rev > h.rights.Load() {
		h.raiseRights(rev)
	}
}

// raiseRights notes that rights may have changed up to rev and has every
// session compare.
func (h *Hub) raiseRights(rev uint64) {
	for {
		old := h.rights.Load()
		if rev <= old {
			return
		}
		if h.rights.CompareAndSwap(old, rev) {
			break
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.queue.pushAll(h.sessions)
}

// pollHeads looks for lanes another process moved, some hundred each time, so
// that it stays cheap with very many lanes.
func (h *Hub) pollHeads(at int) int {
	const some = 500
	h.mu.Lock()
	names := make([]desk.LaneID, 0, min(some, len(h.lanes)))
	if at >= len(h.lanes) {
		at = 0
	}
	i := 0
	for id := range h.lanes { // random order: every lane has its turn soon enough
		if i >= some {
			break
		}
		names = append(names, id)
		i++
	}
	h.mu.Unlock()
	if len(names) == 0 {
		return 0
	}
	var heads map[desk.LaneID]desk.Cursor
	err := h.cfg.Store.View(h.ctx, func(tx Tx) (err error) {
		heads, err = tx.Heads(names)
		return err
	})
	if err != nil {
		h.complain("read heads", err)
		return at
	}
	moved := make([]desk.Move, 0, len(heads))
	for id, c := range heads {
		c.Lane = id
		moved = append(moved, desk.Move{To: c})
	}
	h.advance(moved)
	return at + i
}

// enter lets a session in. The same device connecting again replaces its older
// socket, which is most likely dead without knowing it.
func (h *Hub) enter(s *Session) error {
	h.mu.Lock()
	if h.draining {
		h.mu.Unlock()
		return restarting()
	}
	var older []*Session
	same := 0
	for o := range h.people[s.person] {
		if o.device == s.device {
			older = append(older, o)
		} else {
			same++
		}
	}
	if same < perPerson {
		h.arrived, h.came = h.arrived+1, true
		h.sessions[s] = struct{}{}
		if h.people[s.person] == nil {
			h.people[s.person] = map[*Session]struct{}{}
		}
		h.people[s.person][s] = struct{}{}
		if s.staff {
			h.crew[s] = struct{}{}
			h.crewMoved()
		}
	}
	h.mu.Unlock()
	for _, o := range older {
		o.end(wire.CloseReplaced, "connected again")
	}
	if same >= perPerson {
		return &link.End{Code: wire.CloseTooMany, Text: wire.CloseReason(time.Minute, "too many devices at once")}
	}
	return nil
}

// rush is how many sessions leave so much behind by coming that it is worth a
// collection once no more come: handshakes and first reads need ten times what
// is kept, and an idle server would not collect it for minutes.
const rush = 250

func (h *Hub) rushOver() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	over := h.arrived >= rush && !h.came
	h.came = false
	if over {
		h.arrived = 0
	}
	return over
}

func (h *Hub) forget(s *Session) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.sessions, s)
	delete(h.people[s.person], s)
	if len(h.people[s.person]) == 0 {
		delete(h.people, s.person)
	}
	if s.staff {
		delete(h.crew, s)
		h.crewMoved()
	}
}

func (h *Hub) subscribe(s *Session, id desk.LaneID) *lane {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.lanes[id]
	if l == nil {
		l = newLane(id)
		h.lanes[id] = l
	}
	l.sessions[s] = struct{}{}
	return l
}

func (h *Hub) unsubscribe(s *Session, l *lane) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(l.sessions, s)
	if len(l.sessions) == 0 && h.lanes[l.id] == l {
		delete(h.lanes, l.id)
	}
}

// retry has a session brought up to date at the next poll.
func (h *Hub) retry(s *Session) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failed = append(h.failed, s)
}

func (h *Hub) complain(what string, err error) {
	if h.ctx.Err() == nil {
		h.cfg.Log.Error(what, "err", err)
	}
}

// work brings sessions up to date, one at a time.
func (h *Hub) work() {
	var out outgoing
	for {
		s := h.queue.pop()
		if s == nil {
			return
		}
		s.catchUp(&out)
		h.queue.finish(s)
	}
}

// runQueue holds sessions that have something to do, each at most once and
// never with two workers at the same time.
type runQueue struct {
	mu     sync.Mutex
	ready  *sync.Cond
	line   []*Session
	closed bool
}

func (q *runQueue) init() { q.ready = sync.NewCond(&q.mu) }

func (q *runQueue) push(s *Session) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pushLocked(s)
}

func (q *runQueue) pushAll(all map[*Session]struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for s := range all {
		q.pushLocked(s)
	}
}

func (q *runQueue) pushLocked(s *Session) {
	if s.queued || q.closed {
		return
	}
	s.queued = true
	if s.running {
		return // finish puts it into the line
	}
	q.line = append(q.line, s)
	q.ready.Signal()
}

func (q *runQueue) pop() *Session {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.line) == 0 && !q.closed {
		q.ready.Wait()
	}
	if q.closed {
		return nil
	}
	s := q.line[0]
	q.line[0] = nil
	q.line = q.line[1:]
	s.queued, s.running = false, true
	return s
}

func (q *runQueue) finish(s *Session) {
	q.mu.Lock()
	defer q.mu.Unlock()
	s.running = false
	if s.queued {
		q.line = append(q.line, s)
		q.ready.Signal()
	}
}

func (q *runQueue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.ready.Broadcast()
}
