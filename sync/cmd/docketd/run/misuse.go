package run

import (
	"slices"

	"docket/app/desk"
)

// declaredMisuse is what follows when people call urgent what is not.
type declaredMisuse struct {
	Appeal string `yaml:"appeal"`
	Decay  int    `yaml:"decay_days"`
	Ladder []struct {
		Does string `yaml:"does"`
		Days int    `yaml:"days"`
	} `yaml:"ladder"`
}

// ladder is the one that is meant where none is declared (BEHAVIOURS 1.12).
var ladder = []desk.Sanction{{Does: desk.SanctionWarn}, {Does: desk.SanctionConfirm}, {Does: desk.SanctionNoHigh, Days: 30}, {Does: desk.SanctionBan}}

// misuse reads the ladder, which belongs to the desk: a strike is a person's,
// whichever department they wrote to.
func (c *checker) misuse(p *plan) desk.Misuse {
	d := c.d.Misuse
	if d == nil {
		return desk.Misuse{}
	}
	out := desk.Misuse{Appeal: desk.DeptID(d.Appeal), Decay: d.Decay, Ladder: ladder}
	if d.Decay < 0 || d.Decay > 3650 {
		c.bad("decay_days is %d; it is 0 to 3650", a(d.Decay), "misuse", "decay_days")
	}
	c.appeal(p, d.Appeal)
	if len(d.Ladder) > 0 {
		out.Ladder = nil
	}
	kinds := []string{"warn", "confirm", "no_high", "ban"}
	for i, r := range d.Ladder {
		here := []any{"misuse", "ladder", i}
		does := c.oneOf("does", r.Does, kinds, here)
		timed := does == "no_high"
		switch {
		case r.Does == "":
			c.bad("this step does nothing; it is %s", a(orList(kinds)), here...)
		case i > 0 && slices.Index(kinds, does) <= slices.Index(kinds, d.Ladder[i-1].Does):
			c.bad("%s does not follow on %s; a ladder goes up", a(does, d.Ladder[i-1].Does), sub(here, "does")...)
		case timed && (r.Days < 1 || r.Days > 3650):
			c.bad("days is %d; for how long High cannot be chosen is 1 to 3650", a(r.Days), here...)
		case !timed && r.Days != 0:
			c.bad("days belongs to no_high; %s has no end of its own", a(does), sub(here, "days")...)
		}
		out.Ladder = append(out.Ladder, desk.Sanction{Does: desk.SanctionKind(does), Days: r.Days})
	}
	return out
}

// appeal checks that whoever objects has somebody to object to.
func (c *checker) appeal(p *plan, to string) {
	i := slices.IndexFunc(p.desk.Departments, func(d desk.Department) bool { return string(d.ID) == to })
	switch {
	case to == "":
		c.bad("misuse has no appeal; name the department that people can always write to", nil, "misuse")
	case i < 0:
		var known []string
		for _, d := range p.desk.Departments {
			known = append(known, string(d.ID))
		}
		c.bad("there is no department %q%s", a(to, suggest(to, known)), "misuse", "appeal")
	case p.desk.Departments[i].Hidden:
		c.bad("%q is hidden, so nobody could appeal there", a(to), "misuse", "appeal")
	}
}
