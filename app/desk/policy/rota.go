package policy

import (
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/hours"
)

// OnDuty gives who is on duty on a level of a rota; false for nobody. A date
// counts by the clock of the rota's zone, so what goes on after midnight belongs
// to the next day.
func OnDuty(r desk.Rota, l desk.Level, now time.Time) (desk.Duty, bool) {
	zone, err := hours.Zone(r.Zone)
	if err != nil {
		return desk.Duty{}, false
	}
	date := now.In(zone).Format(time.DateOnly)
	for _, d := range l.Duty {
		if d.Since != "" && date < d.Since || d.Until != "" && date > d.Until {
			continue
		}
		if cal, err := hours.New(desk.Calendar{Zone: r.Zone, Week: d.Week}); err == nil && cal.Open(now) {
			return d, true
		}
	}
	return desk.Duty{}, false
}

// Rung is the first level from one on, counted from 1, on which somebody is on
// duty; false when nobody is up to the top.
func Rung(r desk.Rota, levels []desk.Level, from int, now time.Time) (int, bool) {
	for n := max(from, 1); n <= len(levels); n++ {
		if _, there := OnDuty(r, levels[n-1], now); there {
			return n, true
		}
	}
	return 0, false
}

// CallPath is whom an emergency calls: who is on call, then who is on the path
// of an escalation.
func CallPath(r desk.Rota) []desk.Level { return slices.Concat(r.OnCall, r.Escalation) }

// EscalationPath is whom an escalation goes to.
func EscalationPath(r desk.Rota) []desk.Level {
	if len(r.Escalation) == 0 {
		return r.OnCall
	}
	return r.Escalation
}

// RotaOf is the rota that counts for a ticket: its department's or, where that
// has none, of the department it is meant for, or of the one that receives.
func RotaOf(t *desk.Ticket, departments map[desk.DeptID]desk.Department) desk.Rota {
	for _, id := range []desk.DeptID{t.Department, t.Intended} {
		if r := departments[id].Rota; r.Any() {
			return r
		}
	}
	for _, d := range departments {
		if d.Triage {
			return d.Rota
		}
	}
	return desk.Rota{}
}

// Called reports whether somebody is called to t and has not answered, or
// somebody higher up was asked for: these stand apart (BEHAVIOURS 2.19).
func Called(t *desk.Ticket) bool {
	return !t.Status.Done() && (t.Page.Rings() || t.Escalation.Open())
}
