package policy

import (
	"container/heap"
	"slices"
	"time"

	"docket/app/desk"
)

// Ages are the limits of how old a ticket is on the board: below a day, below
// three, below a week, older. Dues are those of how far its next deadline is.
var (
	boardAges = []time.Duration{24 * time.Hour, 3 * 24 * time.Hour, 7 * 24 * time.Hour}
	boardDues = []time.Duration{0, time.Hour, 24 * time.Hour}
)

// The columns of a board: BoardAge is an index up to MaxBoardAge; BoardDue is
// late, within the hour, within a day, later, or that nothing of ours is due.
const (
	MaxBoardAge = 3
	DueLate     = 0
	DueHour     = 1
	DueDay      = 2
	DueLater    = 3
	DueNothing  = 4
)

// BoardWindow is how long what is solved counts in a board's figures.
const BoardWindow = 30 * 24 * time.Hour

// Cell is a place on the board of open tickets.
type Cell struct {
	Department desk.DeptID
	Age, Due   int
}

// Queue is what the board says of a department beside its cells: what of it is
// open or was solved within the window.
type Queue struct {
	Open int
	// Missed counts deadlines that were missed and not made up for.
	Missed map[desk.DueKind]int
	// Reopened counts tickets that were opened again; Good, Bad and Asked what
	// was said of those that were solved.
	Reopened, Good, Bad, Asked int
}

// Load is what one person has open.
type Load struct{ Open, Needs, Late int }

// Board keeps the figures of a lead's board: putting a ticket costs the change
// of that ticket, and looking costs what crossed a line since the last look. It
// is not safe for use by several at once.
type Board struct {
	tickets map[desk.TicketID]*onBoard
	cells   map[Cell]map[desk.TicketID]struct{}
	queues  map[desk.DeptID]*Queue
	people  map[desk.PersonID]*Load
	// next are the moments at which tickets cross a line, the first first.
	next crossings
	now  time.Time
	puts int
}

// onBoard is what the board knows of a ticket.
type onBoard struct {
	dept     desk.DeptID
	assignee desk.PersonID
	open     bool
	needs    bool
	created  time.Time
	due      time.Time
	ends     time.Time // of what is solved: when it leaves the window
	late     []desk.DueKind
	reopened bool
	rating   desk.Rating
	cell     Cell
	stamp    int // of the Put it came with
}

// NewBoard is a board with nothing on it.
func NewBoard() *Board {
	return &Board{
		tickets: map[desk.TicketID]*onBoard{}, cells: map[Cell]map[desk.TicketID]struct{}{},
		queues: map[desk.DeptID]*Queue{}, people: map[desk.PersonID]*Load{},
	}
}

// Put sets a ticket as it is at now.
func (b *Board) Put(t *desk.Ticket, now time.Time) {
	b.advance(now)
	b.Drop(t.ID)
	b.puts++
	x := &onBoard{
		dept: t.Department, assignee: t.Assignee, open: !t.Status.Done(), created: t.Created, late: slices.Clone(t.Clocks.Late),
		reopened: t.Reopened > 0, rating: t.Rating, stamp: b.puts,
	}
	x.needs = t.Status == desk.New || t.Status == desk.Triage || t.Status == desk.InProgress
	if !x.open {
		if x.ends = t.ClosedAt.Add(BoardWindow); !b.now.Before(x.ends) {
			return
		}
	}
	if at, kind := Shown(t); kind != desk.DueClose && kind != desk.DueHold {
		x.due = at
	}
	if r := t.Clocks.Resolve; x.open && !r.IsZero() && (x.due.IsZero() || r.Before(x.due)) {
		x.due = r
	}
	b.tickets[t.ID] = x
	b.count(x, 1)
	if x.open {
		b.enter(t.ID, x)
	}
	b.await(t.ID, x)
}

// Drop takes a ticket off the board.
func (b *Board) Drop(id desk.TicketID) {
	x := b.tickets[id]
	if x == nil {
		return
	}
	delete(b.tickets, id)
	b.count(x, -1)
	if x.open {
		b.leave(id, x)
	}
}

func (b *Board) count(x *onBoard, by int) {
	q := b.queues[x.dept]
	if q == nil {
		q = &Queue{Missed: map[desk.DueKind]int{}}
		b.queues[x.dept] = q
	}
	if x.open {
		q.Open += by
	}
	for _, k := range x.late {
		q.Missed[k] += by
	}
	if x.reopened {
		q.Reopened += by
	}
	if !x.rating.Asked.IsZero() {
		q.Asked += by
	}
	switch x.rating.Score {
	case desk.Good:
		q.Good += by
	case desk.Bad:
		q.Bad += by
	}
}

func (b *Board) enter(id desk.TicketID, x *onBoard) {
	x.cell = Cell{x.dept, 0, DueNothing}
	for _, l := range boardAges {
		if b.now.Sub(x.created) >= l {
			x.cell.Age++
		}
	}
	if !x.due.IsZero() {
		x.cell.Due = DueLate
		for _, l := range boardDues {
			if x.due.Sub(b.now) > l {
				x.cell.Due++
			}
		}
	}
	if b.cells[x.cell] == nil {
		b.cells[x.cell] = map[desk.TicketID]struct{}{}
	}
	b.cells[x.cell][id] = struct{}{}
	b.load(x, 1)
}

func (b *Board) leave(id desk.TicketID, x *onBoard) {
	delete(b.cells[x.cell], id)
	if len(b.cells[x.cell]) == 0 {
		delete(b.cells, x.cell)
	}
	b.load(x, -1)
}

// load counts an open ticket for who has it.
func (b *Board) load(x *onBoard, by int) {
	l := b.people[x.assignee]
	if l == nil {
		l = &Load{}
		b.people[x.assignee] = l
	}
	l.Open += by
	if x.needs {
		l.Needs += by
	}
	if x.cell.Due == DueLate {
		l.Late += by
	}
	if l.Open == 0 {
		delete(b.people, x.assignee)
	}
}

// await notes when the ticket crosses its next line.
func (b *Board) await(id desk.TicketID, x *onBoard) {
	var next time.Time
	sooner := func(at time.Time) {
		if at.After(b.now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	if !x.open {
		sooner(x.ends)
	} else {
		for _, l := range boardAges {
			sooner(x.created.Add(l))
		}
		if !x.due.IsZero() {
			for _, l := range boardDues {
				sooner(x.due.Add(-l))
			}
		}
	}
	if !next.IsZero() {
		heap.Push(&b.next, crossing{next, id, x.stamp})
	}
}

// advance lets time come to now. A clock that was set back moves nothing until
// it has caught up.
func (b *Board) advance(now time.Time) {
	if now.After(b.now) {
		b.now = now
	}
	for len(b.next) > 0 && !b.next[0].at.After(b.now) {
		c := heap.Pop(&b.next).(crossing) //nolint:forcetypeassert // it holds nothing else
		x := b.tickets[c.id]
		if x == nil || x.stamp != c.stamp {
			continue
		}
		if !x.open {
			b.Drop(c.id)
			continue
		}
		b.leave(c.id, x)
		b.enter(c.id, x)
		b.await(c.id, x)
	}
}

// Cells gives how many open tickets lie where, at now.
func (b *Board) Cells(now time.Time) map[Cell]int {
	b.advance(now)
	out := make(map[Cell]int, len(b.cells))
	for c, in := range b.cells {
		out[c] = len(in)
	}
	return out
}

// Queues gives the other figures of each department, at now.
func (b *Board) Queues(now time.Time) map[desk.DeptID]Queue {
	b.advance(now)
	out := make(map[desk.DeptID]Queue, len(b.queues))
	for d, q := range b.queues {
		out[d] = *q
	}
	return out
}

// People gives what everybody has open, at now; "" is what nobody has.
func (b *Board) People(now time.Time) map[desk.PersonID]Load {
	b.advance(now)
	out := make(map[desk.PersonID]Load, len(b.people))
	for p, l := range b.people {
		out[p] = *l
	}
	return out
}

// In gives the open tickets for which fits says yes, the oldest first.
func (b *Board) In(now time.Time, fits func(c Cell, assignee desk.PersonID) bool) []desk.TicketID {
	b.advance(now)
	var out []desk.TicketID
	for c, in := range b.cells {
		for id := range in {
			if fits(c, b.tickets[id].assignee) {
				out = append(out, id)
			}
		}
	}
	slices.SortFunc(out, func(x, y desk.TicketID) int {
		if n := b.tickets[x].created.Compare(b.tickets[y].created); n != 0 {
			return n
		}
		if x < y {
			return -1
		}
		return 1
	})
	return out
}

// crossing is when a ticket crosses a line, and as of which form of it.
type crossing struct {
	at    time.Time
	id    desk.TicketID
	stamp int
}

type crossings []crossing

func (c crossings) Len() int           { return len(c) }
func (c crossings) Less(i, j int) bool { return c[i].at.Before(c[j].at) }
func (c crossings) Swap(i, j int)      { c[i], c[j] = c[j], c[i] }
func (c *crossings) Push(x any)        { *c = append(*c, x.(crossing)) } //nolint:forcetypeassert // heap's

func (c *crossings) Pop() any {
	old := *c
	x := old[len(old)-1]
	*c = old[:len(old)-1]
	return x
}
