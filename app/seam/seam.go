// Package seam joins sync/engine to the stores of this computer, which may not
// know of each other. It translates and decides nothing.
package seam

import (
	"errors"
	"io"
	"time"

	"docket/app/desk"
	"docket/storage/blob"
	"docket/storage/cache"
	"docket/storage/outbox"
	"docket/sync/engine"
)

// Store is a cache as the engine sees it.
type Store struct{ Cache *cache.Cache }

var _ engine.Store = Store{}

func missing(a cache.Applied, err error) ([]desk.TicketID, error) {
	switch {
	case errors.Is(err, cache.ErrGap):
		return nil, engine.ErrGap
	case errors.Is(err, cache.ErrSnapshotChanged):
		return nil, engine.ErrSnapshotChanged
	}
	return a.Missing, err
}

// Cursors implements engine.Store.
func (s Store) Cursors() ([]desk.Cursor, error) { return s.Cache.Cursors() }

// Apply implements engine.Store.
func (s Store) Apply(b desk.Batch) ([]desk.TicketID, error) { return missing(s.Cache.Apply(b)) }

// PutWhole implements engine.Store.
func (s Store) PutWhole(items []desk.Item) ([]desk.TicketID, error) {
	return missing(s.Cache.PutWhole(items))
}

// SnapshotStart implements engine.Store.
func (s Store) SnapshotStart(lane desk.LaneID, resume bool) (string, error) {
	return s.Cache.SnapshotStart(lane, resume)
}

// SnapshotPage implements engine.Store.
func (s Store) SnapshotPage(p desk.Page) ([]desk.TicketID, error) {
	return missing(s.Cache.SnapshotPage(p))
}

// SnapshotProgress implements engine.Store.
func (s Store) SnapshotProgress() (done, total int) { return s.Cache.SnapshotProgress() }

// KeepLanes implements engine.Store.
func (s Store) KeepLanes(lanes []desk.LaneID) error {
	_, err := s.Cache.KeepLanes(lanes)
	return err
}

// Missing implements engine.Store.
func (s Store) Missing() ([]desk.TicketID, error) { return s.Cache.Missing() }

// Outbox is an outbox as the engine sees it.
type Outbox struct {
	Outbox *outbox.Outbox
	// Here reports whether a file is on this computer: of an article those are sent
	// that are; the others the server has with it.
	Here func(desk.BlobHash) bool
}

var _ engine.Outbox = Outbox{}

func (o Outbox) item(it outbox.Item) engine.Item {
	out := engine.Item{ID: it.ID, DSeq: it.DSeq, Body: it.Body, Ticket: it.Command.Ticket}
	switch a := it.Command.Args.(type) {
	case desk.Open:
		out.Files = a.Files
	case desk.Reply:
		out.Files = a.Files
	case desk.AddNote:
		out.Files = a.Files
	case desk.Say:
		out.Files = a.Files
	case desk.WriteArticle:
		for _, f := range a.Writing.Files {
			if o.Here == nil || o.Here(f.Hash) {
				out.Files = append(out.Files, f)
			}
		}
	}
	return out
}

func (o Outbox) items(its []outbox.Item) []engine.Item {
	out := make([]engine.Item, len(its))
	for i, it := range its {
		out[i] = o.item(it)
	}
	return out
}

// Next implements engine.Outbox.
func (o Outbox) Next(now time.Time, max int, ready func(engine.Item) bool) ([]engine.Item, error) {
	its, err := o.Outbox.Next(now, max, func(it outbox.Item) bool { return ready(o.item(it)) })
	return o.items(its), err
}

// Due implements engine.Outbox.
func (o Outbox) Due(now time.Time) time.Time { return o.Outbox.Due(now) }

// Settle implements engine.Outbox.
func (o Outbox) Settle(r desk.Receipt) error {
	_, err := o.Outbox.Settle(r)
	return err
}

// Resend implements engine.Outbox.
func (o Outbox) Resend(from uint64) []engine.Item { return o.items(o.Outbox.Resend(from)) }

// Numbers implements engine.Outbox.
func (o Outbox) Numbers() (firstUnsettled, lastSent, settledUpTo uint64) {
	return o.Outbox.FirstUnsettled(), o.Outbox.LastSent(), o.Outbox.SettledUpTo()
}

// Requeue implements engine.Outbox.
func (o Outbox) Requeue(after uint64) (int, error) { return o.Outbox.Requeue(after) }

// Fork implements engine.Outbox.
func (o Outbox) Fork() error { return o.Outbox.Fork() }

// Refuse implements engine.Outbox.
func (o Outbox) Refuse(id desk.CommandID, e *desk.Error) error { return o.Outbox.Refuse(id, e) }

// Files is a blob store as the engine sees it. Blobs is for whoever puts files
// in or gives them to a person.
type Files struct{ Blobs *blob.Store }

var _ engine.Files = (*Files)(nil)

// OpenFiles opens the encrypted files in dir.
func OpenFiles(dir string, key [32]byte) (*Files, error) {
	b, err := blob.Open(dir, blob.Options{Key: key})
	if err != nil {
		return nil, err
	}
	return &Files{Blobs: b}, nil
}

// Close closes the store.
func (f *Files) Close() error { return f.Blobs.Close() }

// Open implements engine.Files.
func (f *Files) Open(h desk.BlobHash) (io.ReadSeekCloser, error) { return f.Blobs.Open(h) }

// Staged implements engine.Files.
func (f *Files) Staged(h desk.BlobHash) (int64, error) { return f.Blobs.Staged(string(h)) }

// Append implements engine.Files.
func (f *Files) Append(h desk.BlobHash, offset int64, r io.Reader) (int64, error) {
	end, err := f.Blobs.Stage(string(h), offset, r, desk.MaxGrant)
	return max(0, end-offset), err
}

// Commit implements engine.Files.
func (f *Files) Commit(h desk.BlobHash) error {
	_, err := f.Blobs.Commit(string(h), h)
	return err
}

// Drop implements engine.Files.
func (f *Files) Drop(h desk.BlobHash) error { return f.Blobs.Discard(string(h)) }
