package hub

import (
	"cmp"
	"errors"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/sync/link"
	"docket/sync/wire"
)

const (
	helloWithin = 5 * time.Second
	ackWithin   = 60 * time.Second // after which it is stuck
	perPerson   = 10               // sessions one person may have
	besideKept  = 16               // tickets a session remembers to have told of
	// How many frames and commands a device may send; faster ones wait.
	frameRate, frameBurst     = 100, 400
	commandRate, commandBurst = 50, 500
)

// Session is one connected device. It is the link.Handler of its connection.
type Session struct {
	h      *Hub
	conn   Conn
	device desk.DeviceID
	person desk.PersonID
	staff  bool        // when they connected
	hello  *time.Timer // until it came
	frames *rate.Limiter
	cmds   *rate.Limiter // from the first push on; of the reader alone
	missed atomic.Bool   // a worker came while mu was held

	queued, running bool // guarded by runQueue.mu

	mu        sync.Mutex // guards what follows
	live      bool       // welcomed
	ended     bool
	canWrite  bool
	brief     bool // the client needs no word for a lane that resumes
	actor     desk.Actor
	authEpoch uint64
	rights    uint64 // the revision actor was read at
	subs      []sub  // sorted by lane
	unacked   []sent
	since     time.Time // the oldest of unacked was sent
	crowd     bool      // batches wait for room in the queue
	look      wire.Look
	// beside is what went out of shared lanes of late. What a lane of their own
	// tells is in one of those too, more often than not, and need not go twice.
	beside []version
	// own is the person's own lane while its snapshot is sent on this connection;
	// all of it is sent once ownSent is set.
	own     desk.Cursor
	ownSent bool
}

// sub is a lane a session listens to. cursor is where the client will be when
// everything sent has arrived; it means nothing while the client takes a
// snapshot.
type sub struct {
	lane     *lane
	cursor   desk.Cursor
	snapshot bool
}

// sent is where a batch led to that was not acknowledged.
type sent struct {
	lane *lane
	seq  uint64
}

// Attach makes a session of a connection whose token was good, for the person it
// belongs to. The caller starts the connection with it as handler. It must say
// hello within five seconds.
func (h *Hub) Attach(conn Conn, dev desk.Device, actor desk.Actor) *Session {
	s := &Session{
		h: h, conn: conn, device: dev.ID, person: actor.Person, staff: actor.Role.Staff(), actor: actor,
		frames: rate.NewLimiter(frameRate, frameBurst),
	}
	s.hello = time.AfterFunc(helloWithin, func() { conn.Fail(wire.CloseLate, "no hello") })
	return s
}

// Closed implements link.Handler.
func (s *Session) Closed(e link.End) {
	if s.hello != nil {
		s.hello.Stop()
	}
	if e.Code == wire.CloseSlow {
		s.h.count.slow.Add(1)
	}
	s.leave()
}

// end closes the connection after what is queued for it.
func (s *Session) end(code int, reason string) {
	s.conn.Finish(code, reason)
}

// leave takes the session out of everything.
func (s *Session) leave() {
	s.lock()
	look := s.look
	s.ended, s.live, s.look = true, false, wire.Look{}
	for _, b := range s.subs {
		s.h.unsubscribe(s, b.lane)
	}
	s.subs, s.unacked, s.beside = nil, nil, nil
	s.unlock()
	s.h.forget(s)
	s.h.takesChats(s, false)
	s.h.lookAway(s, look.Ticket)
}

// lock and unlock are the only way to hold mu.
func (s *Session) lock() { s.mu.Lock() }

// unlock calls back the worker who found the session busy.
func (s *Session) unlock() {
	s.mu.Unlock()
	if s.missed.Swap(false) {
		s.h.queue.push(s)
	}
}

// Frame implements link.Handler.
func (s *Session) Frame(b []byte) error {
	if err := s.frames.Wait(s.h.ctx); err != nil {
		return restarting()
	}
	f, err := wire.DecodeFrame(b, wire.FromClient)
	if err != nil {
		return err
	}
	s.lock()
	live := s.live
	s.unlock()
	if hello, ok := f.(*wire.Hello); ok && !live {
		return s.welcome(hello)
	}
	if !live {
		return broken("a frame before hello")
	}
	switch f := f.(type) {
	case *wire.Hello:
		return broken("hello twice")
	case *wire.Push:
		return s.push(f)
	case *wire.Pull:
		return s.pull(f)
	case *wire.Fetch:
		return s.fetch(f)
	case *wire.Ack:
		s.ack(f)
		return nil
	case *wire.Look:
		return s.looks(f)
	case *wire.Ping:
		return s.send(wire.Pong{N: f.N, Now: s.h.cfg.Clock().UTC()})
	default:
		return nil // a frame of a newer version; it asks for nothing we know
	}
}

func broken(text string) error { return &link.End{Code: wire.CloseBroken, Text: text} }

func restarting() error {
	return &link.End{Code: wire.CloseRestart, Text: wire.CloseReason(time.Second, "the server restarts")}
}

func revoked() error { return &link.End{Code: wire.CloseRevoked, Text: "access ended"} }

// faulty ends a connection because the store cannot be read. The client comes
// back and resumes.
func (s *Session) faulty(what string, err error) error {
	var end *link.End
	if errors.As(err, &end) {
		return end
	}
	s.h.complain(what, err)
	return &link.End{Code: wire.CloseFault, Text: wire.CloseReason(2*time.Second, "the store cannot be read")}
}

func (s *Session) send(f wire.Frame) error {
	b, err := wire.EncodeFrame(f)
	if err != nil {
		return s.faulty("encode "+string(f.Type()), err)
	}
	_ = s.conn.Send(b) // a connection that ended says so through Closed
	return nil
}

// standing is what the store says of a session in one snapshot.
type standing struct {
	actor     desk.Actor
	authEpoch uint64
	rights    uint64
	device    desk.Device
}

// stand reads who the session is now; a revoked error when it may not be here.
func (s *Session) stand(tx Tx) (st standing, err error) {
	if st.rights, err = tx.RightsRevision(); err != nil {
		return st, err
	}
	st.device, err = tx.Device(s.device)
	if errors.Is(err, desk.ErrNotFound) || err == nil && st.device.Revoked {
		return st, revoked()
	}
	if err != nil {
		return st, err
	}
	st.actor, err = tx.Actor(st.device.Person)
	if errors.Is(err, desk.ErrNotFound) || errors.Is(err, desk.ErrDenied) || errors.Is(err, desk.ErrSignIn) {
		return st, revoked()
	}
	if err != nil {
		return st, err
	}
	if st.actor.Person != s.person {
		// They were merged with somebody, or that was taken back.
		return st, &link.End{Code: wire.CloseRestart, Text: wire.CloseReason(0, "another person")}
	}
	st.actor.Device = s.device
	st.authEpoch, err = tx.AuthEpoch(s.person)
	return st, err
}

// welcome answers hello. It subscribes before it reads the heads: what is
// committed after the read tells the lane, and what was before is in it.
func (s *Session) welcome(f *wire.Hello) error {
	s.hello.Stop()
	s.hello = nil
	proto, err := wire.Agree(f.ProtoMin, f.ProtoMax, wire.Oldest, wire.Version)
	if err != nil {
		e := desk.AsError(err)
		return &link.End{Code: wire.CloseCode(err), Text: wire.CloseReason(0, e.Message)}
	}
	if f.Device != s.device {
		return &link.End{Code: wire.CloseSignIn, Text: "the token belongs to another device"}
	}
	if err := s.h.enter(s); err != nil {
		return err
	}
	s.lock()
	defer s.unlock()
	s.subscribe(access.LanesFor(s.actor)) // of a moment ago; looked at again below
	var st standing
	var heads map[desk.LaneID]desk.Cursor
	var receipts []desk.Receipt
	for again := true; again; {
		names := laneNames(s.subs)
		err := s.h.cfg.Store.View(s.h.ctx, func(tx Tx) (err error) {
			if st, err = s.stand(tx); err != nil {
				return err
			}
			if again = !slices.Equal(names, access.LanesFor(st.actor)); again {
				return nil
			}
			if heads, err = tx.Heads(names); err != nil {
				return err
			}
			receipts, err = tx.Results(s.device, max(f.FirstUnsettled, 1))
			return err
		})
		if err != nil {
			return s.faulty("hello", err)
		}
		s.subscribe(access.LanesFor(st.actor))
	}
	s.actor, s.authEpoch, s.rights = st.actor, st.authEpoch, st.rights
	s.canWrite, s.brief = proto >= wire.OldestWriter, f.Brief
	if err := s.place(f.Lanes, heads); err != nil {
		return s.faulty("hello", err)
	}
	now := s.h.cfg.Clock().UTC().Truncate(time.Millisecond) // digits cost bytes
	err = s.send(wire.Welcome{
		Proto: proto, ServerEpoch: s.h.cfg.Store.Epoch(), AuthEpoch: s.authEpoch, LeaseUntil: now.Add(s.h.cfg.Lease).Truncate(time.Second),
		Now: now, Actor: s.self(), Lanes: s.laneStates(), LastDSeq: st.device.LastDSeq,
		Receipts: wire.FitReceipts(receipts), CanWrite: s.canWrite,
	})
	s.live = err == nil
	s.h.queue.push(s)
	return err
}

// place decides for every lane whether the client resumes or takes a snapshot.
// A lane where nothing was missed costs no read beyond its head.
func (s *Session) place(cursors []desk.Cursor, heads map[desk.LaneID]desk.Cursor) error {
	have := make(map[desk.LaneID]desk.Cursor, len(cursors))
	for _, c := range cursors {
		have[c.Lane] = c
	}
	for i := range s.subs {
		b := &s.subs[i]
		head := heads[b.lane.id]
		s.h.raise(b.lane, head.Seq)
		c, ok := have[b.lane.id]
		switch {
		case !ok || c.Epoch != s.h.cfg.Store.Epoch() || c.Seq > head.Seq:
			b.snapshot = true
		case c.Seq == head.Seq:
			b.snapshot, b.cursor = !slices.Equal(c.Hash, head.Hash), c
		default:
			known, err := s.h.isPlace(b.lane, c)
			if err != nil {
				return err
			}
			b.snapshot, b.cursor = !known, c
		}
	}
	// How far somebody has read travels in the lane of their own, and beyond it
	// only with pages. Who cannot be led on in that lane has missed marks on
	// tickets of the others too.
	if slices.ContainsFunc(s.subs, func(b sub) bool { return b.lane.reader != "" && b.snapshot }) {
		for i := range s.subs {
			s.subs[i].snapshot = true
		}
	}
	return nil
}

func laneNames(subs []sub) []desk.LaneID {
	out := make([]desk.LaneID, len(subs))
	for i, b := range subs {
		out[i] = b.lane.id
	}
	return out
}

func (s *Session) laneStates() []wire.LaneState {
	out := make([]wire.LaneState, len(s.subs))
	for i, b := range s.subs {
		out[i] = wire.LaneState{Lane: b.lane.id, State: wire.LaneResume, Head: b.lane.head.Load()}
		switch {
		case b.snapshot:
			out[i].State = wire.LaneSnapshot
			continue
		case s.brief:
			out[i].State = ""
		}
		if b.cursor.Seq >= out[i].Head {
			out[i].Head = 0
		}
	}
	return out
}

// self is the person as their own client is told of them; it knows its device.
func (s *Session) self() desk.Actor {
	me := s.actor
	me.Device = ""
	return me
}

// subscribe makes subs the sorted lanes named, keeping the places of those
// that stay. New ones need a snapshot.
func (s *Session) subscribe(names []desk.LaneID) {
	old := s.subs
	s.subs = make([]sub, 0, len(names))
	for _, id := range names {
		i, found := s.find(old, id)
		if found {
			s.subs = append(s.subs, old[i])
			continue
		}
		s.subs = append(s.subs, sub{lane: s.h.subscribe(s, id), snapshot: true})
	}
	for _, b := range old {
		if _, stays := s.find(s.subs, b.lane.id); !stays {
			s.h.unsubscribe(s, b.lane)
			s.unacked = slices.DeleteFunc(s.unacked, func(c sent) bool { return c.lane == b.lane })
		}
	}
}

func (s *Session) find(subs []sub, id desk.LaneID) (int, bool) {
	return slices.BinarySearchFunc(subs, id, func(b sub, id desk.LaneID) int { return cmp.Compare(b.lane.id, id) })
}

// refresh compares the session's rights with the store and tells the client
// what changed, before anything later is sent. It gives an error when the
// session is over. mu is held.
func (s *Session) refresh() error {
	s.h.count.refreshes.Add(1)
	var st standing
	err := s.h.cfg.Store.View(s.h.ctx, func(tx Tx) (err error) {
		st, err = s.stand(tx)
		return err
	})
	if err != nil {
		return s.faulty("read rights", err)
	}
	lanes := access.LanesFor(st.actor)
	same := st.authEpoch == s.authEpoch && reflect.DeepEqual(st.actor, s.actor) && slices.Equal(lanes, laneNames(s.subs))
	s.actor, s.authEpoch, s.rights = st.actor, st.authEpoch, st.rights
	if same {
		return nil
	}
	s.subscribe(lanes)
	s.beside = nil
	if s.look.Ticket != "" {
		// What they look at may be gone; they say it again if it is not.
		defer s.h.lookAway(s, s.look.Ticket)
		s.look = wire.Look{Chats: s.look.Chats}
	}
	return s.send(wire.Scopes{AuthEpoch: s.authEpoch, Actor: s.self(), Lanes: s.laneStates()})
}

// current makes sure that what was read at a rights revision may be sent.
func (s *Session) current(rev uint64) error {
	if rev > s.rights {
		s.h.raiseRights(rev)
		return s.refresh()
	}
	return nil
}

func (s *Session) ack(f *wire.Ack) {
	s.lock()
	defer s.unlock()
	n := len(s.unacked)
	s.unacked = slices.DeleteFunc(s.unacked, func(c sent) bool { return c.lane.id == f.Lane && c.seq <= f.Seq })
	if len(s.unacked) < n {
		s.since = time.Now()
		if n == wire.Window || s.crowd {
			s.h.queue.push(s)
		}
	}
}

// stuck reports whether the client has acknowledged nothing for too long.
func (s *Session) stuck(now time.Time) bool {
	if !s.mu.TryLock() {
		return false // somebody is serving it just now
	}
	defer s.unlock()
	return s.live && len(s.unacked) > 0 && now.Sub(s.since) > ackWithin
}
