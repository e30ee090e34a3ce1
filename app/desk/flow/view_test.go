package flow_test

import (
	"fmt"
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/desk/flow"
)

// keeps has somebody keep or end a view by its number, as the server does.
func (w *world) keeps(drop bool, words []string) error {
	who, want := desk.PersonID(words[0]), ""
	v := desk.SavedView{ID: desk.SavedViewID("0198a000-0000-7000-8000-00000000000" + words[1]), Name: "View " + words[1], Query: "is:open"}
	for i, x := range words[2:] {
		k, val, _ := strings.Cut(x, "=")
		switch k {
		case "name":
			v.Name = val
		case "query":
			v.Query = val
		case "dept":
			v.Department = desk.DeptID(val)
		case "sort":
			v.Sort = val
		case "->":
			want = words[i+3]
		}
	}
	var was *desk.SavedView
	var beside []desk.SavedView
	for _, x := range w.views {
		if x.ID == v.ID {
			was = &x
		}
		if x.Department == v.Department && (v.Department != "" || x.By == who) {
			beside = append(beside, x)
		}
	}
	kept, err := flow.SaveView(desk.SaveView{View: v, Drop: drop}, was, beside, w.actor(who), w.place)
	got := ""
	if err != nil {
		got = string(desk.AsError(err).Code)
	}
	if got != want {
		return fmt.Errorf("got %v", err)
	}
	if err != nil {
		return nil
	}
	w.views = slices.DeleteFunc(w.views, func(x desk.SavedView) bool { return x.ID == kept.View.ID })
	if !drop {
		w.views = append(w.views, kept.View)
	}
	return nil
}

// lists says which views somebody has, each as whose:query.
func (w *world) lists(who desk.PersonID, want []string) error {
	got := []string{}
	a := w.actor(who)
	for _, v := range w.views {
		switch {
		case v.Department == "" && v.By == who:
			got = append(got, "own:"+v.Query)
		case v.Department != "" && a.Role.Staff() && (a.In(v.Department) || a.Role == desk.Admin):
			got = append(got, string(v.Department)+":"+v.Query)
		}
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		return fmt.Errorf("%s has %q", who, got)
	}
	return nil
}
