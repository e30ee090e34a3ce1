package run

import (
	"cmp"
	"slices"
	"strings"

	"docket/app/desk"
)

// declaredTopic is what a request can be about. The topics under it are of what
// it says unless they say otherwise.
type declaredTopic struct {
	declaredLeaf `yaml:",inline"`
	Topics       []declaredUnder `yaml:"topics"`
}

type declaredUnder struct {
	declaredLeaf `yaml:",inline"`
	Topics       []any `yaml:"topics"` // none; there are two levels
}

type declaredLeaf struct {
	ID         string   `yaml:"id"`
	Name       string   `yaml:"name"`
	For        string   `yaml:"for"`
	Department string   `yaml:"department"`
	Form       string   `yaml:"form"`
	Type       string   `yaml:"type"`
	Priority   string   `yaml:"priority"`
	Retired    string   `yaml:"retired"`
	Lead       string   `yaml:"lead"`
	Alerts     []string `yaml:"alerts"`
}

type declaredForm struct {
	ID        string          `yaml:"id"`
	Fields    []declaredField `yaml:"fields"`
	Checklist []struct {
		Text string            `yaml:"text"`
		When declaredCondition `yaml:"when"`
	} `yaml:"checklist"`
	Approver bool `yaml:"approver"`
}

type declaredField struct {
	ID       string            `yaml:"id"`
	Label    string            `yaml:"label"`
	Hint     string            `yaml:"hint"`
	Type     string            `yaml:"type"`
	Required bool              `yaml:"required"`
	Options  []string          `yaml:"options"`
	When     declaredCondition `yaml:"when"`
}

type declaredCondition struct {
	Field string `yaml:"field"`
	Is    string `yaml:"is"`
}

const (
	mostFields = 40
	longLabel  = 200 // bytes
)

// forms reads what is asked.
func (c *checker) forms(p *plan) map[string]bool {
	seen := map[string]bool{}
	for i, f := range c.d.Forms {
		c.slug("a form", f.ID, seen, "forms", i)
		form := desk.Form{ID: desk.FormID(f.ID), Version: 1, Approver: f.Approver}
		if len(f.Fields) == 0 || len(f.Fields) > mostFields {
			c.bad("form %q has %d fields; it has 1 to %d", a(f.ID, len(f.Fields), mostFields), "forms", i)
		}
		known := map[string]bool{}
		for j, x := range f.Fields {
			c.slug("a field", x.ID, known, "forms", i, "fields", j)
			form.Fields = append(form.Fields, c.field(x, "forms", i, "fields", j))
		}
		for j, x := range form.Fields {
			c.condition(form, x, "forms", i, "fields", j, "when")
		}
		for j, x := range f.Checklist {
			here := []any{"forms", i, "checklist", j}
			c.label("text", x.Text, here)
			c.condition(form, desk.Field{When: desk.Condition(x.When)}, sub(here, "when")...)
			if slices.ContainsFunc(form.Checklist, func(y desk.CheckItem) bool { return y.Text == x.Text }) {
				c.bad("%q stands on the checklist twice", a(x.Text), here...)
			}
			form.Checklist = append(form.Checklist, desk.CheckItem{Text: x.Text, When: desk.Condition(x.When)})
		}
		p.desk.Forms = append(p.desk.Forms, form)
	}
	return seen
}

func (c *checker) field(x declaredField, here ...any) desk.Field {
	f := desk.Field{ID: x.ID, Label: x.Label, Hint: x.Hint, Required: x.Required, Options: x.Options, When: desk.Condition(x.When)}
	c.label("label", x.Label, here)
	var types []string
	for _, t := range desk.FieldTypes() {
		types = append(types, string(t))
	}
	f.Type = desk.FieldType(c.oneOf("type", x.Type, types, here))
	switch {
	case f.Type == desk.FieldChoice && len(x.Options) < 2:
		c.bad("a choice needs options, two at least, as in [Laptop, Desktop]", nil, here...)
	case f.Type != desk.FieldChoice && len(x.Options) > 0:
		c.bad("options belong to type: choice, and type is %s", a(f.Type), sub(here, "options")...)
	}
	for i, o := range x.Options {
		switch c.label("option", o, sub(here, "options", i)); {
		case strings.TrimSpace(o) != o:
			c.bad("the option %q begins or ends with a space", a(o), sub(here, "options", i)...)
		case slices.Contains(x.Options[:i], o):
			c.bad("the option %q stands here twice", a(o), sub(here, "options", i)...)
		}
	}
	return f
}

func (c *checker) label(what, text string, here []any) {
	switch {
	case strings.TrimSpace(text) == "":
		c.bad("here is no %s; say in a customer's words what is asked", a(what), here...)
	case len(text) > longLabel || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }):
		c.bad("the %s is longer than %d bytes or has control characters", a(what, longLabel), here...)
	}
}

// condition checks when a field is asked.
func (c *checker) condition(form desk.Form, f desk.Field, here ...any) {
	when := f.When
	if when == (desk.Condition{}) {
		return
	}
	var names []string
	for _, x := range form.Fields {
		names = append(names, x.ID)
	}
	i := slices.Index(names, when.Field)
	if i < 0 {
		c.bad("there is no field %q in form %q%s", a(when.Field, form.ID, suggest(when.Field, names)), sub(here, "field")...)
		return
	}
	if on := form.Fields[i]; on.Type == desk.FieldChoice && when.Is != "" && !slices.Contains(on.Options, when.Is) {
		c.bad("%q is no option of %q%s", a(when.Is, on.ID, suggest(when.Is, on.Options)), sub(here, "is")...)
	}
	way := []string{f.ID}
	for at := when.Field; at != ""; {
		if way = append(way, at); at == f.ID {
			c.bad("%s waits for its own answer: %s; let one of them be asked always", a(f.ID, strings.Join(way, " waits for ")), here...)
			return
		}
		next := slices.IndexFunc(form.Fields, func(x desk.Field) bool { return x.ID == at })
		if next < 0 || slices.Contains(way[:len(way)-1], at) {
			return // said where it is
		}
		at = form.Fields[next].When.Field
	}
}

// topics reads what requests can be about, those under another after it.
func (c *checker) topics(p *plan, departments, forms map[string]bool) {
	seen, at := map[string]bool{}, map[desk.TopicID][]any{}
	add := func(x, above declaredLeaf, here ...any) {
		c.slug("a topic", x.ID, seen, here...)
		c.name("topic", x.ID, x.Name, here...)
		at[desk.TopicID(x.ID)] = here
		p.desk.Topics = append(p.desk.Topics, c.topic(x, above, departments, forms, here...))
	}
	for i, x := range c.d.Topics {
		add(x.declaredLeaf, declaredLeaf{}, "topics", i)
		for j, y := range x.Topics {
			here := []any{"topics", i, "topics", j}
			add(y.declaredLeaf, x.declaredLeaf, here...)
			if len(y.Topics) > 0 {
				c.bad("a third level of topics begins here; there are two", nil, sub(here, "topics")...)
			}
		}
	}
	c.successors(p, seen, at)
}

func (c *checker) topic(x, above declaredLeaf, departments, forms map[string]bool, here ...any) desk.Topic {
	t := desk.Topic{
		ID: desk.TopicID(x.ID), Parent: desk.TopicID(above.ID), Name: x.Name, For: x.For, Retired: desk.TopicID(x.Retired),
		Department: desk.DeptID(cmp.Or(x.Department, above.Department)), Form: desk.FormID(cmp.Or(x.Form, above.Form)),
	}
	t.Lead = c.length("lead", cmp.Or(x.Lead, above.Lead), here)
	for i, text := range x.Alerts {
		t.Alerts = append(t.Alerts, c.wait("alerts", text, here, "alerts", i))
		if i > 0 && t.Alerts[i] >= t.Alerts[i-1] {
			c.bad("the times of alerts count backwards, the longest first, as in [40h, 8h]", nil, sub(here, "alerts", i)...)
		}
	}
	switch {
	case x.Department != "" && !departments[x.Department]:
		c.bad("there is no department %q%s", a(x.Department, suggest(x.Department, names(departments))), sub(here, "department")...)
	case t.Department == "" && t.Retired == "":
		c.bad("topic %q has no department; say who does it", a(x.ID), here...)
	}
	if x.Form != "" && !forms[x.Form] {
		c.bad("there is no form %q%s", a(x.Form, suggest(x.Form, names(forms))), sub(here, "form")...)
	}
	if kind := cmp.Or(x.Type, above.Type); kind != "" {
		t.Type = desk.Type(c.oneOf("type", kind, []string{string(desk.Incident), string(desk.Request)}, here))
	}
	if priority := cmp.Or(x.Priority, above.Priority); priority != "" {
		t.Priority = desk.Priority(c.oneOf("priority", priority, []string{string(desk.PriorityLow), string(desk.PriorityNormal), string(desk.PriorityHigh), string(desk.PriorityEmergency)}, here))
	}
	return t
}

// successors follows what is retired to what took its place.
func (c *checker) successors(p *plan, seen map[string]bool, at map[desk.TopicID][]any) {
	next := map[desk.TopicID]desk.TopicID{}
	for _, t := range p.desk.Topics {
		next[t.ID] = t.Retired
	}
	for _, t := range p.desk.Topics {
		if t.Retired == "" {
			continue
		}
		here := sub(at[t.ID], "retired")
		if !seen[string(t.Retired)] {
			c.bad("there is no topic %q%s", a(t.Retired, suggest(string(t.Retired), names(seen))), here...)
			continue
		}
		way := []string{string(t.ID)}
		for x := t.Retired; x != ""; x = next[x] {
			if way = append(way, string(x)); x == t.ID {
				c.bad("the successors go round in a circle: %s; one of them has to be offered", a(strings.Join(way, ", ")), here...)
				break
			}
			if slices.Contains(way[:len(way)-1], string(x)) {
				break // said of those in the circle
			}
		}
	}
}
