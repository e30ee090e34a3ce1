package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/storage/whole"
)

// GoneFile is the list of what was deleted after its time, in the desk's folder:
// a ticket, its number and when, a line each. It lies beside the ledger, because
// a backup that is restored has forgotten what was deleted since (BEHAVIOURS 1.7).
const GoneFile = "deleted"

// readGone reads the list; a line that is none is left out.
func readGone(path string) ([]ledger.Gone, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what was deleted: %w", err)
	}
	var out []ledger.Gone
	for line := range strings.Lines(string(b)) {
		var id string
		var number, at int64
		if n, err := fmt.Sscanf(line, "%s %d %d\n", &id, &number, &at); err == nil && n == 3 {
			out = append(out, ledger.Gone{Ticket: desk.TicketID(id), Number: desk.Number(number), At: time.UnixMilli(at).UTC()})
		}
	}
	return out, nil
}

// bury deletes, before anybody is served, what the list names and the ledger has
// nevertheless, and completes the list by what only the ledger knows.
func (s *Server) bury(ctx context.Context) error {
	if s.cfg.Data == "" {
		return nil
	}
	listed, err := readGone(filepath.Join(s.cfg.Data, GoneFile))
	if err != nil {
		return err
	}
	var known []ledger.Gone
	if known, err = s.gone(ctx); err != nil {
		return err
	}
	have := map[desk.TicketID]bool{}
	for _, g := range known {
		have[g.Ticket] = true
	}
	missing := slices.DeleteFunc(listed, func(g ledger.Gone) bool { return have[g.Ticket] })
	n := 0
	for some := range slices.Chunk(missing, 100) {
		err := s.Ledger.Update(ctx, func(tx *ledger.Tx) error {
			for _, g := range some {
				was, err := tx.Bury(g)
				if err != nil {
					return err
				}
				if was {
					n++
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("delete again: %w", err)
		}
	}
	if n > 0 {
		s.cfg.Log.Warn("the ledger had tickets that were deleted before; they are deleted again", "tickets", n)
	}
	return s.listGone(ctx)
}

func (s *Server) gone(ctx context.Context) (all []ledger.Gone, err error) {
	err = s.Ledger.View(ctx, func(tx *ledger.Tx) error {
		all, err = tx.Gone()
		return err
	})
	return all, err
}

// listGone writes the list if it is not the ledger's.
func (s *Server) listGone(ctx context.Context) error {
	if s.cfg.Data == "" {
		return nil
	}
	all, err := s.gone(ctx)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	for _, g := range all {
		fmt.Fprintf(&b, "%s %d %d\n", g.Ticket, int64(g.Number), g.At.UnixMilli())
	}
	path := filepath.Join(s.cfg.Data, GoneFile)
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, b.Bytes()) || errors.Is(err, fs.ErrNotExist) && len(all) == 0 {
		return nil
	}
	if err := whole.Write(path, b.Bytes()); err != nil {
		return fmt.Errorf("list what was deleted: %w", err)
	}
	return nil
}
