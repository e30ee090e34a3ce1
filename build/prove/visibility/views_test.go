package visibility_test

import (
	"docket/app/desk"
	"docket/build/prove/visibility/model"
)

// saving is a saved view with what is there in its place.
type saving struct {
	desk.SaveView
	was *desk.SavedView
}

// answer is the model's about args.
func answer(w *model.World, p desk.PersonID, t *model.Ticket, args desk.Args) model.Answer {
	if v, ok := args.(saving); ok {
		to := v.View.Department
		if v.Drop { // what is dropped goes nowhere
			if to = ""; v.was != nil {
				to = v.was.Department
			}
		}
		return w.KeepView(p, v.was, to)
	}
	return w.May(p, t, args)
}

// savings are all there is to ask of a view: of one's own and of a department's,
// in the place of none, of somebody's and of a department's.
func savings(t *model.Ticket, p desk.PersonID) []desk.Args {
	var out []desk.Args
	for _, was := range []*desk.SavedView{nil, {By: p}, {By: t.Requester}, {By: "nobody"}, {By: p, Department: "d1"}, {By: "nobody", Department: "d2"}} {
		for _, s := range []desk.SaveView{{}, {View: desk.SavedView{Department: "d1"}}, {View: desk.SavedView{Department: "d2"}}, {Drop: true}} {
			s.View.ID, s.View.Name, s.View.Query = "0198a000-0000-7000-8000-000000000001", "x", "is:open"
			out = append(out, saving{s, was})
		}
	}
	return out
}
