package run

import (
	"slices"

	"docket/app/desk"
)

// knows reads what somebody of the team knows and which languages they write.
func (c *checker) knows(q *desk.Person, i int, x declaredPerson) {
	if !q.Role.Staff() && len(x.Skills) > 0 {
		c.bad("%q is a customer; only staff has skills", a(x.ID), "people", i, "skills")
	}
	if !q.Role.Staff() && len(x.Languages) > 0 {
		c.bad("%q is a customer; only staff has languages", a(x.ID), "people", i, "languages")
	}
	for j, s := range x.Skills {
		skill, ok := desk.NormalTag(s)
		if !ok {
			c.bad("%q cannot be a skill; it is written as a tag is, with letters, digits and hyphens", a(s), "people", i, "skills", j)
		}
		q.Skills = append(q.Skills, skill)
	}
	q.Languages = c.languages(x.Languages, "people", i, "languages")
}

// languages reads codes of languages.
func (c *checker) languages(codes []string, at ...any) []string {
	var out []string
	for i, code := range codes {
		switch {
		case desk.LanguageName(code) == "":
			c.bad("there is no language %q; it is %s%s", a(code, orList(desk.Languages()), suggest(code, desk.Languages())), sub(at, i)...)
		case slices.Contains(out, code):
			c.bad("the language %q is named twice", a(code), sub(at, i)...)
		}
		out = append(out, code)
	}
	return out
}
