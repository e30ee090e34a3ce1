package engine

import (
	"context"
	"errors"
	"time"

	"docket/app/desk"
	"docket/sync/link"
	"docket/sync/wire"
)

const (
	firstDelay = 500 * time.Millisecond
	mostDelay  = 30 * time.Second
	// settled is how long a connection must have lived before the next failure
	// counts as the first.
	settled = 10 * time.Second
	// kickSpacing is the least time between two attempts, however often
	// somebody kicks.
	kickSpacing = time.Second
)

// outcome is how an attempt or a session ended.
type outcome struct {
	err   *desk.Error   // what the person reads
	after time.Duration // the server's hint, 0 if none
	stay  bool          // coming back would not help
	fresh bool          // the connection lived for a while
	now   bool          // come back at once
}

// run is the goroutine of the states.
func (e *Engine) run() {
	var failures int
	for {
		if !e.awaitNetwork() {
			return
		}
		start := time.Now()
		out := e.attempt()
		if e.ctx.Err() != nil {
			return
		}
		if e.damaged {
			// Nothing may touch this store any more; its owner replaces it.
			e.setStatus(func(s *Status) { s.State, s.Err, s.Retry = Refused, out.err, time.Time{} })
			return
		}
		if out.fresh {
			failures = 0
		}
		failures++
		if !e.rest(out, failures, start) {
			return
		}
	}
}

// awaitNetwork waits while the network is switched off; false once closed.
func (e *Engine) awaitNetwork() bool {
	for {
		if e.ctx.Err() != nil {
			return false
		}
		e.mu.Lock()
		paused := e.paused
		e.mu.Unlock()
		if !paused {
			return true
		}
		e.setStatus(func(s *Status) { s.State, s.Err, s.Retry = Offline, e.web.explain(errPaused), time.Time{} })
		select {
		case <-e.ctx.Done():
			return false
		case <-e.kick:
		}
	}
}

// rest waits until the next attempt is due; false once closed.
func (e *Engine) rest(out outcome, failures int, lastTry time.Time) bool {
	state := Offline
	var timer <-chan time.Time
	var retry time.Time
	switch {
	case out.stay:
		state = Refused
	default:
		d := e.delay(out, failures)
		t := time.NewTimer(d)
		defer t.Stop()
		timer, retry = t.C, e.cfg.Now().Add(d)
	}
	e.setStatus(func(s *Status) {
		s.State, s.Err, s.Retry = state, out.err, retry
		s.Done, s.Total = 0, 0
		s.Expired = e.expired(*s)
		if s.Expired && state == Offline {
			s.Err = leaseError(out.err)
		}
	})
	for {
		select {
		case <-e.ctx.Done():
			return false
		case <-timer:
			return true
		case <-e.wake:
			return true
		case <-e.kick:
			if wait := kickSpacing - time.Since(lastTry); wait > 0 {
				t := time.NewTimer(wait)
				select {
				case <-e.ctx.Done():
					t.Stop()
					return false
				case <-t.C:
				}
			}
			return true
		}
	}
}

// delay is full jitter under a doubling bound, or after the server's hint with
// a little jitter, so that a thousand clients do not come in the same moment.
func (e *Engine) delay(out outcome, failures int) time.Duration {
	if out.now {
		return 0
	}
	bound := mostDelay
	if shift := failures - 1; shift < 6 {
		bound = min(mostDelay, firstDelay<<shift)
	}
	jitter := time.Duration(e.cfg.Rand() * float64(bound))
	if out.after > 0 {
		return out.after + min(jitter, out.after/4+firstDelay)
	}
	return jitter
}

// attempt connects, runs a session to its end and says how it ended.
func (e *Engine) attempt() outcome {
	ctx, cancel := context.WithCancelCause(e.ctx)
	defer cancel(nil)
	e.mu.Lock()
	e.cut = cancel
	if e.paused {
		cancel(errPaused)
	}
	e.mu.Unlock()
	drain(e.wake) // it is being made anew anyway

	e.setStatus(func(s *Status) { s.State, s.Retry = Connecting, time.Time{} })
	start := time.Now()
	conn, err := e.web.dial(ctx)
	if err != nil {
		return e.failed(ctx, err)
	}
	s := newSession(e, conn)
	e.mu.Lock()
	e.session = s
	e.mu.Unlock()
	err = s.run(ctx)
	e.mu.Lock()
	e.session = nil
	e.mu.Unlock()
	out := e.failed(ctx, err)
	out.fresh = out.fresh || s.welcomed && time.Since(start) > settled
	return out
}

// failed sorts why an attempt or session ended.
func (e *Engine) failed(ctx context.Context, err error) outcome {
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errResumed):
		return outcome{err: e.web.explain(cause), now: true, fresh: true}
	case errors.Is(cause, errPaused):
		return outcome{err: e.web.explain(cause), fresh: true, now: true}
	}
	var end *link.End
	if errors.As(err, &end) {
		after, text := wire.ParseCloseReason(end.Text)
		e.log.Info("connection ended", "code", end.Code, "text", text, "remote", end.Remote, "err", end.Err)
		if end.Remote && end.Code == wire.CloseForked {
			if err := e.cfg.Outbox.Fork(); err != nil {
				return outcome{err: desk.AsError(err)}
			}
		}
		return outcome{err: wire.CloseError(end.Code, text), after: after, stay: end.Remote && wire.StayAway(end.Code)}
	}
	var re *retryError
	var after time.Duration
	if errors.As(err, &re) {
		after = re.after
	}
	de := desk.AsError(err)
	e.log.Info("attempt failed", "err", err)
	out := outcome{err: de, after: after}
	var se *storeError
	if errors.As(err, &se) && errors.Is(err, desk.ErrDamaged) {
		e.damaged = true
		e.cfg.OnDamaged(err)
	}
	switch de.Code {
	case desk.CodeSignIn, desk.CodeDenied, desk.CodeClientOld, desk.CodeServerOld, desk.CodeForked, desk.CodeDamaged:
		out.stay = true
	}
	return out
}

func drain(ch <-chan struct{}) {
	select {
	case <-ch:
	default:
	}
}

// leaseError is what a person reads when the time without contact is over.
func leaseError(cause *desk.Error) *desk.Error {
	e := &desk.Error{
		Code:    desk.CodeOffline,
		Message: "This computer has not reached the server for too long to go on showing what it holds.",
		Hint:    "Connect to the network once. What you wrote is kept and is sent then.",
	}
	if cause != nil {
		e.Err = cause
	}
	return e
}

const (
	clockTick = 5 * time.Second
	clockJump = 15 * time.Second
)

// watchClock notices that the computer slept. Timers run on a clock that may
// stand still meanwhile, so no deadline of ours would fire (golang/go#24595):
// the wall clock running ahead of that clock tells it, and so does a tick that
// comes much too late. A clock set back or forward looks the same and costs
// one reconnect, which also measures the skew anew.
func (e *Engine) watchClock() {
	tick := time.NewTicker(clockTick)
	defer tick.Stop()
	mono, wall := time.Now(), e.cfg.Now().Round(0)
	for {
		select {
		case <-e.ctx.Done():
			return
		case <-tick.C:
		}
		m, w := time.Now(), e.cfg.Now().Round(0)
		dm, dw := m.Sub(mono), w.Sub(wall)
		mono, wall = m, w
		if (dw-dm).Abs() > clockJump || dm > clockJump {
			e.log.Info("clock jumped", "wall", dw, "monotonic", dm)
			e.restart()
		}
		e.setStatus(func(s *Status) { s.Expired = e.expired(*s) && s.State != Live && s.State != Syncing })
	}
}

// restart drops the connection there is and makes the next attempt at once.
func (e *Engine) restart() {
	e.mu.Lock()
	cut := e.cut
	e.mu.Unlock()
	if cut != nil {
		cut(errResumed)
	}
	poke(e.wake)
}
