package app

import (
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/app/notify"
	"docket/storage/cache"
	"docket/sync/engine"
)

// teller hears what the stores and the engine do and tells the page and the
// notifier, in the order it happened. It has one goroutine: whoever commits is
// never kept waiting, and what comes in a burst is told once.
type teller struct {
	s *session

	mu      sync.Mutex // guards queue and dead
	queue   []heard
	dead    bool
	wake    chan struct{}
	quit    chan struct{}
	done    chan struct{}
	fresh   bool // the first sync of an empty cache: nothing in it is news
	state   engine.State
	ended   bool
	changed map[desk.TicketID]bool // since the person last looked at the catch-up
	since   time.Time
	// ended is when what the person followed ended, by its key.
	endedAt map[string]time.Time
	// help is how far what changed of articles was told, once helpRead.
	help     helpTold
	helpRead bool
	// strikes are those that counted against the person when it was last told.
	strikes []desk.Strike
	// badged is the number on the program's icon.
	badged int
	// lastLine is the newest line heard of in the chat of a ticket.
	lastLine map[desk.TicketID]desk.CommandID
}

// heard is one thing that happened.
type heard struct {
	applied *cache.Applied
	status  *engine.Status
	outbox  []desk.TicketID
	out     bool
}

// The teller speaks at most bursts times within burst. What comes now and then
// is told at once; of what comes in a flood, the rest waits and is told together.
const (
	burst  = 120 * time.Millisecond
	bursts = 4
)

func newTeller(s *session, fresh bool) *teller {
	t := &teller{
		lastLine: map[desk.TicketID]desk.CommandID{},
		s:        s, fresh: fresh, wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}),
		state: engine.Offline, changed: map[desk.TicketID]bool{}, since: s.asOf(),
	}
	s.api.center.Hold(t.since)
	t.endedAt, t.strikes = s.endings(), s.place().OwnStanding.Standing.Strikes
	go t.run()
	return t
}

// asOf is when the copy was last known to be whole.
func (s *session) asOf() time.Time {
	b, err := s.cache.Meta(engine.MetaAsOf)
	if err != nil {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, string(b))
	if err != nil {
		return time.Time{}
	}
	return at
}

func (t *teller) put(h heard) {
	t.mu.Lock()
	t.queue = append(t.queue, h)
	t.mu.Unlock()
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

func (t *teller) applied(a cache.Applied)       { t.put(heard{applied: &a}) }
func (t *teller) status(st engine.Status)       { t.put(heard{status: &st}) }
func (t *teller) moved(tickets []desk.TicketID) { t.put(heard{outbox: tickets, out: true}) }

// damaged has the session replaced, once. It may be called from the engine's
// and the cache's goroutines, which must not wait for their own end.
func (t *teller) damaged() {
	t.mu.Lock()
	again := t.dead
	t.dead = true
	t.mu.Unlock()
	a := t.s.api
	if again || a.ctx.Err() != nil {
		return
	}
	a.note("Your copy of the tickets was found damaged and is being loaded again. Nothing you wrote is affected.")
	a.begin(func() { a.rebuild(t.s) })
}

func (t *teller) close() {
	close(t.quit)
	<-t.done
}

func (t *teller) run() {
	defer close(t.done)
	timer := time.NewTimer(0)
	if !timer.Stop() {
		<-timer.C
	}
	hourly := time.NewTicker(time.Hour) // what is told once a day waits for nothing else
	defer hourly.Stop()
	var spoke [bursts]time.Time // the last times, in a ring
	for turn := 0; ; turn = (turn + 1) % bursts {
		select {
		case <-t.quit:
			return
		case <-t.wake:
		case <-hourly.C:
		}
		if wait := burst - time.Since(spoke[turn]); wait > 0 {
			timer.Reset(wait)
			select {
			case <-t.quit:
				return
			case <-timer.C:
			}
		}
		t.mu.Lock()
		queue := t.queue
		t.queue = nil
		t.mu.Unlock()
		t.tell(queue)
		spoke[turn] = time.Now()
	}
}

// tell goes through what happened in order, then speaks once.
func (t *teller) tell(queue []heard) {
	var tickets []desk.TicketID
	seen := map[desk.TicketID]bool{}
	add := func(ids ...desk.TicketID) {
		for _, id := range ids {
			if !seen[id] {
				seen[id] = true
				tickets = append(tickets, id)
			}
		}
	}
	rows, out, line, boot, help, loading, live := false, false, false, false, false, false, false
	for _, h := range queue {
		switch {
		case h.applied != nil:
			t.arrived(h.applied)
			t.lines(h.applied)
			add(h.applied.Changed...)
			if !h.applied.Snapshot || t.s.anyFile() {
				t.s.dropGone(h.applied.Changed)
			}
			t.s.forgetFiles(h.applied.Files)
			for _, r := range h.applied.Removed {
				add(r.Ticket)
				t.s.forget(r)
				t.s.told.drop(r.Ticket)
			}
			rows, line = true, true
			boot = boot || h.applied.Refs
			help = help || h.applied.Help
			loading = loading || h.applied.Snapshot && !h.applied.Done
		case h.status != nil:
			live = live || h.status.State == engine.Live && t.state != engine.Live
			boot = t.moves(*h.status) || boot
			line = true
		case h.out:
			add(h.outbox...)
			rows, out, line, help = rows || len(h.outbox) > 0, true, true, true
		}
	}
	a := t.s.api
	if boot {
		t.endings()
		t.counted()
		t.s.pinPhones(time.Time{})
		a.emit(EvBoot, a.boot())
	}
	if out {
		waiting, needs := t.s.out.Counts()
		a.emit(EvOutbox, OutboxEvent{Waiting: waiting, NeedsYou: needs})
		if eng := t.s.engine(); eng != nil {
			eng.Kick()
		}
	}
	if rows {
		t.s.sorter.kick()
		t.s.alarms.look(tickets)
		views, err := t.s.views()
		if err == nil {
			a.emit(EvRows, RowsEvent{Views: views, Tickets: strs(tickets)})
		}
		for _, id := range tickets {
			a.emit(EvTicket, TicketEvent{ID: string(id)})
		}
		t.title()
	}
	if (help || a.now().Sub(t.help.DigestAt) >= digestEvery) && !loading {
		t.articlesChanged()
	}
	if (help || live) && !loading {
		t.s.reviewHelpFiles()
	}
	if help {
		a.emit(EvHelp, HelpEvent{})
	}
	if line {
		a.emit(EvConnection, t.s.connection())
	}
}

func (t *teller) title() {
	title := "Docket"
	n := t.s.needs()
	if n > 0 {
		title = fmt.Sprintf("(%d) Docket", n)
	}
	if n != t.badged {
		t.badged = n
		t.s.api.badge(n)
	}
	t.s.api.deps.Shell.SetTitle(title)
}

// moves follows the engine's state; it reports whether the page has to start
// over because the lease began or ended.
func (t *teller) moves(st engine.Status) bool {
	a := t.s.api
	if st.State != t.state {
		switch {
		case st.State == engine.Live:
			a.center.Release(t.fresh)
			if t.fresh {
				a.begin(a.giveBack)
			}
			t.fresh = false
			t.s.pinPhones(a.now())
			if c := t.s.catchUp(t.caught()); c != nil {
				a.emit(EvCatchUp, c)
			}
		case t.state == engine.Live:
			t.s.pinPhones(a.now())
			a.center.Hold(st.AsOf)
			t.mu.Lock()
			if t.since.IsZero() || len(t.changed) == 0 {
				t.since = st.AsOf
			}
			t.mu.Unlock()
		}
		t.state = st.State
	}
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	if st.Expired == t.ended {
		return false
	}
	t.ended = st.Expired
	t.s.ended = nil
	if st.Expired {
		t.s.api.emptied(t.s.lent.Empty())
		t.s.ended = lease(st.LeaseUntil)
	}
	return true
}

// giveBackAfter is how long after a first sync the store has let go of what it
// wrote with.
const giveBackAfter = 20 * time.Second

// giveBack returns the memory of a first sync, which is several times what the
// program needs from then on, and which the runtime would return in minutes.
func (a *API) giveBack() {
	timer := time.NewTimer(giveBackAfter)
	defer timer.Stop()
	select {
	case <-a.ctx.Done():
	case <-timer.C:
		debug.FreeOSMemory()
	}
}

// arrived looks at new entries for what deserves a notice.
func (t *teller) arrived(a *cache.Applied) {
	if a.Snapshot {
		return
	}
	me, follows := t.s.me(), t.s.follows()
	var news []notify.Notice
	var calls []notify.Notice
	defer func() {
		if t.fresh {
			return // nothing of a first sync is news
		}
		t.s.notice(true, calls...) // waits for nothing
		t.s.notice(false, news...)
	}()
	for _, ar := range a.Arrived {
		ticket, read, err := t.s.cache.Ticket(ar.Ticket)
		if err != nil {
			continue
		}
		if t.s.api.watched(ar.Ticket) {
			t.s.markRead(ar.Ticket)
			continue
		}
		from := ar.From
		if ar.Entered && ar.To > 3 {
			// A ticket that came over whole: what brought it here is news, its
			// history is not.
			from = ar.To - 1
		}
		entries, err := t.s.cache.EntriesAfter(ar.Ticket, from-min(from, 1))
		if err != nil {
			continue
		}
		for _, e := range entries {
			if e.Seq > ar.To {
				break
			}
			if n, ok := notify.Judge(&ticket, e, me, read, follows); ok && n.Kind == notify.Called {
				calls = append(calls, n)
			} else if ok {
				n.Mine = policy.Turn(&ticket, me) == policy.Yours
				news = append(news, n)
			}
			if e.Author != me.Person && t.state != engine.Live {
				t.missed(ar.Ticket)
			}
		}
	}
}

// missed keeps a ticket for the catch-up. Before the copy was whole for the
// first time nobody has been away.
func (t *teller) missed(id desk.TicketID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.since.IsZero() {
		t.changed[id] = true
	}
}

func strs[T ~string](list []T) []string {
	out := make([]string, 0, len(list))
	for _, x := range list {
		out = append(out, string(x))
	}
	return out
}

// caught gives the tickets of the catch-up and since when.
func (t *teller) caught() (map[desk.TicketID]bool, time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	m := map[desk.TicketID]bool{}
	for id := range t.changed {
		m[id] = true
	}
	return m, t.since
}

func (t *teller) caughtUp() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.changed)
	t.since = t.s.asOf()
}

// order sorts ids for a stable picture.
func order(m map[desk.TicketID]bool) []desk.TicketID {
	ids := make([]desk.TicketID, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
