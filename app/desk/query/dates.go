package query

import (
	"strconv"
	"strings"
	"time"
)

// Days by their names.
const (
	today     = "today"
	yesterday = "yesterday"
	tomorrow  = "tomorrow"
)

// ago reads how long ago: 7d, 2w, 3m, 1y.
func ago(v string) (n int, unit byte, ok bool) {
	if len(v) < 2 || len(v) > 5 || !strings.ContainsRune("dwmy", rune(v[len(v)-1])) {
		return 0, 0, false
	}
	n, err := strconv.Atoi(v[:len(v)-1])
	if err != nil || n < 0 || v[0] == '+' || v[0] == '-' {
		return 0, 0, false
	}
	return n, v[len(v)-1], true
}

// absolute reads a day, a month or a year, and says how long it is.
func absolute(v string) (at time.Time, years, months, days int, ok bool) {
	for layout, long := range map[string][3]int{"2006": {1, 0, 0}, "2006-01": {0, 1, 0}, "2006-01-02": {0, 0, 1}} {
		if len(v) != len(layout) {
			continue
		}
		at, err := time.Parse(layout, v)
		return at, long[0], long[1], long[2], err == nil && at.Year() >= 1970
	}
	return time.Time{}, 0, 0, 0, false
}

func validDate(o Op, v string) bool {
	switch v {
	case today, yesterday:
		return true
	case tomorrow:
		return o == Due
	}
	if _, _, ok := ago(v); ok {
		return true
	}
	_, _, _, _, ok := absolute(v)
	return ok
}

// relative reports whether a date moves with the days.
func relative(v string) bool {
	_, _, _, _, ok := absolute(v)
	return !ok
}

// span gives what a date means: from its begin to before its end, by the days
// of zone. How long ago is from then to the end of today; of what is due, from
// the first to the end of that many days on.
func span(o Op, v string, now time.Time, zone *time.Location) (from, until time.Time) {
	now = now.In(zone)
	day := func(y, m, d int) time.Time {
		return time.Date(now.Year()+y, now.Month()+time.Month(m), now.Day()+d, 0, 0, 0, 0, zone)
	}
	switch v {
	case today:
		return day(0, 0, 0), day(0, 0, 1)
	case yesterday:
		return day(0, 0, -1), day(0, 0, 0)
	case tomorrow:
		return day(0, 0, 1), day(0, 0, 2)
	}
	if n, unit, ok := ago(v); ok {
		y, m, d := 0, 0, 0
		switch unit {
		case 'y':
			y = n
		case 'm':
			m = n
		case 'w':
			d = 7 * n
		default:
			d = n
		}
		if o == Due {
			return time.Time{}, day(y, m, d+1)
		}
		return day(-y, -m, -d), day(0, 0, 1)
	}
	at, y, m, d, _ := absolute(v)
	begin := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, zone)
	return begin, time.Date(at.Year()+y, at.Month()+time.Month(m), at.Day()+d, 0, 0, 0, 0, zone)
}
