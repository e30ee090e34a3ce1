package flow

import (
	"slices"
	"strings"
	"unicode/utf8"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/policy"
	"docket/app/desk/query"
)

// SaveView checks a view that a keeps or ends, and gives it as it is kept. was
// is what is there under its id; beside are the views of whose it will be.
func SaveView(s desk.SaveView, was *desk.SavedView, beside []desk.SavedView, a desk.Actor, place desk.Place) (desk.SaveView, error) {
	v := s.View
	v.By = a.Person
	if was != nil {
		v.By = was.By
	}
	if s.Drop {
		v.Department = ""
		if was != nil {
			v = *was
		}
	}
	if err := access.MayKeep(a, was, v); err != nil {
		return s, err
	}
	if s.Drop {
		return desk.SaveView{View: v, Drop: true}, nil // what is not there has ended
	}
	if was != nil && was.Department != "" && v.Department == "" {
		v.By = a.Person // who takes it back has it
	}
	if v.Department != "" {
		if _, there := place.Departments[v.Department]; !there {
			return s, invalid("department", "There is no such department.", "Choose one of yours.")
		}
	}
	if !slices.ContainsFunc(beside, func(x desk.SavedView) bool { return x.ID == v.ID }) && len(beside) >= desk.MaxViews {
		return s, invalid("view", "There are {n} views, which is as many as can be.", "Delete one that is not used any more.").With("n", desk.MaxViews)
	}
	err := checkView(&v)
	return desk.SaveView{View: v}, err
}

// checkView brings a view into the form in which it is kept.
func checkView(v *desk.SavedView) error {
	v.Name = strings.Join(strings.Fields(v.Name), " ")
	n := utf8.RuneCountInString(v.Name)
	switch {
	case !desk.ValidUUID(string(v.ID)):
		return invalid("view", "That is not a view.", "Save it again.")
	case n == 0 || !utf8.ValidString(v.Name):
		return invalid("name", "The view has no name.", "Write a short one, as it is to stand on the left.")
	case n > desk.MaxViewName:
		return invalid("name", "The name has {n} characters; at most {most} can stand on the left.", "Write a shorter one.").With("n", n, "most", desk.MaxViewName)
	case v.Sort != "" && !slices.Contains(policy.Orders(), policy.Order(v.Sort)), len(v.Density) > 20, len(v.Columns) > 20,
		slices.ContainsFunc(v.Columns, func(c string) bool { return c == "" || len(c) > 20 }):
		return invalid("sort", "A list cannot be shown that way.", "Choose another order, or other columns.")
	}
	q, _ := query.Parse(v.Query)
	if v.Query = q.String(); v.Query == "" || len(v.Query) > query.MaxText {
		return invalid("query", "The view does not say what is in it.", "Write at least one word or operator, such as is:open.")
	}
	if slices.ContainsFunc(q.Texts(), func(n query.Node) bool { _, file := n.(query.Field); return file }) {
		return invalid("query", "A view cannot look into the names of files.", "Use has:file, or search for the name.")
	}
	return nil
}
