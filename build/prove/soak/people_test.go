package soak_test

import (
	"context"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"docket/app/desk"
	"docket/build/crowd"
	"docket/sync/link"
	"docket/sync/wire"
)

// part is what a socket plays.
type part int

const (
	ordinary  part = iota
	slow           // reads a little, then pauses
	glutton        // one of the slow: while it pauses it asks for more and more
	stalled        // stops reading once and for all
	flapping       // comes and goes
	vanishing      // one of the flapping: goes without a word
)

// body is one computer with its socket and what it plays.
type body struct {
	*crowd.Client
	w     *world
	n     int
	part  part
	staff bool
	place int // of the department or organization
	rng   *rand.Rand

	mu    sync.Mutex // guards what follows
	tap   *tap       // of the newest socket, of who has one
	ends  []int      // codes of the sockets that ended
	bouts int
	taps  []*tap // of who vanished, to hear when the server let go
}

func (w *world) body(n int, p crowd.Pass, play part, staff bool, place int) *body {
	b := &body{w: w, n: n, part: play, staff: staff, place: place, rng: rand.New(rand.NewPCG(w.seed, uint64(n)+2))}
	cfg := crowd.Config{
		URL:      "http://" + w.server.listen,
		Arrived:  func(_ *crowd.Client, t desk.TicketID, seq uint64, e []byte) { w.arrived(b, t, seq, e) },
		Answered: func(_ *crowd.Client, r desk.Receipt) { w.answered(r) },
		Moved:    func(_ *crowd.Client, at desk.Cursor) { w.moved(b, at) },
		Ended:    func(_ *crowd.Client, e link.End) { b.ended(e) },
	}
	if play != ordinary {
		cfg.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			p, err := dialTap(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			b.mu.Lock()
			b.tap = p
			b.mu.Unlock()
			return p, nil
		}
	}
	b.Client = crowd.New(p, cfg)
	return b
}

func (b *body) ended(e link.End) {
	b.mu.Lock()
	b.ends = append(b.ends, e.Code)
	b.mu.Unlock()
	if b.part == ordinary && b.w.open.Load() {
		// Nobody has a reason to end this one.
		b.w.count("ordinary_ended", 1)
		b.w.tasks.Go(func() { b.home(b.w.ctx) })
	}
}

// home connects until it is current.
func (b *body) home(ctx context.Context) {
	for ctx.Err() == nil {
		try, cancel := context.WithTimeout(ctx, patience)
		err := b.Connect(try)
		cancel()
		if err == nil {
			return
		}
		b.Close()
		b.rest(ctx, 200, 1000)
	}
}

func (b *body) socket() *tap {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tap
}

// rest waits some milliseconds, less when the trouble is over.
func (b *body) rest(ctx context.Context, least, most int) {
	t := time.NewTimer(time.Duration(least+b.rng.IntN(most-least)) * time.Millisecond)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// trouble plays the part until ctx ends, then comes home.
func (b *body) trouble(ctx context.Context) {
	for ctx.Err() == nil {
		switch b.part {
		case slow:
			b.slowly(ctx, func() { b.rest(ctx, 1000, 9000) })
		case glutton:
			b.slowly(ctx, func() { b.gorge(ctx) })
		case stalled:
			b.slowly(ctx, func() { <-ctx.Done() })
		case flapping:
			b.rest(ctx, 300, 3000)
			if b.rng.IntN(2) == 0 {
				_ = b.socket().Close() // without a goodbye
			}
			b.Close()
			b.rest(ctx, 100, 1500)
			b.home(ctx)
		case vanishing:
			b.vanish(ctx)
		}
		if ctx.Err() == nil {
			b.mu.Lock()
			b.bouts++
			b.mu.Unlock()
		}
	}
	if b.part != vanishing { // what was lost on a mute socket stays lost
		b.socket().set(reads)
	}
	if b.part == glutton {
		b.Close() // the server is in the middle of its pages
	}
	if b.part == stalled {
		b.rest(b.w.ctx, 3000, 3001) // to read how it was closed
	}
	b.home(b.w.ctx)
}

// slowly stops reading for a pause, then reads a little, on a new socket if
// the server had enough of the old.
func (b *body) slowly(ctx context.Context, pause func()) {
	p := b.socket()
	p.set(stalls)
	pause()
	p.set(reads)
	b.rest(ctx, 300, 1500)
	select {
	case <-p.done:
		if ctx.Err() == nil {
			b.home(ctx)
		}
	default:
	}
}

// gorge asks for page after page and reads none, until the server has enough:
// its queue runs over long before a write takes too long. Every other time it
// asks for whole tickets, whose answers wait for room in the queue.
func (b *body) gorge(ctx context.Context) {
	pages := b.bouts%2 == 0
	every := time.NewTicker(20 * time.Millisecond)
	defer every.Stop()
asking:
	for n := range 1500 {
		var question wire.Frame = wire.Ping{N: uint64(n)}
		switch {
		case n < 400 && pages:
			question = wire.Pull{Lane: b.w.lane(b)}
		case n < 400:
			question = wire.Fetch{Tickets: b.w.large[b.place]}
		}
		if b.Ask(question) != nil || b.socket().over() {
			if pages {
				b.w.count("gorged", 1)
			}
			break
		}
		select {
		case <-ctx.Done():
			break asking
		case <-every.C:
		}
	}
	b.socket().set(reads)
	b.Close()
	b.rest(ctx, 500, 3000)
	b.home(ctx)
}

// vanish falls silent. Half of them are seen again soon, on a new socket while
// the server still holds the old one; the others wait until it let go.
func (b *body) vanish(ctx context.Context) {
	b.rest(ctx, 300, 3000)
	p := b.socket()
	b.mu.Lock()
	b.taps = append(b.taps, p)
	b.mu.Unlock()
	p.set(mute)
	if b.n%2 == 0 {
		b.rest(ctx, 500, 4000)
	} else {
		select {
		case <-ctx.Done():
		case <-p.done:
		}
	}
	b.home(ctx)
}
