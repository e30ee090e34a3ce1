// Package hours counts business time: the time during which a department is
// open by the clock on its own wall. It is pure; a calendar is made of what
// was declared, and every answer follows from the instants it is asked about.
//
// Wall times become instants by one rule: a time is reached when the wall's
// clock first shows it or a later one. So a time that a clock skips in spring
// is the moment of the change, one that comes twice in autumn is its first
// coming, and times in order stay in order, whatever a zone does.
package hours

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"docket/app/desk"
)

// Calendar is when a department is open.
type Calendar struct {
	always bool
	zone   *time.Location
	week   [7][]desk.Span // by weekday, in order
	closed map[day]bool
}

// Always is open day and night.
func Always() *Calendar { return &Calendar{always: true} }

// longest is for how many days a calendar may be closed at a stretch.
const longest = 365

// New makes a calendar of what was declared. The error says which part of it
// cannot be, as a sentence without its end.
func New(c desk.Calendar) (*Calendar, error) {
	if c.Zone == "" && len(c.Week) == 0 && len(c.Closed) == 0 {
		return Always(), nil
	}
	zone, err := Zone(c.Zone)
	if err != nil {
		return nil, err
	}
	out := &Calendar{zone: zone, closed: make(map[day]bool, len(c.Closed))}
	for _, s := range c.Week {
		if s.Day < time.Sunday || s.Day > time.Saturday || s.From < 0 || s.To > 24*60 || s.From >= s.To {
			return nil, fmt.Errorf("%s from %s to %s is not a time of a day", s.Day, Clock(s.From), Clock(s.To))
		}
		out.week[s.Day] = append(out.week[s.Day], s)
	}
	if len(c.Week) == 0 {
		for i := range out.week {
			out.week[i] = []desk.Span{{Day: time.Weekday(i), To: 24 * 60}}
		}
	}
	for i := range out.week {
		slices.SortFunc(out.week[i], func(x, y desk.Span) int { return x.From - y.From })
		for j, s := range out.week[i] {
			if j > 0 && s.From < out.week[i][j-1].To {
				return nil, fmt.Errorf("%s from %s overlaps with what is open until %s", s.Day, Clock(s.From), Clock(out.week[i][j-1].To))
			}
		}
	}
	for _, date := range c.Closed {
		d, err := parseDay(date)
		if err != nil {
			return nil, err
		}
		out.closed[d] = true
	}
	return out, out.opens()
}

// opens refuses what is closed for a year, which only closed dates can do.
func (c *Calendar) opens() error {
	for _, from := range slices.Sorted(maps.Keys(c.closed)) {
		d := from
		for c.shut(d) {
			if d = d.next(); d-from > longest {
				return fmt.Errorf("from %s on it is not open for a whole year", from)
			}
		}
	}
	return nil
}

// Clock writes minutes from midnight as 08:30.
func Clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

var zones sync.Map // of *time.Location by name; reading one anew costs more than all else

// Zone gives the zone of an IANA name.
func Zone(name string) (*time.Location, error) {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location), nil //nolint:forcetypeassert // nothing else goes in
	}
	// "Local" and "" would be another zone on every computer.
	z, err := time.LoadLocation(name)
	if err != nil || name == "" || strings.EqualFold(name, "local") {
		return nil, fmt.Errorf("there is no time zone %q; zones are named as in Europe/Berlin", name)
	}
	zones.Store(name, z)
	return z, nil
}

// Open reports whether it is open at t.
func (c *Calendar) Open(t time.Time) bool { return c.Next(t).Equal(t) }

// Next is the first instant from t on at which it is open.
func (c *Calendar) Next(t time.Time) time.Time {
	if c.always {
		return t
	}
	out := t
	c.each(t, func(from, _ time.Time) bool {
		out = from
		return false
	})
	return out
}

// Add is the first instant by which it has been open for d since t. What is
// not positive adds nothing.
func (c *Calendar) Add(t time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return t
	}
	if c.always {
		return t.Add(d)
	}
	var out time.Time
	c.each(t, func(from, to time.Time) bool {
		if open := to.Sub(from); d > open {
			d -= open
			return true
		}
		out = from.Add(d)
		return false
	})
	return out
}

// Between is for how long it is open from a to b; negative when b is before a.
func (c *Calendar) Between(a, b time.Time) time.Duration {
	switch {
	case b.Before(a):
		return -c.Between(b, a)
	case c.always:
		return b.Sub(a)
	case a.Equal(b):
		return 0
	}
	var sum time.Duration
	c.each(a, func(from, to time.Time) bool {
		if !from.Before(b) {
			return false
		}
		if to.After(b) {
			to = b
		}
		sum += to.Sub(from)
		return true
	})
	return sum
}

// each gives the times it is open from t on, in order, until yield says no.
func (c *Calendar) each(t time.Time, yield func(from, to time.Time) bool) {
	// A zone may repeat the end of a day, so that the day before is not over.
	for d := dayOf(t.In(c.zone)) - 1; ; d++ {
		if c.closed[d] {
			continue
		}
		for _, s := range c.week[d.weekday()] {
			from, to := c.reached(d, s.From), c.reached(d, s.To)
			if from.Before(t) {
				from = t
			}
			if from.Before(to) && !yield(from, to) {
				return
			}
		}
	}
}

// shut reports whether nothing of d is open.
func (c *Calendar) shut(d day) bool {
	return c.closed[d] || len(c.week[d.weekday()]) == 0
}

// reached is when the clock on the wall first shows the minute of d, or a
// later one.
func (c *Calendar) reached(d day, minute int) time.Time {
	wall := int64(d)*86400 + int64(minute)*60
	// No zone is 15 hours from UTC: at this moment it is earlier than that.
	at := time.Unix(wall-15*3600, 0).In(c.zone)
	for {
		_, offset := at.Zone()
		_, end := at.ZoneBounds()
		t := time.Unix(wall-int64(offset), 0).UTC()
		switch {
		case end.IsZero() || t.Before(end):
			if t.Before(at) {
				return at.UTC() // the clock jumped over it
			}
			return t
		}
		at = end
	}
}

// day is a date, counted from 1 January 1970.
type day int64

func dayOf(t time.Time) day {
	y, m, d := t.Date()
	return day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func parseDay(date string) (day, error) {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date; dates are written as 2026-12-25", date)
	}
	return dayOf(t), nil
}

func (d day) next() day { return d + 1 }

func (d day) weekday() time.Weekday {
	return time.Weekday(((int64(d)+4)%7 + 7) % 7) // 1 January 1970 was a Thursday
}

func (d day) String() string { return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly) }

// Back is the last instant from which it is open for d until t. What is not
// positive takes nothing away.
func (c *Calendar) Back(t time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return t
	}
	if c.always {
		return t.Add(-d)
	}
	step := max(d, 24*time.Hour)
	early, late := t.Add(-step), t
	for c.Between(early, t) < d {
		step *= 2
		early, late = t.Add(-step), early
	}
	for late.Sub(early) > time.Second {
		mid := early.Add(late.Sub(early) / 2)
		if c.Between(mid, t) >= d {
			early = mid
		} else {
			late = mid
		}
	}
	return early.Round(time.Second)
}
