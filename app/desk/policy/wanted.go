package policy

import (
	"time"

	"docket/app/desk"
	"docket/app/desk/hours"
)

// Needed reads by when something is needed: the end of a day where the
// department is, and when it can be there at the topic's lead time from now on.
func Needed(d desk.Department, t desk.Topic, date string, now time.Time) (desk.Need, bool) {
	zone := time.UTC
	if z, err := hours.Zone(d.Open.Zone); err == nil {
		zone = z
	}
	day, err := time.ParseInLocation(time.DateOnly, date, zone)
	if err != nil {
		return desk.Need{}, false
	}
	return desk.Need{Date: date, By: day.AddDate(0, 0, 1).UTC(), Earliest: Earliest(d, t, now)}, true
}

// Earliest is when something of a topic that is asked for now can be there.
func Earliest(d desk.Department, t desk.Topic, now time.Time) time.Time {
	if cal := opening(d.Open, desk.Promise{}); cal != nil && t.Lead > 0 {
		return cal.Add(now, t.Lead).UTC()
	}
	return time.Time{}
}

// Target is by when the team does it: when it is needed, or where that is too
// soon and nobody approved of hurrying, as soon as it can be. Zero for never.
func Target(t *desk.Ticket) time.Time {
	if n := t.Need; n.Short() && !(n.Expedite && t.Approval.State == desk.Approved) {
		return n.Earliest
	}
	return t.Need.By
}

// lastCall is when somebody is reminded where a topic does not say: a day's work
// before it is needed.
const lastCall = 8 * time.Hour

// Alerts are when somebody is reminded of what is needed, counted backwards from
// the target in opening time; what is over by now is left out.
func Alerts(t *desk.Ticket, d desk.Department, topic desk.Topic, now time.Time) []time.Time {
	target, cal := Target(t), opening(d.Open, desk.Promise{})
	if target.IsZero() || cal == nil {
		return nil
	}
	before := topic.Alerts
	if len(before) == 0 {
		before = []time.Duration{lastCall}
	}
	var out []time.Time
	for _, b := range before {
		if at := cal.Back(target, b).UTC().Truncate(time.Millisecond); at.After(now) {
			out = append(out, at)
		}
	}
	return out
}
