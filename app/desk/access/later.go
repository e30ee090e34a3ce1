package access

import (
	"reflect"
	"slices"
	"time"

	"docket/app/desk"
)

// Later are the customers in CC who read t's conversation only from where they
// came in (BEHAVIOURS 2.14), unless their organization lets them read it. Who
// asked for it, or is to approve it, reads all of it, and so does whoever goes
// on as somebody who does.
func Later(t *desk.Ticket) []desk.Since {
	if len(t.Later) == 0 {
		return nil
	}
	var out []desk.Since
	for _, p := range t.CCs {
		if p == t.Requester || p == t.Approval.By || staffIn(t, p) {
			continue
		}
		if s, cut := laterOf(t, p); cut {
			out = append(out, s)
		}
	}
	return out
}

// laterOf is from where p reads, as themselves and as those who were merged
// into them: the most that one of these could read.
func laterOf(t *desk.Ticket, p desk.PersonID) (first desk.Since, cut bool) {
	self, handed := false, false
	take := func(of desk.PersonID) bool {
		i := slices.IndexFunc(t.Later, func(s desk.Since) bool { return s.Person == of })
		if i < 0 {
			return false
		}
		if s := t.Later[i]; !cut || s.Seq < first.Seq {
			first, cut = s, true
			first.Person = p
		}
		return true
	}
	for _, h := range t.Handed {
		if h.Into != p {
			continue
		}
		handed, self = true, self || h.Own
		if h.Requester || h.Approver || !take(h.From) {
			return desk.Since{}, false
		}
	}
	if (self || !handed) && !take(p) {
		return desk.Since{}, false
	}
	return first, cut
}

// Begins is the Seq of the first of t's entries for customers that a may read,
// and since when they are there; 1 and no time for whoever reads all of them.
func Begins(a desk.Actor, t *desk.Ticket) (uint64, time.Time) {
	if a.Role != desk.Customer || len(t.Later) == 0 || colleague(a, t) != desk.OrgNone {
		return 1, time.Time{}
	}
	for _, s := range Later(t) {
		if s.Person == a.Person {
			return s.Seq + 1, s.At
		}
	}
	return 1, time.Time{}
}

// LaterForm is the customer's form of a head for who reads the conversation from
// a Seq on, where they came in at a time. It keeps how the ticket stands: what
// it is about, with whom it is, whose turn it is, what is due. What was said
// before is left out, and so is what may have been said before.
func LaterForm(c desk.CustomerTicket, begins uint64, at time.Time) desk.CustomerTicket {
	c.Begins = begins
	if c.Said < begins {
		c.LastBy, c.LastText, c.Said = "", "", 0
	}
	c.Files = false
	c.Claim.Down, c.Claim.Since = "", ""
	c.Filled.Answers = nil
	c.Work.Risk = ""
	if !c.Approval.At.After(at) {
		c.Approval.Reason = ""
	}
	if !c.Rating.At.After(at) {
		c.Rating.Comment = ""
	}
	if !done(&c).After(at) {
		c.Resolution = ""
	}
	c.Asks = slices.DeleteFunc(slices.Clone(c.Asks), func(a desk.Ask) bool { return a.Seq < begins })
	c.Pledges = slices.DeleteFunc(slices.Clone(c.Pledges), func(p desk.Pledge) bool { return p.Seq < begins })
	if c.Workaround.Message < begins {
		c.Workaround = desk.Workaround{}
	}
	if !c.Escalation.At.After(at) {
		c.Escalation.Reason = ""
	}
	if !c.Escalation.Ended.After(at) {
		c.Escalation.Outcome = ""
	}
	c.Live.Lines = slices.DeleteFunc(slices.Clone(c.Live.Lines), func(l desk.Line) bool { return !l.At.After(at) })
	named := map[desk.PersonID]bool{}
	people := c.People
	c.People = nil
	namedIn(reflect.ValueOf(c), "", named)
	for _, n := range people {
		if named[n.ID] {
			c.People = append(c.People, n)
		}
	}
	return c
}

// namedIn collects the people whom a form names.
func namedIn(v reflect.Value, field string, found map[desk.PersonID]bool) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				namedIn(v.Field(i), f.Name, found)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			namedIn(v.Index(i), field, found)
		}
	case reflect.String:
		if field == "To" || v.Type() == personID { // a step names whom it went to
			found[desk.PersonID(v.String())] = true
		}
	}
}

// done is when c was solved or closed the last time.
func done(c *desk.CustomerTicket) time.Time {
	for _, s := range slices.Backward(c.Steps) {
		if s.Kind == "solved" || s.Kind == "closed" {
			return s.At
		}
	}
	return time.Time{}
}
