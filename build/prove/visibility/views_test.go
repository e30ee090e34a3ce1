package visibility_test

import (
	"testing"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/build/prove/proof"
	"docket/build/prove/town"
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

// everySaving has somebody of every role ask for everything there is to ask of a
// view.
func everySaving(t *testing.T, run *proof.Run) {
	w := smallWorld()
	for _, x := range []desk.Person{
		{ID: "lead1", Role: desk.Lead, Departments: []desk.DeptID{"d1"}},
		{ID: "lead2", Role: desk.Lead, Departments: []desk.DeptID{"d2"}},
		{ID: "admin", Role: desk.Admin},
		{ID: "both", Role: desk.Engineer, Departments: []desk.DeptID{"d1", "d2"}},
		{ID: "none"},
	} {
		w.People[x.ID] = x
	}
	ticket := &model.Ticket{Requester: "ann"}
	for id, p := range w.People {
		a := actorOf(p)
		for _, args := range savings(ticket, id) {
			s, _ := args.(saving)
			st := desk.State{Place: desk.Place{Departments: w.Departments, People: w.People}, View: s.was}
			_, err := flow.Decide(st, desk.Command{ID: "c", Ticket: desk.TicketID(s.View.ID), Args: s.SaveView}, a, town.Start)
			got := model.Yes
			if e := desk.AsError(err); e != nil {
				got = map[desk.Code]model.Answer{desk.CodeNotFound: model.NotThere, desk.CodeDenied: model.Denied}[e.Code]
			}
			if want := answer(w, id, ticket, s); got != want {
				t.Errorf("%s keeps %+v in the place of %+v: %q, and the model says %q (%v)", id, s.SaveView, s.was, got, want, err)
			}
			run.Add("views_asked", 1)
		}
	}
}
