package engine

import (
	"fmt"
	"time"

	"docket/app/desk"
	"docket/sync/wire"
)

const (
	// maxPushes frames of maxPush commands each may be without an answer.
	maxPushes = 4
	maxPush   = 50
	// deltasWithin bounds how long the resend waits for the deltas: a server
	// that forgot them must not keep people's words back for ever.
	deltasWithin = 10 * time.Second
	// maxGaps is how often a session repairs a gap before it starts over.
	maxGaps = 3
	// mostHold bounds the server's word on when to try again.
	mostHold = 10 * time.Minute
)

// sender sends what the outbox holds and takes the receipts.
type sender struct {
	s       *session
	backlog []Item    // sent before, to be sent again
	begun   bool      // the resend was begun
	from    time.Time // of the welcome, for deltasWithin
	pushes  int       // frames without an answer
	stale   int       // of those, the ones whose complaints are known already
	since   time.Time // when the oldest unanswered was sent, or an answer last came
	hold    time.Time // not before, because the server could not write
	gaps    int
}

// owed is since when an answer is outstanding; zero if none is.
func (o *sender) owed() time.Time {
	if o.pushes == 0 {
		return time.Time{}
	}
	return o.since
}

// welcome takes the receipts of what was sent before, and finds out whether
// the two ends still speak of the same history.
func (o *sender) welcome(w *wire.Welcome) error {
	o.from = time.Now()
	for _, r := range w.Receipts {
		if err := o.settle(r); err != nil {
			return err
		}
	}
	_, lastSent, settled := o.s.e.cfg.Outbox.Numbers()
	if w.LastDSeq > lastSent {
		return o.fork(fmt.Errorf("server has %d, %d was sent from here", w.LastDSeq, lastSent))
	}
	if w.LastDSeq < settled {
		// The server was restored from an older backup: what it confirmed and
		// no longer knows is sent again.
		return o.requeue(w.LastDSeq)
	}
	return nil
}

// requeue makes everything after a number unsettled again.
func (o *sender) requeue(after uint64) error {
	n, err := o.s.e.cfg.Outbox.Requeue(after)
	if err != nil {
		return fmt.Errorf("requeue: %w", err)
	}
	o.s.e.log.Warn("server knows less than it confirmed", "last", after, "again", n)
	return nil
}

// settle keeps one receipt.
func (o *sender) settle(r desk.Receipt) error {
	if r.Error != nil && r.Error.Code == desk.CodeForked {
		return o.fork(fmt.Errorf("number %d was used by another", r.DSeq))
	}
	if r.Command == "" {
		// A command the server could not even read has no id; its number tells.
		if sent := o.s.e.cfg.Outbox.Resend(r.DSeq); len(sent) > 0 && sent[0].DSeq == r.DSeq {
			r.Command = sent[0].ID
		}
	}
	if err := o.s.e.cfg.Outbox.Settle(r); err != nil {
		return fmt.Errorf("settle %d: %w", r.DSeq, err)
	}
	if r.Error != nil && r.Error.Field == "files" {
		o.s.e.ups.doubt()
	}
	return nil
}

// fork ends this device: two copies of its data use the same numbers, or the
// numbers cannot be continued. What has no receipt waits for the new one.
func (o *sender) fork(cause error) error {
	if err := o.s.e.cfg.Outbox.Fork(); err != nil {
		return fmt.Errorf("fork: %w", err)
	}
	e := wire.CloseError(wire.CloseForked, "")
	e.Err = cause
	return e
}

// pump sends what may be sent now and sets the timer for what may be later.
func (o *sender) pump() error {
	s := o.s
	if !s.welcomed || !s.canWrite {
		return nil
	}
	now := time.Now()
	if !o.begun {
		if !s.lanes.deltas() && now.Sub(o.from) < deltasWithin {
			s.timer.Reset(deltasWithin - now.Sub(o.from))
			return nil
		}
		o.begun = true
		o.backlog = s.e.cfg.Outbox.Resend(0)
	}
	if wait := o.hold.Sub(now); wait > 0 {
		s.timer.Reset(wait)
		return nil
	}
	wall := s.e.cfg.Now() // one for both: what is due by then was offered by then
	for o.pushes < maxPushes {
		items := o.backlog
		if len(items) > maxPush {
			items = items[:maxPush]
		}
		o.backlog = o.backlog[len(items):]
		if len(items) == 0 {
			var err error
			if items, err = s.e.cfg.Outbox.Next(wall, maxPush, s.e.ups.ready); err != nil {
				return fmt.Errorf("take from outbox: %w", err)
			}
		}
		if len(items) == 0 {
			break
		}
		if err := o.push(items); err != nil {
			return err
		}
	}
	if due := s.e.cfg.Outbox.Due(wall); !due.IsZero() && o.pushes < maxPushes {
		s.timer.Reset(due.Sub(wall))
	}
	return nil
}

func (o *sender) push(items []Item) error {
	cmds := make([]wire.PushedCommand, len(items))
	for i, it := range items {
		cmds[i] = wire.PushedCommand{DSeq: it.DSeq, Body: it.Body}
	}
	if o.pushes == 0 {
		o.since = time.Now()
	}
	for _, p := range wire.SplitPush(cmds) {
		if err := o.s.send(p); err != nil {
			return err
		}
		o.pushes++
	}
	return nil
}

// receipts takes the answer to one push.
func (o *sender) receipts(f *wire.Receipts) error {
	for _, r := range f.Receipts {
		if err := o.settle(r); err != nil {
			return err
		}
	}
	o.pushes, o.since = max(0, o.pushes-1), time.Now()
	if o.stale > 0 {
		// Sent before the complaint that is being dealt with.
		o.stale--
		return o.pump()
	}
	var note *desk.Error
	switch {
	case f.Retry != nil:
		note = f.Retry
		o.hold = time.Now().Add(min(time.Duration(f.RetryAfter)*time.Millisecond, mostHold))
		o.stale, o.backlog = o.pushes, o.s.e.cfg.Outbox.Resend(0)
	case f.Gap > 0:
		if o.gaps++; o.gaps > maxGaps {
			return &desk.Error{
				Code: desk.CodeInvalid, Message: "The server broke the protocol.",
				Hint: "Docket tries again by itself. Nothing is lost.", Err: fmt.Errorf("gap at %d again", f.Gap),
			}
		}
		if err := o.again(f.Gap); err != nil {
			return err
		}
	default:
		o.gaps = 0
	}
	if note != o.s.noteworth {
		o.s.noteworth = note
		o.s.e.setStatus(func(st *Status) { st.Err = o.s.remark(st.Skew) })
	}
	return o.pump()
}

// again begins anew at the number the server wants; what is still unanswered
// was sent in vain. If that number is not kept here, the server lost what it
// had confirmed.
func (o *sender) again(from uint64) error {
	o.stale = o.pushes
	o.backlog = o.s.e.cfg.Outbox.Resend(from)
	if len(o.backlog) == 0 || o.backlog[0].DSeq > from {
		o.backlog = nil
		return o.requeue(from - 1)
	}
	return nil
}
