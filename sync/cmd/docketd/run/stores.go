package run

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"docket/app/desk"
	"docket/storage/blob"
	"docket/storage/ledger"
	"docket/sync/authority"
	"docket/sync/hub"
	"docket/sync/server"
)

// Wrap lets a test put faults between the ledger and everybody above it: it is
// given every function that is to run in a transaction, with "update" or
// "view", and runs it or fails.
type Wrap func(what string, run func() error) error

// store is what the three stores below share.
type store struct {
	l    *ledger.Ledger
	wrap Wrap
}

func (s store) update(ctx context.Context, fn func(*ledger.Tx) error) error {
	if s.wrap != nil {
		return s.wrap("update", func() error { return s.l.Update(ctx, fn) })
	}
	return s.l.Update(ctx, fn)
}

func (s store) view(ctx context.Context, fn func(*ledger.Tx) error) error {
	if s.wrap != nil {
		return s.wrap("view", func() error { return s.l.View(ctx, fn) })
	}
	return s.l.View(ctx, fn)
}

// sweep gives the clerk the next tickets that a new policy is about.
func (s store) sweep(ctx context.Context, most int) ([]desk.TicketID, func(context.Context) error, error) {
	var k ledger.Kept
	err := s.view(ctx, func(tx *ledger.Tx) (err error) {
		k, err = tx.ToKeep(most)
		return err
	})
	if err != nil || k.Department == "" {
		return nil, nil, err
	}
	return k.Tickets, func(ctx context.Context) error {
		return s.update(ctx, func(tx *ledger.Tx) error { return tx.HaveKept(k) })
	}, nil
}

// authorityStore is the ledger as authority asks for it.
type authorityStore struct{ store }

func (s authorityStore) Update(ctx context.Context, fn func(authority.Tx) error) error {
	return s.update(ctx, func(tx *ledger.Tx) error { return fn(authorityTx{tx}) })
}

func (s authorityStore) View(ctx context.Context, fn func(authority.Tx) error) error {
	return s.view(ctx, func(tx *ledger.Tx) error { return fn(authorityTx{tx}) })
}

type authorityTx struct{ *ledger.Tx }

func (tx authorityTx) Audit(r authority.Row) error { return tx.Tx.Audit(ledger.AuditRow(r)) }

func (tx authorityTx) MayUse(p desk.PersonID, h desk.BlobHash, t desk.TicketID, customer bool) (desk.Attachment, error) {
	ok, err := tx.Tx.MayUse(p, h, t, customer)
	if err != nil {
		return desk.Attachment{}, err
	}
	if !ok {
		return desk.Attachment{}, desk.ErrNotFound
	}
	b, found, err := tx.Tx.Blob(h)
	if err == nil && !found {
		err = desk.ErrNotFound
	}
	return desk.Attachment{Hash: h, Size: b.Size, Type: b.Type}, err
}

// hubStore is the ledger as the hub asks for it; the transactions fit as they are.
type hubStore struct{ store }

func (s hubStore) Epoch() string { return s.l.Epoch() }

func (s hubStore) View(ctx context.Context, fn func(hub.Tx) error) error {
	return s.view(ctx, func(tx *ledger.Tx) error { return fn(tx) })
}

// serverStore is the ledger as the door asks for it.
type serverStore struct {
	store
	clock func() time.Time
}

func (s serverStore) Update(ctx context.Context, fn func(server.Tx) error) error {
	return s.update(ctx, func(tx *ledger.Tx) error { return fn(serverTx{tx, s.clock}) })
}

func (s serverStore) View(ctx context.Context, fn func(server.Tx) error) error {
	return s.view(ctx, func(tx *ledger.Tx) error { return fn(serverTx{tx, s.clock}) })
}

type serverTx struct {
	*ledger.Tx
	clock func() time.Time
}

func (tx serverTx) DeskName() (string, error) {
	d, err := tx.Tx.Desk()
	if errors.Is(err, desk.ErrNotFound) {
		return "", nil // nothing was applied yet
	}
	return d.Name, err
}

func (tx serverTx) FileIn(p desk.PersonID, t desk.TicketID, h desk.BlobHash, customer bool) (string, error) {
	ok, err := tx.Tx.CanReadBlob(p, h, t, customer)
	if err == nil && !ok {
		err = desk.ErrNotFound
	}
	if err != nil {
		return "", err
	}
	b, found, err := tx.Tx.Blob(h)
	if err == nil && !found {
		err = desk.ErrNotFound
	}
	return b.Type, err
}

func (tx serverTx) Upload(p desk.PersonID, h desk.BlobHash) (server.Upload, bool, error) {
	done, err := tx.Tx.MayUse(p, h, "", true)
	if err != nil {
		return server.Upload{}, false, err
	}
	if done {
		b, found, err := tx.Tx.Blob(h)
		return server.Upload{Size: b.Size, Type: b.Type, Done: found}, found, err
	}
	u, found, err := tx.Tx.UploadState(p, h)
	if err != nil {
		return server.Upload{}, false, err
	}
	beside, err := tx.Tx.LargeBeside(p, h)
	return server.Upload{Size: u.Size, Name: u.Name, Beside: beside}, found, err
}

func (tx serverTx) SetUpload(p desk.PersonID, h desk.BlobHash, u server.Upload) error {
	if u.Done {
		if err := tx.Tx.PutBlob(ledger.Blob{Hash: h, Size: u.Size, Type: u.Type}, p); err != nil {
			return err
		}
		return tx.Tx.DropUpload(p, h)
	}
	return tx.Tx.SetUpload(ledger.Upload{Person: p, Hash: h, Name: u.Name, Size: u.Size, Updated: tx.clock().UTC()})
}

// files is the folder of attachments as the door asks for it.
type files struct{ s *blob.Store }

// key makes a name the store takes.
func key(k string) string { return strings.ToLower(k) }

func (f files) Offset(k string) (int64, error) { return f.s.Staged(key(k)) }

func (f files) Append(k string, offset int64, r io.Reader, most int64) (int64, error) {
	at, err := f.s.Stage(key(k), offset, r, most)
	var wrong *blob.OffsetError
	if errors.As(err, &wrong) {
		return offset, &desk.Error{
			Code: desk.CodeConflict, Message: "The upload goes on at another place.", Hint: "Docket goes on there by itself.", Err: err,
		}
	}
	return at, err
}

func (f files) Commit(k string, h desk.BlobHash) (string, error) {
	info, err := f.s.Commit(key(k), h)
	return info.Type, err
}

func (f files) Open(h desk.BlobHash) (io.ReadSeekCloser, error) { return f.s.Open(h) }
