package policy

import (
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
func Usual(d desk.Department, u desk.Urgency) desk.Said {
	p := d.Promise(toldBy(u))
	switch {
	case d.Reply != "":
		return InOwnWords(d)
	case p.FirstReply <= 0:
		return desk.Said{}
	case d.Open.Week != nil && !p.Always:
		return desk.Saying("within {time, number, length} of opening time", "time", p.FirstReply)
	}
	return desk.Saying("within {time, number, length}", "time", p.FirstReply)
}

// InOwnWords is how soon a department says itself that it answers, which is in
// no language but its own.
func InOwnWords(d desk.Department) desk.Said {
	if d.Reply == "" {
		return desk.Said{}
	}
	return desk.Saying("{words}", "words", d.Reply)
}

// Wall is a moment as the clock on the department's wall shows it.
func Wall(d desk.Department, t time.Time) time.Time {
	if zone, err := hours.Zone(d.Open.Zone); err == nil {
		return t.In(zone)
	}
	return t.UTC()
}
