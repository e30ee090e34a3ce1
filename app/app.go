package app

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"docket/app/desk"
	"docket/app/notify"
	"docket/sync/engine"
)

// App is the program around the API: what the wiring may call and the page may
// not. Its methods may be called from any goroutine.
type App struct {
	api *API

	mu    sync.Mutex // guards what follows
	ready bool
	open  *OpenEvent // to be shown once the page can hear
}

// New makes the program. Nothing is opened before Start.
func New(d Deps) *App {
	if d.Clock == nil {
		d.Clock = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &App{api: &API{
		deps: d, ctx: ctx, cancel: cancel, ready: make(chan struct{}), token: newID(), settings: defaults,
		center: notify.NewCenter(d.Notifier, d.Clock, func(err error) { d.Log.Warn("show notification", "err", err) }),
	}}
}

// API is the object to bind.
func (p *App) API() *API { return p.api }

// Start opens what the last run left, beside the window, because a keyring may
// ask its person something first. Boot waits for it.
func (p *App) Start() {
	p.api.begin(func() {
		defer close(p.api.ready)
		p.api.start()
	})
}

// Ready says that the page can hear events; what it missed is told now.
func (p *App) Ready() {
	p.mu.Lock()
	p.ready = true
	ev := p.open
	p.open = nil
	p.mu.Unlock()
	if ev != nil {
		p.api.emit(EvOpen, *ev)
	}
}

// Close ends the session and everything that was started. It may come twice.
func (p *App) Close() {
	a := p.api
	a.cancel()
	a.begins.Lock()
	a.closing = true
	a.begins.Unlock()
	a.tasks.Wait()
	a.mu.Lock()
	s := a.sess
	a.sess = nil
	a.mu.Unlock()
	if s != nil {
		s.close()
	}
	if err := a.center.Close(); err != nil {
		a.deps.Log.Warn("close notifier", "err", err)
	}
}

// begin runs fn beside everything else; Close waits for it, and nothing begins
// once that was called.
func (a *API) begin(fn func()) {
	a.begins.Lock()
	defer a.begins.Unlock()
	if !a.closing {
		a.tasks.Go(fn)
	}
}

// Show brings the window forward with a ticket, or as it is for "". It is what
// a clicked notification, a second start and a link do, and all they can do.
func (p *App) Show(id desk.TicketID) {
	ev := OpenEvent{}
	if article, ok := strings.CutPrefix(string(id), ofArticles); ok && desk.ValidUUID(article) {
		ev.Article = article
	} else if desk.ValidUUID(string(id)) {
		ev.Ticket = string(id)
	}
	p.api.deps.Shell.Show()
	p.mu.Lock()
	if !p.ready {
		p.open = &ev
		p.mu.Unlock()
		return
	}
	p.mu.Unlock()
	p.api.emit(EvOpen, ev)
}

// Dropped takes files dropped on the window.
func (p *App) Dropped(paths []string) {
	s, err := p.api.session()
	if err != nil {
		p.api.emit(EvDropped, Picked{Files: []FileInfo{}, Faults: []Fault{faultOf(desk.AsError(err))}, Large: []LargeFile{}})
		return
	}
	p.api.emit(EvDropped, s.pick(paths))
}

// LetGo sends what only waits so that it could be taken back, because the
// program is about to end, and gives it a moment to arrive.
func (p *App) LetGo(moment time.Duration) {
	p.api.mu.RLock()
	s := p.api.sess
	p.api.mu.RUnlock()
	if s == nil {
		return
	}
	moved := make(chan struct{}, 1)
	defer s.out.Subscribe(func([]desk.TicketID) {
		select {
		case moved <- struct{}{}:
		default:
		}
	})()
	gone := s.letGo()
	if len(gone) == 0 || s.connection().State != string(engine.Live) {
		return
	}
	end := time.NewTimer(moment)
	defer end.Stop()
	for s.anyWaits(gone) {
		select {
		case <-moved:
		case <-end.C:
			return
		}
	}
}

func (s *session) letGo() []desk.CommandID {
	var gone []desk.CommandID
	for _, it := range s.out.Items() {
		if !s.until(it).IsZero() && s.out.Release(it.ID) == nil {
			gone = append(gone, it.ID)
		}
	}
	return gone
}

func (s *session) anyWaits(ids []desk.CommandID) bool {
	return slices.ContainsFunc(ids, func(id desk.CommandID) bool {
		it, ok := s.out.Item(id)
		return ok && it.State.Waiting()
	})
}

// Unsent says what has not gone out yet, "" if nothing.
func (p *App) Unsent() string {
	p.api.mu.RLock()
	s := p.api.sess
	p.api.mu.RUnlock()
	if s == nil {
		return ""
	}
	waiting, _ := s.out.Counts()
	if waiting == 0 {
		return ""
	}
	return say("{n, plural, one {1 message is not sent yet. It goes} other {{n} messages are not sent yet. They go}} out the next time Docket runs with a connection.", "n", waiting)
}

// Previews serves the page's pictures of attachments.
func (p *App) Previews() http.Handler {
	return &previewer{api: p.api, busy: make(chan struct{}, 1)}
}
