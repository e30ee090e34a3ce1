package run

import (
	"fmt"
	"slices"
	"strings"

	"docket/app/desk"
)

// declaredMacro is a ready answer and what goes with it.
type declaredMacro struct {
	ID         string   `yaml:"id"`
	Title      string   `yaml:"title"`
	Department string   `yaml:"department"`
	Text       string   `yaml:"text"`
	Then       string   `yaml:"then"`
	Tags       []string `yaml:"tags"`
	Untag      []string `yaml:"untag"`
	Assign     string   `yaml:"assign"`
	Priority   string   `yaml:"priority"`
}

// assignMe is what desk.yaml calls desk.MacroMe.
const assignMe = "me"

var (
	macroThens      = []string{"in_progress", "waiting_customer", "waiting_third_party", "on_hold", "solved"}
	macroPriorities = []string{"low", "normal", "high", "emergency"}
)

func (c *checker) macros(p *plan, departments map[string]bool) {
	seen := map[string]bool{}
	for i, x := range c.d.Macros {
		here := []any{"macros", i}
		c.slug("a macro", x.ID, seen, here...)
		c.name("macro", x.ID, x.Title, here...)
		if x.Department != "" && !departments[x.Department] {
			c.bad("there is no department %q%s", a(x.Department, suggest(x.Department, names(departments))), sub(here, "department")...)
		}
		if x.Then != "" {
			c.oneOf("then", x.Then, macroThens, here)
		}
		if x.Priority != "" {
			c.oneOf("priority", x.Priority, macroPriorities, here)
		}
		c.macroText(x, here)
		m := desk.Macro{
			ID: x.ID, Title: x.Title, Department: desk.DeptID(x.Department), Text: strings.TrimRight(x.Text, "\n"), Then: desk.Status(x.Then),
			AddTags: c.macroTags(x.Tags, here, "tags"), RemoveTags: c.macroTags(x.Untag, here, "untag"),
			Assign: c.macroAssign(p, x.Assign, here), Priority: desk.Priority(x.Priority),
		}
		p.macros = append(p.macros, m)
	}
}

// macroText looks for gaps that nothing fills, and says on which line they are.
func (c *checker) macroText(x declaredMacro, here []any) {
	switch gaps, ok := desk.Gaps(x.Text); {
	case strings.TrimSpace(x.Text) == "":
		c.bad("macro %q has no text", a(x.ID), here...)
	case len(x.Text) > maxMacroText:
		c.bad("the text of macro %q is longer than %d bytes", a(x.ID, maxMacroText), sub(here, "text")...)
	case !ok:
		c.bad("the text of macro %q has an opening {{ without its }} on the same line", a(x.ID), sub(here, "text")...)
	default:
		for _, g := range gaps {
			if _, known := desk.GapWords(g); !known {
				c.bad("the text of macro %q names {{%s}}, and there is no such thing%s", a(x.ID, g, suggest(g, desk.GapNames())), sub(here, "text")...)
			}
		}
	}
}

// maxMacroText leaves room in a message for what is written around it.
const maxMacroText = 20_000

func (c *checker) macroTags(in []string, here []any, field string) []string {
	var out []string
	for i, s := range in {
		tag, ok := desk.NormalTag(s)
		if !ok {
			c.bad("%q cannot be a tag; use letters, digits and hyphens, at most %d of them", a(s, desk.MaxTag), sub(here, field, i)...)
		}
		out = append(out, tag)
	}
	if len(out) > desk.MaxTags {
		c.bad("%s has %d tags; a ticket can have %d", a(field, len(out), desk.MaxTags), sub(here, field)...)
	}
	return out
}

func (c *checker) macroAssign(p *plan, to string, here []any) desk.PersonID {
	if to == "" {
		return ""
	}
	if to == assignMe {
		return desk.MacroMe
	}
	team := map[string]bool{assignMe: true}
	for _, x := range p.people {
		if x.Role.Staff() && !x.Disabled {
			team[string(x.ID)] = true
		}
	}
	if !team[to] {
		c.bad("assign is %q; it is me or somebody of the team%s", a(to, suggest(to, names(team))), sub(here, "assign")...)
	}
	return desk.PersonID(to)
}

// macros are those that are declared and no others: nobody wrote in them.
func (d *differ) macros(p plan) error {
	have, err := d.tx.Macros()
	if err != nil {
		return fmt.Errorf("read macros: %w", err)
	}
	for _, m := range p.macros {
		i := slices.IndexFunc(have, func(x desk.Macro) bool { return x.ID == m.ID })
		switch {
		case i < 0:
			d.note("add macro %s", m.ID)
		case fieldsOf(have[i], m) != "":
			d.note("change macro %s: %s", m.ID, fieldsOf(have[i], m))
		default:
			continue
		}
		if d.dry {
			continue
		}
		if _, err := d.tx.PutMacro(m); err != nil {
			return fmt.Errorf("put macro %s: %w", m.ID, err)
		}
	}
	for _, m := range have {
		if slices.ContainsFunc(p.macros, func(x desk.Macro) bool { return x.ID == m.ID }) {
			continue
		}
		d.note("remove macro %s: not declared any more", m.ID)
		if d.dry {
			continue
		}
		if _, err := d.tx.RemoveMacro(m.ID); err != nil {
			return fmt.Errorf("remove macro %s: %w", m.ID, err)
		}
	}
	return nil
}
