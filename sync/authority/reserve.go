package authority

import (
	"fmt"
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// reserve looks after those whom a department keeps free for what is urgent:
// planned work is given to somebody only while enough others, who are there, have
// none (BEHAVIOURS 3.14).
type reserve struct {
	tx    Tx
	actor desk.Actor
	place desk.Place
	now   time.Time
	here  map[desk.PersonID]bool // at this server; nil where nobody knows
	there bool                   // those at the others are among them
	full  map[desk.DeptID]bool   // what was found already
	// kept counts the tickets that were kept back.
	kept int
	err  error
}

// spares reports whether the actor can be given t.
func (r *reserve) spares(t *desk.Ticket) bool {
	keep := r.place.Departments[t.Department].Policy.Reserve
	if keep <= 0 || r.err != nil || !policy.PlannedWork(t) {
		return true
	}
	full, known := r.full[t.Department]
	if !known {
		full = r.others(t.Department, keep) < keep
		r.full[t.Department] = full
	}
	if full {
		r.kept++
	}
	return !full
}

// others counts, up to what is enough, who beside the actor is there and has no
// planned work.
func (r *reserve) others(dept desk.DeptID, enough int) (n int) {
	crew := policy.Crew(r.place.People, dept, r.now)
	slices.Sort(crew)
	if r.err = r.elsewhere(); r.err != nil {
		return 0
	}
	for _, p := range crew {
		if p == r.actor.Person || r.here != nil && !r.here[p] || n >= enough {
			continue
		}
		busy, err := r.tx.OnPlanned(p)
		if err != nil {
			r.err = fmt.Errorf("read reserve: %w", err)
			return n
		}
		if !busy {
			n++
		}
	}
	return n
}

// elsewhere takes in those who are connected to the other servers.
func (r *reserve) elsewhere() error {
	if r.here == nil || r.there {
		return nil
	}
	others, err := r.tx.Elsewhere(r.now)
	if err != nil {
		return fmt.Errorf("read reserve: %w", err)
	}
	for _, p := range others {
		r.here[p.Person] = true
	}
	r.there = true
	return nil
}

// keptFree says that what is left is planned, and who has to stay free for what
// is not.
func keptFree(n int) *desk.Error {
	return (&desk.Error{
		Code:    desk.CodeNotFound,
		Message: "Nothing that cannot wait is in your queues. {n, plural, one {One ticket of planned work is left.} other {# tickets of planned work are left.}}",
		Hint:    "Enough of you have to stay free for what is urgent. You can still take it under Unassigned.",
	}).With("n", n)
}
