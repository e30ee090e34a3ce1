package model

import (
	"slices"

	"docket/app/desk"
)

// Article is an article as far as it matters who has it.
type Article struct {
	// For is whom what is published of it is for; nil where nothing is. Gone says
	// that it was retired, Written that something of it is not published.
	For     *Audience
	Gone    bool
	Written bool
	// By is a customer who contributed it, Sent that it is with the team.
	By   desk.PersonID
	Sent bool
}

// Audience is whom something of the knowledge base is for.
type Audience struct {
	Readers desk.Readers
	Org     desk.OrgID
}

// reaches says whether somebody is one of those something is for.
func (w *World) reaches(p desk.PersonID, to Audience) bool {
	switch to.Readers {
	case desk.ReadersPublic, desk.ReadersCustomers:
		return true
	case desk.ReadersOrg:
		return w.staff(p) || to.Org != "" && slices.ContainsFunc(w.People[p].Memberships, func(m desk.Membership) bool { return m.Org == to.Org })
	}
	return w.staff(p)
}

// HasSection says whether somebody knows of a section.
func (w *World) HasSection(p desk.PersonID, to Audience) bool {
	return w.enabled(p) && w.reaches(p, to)
}

// HasArticle says who has an article: the team what is written or published, a
// customer what is published for them.
func (w *World) HasArticle(p desk.PersonID, a *Article) bool {
	switch {
	case a == nil || !w.enabled(p):
		return false
	case w.staff(p):
		return a.By == "" || a.Written || a.For != nil
	}
	return a.For != nil && !a.Gone && w.reaches(p, *a.For)
}

// everyCustomer says whether all customers of whom the first is true are those of
// whom the second is. There is always one more, of no organization.
func (w *World) everyCustomer(first, second func(desk.PersonID) bool) bool {
	for p, x := range w.People {
		if x.Role == desk.Customer && !x.Disabled && first(p) && !second(p) {
			return false
		}
	}
	return true
}

// HasEarlier says who has what an article said when it was for others: who has it
// now, if all who do so now could then.
func (w *World) HasEarlier(p desk.PersonID, a *Article, then Audience) bool {
	if w.staff(p) {
		return w.HasArticle(p, a)
	}
	return w.HasArticle(p, a) && w.everyCustomer(func(q desk.PersonID) bool { return w.HasArticle(q, a) }, func(q desk.PersonID) bool { return w.HasSection(q, then) })
}

// HasFile says who has a file that an article has in these places: with what is
// published, with what is written, with what was contributed, and with what it said
// when it was for others.
func (w *World) HasFile(p desk.PersonID, a *Article, live, written, contributed bool, then []Audience) bool {
	if a == nil || !w.enabled(p) {
		return false
	}
	if w.staff(p) {
		return w.HasArticle(p, a) && (live && a.For != nil || written && a.Written || contributed && a.By != "" || len(then) > 0)
	}
	if contributed && a.By != "" && a.By == p || live && a.For != nil && w.HasArticle(p, a) {
		return true
	}
	return slices.ContainsFunc(then, func(t Audience) bool { return w.HasEarlier(p, a, t) })
}

// Fits says whether everybody an article would be for knows its section.
func (w *World) Fits(article, section Audience) bool {
	return w.everyCustomer(func(q desk.PersonID) bool { return w.HasSection(q, article) }, func(q desk.PersonID) bool { return w.HasSection(q, section) })
}

// MayHelp answers somebody who asks for a change in the knowledge base; a is the
// article it is about, nil for one that is not there.
func (w *World) MayHelp(p desk.PersonID, a *Article, args desk.Args) Answer {
	if !w.enabled(p) {
		return NotThere
	}
	staff, mine := w.staff(p), a != nil && a.By != "" && a.By == p && !w.staff(p)
	yes := func(ok bool) Answer {
		if ok {
			return Yes
		}
		return Denied
	}
	has := w.HasArticle(p, a)
	switch x := args.(type) {
	case desk.SaveSection:
		if !staff {
			return NotThere
		}
		return yes(w.leads(p))
	case desk.SettleComment:
		if !staff {
			return NotThere
		}
		return Yes
	case desk.VoteArticle:
		switch {
		case staff:
			return Denied
		case !has:
			return NotThere
		}
		return Yes
	case desk.WriteArticle:
		switch {
		case a == nil, mine && !a.Sent:
			return Yes
		case mine || has:
			return yes(staff)
		}
		return NotThere
	case desk.MoveArticle:
		switch {
		case mine:
			return yes(!a.Sent && x.Step == desk.StepDrop)
		case !has:
			return NotThere
		}
		return yes(staff && (w.leads(p) || x.Step == desk.StepSend || x.Step == desk.StepDrop))
	}
	if !has {
		return NotThere
	}
	return Yes
}
