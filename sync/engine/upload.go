package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"docket/app/desk"
	"docket/sync/wire"
)

const (
	// chunk is how much of a file goes in one request: little enough to lose,
	// enough to fill a line.
	chunk = 512 << 10
	// stall is how long a transfer may make no progress.
	stall = 30 * time.Second
	// uploadedFor is how long an upload is taken to be still there without
	// asking; the server drops what no entry came to use after a day.
	uploadedFor = time.Hour
)

// uploads sends the files of queued commands, one after the other, before the
// commands themselves.
type uploads struct {
	e    *Engine
	poke chan struct{}

	mu    sync.Mutex // guards what follows
	done  map[desk.BlobHash]time.Time
	queue []upload
}

// upload is a file and the commands that wait for it.
type upload struct {
	file   desk.Attachment
	ticket desk.TicketID
	for_   []desk.CommandID
}

func newUploads(e *Engine) *uploads {
	return &uploads{e: e, poke: make(chan struct{}, 1), done: map[desk.BlobHash]time.Time{}}
}

// ready reports whether an item's files are at the server, and sees to it that
// they will be. The outbox calls it; it must not call back.
func (u *uploads) ready(it Item) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	all := true
	for _, f := range it.Files {
		if at, ok := u.done[f.Hash]; ok && time.Since(at) < uploadedFor {
			continue
		}
		all = false
		u.wantLocked(f, it)
	}
	return all
}

func (u *uploads) wantLocked(f desk.Attachment, it Item) {
	defer poke(u.poke)
	for i := range u.queue {
		if u.queue[i].file.Hash != f.Hash {
			continue
		}
		for _, have := range u.queue[i].for_ {
			if have == it.ID {
				return
			}
		}
		u.queue[i].for_ = append(u.queue[i].for_, it.ID)
		return
	}
	u.queue = append(u.queue, upload{file: f, ticket: it.Ticket, for_: []desk.CommandID{it.ID}})
}

// doubt has files be sent anew: the server misses one that was taken to be there.
func (u *uploads) doubt() {
	u.mu.Lock()
	defer u.mu.Unlock()
	clear(u.done)
}

// retry ends a wait after a failure: there is a connection again.
func (u *uploads) retry() { poke(u.poke) }

// run is the goroutine of the uploads.
func (u *uploads) run() {
	failures, reached := 0, int64(0)
	for {
		next, some := u.next()
		if !some {
			select {
			case <-u.e.ctx.Done():
				return
			case <-u.poke:
				continue
			}
		}
		file := next.file
		at, err := u.send(u.e.ctx, next)
		if u.e.ctx.Err() != nil {
			return
		}
		if errors.Is(err, errLets) {
			failures, reached = 0, 0
			continue
		}
		if err == nil || permanent(err) {
			failures, reached = 0, 0
			u.finish(file, err)
			continue
		}
		if at > reached {
			failures, reached = 0, at // a bad line is not an absent one
		}
		failures++
		u.e.log.Info("upload interrupted", "file", file.Hash, "err", err)
		if desk.AsError(err).Code == desk.CodeDiskFull {
			u.e.cfg.OnProgress(Progress{Hash: file.Hash, Up: true, Done: at, Total: file.Size, Full: true})
		}
		t := time.NewTimer(u.e.delay(outcome{}, failures))
		select {
		case <-u.e.ctx.Done():
			t.Stop()
			return
		case <-t.C:
		case <-u.poke:
			t.Stop()
		}
	}
}

// next is the smallest file that waits: a message must not wait for hours
// because a large file of another is on its way.
func (u *uploads) next() (upload, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	best := -1
	for i := range u.queue {
		if best < 0 || u.queue[i].file.Size < u.queue[best].file.Size {
			best = i
		}
	}
	if best < 0 {
		return upload{}, false
	}
	return u.queue[best], true
}

// errLets ends a large file's turn: a smaller one goes first, and this goes on
// where it was.
var errLets = errors.New("lets a smaller file pass")

func (u *uploads) lets(f desk.Attachment) bool {
	if f.Size <= desk.MaxAttachment {
		return false
	}
	next, _ := u.next()
	return next.file.Size < f.Size
}

// finish takes a file off the queue. If it cannot be sent, the commands that
// carry it go back to their author, text and all.
func (u *uploads) finish(f desk.Attachment, err error) {
	u.mu.Lock()
	var ids []desk.CommandID
	for i := range u.queue {
		if u.queue[i].file.Hash == f.Hash {
			ids = u.queue[i].for_
			u.queue = append(u.queue[:i:i], u.queue[i+1:]...)
			break
		}
	}
	if err == nil {
		u.done[f.Hash] = time.Now()
	}
	u.mu.Unlock()
	if err == nil {
		u.e.cfg.OnProgress(Progress{Hash: f.Hash, Up: true, Done: f.Size, Total: f.Size})
		u.e.Kick()
		return
	}
	de := desk.AsError(err)
	u.e.cfg.OnProgress(Progress{Hash: f.Hash, Up: true, Total: f.Size, Err: de})
	for _, id := range ids {
		if err := u.e.cfg.Outbox.Refuse(id, de); err != nil {
			u.e.log.Error("give back command", "command", id, "err", err)
		}
	}
	u.e.Kick()
}

// permanent reports whether trying the same again cannot help.
func permanent(err error) bool {
	switch desk.AsError(err).Code {
	case desk.CodeNotFound, desk.CodeInvalid, desk.CodeTooLarge, desk.CodeDamaged:
		return true
	}
	return false
}

// send brings one file to the server, from where the server has it, and says
// how far the server is known to be.
func (u *uploads) send(ctx context.Context, up upload) (int64, error) {
	f := up.file
	file, err := u.e.cfg.Files.Open(f.Hash)
	if err != nil {
		return 0, lost(f, err)
	}
	defer file.Close()
	state, err := u.e.web.uploadStart(ctx, up)
	if err != nil {
		return 0, remote(err)
	}
	for !state.Done {
		at := state.Offset
		if at < 0 || at >= f.Size && f.Size > 0 {
			return 0, wire.NotDocket(fmt.Errorf("upload of %d bytes at %d", f.Size, at))
		}
		u.e.cfg.OnProgress(Progress{Hash: f.Hash, Up: true, Done: at, Total: f.Size})
		if _, err := file.Seek(at, io.SeekStart); err != nil {
			return at, lost(f, err)
		}
		buf := make([]byte, min(chunk, f.Size-at))
		if _, err := io.ReadFull(file, buf); err != nil {
			return at, lost(f, err)
		}
		if u.lets(f) {
			return at, errLets
		}
		if state, err = u.e.web.uploadChunk(ctx, up, at, buf); err != nil {
			return at, remote(err)
		}
		if !state.Done && state.Offset <= at {
			return at, remote(fmt.Errorf("offset %d after %d: %w", state.Offset, at, desk.ErrNotFound))
		}
	}
	return f.Size, nil
}

// remote keeps a server that forgot an upload apart from a file that is gone
// here: the upload is begun again.
func remote(err error) error {
	if errors.Is(err, desk.ErrNotFound) || errors.Is(err, desk.ErrDamaged) {
		return &desk.Error{
			Code: desk.CodeOffline, Message: "The server did not take the file.",
			Hint: "Docket tries again by itself.", Err: err,
		}
	}
	return err
}

// lost is the error for a file that is not on this computer any more.
func lost(f desk.Attachment, err error) error {
	return (&desk.Error{
		Code:    desk.CodeNotFound,
		Field:   "files",
		Message: "The file “{name}” is no longer on this computer, so the message was not sent.",
		Hint:    "Your text is kept. Attach the file again, or send without it.",
		Err:     err,
	}).With("name", f.Name)
}

// uploadStart announces a file and learns how much of it the server has.
func (w *Web) uploadStart(ctx context.Context, up upload) (wire.UploadState, error) {
	var st wire.UploadState
	f := wire.UploadStart{Hash: up.file.Hash, Size: up.file.Size, Name: up.file.Name}
	if f.Size > desk.MaxAttachment {
		f.Ticket = up.ticket
	}
	err := w.call(ctx, http.MethodPost, wire.PathUploads, f, &st)
	return st, err
}

// uploadChunk sends bytes at an offset.
func (w *Web) uploadChunk(ctx context.Context, up upload, offset int64, b []byte) (wire.UploadState, error) {
	var st wire.UploadState
	ctx, dog := w.watch(ctx)
	defer dog.stop()
	path := wire.PathUploads + "/" + url.PathEscape(string(up.file.Hash)) + "?offset=" + strconv.FormatInt(offset, 10)
	if up.file.Size > desk.MaxAttachment {
		path += "&ticket=" + url.QueryEscape(string(up.ticket))
	}
	req, err := w.request(ctx, http.MethodPatch, path, &feeder{b: b, dog: dog})
	if err != nil {
		return st, err
	}
	req.ContentLength = int64(len(b))
	req.Header.Set("Content-Type", "application/octet-stream")
	return st, w.answer(req, &st)
}

// watchdog cancels a transfer that makes no progress.
type watchdog struct {
	timer *time.Timer
	end   func()
}

var errStalled = errors.New("no progress")

func (w *Web) watch(ctx context.Context) (context.Context, *watchdog) {
	ctx, cancel, end := w.begin(ctx)
	return ctx, &watchdog{timer: time.AfterFunc(stall, func() { cancel(errStalled) }), end: end}
}

func (d *watchdog) fed() { d.timer.Reset(stall) }

func (d *watchdog) stop() {
	d.timer.Stop()
	d.end()
}

// feeder gives bytes to a request in small pieces and tells the watchdog.
type feeder struct {
	b   []byte
	dog *watchdog
}

// Read implements io.Reader.
func (f *feeder) Read(p []byte) (int, error) {
	if len(f.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), 16<<10)], f.b)
	f.b = f.b[n:]
	f.dog.fed()
	return n, nil
}
