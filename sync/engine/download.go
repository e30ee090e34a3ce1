package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"docket/app/desk"
	"docket/sync/wire"
)

// downloadTries is how often in a row a download may be interrupted without
// having brought a byte.
const downloadTries = 5

// downloads makes sure that a file is fetched once, however many ask for it.
type downloads struct {
	mu sync.Mutex // guards running
	wg sync.WaitGroup

	running map[desk.BlobHash]*download
}

type download struct {
	done chan struct{}
	err  error
}

func (d *downloads) wait() { d.wg.Wait() }

// Download brings the file of an entry to this computer and returns when its
// bytes are there and checked. It goes on where an earlier one was interrupted.
// If two ask for the same file, the second waits for the first; the download
// goes on as long as the first's ctx. Progress is told through OnProgress.
func (e *Engine) Download(ctx context.Context, ticket desk.TicketID, f desk.Attachment) error {
	return e.download(ctx, url.Values{"ticket": {string(ticket)}}, f)
}

// DownloadOf is Download for a file of an article.
func (e *Engine) DownloadOf(ctx context.Context, article desk.ArticleID, f desk.Attachment) error {
	return e.download(ctx, url.Values{"article": {string(article)}}, f)
}

// download fetches a file of what the query names.
func (e *Engine) download(ctx context.Context, of url.Values, f desk.Attachment) error {
	if f.Size < 0 || f.Size > desk.MaxGrant || !f.Hash.ValidHash() {
		return &desk.Error{
			Code: desk.CodeInvalid, Message: "This file cannot be fetched.",
			Hint: "Ask its author to send it again.", Err: fmt.Errorf("%d bytes, hash %.80q", f.Size, f.Hash),
		}
	}
	e.downs.mu.Lock()
	if d := e.downs.running[f.Hash]; d != nil {
		e.downs.mu.Unlock()
		select {
		case <-d.done:
			return d.err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if e.ctx.Err() != nil {
		e.downs.mu.Unlock()
		return e.web.explain(errClosed)
	}
	d := &download{done: make(chan struct{})}
	if e.downs.running == nil {
		e.downs.running = map[desk.BlobHash]*download{}
	}
	e.downs.running[f.Hash] = d
	e.downs.wg.Add(1)
	e.downs.mu.Unlock()

	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(e.ctx, func() { cancel(errClosed) })
	d.err = e.fetchFile(ctx, of, f)
	stop()
	cancel(nil)
	e.downs.mu.Lock()
	delete(e.downs.running, f.Hash)
	e.downs.mu.Unlock()
	close(d.done)
	e.downs.wg.Done()
	p := Progress{Hash: f.Hash, Done: f.Size, Total: f.Size}
	if d.err != nil {
		p.Done, p.Err = 0, desk.AsError(d.err)
	}
	e.cfg.OnProgress(p)
	return d.err
}

// fetchFile tries until the file is here, or no progress is made any more.
func (e *Engine) fetchFile(ctx context.Context, of url.Values, f desk.Attachment) error {
	damaged := false
	for tries := 0; ; {
		before, err := e.cfg.Files.Staged(f.Hash)
		if err != nil {
			return err
		}
		if before > f.Size {
			if err := e.cfg.Files.Drop(f.Hash); err != nil {
				return err
			}
			continue
		}
		if before < f.Size {
			err = e.fetchRest(ctx, of, f, before)
		}
		if err == nil {
			err = e.cfg.Files.Commit(f.Hash)
			switch {
			case err == nil:
				return nil
			case !errors.Is(err, desk.ErrDamaged) || damaged:
				return err
			}
			// What was here from before may have been bad: once more, whole.
			damaged = true
			continue
		}
		if ctx.Err() != nil {
			return e.web.explain(context.Cause(ctx))
		}
		if code := desk.AsError(err).Code; code != desk.CodeOffline && code != desk.CodeTooMany && code != desk.CodeInternal {
			return err
		}
		if now, serr := e.cfg.Files.Staged(f.Hash); serr == nil && now > before {
			tries = 0
		}
		if tries++; tries >= downloadTries || e.Status().State == Offline && tries > 1 {
			return err
		}
		t := time.NewTimer(e.delay(outcome{}, tries))
		select {
		case <-ctx.Done():
		case <-t.C:
		}
		t.Stop()
	}
}

// fetchRest asks for the bytes from an offset on.
func (e *Engine) fetchRest(ctx context.Context, of url.Values, f desk.Attachment, from int64) error {
	ctx, dog := e.web.watch(ctx)
	defer dog.stop()
	path := wire.PathFiles + "/" + url.PathEscape(string(f.Hash)) + "?" + of.Encode()
	req, err := e.web.request(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	if from > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", from))
	}
	resp, err := e.web.do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if from > 0 && resp.StatusCode != http.StatusPartialContent {
		// The whole file came instead of the rest of it.
		if err := e.cfg.Files.Drop(f.Hash); err != nil {
			return err
		}
		from = 0
	}
	body := &taster{r: io.LimitReader(resp.Body, f.Size-from), dog: dog, told: func(n int64) {
		e.cfg.OnProgress(Progress{Hash: f.Hash, Done: from + n, Total: f.Size})
	}}
	n, err := e.cfg.Files.Append(f.Hash, from, body)
	if body.err != nil {
		return e.web.explain(body.err)
	}
	if err != nil {
		return err
	}
	if from+n < f.Size {
		return e.web.explain(io.ErrUnexpectedEOF)
	}
	return nil
}

// tell is how many bytes pass between two words of progress.
const tell = 256 << 10

// taster counts what passes, tells the watchdog, and remembers whether it was
// the network that failed.
type taster struct {
	r     io.Reader
	dog   *watchdog
	told  func(int64)
	n     int64
	since int64
	err   error
}

// Read implements io.Reader.
func (t *taster) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if n > 0 {
		t.n += int64(n)
		t.dog.fed()
		if t.since += int64(n); t.since >= tell {
			t.since = 0
			t.told(t.n)
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		t.err = err
	}
	return n, err
}
