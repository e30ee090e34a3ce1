package model

import (
	"slices"

	"docket/app/desk"
)

// late says of somebody who has a ticket through CC alone whether they came in
// later, and how many of its words they found there: those are not for them.
// Who is to approve it reads all of it, and so does a colleague.
func (w *World) late(p desk.PersonID, t *Ticket) (int, bool) {
	n, later := t.Later[p]
	if w.staff(p) || t.Requester == p || t.Approver == p || !w.part(p, t) || w.colleague(p, t) != "" {
		return 0, false
	}
	return n, later
}

// Words are those of a ticket that a person may read.
func (w *World) Words(p desk.PersonID, t *Ticket) []string {
	if w.staff(p) {
		return slices.Concat(t.Public, t.Internal)
	}
	if n, late := w.late(p, t); late {
		return slices.Concat(t.Facts, t.Public[n:])
	}
	return t.Public
}

// Reads says whether a person may read what was said in a ticket when it had n
// public words.
func (w *World) Reads(p desk.PersonID, t *Ticket, n int) bool {
	from, late := w.late(p, t)
	return !late || n > from
}

// come puts somebody into CC.
func (w *World) come(t *Ticket, x desk.PersonID, whole bool) {
	if x == t.Requester || slices.Contains(t.CCs, x) {
		if whole {
			delete(t.Later, x)
		}
		return
	}
	t.CCs = append(t.CCs, x)
	t.Ours[x] = w.staff(x)
	if delete(t.Later, x); !whole && !w.staff(x) && w.Departments[t.Department].Policy.CCHistory != desk.HistoryAll {
		t.Later[x] = len(t.Public)
	}
}

// unheard says whether somebody answers what was asked before they came in.
func (w *World) unheard(p desk.PersonID, t *Ticket, answers []desk.Answer) bool {
	return slices.ContainsFunc(answers, func(a desk.Answer) bool {
		i := slices.IndexFunc(t.Asks, func(x Ask) bool { return x.ID == a.Ask })
		return i >= 0 && !w.Reads(p, t, t.Asks[i].At)
	})
}
