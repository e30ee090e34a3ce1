package model

import (
	"slices"

	"docket/app/desk"
)

// mayHelp lets only enabled staff be asked to help.
func (w *World) mayHelp(t *Ticket, a desk.SetHelpers) Answer {
	for _, x := range a.Add {
		news := x != t.Assignee && !slices.Contains(t.Helpers, x) && !slices.Contains(a.Remove, x)
		if news && (!w.enabled(x) || !w.staff(x)) {
			return Invalid
		}
	}
	return Yes
}

func (t *Ticket) help(a desk.SetHelpers) {
	t.Helpers = slices.DeleteFunc(t.Helpers, func(x desk.PersonID) bool { return slices.Contains(a.Remove, x) })
	for _, x := range a.Add {
		if x != t.Assignee && !slices.Contains(t.Helpers, x) && !slices.Contains(a.Remove, x) {
			t.Helpers = append(t.Helpers, x)
			t.unfollow(x)
		}
	}
}

// company is who is in CC and who helps.
func (w *World) company(t *Ticket, args desk.Args) {
	switch a := args.(type) {
	case desk.SetCCs:
		t.CCs = slices.DeleteFunc(t.CCs, func(x desk.PersonID) bool { return slices.Contains(a.Remove, x) })
		for _, x := range a.Add {
			if !slices.Contains(a.Remove, x) {
				w.come(t, x, a.Whole)
			}
		}
	case desk.SetHelpers:
		t.help(a)
	}
}

// mayGive looks at to whom it is given.
func (w *World) mayGive(p desk.PersonID, t *Ticket, args desk.Args) Answer {
	switch a := args.(type) {
	case desk.SetHelpers:
		return w.mayHelp(t, a)
	case desk.Assign:
		if a.To != "" && (!w.enabled(a.To) || !w.staff(a.To)) || a.To != t.Assignee && t.Assignee != "" && !t.decided(t.Assignee, a.Promises) {
			return Invalid
		}
	case desk.Refer:
		role := w.People[p].Role
		switch {
		case a.To == t.Department:
		case t.Status.Done():
			return Invalid
		case t.Referrals >= 2 && role != desk.Lead && role != desk.Admin:
			return Denied
		case !t.decided("", a.Promises):
			return Invalid
		}
	}
	return Yes
}

func (t *Ticket) unhelp(p desk.PersonID) {
	t.Helpers = slices.DeleteFunc(t.Helpers, func(x desk.PersonID) bool { return x == p })
}

func (t *Ticket) unfollow(p desk.PersonID) {
	t.Followers = slices.DeleteFunc(t.Followers, func(x desk.PersonID) bool { return x == p })
}
