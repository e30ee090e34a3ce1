package engine

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"docket/app/desk"
	"docket/sync/link"
	"docket/sync/wire"
)

const (
	welcomeWithin = 15 * time.Second
	pingEvery     = 25 * time.Second
	// pongWithin is how long a ping may stay unanswered, quiet how long the
	// server may be silent while it owes an answer before it is asked.
	pongWithin = 10 * time.Second
	quiet      = 5 * time.Second
	// answerWithin is how long a push may go unanswered by a server that is
	// otherwise alive.
	answerWithin = time.Minute
	sessionTick  = wire.AckWithin
	// rememberEvery is how often the time of being current is written down.
	rememberEvery = time.Minute
	// skewWorthSaying is when the computer's clock is wrong enough to tell.
	skewWorthSaying = 5 * time.Minute
)

// incoming is a frame on its way from the reader to the session; pages are
// unpacked by the reader, beside the commit of the one before.
type incoming struct {
	frame wire.Frame
	bytes int
	page  *desk.Page
}

// session is one connection from hello to end. Its fields belong to the
// goroutine in run, apart from those the reader uses: conn, in, stop, end.
type session struct {
	e    *Engine
	conn *link.Conn
	in   chan incoming
	stop chan struct{} // closed when nobody takes from in any more
	end  link.End      // set before in is closed

	live     atomic.Bool // welcomed
	welcomed bool
	canWrite bool
	timer    *time.Timer // the next thing that is only a matter of time

	helloAt   time.Time // wall clock
	heard     time.Time // last frame of any kind
	pingN     uint64
	pingAt    time.Time // of the ping without an answer; zero if none
	pinged    time.Time // of the last ping
	noted     time.Time // when AsOf was last written down
	noteworth *desk.Error

	lanes lanes
	fetch fetches
	out   sender
}

// storeError marks an error of the local store, so that a damaged store is
// told from a damaged file.
type storeError struct{ err error }

func (s *storeError) Error() string { return "store: " + s.err.Error() }
func (s *storeError) Unwrap() error { return s.err }

func newSession(e *Engine, conn *link.Conn) *session {
	s := &session{
		e: e, conn: conn,
		in: make(chan incoming, 4), stop: make(chan struct{}),
		timer: time.NewTimer(time.Hour),
	}
	s.lanes.s, s.fetch.s, s.out.s = s, s, s
	return s
}

// Frame implements link.Handler.
func (s *session) Frame(b []byte) error {
	f, err := wire.DecodeFrame(b, wire.FromServer)
	if err != nil {
		return err
	}
	in := incoming{frame: f, bytes: len(b)}
	if p, ok := f.(*wire.Page); ok {
		page, err := wire.DecodePage(p.Body)
		if err != nil {
			return err
		}
		in.page = &page
	}
	select {
	case s.in <- in:
		return nil
	case <-s.stop:
		return nil // the connection is being closed
	}
}

// Closed implements link.Handler.
func (s *session) Closed(end link.End) {
	s.end = end
	close(s.in)
}

// run handles the session to its end and says why it ended: an *End of the
// connection, a *desk.Error or the cause of ctx.
func (s *session) run(ctx context.Context) error {
	defer s.timer.Stop()
	s.conn.Start(s)
	err := s.talk(ctx)
	close(s.stop)
	s.fetch.arrived("", true)
	var end *link.End
	switch cause := context.Cause(ctx); {
	case errors.As(err, &end):
	case errors.Is(cause, errClosed):
		s.conn.Close(wire.CloseNormal, "")
	case cause != nil:
		s.conn.Fail(0, "") // as if the cable were pulled: no goodbye
	default:
		s.conn.Finish(wire.CloseCode(err), "client error")
	}
	<-s.conn.Done()
	if s.welcomed && s.e.Status().State == Live {
		s.noteCurrent()
	}
	return err
}

func (s *session) talk(ctx context.Context) error {
	if err := s.hello(); err != nil {
		return err
	}
	tick := time.NewTicker(sessionTick)
	defer tick.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case in, ok := <-s.in:
			if !ok {
				return &s.end
			}
			s.heard = time.Now()
			err = s.handle(in)
		case w := <-s.e.wanted:
			s.fetch.waits = append(s.fetch.waits, w)
			err = s.fetch.want([]desk.TicketID{w.id})
		case <-s.e.kick:
			err = s.out.pump()
		case <-s.timer.C:
			err = s.out.pump()
		case <-tick.C:
			err = s.tick()
		}
		if err != nil {
			return err
		}
	}
}

// hello sends the first frame.
func (s *session) hello() error {
	cursors, err := s.e.cfg.Store.Cursors()
	if err != nil {
		return &storeError{err}
	}
	s.lanes.begin(cursors)
	h := wire.Hello{
		ProtoMin: wire.Oldest, ProtoMax: wire.Version,
		App: s.e.cfg.App, Device: s.e.cfg.Device, Lanes: cursors, Brief: true,
	}
	h.FirstUnsettled, h.LastSent, h.SettledUpTo = s.e.cfg.Outbox.Numbers()
	s.helloAt, s.heard = s.e.cfg.Now(), time.Now()
	s.pinged = s.heard
	return s.send(h)
}

func (s *session) send(f wire.Frame) error {
	b, err := wire.EncodeFrame(f)
	if err != nil {
		return fmt.Errorf("encode %s: %w", f.Type(), err)
	}
	return s.conn.Send(b)
}

// sendLook may be called from any goroutine.
func (s *session) sendLook(l wire.Look) {
	if s.live.Load() {
		_ = s.send(l) // best effort: presence is forgotten with the connection
	}
}

func (s *session) handle(in incoming) error {
	if _, ok := in.frame.(*wire.Welcome); ok == s.welcomed {
		return &desk.Error{
			Code: desk.CodeInvalid, Message: "The server broke the protocol.",
			Hint: "Docket tries again by itself.", Err: fmt.Errorf("%s, welcomed %v", in.frame.Type(), s.welcomed),
		}
	}
	switch f := in.frame.(type) {
	case *wire.Welcome:
		return s.welcome(f)
	case *wire.Receipts:
		return s.out.receipts(f)
	case *wire.Batch:
		return s.lanes.batch(desk.Batch(*f), in.bytes)
	case *wire.Page:
		return s.lanes.page(f.Lane, in.page)
	case *wire.Tickets:
		return s.fetch.tickets(*f)
	case *wire.Scopes:
		return s.scopes(f)
	case *wire.Presence:
		s.e.cfg.OnPresence(*f)
	case *wire.Pong:
		s.pong(f)
	}
	return nil // a frame this version does not know
}

// welcome does the work in its fixed order: receipts, purge, then deltas and
// snapshots, then resend; see doc.go.
func (s *session) welcome(w *wire.Welcome) error {
	if w.Proto < wire.Oldest || w.Proto > wire.Version {
		return wire.CloseError(wire.CloseServerOld, fmt.Sprintf("version %d", w.Proto))
	}
	s.measure(w.Now, s.helloAt)
	if err := s.out.welcome(w); err != nil {
		return err
	}
	if err := s.anotherHistory(w.ServerEpoch); err != nil {
		return err
	}
	if err := s.rights(w.Actor, w.Lanes); err != nil {
		return err
	}
	lease := w.LeaseUntil.UTC().Format(time.RFC3339Nano)
	for _, kv := range [][2]string{{MetaEpoch, w.ServerEpoch}, {MetaLease, lease}, {MetaSkew, s.e.Status().Skew.String()}} {
		if err := s.e.remember(kv[0], kv[1]); err != nil {
			return &storeError{err}
		}
	}
	s.welcomed, s.canWrite = true, w.CanWrite
	s.live.Store(true)
	s.e.setStatus(func(st *Status) {
		st.LeaseUntil, st.Expired, st.CanWrite, st.State = w.LeaseUntil, false, w.CanWrite, Syncing
		st.Err = s.remark(st.Skew)
	})
	s.e.ups.retry()
	if err := s.lanes.pull(); err != nil {
		return err
	}
	// An earlier connection may have ended before it could fetch them.
	missing, err := s.e.cfg.Store.Missing()
	if err != nil {
		return &storeError{err}
	}
	if err := s.fetch.want(missing); err != nil {
		return err
	}
	s.e.mu.Lock()
	look := s.e.look
	s.e.mu.Unlock()
	if look.Ticket != "" {
		s.sendLook(look)
	}
	return s.progress()
}

// anotherHistory empties the store if the server was restored since. Its
// tickets count their versions and entries anew from the backup: what is here
// under the same numbers may be something else, and would never be replaced.
// Outbox and drafts stay.
func (s *session) anotherHistory(epoch string) error {
	b, err := s.e.cfg.Memory.Meta(MetaEpoch)
	if err != nil {
		return &storeError{err}
	}
	if len(b) == 0 || string(b) == epoch {
		return nil
	}
	s.e.log.Warn("the server has another history", "epoch", epoch, "before", string(b))
	if err := s.e.cfg.Store.KeepLanes(nil); err != nil {
		return &storeError{err}
	}
	return nil
}

// rights makes the lanes the person may have the only ones: first what is no
// longer theirs goes, then the person's rights are what the server says.
func (s *session) rights(me desk.Actor, ls []wire.LaneState) error {
	keep := make([]desk.LaneID, len(ls))
	for i, l := range ls {
		keep[i] = l.Lane
	}
	if err := s.e.cfg.Store.KeepLanes(keep); err != nil {
		return &storeError{err}
	}
	if err := s.e.cfg.Memory.SetMe(me); err != nil {
		return &storeError{err}
	}
	return s.lanes.replace(ls)
}

// scopes takes the new list after the person's rights changed.
func (s *session) scopes(f *wire.Scopes) error {
	if err := s.rights(f.Actor, f.Lanes); err != nil {
		return err
	}
	if err := s.lanes.pull(); err != nil {
		return err
	}
	return s.progress()
}

// remark is what a person should know although the connection is fine.
func (s *session) remark(skew time.Duration) *desk.Error {
	switch {
	case s.noteworth != nil:
		return s.noteworth
	case s.welcomed && !s.canWrite:
		return &desk.Error{
			Code:    desk.CodeWriteRefused,
			Message: "This Docket is too old to send anything to the server. It can still read.",
			Hint:    "Install the newest version. Everything written here is kept and sent afterwards.",
		}
	case skew.Abs() > skewWorthSaying:
		n, unit := roughly(skew.Abs())
		return (&desk.Error{
			Code: desk.CodeInvalid, Field: "clock",
			Message: "This computer's clock is wrong by {unit, select, minute {{n, plural, one {# minute} other {# minutes}}} hour {{n, plural, one {# hour} other {# hours}}} day {{n, plural, one {# day} other {# days}}} other {{n, plural, one {# year} other {# years}}}}.",
			Hint:    "Docket goes by the server's time. Set the clock so that the rest of the computer does too.",
		}).With("unit", unit, "n", n)
	}
	return nil
}

// roughly says a duration as a person would.
func roughly(d time.Duration) (int64, string) {
	switch {
	case d < 2*time.Hour:
		return int64(d.Minutes()), "minute"
	case d < 48*time.Hour:
		return int64(d.Hours()), "hour"
	case d < 730*24*time.Hour:
		return int64(d.Hours() / 24), "day"
	}
	return int64(d.Hours() / 24 / 365), "year"
}

// progress sets the status after something was committed, and lets the
// outbox go once the deltas are here.
func (s *session) progress() error {
	current := s.lanes.current()
	done, total := 0, 0
	if s.lanes.loading() {
		done, total = s.e.cfg.Store.SnapshotProgress()
	}
	became := false
	s.e.setStatus(func(st *Status) {
		st.Done, st.Total = done, total
		if !current {
			st.State = Syncing
			return
		}
		if st.State != Live {
			became = true
			st.State, st.AsOf = Live, s.e.cfg.Now().Add(st.Skew)
		}
	})
	if became {
		s.noteCurrent()
	}
	return s.out.pump()
}

// noteCurrent writes down when the store was last known to be current.
func (s *session) noteCurrent() {
	s.noted = time.Now()
	if err := s.e.remember(MetaAsOf, s.e.Status().AsOf.UTC().Format(time.RFC3339Nano)); err != nil {
		s.e.log.Warn("remember as-of", "err", err)
	}
}

// measure takes the difference of the clocks, assuming that the answer took as
// long back as the question took there.
func (s *session) measure(server, asked time.Time) {
	now := s.e.cfg.Now()
	half := now.Sub(asked) / 2
	if half < 0 || half > time.Minute {
		half = 0
	}
	skew := server.Sub(now.Add(-half)).Round(time.Millisecond)
	s.e.setStatus(func(st *Status) {
		if (skew - st.Skew).Abs() > time.Second {
			st.Skew = skew
			if s.welcomed {
				st.Err = s.remark(skew)
			}
		}
	})
}

func (s *session) pong(f *wire.Pong) {
	if f.N == s.pingN {
		s.pingAt = time.Time{}
	}
}

// tick looks after the time: pings, answers that are overdue, being current.
func (s *session) tick() error {
	now := time.Now()
	if !s.welcomed {
		if now.Sub(s.heard) > welcomeWithin {
			return wire.NotDocket(errors.New("no welcome"))
		}
		return nil
	}
	if err := s.lanes.acknowledge(); err != nil {
		return err
	}
	if !s.pingAt.IsZero() && now.Sub(s.pingAt) >= pongWithin && s.heard.Before(s.pingAt) {
		return &desk.Error{
			Code: desk.CodeOffline, Message: "The server stopped answering.",
			Hint: "Docket tries again by itself. You can go on working.", Err: errors.New("no pong"),
		}
	}
	owed := s.out.owed()
	if !owed.IsZero() && now.Sub(owed) > answerWithin {
		return &desk.Error{
			Code: desk.CodeOffline, Message: "The server did not answer what was sent.",
			Hint: "Docket tries again by itself. Nothing is sent twice.", Err: errors.New("no receipt"),
		}
	}
	due := now.Sub(s.pinged) >= pingEvery || !owed.IsZero() && now.Sub(s.heard) >= quiet
	if due && (s.pingAt.IsZero() || s.heard.After(s.pingAt)) {
		s.pingN++
		s.pingAt, s.pinged = now, now
		if err := s.send(wire.Ping{N: s.pingN}); err != nil {
			return err
		}
	}
	if s.lanes.current() && now.Sub(s.heard) < pingEvery+pongWithin {
		s.e.setStatus(func(st *Status) { st.AsOf = s.e.cfg.Now().Add(st.Skew).Truncate(time.Second) })
		if now.Sub(s.noted) >= rememberEvery {
			s.noteCurrent()
		}
	}
	return nil
}
