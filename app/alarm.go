package app

import (
	"context"
	"slices"
	"sync"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/app/notify"
	"docket/sync/engine"
)

const (
	// warnBefore is how long before a deadline its owner hears of it (BEHAVIOURS 4.7).
	warnBefore = 15 * time.Minute
	// alarmEvery is how often the clock is looked at. A timer would sleep with
	// the computer; the clock on the wall does not.
	alarmEvery = 15 * time.Second
	// mostAlarms bounds how many tickets of one's own are watched.
	mostAlarms = 2000
)

// alarms says when something this person has to do is about to be due, from
// what is cached here: with no server and no network, too (BEHAVIOURS N8).
type alarms struct {
	s    *session
	end  context.CancelFunc
	done chan struct{}

	mu    sync.Mutex // guards what follows
	mine  map[desk.TicketID]alarm
	calls map[desk.TicketID]call
}

// call is a ticket this person is called to until somebody acknowledges it, and
// when it rings next.
type call struct {
	ticket    desk.Ticket
	emergency bool
	next      time.Time
}

// How often somebody is called who has not answered.
const (
	callEvery     = time.Minute // to an emergency
	escalateEvery = 5 * time.Minute
)

// alarm is one ticket's next deadline, and what was said of it.
type alarm struct {
	ticket       desk.Ticket
	at           time.Time
	promise      bool
	warned, late bool
}

func newAlarms(s *session) *alarms {
	ctx, end := context.WithCancel(s.api.ctx)
	x := &alarms{s: s, end: end, done: make(chan struct{}), mine: map[desk.TicketID]alarm{}, calls: map[desk.TicketID]call{}}
	go x.run(ctx)
	return x
}

// begin watches what was there before the program started; a failure leaves what
// changes from now on.
func (x *alarms) begin() {
	rows, err := x.s.cache.Rows(policy.ViewMyOpen, 0, mostAlarms)
	if err != nil {
		return // a customer has no such list
	}
	me := x.s.me()
	for _, r := range rows {
		x.put(me, r.Ticket)
	}
	if rows, err = x.s.cache.Rows(policy.ViewCalled, 0, mostAlarms); err != nil {
		return
	}
	for _, r := range rows {
		x.called(me, r.Ticket, x.s.api.now())
	}
}

// called rings for a ticket until it is acknowledged: first when it is due, then
// again and again. It says so with no server and no network, too.
func (x *alarms) called(me desk.Actor, t desk.Ticket, first time.Time) {
	page := t.Page.Rings() && slices.Contains(t.Page.To, me.Person)
	told := t.Escalation.Open() && t.Escalation.Told.Rings() && slices.Contains(t.Escalation.Told.To, me.Person)
	x.mu.Lock()
	defer x.mu.Unlock()
	if !page && !told {
		delete(x.calls, t.ID)
		return
	}
	c, known := x.calls[t.ID]
	c.ticket, c.emergency = t, page
	if !known {
		c.next = first
	}
	x.calls[t.ID] = c
}

func (c call) every() time.Duration {
	if c.emergency {
		return callEvery
	}
	return escalateEvery
}

func (x *alarms) close() {
	x.end()
	<-x.done
}

func (x *alarms) run(ctx context.Context) {
	defer close(x.done)
	tick := time.NewTicker(alarmEvery)
	defer tick.Stop()
	begun := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if !begun { // not sooner: the first rows of the window come before everything
				x.begin()
				begun = true
			}
			x.ring(x.s.api.now(), x.s.offline())
		}
	}
}

// look follows tickets that changed.
func (x *alarms) look(ids []desk.TicketID) {
	me := x.s.me()
	if !me.Role.Staff() {
		return
	}
	for _, id := range ids {
		t, _, err := x.s.cache.Ticket(id)
		if err != nil {
			t = desk.Ticket{ID: id}
		}
		x.put(me, t)
		// What is new is told by the teller; from then on it rings here.
		first := x.s.api.now().Add(escalateEvery)
		if t.Page.Rings() {
			first = x.s.api.now().Add(callEvery)
		}
		x.called(me, t, first)
	}
}

// put watches a ticket of one's own that has a deadline, and no other.
func (x *alarms) put(me desk.Actor, t desk.Ticket) {
	at, promise := nextOf(me, &t)
	x.mu.Lock()
	defer x.mu.Unlock()
	old, known := x.mine[t.ID]
	switch {
	case at.IsZero() || t.Status.Done():
		delete(x.mine, t.ID)
	case known && old.at.Equal(at):
		old.ticket = t
		x.mine[t.ID] = old
	case known || len(x.mine) < mostAlarms:
		x.mine[t.ID] = alarm{ticket: t, at: at, promise: promise}
	}
}

// nextOf is what me has to do next on t: the deadline of one's own ticket, or
// what one promised, on anybody's.
func nextOf(me desk.Actor, t *desk.Ticket) (at time.Time, promise bool) {
	if due, kind := policy.Deadline(t); t.Assignee == me.Person && kind != desk.DueClose && kind != desk.DueHold {
		at = due
	}
	for _, p := range t.Pledges {
		if p.Open() && p.By == me.Person && (at.IsZero() || p.Due.Before(at)) {
			at, promise = p.Due, true
		}
	}
	return at, promise
}

// ring says once what is due soon and, while no server can say so, what is late.
func (x *alarms) ring(now time.Time, offline bool) {
	x.mu.Lock()
	var news []notify.Notice
	for id, a := range x.mine {
		late := !now.Before(a.at)
		switch {
		case late && offline && !a.late:
			a.late, a.warned = true, true
		case late || a.warned || now.Before(a.at.Add(-warnBefore)):
			continue
		default:
			a.warned = true
		}
		x.mine[id] = a
		news = append(news, notify.Notice{
			Ticket: id, Number: numberOf(&a.ticket), Kind: notify.Due, Subject: a.ticket.Subject, At: a.at, Mine: true, Promise: a.promise,
		})
	}
	for id, c := range x.calls {
		if now.Before(c.next) {
			continue
		}
		c.next = now.Add(c.every())
		x.calls[id] = c
		news = append(news, notify.Notice{
			Ticket: id, Number: numberOf(&c.ticket), Kind: notify.Called, Subject: c.ticket.Subject, Emergency: c.emergency, At: now, Mine: true,
		})
	}
	x.mu.Unlock()
	x.s.notice(true, news...)
}

// offline reports whether the server cannot be heard.
func (s *session) offline() bool {
	eng := s.engine()
	return eng == nil || eng.Status().State != engine.Live
}
