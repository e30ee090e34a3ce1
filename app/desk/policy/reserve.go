package policy

import (
	"time"

	"docket/app/desk"
)

// PlannedWork reports whether t can be done at any time: something new or
// changed, or of low priority, that is not urgent and to which nobody is called
// (BEHAVIOURS 3.14).
func PlannedWork(t *desk.Ticket) bool {
	urgent := t.Priority == desk.PriorityHigh || t.Priority == desk.PriorityEmergency || t.Urgency == desk.UrgencyEmergency || t.Page.Rings() || t.Escalation.Open()
	return !urgent && (t.Priority == desk.PriorityLow || t.Type == desk.Request)
}

// OnPlanned is who works on t now, if that is planned work; "" else.
func OnPlanned(t *desk.Ticket) desk.PersonID {
	if t.Status != desk.InProgress || t.Into != "" || Snoozed(t) || !PlannedWork(t) {
		return ""
	}
	return t.Assignee
}

// Crew are those of a department who are there to be given work: not away and
// not disabled.
func Crew(people map[desk.PersonID]desk.Person, dept desk.DeptID, now time.Time) (out []desk.PersonID) {
	for id, p := range people {
		works := p.Role == desk.Engineer || p.Role == desk.Lead
		if works && !p.Disabled && !p.Away.At(now) && has(p.Departments, dept) {
			out = append(out, id)
		}
	}
	return out
}

func has(all []desk.DeptID, d desk.DeptID) bool {
	for _, x := range all {
		if x == d {
			return true
		}
	}
	return false
}

// Gap is a time in which fewer are there than a department keeps free.
type Gap struct {
	From, Until time.Time
	There       int
}

// mostGaps is how many are told, and gapWeek how far they are looked for.
const (
	mostGaps = 30
	gapWeek  = 7 * 24 * time.Hour
)

// Gaps are the hours of the coming week, while a department is open, in which
// fewer of its people are there than it keeps free: those on its rota, or, where
// it has none, all who are not away. Hours next to each other are one gap.
func Gaps(d desk.Department, people map[desk.PersonID]desk.Person, now time.Time) []Gap {
	if d.Policy.Reserve <= 0 {
		return nil
	}
	cal := opening(d.Open, desk.Promise{})
	var out []Gap
	first := now.Truncate(time.Hour)
	for at := first; at.Before(first.Add(gapWeek)) && len(out) < mostGaps; at = at.Add(time.Hour) {
		if cal != nil && !cal.Open(at) {
			continue
		}
		n := there(d, people, at)
		if n >= d.Policy.Reserve {
			continue
		}
		if last := len(out) - 1; last >= 0 && out[last].Until.Equal(at) && out[last].There == n {
			out[last].Until = at.Add(time.Hour)
			continue
		}
		out = append(out, Gap{at.UTC(), at.Add(time.Hour).UTC(), n})
	}
	return out
}

// there counts who is there at a moment.
func there(d desk.Department, people map[desk.PersonID]desk.Person, at time.Time) int {
	if !d.Rota.Any() {
		return len(Crew(people, d.ID, at))
	}
	seen := map[desk.PersonID]bool{}
	for _, l := range CallPath(d.Rota) {
		if duty, ok := OnDuty(d.Rota, l, at); ok {
			if p := StandIn(people, duty.Person, at); p != "" && !people[p].Disabled {
				seen[p] = true
			}
		}
	}
	return len(seen)
}
