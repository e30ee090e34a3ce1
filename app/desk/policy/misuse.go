package policy

import (
	"slices"
	"time"

	"docket/app/desk"
)

// Consequence is what counts against a person now, and until when.
type Consequence struct {
	// Strikes is how many count.
	Strikes int
	Does    desk.SanctionKind
	// Until is when it is less by itself; zero for not before a lead says so.
	Until time.Time
	// Ban says that a lead may ban them.
	Ban bool
	// Next is what one more would mean.
	Next desk.SanctionKind
}

// Doubts reports whether what they call urgent waits for the team's word.
func (c Consequence) Doubts() bool {
	return c.Does == desk.SanctionConfirm || c.Does == desk.SanctionNoHigh || c.Does == desk.SanctionBan
}

// Follows gives what follows from a standing at a time. It is computed from the
// strikes alone, so that one which decays or is taken back takes with it what
// followed from it.
func Follows(m desk.Misuse, s desk.Standing, now time.Time) Consequence {
	live := counting(m, s, now)
	n := len(live)
	c := Consequence{Strikes: n}
	if !m.Counted() || n == 0 {
		return c
	}
	rungs := min(n, len(m.Ladder))
	c.Next = m.Ladder[min(n, len(m.Ladder)-1)].Does
	c.Ban = slices.ContainsFunc(m.Ladder[:rungs], func(r desk.Sanction) bool { return r.Does == desk.SanctionBan })
	if c.Ban && !s.Banned.IsZero() {
		c.Does = desk.SanctionBan
		return c
	}
	// The highest rung that is reached and not over, without the one that takes a
	// lead's word.
	for i := rungs - 1; i >= 0; i-- {
		r := m.Ladder[i]
		if r.Does == desk.SanctionBan {
			continue
		}
		until := live[n-i-1].Add(m.Lasts()) // from then on too few count
		if r.Does == desk.SanctionNoHigh {
			if own := live[n-1].AddDate(0, 0, r.Days); own.Before(until) {
				until = own
			}
		}
		if until.After(now) {
			c.Does, c.Until = r.Does, until
			return c
		}
	}
	return c
}

// counting are the instants of the strikes that count, oldest first.
func counting(m desk.Misuse, s desk.Standing, now time.Time) []time.Time {
	var out []time.Time
	for _, x := range s.Strikes {
		if x.At.Add(m.Lasts()).After(now) {
			out = append(out, x.At)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

// StandingOf is what is known to count against a person: all of it to the team,
// and to customers what counts against themselves.
func StandingOf(place desk.Place, person desk.PersonID) desk.Standing {
	if p, known := place.People[person]; known && !p.Standing.Clean() {
		return p.Standing
	}
	if place.OwnStanding.Person == person {
		return place.OwnStanding.Standing
	}
	return desk.Standing{}
}

// Doubted reports whether the ticket's urgency waits for the team's word.
func Doubted(t *desk.Ticket) bool { return t.Claimed != "" && !t.Judged && !t.Status.Done() }

// Claimed is what the customer called it, whether or not that was believed.
func Claimed(t *desk.Ticket) desk.Urgency {
	if t.Claimed != "" {
		return t.Claimed
	}
	return t.Urgency
}

// Urgent reports whether an urgency is one that comes before others.
func Urgent(u desk.Urgency) bool { return u == desk.UrgencyHigh || u == desk.UrgencyEmergency }

// Lowered reports whether the team holds it to be less than its customer does.
func Lowered(t *desk.Ticket) bool {
	u := Claimed(t)
	return t.Judged && Urgent(u) && Above(u.AsPriority(), t.Priority)
}
