package run

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/hours"
)

// declaredHours is when a department is there and what it promises.
type declaredHours struct {
	Zone     string            `yaml:"zone"`
	Open     []declaredOpen    `yaml:"open"`
	Closed   []string          `yaml:"closed"`
	Holidays string            `yaml:"holidays"`
	Promises []declaredPromise `yaml:"promises"`
}

type declaredOpen struct {
	Days string `yaml:"days"`
	From string `yaml:"from"`
	To   string `yaml:"to"`
}

type declaredPromise struct {
	Priority   string `yaml:"priority"`
	FirstReply string `yaml:"first_reply"`
	NextReply  string `yaml:"next_reply"`
	Assign     string `yaml:"assign"`
	Resolve    string `yaml:"resolve"`
	Stale      string `yaml:"stale"`
	Always     bool   `yaml:"always"`
}

// longestPromise is far beyond what anybody promises.
const longestPromise = 2000 * time.Hour

// cities are the zones a mistyped one is compared with; all others work, too.
const cities = `UTC Europe/London Europe/Dublin Europe/Lisbon Europe/Berlin Europe/Paris Europe/Madrid Europe/Rome Europe/Vienna
	Europe/Zurich Europe/Amsterdam Europe/Brussels Europe/Luxembourg Europe/Copenhagen Europe/Oslo Europe/Stockholm Europe/Helsinki
	Europe/Tallinn Europe/Riga Europe/Vilnius Europe/Warsaw Europe/Prague Europe/Bratislava Europe/Budapest Europe/Ljubljana Europe/Zagreb
	Europe/Belgrade Europe/Sofia Europe/Bucharest Europe/Athens Europe/Istanbul Europe/Kyiv Europe/Moscow America/New_York
	America/Chicago America/Denver America/Phoenix America/Los_Angeles America/Anchorage America/Toronto America/Vancouver
	America/Halifax America/Mexico_City America/Bogota America/Lima America/Santiago America/Sao_Paulo America/Argentina/Buenos_Aires
	Africa/Cairo Africa/Lagos Africa/Nairobi Africa/Johannesburg Africa/Casablanca Asia/Jerusalem Asia/Riyadh Asia/Dubai Asia/Karachi
	Asia/Kolkata Asia/Dhaka Asia/Bangkok Asia/Jakarta Asia/Singapore Asia/Manila Asia/Hong_Kong Asia/Shanghai Asia/Taipei Asia/Seoul
	Asia/Tokyo Australia/Perth Australia/Adelaide Australia/Brisbane Australia/Sydney Australia/Melbourne Pacific/Auckland Pacific/Honolulu`

var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// zone reads the clock on somebody's wall; "" is none of their own.
func (c *checker) zone(name string, at ...any) string {
	if _, err := hours.Zone(name); name != "" && err != nil {
		c.bad("there is no time zone %q%s", a(name, cmp.Or(suggest(name, strings.Fields(cities)), "; zones are named as in Europe/Berlin")), at...)
	}
	return name
}

// calendar reads when a department is there; at is where it is declared.
func (c *checker) calendar(d declaredHours, at ...any) desk.Calendar {
	before := len(c.found)
	out := desk.Calendar{Zone: d.Zone, Week: c.week(d.Open, at)}
	if d.Zone != "" {
		c.zone(d.Zone, sub(at, "zone")...)
	} else if len(d.Open) > 0 {
		c.bad("open has no zone; say which clock it means, as in zone: Europe/Berlin", nil, sub(at, "open")...)
	} else if len(d.Closed) > 0 {
		c.bad("closed has no zone; say where it is that day, as in zone: Europe/Berlin", nil, sub(at, "closed")...)
	}
	for i, date := range d.Closed {
		switch _, err := time.Parse(time.DateOnly, date); {
		case err != nil:
			c.bad("%q is no date; dates are written as 2026-12-25", a(date), sub(at, "closed", i)...)
		case slices.Contains(d.Closed[:i], date):
			c.bad("%s is closed twice", a(date), sub(at, "closed", i)...)
		}
	}
	days := c.holidays(d.Holidays, at...)
	if d.Zone == "" && len(d.Open)+len(d.Closed) == 0 && len(days) > 0 {
		c.bad("holidays has no zone; say where it is that day, as in zone: Europe/Berlin", nil, sub(at, "holidays")...)
	}
	out.Closed = slices.Compact(slices.Sorted(slices.Values(append(days, d.Closed...))))
	if len(c.found) == before {
		if _, err := hours.New(out); err != nil {
			where := "closed"
			if len(d.Closed) == 0 {
				where = "holidays"
			}
			c.bad("%s; a department has to open some time", a(err), sub(at, where)...)
		}
	}
	return out
}

// week reads the weekly times, in order. What goes on after midnight belongs to
// the next day from there on.
func (c *checker) week(open []declaredOpen, at []any) []desk.Span {
	type opens struct {
		desk.Span
		item int
	}
	var all []opens
	for i, o := range open {
		here := sub(at, "open", i)
		days := c.days(o.Days, here)
		from, okFrom := c.clock("from", o.From, here)
		to, okTo := c.clock("to", o.To, here)
		switch {
		case !okFrom || !okTo:
			continue
		case from == to || from == 24*60:
			c.bad("open from %s to %s is no time; a whole day is from 00:00 to 24:00", a(o.From, o.To), sub(here, "from")...)
			continue
		}
		for _, d := range days {
			if from < to {
				all = append(all, opens{desk.Span{Day: d, From: from, To: to}, i})
				continue
			}
			all = append(all, opens{desk.Span{Day: d, From: from, To: 24 * 60}, i})
			if to > 0 {
				all = append(all, opens{desk.Span{Day: (d + 1) % 7, To: to}, i})
			}
		}
	}
	slices.SortStableFunc(all, func(x, y opens) int { return cmp.Or(cmp.Compare(x.Day, y.Day), cmp.Compare(x.From, y.From)) })
	var out []desk.Span
	for i, s := range all {
		if i > 0 && all[i-1].Day == s.Day && s.From < all[i-1].To {
			c.bad("%s is open twice from %s to %s", a(s.Day, hours.Clock(s.From), hours.Clock(min(s.To, all[i-1].To))), sub(at, "open", max(s.item, all[i-1].item))...)
		}
		out = append(out, s.Span)
	}
	return out
}

// days reads "mon-fri, sun".
func (c *checker) days(text string, at []any) []time.Weekday {
	var out []time.Weekday
	if strings.TrimSpace(text) == "" {
		c.bad("here are no days; write them as mon-fri or sat, sun", nil, at...)
		return nil
	}
	for part := range strings.SplitSeq(text, ",") {
		first, last, ranged := strings.Cut(strings.TrimSpace(part), "-")
		if !ranged {
			last = first
		}
		from, to := slices.Index(dayNames, strings.ToLower(strings.TrimSpace(first))), slices.Index(dayNames, strings.ToLower(strings.TrimSpace(last)))
		if from < 0 || to < 0 {
			wrong := last
			if from < 0 {
				wrong = first
			}
			c.bad("there is no day %q%s", a(wrong, cmp.Or(suggest(wrong, dayNames), "; days are mon, tue, wed, thu, fri, sat and sun")), sub(at, "days")...)
			continue
		}
		for d := from; ; d = (d + 1) % 7 {
			if day := time.Weekday(d); slices.Contains(out, day) {
				c.bad("%s is named twice", a(day), sub(at, "days")...)
			} else {
				out = append(out, day)
			}
			if d == to {
				break
			}
		}
	}
	return out
}

// clock reads 8:30 as minutes from midnight.
func (c *checker) clock(field, text string, at []any) (int, bool) {
	h, m, ok := strings.Cut(text, ":")
	hour, err1 := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(m)
	total := hour*60 + minute
	if !ok || err1 != nil || err2 != nil || len(m) != 2 || len(h) > 2 || hour < 0 || minute < 0 || minute > 59 || total > 24*60 {
		c.bad("%s is %q; it is a time from 00:00 to 24:00", a(field, text), sub(at, field)...)
		return 0, false
	}
	return total, true
}

func (c *checker) promises(declared []declaredPromise, at ...any) []desk.Promise {
	var out []desk.Promise
	known := []string{string(desk.PriorityLow), string(desk.PriorityNormal), string(desk.PriorityHigh), string(desk.PriorityEmergency)}
	for i, d := range declared {
		here := sub(at, "promises", i)
		p := desk.Promise{
			Priority: desk.Priority(d.Priority), Always: d.Always,
			FirstReply: c.length("first_reply", d.FirstReply, here), NextReply: c.length("next_reply", d.NextReply, here),
			Assign: c.length("assign", d.Assign, here), Resolve: c.length("resolve", d.Resolve, here), Stale: c.length("stale", d.Stale, here),
		}
		if d.Priority != "" && !slices.Contains(known, d.Priority) {
			c.bad("priority is %q; it is low, normal, high or emergency, or left out for all that are not named%s", a(d.Priority, suggest(d.Priority, known)), sub(here, "priority")...)
		}
		if d.FirstReply+d.NextReply+d.Assign+d.Resolve+d.Stale == "" {
			c.bad("this promises nothing; give first_reply, next_reply, assign, resolve or stale", nil, here...)
		}
		if slices.ContainsFunc(out, func(x desk.Promise) bool { return x.Priority == p.Priority }) {
			c.bad("there is a promise for %s already", a(cmp.Or(d.Priority, "the priorities that are not named")), here...)
		}
		out = append(out, p)
	}
	return out
}

// length reads 90m or 1h30m.
func (c *checker) length(field, text string, at []any) time.Duration {
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		c.bad("%s is %q; write it in hours and minutes of opening time, as in 4h or 1h30m", a(field, text), sub(at, field)...)
	case d < time.Minute || d%time.Minute != 0 || d > longestPromise:
		c.bad("%s is %s; it is whole minutes, from 1m to %dh", a(field, text, int(longestPromise.Hours())), sub(at, field)...)
	}
	return d
}

// sub is a path with more at its end, which shares nothing with the first.
func sub(at []any, more ...any) []any { return append(slices.Clone(at), more...) }
