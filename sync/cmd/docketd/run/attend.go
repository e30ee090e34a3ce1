package run

import (
	"context"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
)

const (
	// beat is how often a server says that it lives.
	beat = 10 * time.Second
	// believed is for how long the others believe it: it may miss two.
	believed = 3 * beat
)

// attend tells the other servers of the desk who of the team is at this one, at
// once when that changes, until ctx ends. What could not be written is told with
// the next beat.
func (s *Server) attend(ctx context.Context) {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		if err := s.attended(ctx, s.Hub.Crew(), s.cfg.Clock()); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("tell who is here", "err", err)
		}
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), beat)
			defer cancel()
			if err := s.attended(last, nil, s.cfg.Clock()); err != nil {
				s.cfg.Log.Error("tell that nobody is here", "err", err) // it ends by itself
			}
			return
		case <-s.Hub.CrewMoved():
		case <-tick.C:
		}
	}
}

// attended writes who is here now, and tells who looks at the same
// tickets as somebody whose server ended without a word.
func (s *Server) attended(ctx context.Context, crew []desk.Present, now time.Time) error {
	var ended []desk.TicketID
	err := store{s.Ledger, s.cfg.Faults}.update(ctx, func(tx *ledger.Tx) (err error) {
		ended, err = tx.Attend(crew, now, now.Add(believed))
		return err
	})
	if err == nil {
		s.Hub.Looked(ended)
	}
	return err
}
