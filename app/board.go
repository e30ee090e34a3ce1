package app

import (
	"cmp"
	"errors"
	"slices"
	"sync"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/storage/cache"
)

// BoardInfo is a lead's board.
type BoardInfo struct {
	Queues []BoardQueue  `json:"queues"`
	People []BoardPerson `json:"people"`
}

// BoardQueue is a department on the board. Cells are its open tickets by age,
// below a day, three, a week and more, and within that by the next deadline:
// late, within the hour, within a day, later, none.
type BoardQueue struct {
	Department string  `json:"department"`
	Name       string  `json:"name"`
	Open       int     `json:"open"`
	Cells      [][]int `json:"cells"`
	// Missed are deadlines missed and not made up for, by what they are for; it
	// and what follows are of what is open or was solved within thirty days.
	Missed   []Figure `json:"missed"`
	Reopened int      `json:"reopened"`
	Good     int      `json:"good"`
	Bad      int      `json:"bad"`
	Asked    int      `json:"asked"`
	// Reserve is how many are kept free, Gaps when fewer are there.
	Reserve int        `json:"reserve"`
	Gaps    []BoardGap `json:"gaps"`
}

// BoardGap is a time of the coming week in which fewer are there than shall be
// kept free.
type BoardGap struct {
	From  string `json:"from"`
	Until string `json:"until"`
	There int    `json:"there"`
}

// Figure is a number with what it counts.
type Figure struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// BoardPerson is what somebody has open; without an id, what nobody has.
type BoardPerson struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Open  int    `json:"open"`
	Needs int    `json:"needs"`
	Late  int    `json:"late"`
}

// keeper keeps the board. It is filled when it is first looked at and then
// follows what changes.
type keeper struct {
	mu    sync.Mutex // guards board
	board *policy.Board
}

// leads reports whether the person reads the board.
func leads(me desk.Actor) bool { return me.Role == desk.Lead || me.Role == desk.Admin }

// boarded is onBoard for those who read the board.
func (s *session) boarded(fn func(b *policy.Board, now time.Time) error) error {
	if !leads(s.me()) {
		return &desk.Error{Code: desk.CodeDenied, Message: "The board is for leads.", Hint: "Your own tickets are under My open."}
	}
	return s.onBoard(fn)
}

// onBoard runs fn on the board as it is now, with what is pending laid over it.
func (s *session) onBoard(fn func(b *policy.Board, now time.Time) error) error {
	k, now := &s.board, s.api.now()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.board == nil {
		if err := s.fillBoard(k, now); err != nil {
			return err
		}
	}
	laid := s.shifts()
	for i := range laid {
		k.board.Put(&laid[i].now.ticket, now)
	}
	err := fn(k.board, now)
	for i := range laid {
		k.board.Put(&laid[i].was, now)
	}
	return err
}

// fillBoard reads what is open and what was solved lately; what is older is not
// looked at. From then on only what changes is.
func (s *session) fillBoard(k *keeper, now time.Time) error {
	b := policy.NewBoard()
	for _, v := range []policy.ViewID{policy.ViewAllOpen, policy.ViewSolved} {
		for at, more := 0, true; more; at += maxRows {
			rows, err := s.cache.Rows(v, at, maxRows)
			if err != nil && !errors.Is(err, desk.ErrNotFound) {
				return err
			}
			more = len(rows) == maxRows
			for i := range rows {
				t, _, err := s.cache.Ticket(rows[i].Ticket.ID) // a row has not all of it
				if err != nil {
					continue // it went in the meantime, which boardMoved hears of
				}
				if v == policy.ViewSolved && now.Sub(t.ClosedAt) > policy.BoardWindow {
					more = false // they come newest first
					break
				}
				b.Put(&t, now)
			}
		}
	}
	k.board = b
	return nil
}

// boardMoved follows what the cache has newly. What was loaded whole is read
// whole again.
func (s *session) boardMoved(a cache.Applied) {
	k := &s.board
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.board == nil {
		return
	}
	if a.Snapshot {
		k.board = nil // a lane came
		return
	}
	for _, r := range a.Removed {
		k.board.Drop(r.Ticket)
	}
	for _, id := range a.Changed {
		if t, _, err := s.cache.Ticket(id); err == nil {
			k.board.Put(&t, s.api.now())
		}
	}
}

// Board gives a lead's board, from what is on this computer.
func (a *API) Board() (BoardInfo, error) {
	s, err := a.session()
	if err != nil {
		return BoardInfo{}, err
	}
	out := BoardInfo{Queues: []BoardQueue{}, People: []BoardPerson{}}
	err = s.boarded(func(b *policy.Board, now time.Time) error {
		d, err := s.cache.Desk()
		if err != nil {
			return err
		}
		cells, queues, r := b.Cells(now), b.Queues(now), s.rower()
		for _, x := range d.Departments {
			if r.me.In(x.ID) || r.me.Role == desk.Admin {
				q := boardQueue(x, queues[x.ID], cells)
				for _, g := range policy.Gaps(x, r.place.People, now) {
					q.Gaps = append(q.Gaps, BoardGap{From: stamp(g.From), Until: stamp(g.Until), There: g.There})
				}
				out.Queues = append(out.Queues, q)
			}
		}
		for p, l := range b.People(now) {
			name := "Nobody"
			if p != "" {
				name = r.name(nil, p)
			}
			out.People = append(out.People, BoardPerson{ID: string(p), Name: name, Open: l.Open, Needs: l.Needs, Late: l.Late})
		}
		return nil
	})
	slices.SortFunc(out.People, func(x, y BoardPerson) int {
		return cmp.Or(cmp.Compare(one(x.ID == ""), one(y.ID == "")), cmp.Compare(y.Open, x.Open), cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
	})
	return out, err
}

func boardQueue(d desk.Department, q policy.Queue, cells map[policy.Cell]int) BoardQueue {
	out := BoardQueue{Department: string(d.ID), Name: d.Name, Open: q.Open, Missed: []Figure{}, Reopened: q.Reopened, Good: q.Good, Bad: q.Bad, Asked: q.Asked, Reserve: d.Policy.Reserve, Gaps: []BoardGap{}}
	for age := range policy.MaxBoardAge + 1 {
		row := make([]int, policy.DueNothing+1)
		for due := range row {
			row[due] = cells[policy.Cell{Department: d.ID, Age: age, Due: due}]
		}
		out.Cells = append(out.Cells, row)
	}
	for _, k := range []struct {
		kind desk.DueKind
		name string
	}{{desk.DueAssign, "Nobody had it in time"}, {desk.DueFirstReply, "First answer late"}, {desk.DueNextReply, "Answer late"}, {desk.DueResolve, "Solution late"}} {
		out.Missed = append(out.Missed, Figure{ID: string(k.kind), Name: say(k.name), Count: q.Missed[k.kind]})
	}
	return out
}

// BoardTickets gives the open tickets behind a figure, the oldest first. Below
// 0 age and due mean all of them; department and owner narrow it, where owner
// is a person, "-" for nobody and "" for whoever.
func (a *API) BoardTickets(department string, age, due int, owner string) ([]Row, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	if len(department) > 63 || len(owner) > 63 {
		return nil, wrong("department", "That is not on the board.")
	}
	out := []Row{}
	err = s.boarded(func(b *policy.Board, now time.Time) error {
		ids := b.In(now, func(c policy.Cell, has desk.PersonID) bool {
			return (department == "" || c.Department == desk.DeptID(department)) && (age < 0 || c.Age == age) && (due < 0 || c.Due == due) &&
				(owner == "" || owner == "-" && has == "" || has == desk.PersonID(owner))
		})
		r := s.rower()
		for _, id := range ids[:min(len(ids), maxRows)] {
			if row, err := s.cache.Row(id); err == nil {
				out = append(out, r.row(row))
			}
		}
		return nil
	})
	return out, err
}
