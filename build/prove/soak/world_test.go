package soak_test

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"docket/app/desk"
	"docket/build/crowd"
	"docket/build/prove/proof"
)

// devices is how many sockets a person has.
const devices = 3

// stage is what goes on.
type stage int

const (
	calm     stage = iota // everybody reads
	troubled              // every part is played
	stages
)

// command is one that was sent, or was not because too much was under way.
type command struct {
	intended time.Time
	stage    stage
	measured bool // its author reads at once, and it was its turn
	sent     bool
	answered bool
	ok       bool
}

// place is an entry of a conversation as one audience has it.
type place struct {
	staff  bool
	ticket desk.TicketID
	seq    uint64
}

type world struct {
	t      *testing.T
	run    *proof.Run
	seed   uint64
	rng    *rand.Rand // of the pacer
	desk   crowd.Desk
	data   string
	server *docketd
	bodies []*body
	open   atomic.Bool // everybody is connected and stays
	tasks  sync.WaitGroup
	ctx    context.Context // until the end
	lasts  time.Duration
	rate   int
	every  int                     // each how manieth command is measured
	large  map[int][]desk.TicketID // by department, where gluttons are

	sent                [stages]spread // from when it was meant to be sent to every reader
	committed           [stages]spread // from when the server decided on it, just before the commit
	pacer, tick, health [stages]spread
	now                 atomic.Int32 // the stage

	mu       sync.Mutex // guards what follows
	all      []command
	byID     map[desk.CommandID]int
	answers  int
	decided  map[int]time.Time
	early    map[int][]time.Time // heard before the receipt came
	tickets  []ticket
	byPlace  map[bool][][]int // by staff and place: indexes of tickets
	pending  map[desk.CommandID]ticket
	entries  map[place]uint64
	cursors  map[desk.LaneID]map[uint64][16]byte
	counts   map[string]int
	outcomes map[desk.Outcome]int
	samples  []sample
	half     time.Time // when the second half began
	over     time.Time // when the load ended
	cpu      [2]busy   // around the load
}

type ticket struct {
	id  desk.TicketID
	org int
}

// size gives a desk with about that many sockets: a fifth of the people are
// engineers, three in a department; three customers are an organization.
func size(sockets int) crowd.Desk {
	people := max(sockets/devices, 9)
	depts := max(people/5/3, 1)
	return crowd.Desk{Departments: depts, Engineers: 3, Organizations: max((people-3*depts)/3, 1), Customers: 3, Devices: devices}
}

func (w *world) dept(org int) int { return org % w.desk.Departments }

func (w *world) lane(b *body) desk.LaneID {
	if b.staff {
		return desk.LaneID("s/dept/" + crowd.Department(b.place))
	}
	return desk.LaneID("c/org/" + crowd.Org(b.place))
}

// cast gives everybody a part. Who asks for more and more is an engineer of a
// department that has a lot.
func (w *world) cast(passes []crowd.Pass) {
	n := len(passes)
	staff := devices * w.desk.Departments * w.desk.Engineers
	parts := make([]part, n)
	gluttons := max(n/400, 2)
	for i := range gluttons {
		parts[i] = glutton
	}
	next := gluttons
	order := w.rng.Perm(n - gluttons)
	give := func(p part, many int) {
		for range many {
			parts[gluttons+order[next-gluttons]] = p
			next++
		}
	}
	give(stalled, 1)
	give(slow, max(n/10-gluttons, 1))
	give(flapping, max(n/40, 1))
	give(vanishing, max(n/40, 2))
	for i, p := range passes {
		at := i / devices
		b := (*body)(nil)
		if i < staff {
			b = w.body(i, p, parts[i], true, at/w.desk.Engineers)
		} else {
			b = w.body(i, p, parts[i], false, (at-staff/devices)/w.desk.Customers)
		}
		w.bodies = append(w.bodies, b)
	}
	w.run.Figure("gluttons", gluttons)
}

// each does something with bodies, some at a time.
func each(bodies []*body, do func(*body)) {
	var wg sync.WaitGroup
	next := make(chan *body)
	for range 64 {
		wg.Go(func() {
			for b := range next {
				do(b)
			}
		})
	}
	for _, b := range bodies {
		next <- b
	}
	close(next)
	wg.Wait()
}

func (w *world) count(name string, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts[name] += n
}

func (w *world) counted(name string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counts[name]
}

const words = "the printer on the second floor says that there is no paper in it but there is and it has been since this morning "

// text has a mark by which the command is known wherever it arrives.
func (w *world) text(n int) string {
	long := 100 + w.rng.IntN(900)
	if w.rng.IntN(200) == 0 {
		long = 30_000
	}
	return "[[" + strconv.Itoa(n) + "]] " + strings.Repeat(words, long/len(words)+1)[:long]
}

// marked finds the command of an entry.
func marked(entry []byte) (int, bool) {
	at := bytes.Index(entry, []byte("[["))
	if at < 0 {
		return 0, false
	}
	digits, _, ok := bytes.Cut(entry[at+2:min(at+20, len(entry))], []byte("]]"))
	n, err := strconv.Atoi(string(digits))
	return n, ok && err == nil
}

func (w *world) arrived(b *body, t desk.TicketID, seq uint64, entry []byte) {
	now := time.Now()
	sum := fnv.New64a()
	sum.Write(entry)
	n, ok := marked(entry)
	at := place{b.staff, t, seq}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts["deliveries"]++
	if was, there := w.entries[at]; there && was != sum.Sum64() {
		w.counts["entries_that_differ"]++
	}
	w.entries[at] = sum.Sum64()
	if !ok || n >= len(w.all) || !w.all[n].measured || b.part != ordinary {
		return
	}
	c := &w.all[n]
	w.sent[c.stage].add(now.Sub(c.intended))
	if d, ok := w.decided[n]; ok {
		w.committed[c.stage].add(now.Sub(d))
	} else if !c.answered {
		w.early[n] = append(w.early[n], now)
	}
}

func (w *world) answered(r desk.Receipt) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.outcomes[r.Outcome]++
	if t, ok := w.pending[r.Command]; ok && r.Outcome == desk.OK {
		w.know(t)
	}
	delete(w.pending, r.Command)
	n, ok := w.byID[r.Command]
	if !ok {
		return
	}
	delete(w.byID, r.Command)
	c := &w.all[n]
	c.answered, c.ok = true, r.Outcome == desk.OK
	w.answers++
	if !c.measured {
		return
	}
	w.decided[n] = r.At
	for _, heard := range w.early[n] {
		w.committed[c.stage].add(heard.Sub(r.At))
	}
	delete(w.early, n)
}

// know takes a ticket among those people write on. mu is held.
func (w *world) know(t ticket) {
	w.tickets = append(w.tickets, t)
	i := len(w.tickets) - 1
	w.byPlace[false][t.org] = append(w.byPlace[false][t.org], i)
	d := w.dept(t.org)
	w.byPlace[true][d] = append(w.byPlace[true][d], i)
}

// moved holds every place somebody was led to against what the others were.
func (w *world) moved(_ *body, at desk.Cursor) {
	var hash [16]byte
	copy(hash[:], at.Hash)
	w.mu.Lock()
	defer w.mu.Unlock()
	l := w.cursors[at.Lane]
	if l == nil {
		l = map[uint64][16]byte{}
		w.cursors[at.Lane] = l
	}
	if was, ok := l[at.Seq]; ok && was != hash {
		w.counts["places_that_differ"]++
	}
	l[at.Seq] = hash
}

// begin opens a request; it counts as a command of its own.
func (w *world) begin(b *body, n, org int, text string) error {
	id := desk.TicketID(crowd.UUID())
	cmd := desk.Command{ID: desk.CommandID(crowd.UUID()), Ticket: id, Composed: time.Now().UTC(), Args: desk.Open{
		Subject: fmt.Sprintf("Request %d", n), Text: text, Department: crowd.Department(w.dept(org)), Org: crowd.Org(org),
	}}
	w.mu.Lock()
	w.pending[cmd.ID] = ticket{id, org}
	if n >= 0 {
		w.byID[cmd.ID] = n
		w.all[n].measured = b.part == ordinary && n%w.every == 0
	}
	w.mu.Unlock()
	return b.Push(cmd)
}

// write has somebody write something on what they see.
func (w *world) write(n int) error {
	b := w.bodies[w.rng.IntN(len(w.bodies))]
	if b.part != ordinary && w.rng.IntN(2) == 0 {
		b = w.bodies[w.rng.IntN(len(w.bodies))] // they write less
	}
	text := w.text(n)
	if !b.staff && w.rng.IntN(20) == 0 {
		return w.begin(b, n, b.place, text)
	}
	w.mu.Lock()
	mine := w.byPlace[b.staff][b.place]
	if len(mine) == 0 {
		w.mu.Unlock()
		return w.begin(b, n, b.place, text)
	}
	t := w.tickets[mine[w.rng.IntN(len(mine))]]
	cmd := desk.Command{ID: desk.CommandID(crowd.UUID()), Ticket: t.id, Composed: time.Now().UTC(), Args: desk.Reply{Text: text}}
	w.byID[cmd.ID] = n
	w.all[n].measured = b.part == ordinary && n%w.every == 0
	w.mu.Unlock()
	if b.staff && w.rng.IntN(3) == 0 {
		cmd.Args = desk.AddNote{Text: text}
	}
	cmd.Basis = b.Have(t.id)
	return b.Push(cmd)
}

// pace sends the commands when they are due, whatever became of those before.
func (w *world) pace(start time.Time) {
	period := time.Second / time.Duration(w.rate)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for n := range int(w.lasts / period) {
		due := start.Add(time.Duration(n) * period)
		if d := time.Until(due); d > 0 {
			timer.Reset(d)
			<-timer.C
		}
		now := stage(w.now.Load())
		w.pacer[now].add(time.Since(due))
		w.mu.Lock()
		w.all = append(w.all, command{intended: due, stage: now})
		under := len(w.byID)
		w.mu.Unlock()
		if under > 30*w.rate {
			continue // the server is that far behind; more would prove nothing
		}
		if err := w.write(n); err != nil {
			w.run.Fail(w.again(), "command %d: %v", n, err)
		}
		w.mu.Lock()
		w.all[n].sent = true
		w.mu.Unlock()
	}
}

// beat tells how late this process itself is served.
func (w *world) beat(ctx context.Context) {
	beat := time.NewTicker(10 * time.Millisecond)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case meant := <-beat.C:
			w.tick[w.now.Load()].add(time.Since(meant))
		}
	}
}

// watch samples the server.
func (w *world) watch(ctx context.Context) {
	look := time.NewTicker(500 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		began := time.Now()
		if resp, err := http.Get("http://" + w.server.private + "/healthz"); err == nil {
			_ = resp.Body.Close()
		}
		w.health[w.now.Load()].add(time.Since(began))
		s, err := w.server.sample()
		if err != nil {
			w.run.Fail(w.again(), "the server does not answer any more: %v", err)
			return
		}
		w.mu.Lock()
		w.samples = append(w.samples, s)
		w.mu.Unlock()
	}
}

func (w *world) again() string {
	return fmt.Sprintf("-n %d -seed %d -sockets %d -rate %d", w.run.N, w.seed, len(w.bodies), w.rate)
}
