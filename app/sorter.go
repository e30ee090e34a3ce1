package app

import (
	"context"
	"errors"
	"time"

	"docket/app/desk/policy"
)

// sorter has the cache keep lists in the orders the person chose, and no
// others. It has one goroutine: nobody waits for a list to be sorted.
type sorter struct {
	s    *session
	wake chan struct{}
	end  context.CancelFunc
	done chan struct{}
}

func newSorter(s *session) *sorter {
	ctx, end := context.WithCancel(s.api.ctx)
	x := &sorter{s: s, wake: make(chan struct{}, 1), end: end, done: make(chan struct{})}
	go x.run(ctx)
	x.kick()
	return x
}

// kick has it look again: other orders were chosen, or other lists are there.
func (x *sorter) kick() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

func (x *sorter) close() {
	x.end()
	<-x.done
}

func (x *sorter) run(ctx context.Context) {
	defer close(x.done)
	// A list that names days is another one tomorrow.
	day := time.NewTicker(5 * time.Minute)
	defer day.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-x.wake:
		case <-day.C:
		}
		// A list that cannot be sorted now, on a full disk say, stays in the
		// order of the queue; the next change tries again.
		if err := x.s.cache.KeepSorted(ctx, x.wanted()); err != nil && !errors.Is(err, context.Canceled) {
			x.s.api.deps.Log.Warn("sort a list", "err", err)
		}
	}
}

func (x *sorter) wanted() []policy.ViewID {
	var want []policy.ViewID
	for _, v := range x.s.known() {
		if in := x.s.listOf(v.ID).In(x.s.order(v.ID)); in != v.ID {
			want = append(want, in)
		}
	}
	return want
}

// sorted is the view in the order the person chose, and in that of the queue
// until the other is there.
func (s *session) sorted(v policy.ViewID) policy.ViewID {
	in := s.listOf(v).In(s.order(v))
	if s.cache.Has(in) {
		return in
	}
	return s.counted(v)
}

// counted is a list of the view that is there, in whatever order.
func (s *session) counted(v policy.ViewID) policy.ViewID {
	if in := s.listOf(v); in != v {
		return s.filled(in)
	}
	return v
}
