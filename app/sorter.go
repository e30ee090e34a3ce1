package app

import (
	"context"
	"errors"

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
	for {
		select {
		case <-ctx.Done():
			return
		case <-x.wake:
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
		if by := x.s.api.order(v.ID); by != policy.ByQueue {
			want = append(want, v.ID.In(by))
		}
	}
	return want
}

// sorted is the view in the order the person chose, and in that of the queue
// until the other is there.
func (s *session) sorted(v policy.ViewID) policy.ViewID {
	if in := v.In(s.api.order(v)); s.cache.Has(in) {
		return in
	}
	return v
}
