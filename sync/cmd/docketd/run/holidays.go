package run

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxHolidays = 1 << 20 // bytes of a file of holidays
	maxDaysOff  = 60      // dates one holiday may have
)

// beside gives the folder a declaration lies in, where its files of holidays
// are; nil when it is no file.
func beside(r io.Reader) fs.FS {
	if f, ok := r.(*os.File); ok {
		return os.DirFS(filepath.Dir(f.Name()))
	}
	return nil
}

// holidays gives the dates of the calendar file (iCalendar, RFC 5545) that a
// department names; at is where the department is declared.
func (c *checker) holidays(name string, at ...any) []string {
	if name == "" {
		return nil
	}
	here := sub(at, "holidays")
	b, err := c.readHolidays(name)
	if err != nil {
		c.bad("%s", a(err), here...)
		return nil
	}
	days, err := icalDays(b)
	if err != nil {
		c.bad("%s:%s", a(name, err), here...)
		return nil
	}
	return days
}

func (c *checker) readHolidays(name string) ([]byte, error) {
	switch {
	case c.dir == nil:
		return nil, fmt.Errorf("holidays names the file %q, which is looked for beside this one, and this one is no file", name)
	case !fs.ValidPath(name):
		return nil, fmt.Errorf("%q is no name of a file beside this one; write it as holidays.ics", name)
	}
	f, err := c.dir.Open(name)
	if err != nil {
		return nil, fmt.Errorf("the file %q cannot be read; it is looked for beside this one", name)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxHolidays+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the file %q cannot be read; it is looked for beside this one", name)
	case len(b) > maxHolidays:
		return nil, fmt.Errorf("the file %q is larger than %d bytes; holidays are a few lines each", name, maxHolidays)
	}
	return b, nil
}

// holiday is one event of such a file.
type holiday struct {
	line       int
	from, to   time.Time // to is the first day after it
	off, known bool      // cancelled; has a date
}

// icalDays gives the dates of the whole-day events, in order, each once. What
// cannot be a holiday is a mistake and never left out in silence: a department
// that is thought to be closed promises something else.
func icalDays(b []byte) ([]string, error) {
	lines, err := icalLines(b)
	if err != nil {
		return nil, err
	}
	var out []string
	var in *holiday
	depth, last := 0, 0
	for _, l := range lines {
		last = l.number
		switch name, value := l.name, strings.ToUpper(l.value); {
		case name == "BEGIN" && value == "VEVENT" && in == nil:
			in = &holiday{line: l.number}
		case in == nil:
		case name == "BEGIN": // an alarm, whose lines are its own
			depth++
		case name == "END" && depth > 0:
			depth--
		case depth > 0:
		case name == "END" && value == "VEVENT":
			days, err := in.days()
			if err != nil {
				return nil, err
			}
			out, in = append(out, days...), nil
		default:
			if err := in.take(l); err != nil {
				return nil, err
			}
		}
	}
	switch {
	case in != nil || last > 0 && lines[len(lines)-1].name != "END":
		return nil, inLine(last, "the file ends in the middle; get it again")
	case len(out) == 0:
		return nil, errors.New(" no holiday is in this calendar")
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// icalLine is NAME;PARAMETERS:VALUE. No parameter matters: a time of day is
// known by its form.
type icalLine struct {
	number      int
	name, value string
}

// inLine is a mistake in a line of the file, written as editors jump to it.
func inLine(n int, format string, args ...any) error {
	return fmt.Errorf("%d: "+format, append([]any{n}, args...)...)
}

// icalLines puts lines together again that were folded.
func icalLines(b []byte) ([]icalLine, error) {
	text := strings.TrimPrefix(string(b), "\ufeff")
	if first, _, _ := strings.Cut(text, "\n"); !utf8.ValidString(text) || !strings.EqualFold(strings.TrimSpace(first), "BEGIN:VCALENDAR") {
		return nil, errors.New(" this is no calendar file; its first line would be BEGIN:VCALENDAR")
	}
	var whole []string
	var out []icalLine
	for i, raw := range strings.Split(text, "\n") {
		raw = strings.TrimSuffix(raw, "\r")
		switch {
		case strings.TrimSpace(raw) == "":
		case (raw[0] == ' ' || raw[0] == '\t') && len(whole) > 0:
			whole[len(whole)-1] += raw[1:]
		default:
			whole, out = append(whole, raw), append(out, icalLine{number: i + 1})
		}
	}
	for i, l := range whole {
		head, value, ok := strings.Cut(l, ":")
		if !ok {
			return nil, inLine(out[i].number, "%q is no line of a calendar; is the file damaged?", shortened(l))
		}
		name, _, _ := strings.Cut(head, ";")
		out[i].name, out[i].value = strings.ToUpper(strings.TrimSpace(name)), strings.TrimSpace(value)
	}
	return out, nil
}

func shortened(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

func (h *holiday) take(l icalLine) error {
	switch l.name {
	case "DTSTART", "DTEND":
		day, err := time.Parse("20060102", l.value)
		if err != nil {
			if strings.Contains(l.value, "T") {
				return inLine(l.number, "this begins or ends at a time of day; a holiday is whole dates, as in DTSTART;VALUE=DATE:20261225")
			}
			return inLine(l.number, "%q is no date; dates are written there as 20261225", shortened(l.value))
		}
		if l.name == "DTSTART" {
			h.from, h.known = day, true
		} else {
			h.to = day
		}
	case "RRULE", "RDATE", "RECURRENCE-ID":
		return inLine(l.number, "this holiday comes again by a rule; get the file with every date written out")
	case "STATUS":
		h.off = strings.EqualFold(l.value, "CANCELLED")
	}
	return nil
}

func (h *holiday) days() ([]string, error) {
	if h.to.IsZero() {
		h.to = h.from.AddDate(0, 0, 1)
	}
	switch {
	case h.off:
		return nil, nil
	case !h.known:
		return nil, inLine(h.line, "this holiday has no date (DTSTART)")
	case !h.to.After(h.from):
		return nil, inLine(h.line, "this holiday ends before it begins; DTEND is the first day after it")
	case h.to.Sub(h.from) > maxDaysOff*24*time.Hour:
		return nil, inLine(h.line, "this holiday lasts for more than %d days", maxDaysOff)
	}
	var out []string
	for d := h.from; d.Before(h.to); d = d.AddDate(0, 0, 1) {
		out = append(out, d.Format(time.DateOnly))
	}
	return out, nil
}
