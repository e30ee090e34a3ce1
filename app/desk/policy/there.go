package policy

import (
	"fmt"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/hours"
)

// Opens is when a department that is closed now is there again; zero when it is
// open, and for one whose times are not known.
func Opens(d desk.Department, now time.Time) time.Time {
	cal := opening(d.Open, desk.Promise{})
	if cal == nil || cal.Open(now) {
		return time.Time{}
	}
	return cal.Next(now).UTC()
}

// Usual says how soon a department answers, in its own words or by what it
// promises to everybody; "" when it says nothing. How soon the team wants to
// answer what it holds to be urgent is not in it.
func Usual(d desk.Department, u desk.Urgency) string {
	p := d.Promise(toldBy(u))
	switch {
	case d.Reply != "":
		return d.Reply
	case p.FirstReply <= 0:
		return ""
	case d.Open.Week != nil && !p.Always:
		return "within " + length(p.FirstReply) + " of opening time"
	}
	return "within " + length(p.FirstReply)
}

// length is a duration in hours and minutes, such as "1 h 30 min".
func length(d time.Duration) string {
	var out []string
	if h := int(d.Hours()); h > 0 {
		out = append(out, fmt.Sprintf("%d\u00a0h", h))
	}
	if m := int(d.Minutes()) % 60; m > 0 || len(out) == 0 {
		out = append(out, fmt.Sprintf("%d\u00a0min", m))
	}
	return strings.Join(out, " ")
}

// Wall is a moment as the clock on the department's wall shows it.
func Wall(d desk.Department, t time.Time) time.Time {
	if zone, err := hours.Zone(d.Open.Zone); err == nil {
		return t.In(zone)
	}
	return t.UTC()
}
