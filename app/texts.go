package app

import (
	"context"
	"errors"
	"io"

	"docket/app/desk"
	"docket/storage/cache"
	"docket/storage/terms"
	"docket/sync/engine"
)

// The search knows what text files say (BEHAVIOURS 0.8), so they are fetched
// while the line is up, the newest tickets' first, and stay readable offline. So
// much text is kept of them at most, and so many tickets are asked for at once.
const (
	mostTexts     = 64 << 20
	ticketsAtOnce = 16
)

// texter brings the search the texts of files. It has one goroutine.
type texter struct {
	s    *session
	wake chan struct{}
	end  context.CancelFunc
	done chan struct{}
}

func newTexter(s *session) *texter {
	ctx, end := context.WithCancel(s.api.ctx)
	x := &texter{s: s, wake: make(chan struct{}, 1), end: end, done: make(chan struct{})}
	go x.run(ctx)
	return x
}

// kick is called when the index was tended, and when the line came up.
func (x *texter) kick() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

func (x *texter) close() {
	x.end()
	<-x.done
}

func (x *texter) run(ctx context.Context) {
	defer close(x.done)
	for {
		select {
		case <-ctx.Done():
			return
		case <-x.wake:
		}
		if err := x.bring(ctx); err != nil && ctx.Err() == nil {
			x.s.api.deps.Log.Warn("texts of files for the search", "err", err)
		}
	}
}

// bring fetches what is missing until the line goes or there is enough.
func (x *texter) bring(ctx context.Context) error {
	size, err := x.s.cache.TextsSize()
	if err != nil {
		return err
	}
	brought := false
	defer func() {
		if brought {
			x.s.indexer.kick()
		}
	}()
	for ctx.Err() == nil && size < mostTexts {
		tickets, err := x.s.cache.Unread(ticketsAtOnce)
		if err != nil || len(tickets) == 0 {
			return err
		}
		for _, u := range tickets {
			texts, err := x.of(ctx, u)
			if err != nil {
				return err
			}
			if texts == nil {
				return nil
			}
			here, err := x.s.cache.PutTexts(u.Ticket, texts)
			if err != nil {
				return err
			}
			for h, text := range texts {
				size, brought = size+int64(len(text)), true
				if !here { // it left while its file came
					x.s.forgetFiles([]desk.BlobHash{h})
				}
			}
		}
	}
	return nil
}

// of reads the files of a ticket; nil while they cannot be fetched. One that is
// no text, or is refused, has none.
func (x *texter) of(ctx context.Context, u cache.Unread) (map[desk.BlobHash]string, error) {
	out := map[desk.BlobHash]string{}
	for _, f := range u.Files {
		if _, err := x.s.files.Blobs.Stat(f.Hash); err != nil {
			eng := x.s.engine()
			if eng == nil || eng.Status().State != engine.Live {
				return nil, nil //nolint:nilnil // as said
			}
			if err := eng.Download(ctx, u.Ticket, f); err != nil {
				switch desk.AsError(err).Code {
				case desk.CodeNotFound, desk.CodeDenied, desk.CodeInvalid, desk.CodeDamaged:
					out[f.Hash] = ""
					continue
				case desk.CodeOffline, desk.CodeTooMany, desk.CodeInternal:
					return nil, nil //nolint:nilnil // as said
				}
				return nil, err
			}
		}
		text, err := x.read(f)
		if err != nil {
			return nil, err
		}
		out[f.Hash] = text
	}
	return out, nil
}

func (x *texter) read(f desk.Attachment) (string, error) {
	r, err := x.s.files.Open(f.Hash)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(io.LimitReader(r, terms.MostFile))
	if err = errors.Join(err, r.Close()); err != nil {
		return "", err
	}
	return terms.TextOf(b), nil
}
