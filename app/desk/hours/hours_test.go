package hours_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"docket/app/desk"
	"docket/app/desk/hours"
)

func weekdays(from, to int, days ...time.Weekday) []desk.Span {
	if days == nil {
		days = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	}
	var out []desk.Span
	for _, d := range days {
		out = append(out, desk.Span{Day: d, From: from, To: to})
	}
	return out
}

func everyDay(from, to int) []desk.Span {
	return weekdays(from, to, time.Sunday, time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday)
}

func calendar(t testing.TB, c desk.Calendar) *hours.Calendar {
	t.Helper()
	out, err := hours.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// at reads "2026-03-29 01:30 +0100", or without the offset the time of the zone.
func at(t testing.TB, zone, text string) time.Time {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := time.Parse("2006-01-02 15:04 -0700", text); err == nil {
		return out.In(loc)
	}
	out, err := time.ParseInLocation("2006-01-02 15:04", text, loc)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAdd(t *testing.T) {
	office := weekdays(8*60, 17*60)
	night := append(weekdays(22*60, 24*60), weekdays(0, 6*60, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday)...)
	for _, c := range []struct {
		name   string
		c      desk.Calendar
		from   string
		add    time.Duration
		want   string
		offset string // what the zone's clock is from UTC at the end
	}{
		{"Friday 16:50", desk.Calendar{Zone: "Europe/Berlin", Week: office}, "2026-11-20 16:50", time.Hour, "2026-11-23 08:50", "+0100"},
		{"to the very end of Friday", desk.Calendar{Zone: "Europe/Berlin", Week: office}, "2026-11-20 16:50", 10 * time.Minute, "2026-11-20 17:00", "+0100"},
		{"from the end of Friday", desk.Calendar{Zone: "Europe/Berlin", Week: office}, "2026-11-20 17:00", time.Minute, "2026-11-23 08:01", "+0100"},
		{"on Sunday", desk.Calendar{Zone: "Europe/Berlin", Week: office}, "2026-11-22 03:00", 9 * time.Hour, "2026-11-23 17:00", "+0100"},
		{"over two holidays and a weekend", desk.Calendar{Zone: "Europe/Berlin", Week: office, Closed: []string{"2026-12-25", "2026-12-24"}}, "2026-12-23 16:00", 2 * time.Hour, "2026-12-28 09:00", "+0100"},
		{"a holiday while it runs", desk.Calendar{Zone: "Europe/Berlin", Week: office, Closed: []string{"2026-11-20"}}, "2026-11-20 10:00", time.Hour, "2026-11-23 09:00", "+0100"},
		{"a lunch break", desk.Calendar{Zone: "Europe/Berlin", Week: append(weekdays(13*60, 17*60), weekdays(8*60, 12*60)...)}, "2026-11-20 11:30", time.Hour, "2026-11-20 13:30", "+0100"},
		{"over midnight", desk.Calendar{Zone: "Europe/Berlin", Week: night}, "2026-11-19 23:00", 3 * time.Hour, "2026-11-20 02:00", "+0100"},
		{"a date is closed from midnight to midnight", desk.Calendar{Zone: "Europe/Berlin", Week: night, Closed: []string{"2026-11-20"}}, "2026-11-19 23:00", 2 * time.Hour, "2026-11-21 01:00", "+0100"},
		{"day and night", desk.Calendar{}, "2026-11-20 16:50", 72 * time.Hour, "2026-11-23 16:50", "+0000"},
		{"day and night but for a date", desk.Calendar{Zone: "Europe/Berlin", Closed: []string{"2026-12-25"}}, "2026-12-24 23:00", 2 * time.Hour, "2026-12-26 01:00", "+0100"},

		{"Berlin, spring: the night has an hour less", desk.Calendar{Zone: "Europe/Berlin", Week: everyDay(0, 6*60)}, "2026-03-29 00:00", 5 * time.Hour, "2026-03-29 06:00", "+0200"},
		{"Berlin, spring: it opens at an hour that is skipped", desk.Calendar{Zone: "Europe/Berlin", Week: everyDay(2*60+30, 6*60)}, "2026-03-28 12:00", time.Hour, "2026-03-29 04:00", "+0200"},
		{"Berlin, autumn: the night has an hour more", desk.Calendar{Zone: "Europe/Berlin", Week: everyDay(0, 6*60)}, "2026-10-25 00:00", 7 * time.Hour, "2026-10-25 06:00", "+0100"},
		{"Berlin, autumn: it opens at an hour that comes twice", desk.Calendar{Zone: "Europe/Berlin", Week: everyDay(2*60+30, 6*60)}, "2026-10-24 12:00", 90 * time.Minute, "2026-10-25 03:00", "+0100"},
		{"Berlin, autumn: it closes at one", desk.Calendar{Zone: "Europe/Berlin", Week: everyDay(60, 2*60+30)}, "2026-10-25 00:00", 90 * time.Minute, "2026-10-25 02:30 +0200", "+0200"},
		{"New York, spring", desk.Calendar{Zone: "America/New_York", Week: everyDay(0, 6*60)}, "2026-03-08 01:00", 2 * time.Hour, "2026-03-08 04:00", "-0400"},
		{"New York, autumn", desk.Calendar{Zone: "America/New_York", Week: everyDay(0, 6*60)}, "2026-11-01 00:30", 2 * time.Hour, "2026-11-01 01:30 -0500", "-0500"},
		{"Sydney, spring is in October", desk.Calendar{Zone: "Australia/Sydney", Week: everyDay(0, 6*60)}, "2026-10-04 00:00", 5 * time.Hour, "2026-10-04 06:00", "+1100"},
		{"Sydney, autumn is in April", desk.Calendar{Zone: "Australia/Sydney", Week: everyDay(0, 6*60)}, "2026-04-05 00:00", 7 * time.Hour, "2026-04-05 06:00", "+1000"},
		{"Santiago skips midnight itself", desk.Calendar{Zone: "America/Santiago", Week: everyDay(0, 60)}, "2026-09-05 12:00", time.Minute, "2026-09-07 00:01", "-0300"},
		{"Santiago has the last hour of a day twice", desk.Calendar{Zone: "America/Santiago", Week: everyDay(23*60, 24*60)}, "2026-04-04 12:00", 2 * time.Hour, "2026-04-05 00:00", "-0400"},
		{"Apia had no 30 December", desk.Calendar{Zone: "Pacific/Apia", Week: everyDay(9*60, 10*60)}, "2011-12-29 09:30", time.Hour, "2011-12-31 09:30", "+1400"},
		{"half an hour: Lord Howe", desk.Calendar{Zone: "Australia/Lord_Howe", Week: everyDay(0, 6*60)}, "2026-04-05 00:00", 6*time.Hour + 30*time.Minute, "2026-04-05 06:00", "+1030"},
	} {
		t.Run(c.name, func(t *testing.T) {
			zone := c.c.Zone
			if zone == "" {
				zone = "UTC"
			}
			cal := calendar(t, c.c)
			from, want := at(t, zone, c.from), at(t, zone, c.want)
			got := cal.Add(from, c.add)
			if !got.Equal(want) || got.In(want.Location()).Format("-0700") != c.offset {
				t.Errorf("got %s, want %s (%s)", got.In(want.Location()), want, c.offset)
			}
			if back := cal.Between(from, got); back != c.add {
				t.Errorf("between: got %s, want %s", back, c.add)
			}
		})
	}
}

func TestOpenAndNext(t *testing.T) {
	cal := calendar(t, desk.Calendar{Zone: "Europe/London", Week: weekdays(8*60, 17*60), Closed: []string{"2026-12-25"}})
	for _, c := range []struct {
		at   string
		open bool
		next string
	}{
		{"2026-11-20 07:59", false, "2026-11-20 08:00"},
		{"2026-11-20 08:00", true, "2026-11-20 08:00"},
		{"2026-11-20 16:59", true, "2026-11-20 16:59"},
		{"2026-11-20 17:00", false, "2026-11-23 08:00"},
		{"2026-12-24 18:00", false, "2026-12-28 08:00"},
	} {
		x := at(t, "Europe/London", c.at)
		if got := cal.Open(x); got != c.open {
			t.Errorf("%s: open is %v", c.at, got)
		}
		if got := cal.Next(x); !got.Equal(at(t, "Europe/London", c.next)) {
			t.Errorf("%s: next is %s", c.at, got)
		}
	}
}

func TestRefused(t *testing.T) {
	var mondays []string
	for d := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC); len(mondays) < 53; d = d.AddDate(0, 0, 7) {
		mondays = append(mondays, d.Format(time.DateOnly))
	}
	monday := weekdays(8*60, 17*60, time.Monday)
	for _, c := range []struct {
		name, want string
		c          desk.Calendar
	}{
		{"no zone", "no time zone", desk.Calendar{Week: monday}},
		{"a zone nobody has", `no time zone "Europe/Berlni"`, desk.Calendar{Zone: "Europe/Berlni"}},
		{"the zone of whatever computer", "no time zone", desk.Calendar{Zone: "Local", Week: monday}},
		{"a path", "no time zone", desk.Calendar{Zone: "../../etc/passwd"}},
		{"backwards", "Monday from 17:00 to 08:00", desk.Calendar{Zone: "UTC", Week: weekdays(17*60, 8*60, time.Monday)}},
		{"after midnight", "is not a time of a day", desk.Calendar{Zone: "UTC", Week: weekdays(0, 24*60+1, time.Monday)}},
		{"an eighth day", "is not a time of a day", desk.Calendar{Zone: "UTC", Week: weekdays(0, 60, 7)}},
		{"overlap", "Monday from 16:59 overlaps", desk.Calendar{Zone: "UTC", Week: append(weekdays(16*60+59, 18*60, time.Monday), monday...)}},
		{"no date", `"25 December" is not a date`, desk.Calendar{Zone: "UTC", Closed: []string{"25 December"}}},
		{"closed for a year", "not open for a whole year", desk.Calendar{Zone: "UTC", Week: monday, Closed: mondays}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := hours.New(c.c)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
	if _, err := hours.New(desk.Calendar{Zone: "UTC", Week: monday, Closed: mondays[1:40]}); err != nil {
		t.Errorf("closed for nine months: %v", err)
	}
}

var someZones = []string{"Europe/Berlin", "America/New_York", "Australia/Sydney", "America/Santiago", "Australia/Lord_Howe", "UTC", "Asia/Kolkata"}

// changes are days around which the clocks of those zones change, and others.
var changes = []string{"2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-10-04", "2026-04-05", "2026-09-06", "2026-12-31", "2026-06-15"}

func drawn(rt *rapid.T) (desk.Calendar, time.Time) {
	c := desk.Calendar{Zone: rapid.SampledFrom(someZones).Draw(rt, "zone")}
	for d := time.Sunday; d <= time.Saturday; d++ {
		cuts := rapid.SliceOfNDistinct(rapid.IntRange(0, 48), 0, 6, rapid.ID[int]).Draw(rt, "cuts")
		slices.Sort(cuts)
		for i := 0; i+1 < len(cuts); i += 2 {
			c.Week = append(c.Week, desk.Span{Day: d, From: cuts[i] * 30, To: cuts[i+1] * 30})
		}
	}
	if len(c.Week) == 0 {
		c.Week = everyDay(0, 24*60)
	}
	date, _ := time.Parse(time.DateOnly, rapid.SampledFrom(changes).Draw(rt, "day"))
	for range rapid.IntRange(0, 4).Draw(rt, "holidays") {
		c.Closed = append(c.Closed, date.AddDate(0, 0, rapid.IntRange(-3, 10).Draw(rt, "holiday")).Format(time.DateOnly))
	}
	from := date.Add(time.Duration(rapid.IntRange(-3*1440, 3*1440).Draw(rt, "minute")) * time.Minute)
	return c, from
}

// Whatever the calendar: adding in two steps is adding at once, a later start
// never ends earlier, and Between undoes Add.
func TestArithmetic(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c, from := drawn(rt)
		cal := calendar(t, c)
		x := time.Duration(rapid.Int64Range(0, int64(60*time.Hour)).Draw(rt, "x"))
		y := time.Duration(rapid.Int64Range(0, int64(60*time.Hour)).Draw(rt, "y"))
		once, twice := cal.Add(from, x+y), cal.Add(cal.Add(from, x), y)
		if !once.Equal(twice) {
			rt.Fatalf("%s + %s: at once %s, in two steps %s", x, y, once, twice)
		}
		if got := cal.Between(from, once); got != x+y {
			rt.Fatalf("between %s and %s: got %s, added %s", from, once, got, x+y)
		}
		later := from.Add(time.Duration(rapid.Int64Range(0, int64(100*time.Hour)).Draw(rt, "later")))
		if cal.Add(later, x).Before(cal.Add(from, x)) {
			rt.Fatalf("from %s it ends %s, from %s earlier", from, cal.Add(from, x), later)
		}
		if a, b := cal.Between(from, later), cal.Between(later, from); a < 0 || a > later.Sub(from) || a != -b {
			rt.Fatalf("between %s and %s: %s, backwards %s", from, later, a, b)
		}
		next := cal.Next(from)
		if !cal.Open(next) || cal.Between(from, next) != 0 || cal.Open(from) != next.Equal(from) {
			rt.Fatalf("next opening from %s: %s", from, next)
		}
	})
}

// A clerk who looks at the wall every half hour and remembers the latest time
// it has shown counts the same.
func TestAgainstAClerk(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c, from := drawn(rt)
		cal := calendar(t, c)
		loc, _ := time.LoadLocation(c.Zone)
		from = from.Truncate(30 * time.Minute)
		to := from.Add(time.Duration(rapid.IntRange(1, 8*48).Draw(rt, "half hours")) * 30 * time.Minute)
		var want time.Duration
		var shown time.Time
		for x := from.AddDate(0, 0, -2); x.Before(to); x = x.Add(30 * time.Minute) {
			l := x.In(loc)
			if wall := time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), 0, 0, time.UTC); wall.After(shown) {
				shown = wall
			}
			minute := shown.Hour()*60 + shown.Minute()
			open := slices.ContainsFunc(c.Week, func(s desk.Span) bool { return s.Day == shown.Weekday() && s.From <= minute && minute < s.To }) &&
				!slices.Contains(c.Closed, shown.Format(time.DateOnly))
			if !x.Before(from) {
				if open != cal.Open(x) {
					rt.Fatalf("%s in %s: open is %v", l, c.Zone, cal.Open(x))
				}
				if open {
					want += 30 * time.Minute
				}
			}
		}
		if got := cal.Between(from, to); got != want {
			rt.Fatalf("between %s and %s in %s: got %s, want %s", from, to, c.Zone, got, want)
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	c := desk.Calendar{Zone: "Europe/Berlin", Week: weekdays(8*60, 17*60), Closed: []string{"2026-12-25", "2026-12-26", "2027-01-01", "2026-04-03", "2026-04-06"}}
	from := at(b, "Europe/Berlin", "2026-11-20 16:50")
	for b.Loop() {
		calendar(b, c).Add(from, 24*time.Hour)
	}
}
