package app

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"docket/storage/cache"
)

// The search index is tended when nothing came for a moment, so that the first
// sync and a burst of replies are not slowed down by it; while more comes all
// the time, it is tended at the latest then. What its person lost sight of goes
// from it at once.
const (
	indexAfter  = 2 * time.Second
	indexAtMost = 20 * time.Second
)

// indexer has the cache tend its search index. It has one goroutine.
type indexer struct {
	s    *session
	wake chan struct{}
	gone atomic.Bool // tickets were purged since it was tended
	end  context.CancelFunc
	done chan struct{}
}

func newIndexer(s *session) *indexer {
	ctx, end := context.WithCancel(s.api.ctx)
	x := &indexer{s: s, wake: make(chan struct{}, 1), end: end, done: make(chan struct{})}
	go x.run(ctx)
	x.kick()
	return x
}

// changed is told of every commit of the cache.
func (x *indexer) changed(a cache.Applied) {
	if len(a.Removed) > 0 {
		x.gone.Store(true)
	}
	if len(a.Changed)+len(a.Removed) > 0 {
		x.kick()
	}
}

func (x *indexer) kick() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

func (x *indexer) close() {
	x.end()
	<-x.done
}

func (x *indexer) run(ctx context.Context) {
	defer close(x.done)
	for x.quiet(ctx) {
		// What cannot be indexed now, on a full disk say, is after the next change.
		if err := x.s.cache.Index(ctx); err != nil && !errors.Is(err, context.Canceled) {
			x.s.api.deps.Log.Warn("index for the search", "err", err)
		}
		x.s.texter.kick()
	}
}

// quiet waits until something came and nothing comes any more.
func (x *indexer) quiet(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-x.wake:
	}
	latest := time.NewTimer(indexAtMost)
	defer latest.Stop()
	for !x.gone.Swap(false) {
		timer := time.NewTimer(indexAfter)
		select {
		case <-ctx.Done():
			timer.Stop()
			return false
		case <-timer.C:
			return true
		case <-latest.C:
			timer.Stop()
			return true
		case <-x.wake:
			timer.Stop()
		}
	}
	return true
}
