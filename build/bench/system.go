//go:build linux

package main

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
)

// system is Docket or a peer as the load sees it: groups of screens that show
// one ticket each; the first of a group writes into it.
type system interface {
	name() string
	// setting says how it was set up, for whoever doubts the figure.
	setting() string
	// start runs the server over fresh data, with nobody connected.
	start(ctx context.Context, groups, size int) error
	// connect brings up the groups from one to before another; skip says who of
	// them is somebody else's business.
	connect(ctx context.Context, from, to int, skip func(group, member int) bool) error
	// send has the writer of a group send its next message, without waiting.
	send(group int, text string) error
	pid() int
	stop()
	earOf() *ear
}

// ear hears what a system's screens get.
type ear struct {
	// arrived: a member has the nth message of its group, from 1.
	arrived func(group, member int, n uint64)
	// done: the server has confirmed the nth message of the group to its writer.
	done func(group int, n uint64)
	// wrong counts what no correct server does: lost, doubled, out of order.
	wrong atomic.Int64
	last  [][]uint64 // newest of each member
}

func (e *ear) listen(groups, size int) {
	e.last = make([][]uint64, groups)
	for g := range e.last {
		e.last[g] = make([]uint64, size)
	}
}

// hear checks the order and passes on. A member's messages come one by one.
func (e *ear) hear(group, member int, n uint64) {
	if n != e.last[group][member]+1 {
		e.wrong.Add(1)
	}
	e.last[group][member] = n
	if e.arrived != nil {
		e.arrived(group, member, n)
	}
}

func (e *ear) confirmed(group int, n uint64) {
	if e.done != nil {
		e.done(group, n)
	}
}

// text is a message of a length, beginning with its number.
func text(n uint64, length int) string {
	s := fmt.Sprintf("%d ", n)
	return s + strings.Repeat("It still does not answer, and I tried it from here too. ", length/56+1)[:max(0, length-len(s))]
}

// until asks again until ok, at most for a while.
func until(ctx context.Context, most time.Duration, what string, ok func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	t := time.NewTicker(2 * time.Millisecond)
	defer t.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s did not happen within %s", what, most)
		case <-t.C:
		}
	}
	return nil
}
