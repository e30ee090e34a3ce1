package policy

import (
	"cmp"
	"slices"
	"time"

	"docket/app/desk"
)

// When an entitlement is warned of: so much of its quota is used, or so long
// before it ends (BEHAVIOURS 2.18).
const (
	warnUsed = 80 // of a hundred
	warnEnds = 30 * 24 * time.Hour
)

// Held is an entitlement and who holds it.
type Held struct {
	desk.Entitlement
	Owner desk.Owner
}

// HeldFor are the entitlements a request of the person for the organization can
// be opened under, as they were declared.
func HeldFor(place desk.Place, org desk.OrgID, person desk.PersonID) []Held {
	var out []Held
	if org != "" {
		for _, e := range place.Orgs[org].Entitlements {
			out = append(out, Held{e, desk.OwnerOrg(org)})
		}
	}
	for _, e := range slices.Concat(place.People[person].Entitlements, place.Own) {
		out = append(out, Held{e, desk.OwnerPerson(person)})
	}
	return out
}

// DepartmentOf is where requests under the ticket's entitlement go.
func DepartmentOf(place desk.Place, t *desk.Ticket) desk.DeptID {
	for _, h := range HeldFor(place, t.Org, t.Requester) {
		if h.ID == t.Cover.Entitlement && h.Owner == t.Cover.Owner {
			return h.Department
		}
	}
	return ""
}

// CoverBy is what t is opened under now when chosen is asked for. Of several
// that cover the same product the one whose first reply comes soonest is taken;
// what has ended covers nothing, and the ticket is taken all the same.
func CoverBy(chosen Held, all []Held, t *desk.Ticket, now time.Time) desk.Cover {
	best, others := chosen, 0
	for _, h := range all {
		if h.Product != chosen.Product || h.ID == chosen.ID && h.Owner == chosen.Owner || h.Lapsed(now) != "" || !h.Allows(t.Requester) {
			continue
		}
		others++
		if best.Lapsed(now) != "" || soonest(h, t.Urgency, now).Before(soonest(best, t.Urgency, now)) {
			best = h
		}
	}
	c := desk.Cover{
		Entitlement: best.ID, Owner: best.Owner, Product: best.Product, Level: best.Level, Hours: best.Hours,
		Since: best.Start, Until: best.End, Lapsed: best.Lapsed(now),
	}
	if c.Lapsed == "" {
		c.Open, c.Promises = best.Open, best.Promises
	}
	var why desk.Said
	mine, theirs := levelOf(chosen), levelOf(best)
	switch changed := best.ID != chosen.ID || best.Owner != chosen.Owner; {
	case changed && chosen.Lapsed(now) != "":
		why = desk.Saying("“{theirs}” covers the same product, and “{mine}” does not count now.", "theirs", theirs, "mine", mine)
	case changed:
		why = desk.Saying("“{theirs}” answers sooner than “{mine}”, and covers the same product.", "theirs", theirs, "mine", mine)
	case others > 0 && c.Lapsed == "":
		why = desk.Saying("“{theirs}” answers soonest of those that cover this product.", "theirs", theirs)
	}
	if why.Message != "" {
		c.Why, c.Said = why.String(), &why
	}
	return c
}

func levelOf(h Held) string { return cmp.Or(h.Level, h.Product) }

// soonest is by when a first reply would come under h.
func soonest(h Held, u desk.Urgency, now time.Time) time.Time {
	promise := desk.Cover{Promises: h.Promises}.Promise(toldBy(u))
	if cal := opening(h.Open, promise); cal != nil && promise.FirstReply > 0 {
		return cal.Add(now, promise.FirstReply)
	}
	return now.AddDate(100, 0, 0) // it promises none
}

// ByCover reports whether the deadline due of a reply comes from what the
// customer is entitled to, rather than from what the department promises.
func ByCover(t *desk.Ticket, d desk.Department, due time.Time) bool {
	for _, p := range []desk.Priority{t.Priority, toldBy(t.Urgency)} {
		if by := replyBy(t, t.Cover.Promise(p), t.Cover.Open, t.DueSince, 1); !by.IsZero() && by.Equal(due) {
			return !replyBy(t, d.Promise(p), d.Open, t.DueSince, 1).Equal(due)
		}
	}
	return false
}

// solving is the promise that the solution is counted by and its calendar: that
// of the department or of the entitlement, whichever would have come sooner from
// the beginning. It does not change with what is used up.
func solving(t *desk.Ticket, d desk.Department) (desk.Promise, desk.Calendar) {
	ours, theirs := d.Promise(t.Priority), t.Cover.Promise(t.Priority)
	at := func(p desk.Promise, open desk.Calendar) time.Time {
		if cal := opening(open, p); cal != nil && p.Resolve > 0 {
			return cal.Add(t.Created, p.Resolve)
		}
		return time.Time{}
	}
	a, b := at(ours, d.Open), at(theirs, t.Cover.Open)
	if !b.IsZero() && (a.IsZero() || b.Before(a)) {
		return theirs, t.Cover.Open
	}
	return ours, d.Open
}

// Warning is what an entitlement's people should know in time.
type Warning string

// The warnings.
const (
	WarnQuota  Warning = "quota"  // most of it is used
	WarnSpent  Warning = "spent"  // all of it is
	WarnEnding Warning = "ending" // it ends soon
)

// Warnings are what is to be said of e now, when so many of its requests are
// used; none of one that does not count.
func Warnings(e desk.Entitlement, used int, now time.Time) []Warning {
	var out []Warning
	if e.Lapsed(now) != "" {
		return nil
	}
	switch {
	case e.Quota > 0 && used >= e.Quota:
		out = append(out, WarnSpent)
	case e.Quota > 0 && used*100 >= e.Quota*warnUsed:
		out = append(out, WarnQuota)
	}
	if !e.End.IsZero() && !now.Before(e.End.Add(-warnEnds)) {
		out = append(out, WarnEnding)
	}
	return out
}

// Targets says how soon replies come under an entitlement.
func Targets(promises []desk.Promise, open desk.Calendar) []desk.Said {
	var out []desk.Said
	for _, p := range promises {
		if p.FirstReply <= 0 {
			continue
		}
		out = append(out, desk.Saying("First reply within {time, number, length}{opening, select, true { of opening time} other {}}{priority, select, low {, priority low} normal {, priority normal} high {, priority high} emergency {, priority emergency} other {}}",
			"time", p.FirstReply, "opening", open.Week != nil && !p.Always, "priority", p.Priority))
	}
	return out
}
