package flow

import (
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

const (
	// long is how long others may be waited for until the ticket stands among
	// those that wait long (BEHAVIOURS 1.31).
	long = 14 * 24 * time.Hour
	// maxLinks bounds how many other tickets a head names; the newest stay.
	maxLinks = 20
	// tellLead is the reopening a lead hears of (BEHAVIOURS 3.11).
	tellLead = 2
)

// again tells the leads when a ticket was opened again for the second time.
func (d *decision) again() {
	if d.t.Reopened == tellLead && d.st.Ticket.Reopened < tellLead {
		d.asksOf(desk.Entry{Reason: "reopened"}, "")
	}
}

// solution is what solved a ticket where nobody has put it into words of its own:
// our newest message, if that was it and nothing else ended it (BEHAVIOURS 1.8).
func (d *decision) solution(reason string) string {
	by, line := d.t.PublicLastBy, d.t.PublicLast
	if d.lesser {
		by, line = d.t.LastBy, d.t.LastText
	}
	ours := by == d.actor.Person && d.ours() ||
		slices.ContainsFunc(d.t.People, func(n desk.Named) bool { return n.ID == by && n.Staff }) && by != d.t.Requester
	if !ours || !slices.Contains([]string{"", "worked", string(desk.CauseFixed), string(desk.CauseWorkaround)}, reason) {
		return ""
	}
	return line
}

// patient asks whoever closes for want of an answer to say so if the customer
// had less time than they are promised (BEHAVIOURS 1.31).
func (d *decision) patient(a desk.CloseTicket) error {
	if a.Cause != desk.CauseNotAnswered || a.Early || d.t.Status != desk.WaitingCustomer {
		return nil
	}
	dept := d.st.Place.Departments[d.t.Department]
	until := policy.Patient(dept, d.t.Waiting.Since, dept.Policy.Wait())
	if !d.now.Before(until) {
		return nil
	}
	return invalid("early", "The customer has had {had, plural, one {# hour} other {# hours}} to answer; they are promised {promised, plural, one {# hour} other {# hours}}.",
		"Wait until then, or confirm that it ends now.").With("had", hours(d.now.Sub(d.t.Waiting.Since)), "promised", hours(dept.Policy.Wait()))
}

func hours(d time.Duration) int { return int(d / time.Hour) }

// link names another ticket. That is for who has both: it says nothing in the
// conversation, which others read too.
func (d *decision) link(a desk.LinkTicket) error {
	if a.Kindred != desk.Recurs && a.Kindred != desk.Recurred || !desk.ValidUUID(string(a.To)) || a.To == d.t.ID {
		return invalid("link", "The other request is not known.", "Open it, and start from there.")
	}
	if !slices.Contains(d.t.Links, desk.Link{Kind: a.Kindred, Ticket: a.To}) {
		d.keepLink(a.Kindred, a.To)
		d.touched = true
	}
	return nil
}

// keepLink keeps the name of another ticket.
func (d *decision) keepLink(kind desk.LinkKind, to desk.TicketID) {
	d.t.Links = append(d.t.Links, desk.Link{Kind: kind, Ticket: to})
	if n := len(d.t.Links) - maxLinks; n > 0 {
		d.t.Links = slices.Delete(d.t.Links, 0, n)
	}
}

// longClock is when a ticket has waited long for somebody else. Each message of
// either side starts it anew.
func (d *decision) longClock(old *desk.Ticket) {
	c := &d.t.Clocks
	if d.t.Status != desk.WaitingCustomer && d.t.Status != desk.WaitingThirdParty {
		c.Long, c.Over = time.Time{}, false
	} else if old.Status != d.t.Status || d.saidAnything() {
		c.Long, c.Over = d.now.Add(long), false
	}
}
