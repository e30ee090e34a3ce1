package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/server"
)

const (
	// keepUpload is how long an upload may rest before it has to begin again.
	keepUpload = 24 * time.Hour
	// keepLarge is for files that somebody was allowed to send although they are
	// large: they take days and computers that are off at night.
	keepLarge = desk.MaxGrantDays * 24 * time.Hour
	// keepLane and keepRows are what a lane keeps for those who come back; who
	// was away longer takes a snapshot.
	keepLane = 45 * 24 * time.Hour
	keepRows = 100_000
)

// Tidied is what one round of upkeep removed.
type Tidied struct {
	Staged, Uploads, Invitations int
	Deleted                      int   // files of tickets that were deleted
	Lanes                        int   // lanes that were shortened
	Rows                         int64 // and by how much
}

// Tidy removes what nobody comes back for, as of now: uploads that rest, lane
// rows beyond what is kept, invitations that expired. A fault with one of them
// does not keep the others waiting. The server does it by itself every hour.
func (s *Server) Tidy(ctx context.Context, now time.Time) (t Tidied, err error) {
	return t, errors.Join(s.tidyFiles(ctx, now, &t), s.tidyDoomed(ctx, &t), s.listGone(ctx), s.tidyInvitations(ctx, now, &t), s.tidyLanes(ctx, now, &t))
}

func (s *Server) tidyFiles(ctx context.Context, now time.Time, t *Tidied) error {
	before := now.Add(-keepUpload)
	var stale, large []ledger.Upload
	err := s.Ledger.View(ctx, func(tx *ledger.Tx) (err error) {
		if stale, err = tx.StaleUploads(before); err == nil {
			large, err = tx.LargeUploads(now.Add(-keepLarge))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("list uploads: %w", err)
	}
	coming := map[string]bool{}
	for _, u := range large {
		coming[key(server.StageKey(u.Person, u.Hash))] = true
	}
	if t.Staged, err = s.Files.Sweep(before, func(k string) bool { return coming[k] }); err != nil {
		return fmt.Errorf("sweep files: %w", err)
	}
	for _, u := range stale {
		// An upload announced long ago may still be on its way.
		if at, err := s.Files.Staged(key(server.StageKey(u.Person, u.Hash))); err != nil || at > 0 {
			continue
		}
		if err := s.Ledger.Update(ctx, func(tx *ledger.Tx) error { return tx.DropUpload(u.Person, u.Hash) }); err != nil {
			return fmt.Errorf("forget upload: %w", err)
		}
		t.Uploads++
	}
	return nil
}

// tidyDoomed deletes the bytes of files that no ticket has any more. It does so
// inside the transaction that forgets them: whoever sends the same bytes waits
// for it, and sends them again.
func (s *Server) tidyDoomed(ctx context.Context, t *Tidied) error {
	var doomed []desk.BlobHash
	if err := s.Ledger.View(ctx, func(tx *ledger.Tx) (err error) {
		doomed, err = tx.Doomed()
		return err
	}); err != nil {
		return fmt.Errorf("list deleted files: %w", err)
	}
	for _, h := range doomed {
		err := s.Ledger.Update(ctx, func(tx *ledger.Tx) error {
			return tx.DropDoomed(h, func() error {
				if err := s.Files.Delete(h); err != nil && !errors.Is(err, desk.ErrNotFound) {
					return err
				}
				t.Deleted++
				return nil
			})
		})
		if err != nil {
			return fmt.Errorf("delete file: %w", err)
		}
	}
	return nil
}

func (s *Server) tidyInvitations(ctx context.Context, now time.Time, t *Tidied) error {
	err := s.Ledger.Update(ctx, func(tx *ledger.Tx) error {
		n, err := tx.DropInvitations(now)
		t.Invitations = int(n)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget invitations: %w", err)
	}
	return nil
}

// tidyLanes shortens one lane in a transaction, so that nobody who writes has
// to wait for all of them.
func (s *Server) tidyLanes(ctx context.Context, now time.Time, t *Tidied) error {
	before := now.Add(-keepLane)
	var lanes []desk.LaneID
	if err := s.Ledger.View(ctx, func(tx *ledger.Tx) (err error) {
		lanes, err = tx.Trimmable(keepRows, before)
		return err
	}); err != nil {
		return fmt.Errorf("list lanes: %w", err)
	}
	for _, lane := range lanes {
		var n int64
		err := s.Ledger.Update(ctx, func(tx *ledger.Tx) (err error) {
			n, err = tx.Trim(lane, keepRows, before)
			return err
		})
		if err != nil {
			return fmt.Errorf("shorten lane %s: %w", lane, err)
		}
		if n > 0 {
			t.Lanes, t.Rows = t.Lanes+1, t.Rows+n
		}
	}
	return nil
}

// upkeep tidies until ctx ends.
func (s *Server) upkeep(ctx context.Context) {
	tick := time.NewTicker(s.cfg.Upkeep)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		switch t, err := s.Tidy(ctx, s.cfg.Clock()); {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.cfg.Log.Error("upkeep", "err", err)
		case t != Tidied{}:
			s.cfg.Log.Info("upkeep", "staged", t.Staged, "uploads", t.Uploads, "deleted", t.Deleted, "invitations", t.Invitations, "lanes", t.Lanes, "rows", t.Rows)
		}
	}
}
