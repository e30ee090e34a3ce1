package policy

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/hours"
)

// FiguresVersion is that of the rules below. Figures kept by another version
// are counted anew.
const FiguresVersion = 1

// Day is a date, as the number of days since 1 January 1970.
type Day int32

// Ever stands for all days together, for what is open now.
const Ever Day = 1<<31 - 1

// DayOf is the date of a moment on the wall of a zone.
func DayOf(at time.Time, zone *time.Location) Day {
	y, m, d := at.In(zone).Date()
	return DayAt(y, m, d)
}

// DayAt is a date by its numbers, which may lie outside their month.
func DayAt(y int, m time.Month, d int) Day {
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400) //nolint:gosec // a date of five million years from now
}

// Date is the day at midnight, UTC.
func (d Day) Date() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// What a fact is about.
const (
	FactIn     = "in"      // it was opened
	FactOut    = "out"     // it ended, and has not been opened again
	FactAgain  = "again"   // it was opened again, its last time
	FactFirst  = "first"   // it was answered for the first time, after so many minutes
	FactSolved = "solved"  // it ended after so many minutes
	FactKept   = "kept"    // that first answer was in time
	FactMissed = "missed"  // or was not
	FactInTime = "solved+" // it ended by its deadline
	FactLate   = "solved-" // or after it
	// FactAsked begins what is followed by what somebody asked for.
	FactAsked = "asked:"
)

// Fact is one thing that one ticket adds to the figures of a day.
type Fact struct {
	// Scope is the department for the team, the organization for its people.
	Scope string
	Day   Day
	What  string
	// Minutes is how long it took, where it is about that.
	Minutes int
}

// Figurer says what tickets add to the figures of whoever looks. What it says
// of a ticket follows from the head that they hold and from the departments, so
// a customer's figures are made of what customers are told.
type Figurer struct {
	me    desk.Actor
	depts map[desk.DeptID]desk.Department
	zones map[desk.DeptID]*time.Location
	usual *time.Location
}

// NewFigurer makes the figures of me, days being those of each department's clock.
func NewFigurer(me desk.Actor, depts []desk.Department) *Figurer {
	f := &Figurer{me: me, depts: map[desk.DeptID]desk.Department{}, zones: map[desk.DeptID]*time.Location{}, usual: time.UTC}
	for i := len(depts) - 1; i >= 0; i-- { // the first that has one says it for those without
		d := depts[i]
		f.depts[d.ID] = d
		if z, err := hours.Zone(d.Open.Zone); err == nil {
			f.zones[d.ID], f.usual = z, z
		}
	}
	return f
}

// Rules says by what the figures are made; what was kept by others is void.
func (f *Figurer) Rules() []byte {
	type dept struct {
		ID       desk.DeptID
		Open     desk.Calendar
		Promises []desk.Promise
	}
	var depts []dept
	for _, d := range f.depts {
		depts = append(depts, dept{d.ID, d.Open, d.Promises})
	}
	slices.SortFunc(depts, func(a, b dept) int { return cmp.Compare(a.ID, b.ID) })
	orgs := map[desk.OrgID]desk.OrgAccess{}
	for _, m := range f.me.Memberships {
		orgs[m.Org] = m.Access
	}
	b, _ := json.Marshal([]any{FiguresVersion, f.me.Person, f.me.Role.Staff(), orgs, depts}) // cannot fail
	return b
}

// Zone is the clock by which the days of a scope are counted.
func (f *Figurer) Zone(scope string) *time.Location {
	if z := f.zones[desk.DeptID(scope)]; z != nil {
		return z
	}
	return f.usual
}

// scope is whose figures t belongs to, "" for nobody's. What colleagues cannot
// read is in no organization's, so that all who read them read the same.
func (f *Figurer) scope(t *desk.Ticket) string {
	if f.me.Role.Staff() {
		return string(t.Department)
	}
	if a := f.me.OrgAccess(t.Org); t.Private || a != desk.OrgRead && a != desk.OrgComment {
		return ""
	}
	return string(t.Org)
}

// Facts gives what t adds, in a fixed order. One that goes on in another ticket
// adds nothing: the other is the one matter.
func (f *Figurer) Facts(t *desk.Ticket) []Fact {
	scope := f.scope(t)
	if scope == "" || t.Into != "" {
		return nil
	}
	zone := f.Zone(string(t.Department))
	var out []Fact
	add := func(at time.Time, what string, minutes int) {
		out = append(out, Fact{scope, DayOf(at, zone), what, minutes})
	}
	add(t.Created, FactIn, 0)
	out = append(out, Fact{scope, Ever, FactIn, 0})
	if about := cmp.Or(t.TopicName, string(t.Type)); about != "" {
		add(t.Created, FactAsked+brief(about), 0)
	}
	for _, s := range t.Steps {
		switch s.Kind {
		case "answered":
			add(s.At, FactFirst, between(t.Created, s.At))
			if due := f.firstDue(t); !due.IsZero() {
				what := FactKept
				if s.At.After(due) {
					what = FactMissed
				}
				add(s.At, what, 0)
			}
		case "reopened":
			add(s.At, FactAgain, 0)
		}
	}
	if t.Status.Done() && !t.ClosedAt.IsZero() {
		ended := endedAt(t)
		add(ended, FactOut, 0)
		out = append(out, Fact{scope, Ever, FactOut, 0})
		add(ended, FactSolved, between(t.Created, ended))
		if f.me.Role.Staff() && f.depts[t.Department].Promise(t.Priority).Resolve > 0 {
			what := FactInTime
			if slices.Contains(t.Clocks.Late, desk.DueResolve) {
				what = FactLate
			}
			add(ended, what, 0)
		}
	}
	return out
}

// endedAt is when t came to its end: what closes a solved one later is not that.
func endedAt(t *desk.Ticket) time.Time {
	ended, again := t.ClosedAt, time.Time{}
	for _, s := range t.Steps {
		if s.Kind == "reopened" {
			again = s.At
		}
	}
	for _, s := range t.Steps {
		if s.Kind == "solved" && s.At.Before(ended) && !s.At.Before(again) {
			ended = s.At
		}
	}
	return ended
}

// firstDue is until when the first answer to t was promised, by what is promised
// now: the team's own deadline, or what its customer was told.
func (f *Figurer) firstDue(t *desk.Ticket) time.Time {
	d, ok := f.depts[t.Department]
	if !ok {
		return time.Time{}
	}
	x := desk.Ticket{Department: t.Department, Created: t.Created, DueSince: t.Created, Priority: t.Priority, Urgency: t.Urgency, Cover: t.Cover}
	told := Told(&x, d)
	if !f.me.Role.Staff() {
		return told
	}
	return Due(&x, d, told)
}

func between(from, to time.Time) int { return max(0, int(to.Sub(from)/time.Minute)) }

// brief keeps what stands in a key of the figures short.
func brief(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60])
	}
	return s
}

// Tally is how often each fact was so; the keys have neither scope nor day.
type Tally map[Fact]int

// Add counts all of another tally by times.
func (t Tally) Add(other Tally, times int) {
	for f, n := range other {
		if t[f] += n * times; t[f] == 0 {
			delete(t, f)
		}
	}
}

// Count is how often what was so, whatever it took.
func (t Tally) Count(what string) int {
	n := 0
	for f, times := range t {
		if f.What == what {
			n += times
		}
	}
	return n
}

// Spread is of how many something was measured, and what half and nine tenths of
// them stayed within, in minutes.
type Spread struct{ Count, Half, Most int }

// Spread gives that of what: the smallest time within which so many were.
func (t Tally) Spread(what string) Spread {
	var all []Fact
	s := Spread{}
	for f, n := range t {
		if f.What == what {
			all = append(all, f)
			s.Count += n
		}
	}
	slices.SortFunc(all, func(a, b Fact) int { return a.Minutes - b.Minutes })
	s.Half, s.Most = t.rank(all, (s.Count+1)/2), t.rank(all, (9*s.Count+9)/10)
	return s
}

// rank is the n-th smallest of sorted facts.
func (t Tally) rank(all []Fact, n int) int {
	for _, f := range all {
		if n -= t[f]; n <= 0 {
			return f.Minutes
		}
	}
	return 0
}
