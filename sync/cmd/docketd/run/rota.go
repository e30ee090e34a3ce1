package run

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/hours"
)

// declaredRota is who is on duty in a department.
type declaredRota struct {
	Zone       string          `yaml:"zone"`
	OnCall     []declaredLevel `yaml:"on_call"`
	Escalation []declaredLevel `yaml:"escalation"`
}

type declaredLevel struct {
	Name  string         `yaml:"name"`
	Phone string         `yaml:"phone"`
	Named bool           `yaml:"named"`
	Duty  []declaredDuty `yaml:"duty"`
}

type declaredDuty struct {
	Person string `yaml:"person"`
	Phone  string `yaml:"phone"`
	Days   string `yaml:"days"`
	From   string `yaml:"from"`
	To     string `yaml:"to"`
	Since  string `yaml:"since"`
	Until  string `yaml:"until"`
}

// rota reads who is on duty; at is where it is declared. Whether the people are
// known is looked at once they are read: see onDuty.
func (c *checker) rota(d declaredDepartment, at ...any) desk.Rota {
	if d.Rota == nil {
		return desk.Rota{}
	}
	here := sub(at, "rota")
	r := desk.Rota{Zone: d.Rota.Zone}
	if r.Zone == "" {
		r.Zone = d.Zone
	}
	if len(d.Rota.OnCall)+len(d.Rota.Escalation) == 0 {
		c.bad("the rota is empty; give on_call or escalation a level, or leave the rota out", nil, here...)
	}
	if _, err := hours.Zone(r.Zone); r.Zone == "" {
		c.bad("the rota has no zone; say which clock it means, as in zone: Europe/Berlin", nil, here...)
	} else if err != nil && d.Rota.Zone != "" {
		c.bad("there is no time zone %q%s", a(r.Zone, suggest(r.Zone, strings.Fields(cities))), sub(here, "zone")...)
	}
	r.OnCall = c.levels(d.Rota.OnCall, sub(here, "on_call"))
	r.Escalation = c.levels(d.Rota.Escalation, sub(here, "escalation"))
	return r
}

func (c *checker) levels(declared []declaredLevel, at []any) []desk.Level {
	var out []desk.Level
	for i, d := range declared {
		here := sub(at, i)
		if strings.TrimSpace(d.Name) == "" {
			c.bad("a level without a name; people read it, as in name: Duty manager", nil, here...)
		}
		c.words("name", d.Name, sub(here, "name"))
		if d.Phone != "" {
			c.number("phone", d.Phone, sub(here, "phone"))
		}
		if len(d.Duty) == 0 {
			c.bad("nobody is ever on duty on %q; give it a duty, or leave it out", a(d.Name), here...)
		}
		out = append(out, desk.Level{Name: d.Name, Phone: d.Phone, Named: d.Named, Duty: c.duties(d.Duty, sub(here, "duty"))})
	}
	return out
}

func (c *checker) duties(declared []declaredDuty, at []any) []desk.Duty {
	var out []desk.Duty
	for i, d := range declared {
		here := sub(at, i)
		x := desk.Duty{Person: desk.PersonID(d.Person), Phone: d.Phone, Since: d.Since, Until: d.Until}
		if d.Phone != "" {
			c.number("phone", d.Phone, sub(here, "phone"))
		}
		c.dutyDate("since", d.Since, here)
		c.dutyDate("until", d.Until, here)
		if d.Since != "" && d.Until != "" && d.Until < d.Since {
			c.bad("until %s is before since %s", a(d.Until, d.Since), sub(here, "until")...)
		}
		if d.Days+d.From+d.To != "" {
			x.Week = c.shift(d, here)
		}
		for j, other := range out {
			if day, both := bothOn(other, x); both {
				c.bad("%s and %s are both on duty %s; the levels above and below are for more than one", a(declared[j].Person, d.Person, day), here...)
				break
			}
		}
		out = append(out, x)
	}
	return out
}

// shift reads the weekly times of a duty. Days without times are whole days.
func (c *checker) shift(d declaredDuty, at []any) []desk.Span {
	if d.From == "" && d.To == "" {
		d.From, d.To = "00:00", "24:00"
	}
	if d.Days == "" {
		d.Days = "mon-sun"
	}
	days := c.days(d.Days, at)
	from, okFrom := c.clock("from", d.From, at)
	to, okTo := c.clock("to", d.To, at)
	switch {
	case !okFrom || !okTo:
		return nil
	case from == to || from == 24*60:
		c.bad("on duty from %s to %s is no time; a whole day is from 00:00 to 24:00", a(d.From, d.To), sub(at, "from")...)
		return nil
	}
	var out []desk.Span
	for _, day := range days {
		if from < to {
			out = append(out, desk.Span{Day: day, From: from, To: to})
			continue
		}
		out = append(out, desk.Span{Day: day, From: from, To: 24 * 60})
		if to > 0 {
			out = append(out, desk.Span{Day: (day + 1) % 7, To: to})
		}
	}
	slices.SortFunc(out, func(x, y desk.Span) int {
		if x.Day != y.Day {
			return int(x.Day - y.Day)
		}
		return x.From - y.From
	})
	return out
}

func (c *checker) dutyDate(field, text string, at []any) {
	if _, err := time.Parse(time.DateOnly, text); text != "" && err != nil {
		c.bad("%s is %q; dates are written as 2026-12-25", a(field, text), sub(at, field)...)
	}
}

// bothOn says when two people would be on duty together, and whether they
// would.
func bothOn(x, y desk.Duty) (string, bool) {
	if x.Until != "" && y.Since != "" && x.Until < y.Since || y.Until != "" && x.Since != "" && y.Until < x.Since {
		return "", false
	}
	week := func(d desk.Duty) []desk.Span {
		if len(d.Week) > 0 {
			return d.Week
		}
		var all []desk.Span
		for day := time.Sunday; day <= time.Saturday; day++ {
			all = append(all, desk.Span{Day: day, To: 24 * 60})
		}
		return all
	}
	for _, s := range week(x) {
		for _, t := range week(y) {
			if from, to := max(s.From, t.From), min(s.To, t.To); s.Day == t.Day && from < to {
				return fmt.Sprintf("on %s from %s to %s", s.Day, hours.Clock(from), hours.Clock(to)), true
			}
		}
	}
	return "", false
}

// onDuty checks that whoever is in a rota is on the team, once people are read.
func (c *checker) onDuty(p *plan) {
	staff, everybody := map[string]bool{}, map[string]desk.Person{}
	for _, x := range p.people {
		everybody[string(x.ID)] = x
		staff[string(x.ID)] = x.Role.Staff() && !x.Disabled
	}
	for i, d := range c.d.Departments {
		if d.Rota == nil {
			continue
		}
		for _, path := range []struct {
			name   string
			levels []declaredLevel
		}{{"on_call", d.Rota.OnCall}, {"escalation", d.Rota.Escalation}} {
			for j, l := range path.levels {
				for k, x := range l.Duty {
					here := []any{"departments", i, "rota", path.name, j, "duty", k, "person"}
					who, known := everybody[x.Person]
					switch {
					case x.Person == "":
						c.bad("a duty without a person", nil, here[:len(here)-1]...)
					case !known:
						c.bad("there is no person %q%s", a(x.Person, suggest(x.Person, names(staff))), here...)
					case who.Disabled:
						c.bad("%q is disabled and cannot be on duty", a(x.Person), here...)
					case !staff[x.Person]:
						c.bad("%q is a customer; only staff are on duty", a(x.Person), here...)
					}
				}
			}
		}
	}
}
