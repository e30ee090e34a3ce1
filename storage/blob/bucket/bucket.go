// Package bucket keeps a server's attachments in a bucket that several servers
// share, where a folder of one of them would not do: S3 or what speaks like it
// (s3://name?region=…), or a mounted folder (file:///path). It is apart from
// package blob so that the desktop program does not carry the clients of clouds.
package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	gcblob "gocloud.dev/blob"
	_ "gocloud.dev/blob/fileblob" // file://
	_ "gocloud.dev/blob/s3blob"   // s3://
	"gocloud.dev/gcerrors"

	"docket/app/desk"
	"docket/storage/blob"
)

// patience bounds what is asked of a bucket about one file, and the silence
// before the first byte; the bytes themselves take as long as they take.
const patience = 30 * time.Second

// Bucket implements blob.Bucket.
type Bucket struct {
	b    *gcblob.Bucket
	ctx  context.Context //nolint:containedctx // of its life: files are read after the call that opened them
	stop context.CancelFunc
}

// Open opens the bucket at an address of gocloud.dev's form and looks whether
// it is there. Rights to it come from where the provider's own tools look.
func Open(ctx context.Context, address string) (*Bucket, error) {
	b, err := gcblob.OpenBucket(ctx, address)
	if err != nil {
		return nil, &desk.Error{
			Code: desk.CodeInvalid, Field: "attachments", Message: "The address of the attachments is no bucket's: " + err.Error(),
			Hint: "Write s3://name?region=… or file:///path.", Err: err,
		}
	}
	k := &Bucket{b: b}
	k.ctx, k.stop = context.WithCancel(context.WithoutCancel(ctx))
	there, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if ok, err := b.IsAccessible(there); err != nil || !ok {
		return nil, errors.Join(unreachable(err), k.Close())
	}
	return k, nil
}

// Close ends what is under way.
func (k *Bucket) Close() error {
	k.stop()
	if err := k.b.Close(); err != nil {
		return fmt.Errorf("close bucket: %w", err)
	}
	return nil
}

// Put implements blob.Bucket.
func (k *Bucket) Put(name string, from io.Reader) error {
	ctx, cancel := context.WithCancel(k.ctx) // a writer that is not closed well writes nothing
	defer cancel()
	w, err := k.b.NewWriter(ctx, name, &gcblob.WriterOptions{ContentType: "application/octet-stream"})
	if err != nil {
		return unreachable(err)
	}
	if _, err := io.Copy(w, from); err != nil {
		cancel()
		_ = w.Close()
		return unreachable(err)
	}
	return unreachable(w.Close())
}

// Open implements blob.Bucket.
func (k *Bucket) Open(name string) (blob.Reader, error) {
	ctx, cancel := context.WithTimeout(k.ctx, patience)
	defer cancel()
	at, err := k.b.Attributes(ctx, name)
	if err != nil {
		return nil, unreachable(err)
	}
	return &reader{k: k, name: name, size: at.Size}, nil
}

// Delete implements blob.Bucket.
func (k *Bucket) Delete(name string) error {
	ctx, cancel := context.WithTimeout(k.ctx, patience)
	defer cancel()
	if err := unreachable(k.b.Delete(ctx, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Names implements blob.Bucket.
func (k *Bucket) Names(fn func(name string) error) error {
	list := k.b.List(nil)
	for {
		o, err := list.Next(k.ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unreachable(err)
		}
		if err := fn(o.Key); err != nil {
			return err
		}
	}
}

// unreachable turns what a bucket says into what people read; that a file is not
// there is fs.ErrNotExist.
func unreachable(err error) error {
	switch {
	case err == nil:
		return nil
	case gcerrors.Code(err) == gcerrors.NotFound:
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	return &desk.Error{
		Code: desk.CodeOffline, Message: "The store of attachments cannot be reached.",
		Hint: "What was sent is kept and goes on by itself once it answers.", Err: err,
	}
}

// reader reads a file from a place on, over one request as long as it is read
// on from where it stopped.
type reader struct {
	k    *Bucket
	name string
	size int64
	at   int64
	on   *gcblob.Reader // at at; nil until read
}

// Size implements blob.Reader.
func (r *reader) Size() int64 { return r.size }

func (r *reader) Read(p []byte) (int, error) {
	if r.at >= r.size {
		return 0, io.EOF
	}
	if r.on == nil {
		on, err := r.k.b.NewRangeReader(r.k.ctx, r.name, r.at, -1, nil)
		if err != nil {
			return 0, unreachable(err)
		}
		r.on = on
	}
	n, err := r.on.Read(p)
	r.at += int64(n)
	if errors.Is(err, io.EOF) && r.at < r.size {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// ReadAt is a request of its own.
func (r *reader) ReadAt(p []byte, off int64) (int, error) {
	if off >= r.size {
		return 0, io.EOF
	}
	on, err := r.k.b.NewRangeReader(r.k.ctx, r.name, off, int64(len(p)), nil)
	if err != nil {
		return 0, unreachable(err)
	}
	defer func() { _ = on.Close() }()
	n, err := io.ReadFull(on, p)
	if errors.Is(err, io.ErrUnexpectedEOF) && off+int64(n) == r.size {
		err = io.EOF
	}
	return n, err
}

// Seek implements io.Seeker.
func (r *reader) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += r.at
	case io.SeekEnd:
		off += r.size
	}
	if off < 0 {
		return r.at, fs.ErrInvalid
	}
	if off != r.at {
		_ = r.Close()
		r.at = off
	}
	return off, nil
}

func (r *reader) Close() error {
	if r.on == nil {
		return nil
	}
	on := r.on
	r.on = nil
	return on.Close()
}
