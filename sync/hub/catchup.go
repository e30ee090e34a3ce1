package hub

import (
	"errors"
	"slices"
	"time"

	"docket/sync/link"
	"docket/sync/wire"
)

// catchUp sends what the client does not have yet, as far as its window goes.
// out is empty before and after.
func (s *Session) catchUp(out *outgoing) {
	if !s.mu.TryLock() {
		s.missed.Store(true)
		if !s.mu.TryLock() {
			return // unlock calls back
		}
	}
	defer s.unlock()
	if !s.live {
		return
	}
	err := s.advance(out)
	if n := len(s.beside) - besideKept; n > 0 {
		s.beside = slices.Clone(s.beside[n:])
	}
	if gone := s.flush(out); gone != nil {
		err = gone
	}
	if err != nil && !errors.Is(err, errGone) {
		var end *link.End
		if errors.As(err, &end) {
			s.live = false
			s.conn.Finish(end.Code, end.Text)
			return
		}
		s.h.complain("catch up", err)
		s.h.retry(s)
	}
}

func (s *Session) advance(out *outgoing) error {
	if s.rights < s.h.rights.Load() {
		if err := s.refresh(); err != nil {
			return err
		}
	}
	looked := false
	for i := 0; i < len(s.subs); i++ {
		for {
			b := &s.subs[i]
			if b.snapshot || b.cursor.Seq >= b.lane.head.Load() || len(s.unacked) >= wire.Window || s.crowded() {
				break
			}
			if b.lane.reader != "" && !looked && s.sharedBehind() {
				looked, i = true, -1 // shared lanes are raised first and go first
				break
			}
			st, err := s.h.step(b.lane, b.cursor, s.beside)
			if err != nil {
				return err
			}
			if st != nil && st.rights > s.rights {
				if err := s.flush(out); err != nil {
					return err
				}
				if err := s.current(st.rights); err != nil {
					return err
				}
				i = -1 // the lanes may be others now
				break
			}
			if st == nil {
				b.snapshot = true
				if err := s.flush(out); err != nil {
					return err
				}
				if err := s.send(wire.Scopes{AuthEpoch: s.authEpoch, Actor: s.self(), Lanes: s.laneStates()}); err != nil {
					return err
				}
				break
			}
			if st.to.Seq == b.cursor.Seq {
				break // the head is not in this snapshot yet; its commit tells again
			}
			if err := s.sendStep(out, b, st); errors.Is(err, errCrowded) {
				return nil
			} else if err != nil {
				return err
			}
			s.beside = append(s.beside, st.tells...)
		}
	}
	return nil
}

// sharedBehind reports whether there is something to send of a lane that others
// read as well.
func (s *Session) sharedBehind() bool {
	return slices.ContainsFunc(s.subs, func(b sub) bool { return b.lane.reader == "" && !b.snapshot && b.cursor.Seq < b.lane.head.Load() })
}

// errGone ends a catch-up whose connection is over, errCrowded one whose next
// batch would make the queue run over.
var (
	errGone    = errors.New("the connection is over")
	errCrowded = errors.New("the queue has no room")
)

// outgoing is what a worker has gathered for a session, to go out with one
// write.
type outgoing struct {
	frames []*link.Shared
	bytes  int
}

// together is how many bytes go out with one write.
const together = 32 << 10

// flush sends what was gathered.
func (s *Session) flush(out *outgoing) error {
	if len(out.frames) == 0 {
		return nil
	}
	err := s.conn.SendShared(out.frames...)
	clear(out.frames)
	out.frames, out.bytes = out.frames[:0], 0
	if err != nil {
		s.live = false // it is being closed; Closed follows
		return errGone
	}
	return nil
}

func (s *Session) sendStep(out *outgoing, b *sub, st *step) error {
	frame, err := s.h.frameFor(st, s.person)
	if err != nil {
		return err
	}
	if out.bytes+frame.Len() > together {
		if err := s.flush(out); err != nil {
			return err
		}
	}
	if !s.conn.Room(frame.Len()) {
		if s.crowd = len(s.unacked) > 0; !s.crowd {
			s.h.retry(s) // something else fills it, and no ack will tell
		}
		return errCrowded
	}
	out.frames, out.bytes = append(out.frames, frame), out.bytes+frame.Len()
	if len(s.unacked) == 0 {
		s.since = time.Now()
	}
	b.cursor = st.to
	s.unacked = append(s.unacked, sent{b.lane, st.to.Seq})
	s.h.count.sent.Add(1)
	s.h.count.sentBytes.Add(uint64(frame.Len()))
	return nil
}

// crowded reports whether further batches would only fill the queue; an ack
// then goes on with them. mu is held.
func (s *Session) crowded() bool {
	s.crowd = len(s.unacked) > 0 && !s.conn.Room(0)
	return s.crowd
}
