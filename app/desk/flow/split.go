package flow

import (
	"slices"

	"docket/app/desk"
	"docket/app/desk/access"
)

// split makes a message a ticket of its own (BEHAVIOURS 0.20), or, for the
// asking side, says that it should be one.
func (d *decision) split(a desk.Split) error {
	e := d.st.About
	if a.Message == 0 || e == nil || e.Audience == desk.Internal || !speaks(e.Kind) {
		return invalid("message", "The message is not there.", "Choose one of those in the conversation.")
	}
	if !d.ours() {
		if d.t.Status.Done() {
			return invalid("message", "This is done, so nothing is taken out of it any more.", "Write a new request about the other thing.")
		}
		d.add(desk.Entry{Kind: desk.SplitAsked, Refers: a.Message}, desk.Public)
		return nil
	}
	if !desk.ValidUUID(string(a.As)) || a.As == d.t.ID || d.st.Other != nil {
		return invalid("as", "The new ticket cannot have this name.", "Try once more.")
	}
	subject, err := checkSubject(a.Subject)
	if err != nil {
		return err
	}
	dept := d.t.Department
	if a.Department != "" {
		if _, ok := d.st.Place.Departments[a.Department]; !ok {
			return invalid("department", "This department is not known.", "Choose one from the list.")
		}
		dept = a.Department
	}
	made := d.splitOff(a, e, subject, dept)
	d.keepLink(desk.SplitInto, a.As)
	d.add(desk.Entry{Kind: desk.SplitMade, Refers: a.Message, Other: a.As}, desk.Public)
	d.second = append(d.second, made)
	return nil
}

// splitOff is the new ticket. Whoever may read the one it comes from may read
// it, and nobody else.
func (d *decision) splitOff(a desk.Split, e *desk.Entry, subject string, dept desk.DeptID) *decision {
	made := begin(desk.State{Place: d.st.Place}, d.cmd, d.actor, d.now)
	made.aside = true
	t := &made.t
	*t = desk.Ticket{
		ID: a.As, Status: desk.New, Priority: desk.PriorityNormal, Urgency: desk.UrgencyNormal, Created: d.now, Subject: subject,
		Requester: d.t.Requester, Org: d.t.Org, OrgName: d.t.OrgName, Private: d.t.Private, Department: dept, Intended: dept, Refs: slices.Clone(d.t.Refs),
		People: slices.Clone(d.t.People),
	}
	theirs := !e.Staff && e.Author != desk.System
	if theirs {
		t.Requester = e.Author
	}
	for _, p := range append([]desk.PersonID{d.t.Requester}, d.t.CCs...) {
		if p != t.Requester && !slices.Contains(t.CCs, p) {
			t.CCs = append(t.CCs, p)
		}
	}
	for _, s := range access.Later(&d.t) {
		// Who could not read the message reads what comes after it.
		if s.Seq >= a.Message && slices.Contains(t.CCs, s.Person) {
			t.Later = append(t.Later, desk.Since{Person: s.Person, Seq: 1, At: d.now})
		}
	}
	if access.Can(d.actor, t, desk.CmdAssign) != nil {
		t.Followers = append(t.Followers, d.actor.Person) // or it would vanish from who made it
	}
	made.mark("received", "")
	made.keepLink(desk.SplitFrom, d.t.ID)
	made.add(desk.Entry{Kind: desk.Opened, Text: e.Text, Files: slices.Clone(e.Files)}, desk.Public)
	// The words stay those of who wrote them, and of when.
	first := &made.entries[0]
	first.Author, first.AuthorName, first.Staff, first.Masks = e.Author, e.AuthorName, e.Staff, e.Masks
	first.Claimed = e.At
	t.LastBy, t.PublicLastBy = e.Author, e.Author
	made.add(desk.Entry{Kind: desk.SplitOff, Other: d.t.ID}, desk.Public)
	made.waits()
	if theirs {
		t.WaitingSince, t.DueSince = e.At, e.At
	}
	return made
}
